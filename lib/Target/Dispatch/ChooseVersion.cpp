//===- ChooseVersion.cpp - Choosing code for the processor ----------------===//
//
// Compiled into networks of several versions, and not into the compiler.
//
//===----------------------------------------------------------------------===//

#include "Words.h"

using namespace mlir::cnn::dispatch;

#if defined(__x86_64__)

#include <cpuid.h>

namespace {

/// A leaf of cpuid; zeros if the processor has no such leaf.
struct Leaf {
  uint32_t a = 0, b = 0, c = 0, d = 0;

  explicit Leaf(uint32_t number, uint32_t part = 0) {
    uint32_t last, unused;
    __cpuid(number & 0x80000000, last, unused, unused, unused);
    if (number <= last)
      __cpuid_count(number, part, a, b, c, d);
  }
};

void readWords(uint64_t *words) {
  constexpr uint32_t hasControlRegister = 1u << 27;
  Leaf first(1), seventh(7), extended(0x80000001);
  words[Leaf1C] = first.c;
  words[Leaf1D] = first.d;
  words[Leaf7B] = seventh.b;
  words[Leaf7C] = seventh.c;
  words[Leaf7D] = seventh.d;
  words[LeafExtended1C] = extended.c;
  // Its register A says how many parts the leaf has.
  if (seventh.a >= 1) {
    Leaf part(7, 1);
    words[Leaf7Sub1A] = part.a;
    words[Leaf7Sub1D] = part.d;
  }
  if (first.c & hasControlRegister) {
    uint32_t low, high;
    asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    words[SavedState] = low;
  }
}

} // namespace

#elif defined(__aarch64__)

extern "C" unsigned long getauxval(unsigned long type);

namespace {

void readWords(uint64_t *words) {
  constexpr unsigned long hwcapEntry = 16, hwcap2Entry = 26;
  words[Hwcap] = getauxval(hwcapEntry);
  words[Hwcap2] = getauxval(hwcap2Entry);
}

} // namespace

#endif

static int32_t findVersion(const uint64_t *needed, int32_t count) {
  uint64_t words[wordCount];
  for (int32_t i = 0; i != wordCount; ++i)
    words[i] = 0;
  readWords(words);
  for (int32_t version = 0; version != count; ++version) {
    bool fits = true;
    for (int32_t i = 0; i != wordCount; ++i, ++needed)
      fits = fits && (words[i] & *needed) == *needed;
    if (fits)
      return version;
  }
  return -1;
}

extern "C" int32_t cnnc_choose_version(const uint64_t *needed, int32_t count) {
  // 0 until it is known, then 2 more than the result; every thread stores the
  // same.
  static int32_t chosen;
  int32_t known = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
  if (known == 0) {
    known = findVersion(needed, count) + 2;
    __atomic_store_n(&chosen, known, __ATOMIC_RELAXED);
  }
  return known - 2;
}
