//===- CrossTools.h - C compilers of other machines -------------*- C++ -*-===//

#ifndef CNNC_LIB_TARGET_CROSSTOOLS_H
#define CNNC_LIB_TARGET_CROSSTOOLS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/TargetParser/Triple.h"

#include <optional>
#include <string>

namespace mlir::cnn {

/// A C compiler and the package of Debian that has it.
struct CrossCompiler {
  std::string command, package;
};

/// Whether code for the triple runs on this machine.
bool isNative(const llvm::Triple &triple);

/// Whether the triple is one without an operating system, such as
/// thumbv7em-none-eabihf.
bool isBareMetal(const llvm::Triple &triple);

/// Debian's C compiler for another machine; nothing if it has none.
std::optional<CrossCompiler> getCrossCompiler(const llvm::Triple &triple);

} // namespace mlir::cnn

#endif // CNNC_LIB_TARGET_CROSSTOOLS_H
