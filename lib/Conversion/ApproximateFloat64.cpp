//===- ApproximateFloat64.cpp - Elementary functions of float64 -----------===//
//
// Arguments are reduced to a small interval, where a Taylor series of a fixed
// number of terms is exact to the last digits; the coefficients are computed
// here. There are no branches, so LLVM vectorises the code. Sines and cosines
// lose digits of arguments above a million.
//
//===----------------------------------------------------------------------===//

#include "NumberExpansions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <cmath>
#include <limits>

namespace mlir::cnn {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// ln 2 and pi / 2 in parts; products of the first ones with small integers are
/// exact. The parts are the number rounded to 32 bits, and what that leaves.
constexpr double ln2High = 0x1.62e42feep-1, ln2Low = 0x1.a39ef35793c76p-33;
constexpr double halfPi[] = {0x1.921fb544p0, 0x1.0b4611a6p-34,
                             0x1.3198a2e037073p-69};

/// Arithmetic on float64 numbers or vectors of them.
class Float64 {
public:
  Float64(ImplicitLocOpBuilder &builder, Type type)
      : builder(builder), type(type),
        integers(withElement(builder.getI64Type())) {}

  Value exp(Value x);
  Value expm1(Value x);
  Value log(Value x);
  Value log1p(Value x);
  Value sin(Value x) { return sineOfQuadrants(x, 0); }
  Value cos(Value x) { return sineOfQuadrants(x, 1); }
  Value atan(Value x);
  Value asin(Value x);
  Value acos(Value x);
  Value tanh(Value x);
  Value erf(Value x);

private:
  Type withElement(Type element) {
    if (auto shaped = dyn_cast<ShapedType>(type))
      return shaped.clone(element);
    return element;
  }
  Value constant(double value) {
    return makeConstant(type, builder.getF64FloatAttr(value));
  }
  Value integer(int64_t value) {
    return makeConstant(integers, builder.getI64IntegerAttr(value));
  }
  Value makeConstant(Type constantType, TypedAttr value) {
    if (auto shaped = dyn_cast<ShapedType>(constantType))
      value = DenseElementsAttr::get(shaped, Attribute(value));
    return arith::ConstantOp::create(builder, value);
  }

  template <typename OpTy, typename... Args>
  Value make(Args... operands) {
    return OpTy::create(builder, operands...);
  }
  Value add(Value a, Value b) { return make<arith::AddFOp>(a, b); }
  Value sub(Value a, Value b) { return make<arith::SubFOp>(a, b); }
  Value mul(Value a, Value b) { return make<arith::MulFOp>(a, b); }
  Value div(Value a, Value b) { return make<arith::DivFOp>(a, b); }
  Value add(Value a, double b) { return add(a, constant(b)); }
  Value mul(Value a, double b) { return mul(a, constant(b)); }
  Value magnitude(Value x) { return make<math::AbsFOp>(x); }
  Value sqrt(Value x) { return make<math::SqrtOp>(x); }
  Value round(Value x) { return make<math::RoundEvenOp>(x); }
  Value withSign(Value x, Value sign) {
    return make<math::CopySignOp>(x, sign);
  }
  Value less(Value a, double b) {
    return arith::CmpFOp::create(builder, arith::CmpFPredicate::OLT, a,
                                 constant(b));
  }
  Value greater(Value a, double b) {
    return arith::CmpFOp::create(builder, arith::CmpFPredicate::OGT, a,
                                 constant(b));
  }
  Value equal(Value a, double b) {
    return arith::CmpFOp::create(builder, arith::CmpFPredicate::OEQ, a,
                                 constant(b));
  }
  Value select(Value condition, Value yes, Value no) {
    return make<arith::SelectOp>(condition, yes, no);
  }
  /// NaN stays.
  Value atMost(Value x, double high) {
    return select(greater(x, high), constant(high), x);
  }
  Value atLeast(Value x, double low) {
    return select(less(x, low), constant(low), x);
  }

  /// A whole number as an integer; 0 for what is not one of 53 bits.
  Value toInteger(Value x) {
    Value fits = less(magnitude(x), 0x1p53);
    return make<arith::FPToSIOp>(integers, select(fits, x, constant(0)));
  }
  /// 2^n for n from -1022 to 1023.
  Value powerOfTwo(Value n) {
    Value biased = make<arith::AddIOp>(n, integer(1023));
    return make<arith::BitcastOp>(type,
                                  make<arith::ShLIOp>(biased, integer(52)));
  }
  /// The sum of coefficient(k) * x^k for k from 0 to degree.
  template <typename Coefficient>
  Value polynomial(Value x, int degree, Coefficient coefficient) {
    Value sum = constant(coefficient(degree));
    for (int k = degree - 1; k >= 0; --k)
      sum = add(mul(sum, x), coefficient(k));
    return sum;
  }
  Value sineOfQuadrants(Value x, int64_t quadrants);

