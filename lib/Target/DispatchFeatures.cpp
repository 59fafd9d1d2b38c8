//===- DispatchFeatures.cpp - Which processors run which code -------------===//
//
// Where a processor says that it has an extension, for those extensions that
// LLVM uses of its own accord or that kernels name.
//
//===----------------------------------------------------------------------===//

#include "Dispatch.h"

#include "cnnc/Target/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir::cnn::dispatch;
using llvm::Triple;

namespace mlir::cnn {
namespace {

/// An extension as LLVM calls it, and the bits of a word that are set where it
/// is.
struct Extension {
  StringRef feature;
  Word word;
  uint64_t bits;
};

constexpr uint64_t bit(unsigned number) { return uint64_t(1) << number; }

/// Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A,
/// CPUID, and volume 1, 13.3; AMD64 Architecture Programmer's Manual, volume 3,
/// appendix E.
constexpr Extension x86Extensions[] = {
    {"sse3", Leaf1C, bit(0)},
    {"pclmul", Leaf1C, bit(1)},
    {"ssse3", Leaf1C, bit(9)},
    {"fma", Leaf1C, bit(12)},
    {"cx16", Leaf1C, bit(13)},
    {"sse4.1", Leaf1C, bit(19)},
    {"sse4.2", Leaf1C, bit(20)},
    {"movbe", Leaf1C, bit(22)},
    {"popcnt", Leaf1C, bit(23)},
    {"aes", Leaf1C, bit(25)},
    {"avx", Leaf1C, bit(28)},
    {"f16c", Leaf1C, bit(29)},
    {"cx8", Leaf1D, bit(8)},
    {"cmov", Leaf1D, bit(15)},
    {"mmx", Leaf1D, bit(23)},
    {"sse", Leaf1D, bit(25)},
    {"sse2", Leaf1D, bit(26)},
    {"bmi", Leaf7B, bit(3)},
    {"avx2", Leaf7B, bit(5)},
    {"bmi2", Leaf7B, bit(8)},
    {"avx512f", Leaf7B, bit(16)},
    {"avx512dq", Leaf7B, bit(17)},
    {"adx", Leaf7B, bit(19)},
    {"avx512ifma", Leaf7B, bit(21)},
    {"avx512cd", Leaf7B, bit(28)},
    {"sha", Leaf7B, bit(29)},
    {"avx512bw", Leaf7B, bit(30)},
    {"avx512vl", Leaf7B, bit(31)},
    {"avx512vbmi", Leaf7C, bit(1)},
    {"avx512vbmi2", Leaf7C, bit(6)},
    {"gfni", Leaf7C, bit(8)},
    {"vaes", Leaf7C, bit(9)},
    {"vpclmulqdq", Leaf7C, bit(10)},
    {"avx512vnni", Leaf7C, bit(11)},
    {"avx512bitalg", Leaf7C, bit(12)},
    {"avx512vpopcntdq", Leaf7C, bit(14)},
    {"avx512vp2intersect", Leaf7D, bit(8)},
    {"avx512fp16", Leaf7D, bit(23)},
    {"avxvnni", Leaf7Sub1A, bit(4)},
    {"avx512bf16", Leaf7Sub1A, bit(5)},
    {"avxifma", Leaf7Sub1A, bit(23)},
    {"avxvnniint8", Leaf7Sub1D, bit(4)},
    {"avxneconvert", Leaf7Sub1D, bit(5)},
    {"avxvnniint16", Leaf7Sub1D, bit(10)},
    {"egpr", Leaf7Sub1D, bit(21)},
    {"sahf", LeafExtended1C, bit(0)},
    {"lzcnt", LeafExtended1C, bit(5)},
    {"sse4a", LeafExtended1C, bit(6)},
    {"prfchw", LeafExtended1C, bit(8)},
    {"xop", LeafExtended1C, bit(11)},
    {"fma4", LeafExtended1C, bit(16)},
    {"tbm", LeafExtended1C, bit(21)},
    // Registers that the operating system saves: of 128 and 256 bits; masks,
    // and both halves of those of 512 bits; the second 16 of numbers.
    {"avx", SavedState, bit(1) | bit(2)},
    {"avx512f", SavedState, bit(5) | bit(6) | bit(7)},
    {"egpr", SavedState, bit(19)},
};

/// Linux, Documentation/arch/arm64/elf_hwcaps.rst.
constexpr Extension armExtensions[] = {
    {"fp-armv8", Hwcap, bit(0)},
    {"neon", Hwcap, bit(1)},
    {"aes", Hwcap, bit(3) | bit(4)},
    {"sha2", Hwcap, bit(5) | bit(6)},
    {"crc", Hwcap, bit(7)},
    {"lse", Hwcap, bit(8)},
    {"fullfp16", Hwcap, bit(9) | bit(10)},
    {"rdm", Hwcap, bit(12)},
    {"jsconv", Hwcap, bit(13)},
    {"complxnum", Hwcap, bit(14)},
    {"rcpc", Hwcap, bit(15)},
    {"sha3", Hwcap, bit(17) | bit(21)},
    {"sm4", Hwcap, bit(18) | bit(19)},
    {"dotprod", Hwcap, bit(20)},
    {"sve", Hwcap, bit(22)},
    {"fp16fml", Hwcap, bit(23)},
    {"lse2", Hwcap, bit(25)},
    {"rcpc-immo", Hwcap, bit(26)},
    {"flagm", Hwcap, bit(27)},
    {"sve2", Hwcap2, bit(1)},
    {"sve-aes", Hwcap2, bit(2) | bit(3)},
    {"sve-bitperm", Hwcap2, bit(4)},
    {"sve-sha3", Hwcap2, bit(5)},
    {"sve-sm4", Hwcap2, bit(6)},
    {"altnzcv", Hwcap2, bit(7)},
    {"fptoint", Hwcap2, bit(8)},
    {"i8mm", Hwcap2, bit(13)},
    {"bf16", Hwcap2, bit(14)},
    {"cssc", Hwcap2, bit(34)},
    {"sve2p1", Hwcap2, bit(36)},
    {"mops", Hwcap2, bit(43)},
};

/// Extensions whose presence is said in other ways, or is not known here.
constexpr StringLiteral unknownExtensions[] = {"avx10.2", "sme", "fp8"};

ArrayRef<Extension> getExtensions(const Triple &triple) {
  if (triple.getArch() == Triple::x86_64)
    return x86Extensions;
  if (triple.getArch() == Triple::aarch64 && triple.isOSLinux())
    return armExtensions;
  return {};
}

int64_t countBits(const NeededWords &words) {
  int64_t count = 0;
  for (uint64_t word : words)
    count += llvm::popcount(word);
  return count;
}

/// Whether a processor that has `b` has `a` as well.
bool isIncluded(const NeededWords &a, const NeededWords &b) {
  return llvm::all_of(llvm::zip_equal(a, b), [](auto pair) {
    auto [x, y] = pair;
    return (x & y) == x;
  });
}

struct Version {
  Machine machine;
  NeededWords needed;

