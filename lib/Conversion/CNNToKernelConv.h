//===- CNNToKernelConv.h - Parts of the lowering of convolutions *- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_CNNTOKERNELCONV_H
#define CNNC_LIB_CONVERSION_CNNTOKERNELCONV_H

#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/IR/PatternMatch.h"

#include <vector>

namespace mlir::cnn {

/// The convolution is two-dimensional and its filter and bias can be packed.
bool isKernelConv(ConvOp conv);

/// What a convolution adds and applies, in the layouts of the kernels.
struct PackedEpilogue {
  Value bias, residual;
  FunctionAttr activation;
  /// Applied to the plain result instead, because lanes beyond the last channel
  /// must stay finite.
  FunctionAttr late;
};

/// Packs bias and residual of a `cnn.conv` or `cnn.winograd_conv`, whose bias
/// is a constant.
template <typename OpTy>
PackedEpilogue packEpilogue(OpBuilder &builder, OpTy conv, int64_t lanes);

/// A constant of `shape`, with the element type and location of `filter`.
Value createPackedFilter(OpBuilder &builder, Value filter,
                         ArrayRef<int64_t> shape, std::vector<float> &&values);

/// Replaces the convolution by the plain form of what a kernel computes.
void replaceByBlocked(PatternRewriter &rewriter, Operation *conv, Value blocked,
                      FunctionAttr late);

/// Convolutions in one and three dimensions, or whose filter is computed.
void populateConvLongTail(RewritePatternSet &patterns);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_CNNTOKERNELCONV_H
