//===- Elementwise.cpp - The values of elementwise ops --------------------===//

#include "Evaluate.h"

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;

Tensor reference::evaluate(UnaryOp op, const Operands &operands) {
  Tensor result = operands.getDoubles(op.getInput());
  applyFunction(op.getFunction(), result, operands.getThreads());
  return roundTo(op.getOutput(), result);
}

Tensor reference::evaluate(CastOp op, const Operands &operands) {
  return roundTo(op.getOutput(), operands.get(op.getInput()));
}

namespace {

/// base^exponent by squaring, wrapping; 0 for a negative exponent unless the
/// base is 1 or -1.
uint64_t getPower(uint64_t base, int64_t exponent) {
  if (exponent < 0) {
    bool isMinusOne = base == ~uint64_t(0);
    return base == 1 ? 1 : !isMinusOne ? 0 : exponent % 2 == 0 ? 1 : base;
  }
  uint64_t power = 1;
  for (; exponent != 0; exponent >>= 1, base *= base)
    if (exponent & 1)
      power *= base;
  return power;
}

/// A function of two integers, wrapping. A quotient is truncated; division by
/// zero gives zero.
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
    // The one quotient that overflows is a negation.
    if (std::is_signed_v<Integer> && b == ~uint64_t(0))
      return 0 - a;
    return rhs == 0 ? 0 : lhs / rhs;
  case BinaryKind::pow:
    return getPower(a, rhs);
  case BinaryKind::min:
    return std::min(lhs, rhs);
  case BinaryKind::max:
    return std::max(lhs, rhs);
  case BinaryKind::prelu:
    return lhs < Integer(0) ? a * b : a;
  }
  llvm_unreachable("every function is handled");
}

double apply(BinaryKind kind, double lhs, double rhs) {
  return cnn::evaluate(kind, lhs, rhs);
}

/// Computes in T, which `type` names.
template <typename T>
Tensor applyIn(ElementType type, BinaryOp op, const Operands &operands) {
  Tensor lhs = operands.get(op.getLhs()).convertTo(type);
  Tensor rhs = operands.get(op.getRhs()).convertTo(type);
  ArrayRef<int64_t> shape = getShape(op.getOutput());
  Tensor result(type, shape);
  T *to = result.get<T>().data();
  forEachOffset(shape, getBroadcastStrides(lhs.getShape(), shape),
                getBroadcastStrides(rhs.getShape(), shape),
                [&](int64_t i, int64_t j) {
                  *to++ = apply(op.getKind(), lhs.get<T>()[i], rhs.get<T>()[j]);
                });
  return roundTo(op.getOutput(), result);
}

} // namespace

Tensor reference::evaluate(BinaryOp op, const Operands &operands) {
  Type element = cast<ShapedType>(op.getLhs().getType()).getElementType();
  if (isa<FloatType>(element))
    return applyIn<double>(ElementType::Float64, op, operands);
  if (element.isUnsignedInteger())
    return applyIn<uint64_t>(ElementType::UInt64, op, operands);
  return applyIn<int64_t>(ElementType::Int64, op, operands);
}