  /// Wide vectors first; then what uses more of the processor.
  auto getRank() const {
    return std::tuple(-machine.vectorBits, -countBits(needed), machine.cpu);
  }
};

} // namespace

llvm::Expected<NeededWords> getNeededWords(const Machine &machine) {
  Triple triple(machine.triple);
  ArrayRef<Extension> extensions = getExtensions(triple);
  if (extensions.empty())
    return llvm::createStringError(
        "a library for several processors can be made for x86-64 and for "
        "AArch64 with Linux, not for " +
        machine.triple + ": expected one --cpu");
  std::string reason;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, reason);
  if (!target)
    return llvm::createStringError(reason);
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      target->createMCSubtargetInfo(triple, machine.cpu, machine.features));
  NeededWords needed = {};
  for (const auto &feature : subtarget->getEnabledProcessorFeatures()) {
    if (llvm::is_contained(unknownExtensions, feature.Key))
      return llvm::createStringError(
          "a program cannot find out whether a processor has all that '" +
          machine.cpu + "' has, '" + feature.Key +
          "' for one; name a lesser processor, or this one alone");
    for (const Extension &extension : extensions)
      if (extension.feature == feature.Key)
        needed[extension.word] |= extension.bits;
  }
  return needed;
}

llvm::Expected<std::vector<Machine>> orderVersions(ArrayRef<Machine> machines) {
  std::vector<Version> versions;
  for (const Machine &machine : machines) {
    llvm::Expected<NeededWords> needed = getNeededWords(machine);
    if (!needed)
      return needed.takeError();
    versions.push_back({machine, *needed});
  }
  llvm::sort(versions, [](const Version &a, const Version &b) {
    return a.getRank() < b.getRank();
  });
  std::vector<Machine> result;
  for (auto [i, version] : llvm::enumerate(versions)) {
    for (const Version &better : llvm::ArrayRef(versions).take_front(i))
      if (isIncluded(better.needed, version.needed))
        return llvm::createStringError(
            "code for '" + version.machine.cpu +
            "' would never run: a processor that can run it runs that for '" +
            better.machine.cpu + "'; leave one of them out");
    result.push_back(version.machine);
  }
  return result;
}

} // namespace mlir::cnn
