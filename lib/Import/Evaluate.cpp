//===- Evaluate.cpp - Arithmetic on known values --------------------------===//
//
// The rules for numbers that may be multiples of the batch. What is neither a
// constant nor a multiple is unknown, which is an error only where it is used.
//
//===----------------------------------------------------------------------===//

#include "Node.h"
#include "Operators.h"

#include "llvm/ADT/StringSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// One number
//===----------------------------------------------------------------------===//

static Number computeUnary(StringRef name, Number x) {
  if (x.isUnknown() || (!x.isConstant() && name != "Neg"))
    return Number::unknown();
  x.value = llvm::StringSwitch<double (*)(double)>(name)
                .Case("Abs", [](double v) { return std::fabs(v); })
                .Case("Ceil", [](double v) { return std::ceil(v); })
                .Case("Floor", [](double v) { return std::floor(v); })
                .Case("Neg", [](double v) { return -v; })
                .Case("Not", [](double v) { return v == 0 ? 1.0 : 0.0; })
                .Case("Round", [](double v) { return std::nearbyint(v); })
                .Case("Sqrt", [](double v) { return std::sqrt(v); })(x.value);
  return x;
}

LogicalResult mlir::cnn::evaluateUnary(Node &node) {
  const Known *input = node.getKnown(0);
  if (failed(node.check()))
    return failure();
  Known result = *input;
  bool keeps =
      llvm::is_contained({"Ceil", "Floor", "Round"}, node.getOperator());
  for (Number &number : result.numbers) {
    // The batch times a whole number is whole.
    if (keeps && number.kind == Number::BatchMultiple &&
        number.value == std::trunc(number.value))
      continue;
    number = roundTo(computeUnary(node.getOperator(), number),
                     input->type.getElementType());
  }
  return node.setOutput(0, std::move(result));
}

//===----------------------------------------------------------------------===//
// Two numbers
//===----------------------------------------------------------------------===//

namespace {

enum class Arithmetic {
  Add,
  Sub,
  Mul,
  Div,
  Mod,
  Pow,
  Min,
  Max,
  Equal,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  And,
  Or
};

} // namespace

static Arithmetic getArithmetic(StringRef name) {
  return llvm::StringSwitch<Arithmetic>(name)
      .Cases({"Add", "Sum"}, Arithmetic::Add)
      .Case("Sub", Arithmetic::Sub)
      .Case("Mul", Arithmetic::Mul)
      .Case("Div", Arithmetic::Div)
      .Case("Mod", Arithmetic::Mod)
      .Case("Pow", Arithmetic::Pow)
      .Case("Min", Arithmetic::Min)
      .Case("Max", Arithmetic::Max)
      .Case("Equal", Arithmetic::Equal)
      .Case("Less", Arithmetic::Less)
      .Case("LessOrEqual", Arithmetic::LessOrEqual)
      .Case("Greater", Arithmetic::Greater)
      .Case("GreaterOrEqual", Arithmetic::GreaterOrEqual)
      .Case("And", Arithmetic::And)
      .Case("Or", Arithmetic::Or);
}

static bool isComparison(Arithmetic kind) { return kind >= Arithmetic::Equal; }

static double compute(Arithmetic kind, double a, double b) {
  switch (kind) {
  case Arithmetic::Add:
    return a + b;
  case Arithmetic::Sub:
    return a - b;
  case Arithmetic::Mul:
    return a * b;
  case Arithmetic::Div:
    return a / b;
  case Arithmetic::Mod:
    return a - b * std::floor(a / b);
  case Arithmetic::Pow:
    return std::pow(a, b);
  case Arithmetic::Min:
    return std::min(a, b);
  case Arithmetic::Max:
    return std::max(a, b);
  case Arithmetic::Equal:
    return a == b;
  case Arithmetic::Less:
    return a < b;
  case Arithmetic::LessOrEqual:
    return a <= b;
  case Arithmetic::Greater:
    return a > b;
  case Arithmetic::GreaterOrEqual:
    return a >= b;
  case Arithmetic::And:
    return a != 0 && b != 0;
  case Arithmetic::Or:
    return a != 0 || b != 0;
  }
  llvm_unreachable("every kind is handled");
}

/// Both are multiples of the batch, which is at least 1.
static Number computeOfBatches(Arithmetic kind, double a, double b) {
  double result = compute(kind, a, b);
  switch (kind) {
  case Arithmetic::Add:
  case Arithmetic::Sub:
    return result == 0 ? Number::constant(0) : Number::batch(result);
  case Arithmetic::Min:
  case Arithmetic::Max:
  case Arithmetic::Mod:
    return Number::batch(result);
  case Arithmetic::Mul:
  case Arithmetic::Pow:
    return Number::unknown();
  default:
    return Number::constant(result);
  }
}

/// One is the batch times `factor`, the other a constant.
static Number computeOfBatch(Arithmetic kind, Number a, Number b) {
  double factor = a.isConstant() ? b.value : a.value;
  double constant = a.isConstant() ? a.value : b.value;
  bool batchIsFirst = !a.isConstant();
  switch (kind) {
  case Arithmetic::Add:
    return constant == 0 ? Number::batch(factor) : Number::unknown();
  case Arithmetic::Sub:
    return constant == 0 ? Number::batch(batchIsFirst ? factor : -factor)
                         : Number::unknown();
  case Arithmetic::Mul:
    return constant == 0 ? Number::constant(0)
                         : Number::batch(factor * constant);
  case Arithmetic::Div:
    return batchIsFirst && constant != 0 ? Number::batch(factor / constant)
                                         : Number::unknown();
  case Arithmetic::Equal:
    // A positive multiple of the batch is neither 0 nor -1.
    return factor > 0 && constant <= 0 ? Number::constant(0)
                                       : Number::unknown();
  case Arithmetic::Greater:
  case Arithmetic::GreaterOrEqual:
    return batchIsFirst && factor > 0 && constant <= 0 ? Number::constant(1)
                                                       : Number::unknown();
  default:
    return Number::unknown();
  }
}

