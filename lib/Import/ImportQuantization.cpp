//===- ImportQuantization.cpp - Quantized operators of ai.onnx ------------===//

#include "Operators.h"
#include "Quantized.h"
#include "TensorData.h"
#include "Windows.h"

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Between floats and integers
//===----------------------------------------------------------------------===//

/// Reads `axis` and aligns `parameter`, which may be null, with it.
static Value alignParameter(Node &node, Value parameter, Value data) {
  int64_t axis = node.getInteger("axis", 1), rank = getShape(data).size();
  bool isVector = parameter && getShape(parameter).size() == 1 &&
                  getShape(parameter)[0] != 1;
  if (isVector)
    axis = node.normalizeAxis(axis, rank);
  return alignWithAxis(node, parameter, axis, rank);
}

static void refuseBlocks(Node &node) {
  if (int64_t size = node.getInteger("block_size", 0))
    (void)node.fail("expects 'block_size' = 0, one scale for a tensor or an "
                    "axis; got " +
                    Twine(size));
}

/// The zero point of a result, or a zero of the type `output_dtype` or uint8.
static Value readResultZeroPoint(Node &node, int64_t index) {
  int64_t type = node.getInteger("output_dtype", 0);
  if (Value zeroPoint = node.getOptionalInput(index))
    return zeroPoint;
  if (type == 0)
    type = onnx::TensorProto::UINT8;
  auto element = getElementTypeOf(static_cast<int32_t>(type));
  if (!element) {
    (void)node.fail(llvm::toString(element.takeError()));
    return {};
  }
  return buildZero(node, getMLIRType(*element, node.getContext()));
}

static LogicalResult importQuantizeLinear(Node &node) {
  Value input = node.getInput(0), scale = node.getFloats(1);
  Value zeroPoint = readResultZeroPoint(node, 2);
  // Of 8-bit floats only.
  node.ignoreAttribute("saturate");
  refuseBlocks(node);
  if (node.hasFailed())
    return failure();
  if (isa<IntegerType>(getElementType(input)))
    input = node.build<CastOp>(input, getElementType(scale));
  node.requireSameType(input, scale);
  if (node.hasFailed())
    return failure();
  Quantized target;
  target.scale = alignParameter(node, scale, input);
  target.zeroPoint = alignParameter(node, zeroPoint, input);
  if (failed(node.check()))
    return failure();
  if (Value integers = buildIntegerForm(node, input, target))
    return node.setOutput(0, integers);
  return node.setOutput(0, buildQuantized(node, input, target));
}

static LogicalResult importDequantizeLinear(Node &node) {
  Value input = node.getInput(0), scale = node.getFloats(1);
  Value zeroPoint = dropZeros(node.getOptionalInput(2));
  refuseBlocks(node);
  if (node.hasFailed())
    return failure();
  scale = alignParameter(node, scale, input);
  zeroPoint = alignParameter(node, zeroPoint, input);
  if (failed(node.check()))
    return failure();
  return node.create<DequantizeOp>(input, scale, zeroPoint);
}

/// The smallest or largest element, or zero if that is beyond.
static Value buildLimit(Node &node, Value input, ReduceKind reduce,
                        BinaryKind limit) {
  auto axes = llvm::to_vector(llvm::seq<int64_t>(0, getShape(input).size()));
  Value extremum = node.build<ReduceOp>(reduce, input, axes,
                                        /*keepDims=*/false);
  return node.build<BinaryOp>(limit, extremum, buildFloat(node, 0));
}

/// y_scale = (largest - smallest) / 255, y_zero_point = -smallest / y_scale,
/// where both limits include zero. A tensor of zeros has the smallest scale.
static LogicalResult importDynamicQuantizeLinear(Node &node) {
  Value input = node.getFloats(0);
  if (failed(node.check()))
    return failure();
  Value least = buildLimit(node, input, ReduceKind::min, BinaryKind::min);
  Value largest = buildLimit(node, input, ReduceKind::max, BinaryKind::max);
  Value range = node.build<BinaryOp>(BinaryKind::sub, largest, least);
  Quantized target;
  target.scale =
      node.build<BinaryOp>(BinaryKind::div, range, buildFloat(node, 255));
  target.scale =
      node.build<BinaryOp>(BinaryKind::max, target.scale,
                           buildFloat(node, std::numeric_limits<float>::min()));
  Value negated =
      node.build<BinaryOp>(BinaryKind::sub, buildFloat(node, 0), least);
  target.zeroPoint = buildZero(
      node, IntegerType::get(node.getContext(), 8, IntegerType::Unsigned));
  target.zeroPoint = buildQuantized(node, negated, target);
  if (failed(node.setOutput(1, target.scale)) ||
      failed(node.setOutput(2, target.zeroPoint)))
    return failure();
  return node.setOutput(0, buildQuantized(node, input, target));
}

