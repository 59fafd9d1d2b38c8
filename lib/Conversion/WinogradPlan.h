//===- WinogradPlan.h - How Winograd convolutions are cut -------*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_WINOGRADPLAN_H
#define CNNC_LIB_CONVERSION_WINOGRADPLAN_H

#include "cnnc/Support/Machine.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Winograd.h"

namespace mlir::cnn {

/// Bytes of an element of U and V, and of P.
struct WinogradBytes {
  int64_t factor = 4, product = 4;
};

/// What is split: filter blocks and tiles, and into how many parts that may run
/// in parallel.
struct WinogradParts {
  int64_t filterBlocks, tiles, chunks;
};

/// Large images have blocks of tiles for all threads; others share the tiles
/// and split the filter, or have smaller blocks if the filter has few.
WinogradPlan chooseWinogradPlan(const Machine &machine,
                                const WinogradExtents &extents,
                                const WinogradParts &parts,
                                WinogradBytes bytes);

/// Output blocks that are computed together: an even number of filter blocks
/// can be split between threads.
Blocking chooseWinogradBlocking(const Machine &machine, int64_t outputs);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_WINOGRADPLAN_H
