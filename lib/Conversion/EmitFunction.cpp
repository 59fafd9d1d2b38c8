//===- EmitFunction.cpp - Functions of one number as operations -----------===//
//
// Minima and maxima are a comparison and a select: that keeps NaN, and it is
// one instruction where arith.maximumf is several.
//
//===----------------------------------------------------------------------===//

#include "EmitFunction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APSInt.h"

namespace mlir::cnn {
namespace {

/// Arithmetic on values of one type, a number or a vector.
class Emitter {
public:
  Emitter(ImplicitLocOpBuilder &builder, Type type)
      : builder(builder), type(type), element(getElementTypeOrSelf(type)) {}

  Value constant(double value) {
    TypedAttr attribute = builder.getFloatAttr(element, value);
    if (auto shaped = dyn_cast<ShapedType>(type))
      attribute = DenseElementsAttr::get(shaped, Attribute(attribute));
    return arith::ConstantOp::create(builder, attribute);
  }

  Value add(Value lhs, Value rhs) { return make<arith::AddFOp>(lhs, rhs); }
  Value sub(Value lhs, Value rhs) { return make<arith::SubFOp>(lhs, rhs); }
  Value mul(Value lhs, Value rhs) { return make<arith::MulFOp>(lhs, rhs); }
  Value div(Value lhs, Value rhs) { return make<arith::DivFOp>(lhs, rhs); }
  Value add(Value lhs, double rhs) { return add(lhs, constant(rhs)); }
  Value mul(Value lhs, double rhs) { return mul(lhs, constant(rhs)); }

  template <typename OpTy, typename... Args>
  Value make(Args... operands) {
    return OpTy::create(builder, operands...);
  }

  /// lhs < rhs; false for NaN.
  Value less(Value lhs, Value rhs) {
    return arith::CmpFOp::create(builder, arith::CmpFPredicate::OLT, lhs, rhs);
  }
  Value select(Value condition, Value yes, Value no) {
    return make<arith::SelectOp>(condition, yes, no);
  }
  Value atLeast(Value x, double low) {
    Value bound = constant(low);
    return select(less(x, bound), bound, x);
  }
  Value atMost(Value x, double high) {
    Value bound = constant(high);
    return select(less(bound, x), bound, x);
  }
  Value clamp(Value x, double low, double high) {
    return atMost(atLeast(x, low), high);
  }
  Value isNegative(Value x) { return less(x, constant(0)); }

  Value absolute(Value x) { return make<math::AbsFOp>(x); }
  Value withSign(Value magnitude, Value sign) {
    return make<math::CopySignOp>(magnitude, sign);
  }
  Value sign(Value x) {
    Value negative = select(isNegative(x), constant(-1), x);
    return select(less(constant(0), x), constant(1), negative);
  }
  /// alpha * (exp(x) - 1) where x is negative.
  Value elu(Value x, double alpha) {
    return select(isNegative(x), mul(make<math::ExpM1Op>(x), alpha), x);
  }
  Value celu(Value x, double alpha) {
    Value below = mul(make<math::ExpM1Op>(div(x, constant(alpha))), alpha);
    return select(isNegative(x), below, x);
  }
  Value threshold(Value x, double alpha) {
    Value atMost =
        make<arith::CmpFOp>(arith::CmpFPredicate::OLE, x, constant(alpha));
    return select(atMost, constant(0), x);
  }
  Value sigmoid(Value x) { return div(constant(1), onePlusPower(x)); }
  Value silu(Value x) { return div(x, onePlusPower(x)); }
  /// The clamped factor is up to 6: LLVM makes of a product with a minimum with
  /// 1 a comparison, a product and a select.
  Value hardSwish(Value x) {
    return mul(mul(x, 1.0 / 6), clamp(add(x, 3), 0, 6));
  }
  /// log(1 + exp(x)) without overflow.
  Value softplus(Value x) {
    Value power = make<math::ExpOp>(make<arith::NegFOp>(absolute(x)));
    return add(atLeast(x, 0), make<math::Log1pOp>(power));
  }
  /// x * tanh(log(1 + e)) with e = exp(x) is x * p / (p + 2) with p = e * (e +
  /// 2), which is x to the last digit where e could overflow.
  Value mish(Value x) {
    Value power = make<math::ExpOp>(atMost(x, 20));
    Value product = mul(power, add(power, 2));
    return mul(x, div(product, add(product, 2)));
  }
  Value gelu(Value x) {
    Value erf = make<math::ErfOp>(mul(x, 0.70710678118654752440));
    return mul(mul(x, 0.5), add(erf, 1));
  }
  /// sqrt(2 / pi) = 0.797...
  Value geluTanh(Value x) {
    Value inner = add(mul(mul(mul(x, x), x), 0.044715), x);
    Value tanh = make<math::TanhOp>(mul(inner, 0.79788456080286535588));
    return mul(mul(x, 0.5), add(tanh, 1));
  }

