//===- SimplifyQuantization.cpp - Weights stored as integers --------------===//

#include "Rewrites.h"
#include "Simplify.h"

namespace mlir::cnn {
namespace {

/// dequantize(constant)  -->  constant
struct DequantizeConstant : OpRewritePattern<DequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DequantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto integers = getIntegers(op.getInput());
    auto scales = getDoubles(op.getScale());
    auto zeros = op.getZeroPoint() ? getIntegers(op.getZeroPoint())
                                   : std::vector<int64_t>{0};
    if (!integers || !scales || !zeros)
      return rewriter.notifyMatchFailure(op, "an operand is not constant");
    ArrayRef<int64_t> shape = getShape(op.getInput());
    ArrayRef<int64_t> scaleShape = getShape(op.getScale()), zeroShape;
    if (op.getZeroPoint())
      zeroShape = getShape(op.getZeroPoint());
    std::vector<double> values;
    for (auto [i, integer] : llvm::enumerate(*integers)) {
      // Rounded as the op says: the difference, then the product.
      float difference =
          integer - (*zeros)[getBroadcastPosition(zeroShape, shape, i)];
      float product =
          difference * (*scales)[getBroadcastPosition(scaleShape, shape, i)];
      values.push_back(product);
    }
    rewriter.replaceOp(
        op, createConstant(rewriter, op.getLoc(),
                           cast<RankedTensorType>(op.getOutput().getType()),
                           values));
    return success();
  }
};

} // namespace

void populateSimplifyQuantization(RewritePatternSet &patterns) {
  patterns.add<DequantizeConstant>(patterns.getContext());
}

} // namespace mlir::cnn