//===----------------------------------------------------------------------===//
// Sums of products
//===----------------------------------------------------------------------===//

/// The convolution of `x` and `w`, whose scales do not matter.
static Value buildConvInteger(Node &node, const Quantized &x,
                              const Quantized &w, Value bias) {
  int64_t groups = node.getInteger("group", 1);
  if (node.hasFailed())
    return {};
  if (getShape(w.integers).size() < 3) {
    (void)node.fail("expects a filter of rank 3 to 5; got " +
                    debugString(w.integers.getType()));
    return {};
  }
  WindowAttributes window =
      readWindow(node, x.integers, getShape(w.integers).drop_front(2));
  resolveAutoPad(node, window, x.integers);
  if (failed(node.check()))
    return {};
  omitDefaults(window);
  return node.build<ConvIntegerOp>(x.integers, w.integers, x.zeroPoint,
                                   w.zeroPoint, bias, window.strides,
                                   window.pads, window.dilations, groups);
}

static LogicalResult importConvInteger(Node &node) {
  Quantized x, w;
  x.integers = node.getAnyImage(0);
  w.integers = node.getAnyImage(1);
  x.zeroPoint = dropZeros(node.getOptionalInput(2));
  w.zeroPoint = dropZeros(node.getOptionalInput(3));
  return node.setOutput(0, buildConvInteger(node, x, w, Value()));
}

static LogicalResult importQLinearConv(Node &node) {
  Quantized x = readQuantized(node, 0), w;
  w.integers = node.getAnyImage(3);
  w.scale = readScale(node, 4);
  w.zeroPoint = dropZeros(node.getOptionalInput(5));
  Quantized target = readTarget(node, 6, Type());
  Value sum = buildConvInteger(node, x, w, node.getOptionalInput(8));
  if (!sum || !target.zeroPoint)
    return node.fail("expects a zero point of the result");
  Value scale = alignWithAxis(node, w.scale, 1, getShape(sum).size());
  return node.setOutput(0, buildRequantized(node, sum, x.scale, scale, target));
}

/// A parameter of the rows of a matrix M x K: M numbers become M x 1.
static Value alignWithRows(Node &node, Value parameter) {
  bool isList = parameter && getShape(parameter).size() <= 1;
  return isList ? alignWithAxis(node, parameter, 0, 2) : parameter;
}

/// A parameter of the columns of a matrix.
static Value alignWithColumns(Node &node, Value parameter) {
  bool isList = parameter && getShape(parameter).size() <= 1;
  return isList ? alignWithAxis(node, parameter, 1, 2) : parameter;
}

static Value buildMatmulInteger(Node &node, const Quantized &lhs,
                                const Quantized &rhs) {
  return node.build<MatmulIntegerOp>(lhs.integers, rhs.integers,
                                     alignWithRows(node, lhs.zeroPoint),
                                     alignWithColumns(node, rhs.zeroPoint));
}

static LogicalResult importMatMulInteger(Node &node) {
  Quantized lhs, rhs;
  lhs.integers = node.getInput(0);
  rhs.integers = node.getInput(1);
  lhs.zeroPoint = dropZeros(node.getOptionalInput(2));
  rhs.zeroPoint = dropZeros(node.getOptionalInput(3));
  if (failed(node.check()))
    return failure();
  return node.setOutput(0, buildMatmulInteger(node, lhs, rhs));
}

static LogicalResult importQLinearMatMul(Node &node) {
  Quantized operands[2];
  for (auto [i, operand] : llvm::enumerate(operands)) {
    operand.integers = node.getInput(3 * i);
    operand.scale = readScale(node, 3 * i + 1);
    operand.zeroPoint = dropZeros(node.getInput(3 * i + 2));
  }
  Quantized target = readTarget(node, 6, Type());
  if (failed(node.check()))
    return failure();
  auto &[lhs, rhs] = operands;
  Value sum = buildMatmulInteger(node, lhs, rhs);
  return node.setOutput(
      0, buildRequantized(node, sum, alignWithRows(node, lhs.scale),
                          alignWithColumns(node, rhs.scale), target));
}

ArrayRef<OperatorRow> mlir::cnn::getQuantizationOperators() {
  static const OperatorRow rows[] = {
      {"ConvInteger", 10, importConvInteger},
      {"DequantizeLinear", 10, importDequantizeLinear},
      {"DynamicQuantizeLinear", 11, importDynamicQuantizeLinear},
      {"MatMulInteger", 10, importMatMulInteger},
      {"QLinearConv", 10, importQLinearConv},
      {"QLinearMatMul", 10, importQLinearMatMul},
      {"QuantizeLinear", 10, importQuantizeLinear},
  };
  return rows;
}