  Value shrink(Value x, double alpha, double beta) {
    Value down =
        select(less(constant(alpha), x), sub(x, constant(beta)), constant(0));
    return select(less(x, constant(-alpha)), add(x, beta), down);
  }
  Value tan(Value x) { return div(make<math::SinOp>(x), make<math::CosOp>(x)); }

  //===--------------------------------------------------------------------===//
  // Hyperbolic functions. Of the magnitude, where expm1 and log1p keep what is
  // close to zero, and by halves or logarithms where squares overflow.
  //===--------------------------------------------------------------------===//

  /// exp(|x|) as h * h.
  Value halfPower(Value x) { return make<math::ExpOp>(mul(absolute(x), 0.5)); }
  Value cosh(Value x) {
    Value half = halfPower(x);
    return add(mul(mul(half, 0.5), half), div(constant(0.5), mul(half, half)));
  }
  /// With e = exp(|x|) - 1 the magnitude is (e + e / (e + 1)) / 2.
  Value sinh(Value x) {
    Value magnitude = absolute(x), half = halfPower(x);
    Value large =
        sub(mul(mul(half, 0.5), half), div(constant(0.5), mul(half, half)));
    Value power = make<math::ExpM1Op>(atMost(magnitude, 1));
    Value small = mul(add(power, div(power, add(power, 1))), 0.5);
    Value isSmall = less(magnitude, constant(1));
    return withSign(select(isSmall, small, large), x);
  }
  /// log(2 x), which is asinh and acosh of x to the last digit if x is large.
  Value logOfTwice(Value x) {
    return add(make<math::LogOp>(x), 0.69314718055994530942);
  }
  /// log(1 + a + a^2 / (1 + sqrt(a^2 + 1))) with a = |x|
  Value asinh(Value x) {
    Value magnitude = absolute(x);
    Value limited = atMost(magnitude, largeArgument);
    Value square = mul(limited, limited);
    Value root = make<math::SqrtOp>(add(square, 1));
    Value inner = add(limited, div(square, add(root, 1)));
    Value isLarge = less(constant(largeArgument), magnitude);
    return withSign(
        select(isLarge, logOfTwice(magnitude), make<math::Log1pOp>(inner)), x);
  }
  /// log(1 + t + sqrt(2 t + t^2)) with t = x - 1
  Value acosh(Value x) {
    Value above = add(atMost(x, largeArgument), -1);
    Value root = make<math::SqrtOp>(mul(above, add(above, 2)));
    Value isLarge = less(constant(largeArgument), x);
    return select(isLarge, logOfTwice(x),
                  make<math::Log1pOp>(add(above, root)));
  }
  /// log((1 + a) / (1 - a)) / 2 with a = |x|
  Value atanh(Value x) {
    Value magnitude = absolute(x);
    Value ratio = div(mul(magnitude, 2), sub(constant(1), magnitude));
    return withSign(mul(make<math::Log1pOp>(ratio), 0.5), x);
  }

private:
  /// 1 + exp(-x), the divisor of sigmoids. They end most convolutions of some
  /// networks, so of float32 it is computed with a relative error of 3e-7 and
  /// no more operations than that takes; from x = -88.4 down it is infinite.
  ///
  /// With n = round(-x / log 2) and r = x + n log 2 it is 1 + 2^n exp(-r), and
  /// exp(-r) for |r| <= log(2) / 2 a polynomial of degree 5, whose largest
  /// relative error is the least there is, 8e-8. Added to 1.5 * 2^23 + 127 the
  /// quotient is rounded to n, and the last bits of the sum are the exponent of
  /// 2^n, infinity for n = 128. The first part of log 2 has so few digits that
  /// n times it is exact.
  Value onePlusPower(Value x) {
    if (!element.isF32())
      return add(make<math::ExpOp>(make<arith::NegFOp>(x)), 1);
    Value limited = clamp(x, -89, 87);
    Value sum = add(mul(limited, -0x1.715476p+0), roundingBias);
    Value n = add(sum, -roundingBias);
    Value rest = add(mul(n, 0x1.62E4p-1), limited);
    rest = add(mul(n, 0x1.7F7D1Cp-20), rest);
    Value exp = constant(-0x1.0F9F9Cp-7);
    for (double coefficient :
         {0x1.573A1Ap-5, -0x1.555A80p-3, 0x1.FFFDC6p-2, -0x1.FFFFF6p-1, 1.0})
      exp = add(mul(exp, rest), coefficient);
    return add(mul(exp, emitPowerOfTwo(sum)), 1);
  }

  /// The float32 whose exponent are the last bits of `sum`.
  Value emitPowerOfTwo(Value sum) {
    Type bits = builder.getI32Type();
    if (auto shaped = dyn_cast<ShapedType>(type))
      bits = shaped.clone(bits);
    TypedAttr shift = builder.getI32IntegerAttr(23);
    if (auto shaped = dyn_cast<ShapedType>(bits))
      shift = DenseElementsAttr::get(shaped, Attribute(shift));
    Value exponent = arith::ShLIOp::create(
        builder, arith::BitcastOp::create(builder, bits, sum),
        arith::ConstantOp::create(builder, shift));
    return arith::BitcastOp::create(builder, type, exponent);
  }

