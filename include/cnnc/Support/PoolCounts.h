//===- PoolCounts.h - What average pools divide by --------------*- C++ -*-===//

#ifndef CNNC_SUPPORT_POOLCOUNTS_H
#define CNNC_SUPPORT_POOLCOUNTS_H

#include "cnnc/Support/Window.h"

#include <vector>

namespace mlir::cnn {

/// How many elements an average pool over an image of `extents`, the spatial
/// ones, divides by at each position, in row-major order. Pads count if
/// `includePad`, else only the taps inside of the image.
std::vector<float> getPoolCounts(const Window &window,
                                 llvm::ArrayRef<int64_t> extents,
                                 bool includePad);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_POOLCOUNTS_H
