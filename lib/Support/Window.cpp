//===- Window.cpp - Sliding windows ---------------------------------------===//

#include "cnnc/Support/Window.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir::cnn;

int64_t WindowDim::getOutputExtent(int64_t extent, bool ceil) const {
  int64_t room = extent + padLow + padHigh - getReach();
  if (room < 0)
    return 0;
  if (!ceil)
    return room / stride + 1;
  int64_t outputs = llvm::divideCeil(room, stride) + 1;
  if ((outputs - 1) * stride >= extent + padLow)
    --outputs;
  return outputs;
}

int64_t WindowDim::getTransposedExtent(int64_t extent,
                                       int64_t outputPad) const {
  return (extent - 1) * stride + getReach() + outputPad - padLow - padHigh;
}

std::pair<int64_t, int64_t> WindowDim::getValidTaps(int64_t position,
                                                    int64_t extent) const {
  int64_t start = position * stride - padLow;
  int64_t first = start < 0 ? llvm::divideCeil(-start, dilation) : 0;
  int64_t last =
      start >= extent
          ? 0
          : std::min<int64_t>(size, llvm::divideCeil(extent - start, dilation));
  return {first, last};
}

std::pair<int64_t, int64_t> WindowDim::getMostOutside(int64_t extent,
                                                      int64_t positions) const {
  int64_t before = 0, after = 0;
  for (int64_t position = 0; position < positions; ++position) {
    auto [first, last] = getValidTaps(position, extent);
    before = std::max(before, first);
    after = std::max(after, size - last);
  }
  return {before, after};
}

bool mlir::cnn::isPointwise(const Window &window) {
  return llvm::all_of(window,
                      [](const WindowDim &dim) { return dim.isPointwise(); });
}

bool mlir::cnn::hasPadding(const Window &window) {
  return llvm::any_of(window, [](const WindowDim &dim) {
    return dim.padLow != 0 || dim.padHigh != 0;
  });
}
