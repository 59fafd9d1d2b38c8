//===- CNNToKernelConv.h - Parts of the lowering of convolutions *- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_CNNTOKERNELCONV_H
#define CNNC_LIB_CONVERSION_CNNTOKERNELCONV_H

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/Machine.h"
#include "cnnc/Support/Packing.h"

#include "mlir/IR/PatternMatch.h"

#include <vector>

namespace mlir::cnn {

/// The filter is known and can be packed; in two dimensions also one that is
/// stored in fewer bits.
bool hasPackableFilter(ConvOp conv);

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

/// Groups of as many outputs as inputs that share a channel block: a group is
/// a channel, or several of them are a block.
bool hasSmallGroups(const FilterShape &shape, int64_t lanes);

/// How many groups make whole channel blocks when computed as one, or 0 if that
/// wastes more than it saves.
int64_t getMergedGroups(const FilterShape &shape, int64_t lanes);

/// Output blocks that are computed together for an output of shape N x O x H x
/// W. Where threads share filter blocks only, since the image is a tile or few,
/// each of two gets as many.
int64_t chooseOutputBlocks(const Machine &machine, Blocking blocking,
                           const FilterShape &shape, ArrayRef<int64_t> output);

/// Convolutions in one and three dimensions, or whose filter is computed.
void populateConvLongTail(RewritePatternSet &patterns);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_CNNTOKERNELCONV_H
