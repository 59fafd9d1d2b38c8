//===- CrossTools.cpp - C compilers of other machines ---------------------===//

#include "CrossTools.h"

#include "llvm/TargetParser/Host.h"

using llvm::StringRef;
using llvm::Triple;

namespace mlir::cnn {
namespace {

/// What Debian's tools for the machine are called before the hyphen; empty if
/// there are none.
StringRef getPrefix(const Triple &triple) {
  bool isArm = triple.isARM() || triple.isThumb();
  if (isBareMetal(triple))
    return isArm              ? "arm-none-eabi"
           : triple.isRISCV() ? "riscv64-unknown-elf"
                              : "";
  if (!triple.isOSLinux())
    return "";
  if (isArm)
    return triple.getEnvironment() == Triple::GNUEABI ? "arm-linux-gnueabi"
                                                      : "arm-linux-gnueabihf";
  switch (triple.getArch()) {
  case Triple::aarch64:
    return "aarch64-linux-gnu";
  case Triple::x86_64:
    return "x86_64-linux-gnu";
  case Triple::x86:
    return "i686-linux-gnu";
  case Triple::riscv64:
    return "riscv64-linux-gnu";
  default:
    return "";
  }
}

} // namespace

bool isNative(const Triple &triple) {
  Triple host(llvm::sys::getDefaultTargetTriple());
  return triple.getArch() == host.getArch() && !isBareMetal(triple) &&
         (triple.getOS() == host.getOS() ||
          triple.getOS() == Triple::UnknownOS);
}

bool isBareMetal(const Triple &triple) {
  StringRef name = triple.str();
  return triple.getOS() == Triple::UnknownOS &&
         (triple.getEnvironmentName().contains("eabi") ||
          name.ends_with("-elf") || name.contains("-none"));
}

std::optional<CrossCompiler> getCrossCompiler(const Triple &triple) {
  StringRef prefix = getPrefix(triple);
  if (prefix.empty())
    return std::nullopt;
  std::string package = "gcc-" + prefix.str();
  // Names of packages have no underscores.
  llvm::replace(package, '_', '-');
  return CrossCompiler{prefix.str() + "-gcc", package};
}

} // namespace mlir::cnn
