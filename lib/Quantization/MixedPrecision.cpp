//===- MixedPrecision.cpp - Which layers stay in float --------------------===//

#include "MixedPrecision.h"
#include "FitSums.h"
#include "Remarks.h"
#include "Rewrite.h"

#include "cnnc/Calibration/Drop.h"
#include "cnnc/Calibration/LossMeter.h"
#include "cnnc/Support/Weights.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

//===----------------------------------------------------------------------===//
// The noise of each layer
//===----------------------------------------------------------------------===//

namespace {

/// A layer, and the power of its result and of what integers add to it.
struct LayerNoise {
  Operation *op;
  int64_t position;
  double signal = 0, noise = 0;

  double getDecibels() const { return cnn::getDecibels(signal, noise); }
};

/// Integers times their scales.
Value createRoundedWeights(OpBuilder &builder, const Layer &layer,
                           const QuantizedWeights &quantized) {
  std::vector<float> weights(quantized.integers.size());
  for (int64_t channel = 0; channel < layer.layout.channels; ++channel)
    for (int64_t i = 0; i < layer.layout.size; ++i) {
      int64_t position = layer.layout.getPosition(channel, i);
      weights[position] = static_cast<float>(quantized.integers[position]) *
                          quantized.scales[channel];
    }
  return createConstant(builder, layer.weights.getLoc(),
                        makeConstant(getShape(layer.weights),
                                     std::move(weights), builder.getContext()));
}

/// What the layer `op`, a copy of that of `layer`, would compute if its input
/// and its weights were rounded.
Value createRoundedLayer(Operation *op, const Layer &layer,
                         const QuantizationParameters &input,
                         const QuantizedWeights &quantized,
                         const QuantizationOptions &options) {
  OpBuilder builder(op);
  Location loc = op->getLoc();
  Type element = getElementType(options.activations, op->getContext());
  auto scalar = [&](Type type) { return RankedTensorType::get({}, type); };
  Value scale = createConstant(builder, loc, scalar(builder.getF32Type()),
                               ArrayRef(input.scale));
  auto byte = static_cast<char>(input.zeroPoint);
  Value zero = createConstant(builder, loc,
                              makeConstant(scalar(element), ArrayRef(byte)));
  Value rounded =
      QuantizeOp::create(builder, loc, op->getOperand(0), scale, zero);
  rounded = DequantizeOp::create(builder, loc, rounded, scale, zero);
  Value weights = createRoundedWeights(builder, layer, quantized);
  Operation *copy = builder.clone(*op);
  copy->setOperand(0, rounded);
  copy->setOperand(1, weights);
  return copy->getResult(0);
}

/// Adds the powers of one run: pairs of the result of a layer and of what
/// rounding makes of it.
void addPowers(ArrayRef<Tensor> results, MutableArrayRef<LayerNoise> layers) {
  for (auto [i, layer] : llvm::enumerate(layers))
    for (auto [exact, rounded] : llvm::zip_equal(
             results[2 * i].get<float>(), results[2 * i + 1].get<float>())) {
      double difference = static_cast<double>(rounded) - exact;
      layer.signal += static_cast<double>(exact) * exact;
      layer.noise += difference * difference;
    }
}

/// The layers that compute in integers, those with the most noise first.
Expected<SmallVector<LayerNoise>>
measureNoise(func::FuncOp function, const Plan &plan,
             const Statistics &statistics, const CalibrationImages &images,
             const QuantizationOptions &options) {
  IRMapping mapping;
  OwningOpRef<ModuleOp> module = copyNetwork(function, mapping);
  SmallVector<LayerNoise> layers;
  SmallVector<Value> results;
  for (Operation &op : function.front()) {
    StringRef why;
    std::optional<Layer> layer = getLayer(&op, why);
    if (!layer || !plan.isInteger(&op))
      continue;
    Operation *copy = mapping.lookup(&op);
    layers.push_back({&op, static_cast<int64_t>(layers.size())});
    results.push_back(copy->getResult(0));
    results.push_back(createRoundedLayer(
        copy, *layer, plan.getParameters(layer->input),
        quantizeLayer(&op, *layer, plan, statistics, options).weights,
        options));
  }
  setResults(*module, results);
  Expected<RunFunction> run = loadNetwork(*module, options.calibration);
  if (!run)
    return run.takeError();
  Error error =
      images.forEachRun("measuring layers", [&](const Tensor &input) -> Error {
        Expected<std::vector<Tensor>> tensors = (*run)(input);
        if (!tensors)
          return tensors.takeError();
        addPowers(*tensors, layers);
        return Error::success();
      });
  if (error)
    return std::move(error);
  llvm::sort(layers, [](const LayerNoise &a, const LayerNoise &b) {
    return std::pair(a.getDecibels(), a.position) <
           std::pair(b.getDecibels(), b.position);
  });
  return layers;
}

//===----------------------------------------------------------------------===//
// The loss of the network
//===----------------------------------------------------------------------===//

/// Quantizes copies of a network and compares them with it.
class Trials {
public:
  Trials(func::FuncOp function, const Statistics &statistics,
         const LossMeter &meter, const QuantizationOptions &options)
      : function(function), statistics(statistics), meter(meter),
        options(options) {}

