//===- IntegerLayer.cpp - What a requantized sum is a layer of ------------===//

#include "IntegerLayer.h"

#include "OpWriter.h"

#include "cnnc/Support/Weights.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

static bool isOneNumber(Value parameter) {
  auto type = cast<RankedTensorType>(parameter.getType());
  return type.hasStaticShape() && type.getNumElements() == 1;
}

static std::optional<float> getNumber(Value parameter) {
  auto floats = parameter ? getFloats(parameter) : std::nullopt;
  if (!floats || floats->size() != 1)
    return std::nullopt;
  return floats->front();
}

//===----------------------------------------------------------------------===//
// Scales of tensors
//===----------------------------------------------------------------------===//

/// Ops that move elements, or choose some, keep what these stand for.
static bool keepsScale(Operation *op) {
  return isa<MaxPoolOp, ReshapeOp, TransposeOp, SliceOp, ExpandOp, PadOp,
             ConcatOp, DepthToSpaceOp, SpaceToDepthOp, GatherOp, ResizeOp>(op);
}

/// A scale that someone reads the integers of `value` with.
static std::optional<float> findReadScale(Value value) {
  for (Operation *user : value.getUsers())
    if (auto dequantize = dyn_cast<DequantizeOp>(user);
        dequantize && dequantize.getInput() == value)
      if (auto scale = getNumber(dequantize.getScale()))
        return scale;
  return std::nullopt;
}

/// The scale of the integers in `value`, or nothing.
static std::optional<float> findScale(Value value) {
  // As far as no network goes.
  for (int steps = 0; steps < 100; ++steps) {
    Operation *op = value.getDefiningOp();
    if (auto quantize = dyn_cast_if_present<QuantizeOp>(op))
      return getNumber(quantize.getScale());
    if (auto requantize = dyn_cast_if_present<RequantizeOp>(op))
      return getNumber(requantize.getOutputScale());
    if (auto scale = findReadScale(value))
      return scale;
    if (!op || !keepsScale(op))
      return std::nullopt;
    value = op->getOperand(0);
  }
  return std::nullopt;
}

/// The float32 w nearest to sum / x such that x * w, rounded, is `sum`.
static std::optional<float> findFactor(float x, float sum) {
  float quotient = sum / x;
  float below = quotient, above = quotient;
  constexpr int maxSteps = 4;
  for (int i = 0; i <= maxSteps; ++i) {
    if (x * below == sum)
      return below;
    if (x * above == sum)
      return above;
    below = std::nextafter(below, -INFINITY);
    above = std::nextafter(above, INFINITY);
  }
  return std::nullopt;
}

