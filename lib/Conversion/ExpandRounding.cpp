//===- ExpandRounding.cpp - Round to integers without instructions --------===//

#include "NumberExpansions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {
namespace {

/// Float arithmetic on values of one type.
class Numbers {
public:
  Numbers(ImplicitLocOpBuilder &builder, Type type)
      : builder(builder), type(type) {}

  Value constant(double number) const {
    auto value = builder.getFloatAttr(getElementTypeOrSelf(type), number);
    if (auto shaped = dyn_cast<ShapedType>(type))
      return arith::ConstantOp::create(builder,
                                       DenseElementsAttr::get(shaped, value));
    return arith::ConstantOp::create(builder, value);
  }
  Value add(Value a, Value b) const {
    return arith::AddFOp::create(builder, a, b);
  }
  Value subtract(Value a, Value b) const {
    return arith::SubFOp::create(builder, a, b);
  }
  Value getMagnitude(Value a) const { return math::AbsFOp::create(builder, a); }
  Value withSign(Value magnitude, Value sign) const {
    return math::CopySignOp::create(builder, magnitude, sign);
  }
  /// `a > b ? yes : no`
  Value selectGreater(Value a, Value b, Value yes, Value no) const {
    Value condition =
        arith::CmpFOp::create(builder, arith::CmpFPredicate::OGT, a, b);
    return arith::SelectOp::create(builder, condition, yes, no);
  }

  /// To nearest, ties to even: adding 2^23, or of float64 2^52, leaves no room
  /// for a fraction. Larger numbers, infinities and NaN are integral already.
  Value roundEven(Value x) const {
    bool isDouble = getElementTypeOrSelf(type).isF64();
    Value limit = constant(isDouble ? 0x1p52 : 0x1p23);
    Value magnitude = getMagnitude(x);
    Value rounded = withSign(subtract(add(magnitude, limit), limit), x);
    return selectGreater(limit, magnitude, rounded, x);
  }
  Value floor(Value x) const {
    Value nearest = roundEven(x);
    return selectGreater(nearest, x, subtract(nearest, constant(1.0f)),
                         nearest);
  }
  Value ceil(Value x) const {
    Value nearest = roundEven(x);
    // Copying the sign keeps -0.0 for numbers above -1.
    return withSign(
        selectGreater(x, nearest, add(nearest, constant(1.0f)), nearest), x);
  }
  Value truncate(Value x) const { return withSign(floor(getMagnitude(x)), x); }
  /// To nearest, ties away from zero.
  Value round(Value x) const {
    Value magnitude = getMagnitude(x);
    Value below = floor(magnitude);
    Value fraction = subtract(magnitude, below);
    Value rounded = selectGreater(constant(0.5f), fraction, below,
                                  add(below, constant(1.0f)));
    return withSign(rounded, x);
  }

private:
  ImplicitLocOpBuilder &builder;
  Type type;
};

template <typename OpTy, Value (Numbers::*compute)(Value) const>
struct ExpandRounding : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    Type element = getElementTypeOrSelf(op.getType());
    if (!element.isF32() && !element.isF64())
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    Numbers numbers(builder, op.getType());
    rewriter.replaceOp(op, (numbers.*compute)(op.getOperand()));
    return success();
  }
};

} // namespace

void populateExpandRoundingPatterns(RewritePatternSet &patterns,
                                    const Machine &machine) {
  MLIRContext *context = patterns.getContext();
  // No machine rounds ties away from zero in one instruction.
  patterns.add<ExpandRounding<math::RoundOp, &Numbers::round>>(context);
  if (machine.hasRounding)
    return;
  patterns.add<ExpandRounding<math::RoundEvenOp, &Numbers::roundEven>,
               ExpandRounding<math::FloorOp, &Numbers::floor>,
               ExpandRounding<math::CeilOp, &Numbers::ceil>,
               ExpandRounding<math::TruncOp, &Numbers::truncate>>(context);
}

} // namespace mlir::cnn
