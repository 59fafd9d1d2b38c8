//===- ImportElementwise.cpp - Functions of each element ------------------===//

#include "Build.h"
#include "Operators.h"

#include <limits>

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Functions of one number
//===----------------------------------------------------------------------===//

static LogicalResult createUnary(Node &node, Value input, FunctionKind kind,
                                 double alpha = 0, double beta = 0) {
  if (failed(node.check()))
    return failure();
  return node.create<UnaryOp>(
      FunctionAttr::get(node.getContext(), kind, alpha, beta), input);
}

template <FunctionKind kind>
static LogicalResult importFunction(Node &node) {
  return createUnary(node, node.getInput(0), kind);
}

/// One parameter, the attribute `alpha`, in units of 1/1000000.
template <FunctionKind kind, int millionths>
static LogicalResult importFunctionOfAlpha(Node &node) {
  double alpha =
      node.getFloat("alpha", static_cast<float>(millionths / 1000000.0));
  return createUnary(node, node.getFloats(0), kind, alpha);
}

static LogicalResult importHardSigmoid(Node &node) {
  double alpha = node.getFloat("alpha", 0.2f),
         beta = node.getFloat("beta", 0.5);
  return createUnary(node, node.getFloats(0), FunctionKind::hard_sigmoid, alpha,
                     beta);
}

/// The shift is the attribute `bias`.
static LogicalResult importShrink(Node &node) {
  double lambda = node.getFloat("lambd", 0.5), bias = node.getFloat("bias", 0);
  Value input = node.getInput(0);
  if (node.hasFailed())
    return failure();
  Type type = getElementType(input);
  Type wide = isa<FloatType>(type) ? type : getRealType(type);
  if (failed(node.check()))
    return failure();
  input = buildCast(node, input, wide);
  Value result = node.build<UnaryOp>(
      FunctionAttr::get(node.getContext(), FunctionKind::shrink, lambda, bias),
      input);
  return node.setOutput(0, buildCast(node, result, type));
}

static LogicalResult importSelu(Node &node) {
  double alpha = node.getFloat("alpha", 1.67326319217681884765625);
  double gamma = node.getFloat("gamma", 1.05070102214813232421875);
  return createUnary(node, node.getFloats(0), FunctionKind::selu, alpha, gamma);
}

static LogicalResult importGelu(Node &node) {
  StringRef approximate = node.getString("approximate", "none");
  if (approximate != "none" && approximate != "tanh")
    return node.fail("expects approximate = 'none' or 'tanh'; got '" +
                     approximate + "'");
  return createUnary(node, node.getFloats(0),
                     approximate == "none" ? FunctionKind::gelu
                                           : FunctionKind::gelu_tanh);
}

/// A limit that is computed at run time is a maximum or minimum.
static LogicalResult importClipByValues(Node &node) {
  Value result = node.getInput(0);
  Value low = node.getOptionalInput(1), high = node.getOptionalInput(2);
  node.requireSameType(result, low);
  node.requireSameType(result, high);
  if (failed(node.check()))
    return failure();
  if (low)
    result = node.build<BinaryOp>(BinaryKind::max, result, low);
  if (high && result)
    result = node.build<BinaryOp>(BinaryKind::min, result, high);
  return node.setOutput(0, result);
}

/// Limits are attributes before opset 11 and inputs since then.
static LogicalResult importClip(Node &node) {
  bool areConstant = node.isAbsentOrKnown(1) && node.isAbsentOrKnown(2);
  Value input = node.getInput(0);
  if (node.hasFailed())
    return failure();
  Type type = getElementType(input);
  // Limits of wide integers need not be float64 numbers.
  if (node.getOpset() >= 11 && (!areConstant || isa<IntegerType>(type)))
    return importClipByValues(node);
  double high = type.isF64() ? std::numeric_limits<double>::max()
                             : std::numeric_limits<float>::max();
  double low = -high;
  if (node.getOpset() < 11) {
    low = node.getFloat("min", low);
    high = node.getFloat("max", high);
  } else {
    low = node.getScalar(1, low);
    high = node.getScalar(2, high);
  }
  return createUnary(node, input, FunctionKind::clip, low, high);
}

//===----------------------------------------------------------------------===//
// Functions of two numbers
//===----------------------------------------------------------------------===//

template <BinaryKind kind>
static LogicalResult importBinary(Node &node) {
  Value lhs = node.getInput(0), rhs = node.getInput(1);
  node.requireSameType(lhs, rhs);
  if (failed(node.check()))
    return failure();
  return node.create<BinaryOp>(kind, lhs, rhs);
}

/// The result has the type of the base. A power of an integer by a float is
/// computed as one of floats.
static LogicalResult importPow(Node &node) {
  Value base = node.getInput(0), exponent = node.getInput(1);
  if (failed(node.check()))
    return failure();
  Type type = getElementType(base), common = type;
  if (isa<IntegerType>(type) && isa<FloatType>(getElementType(exponent)))
    common = getWideType(getElementType(exponent));
  base = buildCast(node, base, common);
  exponent = buildCast(node, exponent, common);
  Value power = node.build<BinaryOp>(BinaryKind::pow, base, exponent);
  return node.setOutput(0, buildCast(node, power, type));
}

