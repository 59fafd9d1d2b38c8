//===- EmitArithmetic.cpp - Functions of numbers as operations ------------===//

#include "EmitArithmetic.h"

#include "TensorBuilders.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <cmath>
#include <limits>

namespace mlir::cnn {
namespace {

using Predicate = arith::CmpIPredicate;

Value constant(ImplicitLocOpBuilder &builder, Type type, double value) {
  return createScalar(builder, builder.getLoc(), type, value);
}

Value compare(ImplicitLocOpBuilder &builder, Predicate predicate, Value lhs,
              Value rhs) {
  return arith::CmpIOp::create(builder, predicate, lhs, rhs);
}

Value compare(ImplicitLocOpBuilder &builder, arith::CmpFPredicate predicate,
              Value lhs, Value rhs) {
  return arith::CmpFOp::create(builder, predicate, lhs, rhs);
}

Value select(ImplicitLocOpBuilder &builder, Value condition, Value yes,
             Value no) {
  return arith::SelectOp::create(builder, condition, yes, no);
}

template <typename FloatOp, typename IntegerOp>
Value emitArithmetic(ImplicitLocOpBuilder &builder, Value lhs, Value rhs) {
  if (isa<FloatType>(lhs.getType()))
    return FloatOp::create(builder, lhs, rhs);
  return IntegerOp::create(builder, lhs, rhs);
}

/// x < 0
Value isNegative(ImplicitLocOpBuilder &builder, Value x) {
  Value zero = constant(builder, x.getType(), 0);
  if (isa<FloatType>(x.getType()))
    return compare(builder, arith::CmpFPredicate::OLT, x, zero);
  return compare(builder, Predicate::slt, x, zero);
}

//===----------------------------------------------------------------------===//
// Integer division and powers
//===----------------------------------------------------------------------===//

/// Division of integers; the quotients that a processor refuses are left out.
struct Division {
  Division(ImplicitLocOpBuilder &builder, Type type, ValueRange operands)
      : builder(builder), isUnsigned(cnn::isUnsigned(type)), lhs(operands[0]),
        rhs(operands[1]), zero(constant(builder, rhs.getType(), 0)) {
    Value one = constant(builder, rhs.getType(), 1);
    isZero = compare(builder, Predicate::eq, rhs, zero);
    divisor = select(builder, isZero, one, rhs);
    if (isUnsigned)
      return;
    Value minusOne = constant(builder, rhs.getType(), -1);
    isMinusOne = compare(builder, Predicate::eq, rhs, minusOne);
    divisor = select(builder, isMinusOne, one, divisor);
  }

  Value getQuotient() {
    if (isUnsigned)
      return select(builder, isZero, zero,
                    arith::DivUIOp::create(builder, lhs, divisor));
    Value quotient = select(builder, isZero, zero,
                            arith::DivSIOp::create(builder, lhs, divisor));
    return select(builder, isMinusOne,
                  arith::SubIOp::create(builder, zero, lhs), quotient);
  }

  /// Division by one leaves nothing, as it should by zero and minus one.
  Value getRemainder() {
    if (isUnsigned)
      return arith::RemUIOp::create(builder, lhs, divisor);
    return arith::RemSIOp::create(builder, lhs, divisor);
  }