/// Two integers of which one, or the result, may be too large for a double.
static Number computeIntegers(Arithmetic kind, Number a, Number b) {
  __int128 x = a.getInteger(), y = b.getInteger();
  auto wrap = [](__int128 value) {
    return Number::integer(static_cast<int64_t>(static_cast<uint64_t>(value)));
  };
  switch (kind) {
  case Arithmetic::Add:
    return wrap(x + y);
  case Arithmetic::Sub:
    return wrap(x - y);
  case Arithmetic::Mul:
    return wrap(x * y);
  case Arithmetic::Div:
    return wrap(x / y);
  case Arithmetic::Mod:
    return wrap((x % y + y) % y);
  case Arithmetic::Min:
    return x < y ? a : b;
  case Arithmetic::Max:
    return x > y ? a : b;
  case Arithmetic::Equal:
    return Number::constant(x == y);
  case Arithmetic::Less:
    return Number::constant(x < y);
  case Arithmetic::LessOrEqual:
    return Number::constant(x <= y);
  case Arithmetic::Greater:
    return Number::constant(x > y);
  case Arithmetic::GreaterOrEqual:
    return Number::constant(x >= y);
  default:
    // What is not exact becomes unknown.
    return Number::constant(compute(kind, a.value, b.value));
  }
}

static Number computeBinary(Arithmetic kind, Number a, Number b, Type type) {
  bool isInteger = isa<IntegerType>(type);
  if (a.isUnknown() || b.isUnknown())
    return Number::unknown();
  bool divides = kind == Arithmetic::Div || kind == Arithmetic::Mod;
  if (divides && isInteger && b.value == 0)
    return Number::unknown();
  if (a.isConstant() && b.isConstant() && isInteger)
    return computeIntegers(kind, a, b);
  if (a.isConstant() && b.isConstant())
    return Number::constant(compute(kind, a.value, b.value));
  if (!a.isConstant() && !b.isConstant())
    return computeOfBatches(kind, a.value, b.value);
  return computeOfBatch(kind, a, b);
}

/// The known values `first` and `second`, broadcast and combined.
static LogicalResult combine(Node &node, const Known &first,
                             const Known &second, Known &result) {
  auto shape = getBroadcastShape(first.getShape(), second.getShape());
  if (failed(shape))
    return node.fail("expects shapes that broadcast; got " +
                     describeShape(first.getShape()) + " and " +
                     describeShape(second.getShape()));
  Arithmetic kind = getArithmetic(node.getOperator());
  Type operandType = first.type.getElementType();
  Type type =
      isComparison(kind) ? IntegerType::get(node.getContext(), 1) : operandType;
  result = {RankedTensorType::get(*shape, type), {}};
  if (result.type.getNumElements() > maxKnownElements)
    return failure();
  forEachIndex(*shape, [&](ArrayRef<int64_t> index) {
    Number a = first.numbers[getBroadcastPosition(first.getShape(), index)];
    Number b = second.numbers[getBroadcastPosition(second.getShape(), index)];
    result.numbers.push_back(
        roundTo(computeBinary(kind, a, b, operandType), type));
  });
  return success();
}

LogicalResult mlir::cnn::evaluateBinary(Node &node) {
  const Known *first = node.getKnown(0);
  if (node.hasFailed())
    return failure();
  Known result = *first;
  bool isVariadic =
      llvm::is_contained({"Sum", "Min", "Max"}, node.getOperator());
  bool mayDiffer = node.getOperator() == "Pow";
  int64_t count = isVariadic ? node.getInputCount() : 2;
  if (node.getOperator() == "Mod" && node.getFlag("fmod"))
    return failure();
  for (int64_t i = 1; i < count; ++i) {
    const Known *next = node.getKnown(i);
    if (node.hasFailed())
      return failure();
    if (!mayDiffer &&
        next->type.getElementType() != first->type.getElementType())
      return node.fail("expects inputs of one element type; got " +
                       debugString(Type(first->type)) + " and " +
                       debugString(Type(next->type)));
    Known sum;
    if (failed(combine(node, result, *next, sum)))
      return failure();
    result = std::move(sum);
  }
  if (failed(node.check()))
    return failure();
  return node.setOutput(0, std::move(result));
}

LogicalResult mlir::cnn::evaluateWhere(Node &node) {
  const Known *condition = node.getKnown(0);
  const Known *first = node.getKnown(1), *second = node.getKnown(2);
  if (failed(node.check()))
    return failure();
  auto shape = getBroadcastShape(first->getShape(), second->getShape());
  if (succeeded(shape))
    shape = getBroadcastShape(*shape, condition->getShape());
  if (failed(shape) ||
      first->type.getElementType() != second->type.getElementType())
    return node.fail("expects operands of one type whose shapes broadcast");
  Known result = {RankedTensorType::get(*shape, first->type.getElementType()),
                  {}};
  if (result.type.getNumElements() > maxKnownElements)
    return failure();
  forEachIndex(*shape, [&](ArrayRef<int64_t> index) {
    auto at = [&](const Known *known) {
      return known->numbers[getBroadcastPosition(known->getShape(), index)];
    };
    Number choice = at(condition);
    Number chosen = choice.value != 0 ? at(first) : at(second);
    result.numbers.push_back(choice.isConstant() ? chosen : Number::unknown());
  });
  return node.setOutput(0, std::move(result));
}
