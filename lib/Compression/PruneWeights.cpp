//===- PruneWeights.cpp - Weights that become zero ------------------------===//

#include "ChannelCosts.h"
#include "Prune.h"

#include "cnnc/Calibration/Layers.h"
#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

namespace {

/// Layers give so many steps of their weights at most, and none all of them.
constexpr size_t steps = 20;

/// A layer, with its weights by output channels.
struct SparseLayer {
  Operation *op;
  Layer layer;
  std::vector<float> rows;

  double getPositions() const { return countPositions(op->getOpOperand(1)); }
};

std::vector<float> getRows(const Layer &layer) {
  auto weights = FloatElements::get(layer.weights);
  const WeightLayout &layout = layer.layout;
  std::vector<float> rows;
  for (int64_t channel = 0; channel < layout.channels; ++channel)
    for (int64_t i = 0; i < layout.size; ++i)
      rows.push_back(ArrayRef<float>(*weights)[layout.getPosition(channel, i)]);
  return rows;
}

std::vector<char> makeMask(const SparseLayer &layer, double share,
                           const PruningOptions &options) {
  const WeightLayout &layout = layer.layer.layout;
  if (options.pattern)
    return maskPattern(layer.rows, layout.size / layout.taps, layout.taps,
                       *options.pattern);
  if (options.block > 1)
    return maskBlocks(layer.rows, layout.size, options.block, share);
  return maskSmallest(
      layer.rows, std::llround(share * static_cast<double>(layer.rows.size())));
}

/// The share of the squared weights that `mask` takes away.
double getLostEnergy(ArrayRef<float> weights, ArrayRef<char> mask) {
  double lost = 0, all = 0;
  for (auto [weight, keeps] : llvm::zip_equal(weights, mask)) {
    double energy = static_cast<double>(weight) * weight;
    all += energy;
    lost += keeps ? 0 : energy;
  }
  return all > 0 ? lost / all : 0;
}

void setZeros(const SparseLayer &layer, ArrayRef<char> mask) {
  const WeightLayout &layout = layer.layer.layout;
  std::vector<float> weights(layer.rows.size());
  for (int64_t channel = 0; channel < layout.channels; ++channel)
    for (int64_t i = 0; i < layout.size; ++i) {
      int64_t row = channel * layout.size + i;
      weights[layout.getPosition(channel, i)] = mask[row] ? layer.rows[row] : 0;
    }
  OpBuilder builder(layer.op);
  Value old = layer.layer.weights;
  layer.op->setOperand(
      1, createConstant(builder, old.getLoc(),
                        makeConstant(getShape(old), std::move(weights),
                                     builder.getContext())));
  if (old.use_empty())
    old.getDefiningOp()->erase();
}

/// Why `layer` keeps its weights, or nothing.
std::optional<std::string> findObstacle(const SparseLayer &layer,
                                        const PruningOptions &options) {
  if (llvm::is_contained(options.kept, getNodeName(layer.op)))
    return "it stays, as keep says";
  const WeightLayout &layout = layer.layer.layout;
  int64_t inputs = layout.size / layout.taps;
  if (options.pattern && inputs < options.pattern->of)
    return "its groups have " + std::to_string(inputs) +
           " input channels, fewer than a pattern of " +
           std::to_string(options.pattern->of);
  return std::nullopt;
}

SmallVector<SparseLayer> collectLayers(func::FuncOp function) {
  SmallVector<SparseLayer> layers;
  for (Operation &op : function.front()) {
    StringRef why;
    if (std::optional<Layer> layer = getLayer(&op, why))
      layers.push_back({&op, *layer, getRows(*layer)});
    else if (!why.empty())
      remarkNotPruned(&op, why);
  }
  return layers;
}

/// What layers give for a budget, in steps.
class StepChoice {
public:
  StepChoice(ArrayRef<SparseLayer> layers, const PruningOptions &options)
      : layers(layers), options(options) {}

  FailureOr<std::vector<size_t>> choose(func::FuncOp function,
                                        ArrayRef<LossCurve> curves) const;

private:
  /// What all weights of a layer cost.
  double getCost(const SparseLayer &layer) const {
    auto weights = static_cast<double>(layer.rows.size());
    return options.macs ? weights * layer.getPositions() : weights;
  }
  double getShareLeft() const {
    if (options.macs)
      return *options.macs;
    return options.parameters.value_or(1 - options.sparsity);
  }

