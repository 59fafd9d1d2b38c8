//===- Elementwise.cpp - The values of elementwise ops --------------------===//

#include "Evaluate.h"

#include <cstring>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;

namespace {

/// Calls `visitor` with a number of the type that elements of `type` are
/// computed in, and the name of that type.
template <typename Visitor>
Tensor visitNumbers(Type type, Visitor visitor) {
  if (isa<FloatType>(type))
    return visitor(double(), ElementType::Float64);
  if (type.isUnsignedInteger() || type.isInteger(1))
    return visitor(uint64_t(), ElementType::UInt64);
  return visitor(int64_t(), ElementType::Int64);
}

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

/// A function of an integer, wrapping.
template <typename Integer>
Integer apply(FunctionAttr function, Integer x) {
  // The limits of a clip may be infinite.
  auto toInteger = [](double limit) {
    Tensor tensor(ElementType::Float64, {1});
    tensor.get<double>()[0] = limit;
    constexpr auto type =
        std::is_signed_v<Integer> ? ElementType::Int64 : ElementType::UInt64;
    return tensor.convertTo(type).template get<Integer>()[0];
  };
  switch (function.getKind()) {
  case FunctionKind::relu:
    return std::max<Integer>(x, 0);
  case FunctionKind::clip:
    return std::min(std::max(x, toInteger(function.getAlpha())),
                    toInteger(function.getBeta()));
  case FunctionKind::abs:
    return x < Integer(0) ? 0 - static_cast<uint64_t>(x) : x;
  case FunctionKind::neg:
    return 0 - static_cast<uint64_t>(x);
  case FunctionKind::sign:
    return Integer(x > 0) - Integer(x < Integer(0));
  case FunctionKind::bit_not:
    return ~x;
  default:
    llvm_unreachable("every function of integers is handled");
  }
}

template <typename Integer>
Tensor applyToIntegers(UnaryOp op, const Operands &operands, ElementType type) {
  Tensor result = operands.get(op.getInput()).convertTo(type);
  for (Integer &value : result.get<Integer>())
    value = apply(op.getFunction(), value);
  return roundTo(op.getOutput(), result);
}

} // namespace

Tensor reference::evaluate(UnaryOp op, const Operands &operands) {
  Type element = cast<ShapedType>(op.getInput().getType()).getElementType();
  if (element.isInteger(1)) {
    Tensor result = operands.get(op.getInput());
    for (uint8_t &value : result.get<uint8_t>())
      value = !value;
    return result;
  }
  return visitNumbers(element, [&](auto number, ElementType type) {
    using Number = decltype(number);
    if constexpr (std::is_integral_v<Number>)
      return applyToIntegers<Number>(op, operands, type);
    Tensor result = operands.getDoubles(op.getInput());
    applyFunction(op.getFunction(), result, operands.getThreads());
    return roundTo(op.getOutput(), result);
  });
}

Tensor reference::evaluate(CastOp op, const Operands &operands) {
  return roundTo(op.getOutput(), operands.get(op.getInput()));
}

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

