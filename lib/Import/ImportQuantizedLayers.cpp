//===- ImportQuantizedLayers.cpp - Quantized operators of com.microsoft ---===//
//
// ONNX Runtime's quantizer writes them. Their documentation is
// docs/ContribOperators.md of ONNX Runtime.
//
//===----------------------------------------------------------------------===//

#include "Operators.h"
#include "Quantized.h"
#include "Windows.h"

#include "cnnc/Support/PoolCounts.h"
#include "cnnc/Support/Weights.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// By way of floats
//===----------------------------------------------------------------------===//

static Type getElement(const Quantized &value) {
  return value.integers ? getElementType(value.integers) : Type();
}

template <BinaryKind kind>
static LogicalResult importQLinearBinary(Node &node) {
  Quantized lhs = readQuantized(node, 0), rhs = readQuantized(node, 3);
  Quantized target = readTarget(node, 6, getElement(lhs));
  if (failed(node.check()))
    return failure();
  Value result = node.build<BinaryOp>(kind, buildDequantized(node, lhs),
                                      buildDequantized(node, rhs));
  return node.setOutput(0, buildQuantized(node, result, target));
}

static bool isSameConstant(Value lhs, Value rhs) {
  ElementsAttr constant = lhs ? getConstant(lhs) : ElementsAttr();
  return constant && rhs && constant == getConstant(rhs);
}

/// Inputs: scale and zero point of the result, then three for each part.
static LogicalResult importQLinearConcat(Node &node) {
  int64_t axis = node.getInteger("axis", std::nullopt);
  SmallVector<Quantized> parts;
  for (int64_t i = 2; i < node.getInputCount(); i += 3)
    parts.push_back(readQuantized(node, i));
  if (parts.empty())
    return node.fail("expects at least one part; got none");
  Quantized target = readTarget(node, 0, getElement(parts.front()));
  if (failed(node.check()))
    return failure();
  std::vector<Value> integers;
  for (const Quantized &part : parts) {
    Value zeroPoint =
        part.zeroPoint ? part.zeroPoint : buildZero(node, getElement(part));
    bool isSame = isSameConstant(part.scale, target.scale) &&
                  isSameConstant(zeroPoint, target.zeroPoint);
    integers.push_back(
        isSame ? part.integers
               : buildQuantized(node, buildDequantized(node, part), target));
  }
  axis = node.normalizeAxis(axis, getShape(parts.front().integers).size());
  return node.create<ConcatOp>(integers, axis);
}

static LogicalResult importQLinearSoftmax(Node &node) {
  Quantized x = readQuantized(node, 0);
  Quantized target = readTarget(node, 3, getElement(x));
  int64_t axis = node.getInteger("axis", -1),
          opset = node.getInteger("opset", 13);
  if (failed(node.check()))
    return failure();
  int64_t rank = getShape(x.integers).size();
  axis = node.normalizeAxis(axis, rank);
  if (opset < 13 && axis != rank - 1)
    return node.fail("expects the last axis with 'opset' below 13; got " +
                     Twine(axis));
  Value result = node.build<SoftmaxOp>(buildDequantized(node, x), axis,
                                       /*log=*/false);
  return node.setOutput(0, buildQuantized(node, result, target));
}

//===----------------------------------------------------------------------===//
// Functions of one number
//===----------------------------------------------------------------------===//

/// The one number of a constant.
static std::optional<double> getNumber(Value constant) {
  ElementsAttr attribute = constant ? getConstant(constant) : ElementsAttr();
  std::optional<Tensor> tensor;
  if (attribute)
    tensor = getTensor(attribute);
  if (!tensor || tensor->getElementCount() != 1)
    return std::nullopt;
  return tensor->toDoubles().front();
}

