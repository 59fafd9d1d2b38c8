//===- Reconstruction.cpp - Channels that others make up for --------------===//
//
// The maths is in Elimination.cpp; here is what layers take.
//
//===----------------------------------------------------------------------===//

#include "ChannelScores.h"
#include "Prune.h"
#include "RecoverSamples.h"
#include "cnnc/Compression/Elimination.h"

#include "cnnc/Calibration/Images.h"
#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;

namespace {

/// Samples of a run.
constexpr int64_t samples = 128;

/// The first and second moments of each channel, dimension 1.
class ChannelMoments {
public:
  void add(const Tensor &tensor) {
    ArrayRef<int64_t> shape = tensor.getShape();
    int64_t after = 1;
    for (int64_t extent : shape.drop_front(std::min<size_t>(2, shape.size())))
      after *= extent;
    sums.resize(shape[1], 0);
    squares.resize(shape[1], 0);
    for (auto [i, value] : llvm::enumerate(tensor.get<float>())) {
      int64_t channel = static_cast<int64_t>(i) / after % shape[1];
      sums[channel] += value;
      squares[channel] += static_cast<double>(value) * value;
    }
    count += static_cast<double>(shape[0] * after);
  }

  /// Of all channels together.
  double getVariance() const {
    double variance = 0;
    for (auto [sum, square] : llvm::zip_equal(sums, squares))
      variance += square / count - sum / count * sum / count;
    return variance;
  }

private:
  std::vector<double> sums, squares;
  double count = 0;
};

/// A layer that takes channels.
struct Consumer {
  Operation *op;
  Layer layer;
  /// The units of its inputs, one for each channel.
  ArrayRef<Unit> units;
  std::vector<RegressionMoments> moments;
  /// The sum that its outputs are a part of, or what they are.
  Value result;
  ChannelMoments outputs;

  /// Errors matter as much as they are seen behind the sum.
  double getPower() const { return outputs.getVariance(); }
};

/// The layers whose inputs may go. Others cannot tell what their inputs are
/// worth.
SmallVector<Consumer> collectConsumers(const ChannelAnalysis &analysis) {
  SmallVector<Consumer> consumers;
  for (const Cut &cut : analysis.getCuts()) {
    StringRef why;
    std::optional<Layer> layer;
    if (cut.role == CutRole::Input && !isa<MatmulOp>(cut.op))
      layer = getLayer(cut.op, why);
    if (!layer || layer->activation || layer->layout.size > maxMomentSize)
      continue;
    Operation *sum = findSum(cut.op).first;
    // Of the weights only the moments of what they are multiplied with.
    consumers.push_back({cut.op,
                         *layer,
                         cut.units,
                         std::vector<RegressionMoments>(
                             layer->layout.groups, {layer->layout.size, 0}),
                         (sum ? sum : cut.op)->getResult(0),
                         {}});
  }
  return consumers;
}

Error addInputs(func::FuncOp function, const CalibrationOptions &options,
                MutableArrayRef<Consumer> consumers) {
  Expected<CalibrationImages> images =
      CalibrationImages::open(function, options);
  if (!images)
    return images.takeError();
  IRMapping mapping;
  OwningOpRef<ModuleOp> module = copyNetwork(function, mapping);
  SmallVector<Value> inputs;
  for (const Consumer &consumer : consumers) {
    inputs.push_back(mapping.lookup(consumer.layer.input));
    inputs.push_back(mapping.lookup(consumer.result));
  }
  setResults(*module, inputs);
  Expected<RunFunction> run = loadNetwork(*module, options);
  if (!run)
    return run.takeError();
  int64_t number = 0;
  return images->forEachRun(
      "measuring inputs", [&](const Tensor &image) -> Error {
        Expected<std::vector<Tensor>> tensors = (*run)(image);
        if (!tensors)
          return tensors.takeError();
        for (auto [i, consumer] : llvm::enumerate(consumers)) {
          addSamples(consumer.op, consumer.layer, (*tensors)[2 * i],
                     LayerTarget(), {samples, number}, consumer.moments);
          consumer.outputs.add((*tensors)[2 * i + 1]);
        }
        ++number;
        return Error::success();
      });
}

/// The layer's weights of one group, and which of its inputs each of `units`
/// is.
EliminationLayer makeLayer(const Consumer &consumer, int64_t group,
                           const ChannelAnalysis &analysis,
                           ArrayRef<Unit> units) {
  const WeightLayout &layout = consumer.layer.layout;
  int64_t outputs = layout.channels / layout.groups;
  auto weights = FloatElements::get(consumer.layer.weights);
  EliminationLayer layer;
  layer.covariance = consumer.moments[group].getInputCovariance();
  layer.samples = consumer.moments[group].getCount();
  layer.power = consumer.getPower();
  layer.weights.resize(outputs, layout.size);
  for (int64_t o = 0; o < outputs; ++o)
    for (int64_t i = 0; i < layout.size; ++i)
      layer.weights(o, i) =
          ArrayRef<float>(*weights)[layout.getPosition(group * outputs + o, i)];
  int64_t taps = layout.size / static_cast<int64_t>(consumer.units.size());
  for (Unit unit : units) {
    std::vector<Eigen::Index> &own = layer.inputs.emplace_back();
    for (auto [channel, other] : llvm::enumerate(consumer.units))
      if (analysis.find(other) == unit)
        for (int64_t tap = 0; tap < taps; ++tap)
          own.push_back(static_cast<int64_t>(channel) * taps + tap);
  }
  return layer;
}

} // namespace

Expected<SmallVector<RankedGroup>> mlir::cnn::rankByReconstruction(
    func::FuncOp function, const ChannelAnalysis &analysis,
    SmallVector<ChannelGroup> groups, const CalibrationOptions &options) {
  SmallVector<Consumer> consumers = collectConsumers(analysis);
  if (Error error = addInputs(function, options, consumers))
    return std::move(error);
  SmallVector<RankedGroup> ranked;
  for (ChannelGroup &group : groups) {
    std::vector<EliminationLayer> layers;
    for (const Consumer &consumer : consumers)
      if (llvm::any_of(consumer.units, [&](Unit unit) {
            return llvm::is_contained(group.units, analysis.find(unit));
          }))
        for (int64_t g = 0; g < consumer.layer.layout.groups; ++g)
          layers.push_back(makeLayer(consumer, g, analysis, group.units));
    if (layers.empty()) {
      remarkNotPruned(group.producers.front(),
                      "output channels stay: none of the layers that take them "
                      "can tell what they are worth");
      continue;
    }
    Elimination order = eliminate(std::move(layers), group.units.size());
    RankedGroup &result = ranked.emplace_back();
    result.group.producers = group.producers;
    for (size_t index : order.order)
      result.group.units.push_back(group.units[index]);
    result.losses = std::move(order.losses);
  }
  return ranked;
}