namespace {

/// base^exponent by squaring, wrapping; 0 for a negative exponent unless the
/// base is 1 or -1.
template <typename Integer>
Integer getPower(Integer base, Integer exponent) {
  bool isUnit = base == 1 || base == Integer(-1);
  if (exponent < Integer(0) && !isUnit)
    return 0;
  uint64_t power = 1, square = base;
  for (uint64_t rest = exponent; rest != 0; rest >>= 1, square *= square)
    if (rest & 1)
      power *= square;
  return power;
}

/// A quotient, truncated, or zero. The one that overflows is a negation.
template <typename Integer>
Integer divide(Integer lhs, Integer rhs) {
  if (std::is_signed_v<Integer> && rhs == Integer(-1))
    return 0 - static_cast<uint64_t>(lhs);
  return rhs == 0 ? 0 : lhs / rhs;
}

/// lhs - quotient * rhs, or zero.
template <typename Integer>
Integer getRemainder(Integer lhs, Integer rhs) {
  if (rhs == 0 || (std::is_signed_v<Integer> && rhs == Integer(-1)))
    return 0;
  return lhs % rhs;
}

/// A function of two integers, wrapping.
template <typename Integer>
Integer apply(BinaryKind kind, Integer lhs, Integer rhs) {
  uint64_t a = lhs, b = rhs;
  switch (kind) {
  case BinaryKind::add:
    return a + b;
  case BinaryKind::sub:
    return a - b;
  case BinaryKind::mul:
    return a * b;
  case BinaryKind::div:
    return divide(lhs, rhs);
  case BinaryKind::pow:
    return getPower(lhs, rhs);
  case BinaryKind::min:
    return std::min(lhs, rhs);
  case BinaryKind::max:
    return std::max(lhs, rhs);
  case BinaryKind::prelu:
    return lhs < Integer(0) ? a * b : a;
  case BinaryKind::rem:
    return getRemainder(lhs, rhs);
  case BinaryKind::mod: {
    Integer remainder = getRemainder(lhs, rhs);
    bool differs = (remainder < Integer(0)) != (rhs < Integer(0));
    return remainder != 0 && differs ? remainder + rhs : remainder;
  }
  case BinaryKind::bit_and:
    return a & b;
  case BinaryKind::bit_or:
    return a | b;
  case BinaryKind::bit_xor:
    return a ^ b;
  case BinaryKind::shift_left:
    return b < 64 ? a << b : 0;
  case BinaryKind::shift_right:
    return b < 64 ? a >> b : 0;
  }
  llvm_unreachable("every function is handled");
}

double apply(BinaryKind kind, double lhs, double rhs) {
  return cnn::evaluate(kind, lhs, rhs);
}

template <typename Number>
bool apply(CompareKind kind, Number lhs, Number rhs) {
  switch (kind) {
  case CompareKind::eq:
    return lhs == rhs;
  case CompareKind::ne:
    return lhs != rhs;
  case CompareKind::lt:
    return lhs < rhs;
  case CompareKind::le:
    return lhs <= rhs;
  case CompareKind::gt:
    return lhs > rhs;
  case CompareKind::ge:
    return lhs >= rhs;
  }
  llvm_unreachable("every comparison is handled");
}

/// The kind of `op` applied to its operands, computed in Number and written as
/// Result; `type` and `resultType` name these.
template <typename Number, typename Result, typename Op>
Tensor applyIn(ElementType type, ElementType resultType, Op op,
               const Operands &operands) {
  const Tensor lhs = operands.get(op.getLhs()).convertTo(type);
  const Tensor rhs = operands.get(op.getRhs()).convertTo(type);
  ArrayRef<int64_t> shape = getShape(op.getOutput());
  Tensor result(resultType, shape);
  Result *to = result.get<Result>().data();
  forEachOffset(
      shape, getBroadcastStrides(lhs.getShape(), shape),
      getBroadcastStrides(rhs.getShape(), shape), [&](int64_t i, int64_t j) {
        *to++ = apply(op.getKind(), lhs.get<Number>()[i], rhs.get<Number>()[j]);
      });
  return roundTo(op.getOutput(), result);
}

} // namespace

Tensor reference::evaluate(BinaryOp op, const Operands &operands) {
  Type element = cast<ShapedType>(op.getLhs().getType()).getElementType();
  return visitNumbers(element, [&](auto number, ElementType type) {
    using Number = decltype(number);
    return applyIn<Number, Number>(type, type, op, operands);
  });
}

Tensor reference::evaluate(CompareOp op, const Operands &operands) {
  Type element = cast<ShapedType>(op.getLhs().getType()).getElementType();
  return visitNumbers(element, [&](auto number, ElementType type) {
    return applyIn<decltype(number), uint8_t>(type, ElementType::Bool, op,
                                              operands);
  });
}

Tensor reference::evaluate(SelectOp op, const Operands &operands) {
  ArrayRef<int64_t> shape = getShape(op.getOutput());
  const Tensor &condition = operands.get(op.getCondition());
  const Tensor &yes = operands.get(op.getYes()), &no = operands.get(op.getNo());
  Tensor result(yes.getType(), shape);
  int64_t width = getByteWidth(yes.getType());
  char *to = result.getBytes().data();
  auto write = [&](const Tensor &tensor, bool chosen) {
    int64_t i = 0;
    auto conditionStrides = getBroadcastStrides(condition.getShape(), shape);
    forEachOffset(
        shape, conditionStrides, getBroadcastStrides(tensor.getShape(), shape),
        [&](int64_t at, int64_t from) {
          if (condition.get<uint8_t>()[at] == chosen)
            std::memcpy(to + i * width, tensor.getBytes().data() + from * width,
                        width);
          ++i;
        });
  };
  write(yes, true);
  write(no, false);
  return result;
}