/// The results of `function` for all bytes, in the order of their unsigned
/// values, or nothing if a parameter is computed or there are too many.
static ElementsAttr makeTable(FunctionAttr function, const Quantized &x,
                              const Quantized &target) {
  Type element = getElement(x);
  auto xScale = getNumber(x.scale), yScale = getNumber(target.scale);
  std::optional<double> xZero = x.zeroPoint ? getNumber(x.zeroPoint) : 0;
  auto yZero = getNumber(target.zeroPoint);
  if (!xScale || !yScale || !xZero || !yZero || !element.isInteger(8))
    return {};
  Tensor table(ElementType::Float64, {256});
  for (auto [byte, y] : llvm::enumerate(table.get<double>())) {
    double integer = element.isUnsignedInteger()
                         ? static_cast<double>(byte)
                         : static_cast<double>(static_cast<int8_t>(byte));
    auto number = static_cast<float>((integer - *xZero) * *xScale);
    auto result = static_cast<float>(function.evaluate(number));
    y = std::nearbyint(result / static_cast<float>(*yScale)) + *yZero;
  }
  Type type = getElementType(target.zeroPoint);
  Tensor rounded = table.convertTo(*cnn::getElementType(type));
  return makeConstant(RankedTensorType::get({256}, type),
                      std::as_const(rounded).getBytes());
}

/// A table where the function is known for every byte: a gather, for which a
/// negative byte counts from the end.
static LogicalResult createFunction(Node &node, FunctionAttr function) {
  Quantized x = readQuantized(node, 0);
  Quantized target = readTarget(node, 3, getElement(x));
  if (failed(node.check()))
    return failure();
  if (ElementsAttr table = makeTable(function, x, target))
    return node.create<GatherOp>(
        createConstant(node.getGraph().getBuilder(), node.getLoc(), table),
        x.integers, /*axis=*/0);
  Value result = node.build<UnaryOp>(function, buildDequantized(node, x));
  return node.setOutput(0, buildQuantized(node, result, target));
}

static LogicalResult importQLinearSigmoid(Node &node) {
  return createFunction(
      node, FunctionAttr::get(node.getContext(), FunctionKind::sigmoid));
}

