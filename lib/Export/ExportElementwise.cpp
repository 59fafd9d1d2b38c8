//===- ExportElementwise.cpp - Functions of one, two, three numbers -------===//

#include "OpWriter.h"

using namespace mlir;
using namespace mlir::cnn;

static LogicalResult writeUnary(OpWriter &writer, UnaryOp op) {
  Type element = getElement(op.getInput());
  FunctionKind kind = op.getFunction().getKind();
  Name x = writer.get(op.getInput());
  if (kind == FunctionKind::bit_not && !element.isInteger(1) &&
      failed(writer.require(18, "a bitwise function")))
    return failure();
  // Relu has no unsigned integers, for which it does nothing, and no integers
  // at all in opset 13.
  if (kind == FunctionKind::relu && isa<IntegerType>(element))
    return writer.finish(
        element.isUnsignedInteger()
            ? x
            : writer.add("Max", {x, writer.scalar(element, 0)}));
  if (kind == FunctionKind::neg && element.isUnsignedInteger()) {
    Type wide = IntegerType::get(op.getContext(), 64);
    Name y = writer.add("Neg", {writer.cast(x, element, wide)});
    return writer.finish(writer.cast(y, wide, element));
  }
  // Celu is an operator of float32 only.
  if (kind == FunctionKind::celu && !element.isF32()) {
    Type wide = Float32Type::get(op.getContext());
    Name y = writeFunction(writer, op.getFunction(),
                           writer.cast(x, element, wide), wide);
    return writer.finish(writer.cast(y, wide, element));
  }
  return writer.finish(writeFunction(writer, op.getFunction(), x, element));
}

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

static StringRef getOperator(BinaryKind kind, bool isTruth) {
  switch (kind) {
  case BinaryKind::add:
    return "Add";
  case BinaryKind::sub:
    return "Sub";
  case BinaryKind::mul:
    return "Mul";
  case BinaryKind::div:
    return "Div";
  case BinaryKind::pow:
    return "Pow";
  case BinaryKind::min:
    return "Min";
  case BinaryKind::max:
    return "Max";
  case BinaryKind::prelu:
    return "PRelu";
  case BinaryKind::mod:
  case BinaryKind::rem:
    return "Mod";
  case BinaryKind::bit_and:
    return isTruth ? "And" : "BitwiseAnd";
  case BinaryKind::bit_or:
    return isTruth ? "Or" : "BitwiseOr";
  case BinaryKind::bit_xor:
    return isTruth ? "Xor" : "BitwiseXor";
  case BinaryKind::shift_left:
  case BinaryKind::shift_right:
    return "BitShift";
  }
  llvm_unreachable("every kind is handled");
}

/// x - floor(x / y) * y by way of the remainder, which is exact.
static Name writeFloatMod(OpWriter &writer, Name x, Name y, Type element) {
  Name zero = writer.scalar(element, 0);
  Name rest = writer.add("Mod", {x, y}, {{"fmod", 1}});
  Name isOpposite = writer.add("Less", {writer.add("Mul", {rest, y}), zero});
  return writer.add("Where", {isOpposite, writer.add("Add", {rest, y}), rest});
}

/// The slope of PRelu broadcasts to the input, the result's shape.
static Name writePRelu(OpWriter &writer, BinaryOp op) {
  Name x = writer.get(op.getLhs()), slope = writer.get(op.getRhs());
  if (op.getType() == op.getLhs().getType())
    return writer.add("PRelu", {x, slope});
  Name isNegative =
      writer.add("Less", {x, writer.scalar(getElement(op.getLhs()), 0)});
  return writer.add("Where", {isNegative, writer.add("Mul", {x, slope}), x});
}

