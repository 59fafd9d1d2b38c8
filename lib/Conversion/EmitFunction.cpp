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
    TypedAttr attribute;
    if (isa<FloatType>(element))
      attribute = builder.getFloatAttr(element, value);
    else
      attribute = builder.getIntegerAttr(element, saturate(value));
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

  /// The nearest integer of the element type, toward zero: the bounds of a clip
  /// may lie outside.
  llvm::APSInt saturate(double value) const {
    llvm::APSInt integer(element.getIntOrFloatBitWidth(), /*isUnsigned=*/false);
    bool isExact;
    llvm::APFloat(value).convertToInteger(integer, llvm::APFloat::rmTowardZero,
                                          &isExact);
    return integer;
  }

  template <typename OpTy, typename... Args>
  Value make(Args... operands) {
    return OpTy::create(builder, operands...);
  }

  /// lhs < rhs; false for NaN.
  Value less(Value lhs, Value rhs) {
    if (isa<FloatType>(element))
      return arith::CmpFOp::create(builder, arith::CmpFPredicate::OLT, lhs,
                                   rhs);
    return arith::CmpIOp::create(builder, arith::CmpIPredicate::slt, lhs, rhs);
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

  Value negate(Value x) {
    if (isa<FloatType>(element))
      return make<arith::NegFOp>(x);
    return make<arith::SubIOp>(constant(0), x);
  }
  Value absolute(Value x) {
    if (isa<FloatType>(element))
      return make<math::AbsFOp>(x);
    return make<math::AbsIOp>(x);
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
  Value sigmoid(Value x) {
    Value power = make<math::ExpOp>(make<arith::NegFOp>(x));
    return div(constant(1), add(power, 1));
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

private:
  ImplicitLocOpBuilder &builder;
  Type type, element;
};

} // namespace

Value emitFunction(ImplicitLocOpBuilder &builder, FunctionAttr function,
                   Value x) {
  if (!function)
    return x;
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
    return emit.mul(x, emit.clamp(emit.add(emit.mul(x, 1.0 / 6), 0.5), 0, 1));
  case FunctionKind::silu:
    return emit.mul(x, emit.sigmoid(x));
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
    return emit.negate(x);
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
  }
  llvm_unreachable("every function is handled");
}

} // namespace mlir::cnn
