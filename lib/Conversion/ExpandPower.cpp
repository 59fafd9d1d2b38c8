//===- ExpandPower.cpp - Powers of floats without a library ---------------===//

#include "NumberExpansions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"

#include <limits>

namespace mlir::cnn {
namespace {

using Predicate = arith::CmpFPredicate;

/// Arithmetic on numbers or vectors of one type.
class Powers {
public:
  Powers(ImplicitLocOpBuilder &builder, Type type)
      : builder(builder), type(type) {}

  /// The power if the exponent is so simple that few operations give it.
  Value getSimple(Value base, double exponent) {
    if (exponent == 0)
      return constant(1);
    if (exponent == 1)
      return base;
    if (exponent == 2)
      return multiply(base, base);
    if (exponent == 3)
      return multiply(multiply(base, base), base);
    if (exponent == -1)
      return arith::DivFOp::create(builder, constant(1), base);
    if (exponent == 0.5)
      return math::SqrtOp::create(builder, base);
    return {};
  }

  /// exp(y log |x|), with the sign of an odd power. All special cases are those
  /// of C's pow.
  Value getGeneral(Value base, Value exponent) {
    Value zero = constant(0), one = constant(1);
    Value magnitude = math::AbsFOp::create(builder, base);
    Value logarithm = math::LogOp::create(builder, magnitude);
    Value power = math::ExpOp::create(builder, multiply(exponent, logarithm));
    // Infinity times the logarithm of one is no number.
    power = select(compare(Predicate::OEQ, magnitude, one), one, power);

    Value isWhole = compare(Predicate::OEQ, floor(exponent), exponent);
    Value half = multiply(exponent, constant(0.5));
    Value isOdd = both(isWhole, compare(Predicate::ONE, floor(half), half));
    Value signedPower = math::CopySignOp::create(builder, power, base);
    Value result = select(isOdd, signedPower, power);

    Value infinity = constant(std::numeric_limits<double>::infinity());
    Value isNegative = both(compare(Predicate::OLT, base, zero),
                            compare(Predicate::OLT, magnitude, infinity));
    Value isFraction = compare(Predicate::ONE, floor(exponent), exponent);
    Value undefined = constant(std::numeric_limits<double>::quiet_NaN());
    result = select(both(isNegative, isFraction), undefined, result);
    Value isNaN = compare(Predicate::UNO, base, exponent);
    result = select(isNaN, undefined, result);
    Value isOne =
        arith::OrIOp::create(builder, compare(Predicate::OEQ, base, one),
                             compare(Predicate::OEQ, exponent, zero));
    return select(isOne, one, result);
  }

private:
  Value constant(double number) {
    TypedAttr value = builder.getFloatAttr(getElementTypeOrSelf(type), number);
    if (auto shaped = dyn_cast<ShapedType>(type))
      value = DenseElementsAttr::get(shaped, Attribute(value));
    return arith::ConstantOp::create(builder, value);
  }
  Value compare(Predicate predicate, Value lhs, Value rhs) {
    return arith::CmpFOp::create(builder, predicate, lhs, rhs);
  }
  Value both(Value lhs, Value rhs) {
    return arith::AndIOp::create(builder, lhs, rhs);
  }
  Value select(Value condition, Value yes, Value no) {
    return arith::SelectOp::create(builder, condition, yes, no);
  }
  Value multiply(Value lhs, Value rhs) {
    return arith::MulFOp::create(builder, lhs, rhs);
  }
  Value floor(Value x) { return math::FloorOp::create(builder, x); }

  ImplicitLocOpBuilder &builder;
  Type type;
};

struct ExpandPower : OpRewritePattern<math::PowFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::PowFOp op,
                                PatternRewriter &rewriter) const override {
    Type element = getElementTypeOrSelf(op.getType());
    if (!element.isF32() && !element.isF64())
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    Powers powers(builder, op.getType());
    APFloat exponent(0.0);
    Value result;
    if (matchPattern(op.getRhs(), m_ConstantFloat(&exponent)))
      result = powers.getSimple(op.getLhs(), exponent.convertToDouble());
    if (!result)
      result = powers.getGeneral(op.getLhs(), op.getRhs());
    rewriter.replaceOp(op, result);
    return success();
  }
};

} // namespace

void populateExpandPowerPatterns(RewritePatternSet &patterns) {
  patterns.add<ExpandPower>(patterns.getContext());
}

} // namespace mlir::cnn