  /// What the network loses, in percent, if these layers stay in float.
  Expected<double> measure(const FloatLayers &kept) const;

private:
  Expected<OwningOpRef<ModuleOp>> quantize(const FloatLayers &kept) const;

  func::FuncOp function;
  const Statistics &statistics;
  const LossMeter &meter;
  const QuantizationOptions &options;
};

Expected<OwningOpRef<ModuleOp>>
Trials::quantize(const FloatLayers &kept) const {
  IRMapping mapping;
  OwningOpRef<ModuleOp> module = copyNetwork(function, mapping);
  auto copy = *module->getOps<func::FuncOp>().begin();
  SilentRemarks silence(copy);
  FloatLayers copiedLayers;
  for (const auto &[op, why] : kept)
    copiedLayers[mapping.lookup(op)] = why;
  Statistics copiedStatistics;
  for (const auto &[value, seen] : statistics)
    copiedStatistics[mapping.lookup(value)] = seen;
  Expected<Plan> plan = Plan::make(copy, options, copiedLayers);
  if (!plan)
    return plan.takeError();
  plan->setStatistics(copiedStatistics);
  if (Error error = fitSums(copy, *plan, copiedStatistics, options))
    return std::move(error);
  IntegerRewriter(copy, *plan, copiedStatistics, options).run();
  return module;
}

Expected<double> Trials::measure(const FloatLayers &kept) const {
  Expected<OwningOpRef<ModuleOp>> module = quantize(kept);
  if (!module)
    return module.takeError();
  Expected<Loss> loss = meter.measure(**module, options.calibration);
  if (!loss)
    return loss.takeError();
  return loss->drop;
}

std::string formatNumber(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.3g", number);
  return text;
}

/// The first `count` layers, and why they stay, besides those of `kept`.
FloatLayers getFirst(ArrayRef<LayerNoise> layers, size_t count,
                     FloatLayers kept) {
  for (const LayerNoise &layer : layers.take_front(count))
    kept[layer.op] = "it stays in float: integers have a signal-to-noise "
                     "ratio of " +
                     formatNumber(layer.getDecibels()) + " dB";
  return kept;
}

} // namespace

//===----------------------------------------------------------------------===//
// Bisection
//===----------------------------------------------------------------------===//

Expected<FloatLayers> mlir::cnn::chooseFloatLayers(
    func::FuncOp function, const Plan &plan, const Statistics &statistics,
    const QuantizationOptions &options, const FloatLayers &kept) {
  Expected<CalibrationImages> images =
      CalibrationImages::open(function, options.calibration);
  if (!images)
    return images.takeError();
  Expected<SmallVector<LayerNoise>> layers =
      measureNoise(function, plan, statistics, *images, options);
  if (!layers)
    return layers.takeError();
  Expected<LossMeter> meter =
      LossMeter::open(function, *images, options.calibration);
  if (!meter)
    return meter.takeError();
  Trials trials(function, statistics, *meter, options);
  // Fewer than `low` layers in float are too few; `high` are enough.
  size_t low = 0, high = layers->size();
  double reached = 0, least = 100;
  for (size_t count = 0; low < high; count = (low + high) / 2) {
    Expected<double> drop = trials.measure(getFirst(*layers, count, kept));
    if (!drop)
      return drop.takeError();
    bool isEnough = *drop <= *options.maxDrop;
    (isEnough ? high : low) = isEnough ? count : count + 1;
    reached = isEnough ? *drop : reached;
    least = std::min(least, *drop);
  }
  if (high == layers->size())
    return createStringError(
        "no layer can be quantized with a loss of at most " +
        formatNumber(*options.maxDrop) +
        " percent, as max-drop of --quantize "
        "says; the least one was " +
        formatNumber(least));
  remarkApplied(function, std::to_string(high) + " of " +
                              std::to_string(layers->size()) +
                              " layers stay in float, for a loss of " +
                              formatNumber(reached) + " percent");
  return getFirst(*layers, high, kept);
}
