//===- LowRank.cpp - Layers as chains of smaller ones ---------------------===//
//
// The maths is in Factors.h and TensorTrain.h; here is which layer gets which
// decomposition.
//
//===----------------------------------------------------------------------===//

#include "LowRankCandidates.h"
#include "LowRankImages.h"
#include "LowRankRemarks.h"

#include "cnnc/Compression/Budget.h"
#include "cnnc/Compression/Passes.h"

#include "mlir/IR/Threading.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <mutex>

namespace mlir::cnn {

#define GEN_PASS_DEF_LOWRANK
#include "cnnc/Compression/Passes.h.inc"

namespace {

using llvm::Error;
using llvm::Expected;

/// What a layer keeps if nothing is asked for.
constexpr double defaultEnergy = 0.95;

/// Why a layer without candidates stays.
constexpr StringLiteral noneIsFaster =
    "no decomposition with fewer weights or multiply-adds is predicted to be "
    "faster; slower=accept takes one";

/// A layer and what may become of it.
struct PlannedLayer {
  LowRankLayer layer;
  LowRankSearch search;
  std::vector<LowRankCandidate> candidates;
  std::optional<LowRankCandidate> chosen;
  /// Ranks that are given.
  std::optional<Ranks> ranks;
  bool isKept = false;
  StringRef why;
};

/// Parses "8" or "8x4".
std::optional<Ranks> parseRanks(StringRef text) {
  auto [first, second] = text.split('x');
  Ranks ranks;
  if (first.getAsInteger(10, ranks.rank) || ranks.rank < 1)
    return std::nullopt;
  if (first.size() != text.size() &&
      (second.getAsInteger(10, ranks.inputRank) || ranks.inputRank < 1))
    return std::nullopt;
  return ranks;
}

/// Parses "7x7x16", numbers with a given product.
std::optional<SmallVector<int64_t>> parseModes(StringRef text,
                                               int64_t product) {
  SmallVector<int64_t> modes;
  SmallVector<StringRef> parts;
  text.split(parts, 'x');
  for (StringRef part : parts) {
    int64_t mode;
    if (part.getAsInteger(10, mode) || mode < 1 || product % mode != 0)
      return std::nullopt;
    product /= mode;
    modes.push_back(mode);
  }
  if (product != 1)
    return std::nullopt;
  return modes;
}

struct LowRank : impl::LowRankBase<LowRank> {
  explicit LowRank(SharedCompressionContext context)
      : context(std::move(context)) {}
  LowRank(const LowRank &other) : LowRankBase(other), context(other.context) {}

  void runOnOperation() override {
    if (Error error = run(getOperation())) {
      emitError(getOperation().getLoc())
          << "--low-rank: " << toString(std::move(error));
      signalPassFailure();
    }
  }

private:
  Error run(func::FuncOp function);

  Error checkOptions();
  Expected<std::vector<PlannedLayer>> collect(func::FuncOp function);
  Error setWishes(MutableArrayRef<PlannedLayer> layers);
  void listAll(MutableArrayRef<PlannedLayer> layers);
  void choose(PlannedLayer &layer);
  Error chooseTogether(MutableArrayRef<PlannedLayer> layers);
  void apply(PlannedLayer &layer);
  void remarkTotal(func::FuncOp function, ArrayRef<PlannedLayer> layers);

  /// What a budget limits.
  double getLimited(const LayerCost &cost) const {
    if (multiplyAdds > 0)
      return cost.multiplyAdds;
    return parameters > 0 ? cost.weights : cost.cycles;
  }
  bool hasBudget() const {
    return multiplyAdds > 0 || parameters > 0 || speed > 0;
  }

