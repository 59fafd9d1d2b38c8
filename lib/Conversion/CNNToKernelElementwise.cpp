//===- CNNToKernelElementwise.cpp - Elementwise ops as linalg -------------===//

#include "CNNToKernel.h"
#include "EmitArithmetic.h"
#include "EmitFunction.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

namespace mlir::cnn {
namespace {

struct LowerBinary : OpRewritePattern<BinaryOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(BinaryOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, op.getLoc(), type, op.getOperands(),
                [&](ImplicitLocOpBuilder &builder, ValueRange elements) {
                  return emitBinary(builder, op.getKind(),
                                    type.getElementType(), elements);
                }));
    return success();
  }
};

struct LowerCompare : OpRewritePattern<CompareOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(CompareOp op,
                                PatternRewriter &rewriter) const override {
    Type element = getElementType(op.getLhs());
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, op.getLoc(), cast<RankedTensorType>(op.getType()),
                op.getOperands(),
                [&](ImplicitLocOpBuilder &builder, ValueRange elements) {
                  return emitCompare(builder, op.getKind(), element, elements);
                }));
    return success();
  }
};

struct LowerSelect : OpRewritePattern<SelectOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SelectOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, op.getLoc(), cast<RankedTensorType>(op.getType()),
                op.getOperands(),
                [](ImplicitLocOpBuilder &builder, ValueRange elements) {
                  return arith::SelectOp::create(builder, elements[0],
                                                 elements[1], elements[2])
                      .getResult();
                }));
    return success();
  }
};

struct LowerUnary : OpRewritePattern<UnaryOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(UnaryOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    Type element = type.getElementType();
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, op.getLoc(), type, op.getInput(),
                [&](ImplicitLocOpBuilder &builder, ValueRange x) {
                  return isa<FloatType>(element)
                             ? emitFunction(builder, op.getFunction(), x[0])
                             : emitIntegerFunction(builder, op.getFunction(),
                                                   element, x[0]);
                }));
    return success();
  }
};

/// y = gain * x + offset, with gain and offset computed here.
struct LowerBatchNorm : OpRewritePattern<BatchNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(BatchNormOp norm,
                                PatternRewriter &rewriter) const override {
    if (!llvm::all_of(norm->getOperands().drop_front(), isPackable))
      return failure();
    auto scale = getFloats(norm.getScale()), shift = getFloats(norm.getShift());
    auto mean = getFloats(norm.getMean());
    auto variance = getFloats(norm.getVariance());
    std::vector<float> gain, offset;
    double epsilon = norm.getEpsilon().convertToDouble();
    for (size_t i = 0; i < scale->size(); ++i) {
      double factor = (*scale)[i] / std::sqrt((*variance)[i] + epsilon);
      gain.push_back(factor);
      offset.push_back((*shift)[i] - (*mean)[i] * factor);
    }
    auto type = cast<RankedTensorType>(norm.getType());
    SmallVector<int64_t> shape(type.getRank() - 1, 1);
    shape[0] = gain.size();
    auto constant = [&](ArrayRef<float> values) {
      return createConstant(rewriter, norm.getLoc(), type.clone(shape), values);
    };
    rewriter.replaceOp(
        norm,
        createElementwise(
            rewriter, norm.getLoc(), type,
            {norm.getInput(), constant(gain), constant(offset)},
            [](ImplicitLocOpBuilder &builder, ValueRange elements) -> Value {
              Value product =
                  arith::MulFOp::create(builder, elements[0], elements[1]);
              return arith::AddFOp::create(builder, product, elements[2]);
            }));
    return success();
  }
};

/// The same where a parameter is computed at run time.
struct LowerComputedBatchNorm : OpRewritePattern<BatchNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(BatchNormOp norm,
                                PatternRewriter &rewriter) const override {
    if (llvm::all_of(norm->getOperands().drop_front(), isPackable))
      return failure();
    auto type = cast<RankedTensorType>(norm.getType());
    SmallVector<int64_t> shape(type.getRank() - 1, 1);
    shape[0] = type.getDimSize(1);
    SmallVector<Value> operands = {norm.getInput()};
    for (Value parameter : norm->getOperands().drop_front())
      operands.push_back(
          createReshape(rewriter, norm.getLoc(), parameter, shape));
    double epsilon = norm.getEpsilon().convertToDouble();
    rewriter.replaceOp(
        norm, createElementwise(
                  rewriter, norm.getLoc(), type, operands,
                  [&](ImplicitLocOpBuilder &builder, ValueRange x) -> Value {
                    Value small = createScalar(builder, builder.getLoc(),
                                               x[0].getType(), epsilon);
                    Value sum = arith::AddFOp::create(builder, x[4], small);
                    Value root = math::SqrtOp::create(builder, sum);
                    Value gain = arith::DivFOp::create(builder, x[1], root);
                    Value centred = arith::SubFOp::create(builder, x[0], x[3]);
                    Value product =
                        arith::MulFOp::create(builder, centred, gain);
                    return arith::AddFOp::create(builder, product, x[2]);
                  }));
    return success();
  }
};

struct LowerExpand : OpRewritePattern<ExpandOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ExpandOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    Location loc = op.getLoc();
    if (op.getInput().getType() == type) {
      rewriter.replaceOp(op, op.getInput());
      return success();
    }
    MapOperand operand =
        createBroadcast(rewriter, loc, op.getInput(), type.getShape());
    rewriter.replaceOp(
        op, createMap(rewriter, loc, type, operand,
                      [](ImplicitLocOpBuilder &, ValueRange elements) {
                        return elements[0];
                      }));
    return success();
  }
};

struct LowerCast : OpRewritePattern<CastOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(CastOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getOutput().getType());
    Type from = getElementType(op.getInput());
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, op.getLoc(), type, op.getInput(),
                [&](ImplicitLocOpBuilder &builder, ValueRange elements) {
                  return emitCast(builder, from, type.getElementType(),
                                  elements[0]);
                }));
    return success();
  }
};

} // namespace

void populateElementwiseToKernel(RewritePatternSet &patterns) {
  patterns.add<LowerBinary, LowerCompare, LowerSelect, LowerUnary,
               LowerBatchNorm, LowerComputedBatchNorm, LowerExpand, LowerCast>(
      patterns.getContext());
}

} // namespace mlir::cnn