  static constexpr double roundingBias = 0x1.8p+23 + 127;

  /// Its square is a float32, and it is lost when added to the square.
  static constexpr double largeArgument = 1e10;

  ImplicitLocOpBuilder &builder;
  Type type, element;
};

} // namespace

/// Of float16 the function is computed in float32: by many operations, or by
/// some that lose digits.
static bool needsFloat32(FunctionKind kind) {
  return !llvm::is_contained({FunctionKind::relu, FunctionKind::leaky_relu,
                              FunctionKind::clip, FunctionKind::hard_sigmoid,
                              FunctionKind::hard_swish, FunctionKind::abs,
                              FunctionKind::neg},
                             kind);
}

Value emitFunction(ImplicitLocOpBuilder &builder, FunctionAttr function,
                   Value x) {
  if (!function)
    return x;
  if (getElementTypeOrSelf(x).isF16() && needsFloat32(function.getKind())) {
    Type wide = builder.getF32Type();
    if (auto vector = dyn_cast<VectorType>(x.getType()))
      wide = vector.clone(wide);
    Value y = emitFunction(builder, function,
                           arith::ExtFOp::create(builder, wide, x));
    return arith::TruncFOp::create(builder, x.getType(), y);
  }
  Emitter emit(builder, x.getType());
  double alpha = function.getAlpha(), beta = function.getBeta();
  switch (function.getKind()) {
  case FunctionKind::relu:
    return emit.atLeast(x, 0);
  case FunctionKind::leaky_relu:
    return emit.select(emit.isNegative(x), emit.mul(x, alpha), x);
  case FunctionKind::clip:
    return emit.clamp(x, alpha, beta);
  case FunctionKind::elu:
    return emit.elu(x, alpha);
  case FunctionKind::selu:
    return emit.mul(emit.elu(x, alpha), beta);
  case FunctionKind::celu:
    return emit.celu(x, alpha);
  case FunctionKind::thresholded_relu:
    return emit.threshold(x, alpha);
  case FunctionKind::sigmoid:
    return emit.sigmoid(x);
  case FunctionKind::hard_sigmoid:
    return emit.clamp(emit.add(emit.mul(x, alpha), beta), 0, 1);
  case FunctionKind::hard_swish:
    return emit.hardSwish(x);
  case FunctionKind::silu:
    return emit.silu(x);
  case FunctionKind::mish:
    return emit.mish(x);
  case FunctionKind::tanh:
    return emit.make<math::TanhOp>(x);
  case FunctionKind::softplus:
    return emit.softplus(x);
  case FunctionKind::softsign:
    return emit.div(x, emit.add(emit.absolute(x), 1));
  case FunctionKind::gelu:
    return emit.gelu(x);
  case FunctionKind::gelu_tanh:
    return emit.geluTanh(x);
  case FunctionKind::exp:
    return emit.make<math::ExpOp>(x);
  case FunctionKind::log:
    return emit.make<math::LogOp>(x);
  case FunctionKind::sqrt:
    return emit.make<math::SqrtOp>(x);
  case FunctionKind::reciprocal:
    return emit.div(emit.constant(1), x);
  case FunctionKind::erf:
    return emit.make<math::ErfOp>(x);
  case FunctionKind::abs:
    return emit.absolute(x);
  case FunctionKind::neg:
    return emit.make<arith::NegFOp>(x);
  case FunctionKind::floor:
    return emit.make<math::FloorOp>(x);
  case FunctionKind::ceil:
    return emit.make<math::CeilOp>(x);
  case FunctionKind::round:
    return emit.make<math::RoundEvenOp>(x);
  case FunctionKind::sign:
    return emit.sign(x);
  case FunctionKind::sin:
    return emit.make<math::SinOp>(x);
  case FunctionKind::cos:
    return emit.make<math::CosOp>(x);
  case FunctionKind::tan:
    return emit.tan(x);
  case FunctionKind::asin:
    return emit.make<math::AsinOp>(x);
  case FunctionKind::acos:
    return emit.make<math::AcosOp>(x);
  case FunctionKind::atan:
    return emit.make<math::AtanOp>(x);
  case FunctionKind::sinh:
    return emit.sinh(x);
  case FunctionKind::cosh:
    return emit.cosh(x);
  case FunctionKind::asinh:
    return emit.asinh(x);
  case FunctionKind::acosh:
    return emit.acosh(x);
  case FunctionKind::atanh:
    return emit.atanh(x);
  case FunctionKind::shrink:
    return emit.shrink(x, alpha, beta);
  case FunctionKind::bit_not:
    break;
  }
  llvm_unreachable("every function of floats is handled");
}

} // namespace mlir::cnn
