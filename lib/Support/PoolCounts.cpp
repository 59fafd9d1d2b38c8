//===- PoolCounts.cpp - What average pools divide by ----------------------===//

#include "cnnc/Support/PoolCounts.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir::cnn;

std::vector<float> mlir::cnn::getPoolCounts(const Window &window,
                                            llvm::ArrayRef<int64_t> extents,
                                            bool includePad) {
  std::vector<float> counts = {1};
  for (auto [dim, extent] : llvm::zip_equal(window, extents)) {
    WindowDim counted = dim;
    int64_t room = extent;
    if (includePad) {
      room += dim.padLow + dim.padHigh;
      counted.padLow = counted.padHigh = 0;
    }
    std::vector<float> longer;
    for (float count : counts)
      for (int64_t i = 0, e = dim.getOutputExtent(extent); i < e; ++i) {
        auto [first, last] = counted.getValidTaps(i, room);
        longer.push_back(count * static_cast<float>(last - first));
      }
    counts = std::move(longer);
  }
  return counts;
}
