//===- RewriteLayers.cpp - Convolutions and matrix products in integers ---===//

#include "Remarks.h"
#include "Rewrite.h"

#include "cnnc/Support/Weights.h"

#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::cnn;

template <typename T>
static Value createVector(ImplicitLocOpBuilder &builder, RankedTensorType type,
                          ArrayRef<T> values) {
  ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()),
                       values.size() * sizeof(T));
  return createConstant(builder, builder.getLoc(), makeConstant(type, bytes));
}

/// "scale 0.05 zero point 3"
static std::string describeScale(const QuantizationParameters &parameters) {
  std::string text;
  llvm::raw_string_ostream(text)
      << "scale " << llvm::format("%g", parameters.scale) << " zero point "
      << parameters.zeroPoint;
  return text;
}

int64_t mlir::cnn::getLargestWeight(const QuantizationOptions &options) {
  return (int64_t(1) << (options.weightBits - 1)) - 1;
}

QuantizedWeights
mlir::cnn::quantizeToNearest(const Layer &layer, const Plan &plan,
                             const QuantizationOptions &options) {
  auto weights = FloatElements::get(layer.weights);
  std::vector<float> bias;
  if (layer.bias)
    bias = *cnn::getFloats(layer.bias);
  return quantizeWeights(*weights, bias, layer.layout,
                         getLargestWeight(options),
                         plan.getParameters(layer.input).scale);
}

/// The weights of `op`: as `statistics` have them, else the nearest integers.
static QuantizedWeights
quantizeLayerWeights(Operation *op, const Layer &layer, const Plan &plan,
                     const Statistics &statistics,
                     const QuantizationOptions &options) {
  QuantizedWeights nearest = quantizeToNearest(layer, plan, options);
  auto known = statistics.find(op->getResult(0));
  // With a large bias, scales depend on how the plan quantizes the input.
  bool isKnown = known != statistics.end() &&
                 known->second.weights.scales == nearest.scales;
  return isKnown ? known->second.weights : nearest;
}

LayerIntegers mlir::cnn::quantizeLayer(Operation *op, const Layer &layer,
                                       const Plan &plan,
                                       const Statistics &statistics,
                                       const QuantizationOptions &options) {
  auto weights = FloatElements::get(layer.weights);
  std::vector<float> bias;
  if (layer.bias)
    bias = *cnn::getFloats(layer.bias);
  LayerIntegers integers;
  integers.weights = quantizeLayerWeights(op, layer, plan, statistics, options);
  ArrayRef<double> means = statistics.at(layer.input).channelMeans;
  if (options.correctBias && !means.empty()) {
    bias.resize(layer.layout.channels, 0);
    for (auto [number, correction] :
         llvm::zip_equal(bias, getBiasCorrection(*weights, integers.weights,
                                                 layer.layout, means)))
      number += correction;
  }
  if (!bias.empty())
    integers.bias = quantizeBias(bias, integers.weights,
                                 plan.getParameters(layer.input).scale);
  return integers;
}

void IntegerRewriter::rewriteLayer(Operation *op, const Layer &layer) {
  LayerIntegers integers = quantizeLayer(op, layer, plan, statistics, options);
  Value sum = createSum(op, layer, integers.weights, integers.bias);
  std::vector<float> sumScales;
  float inputScale = plan.getParameters(layer.input).scale;
  for (float scale : integers.weights.scales)
    sumScales.push_back(inputScale * scale);
  finishLayer(op, layer, sum, sumScales);
}

/// One number per output channel, or null for none.
Value IntegerRewriter::createBias(ArrayRef<int32_t> bias) {
  if (llvm::all_of(bias, [](int32_t number) { return number == 0; }))
    return {};
  auto type = RankedTensorType::get({static_cast<int64_t>(bias.size())},
                                    builder.getI32Type());
  return createVector(builder, type, bias);
}

Value IntegerRewriter::createSum(Operation *op, const Layer &layer,
                                 const QuantizedWeights &weights,
                                 ArrayRef<int32_t> bias) {
  Value x = getIntegers(layer.input);
  Value zero = createZeroPoint(plan.getParameters(layer.input));
  auto type = cast<RankedTensorType>(layer.weights.getType());
  Value w = createVector(builder, type.clone(builder.getI8Type()),
                         ArrayRef(weights.integers));
  if (auto conv = dyn_cast<ConvOp>(op))
    return ConvIntegerOp::create(builder, x, w, zero, Value(), createBias(bias),
                                 conv.getStrides(), conv.getPads(),
                                 conv.getDilations(), conv.getGroups());
  if (layer.layout.channelsFirst)
    w = builder.createOrFold<TransposeOp>(w, SmallVector<int64_t>{1, 0});
  Value sum = MatmulIntegerOp::create(builder, x, w, zero, Value());
  if (Value summand = createBias(bias))
    sum = BinaryOp::create(builder, BinaryKind::add, sum, summand);
  return sum;
}

void IntegerRewriter::finishLayer(Operation *op, const Layer &layer, Value sum,
                                  ArrayRef<float> sumScales) {
  int64_t rank = isa<ConvOp>(op) ? getShape(sum).size() - 1 : 1;
  SmallVector<int64_t> shape(rank, 1);
  shape[0] = layer.layout.channels;
  Value inputScale = createVector(
      builder, RankedTensorType::get(shape, builder.getF32Type()), sumScales);
  FunctionAttr function = layer.activation;
  UnaryOp absorbed = plan.getAbsorbed(op);
  if (absorbed && !function)
    function = absorbed.getFunction();
  Value target = plan.getTarget(op);
  // What the layer computes now is the value of what it absorbs.
  if (absorbed)
    builder.setLoc(absorbed.getLoc());
  std::string bits = std::to_string(options.weightBits);
  std::string text = "input " + describeScale(plan.getParameters(layer.input));
  if (int64_t largest = plan.getFormat(layer.input).largest;
      largest < format.largest)
    text += " within " + std::to_string(largest) + " for sums of 32 bits";
  text += ", weights of " + bits + " bits";
  if (!plan.isWanted(target)) {
    Value result = DequantizeOp::create(builder, sum, inputScale, Value());
    if (function)
      result = UnaryOp::create(builder, function, result);
    floats[target] = result;
    remarkApplied(op, text + ", output in float");
    return;
  }
  QuantizationParameters parameters = plan.getParameters(target);
  Value result =
      RequantizeOp::create(builder, sum, inputScale, createScale(parameters),
                           createInteger(parameters.zeroPoint), Value());
  integers[target] = createLimits(result, function, target);
  remarkApplied(op, text + ", output " + describeScale(parameters));
}