static LogicalResult importPRelu(Node &node) {
  Value input = node.getFloats(0), slope = node.getFloats(1);
  node.requireSameType(input, slope);
  if (failed(node.check()))
    return failure();
  Value result = node.build<BinaryOp>(BinaryKind::prelu, input, slope);
  if (result && result.getType() != input.getType())
    return node.fail("expects a slope that broadcasts to the input; got " +
                     debugString(slope.getType()));
  return node.setOutput(0, result);
}

/// Any number of inputs, combined from the left; null after a mistake.
static Value combineInputs(Node &node, BinaryKind kind) {
  std::vector<Value> inputs = node.getAllInputs();
  for (Value input : inputs)
    node.requireSameType(inputs.front(), input);
  if (failed(node.check()))
    return {};
  Value result = inputs.front();
  for (Value input : llvm::drop_begin(inputs))
    if (result)
      result = node.build<BinaryOp>(kind, result, input);
  return result;
}

template <BinaryKind kind>
static LogicalResult importVariadic(Node &node) {
  return node.setOutput(0, combineInputs(node, kind));
}

static LogicalResult importMean(Node &node) {
  Value sum = combineInputs(node, BinaryKind::add);
  if (!sum)
    return failure();
  if (!isa<FloatType>(getElementType(sum)))
    return node.fail("expects floats; got " + debugString(sum.getType()));
  Value divisor = buildScalar(node, getElementType(sum),
                              static_cast<double>(node.getInputCount()));
  return node.create<BinaryOp>(BinaryKind::div, sum, divisor);
}

ArrayRef<OperatorRow> mlir::cnn::getElementwiseOperators() {
  using K = FunctionKind;
  static const OperatorRow rows[] = {
      {"Abs", 1, importFunction<K::abs>, evaluateUnary},
      {"Acos", 7, importFunction<K::acos>},
      {"Acosh", 9, importFunction<K::acosh>},
      {"Add", 1, importBinary<BinaryKind::add>, evaluateBinary},
      {"Asin", 7, importFunction<K::asin>},
      {"Asinh", 9, importFunction<K::asinh>},
      {"Atan", 7, importFunction<K::atan>},
      {"Atanh", 9, importFunction<K::atanh>},
      {"Ceil", 1, importFunction<K::ceil>, evaluateUnary},
      {"Celu", 12, importFunctionOfAlpha<K::celu, 1000000>},
      {"Clip", 1, importClip},
      {"Cos", 7, importFunction<K::cos>},
      {"Cosh", 9, importFunction<K::cosh>},
      {"Div", 1, importBinary<BinaryKind::div>, evaluateBinary},
      {"Elu", 1, importFunctionOfAlpha<K::elu, 1000000>},
      {"Erf", 9, importFunction<K::erf>},
      {"Exp", 1, importFunction<K::exp>},
      {"Floor", 1, importFunction<K::floor>, evaluateUnary},
      {"Gelu", 20, importGelu},
      {"HardSigmoid", 1, importHardSigmoid},
      {"HardSwish", 14, importFunction<K::hard_swish>},
      {"LeakyRelu", 1, importFunctionOfAlpha<K::leaky_relu, 10000>},
      {"Log", 1, importFunction<K::log>},
      {"Max", 1, importVariadic<BinaryKind::max>, evaluateBinary},
      {"Mean", 1, importMean},
      {"Min", 1, importVariadic<BinaryKind::min>, evaluateBinary},
      {"Mish", 18, importFunction<K::mish>},
      {"Mul", 1, importBinary<BinaryKind::mul>, evaluateBinary},
      {"Neg", 1, importFunction<K::neg>, evaluateUnary},
      {"Pow", 1, importPow, evaluateBinary},
      {"PRelu", 1, importPRelu},
      {"Reciprocal", 1, importFunction<K::reciprocal>},
      {"Relu", 1, importFunction<K::relu>},
      {"Round", 11, importFunction<K::round>, evaluateUnary},
      {"Selu", 1, importSelu},
      {"Shrink", 9, importShrink},
      {"Sigmoid", 1, importFunction<K::sigmoid>},
      {"Sign", 9, importFunction<K::sign>},
      {"Sin", 7, importFunction<K::sin>},
      {"Sinh", 9, importFunction<K::sinh>},
      {"Softplus", 1, importFunction<K::softplus>},
      {"Softsign", 1, importFunction<K::softsign>},
      {"Sqrt", 1, importFunction<K::sqrt>, evaluateUnary},
      {"Sub", 1, importBinary<BinaryKind::sub>, evaluateBinary},
      {"Sum", 1, importVariadic<BinaryKind::add>, evaluateBinary},
      {"Tan", 7, importFunction<K::tan>},
      {"Tanh", 1, importFunction<K::tanh>},
      {"ThresholdedRelu", 10,
       importFunctionOfAlpha<K::thresholded_relu, 1000000>},
  };
  return rows;
}
