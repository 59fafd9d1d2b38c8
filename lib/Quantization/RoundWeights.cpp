//===- RoundWeights.cpp - Weights rounded for their inputs ----------------===//
//
// The maths is in Rounding.cpp; here are the numbers that weights are
// multiplied with.
//
//===----------------------------------------------------------------------===//

#include "RoundWeights.h"
#include "Remarks.h"

#include "cnnc/Calibration/Drop.h"
#include "cnnc/Calibration/Images.h"
#include "cnnc/Calibration/LayerSamples.h"
#include "cnnc/Quantization/Rounding.h"
#include "cnnc/Support/Weights.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;

namespace {

/// A layer, and the moments of its groups.
struct RoundedLayer {
  Operation *op;
  Layer layer;
  std::vector<InputMoment> moments;
};

/// Adds what `layer` takes from its input in one run.
void addInput(RoundedLayer &layer, const Tensor &input) {
  const WeightLayout &layout = layer.layer.layout;
  LayerSamples samples(layer.op, layout, input);
  std::vector<float> sample(layout.size);
  for (int64_t position : samples.getPositions())
    for (auto [group, moment] : llvm::enumerate(layer.moments)) {
      samples.get(position, static_cast<int64_t>(group), sample);
      moment.add(sample);
    }
}

/// The squared error of the outputs of a layer.
double getError(const RoundedLayer &layer, ArrayRef<float> weights,
                const QuantizedWeights &quantized) {
  const WeightLayout &layout = layer.layer.layout;
  std::vector<float> errors(layout.size);
  double sum = 0;
  for (int64_t channel = 0; channel < layout.channels; ++channel) {
    for (int64_t i = 0; i < layout.size; ++i) {
      int64_t position = layout.getPosition(channel, i);
      errors[i] = weights[position] -
                  quantized.integers[position] * quantized.scales[channel];
    }
    sum += getOutputError(
        layer.moments[channel / (layout.channels / layout.groups)], errors);
  }
  return sum;
}

/// Rounds the weights of `layer`, and remarks what that is worth.
QuantizedWeights round(const RoundedLayer &layer, const Plan &plan,
                       const QuantizationOptions &options) {
  auto weights = FloatElements::get(layer.layer.weights);
  QuantizedWeights quantized = quantizeToNearest(layer.layer, plan, options);
  double before = getError(layer, *weights, quantized);
  roundAdaptively(*weights, layer.layer.layout, layer.moments,
                  getLargestWeight(options), quantized);
  double gain = getDecibels(before, getError(layer, *weights, quantized));
  std::string text;
  llvm::raw_string_ostream(text)
      << "weights are rounded for their inputs: "
      << llvm::format("%.3g", before == 0 ? 0 : gain)
      << " dB less error than that of the nearest integers";
  remarkApplied(layer.op, text);
  return quantized;
}

std::vector<RoundedLayer> collectLayers(func::FuncOp function,
                                        const Plan &plan) {
  std::vector<RoundedLayer> layers;
  for (Operation &op : function.front()) {
    StringRef why;
    std::optional<Layer> layer = getLayer(&op, why);
    if (!layer || !plan.isInteger(&op))
      continue;
    int64_t size = layer->layout.size;
    if (size > maxMomentSize) {
      remarkMissed(&op, "its weights become the nearest integers, as there are "
                        "more than " +
                            Twine(maxMomentSize) + " per output channel");
      continue;
    }
    layers.push_back(
        {&op, *layer,
         std::vector<InputMoment>(layer->layout.groups, InputMoment(size))});
  }
  return layers;
}

} // namespace

Error mlir::cnn::roundWeights(func::FuncOp function, const Plan &plan,
                              const QuantizationOptions &options,
                              Statistics &statistics) {
  Expected<CalibrationImages> images =
      CalibrationImages::open(function, options.calibration);
  if (!images)
    return images.takeError();
  std::vector<RoundedLayer> layers = collectLayers(function, plan);
  IRMapping mapping;
  OwningOpRef<ModuleOp> module = copyNetwork(function, mapping);
  SmallVector<Value> inputs;
  for (const RoundedLayer &layer : layers)
    if (!isa<BlockArgument>(layer.layer.input))
      inputs.push_back(mapping.lookup(layer.layer.input));
  setResults(*module, inputs);
  Expected<RunFunction> run = loadNetwork(*module, options.calibration);
  if (!run)
    return run.takeError();
  Error error =
      images->forEachRun("rounding weights", [&](const Tensor &image) -> Error {
        Expected<std::vector<Tensor>> tensors = (*run)(image);
        if (!tensors)
          return tensors.takeError();
        const Tensor *next = tensors->data();
        for (RoundedLayer &layer : layers)
          addInput(layer,
                   isa<BlockArgument>(layer.layer.input) ? image : *next++);
        return Error::success();
      });
  if (error)
    return error;
  for (const RoundedLayer &layer : layers)
    statistics[layer.op->getResult(0)].weights = round(layer, plan, options);
  return Error::success();
}