/// Splits the scales of sums in those of x and w. Where no w fits x, x counts
/// in units of 1.
static void splitScales(IntegerLayer &layer, ArrayRef<float> sums) {
  for (float x : {findScale(layer.x).value_or(1), 1.0f}) {
    layer.xScale = x;
    layer.wScale.clear();
    for (float sum : sums)
      if (auto factor = findFactor(x, sum))
        layer.wScale.push_back(*factor);
    if (layer.wScale.size() == sums.size())
      return;
  }
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

/// `parameter`, which broadcasts to a tensor of `rank` dimensions, is one
/// number or has its numbers along dimension `axis`.
static bool isAlong(Value parameter, int64_t rank, int64_t axis) {
  ArrayRef<int64_t> shape = getShape(parameter);
  for (auto [i, extent] : llvm::enumerate(shape)) {
    int64_t dimension = rank - static_cast<int64_t>(shape.size()) + i;
    if (extent != 1 && dimension != axis)
      return false;
  }
  return true;
}

/// Null for a zero point that is not there; fails if it is no constant.
static LogicalResult getZeroPoint(Value value, ElementsAttr &zeroPoint) {
  zeroPoint = getConstant(value);
  return success(!value || zeroPoint);
}

static std::optional<IntegerLayer> matchConv(RequantizeOp op,
                                             ConvIntegerOp conv) {
  IntegerLayer layer;
  layer.product = conv;
  layer.x = conv.getInput();
  layer.w = conv.getFilter();
  layer.bias = conv.getBias();
  int64_t rank = getShape(op.getInput()).size();
  if (!isAlong(op.getInputScale(), rank, 1) ||
      (layer.bias && !getConstant(layer.bias)) ||
      failed(getZeroPoint(conv.getInputZeroPoint(), layer.xZeroPoint)) ||
      failed(getZeroPoint(conv.getFilterZeroPoint(), layer.wZeroPoint)))
    return std::nullopt;
  return layer;
}

static std::optional<IntegerLayer>
matchMatmul(RequantizeOp op, MatmulIntegerOp matmul, Value bias) {
  IntegerLayer layer;
  layer.product = matmul;
  layer.x = matmul.getLhs();
  layer.w = matmul.getRhs();
  layer.bias = bias;
  int64_t rank = getShape(op.getInput()).size();
  int64_t weightRank = getShape(layer.w).size();
  Value xZero = matmul.getLhsZeroPoint(), wZero = matmul.getRhsZeroPoint();
  // Only Gemm, of matrices, has a bias.
  bool fits = weightRank >= 2 && getShape(layer.x).size() >= 2 &&
              (!bias || (rank == 2 && getShape(layer.x).size() == 2 &&
                         weightRank == 2 && getShape(bias).size() == 1 &&
                         getShape(bias)[0] == getShape(layer.w)[1]));
  if (!fits || !isAlong(op.getInputScale(), rank, rank - 1) ||
      (xZero && !isOneNumber(xZero)) ||
      (wZero && !isAlong(wZero, weightRank, weightRank - 1)) ||
      failed(getZeroPoint(xZero, layer.xZeroPoint)) ||
      failed(getZeroPoint(wZero, layer.wZeroPoint)))
    return std::nullopt;
  return layer;
}

/// x, or the difference of x and its zero point, in the integers of sums.
static bool matchDifference(Value value, IntegerLayer &layer) {
  if (auto difference = value.getDefiningOp<BinaryOp>()) {
    auto zero = getIntegers(difference.getRhs());
    if (difference.getKind() != BinaryKind::sub || !zero || zero->size() != 1)
      return false;
    value = difference.getLhs();
    auto widened = value.getDefiningOp<CastOp>();
    if (!widened || !getElement(widened.getInput()).isInteger(8))
      return false;
    auto byte = static_cast<char>(zero->front());
    layer.xZeroPoint =
        makeConstant(RankedTensorType::get({}, getElement(widened.getInput())),
                     ArrayRef<char>(byte));
  }
  auto widened = value.getDefiningOp<CastOp>();
  if (!widened || !getElement(widened.getInput()).isInteger(8))
    return false;
  layer.x = widened.getInput();
  return true;
}

static std::optional<IntegerLayer> matchMean(RequantizeOp op) {
  IntegerLayer layer;
  auto divisor = getNumber(op.getDivisor());
  auto scale = getNumber(op.getInputScale());
  double count = 1;
  Value value = op.getInput();
  while (auto sum = value.getDefiningOp<ReduceOp>()) {
    if (sum.getKind() != ReduceKind::sum || sum.getAxes().empty())
      return std::nullopt;
    for (int64_t axis : sum.getAxes())
      count *= static_cast<double>(getShape(sum.getInput())[axis]);
    layer.sums.insert(layer.sums.begin(), sum);
    value = sum.getInput();
  }
  if (layer.sums.empty() || !divisor || !scale || *divisor != count ||
      !matchDifference(value, layer))
    return std::nullopt;
  layer.xScale = *scale;
  return layer;
}

std::optional<IntegerLayer> mlir::cnn::matchIntegerLayer(RequantizeOp op) {
  if (!getNumber(op.getOutputScale()) || !getConstant(op.getZeroPoint()) ||
      !isOneNumber(op.getZeroPoint()))
    return std::nullopt;
  if (op.getDivisor())
    return matchMean(op);
  auto sums = getFloats(op.getInputScale());
  if (!sums)
    return std::nullopt;
  Operation *input = op.getInput().getDefiningOp();
  std::optional<IntegerLayer> layer;
  if (auto conv = dyn_cast_if_present<ConvIntegerOp>(input))
    layer = matchConv(op, conv);
  else if (auto matmul = dyn_cast_if_present<MatmulIntegerOp>(input))
    layer = matchMatmul(op, matmul, Value());
  else if (auto sum = dyn_cast_if_present<BinaryOp>(input);
           sum && sum.getKind() == BinaryKind::add && getConstant(sum.getRhs()))
    if (auto matmul = sum.getLhs().getDefiningOp<MatmulIntegerOp>())
      layer = matchMatmul(op, matmul, sum.getRhs());
  if (layer)
    splitScales(*layer, *sums);
  return layer;
}
