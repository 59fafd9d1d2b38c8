//===- SumsOfProducts.h - Convolutions and products as linalg ---*- C++ -*-===//
//
// What no kernel computes: convolutions whose filter is computed, and sums of
// integers. Float or integer operands; integers narrower than the result are
// extended with their sign.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_CONVERSION_SUMSOFPRODUCTS_H
#define CNNC_LIB_CONVERSION_SUMSOFPRODUCTS_H

#include "cnnc/Support/Window.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::cnn {

/// A convolution in any number of dimensions without what follows the sum.
struct ConvSum {
  Value input, filter;
  Window window;
  int64_t groups = 1;
  /// The type of the result.
  RankedTensorType type;
};
Value createConvSum(OpBuilder &builder, Location loc, ConvSum conv);

/// [B x] M x K times [B x] K x N.
Value createMatrixSum(OpBuilder &builder, Location loc, Value lhs, Value rhs,
                      RankedTensorType type);

/// The elements of an image N x C x ... that a window covers at each position,
/// and the window's taps: loops of positions, then loops of taps.
SmallVector<AffineExpr> getWindowPositions(Builder &builder,
                                           const Window &window,
                                           int64_t firstPosition,
                                           int64_t firstTap);

/// `value` minus its zero point, which may be null and broadcasts, as a tensor
/// of signed integers of at most twice as many bits. Of constants of bytes, a
/// constant.
Value createDifference(OpBuilder &builder, Location loc, Value value,
                       Value zeroPoint);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_SUMSOFPRODUCTS_H
