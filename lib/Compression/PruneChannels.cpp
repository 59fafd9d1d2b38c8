//===- PruneChannels.cpp - Channels that go -------------------------------===//

#include "ChannelCosts.h"
#include "ChannelScores.h"
#include "Prune.h"
#include "RemoveChannels.h"

#include "cnnc/Calibration/Layers.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Expected;

namespace {

/// Chooses how many units of each group go.
class ChannelChoice {
public:
  ChannelChoice(func::FuncOp function, const ChannelAnalysis &analysis,
                ArrayRef<RankedGroup> groups, const PruningOptions &options)
      : function(function), groups(groups), options(options),
        costs(function, analysis,
              llvm::map_to_vector(groups, [](const RankedGroup &ranked) {
                return ranked.group;
              })) {}

  /// The same share of each group.
  RemovedUnits takeShare();
  /// Until the budget, a share of what the network cost before the first pass
  /// that compressed it, is met; `curves` may be empty.
  FailureOr<RemovedUnits> takeBudget(ArrayRef<LossCurve> curves,
                                     const NetworkCost &original);

  NetworkCost getCost() const { return costs.get(); }

private:
  /// The first units of a group that can go one after the other.
  SmallVector<Unit> getRemovable(const RankedGroup &ranked);
  /// What each group loses after 0, 1, ... steps.
  std::vector<std::vector<double>>
  getStepLosses(ArrayRef<SmallVector<Unit>> removable,
                ArrayRef<LossCurve> curves) const;
  /// After `step` steps so many of `all` units, of which `removable` can, are
  /// gone.
  size_t getRemoved(size_t step, size_t all) const {
    auto multiple = static_cast<size_t>(options.multiple);
    return step == 0
               ? 0
               : all % multiple + (all % multiple ? step - 1 : step) * multiple;
  }
  double getBudgetedCost(const NetworkCost &cost) const {
    return options.macs         ? cost.macs
           : options.parameters ? cost.parameters
                                : cost.units;
  }