  SharedCompressionContext context;
  std::optional<LayerCosts> costs;
};

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

Error LowRank::checkOptions() {
  int given =
      (energy != 0) + (multiplyAdds != 0) + (parameters != 0) + (speed != 0);
  if (given > 1)
    return llvm::createStringError(
        "expected one of energy, macs, params and speed, got several");
  auto isPart = [](double part) { return part >= 0 && part <= 1; };
  if (!isPart(energy) || !isPart(multiplyAdds) || !isPart(parameters))
    return llvm::createStringError(
        "expected energy, macs and params to be above 0 and at most 1");
  if (speed != 0 && !(speed >= 1))
    return llvm::createStringError("expected speed to be at least 1");
  if (cores < 2 || cores > 8)
    return llvm::createStringError("expected cores to be 2 to 8, got " +
                                   Twine(cores.getValue()));
  // Single layers may be all that is asked for.
  if (given == 0 && ranks.empty())
    energy = defaultEnergy;
  return Error::success();
}

/// The layer an option names, or an error.
Expected<PlannedLayer *> findLayer(MutableArrayRef<PlannedLayer> layers,
                                   StringRef option, StringRef name) {
  for (PlannedLayer &layer : layers)
    if (layer.layer.getName() == name)
      return &layer;
  return llvm::createStringError(
      option + ": expected the name of a layer with constant weights, got '" +
      name + "'; --remarks-filter=cnn lists them");
}

Error LowRank::setWishes(MutableArrayRef<PlannedLayer> layers) {
  for (const std::string &name : keep) {
    Expected<PlannedLayer *> layer = findLayer(layers, "keep", name);
    if (!layer)
      return layer.takeError();
    (*layer)->isKept = true;
  }
  for (StringRef wish : ranks) {
    auto [name, text] = wish.rsplit(':');
    std::optional<Ranks> given = parseRanks(text);
    if (!given)
      return llvm::createStringError(
          "rank: expected NAME:8 or NAME:8x4, got '" + wish + "'");
    Expected<PlannedLayer *> layer = findLayer(layers, "rank", name);
    if (!layer)
      return layer.takeError();
    (*layer)->ranks = given;
  }
  for (StringRef wish : modes) {
    auto [front, outputs] = wish.rsplit(':');
    auto [name, inputs] = front.rsplit(':');
    Expected<PlannedLayer *> layer = findLayer(layers, "modes", name);
    if (!layer)
      return layer.takeError();
    const FilterShape &shape = (*layer)->layer.shape;
    auto inputModes = parseModes(inputs, shape.inputs);
    auto outputModes = parseModes(outputs, shape.outputs);
    if (!inputModes || !outputModes || inputModes->size() < 2 ||
        inputModes->size() != outputModes->size())
      return llvm::createStringError(
          "modes: expected NAME:AxB:CxD, as many factors of " +
          Twine(shape.inputs) + " inputs as of " + Twine(shape.outputs) +
          " outputs, at least two, got '" + wish + "'");
    (*layer)->search.modes = TensorModes{*inputModes, *outputModes};
  }
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

Expected<std::vector<PlannedLayer>> LowRank::collect(func::FuncOp function) {
  auto machine = Machine::get(function->getParentOfType<ModuleOp>());
  if (!machine)
    return machine.takeError();
  std::vector<PlannedLayer> layers;
  double weights = 0;
  function.walk([&](Operation *op) {
    StringRef why;
    if (std::optional<LowRankLayer> layer = LowRankLayer::get(op, why)) {
      weights += static_cast<double>(layer->layer.layout.channels *
                                     layer->layer.layout.size);
      layers.emplace_back().layer = std::move(*layer);
    } else if (!why.empty()) {
      remarkMissed(op->getLoc(), why);
    }
  });
  costs.emplace(*machine, weights, winograd);
  for (PlannedLayer &planned : layers) {
    LowRankLayer &layer = planned.layer;
    layer.cost = layer.isConv()
                     ? costs->getConv(layer.getConvSizes())
                     : costs->getProduct(layer.countRows(), layer.shape.inputs,
                                         layer.shape.outputs);
    planned.search.method = method;
    planned.search.cores = cores;
    planned.search.costs = &*costs;
  }
  return layers;
}

void LowRank::listAll(MutableArrayRef<PlannedLayer> layers) {
  parallelForEach(&getContext(), layers, [&](PlannedLayer &planned) {
    if (planned.isKept || planned.ranks || (!hasBudget() && energy == 0))
      return;
    const LowRankLayer &layer = planned.layer;
    planned.candidates = listCandidates(layer, planned.search, planned.why);
    if (slower == SlowerLayers::accept || planned.candidates.empty())
      return;
    llvm::erase_if(planned.candidates, [&](const LowRankCandidate &candidate) {
      return candidate.cost.cycles >= layer.cost.cycles;
    });
    if (planned.candidates.empty())
      planned.why = noneIsFaster;
  });
}

/// The fastest candidate that keeps enough; where slower ones are accepted,
/// that with the fewest multiply-adds.
void LowRank::choose(PlannedLayer &layer) {
  if (layer.candidates.empty())
    return;
  auto getCost = [&](const LayerCost &cost) {
    return slower == SlowerLayers::refuse ? cost.cycles : cost.multiplyAdds;
  };
  for (const LowRankCandidate &candidate : layer.candidates)
    if (1 - candidate.error >= energy &&
        getCost(candidate.cost) < getCost(layer.layer.cost) &&
        (!layer.chosen ||
         getCost(candidate.cost) < getCost(layer.chosen->cost)))
      layer.chosen = candidate;
  if (!layer.chosen && layer.why.empty())
    layer.why = "no decomposition that keeps the energy asked for pays";
}

/// The logarithm of what is kept, so that sums stand for products. A layer that
/// keeps nothing is a finite loss.
double getLoss(const LowRankCandidate &candidate) {
  return -std::log(std::max(1 - candidate.error, 1e-12));
}

Error LowRank::chooseTogether(MutableArrayRef<PlannedLayer> layers) {
  std::vector<std::vector<LayerChoice>> choices;
  double total = 0, least = 0;
  for (const PlannedLayer &planned : layers) {
    double original = getLimited(planned.layer.cost);
    double now = planned.chosen ? getLimited(planned.chosen->cost) : original;
    total += original;
    std::vector<LayerChoice> &own = choices.emplace_back();
    own.push_back({now, 0});
    for (const LowRankCandidate &candidate : planned.candidates)
      own.push_back({getLimited(candidate.cost), getLoss(candidate)});
    least += llvm::min_element(own, [](auto &lhs, auto &rhs) {
               return lhs.cost < rhs.cost;
             })->cost;
  }
  double part =
      speed > 0 ? 1 / speed : std::max<double>(multiplyAdds, parameters);
  if (least > part * total)
    return llvm::createStringError(
        llvm::formatv("{0} of the {1} cannot be had, {2:F3} is the least; "
                      "slower=accept or method=auto may allow for less",
                      part,
                      speed > 0          ? "predicted time"
                      : multiplyAdds > 0 ? "multiply-adds"
                                         : "weights",
                      least / total)
            .str());
  for (auto [planned, choice] :
       llvm::zip_equal(layers, chooseWithin(part * total, choices)))
    if (choice > 0)
      planned.chosen = planned.candidates[choice - 1];
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

std::string describe(const LayerCost &before, const LayerCost &after) {
  return llvm::formatv("multiply-adds {0:F0} to {1:F0}, weights {2:F0} to "
                       "{3:F0}, predicted {4:F2} times as fast",
                       before.multiplyAdds, after.multiplyAdds, before.weights,
                       after.weights, before.cycles / after.cycles);
}

void LowRank::apply(PlannedLayer &planned) {
  LowRankLayer &layer = planned.layer;
  Location loc = layer.op->getLoc();
  if (!planned.chosen) {
    if (planned.isKept)
      planned.why = "it is to stay";
    else if (planned.why.empty())
      planned.why =
          hasBudget() ? "other layers lose less" : "no rank is given for it";
    return remarkMissed(loc, planned.why);
  }
  LowRankCandidate &chosen = *planned.chosen;
  bool hasImages = !layer.covariances.empty();
  applyCandidate(layer, planned.search, chosen);
  std::string rank = std::to_string(chosen.ranks.rank);
  if (chosen.ranks.inputRank)
    rank += "x" + std::to_string(chosen.ranks.inputRank);
  remarkApplied(
      loc,
      llvm::formatv("{0} of rank {1} keeps {2:F2} % of the energy of its "
                    "{3}: {4}",
                    cnn::getName(chosen.method), rank, 100 * (1 - chosen.error),
                    hasImages ? "responses" : "weights",
                    describe(layer.cost, chosen.cost))
          .str());
}

/// What was written to a file would have them still.
void eraseUnusedConstants(func::FuncOp function) {
  function.walk([](arith::ConstantOp constant) {
    if (constant->use_empty())
      constant->erase();
  });
}

void LowRank::remarkTotal(func::FuncOp function,
                          ArrayRef<PlannedLayer> layers) {
  LayerCost before, after;
  int64_t changed = 0;
  for (const PlannedLayer &planned : layers) {
    before += planned.layer.cost;
    after += planned.chosen ? planned.chosen->cost : planned.layer.cost;
    changed += planned.chosen.has_value();
  }
  remarkApplied(function.getLoc(), Twine(changed) + " of " +
                                       Twine(layers.size()) +
                                       " layers: " + describe(before, after));
}

Error LowRank::run(func::FuncOp function) {
  if (Error error = checkOptions())
    return error;
  Expected<std::vector<PlannedLayer>> collected = collect(function);
  if (!collected)
    return collected.takeError();
  MutableArrayRef<PlannedLayer> layers = *collected;
  if (Error error = setWishes(layers))
    return error;
  if (layers.empty())
    return Error::success();
  if (!context->calibration.images.empty()) {
    SmallVector<LowRankLayer *> observed;
    for (PlannedLayer &planned : layers)
      if (!planned.isKept)
        observed.push_back(&planned.layer);
    if (Error error = observeInputs(function, context->calibration, observed))
      return error;
  }
  for (PlannedLayer &planned : layers) {
    if (!planned.ranks || planned.isKept)
      continue;
    auto candidate =
        getCandidate(planned.layer, planned.search, *planned.ranks);
    if (!candidate)
      return llvm::createStringError("layer '" + planned.layer.getName() +
                                     "': " + toString(candidate.takeError()));
    planned.chosen = *candidate;
  }
  listAll(layers);
  if (hasBudget()) {
    if (Error error = chooseTogether(layers))
      return error;
  } else {
    for (PlannedLayer &planned : layers)
      choose(planned);
  }
  context->keepOriginal(function);
  for (PlannedLayer &planned : layers)
    apply(planned);
  eraseUnusedConstants(function);
  remarkTotal(function, layers);
  return Error::success();
}

} // namespace

std::unique_ptr<Pass> createLowRank(SharedCompressionContext context) {
  return std::make_unique<LowRank>(std::move(context));
}

} // namespace mlir::cnn
