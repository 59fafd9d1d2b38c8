//===- ImportLogic.cpp - Comparisons, truth values, bits, choices ---------===//

#include "Build.h"
#include "Operators.h"

#include <limits>

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

template <CompareKind kind>
static LogicalResult importCompare(Node &node) {
  Value lhs = node.getInput(0), rhs = node.getInput(1);
  node.requireSameType(lhs, rhs);
  if (failed(node.check()))
    return failure();
  return node.create<CompareOp>(kind, lhs, rhs);
}

/// NaN is what differs from itself.
static LogicalResult importIsNaN(Node &node) {
  Value input = node.getFloats(0);
  if (failed(node.check()))
    return failure();
  return node.create<CompareOp>(CompareKind::ne, input, input);
}

static LogicalResult importIsInf(Node &node) {
  Value input = node.getFloats(0);
  bool positive = node.getFlag("detect_positive", true);
  bool negative = node.getFlag("detect_negative", true);
  if (failed(node.check()))
    return failure();
  if (positive && negative)
    input = node.build<UnaryOp>(
        FunctionAttr::get(node.getContext(), FunctionKind::abs), input);
  if (!input)
    return failure();
  double infinity = std::numeric_limits<double>::infinity();
  // Nothing is smaller than minus infinity.
  bool none = !positive && !negative;
  Value limit =
      buildScalar(node, getElementType(input), positive ? infinity : -infinity);
  return node.create<CompareOp>(none ? CompareKind::lt : CompareKind::eq, input,
                                limit);
}

//===----------------------------------------------------------------------===//
// Truth values and bits
//===----------------------------------------------------------------------===//

/// Fails unless the elements are truth values, or integers if not `areTruths`.
static void requireBits(Node &node, Value value, bool areTruths) {
  if (!value)
    return;
  Type type = getElementType(value);
  if (isa<FloatType>(type) || type.isInteger(1) != areTruths)
    (void)node.fail((areTruths ? Twine("expects truth values; got ")
                               : Twine("expects integers; got ")) +
                    debugString(value.getType()));
}

template <BinaryKind kind, bool areTruths>
static LogicalResult importBits(Node &node) {
  Value lhs = node.getInput(0), rhs = node.getInput(1);
  node.requireSameType(lhs, rhs);
  requireBits(node, lhs, areTruths);
  if (failed(node.check()))
    return failure();
  return node.create<BinaryOp>(kind, lhs, rhs);
}

template <bool areTruths>
static LogicalResult importNot(Node &node) {
  Value input = node.getInput(0);
  requireBits(node, input, areTruths);
  if (failed(node.check()))
    return failure();
  return node.create<UnaryOp>(
      FunctionAttr::get(node.getContext(), FunctionKind::bit_not), input);
}

static LogicalResult importBitShift(Node &node) {
  Value lhs = node.getInput(0), rhs = node.getInput(1);
  StringRef direction = node.getString("direction", "");
  node.requireSameType(lhs, rhs);
  if (direction != "LEFT" && direction != "RIGHT")
    return node.fail("expects direction = 'LEFT' or 'RIGHT'; got '" +
                     direction + "'");
  if (failed(node.check()))
    return failure();
  return node.create<BinaryOp>(direction == "LEFT" ? BinaryKind::shift_left
                                                   : BinaryKind::shift_right,
                               lhs, rhs);
}

static LogicalResult importMod(Node &node) {
  Value lhs = node.getInput(0), rhs = node.getInput(1);
  bool keepsSign = node.getFlag("fmod");
  node.requireSameType(lhs, rhs);
  if (failed(node.check()))
    return failure();
  return node.create<BinaryOp>(keepsSign ? BinaryKind::rem : BinaryKind::mod,
                               lhs, rhs);
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

static LogicalResult importWhere(Node &node) {
  Value condition = node.getInput(0);
  Value yes = node.getInput(1), no = node.getInput(2);
  requireBits(node, condition, /*areTruths=*/true);
  node.requireSameType(yes, no);
  if (failed(node.check()))
    return failure();
  return node.create<SelectOp>(condition, yes, no);
}

ArrayRef<OperatorRow> mlir::cnn::getLogicOperators() {
  using B = BinaryKind;
  using C = CompareKind;
  static const OperatorRow rows[] = {
      {"And", 1, importBits<B::bit_and, true>, evaluateBinary},
      {"BitShift", 11, importBitShift},
      {"BitwiseAnd", 18, importBits<B::bit_and, false>},
      {"BitwiseNot", 18, importNot<false>},
      {"BitwiseOr", 18, importBits<B::bit_or, false>},
      {"BitwiseXor", 18, importBits<B::bit_xor, false>},
      {"Equal", 1, importCompare<C::eq>, evaluateBinary},
      {"Greater", 1, importCompare<C::gt>, evaluateBinary},
      {"GreaterOrEqual", 12, importCompare<C::ge>, evaluateBinary},
      {"IsInf", 10, importIsInf},
      {"IsNaN", 9, importIsNaN},
      {"Less", 1, importCompare<C::lt>, evaluateBinary},
      {"LessOrEqual", 12, importCompare<C::le>, evaluateBinary},
      {"Mod", 10, importMod, evaluateBinary},
      {"Not", 1, importNot<true>, evaluateUnary},
      {"Or", 1, importBits<B::bit_or, true>, evaluateBinary},
      {"Where", 9, importWhere, evaluateWhere},
      {"Xor", 1, importBits<B::bit_xor, true>},
  };
  return rows;
}
