//===- Words.h - What a processor says it has -------------------*- C++ -*-===//
//
// Shared with code that is compiled into networks: nothing of any library.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_TARGET_DISPATCH_WORDS_H
#define CNNC_LIB_TARGET_DISPATCH_WORDS_H

#include <stdint.h>

namespace mlir::cnn::dispatch {

/// The words of bits that say which extensions there are. Of x86-64: results of
/// the instruction cpuid, by leaf and register, and what the operating system
/// saves of registers. Of AArch64: what Linux passes to programs.
enum Word : int32_t {
  Leaf1C,
  Leaf1D,
  Leaf7B,
  Leaf7C,
  Leaf7D,
  Leaf7Sub1A,
  Leaf7Sub1D,
  LeafExtended1C,
  /// The extended control register 0.
  SavedState,
  Hwcap = 0,
  Hwcap2,
  wordCount = SavedState + 1
};

} // namespace mlir::cnn::dispatch

/// The first of `count` versions that may run on this processor, or -1. Each
/// needs the bits of `wordCount` words. The same in every call of a process,
/// from any thread; only the first call looks at the processor.
extern "C" int32_t cnnc_choose_version(const uint64_t *needed, int32_t count);

#endif // CNNC_LIB_TARGET_DISPATCH_WORDS_H