  ArrayRef<SparseLayer> layers;
  const PruningOptions &options;
};

FailureOr<std::vector<size_t>>
StepChoice::choose(func::FuncOp function, ArrayRef<LossCurve> curves) const {
  std::vector<std::vector<double>> losses;
  double cost = 0;
  for (auto [i, layer] : llvm::enumerate(layers)) {
    cost += getCost(layer);
    std::vector<double> own;
    for (size_t step = 0; step < steps; ++step) {
      double share = static_cast<double>(step) / steps;
      own.push_back(
          curves.empty()
              ? getLostEnergy(layer.rows, makeMask(layer, share, options))
              : curves[i].getNoise(share));
    }
    losses.push_back(std::move(own));
  }
  double left = cost;
  auto chosen = chooseSteps(
      losses, cost * getShareLeft(),
      [&](size_t part, int direction) {
        return left -= direction * getCost(layers[part]) / steps;
      },
      cost);
  if (chosen)
    return *chosen;
  return function.emitError("--prune cannot leave as little as ")
         << formatShare(getShareLeft()) << "; the least is "
         << formatShare(left / cost);
}

LogicalResult scanWeights(func::FuncOp function, CompressionContext &context,
                          ArrayRef<std::string> names,
                          const PruningOptions &options) {
  return scanParts(
      function, context, names,
      [&](func::FuncOp copy, size_t part, double share) {
        // The copy has the same layers, less those left out here.
        for (Operation &op : copy.front()) {
          StringRef why;
          std::optional<Layer> layer = getLayer(&op, why);
          if (!layer || getNodeName(&op) != names[part])
            continue;
          SparseLayer sparse{&op, *layer, getRows(*layer)};
          return setZeros(sparse, makeMask(sparse, share, options));
        }
      },
      options.scan);
}

/// Takes out layers that keep their weights; remarks why.
void eraseKept(SmallVector<SparseLayer> &layers,
               const PruningOptions &options) {
  llvm::erase_if(layers, [&](const SparseLayer &layer) {
    std::optional<std::string> why = findObstacle(layer, options);
    if (why)
      remarkNotPruned(layer.op, *why);
    return why.has_value();
  });
}

SmallVector<std::string> getNames(ArrayRef<SparseLayer> layers) {
  return llvm::map_to_vector(
      layers, [](const SparseLayer &layer) { return getNodeName(layer.op); });
}

/// The share of each layer that goes.
FailureOr<std::vector<double>> chooseShares(func::FuncOp function,
                                            ArrayRef<SparseLayer> layers,
                                            const PruningOptions &options) {
  std::vector<LossCurve> curves;
  if (!options.curves.empty()) {
    FailureOr<std::vector<LossCurve>> read =
        readCurves(function, options.curves, getNames(layers));
    if (failed(read))
      return failure();
    curves = *read;
  }
  std::vector<double> shares(layers.size(), options.sparsity);
  if (!options.macs && !options.parameters &&
      options.scope == PruneScope::layer)
    return shares;
  auto chosen = StepChoice(layers, options).choose(function, curves);
  if (failed(chosen))
    return failure();
  for (auto [share, step] : llvm::zip_equal(shares, *chosen))
    share = static_cast<double>(step) / steps;
  return shares;
}

/// Makes the share `share` of a layer's weights zero.
void pruneLayer(const SparseLayer &layer, double share,
                const PruningOptions &options) {
  std::vector<char> mask = makeMask(layer, share, options);
  auto zeros = static_cast<double>(llvm::count(mask, 0));
  remarkPruned(layer.op, formatShare(zeros / static_cast<double>(mask.size())) +
                             " of " + std::to_string(mask.size()) +
                             " weights are zero, with " +
                             formatShare(getLostEnergy(layer.rows, mask)) +
                             " of their squares");
  setZeros(layer, mask);
}

} // namespace

LogicalResult mlir::cnn::pruneWeights(func::FuncOp function,
                                      const PruningOptions &options,
                                      CompressionContext &context) {
  SmallVector<SparseLayer> layers = collectLayers(function);
  if (failed(checkNames(function, options.kept, getNames(layers))))
    return failure();
  eraseKept(layers, options);
  if (!options.scan.empty())
    return scanWeights(function, context, getNames(layers), options);
  FailureOr<std::vector<double>> shares =
      chooseShares(function, layers, options);
  if (failed(shares))
    return failure();
  for (auto [layer, share] : llvm::zip_equal(layers, *shares))
    pruneLayer(layer, share, options);
  return success();
}