  ImplicitLocOpBuilder &builder;
  bool isUnsigned;
  Value lhs, rhs, zero, isZero, isMinusOne, divisor;
};

/// A remainder with the sign of the divisor.
Value emitModulus(ImplicitLocOpBuilder &builder, Value remainder,
                  Value divisor) {
  Value zero = constant(builder, divisor.getType(), 0);
  bool isFloat = isa<FloatType>(divisor.getType());
  Value isThere =
      isFloat ? compare(builder, arith::CmpFPredicate::UNE, remainder, zero)
              : compare(builder, Predicate::ne, remainder, zero);
  Value differs =
      compare(builder, Predicate::ne, isNegative(builder, remainder),
              isNegative(builder, divisor));
  Value wrong = arith::AndIOp::create(builder, isThere, differs);
  Value sum =
      emitArithmetic<arith::AddFOp, arith::AddIOp>(builder, remainder, divisor);
  return select(builder, wrong, sum, remainder);
}

/// By squaring, bit by bit of the exponent. One over an integer is zero, unless
/// that is 1 or -1; then the bits of a negative exponent give the right power.
Value emitIntegerPower(ImplicitLocOpBuilder &builder, Type type,
                       ValueRange operands) {
  Value base = operands[0], exponent = operands[1];
  Value zero = constant(builder, base.getType(), 0);
  Value one = constant(builder, base.getType(), 1);
  Value bits = arith::ConstantIndexOp::create(
      builder, base.getType().getIntOrFloatBitWidth());
  auto loop = scf::ForOp::create(
      builder, arith::ConstantIndexOp::create(builder, 0), bits,
      arith::ConstantIndexOp::create(builder, 1),
      ValueRange{one, base, exponent},
      [&](OpBuilder &nested, Location loc, Value, ValueRange state) {
        ImplicitLocOpBuilder b(loc, nested);
        Value power = state[0], square = state[1], rest = state[2];
        Value isOdd = compare(b, Predicate::ne,
                              arith::AndIOp::create(b, rest, one), zero);
        Value product = arith::MulIOp::create(b, power, square);
        scf::YieldOp::create(
            b, ValueRange{select(b, isOdd, product, power),
                          arith::MulIOp::create(b, square, square),
                          arith::ShRUIOp::create(b, rest, one)});
      });
  Value power = loop.getResult(0);
  if (isUnsigned(type))
    return power;
  Value magnitude = math::AbsIOp::create(builder, base);
  Value isUnit = compare(builder, Predicate::eq, magnitude, one);
  Value inverse = select(builder, isUnit, power, zero);
  return select(builder, isNegative(builder, exponent), inverse, power);
}

/// A shift of all bits or more gives zero.
template <typename OpTy>
Value emitShift(ImplicitLocOpBuilder &builder, ValueRange operands) {
  Type type = operands[0].getType();
  Value bits = constant(builder, type, type.getIntOrFloatBitWidth());
  Value fits = compare(builder, Predicate::ult, operands[1], bits);
  Value shifted = OpTy::create(builder, operands[0], operands[1]);
  return select(builder, fits, shifted, constant(builder, type, 0));
}

Value emitPRelu(ImplicitLocOpBuilder &builder, Value x, Value slope) {
  Value product =
      emitArithmetic<arith::MulFOp, arith::MulIOp>(builder, x, slope);
  return select(builder, isNegative(builder, x), product, x);
}

} // namespace

bool isUnsigned(Type type) {
  return type.isUnsignedInteger() || type.isInteger(1);
}

Value emitExtremum(ImplicitLocOpBuilder &builder, bool isMax, Type type,
                   ValueRange operands) {
  Value lhs = operands[0], rhs = operands[1];
  if (isa<FloatType>(type)) {
    if (isMax)
      return arith::MaximumFOp::create(builder, lhs, rhs);
    return arith::MinimumFOp::create(builder, lhs, rhs);
  }
  if (isUnsigned(type)) {
    if (isMax)
      return arith::MaxUIOp::create(builder, lhs, rhs);
    return arith::MinUIOp::create(builder, lhs, rhs);
  }
  if (isMax)
    return arith::MaxSIOp::create(builder, lhs, rhs);
  return arith::MinSIOp::create(builder, lhs, rhs);
}

Value emitIntegerFunction(ImplicitLocOpBuilder &builder, FunctionAttr function,
                          Type type, Value x) {
  auto zero = [&] { return constant(builder, x.getType(), 0); };
  bool canBeNegative = !isUnsigned(type);
  switch (function.getKind()) {
  case FunctionKind::relu:
    return canBeNegative ? emitExtremum(builder, true, type, {x, zero()}) : x;
  case FunctionKind::clip: {
    // A limit may be infinite; createScalar takes the nearest integer.
    Value low = constant(builder, type, function.getAlpha());
    Value high = constant(builder, type, function.getBeta());
    Value raised = emitExtremum(builder, true, type, {x, low});
    return emitExtremum(builder, false, type, {raised, high});
  }
  case FunctionKind::abs:
    if (canBeNegative)
      return math::AbsIOp::create(builder, x);
    return x;
  case FunctionKind::neg:
    return arith::SubIOp::create(builder, zero(), x);
  case FunctionKind::sign: {
    Value one = constant(builder, x.getType(), 1);
    Value isZero = compare(builder, Predicate::eq, x, zero());
    Value sign = select(builder, isZero, zero(), one);
    if (!canBeNegative)
      return sign;
    Value minusOne = constant(builder, x.getType(), -1);
    return select(builder, isNegative(builder, x), minusOne, sign);
  }
  case FunctionKind::bit_not: {
    auto integer = cast<IntegerType>(x.getType());
    Value ones = arith::ConstantOp::create(
        builder,
        builder.getIntegerAttr(integer, APInt::getAllOnes(integer.getWidth())));
    return arith::XOrIOp::create(builder, x, ones);
  }
  default:
    llvm_unreachable("every function of integers is handled");
  }
}

Value emitBinary(ImplicitLocOpBuilder &builder, BinaryKind kind, Type type,
                 ValueRange operands) {
  Value lhs = operands[0], rhs = operands[1];
  bool isFloat = isa<FloatType>(type);
  switch (kind) {
  case BinaryKind::add:
    return emitArithmetic<arith::AddFOp, arith::AddIOp>(builder, lhs, rhs);
  case BinaryKind::sub:
    return emitArithmetic<arith::SubFOp, arith::SubIOp>(builder, lhs, rhs);
  case BinaryKind::mul:
    return emitArithmetic<arith::MulFOp, arith::MulIOp>(builder, lhs, rhs);
  case BinaryKind::div:
    if (isFloat)
      return arith::DivFOp::create(builder, lhs, rhs);
    return Division(builder, type, operands).getQuotient();
  case BinaryKind::pow:
    if (isFloat)
      return math::PowFOp::create(builder, lhs, rhs);
    return emitIntegerPower(builder, type, operands);
  case BinaryKind::min:
    return emitExtremum(builder, /*isMax=*/false, type, operands);
  case BinaryKind::max:
    return emitExtremum(builder, /*isMax=*/true, type, operands);
  case BinaryKind::prelu:
    return emitPRelu(builder, lhs, rhs);
  case BinaryKind::rem:
    if (isFloat)
      return arith::RemFOp::create(builder, lhs, rhs);
    return Division(builder, type, operands).getRemainder();
  case BinaryKind::mod: {
    Value remainder = emitBinary(builder, BinaryKind::rem, type, operands);
    return isUnsigned(type) ? remainder : emitModulus(builder, remainder, rhs);
  }
  case BinaryKind::bit_and:
    return arith::AndIOp::create(builder, lhs, rhs);
  case BinaryKind::bit_or:
    return arith::OrIOp::create(builder, lhs, rhs);
  case BinaryKind::bit_xor:
    return arith::XOrIOp::create(builder, lhs, rhs);
  case BinaryKind::shift_left:
    return emitShift<arith::ShLIOp>(builder, operands);
  case BinaryKind::shift_right:
    return emitShift<arith::ShRUIOp>(builder, operands);
  }
  llvm_unreachable("every function is handled");
}

Value emitCompare(ImplicitLocOpBuilder &builder, CompareKind kind, Type type,
                  ValueRange operands) {
  using Float = arith::CmpFPredicate;
  struct Row {
    Float ofFloats;
    Predicate ofSigned, ofUnsigned;
  };
  // In the order of CompareKind.
  static constexpr Row rows[] = {
      {Float::OEQ, Predicate::eq, Predicate::eq},
      {Float::UNE, Predicate::ne, Predicate::ne},
      {Float::OLT, Predicate::slt, Predicate::ult},
      {Float::OLE, Predicate::sle, Predicate::ule},
      {Float::OGT, Predicate::sgt, Predicate::ugt},
      {Float::OGE, Predicate::sge, Predicate::uge},
  };
  const Row &row = rows[static_cast<int>(kind)];
  if (isa<FloatType>(type))
    return compare(builder, row.ofFloats, operands[0], operands[1]);
  return compare(builder, isUnsigned(type) ? row.ofUnsigned : row.ofSigned,
                 operands[0], operands[1]);
}

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

/// Widths differ: the conversion between two floats or two integers.
template <typename Widen, typename Narrow>
static Value emitResize(ImplicitLocOpBuilder &builder, Type type, Value x) {
  unsigned from = x.getType().getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (from == to)
    return x;
  if (from < to)
    return Widen::create(builder, type, x);
  return Narrow::create(builder, type, x);
}

static Value emitFloatCast(ImplicitLocOpBuilder &builder, Type to, Value x) {
  // float16 and bfloat16 are equally wide but differ.
  if (x.getType() != to &&
      x.getType().getIntOrFloatBitWidth() == to.getIntOrFloatBitWidth())
    x = arith::ExtFOp::create(builder, builder.getF32Type(), x);
  return emitResize<arith::ExtFOp, arith::TruncFOp>(builder, to, x);
}

/// Truncation; what is out of range becomes the nearest integer, NaN zero.
static Value emitFloatToInteger(ImplicitLocOpBuilder &builder, IntegerType to,
                                Value x) {
  using Float = arith::CmpFPredicate;
  bool isSigned = !to.isUnsigned();
  double low = isSigned ? -std::ldexp(1.0, to.getWidth() - 1) : 0.0;
  double high = std::ldexp(1.0, to.getWidth() - isSigned);
  Type from = x.getType();
  Value isLow = compare(builder, Float::OLE, x, constant(builder, from, low));
  Value isHigh = compare(builder, Float::OGE, x, constant(builder, from, high));
  Value isNaN = compare(builder, Float::UNO, x, x);
  Value isOut = arith::OrIOp::create(
      builder, arith::OrIOp::create(builder, isLow, isHigh), isNaN);
  Value inside = select(builder, isOut, constant(builder, from, 0), x);
  Type signless = builder.getIntegerType(to.getWidth());
  Value result;
  if (isSigned)
    result = arith::FPToSIOp::create(builder, signless, inside);
  else
    result = arith::FPToUIOp::create(builder, signless, inside);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  result = select(builder, isLow, constant(builder, to, -infinity), result);
  return select(builder, isHigh, constant(builder, to, infinity), result);
}

Value emitCast(ImplicitLocOpBuilder &builder, Type from, Type to, Value x) {
  bool fromUnsigned = isUnsigned(from);
  bool fromFloat = isa<FloatType>(from);
  if (fromFloat && isa<FloatType>(to))
    return emitFloatCast(builder, to, x);
  if (to.isInteger(1)) {
    Value zero = constant(builder, x.getType(), 0);
    if (fromFloat)
      return compare(builder, arith::CmpFPredicate::UNE, x, zero);
    return compare(builder, Predicate::ne, x, zero);
  }
  if (fromFloat)
    return emitFloatToInteger(builder, cast<IntegerType>(to), x);
  if (isa<FloatType>(to)) {
    if (fromUnsigned)
      return arith::UIToFPOp::create(builder, to, x);
    return arith::SIToFPOp::create(builder, to, x);
  }
  Type signless = builder.getIntegerType(to.getIntOrFloatBitWidth());
  if (fromUnsigned)
    return emitResize<arith::ExtUIOp, arith::TruncIOp>(builder, signless, x);
  return emitResize<arith::ExtSIOp, arith::TruncIOp>(builder, signless, x);
}

} // namespace mlir::cnn