static LogicalResult importQLinearLeakyRelu(Node &node) {
  double alpha = node.getFloat("alpha", 0.01);
  return createFunction(
      node,
      FunctionAttr::get(node.getContext(), FunctionKind::leaky_relu, alpha));
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

static LogicalResult importQLinearGlobalAveragePool(Node &node) {
  Quantized x = readQuantized(node, 0);
  Quantized target = readTarget(node, 3, getElement(x));
  bool channelsLast = node.getFlag("channels_last");
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> shape = getShape(x.integers);
  if (shape.size() < 3)
    return node.fail("expects an image; got " +
                     debugString(x.integers.getType()));
  SmallVector<int64_t> axes;
  int64_t count = 1;
  for (size_t i = 2; i < shape.size(); ++i) {
    axes.push_back(channelsLast ? i - 1 : i);
    count *= shape[axes.back()];
  }
  Value sum = buildIntegerSum(node, x, axes, /*keepDims=*/true);
  Value number = buildFloat(node, static_cast<double>(count));
  return node.setOutput(
      0, buildRequantizedMean(node, sum, x.scale, number, target));
}

/// How many elements an average pool divides by at each position.
static Value buildCounts(Node &node, ArrayRef<int64_t> input,
                         const Window &window, bool includePad) {
  ArrayRef<int64_t> extents = input.drop_front(2);
  SmallVector<int64_t> shape;
  for (auto [dim, extent] : llvm::zip_equal(window, extents))
    shape.push_back(dim.getOutputExtent(extent));
  std::vector<float> counts = getPoolCounts(window, extents, includePad);
  auto type = RankedTensorType::get(shape, Float32Type::get(node.getContext()));
  return createConstant(node.getGraph().getBuilder(), node.getLoc(), type,
                        counts);
}

/// Sums over the window: a convolution of each channel with ones.
static Value buildWindowSum(Node &node, const Quantized &x,
                            const WindowAttributes &window) {
  int64_t channels = getShape(x.integers)[1];
  SmallVector<int64_t> shape = {channels, 1};
  llvm::append_range(shape, window.kernel);
  auto type =
      RankedTensorType::get(shape, IntegerType::get(node.getContext(), 8));
  Value ones = createConstant(node.getGraph().getBuilder(), node.getLoc(),
                              DenseElementsAttr::get(type, int8_t(1)));
  return node.build<ConvIntegerOp>(x.integers, ones, x.zeroPoint, Value(),
                                   Value(), window.strides, window.pads,
                                   window.dilations, channels);
}

static LogicalResult importQLinearAveragePool(Node &node) {
  Quantized x = readQuantized(node, 0);
  Quantized target = readTarget(node, 3, getElement(x));
  bool includePad = node.getFlag("count_include_pad");
  for (StringRef flag : {"ceil_mode", "channels_last"})
    if (node.getFlag(flag))
      return node.fail("expects '" + flag + "' = 0; got 1");
  if (node.hasFailed())
    return failure();
  if (getShape(x.integers).size() < 3)
    return node.fail("expects an image; got " +
                     debugString(x.integers.getType()));
  WindowAttributes attributes = readWindow(node, x.integers, {});
  resolveAutoPad(node, attributes, x.integers);
  if (failed(node.check()))
    return failure();
  omitDefaults(attributes);
  Value sum = buildWindowSum(node, x, attributes);
  if (!sum)
    return failure();
  Window window = sum.getDefiningOp<ConvIntegerOp>().getWindow();
  Value counts = buildCounts(node, getShape(x.integers), window, includePad);
  return node.setOutput(
      0, buildRequantizedMean(node, sum, x.scale, counts, target));
}

//===----------------------------------------------------------------------===//
// Gemm
//===----------------------------------------------------------------------===//

/// Operand `first` of a product, transposed if `flag` is set.
static Quantized readMatrix(Node &node, int64_t first, StringRef flag) {
  Quantized matrix;
  matrix.integers = node.getInput(first);
  matrix.scale = readScale(node, first + 1);
  matrix.zeroPoint = dropZeros(node.getOptionalInput(first + 2));
  matrix.scale = alignWithAxis(node, matrix.scale, 1, 2);
  if (matrix.zeroPoint)
    matrix.zeroPoint = alignWithAxis(node, matrix.zeroPoint, 1, 2);
  if (node.getFlag(flag))
    matrix.integers =
        node.build<TransposeOp>(matrix.integers, SmallVector<int64_t>{1, 0});
  return matrix;
}

/// Without a scale of the result, its floats.
static LogicalResult importQGemm(Node &node) {
  Quantized lhs = readMatrix(node, 0, "transA");
  Quantized rhs = readMatrix(node, 3, "transB");
  Value bias = node.getOptionalInput(6);
  double alpha = node.getFloat("alpha", 1);
  bool isQuantized = node.hasInput(7);
  Quantized target;
  if (isQuantized)
    target = readTarget(node, 7, getElement(lhs));
  if (failed(node.check()))
    return failure();
  if (alpha != 1)
    lhs.scale = node.build<BinaryOp>(BinaryKind::mul, lhs.scale,
                                     buildFloat(node, alpha));
  Value sum = node.build<MatmulIntegerOp>(lhs.integers, rhs.integers,
                                          lhs.zeroPoint, rhs.zeroPoint);
  if (bias)
    sum = node.build<BinaryOp>(BinaryKind::add, sum, bias);
  if (isQuantized)
    return node.setOutput(
        0, buildRequantized(node, sum, lhs.scale, rhs.scale, target));
  Value scale = node.build<BinaryOp>(BinaryKind::mul, lhs.scale, rhs.scale);
  return node.create<DequantizeOp>(sum, scale, Value());
}

ArrayRef<OperatorRow> mlir::cnn::getQuantizedLayerOperators() {
  static const std::vector<OperatorRow> rows = [] {
    std::vector<OperatorRow> list = {
        {"QGemm", 1, importQGemm},
        {"QLinearAdd", 1, importQLinearBinary<BinaryKind::add>},
        {"QLinearAveragePool", 1, importQLinearAveragePool},
        {"QLinearConcat", 1, importQLinearConcat},
        {"QLinearGlobalAveragePool", 1, importQLinearGlobalAveragePool},
        {"QLinearLeakyRelu", 1, importQLinearLeakyRelu},
        {"QLinearMul", 1, importQLinearBinary<BinaryKind::mul>},
        {"QLinearSigmoid", 1, importQLinearSigmoid},
        {"QLinearSoftmax", 1, importQLinearSoftmax},
    };
    for (OperatorRow &row : list)
      row.domain = "com.microsoft";
    return list;
  }();
  return rows;
}