/// A type that the operator has, and in which integers wrap alike: opset 13 has
/// no arithmetic on less than 32 bits, and no opset powers of unsigned
/// integers. ONNX Runtime has no extremes of 16 bits.
static Type getArithmeticType(OpWriter &writer, BinaryOp op) {
  Type type = getElement(op.getLhs());
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return type;
  bool isSmall = integer.getWidth() < 32;
  switch (op.getKind()) {
  case BinaryKind::add:
  case BinaryKind::sub:
  case BinaryKind::mul:
  case BinaryKind::div:
    return isSmall && writer.getOpset() < 14
               ? IntegerType::get(op.getContext(), 32)
               : type;
  case BinaryKind::pow:
    if (integer.isUnsigned())
      return IntegerType::get(op.getContext(), 64);
    return isSmall ? IntegerType::get(op.getContext(), 32) : type;
  case BinaryKind::min:
  case BinaryKind::max:
    return integer.getWidth() == 16 ? IntegerType::get(op.getContext(), 32)
                                    : type;
  default:
    return type;
  }
}

static LogicalResult writeBinary(OpWriter &writer, BinaryOp op) {
  BinaryKind kind = op.getKind();
  Type element = getElement(op.getLhs());
  Name lhs = writer.get(op.getLhs()), rhs = writer.get(op.getRhs());
  StringRef operatorName = getOperator(kind, element.isInteger(1));
  if (operatorName.starts_with("Bitwise") &&
      failed(writer.require(18, "a bitwise function")))
    return failure();
  switch (kind) {
  case BinaryKind::prelu:
    return writer.finish(writePRelu(writer, op));
  case BinaryKind::shift_left:
  case BinaryKind::shift_right: {
    const char *direction = kind == BinaryKind::shift_left ? "LEFT" : "RIGHT";
    return writer.finish(
        writer.add("BitShift", {lhs, rhs}, {{"direction", direction}}));
  }
  case BinaryKind::mod:
    if (isa<FloatType>(element))
      return writer.finish(writeFloatMod(writer, lhs, rhs, element));
    return writer.finish(writer.add("Mod", {lhs, rhs}));
  case BinaryKind::rem:
    return writer.finish(writer.add("Mod", {lhs, rhs}, {{"fmod", 1}}));
  default:
    break;
  }
  Type computed = getArithmeticType(writer, op);
  Name result = writer.add(operatorName, {writer.cast(lhs, element, computed),
                                          writer.cast(rhs, element, computed)});
  return writer.finish(writer.cast(result, computed, element));
}

static LogicalResult writeCompare(OpWriter &writer, CompareOp op) {
  Name lhs = writer.get(op.getLhs()), rhs = writer.get(op.getRhs());
  auto compare = [&](StringRef operatorName) {
    return writer.add(operatorName, {lhs, rhs});
  };
  switch (op.getKind()) {
  case CompareKind::eq:
    return writer.finish(compare("Equal"));
  case CompareKind::ne:
    return writer.finish(writer.add("Not", {compare("Equal")}));
  case CompareKind::lt:
    return writer.finish(compare("Less"));
  case CompareKind::le:
    return writer.finish(compare("LessOrEqual"));
  case CompareKind::gt:
    return writer.finish(compare("Greater"));
  case CompareKind::ge:
    return writer.finish(compare("GreaterOrEqual"));
  }
  llvm_unreachable("every kind is handled");
}

static LogicalResult writeSelect(OpWriter &writer, SelectOp op) {
  return writer.finish(
      writer.add("Where", {writer.get(op.getCondition()),
                           writer.get(op.getYes()), writer.get(op.getNo())}));
}

static LogicalResult writeCast(OpWriter &writer, CastOp op) {
  return writer.finish(writer.cast(writer.get(op.getInput()),
                                   getElement(op.getInput()),
                                   getElement(op.getOutput())));
}

ArrayRef<ExportRow> mlir::cnn::getElementwiseRows() {
  static const ExportRow rows[] = {
      makeRow<BinaryOp, writeBinary>(),   makeRow<CastOp, writeCast>(),
      makeRow<CompareOp, writeCompare>(), makeRow<SelectOp, writeSelect>(),
      makeRow<UnaryOp, writeUnary>(),
  };
  return rows;
}
