//===- IntegerLayer.h - What a requantized sum is a layer of ----*- C++ -*-===//

#ifndef CNNC_LIB_EXPORT_INTEGERLAYER_H
#define CNNC_LIB_EXPORT_INTEGERLAYER_H

#include "cnnc/Dialect/CNN/CNN.h"

#include <optional>
#include <vector>

namespace mlir::cnn {

/// A layer of quantized numbers that ends in a requantize: a convolution, a
/// product of matrices, or a mean. Scales are such that the float32 product of
/// those of x and w is the scale of the sums.
struct IntegerLayer {
  /// The sums: a conv_integer, a matmul_integer, or null for a mean.
  Operation *product = nullptr;
  /// The sums of a mean, the first one first.
  SmallVector<ReduceOp> sums;
  Value x, w;
  /// Integers in the unit of the sums, or null.
  Value bias;
  /// Null for zero. That of x is one number, that of w one or one a channel.
  ElementsAttr xZeroPoint, wZeroPoint;
  float xScale = 1;
  /// One number, or one a channel.
  std::vector<float> wScale;

  /// What the layer reads, without constants.
  SmallVector<Value> getOperands() const { return {x, w, bias}; }
};

/// The layer that `op` ends, if its scales are constants and its sums of a form
/// that float layers between dequantized and quantized tensors have.
std::optional<IntegerLayer> matchIntegerLayer(RequantizeOp op);

} // namespace mlir::cnn

#endif // CNNC_LIB_EXPORT_INTEGERLAYER_H
