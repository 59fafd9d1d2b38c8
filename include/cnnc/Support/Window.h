//===- Window.h - Sliding windows -------------------------------*- C++ -*-===//
//
// The geometry that convolutions and pools share.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_WINDOW_H
#define CNNC_SUPPORT_WINDOW_H

#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace mlir::cnn {

/// One spatial dimension of a sliding window.
struct WindowDim {
  int64_t size = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t padLow = 0;
  int64_t padHigh = 0;

  /// Input elements from the first tap to the last: (size - 1) * dilation + 1.
  int64_t getReach() const { return (size - 1) * dilation + 1; }

  /// Positions of the window in an input of `extent` elements; less than one if
  /// the window does not fit. With `ceil` a last, partial window counts if it
  /// starts inside the input or its low padding (ONNX, operator MaxPool).
  int64_t getOutputExtent(int64_t extent, bool ceil = false) const;

  /// Extent of the transposed convolution of `extent` elements.
  int64_t getTransposedExtent(int64_t extent, int64_t outputPad = 0) const;

  /// The range [first, last) of taps that fall inside an input of `extent`
  /// elements at output position `position`; empty if first >= last.
  std::pair<int64_t, int64_t> getValidTaps(int64_t position,
                                           int64_t extent) const;

  /// The most taps that are before and after the range of those inside, at any
  /// of `positions` output positions.
  std::pair<int64_t, int64_t> getMostOutside(int64_t extent,
                                             int64_t positions) const;

  /// One tap, stride one, no padding: the window is a single element.
  bool isPointwise() const {
    return size == 1 && stride == 1 && padLow == 0 && padHigh == 0;
  }
};

/// One entry per spatial dimension, outermost first.
using Window = llvm::SmallVector<WindowDim, 3>;

/// Every dimension of the window is a single element.
bool isPointwise(const Window &window);

/// Some dimension reads outside its input.
bool hasPadding(const Window &window);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_WINDOW_H
