//===- Slabs.h - Constants cut to stay near those who read them -*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_SLABS_H
#define CNNC_LIB_CONVERSION_SLABS_H

#include "cnnc/Support/Machine.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstdint>

namespace mlir::kernel {

/// A sum over `extent` steps in `count` slabs of `size` steps, the last of
/// which may be smaller.
struct Slabs {
  int64_t count = 1, size = 1;

  /// Slabs whose constants, `stepBytes` a step, take two thirds of the first
  /// cache; `unit` divides their size. One slab if all constants together have
  /// at most `nearBytes`, or where there is no cache.
  static Slabs get(int64_t extent, int64_t unit, int64_t stepBytes,
                   int64_t nearBytes, const cnn::Machine &machine) {
    if (extent * stepBytes <= nearBytes || machine.level1Bytes == 0)
      return {1, extent};
    int64_t largest =
        std::max<int64_t>(1, machine.level1Bytes * 2 / 3 / (unit * stepBytes)) *
        unit;
    int64_t count = llvm::divideCeilSigned(extent, largest);
    int64_t size = llvm::alignTo(llvm::divideCeilSigned(extent, count), unit);
    return {llvm::divideCeilSigned(extent, size), std::min(extent, size)};
  }
};

/// Bytes of constants that stay near all tiles that read them, of which a chunk
/// of the image, or of the rows, has several. Few chunks read a slab seldom:
/// there slabs pay as soon as the constants leave the first cache, since what
/// is fetched meanwhile then takes no more of the second cache than a slab.
inline int64_t getNearBytes(int64_t chunks, const cnn::Machine &machine) {
  constexpr int64_t fewChunks = 2;
  return chunks <= fewChunks ? 2 * machine.level1Bytes
                             : machine.level2Bytes / 2;
}

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_SLABS_H