  ImplicitLocOpBuilder &builder;
  Type type, integers;
};

double factorial(int n) { return std::tgamma(n + 1.0); }

/// 2^n exp(r) with x = n ln 2 + r and |r| < 0.35. The power is a product of
/// two, since 2^n may be subnormal or too large while the result is not.
Value Float64::exp(Value x) {
  x = atLeast(atMost(x, 710), -746);
  Value n = round(mul(x, M_LOG2E));
  Value r = sub(sub(x, mul(n, ln2High)), mul(n, ln2Low));
  Value power = polynomial(r, 14, [](int k) { return 1 / factorial(k); });
  Value exponent = toInteger(n);
  Value half = make<arith::ShRSIOp>(exponent, integer(1));
  Value rest = make<arith::SubIOp>(exponent, half);
  return mul(mul(power, powerOfTwo(half)), powerOfTwo(rest));
}

Value Float64::expm1(Value x) {
  Value series =
      mul(x, polynomial(x, 16, [](int k) { return 1 / factorial(k + 1); }));
  Value isSmall = less(magnitude(x), 0.5);
  return select(isSmall, series, add(exp(x), -1));
}

/// e ln 2 + log(m) with x = 2^e m and m from sqrt(1/2) to sqrt(2), where
/// log(m) = 2 artanh(s) and s = (m - 1) / (m + 1), at most 0.18.
Value Float64::log(Value x) {
  Value isSubnormal = less(x, 0x1p-1022);
  Value normal = select(isSubnormal, mul(x, 0x1p54), x);
  Value bits = make<arith::BitcastOp>(integers, normal);
  // Where the exponent of a number times sqrt(2) changes is sqrt(1/2).
  int64_t offset = 0x3ff0000000000000 - 0x3fe6a09e667f3bcd;
  Value shifted = make<arith::AddIOp>(bits, integer(offset));
  Value exponent = make<arith::SubIOp>(
      make<arith::ShRSIOp>(shifted, integer(52)), integer(1023));
  Value mantissa =
      make<arith::SubIOp>(bits, make<arith::ShLIOp>(exponent, integer(52)));
  Value m = make<arith::BitcastOp>(type, mantissa);
  Value e = make<arith::SIToFPOp>(type, exponent);
  e = select(isSubnormal, add(e, -54), e);

  Value s = div(add(m, -1), add(m, 1));
  Value square = mul(s, s);
  Value tail = polynomial(square, 11, [](int k) { return 2.0 / (2 * k + 3); });
  Value logarithm = add(mul(s, 2), mul(mul(s, square), tail));
  Value result = add(mul(e, ln2High), add(logarithm, mul(e, ln2Low)));

  result = select(equal(x, infinity), x, result);
  result = select(equal(x, 0), constant(-infinity), result);
  Value isPositive =
      arith::CmpFOp::create(builder, arith::CmpFPredicate::OGE, x, constant(0));
  return select(isPositive, result,
                constant(std::numeric_limits<double>::quiet_NaN()));
}

/// What rounding 1 + x loses is made up for: log(u) * x / (u - 1) with u = 1 +
/// x.
Value Float64::log1p(Value x) {
  Value u = add(x, 1);
  Value corrected = mul(log(u), div(x, add(u, -1)));
  corrected = select(equal(u, infinity), u, corrected);
  return select(equal(u, 1), x, corrected);
}

/// sin(x + quadrants * pi / 2): plus or minus the sine or cosine of what is
/// left of x after n quarters of a turn.
Value Float64::sineOfQuadrants(Value x, int64_t quadrants) {
  Value n = round(mul(x, M_2_PI));
  Value r = x;
  for (double part : halfPi)
    r = sub(r, mul(n, part));
  Value square = mul(r, r);
  auto sign = [](int k) { return k % 2 == 0 ? 1 : -1; };
  Value sine = mul(r, polynomial(square, 8, [&](int k) {
                     return sign(k) / factorial(2 * k + 1);
                   }));
  Value cosine =
      polynomial(square, 9, [&](int k) { return sign(k) / factorial(2 * k); });

  Value quadrant = make<arith::AddIOp>(toInteger(n), integer(quadrants));
  auto hasBit = [&](int64_t bit) {
    return arith::CmpIOp::create(builder, arith::CmpIPredicate::ne,
                                 make<arith::AndIOp>(quadrant, integer(bit)),
                                 integer(0));
  };
  Value result = select(hasBit(1), cosine, sine);
  return select(hasBit(2), make<arith::NegFOp>(result), result);
}

/// Twice the arc tangent of t / (1 + sqrt(1 + t^2)), which is at most 0.2 if t
/// is at most tan(pi / 8). Larger ones are pi / 4 and 1/x away from that.
Value Float64::atan(Value x) {
  Value a = magnitude(x);
  Value isLarge =
      arith::CmpFOp::create(builder, arith::CmpFPredicate::OGT, a, constant(1));
  Value inner = select(isLarge, div(constant(1), a), a);
  Value isMiddle = greater(inner, M_SQRT2 - 1);
  Value t = select(isMiddle, div(add(inner, -1), add(inner, 1)), inner);
  Value half = div(t, add(sqrt(add(mul(t, t), 1)), 1));
  Value angle = mul(mul(half, 2), polynomial(mul(half, half), 11, [](int k) {
                      return (k % 2 == 0 ? 1.0 : -1.0) / (2 * k + 1);
                    }));
  angle = select(isMiddle, add(angle, M_PI_4), angle);
  angle = select(isLarge, sub(constant(M_PI_2), angle), angle);
  return withSign(angle, x);
}

Value Float64::asin(Value x) {
  Value product = mul(sub(constant(1), x), add(x, 1));
  return atan(div(x, sqrt(product)));
}

Value Float64::acos(Value x) {
  Value ratio = div(sub(constant(1), x), add(x, 1));
  return mul(atan(sqrt(ratio)), 2);
}

/// e / (e + 2) with e = exp(2 |x|) - 1; from 20 on that is 1.
Value Float64::tanh(Value x) {
  Value e = expm1(mul(atMost(magnitude(x), 20), 2));
  return withSign(div(e, add(e, 2)), x);
}

/// 2 / sqrt(pi) exp(-x^2) sum of 2^k x^(2k+1) / (1 * 3 * ... * (2k+1)), whose
/// summands are positive; from 6 on that is 1.
Value Float64::erf(Value x) {
  constexpr int degree = 115;
  double coefficients[degree + 1] = {1};
  for (int k = 1; k <= degree; ++k)
    coefficients[k] = coefficients[k - 1] * 2 / (2 * k + 1);
  Value a = magnitude(x);
  Value limited = atMost(a, 6);
  Value square = mul(limited, limited);
  Value sum =
      polynomial(square, degree, [&](int k) { return coefficients[k]; });
  Value power = exp(make<arith::NegFOp>(square));
  Value value = mul(mul(mul(sum, limited), M_2_SQRTPI), power);
  return withSign(select(greater(a, 6), constant(1), value), x);
}

template <typename OpTy, Value (Float64::*compute)(Value)>
struct ApproximateFloat64 : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getType()).isF64())
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    Float64 numbers(builder, op.getType());
    rewriter.replaceOp(op, (numbers.*compute)(op.getOperand()));
    return success();
  }
};

