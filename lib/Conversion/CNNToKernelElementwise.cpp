//===- CNNToKernelElementwise.cpp - Elementwise ops as linalg -------------===//

#include "CNNToKernel.h"
#include "EmitFunction.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>

namespace mlir::cnn {
namespace {

/// The larger (`isMax`) or smaller of two numbers. A NaN wins.
Value emitExtremum(ImplicitLocOpBuilder &builder, Value lhs, Value rhs,
                   bool isMax, bool isUnsigned) {
  if (isa<FloatType>(lhs.getType())) {
    if (isMax)
      return arith::MaximumFOp::create(builder, lhs, rhs);
    return arith::MinimumFOp::create(builder, lhs, rhs);
  }
  if (isUnsigned) {
    if (isMax)
      return arith::MaxUIOp::create(builder, lhs, rhs);
    return arith::MinUIOp::create(builder, lhs, rhs);
  }
  if (isMax)
    return arith::MaxSIOp::create(builder, lhs, rhs);
  return arith::MinSIOp::create(builder, lhs, rhs);
}

template <typename FloatOp, typename IntegerOp>
Value emitArithmetic(ImplicitLocOpBuilder &builder, Value lhs, Value rhs) {
  if (isa<FloatType>(lhs.getType()))
    return FloatOp::create(builder, lhs, rhs);
  return IntegerOp::create(builder, lhs, rhs);
}

Value emitPower(ImplicitLocOpBuilder &builder, Value lhs, Value rhs) {
  if (isa<FloatType>(lhs.getType()))
    return math::PowFOp::create(builder, lhs, rhs);
  return math::IPowIOp::create(builder, lhs, rhs);
}

Value emitPRelu(ImplicitLocOpBuilder &builder, Value x, Value slope) {
  Value zero = createScalar(builder, builder.getLoc(), x.getType(), 0);
  Value isNegative, product;
  if (isa<FloatType>(x.getType())) {
    isNegative =
        arith::CmpFOp::create(builder, arith::CmpFPredicate::OLT, x, zero);
    product = arith::MulFOp::create(builder, x, slope);
  } else {
    isNegative =
        arith::CmpIOp::create(builder, arith::CmpIPredicate::slt, x, zero);
    product = arith::MulIOp::create(builder, x, slope);
  }
  return arith::SelectOp::create(builder, isNegative, product, x);
}

} // namespace

Value emitBinary(ImplicitLocOpBuilder &builder, BinaryKind kind, Value lhs,
                 Value rhs, bool isUnsigned) {
  switch (kind) {
  case BinaryKind::add:
    return emitArithmetic<arith::AddFOp, arith::AddIOp>(builder, lhs, rhs);
  case BinaryKind::sub:
    return emitArithmetic<arith::SubFOp, arith::SubIOp>(builder, lhs, rhs);
  case BinaryKind::mul:
    return emitArithmetic<arith::MulFOp, arith::MulIOp>(builder, lhs, rhs);
  case BinaryKind::div:
    if (isUnsigned)
      return arith::DivUIOp::create(builder, lhs, rhs);
    return emitArithmetic<arith::DivFOp, arith::DivSIOp>(builder, lhs, rhs);
  case BinaryKind::pow:
    return emitPower(builder, lhs, rhs);
  case BinaryKind::min:
    return emitExtremum(builder, lhs, rhs, /*isMax=*/false, isUnsigned);
  case BinaryKind::max:
    return emitExtremum(builder, lhs, rhs, /*isMax=*/true, isUnsigned);
  case BinaryKind::prelu:
    return emitPRelu(builder, lhs, rhs);
  }
  llvm_unreachable("every function is handled");
}

namespace {

struct LowerBinary : OpRewritePattern<BinaryOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(BinaryOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    bool isUnsigned = type.getElementType().isUnsignedInteger();
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, op.getLoc(), type, op.getOperands(),
                [&](ImplicitLocOpBuilder &builder, ValueRange elements) {
                  return emitBinary(builder, op.getKind(), elements[0],
                                    elements[1], isUnsigned);
                }));
    return success();
  }
};

struct LowerUnary : OpRewritePattern<UnaryOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(UnaryOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(
        op, createElementwise(
                rewriter, op.getLoc(), cast<RankedTensorType>(op.getType()),
                op.getInput(),
                [&](ImplicitLocOpBuilder &builder, ValueRange elements) {
                  return emitFunction(builder, op.getFunction(), elements[0]);
                }));
    return success();
  }
};

/// y = gain * x + offset, with gain and offset computed here.
struct LowerBatchNorm : OpRewritePattern<BatchNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(BatchNormOp norm,
                                PatternRewriter &rewriter) const override {
    auto scale = getFloats(norm.getScale()), shift = getFloats(norm.getShift());
    auto mean = getFloats(norm.getMean());
    auto variance = getFloats(norm.getVariance());
    if (!scale || !shift || !mean || !variance)
      return failure();
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
    if (llvm::all_of(norm->getOperands().drop_front(),
                     [](Value value) { return bool(getConstant(value)); }))
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

/// Widths differ: the conversion between two floats or two integers.
template <typename Widen, typename Narrow>
Value emitResize(ImplicitLocOpBuilder &builder, Type type, Value x) {
  unsigned from = x.getType().getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (from == to)
    return x;
  if (from < to)
    return Widen::create(builder, type, x);
  return Narrow::create(builder, type, x);
}

/// `x`, which was of type `from`, as a signless number of the meaning of `to`.
Value emitCast(ImplicitLocOpBuilder &builder, Type from, Type to, Value x) {
  bool isUnsigned = from.isUnsignedInteger() || from.isInteger(1);
  Type target = to;
  if (auto integer = dyn_cast<IntegerType>(to))
    target = builder.getIntegerType(integer.getWidth());
  if (isa<FloatType>(from) && isa<FloatType>(to)) {
    // float16 and bfloat16 are equally wide but differ.
    if (from != to &&
        from.getIntOrFloatBitWidth() == to.getIntOrFloatBitWidth())
      x = arith::ExtFOp::create(builder, builder.getF32Type(), x);
    return emitResize<arith::ExtFOp, arith::TruncFOp>(builder, target, x);
  }
  if (isa<FloatType>(from) && to.isInteger(1)) {
    Value zero = createScalar(builder, builder.getLoc(), from, 0);
    return arith::CmpFOp::create(builder, arith::CmpFPredicate::UNE, x, zero);
  }
  if (isa<FloatType>(from)) {
    if (to.isUnsignedInteger())
      return arith::FPToUIOp::create(builder, target, x);
    return arith::FPToSIOp::create(builder, target, x);
  }
  if (isa<FloatType>(to)) {
    if (isUnsigned)
      return arith::UIToFPOp::create(builder, target, x);
    return arith::SIToFPOp::create(builder, target, x);
  }
  if (to.isInteger(1)) {
    Value zero = createScalar(builder, builder.getLoc(), x.getType(), 0);
    return arith::CmpIOp::create(builder, arith::CmpIPredicate::ne, x, zero);
  }
  if (isUnsigned)
    return emitResize<arith::ExtUIOp, arith::TruncIOp>(builder, target, x);
  return emitResize<arith::ExtSIOp, arith::TruncIOp>(builder, target, x);
}

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
  patterns.add<LowerBinary, LowerUnary, LowerBatchNorm, LowerComputedBatchNorm,
               LowerExpand, LowerCast>(patterns.getContext());
}

} // namespace mlir::cnn