  func::FuncOp function;
  ArrayRef<RankedGroup> groups;
  const PruningOptions &options;
  ChannelCosts costs;
};

SmallVector<Unit> ChannelChoice::getRemovable(const RankedGroup &ranked) {
  SmallVector<Unit> removable;
  for (Unit unit : ranked.group.units)
    if (costs.canRemove(unit)) {
      costs.remove(unit);
      removable.push_back(unit);
    }
  for (Unit unit : removable)
    costs.restore(unit);
  return removable;
}

RemovedUnits ChannelChoice::takeShare() {
  RemovedUnits removed;
  for (const RankedGroup &ranked : groups) {
    SmallVector<Unit> units = getRemovable(ranked);
    size_t all = ranked.group.units.size();
    double wanted = options.sparsity * static_cast<double>(all);
    size_t count = 0;
    for (size_t step = 0; getRemoved(step, all) <= units.size() &&
                          static_cast<double>(getRemoved(step, all)) <= wanted;
         ++step)
      count = getRemoved(step, all);
    for (Unit unit : ArrayRef(units).take_front(count)) {
      removed.insert(unit);
      costs.remove(unit);
    }
  }
  return removed;
}

std::vector<std::vector<double>>
ChannelChoice::getStepLosses(ArrayRef<SmallVector<Unit>> removable,
                             ArrayRef<LossCurve> curves) const {
  std::vector<std::vector<double>> losses;
  for (auto [i, ranked] : llvm::enumerate(groups)) {
    size_t all = ranked.group.units.size();
    std::vector<double> own;
    for (size_t step = 0; getRemoved(step, all) <= removable[i].size();
         ++step) {
      size_t count = getRemoved(step, all);
      own.push_back(curves.empty()
                        ? ranked.losses[count]
                        : curves[i].getNoise(static_cast<double>(count) /
                                             static_cast<double>(all)));
    }
    losses.push_back(std::move(own));
  }
  return losses;
}

FailureOr<RemovedUnits> ChannelChoice::takeBudget(ArrayRef<LossCurve> curves,
                                                  const NetworkCost &original) {
  std::vector<SmallVector<Unit>> removable;
  for (const RankedGroup &ranked : groups)
    removable.push_back(getRemovable(ranked));
  std::vector<size_t> steps(groups.size(), 0);
  auto move = [&](size_t part, int direction) {
    size_t all = groups[part].group.units.size();
    size_t from = getRemoved(steps[part], all);
    steps[part] += direction;
    size_t to = getRemoved(steps[part], all);
    for (size_t i = std::min(from, to); i < std::max(from, to); ++i)
      direction > 0 ? costs.remove(removable[part][i])
                    : costs.restore(removable[part][i]);
    return getBudgetedCost(costs.get());
  };
  double all = getBudgetedCost(original);
  double share =
      options.macs.value_or(options.parameters.value_or(1 - options.sparsity));
  bool fits = chooseSteps(getStepLosses(removable, curves), all * share, move,
                          getBudgetedCost(costs.get()))
                  .has_value();
  if (!fits)
    return function.emitError("--prune cannot leave as little as ")
           << formatShare(share) << "; the least is "
           << formatShare(getBudgetedCost(costs.get()) / all);
  RemovedUnits removed;
  for (auto [part, step] : llvm::enumerate(steps))
    removed.insert_range(
        ArrayRef(removable[part])
            .take_front(getRemoved(step, groups[part].group.units.size())));
  return removed;
}

/// Groups of which no layer is to be kept; remarks why the others stay.
SmallVector<ChannelGroup> getGroups(func::FuncOp function,
                                    const ChannelAnalysis &analysis,
                                    const PruningOptions &options) {
  SmallVector<ChannelGroup> groups = analysis.getGroups();
  llvm::erase_if(groups, [&](const ChannelGroup &group) {
    return llvm::any_of(group.producers, [&](Operation *producer) {
      return llvm::is_contained(options.kept, getNodeName(producer));
    });
  });
  llvm::DenseSet<Operation *> producers;
  for (const ChannelGroup &group : groups)
    producers.insert(group.producers.begin(), group.producers.end());
  llvm::DenseSet<Operation *> seen;
  for (const Cut &cut : analysis.getCuts())
    if (cut.role == CutRole::Output && seen.insert(cut.op).second) {
      if (std::string why = analysis.getObstacle(cut.op); !why.empty())
        remarkNotPruned(cut.op, "output channels stay: " + why);
      else if (!producers.contains(cut.op))
        remarkNotPruned(cut.op, "output channels stay, as keep says");
    }
  return groups;
}

void remarkGroups(ArrayRef<RankedGroup> groups, const RemovedUnits &removed) {
  for (const RankedGroup &ranked : groups) {
    auto count = llvm::count_if(
        ranked.group.units, [&](Unit unit) { return removed.contains(unit); });
    std::string text = std::to_string(count) + " of " +
                       std::to_string(ranked.group.units.size()) +
                       " channels go";
    if (ranked.group.producers.size() > 1)
      text += ", together with those of " +
              std::to_string(ranked.group.producers.size() - 1) +
              " other layers";
    remarkPruned(ranked.group.producers.front(), text);
  }
}

void remarkCosts(func::FuncOp function, const NetworkCost &before,
                 const NetworkCost &after) {
  remarkPruned(function, formatShare(after.macs / before.macs) + " of " +
                             std::to_string(std::llround(before.macs)) +
                             " multiply-adds and " +
                             formatShare(after.parameters / before.parameters) +
                             " of " +
                             std::to_string(std::llround(before.parameters)) +
                             " parameters are left");
}

/// Names of groups.
SmallVector<std::string> getNames(ArrayRef<RankedGroup> groups) {
  return llvm::map_to_vector(
      groups, [](const RankedGroup &ranked) { return ranked.group.getName(); });
}

LogicalResult scanChannels(func::FuncOp function, CompressionContext &context,
                           ArrayRef<RankedGroup> groups,
                           const PruningOptions &options) {
  return scanParts(
      function, context, getNames(groups),
      [&](func::FuncOp copy, size_t part, double share) {
        // The copy has the same units.
        PruningOptions trial = options;
        trial.sparsity = share;
        ChannelAnalysis analysis(copy);
        ChannelChoice choice(copy, analysis, groups[part], trial);
        removeChannels(copy, analysis, choice.takeShare());
      },
      options.scan);
}

/// Names of all layers that make channels.
SmallVector<std::string> getNames(const ChannelAnalysis &analysis) {
  SmallVector<std::string> names;
  for (const Cut &cut : analysis.getCuts())
    if (cut.role == CutRole::Output)
      names.push_back(getNodeName(cut.op));
  return names;
}

/// What the function cost before the first pass that compressed it; its units
/// are those that `choice` is between.
NetworkCost getOriginalCost(func::FuncOp function,
                            const CompressionContext &context,
                            const ChannelChoice &choice) {
  func::FuncOp original = context.getOriginal(function);
  NetworkCost cost =
      ChannelCosts(original, ChannelAnalysis(original), {}).get();
  cost.units = choice.getCost().units;
  return cost;
}

/// The units that go, as `options` say.
FailureOr<RemovedUnits> chooseUnits(func::FuncOp function,
                                    const PruningOptions &options,
                                    ArrayRef<RankedGroup> groups,
                                    const NetworkCost &original,
                                    ChannelChoice &choice) {
  if (!options.macs && !options.parameters &&
      options.scope == PruneScope::layer)
    return choice.takeShare();
  if (options.curves.empty())
    return choice.takeBudget({}, original);
  FailureOr<std::vector<LossCurve>> curves =
      readCurves(function, options.curves, getNames(groups));
  if (failed(curves))
    return failure();
  return choice.takeBudget(*curves, original);
}

} // namespace

LogicalResult mlir::cnn::pruneChannels(func::FuncOp function,
                                       const PruningOptions &options,
                                       CompressionContext &context) {
  ChannelAnalysis analysis(function);
  if (failed(checkNames(function, options.kept, getNames(analysis))))
    return failure();
  Expected<SmallVector<RankedGroup>> groups =
      rankChannels(function, analysis, getGroups(function, analysis, options),
                   options.score, context.calibration);
  if (!groups)
    return function.emitError(llvm::toString(groups.takeError()));
  if (!options.scan.empty())
    return scanChannels(function, context, *groups, options);
  ChannelChoice choice(function, analysis, *groups, options);
  NetworkCost original = getOriginalCost(function, context, choice);
  FailureOr<RemovedUnits> removed =
      chooseUnits(function, options, *groups, original, choice);
  if (failed(removed))
    return failure();
  remarkGroups(*groups, *removed);
  remarkCosts(function, original, choice.getCost());
  if (options.zeroes) {
    zeroChannels(analysis, *removed);
    return success();
  }
  recordChannels(function, analysis, *removed, context);
  removeChannels(function, analysis, *removed);
  return success();
}