/// Upstream's sine of float32 reduces its argument by too few digits of pi, and
/// its arc tangent has too few digits itself.
template <typename OpTy>
struct ComputeInFloat64 : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    Type type = op.getType(), wide = rewriter.getF64Type();
    if (!getElementTypeOrSelf(type).isF32())
      return failure();
    if (auto shaped = dyn_cast<ShapedType>(type))
      wide = shaped.clone(wide);
    Value x =
        arith::ExtFOp::create(rewriter, op.getLoc(), wide, op.getOperand());
    Value result = OpTy::create(rewriter, op.getLoc(), x);
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, type, result);
    return success();
  }
};

} // namespace

void populateApproximateFloat64Patterns(RewritePatternSet &patterns) {
  patterns.add<ApproximateFloat64<math::ExpOp, &Float64::exp>,
               ApproximateFloat64<math::ExpM1Op, &Float64::expm1>,
               ApproximateFloat64<math::LogOp, &Float64::log>,
               ApproximateFloat64<math::Log1pOp, &Float64::log1p>,
               ApproximateFloat64<math::SinOp, &Float64::sin>,
               ApproximateFloat64<math::CosOp, &Float64::cos>,
               ApproximateFloat64<math::AtanOp, &Float64::atan>,
               ApproximateFloat64<math::AsinOp, &Float64::asin>,
               ApproximateFloat64<math::AcosOp, &Float64::acos>,
               ApproximateFloat64<math::TanhOp, &Float64::tanh>,
               ApproximateFloat64<math::ErfOp, &Float64::erf>>(
      patterns.getContext());
  patterns.add<ComputeInFloat64<math::SinOp>, ComputeInFloat64<math::CosOp>,
               ComputeInFloat64<math::AtanOp>>(patterns.getContext(),
                                               /*benefit=*/2);
}

} // namespace mlir::cnn
