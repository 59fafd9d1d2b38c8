//===- Search.cpp - Passes for a budget -----------------------------------===//

#include "Evaluate.h"

#include "cnnc/Search/Families.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

#include <chrono>
#include <cmath>
#include <map>

namespace mlir::cnn {
namespace {

using llvm::Expected;
using Clock = std::chrono::steady_clock;

/// A cost this near below its limit is as good as the limit.
constexpr double nearLimit = 0.985;

class Search {
public:
  Search(Evaluator &evaluator, const SearchOptions &options)
      : evaluator(evaluator), options(options), budget(options.budget) {}

  SearchResult run();

private:
  bool isOver() const {
    std::chrono::duration<double, std::ratio<60>> passed = Clock::now() - start;
    return budget.minutes && passed.count() > *budget.minutes;
  }
  void show(const Family &family, size_t index) const;

  /// How much of the budget a pipeline takes, by its estimate; nothing if it
  /// cannot be made, for which another strength may be weak enough.
  std::optional<double> estimateUse(const Family &family, size_t index);
  std::optional<size_t> findWeakest(const Family &family);
  size_t guess(const Family &family) const;

  /// Measures a pipeline once. Null if it cannot be made.
  const Trial *measure(const Family &family, size_t index);
  bool isOfUse(const Family &family, size_t weakest) const;
  std::optional<size_t> tryLimit(const Family &family, size_t index);
  void tryLeast(const Family &family, size_t first);

  void finish(SearchResult &result);
  std::string explain() const;

  Evaluator &evaluator;
  const SearchOptions &options;
  const Budget &budget;
  Clock::time_point start = Clock::now();
  std::vector<Trial> trials;
  /// The trial of each name.
  llvm::StringMap<size_t> known;
  /// The weakest strength within the limits of each family.
  llvm::StringMap<size_t> found;
  /// What came closest to the limits, whatever it loses.
  double leastUse = std::numeric_limits<double>::infinity();
  std::string closest;
  bool isCutShort = false;
  /// Families some pipeline of which could be made, and why others could not.
  llvm::StringSet<> made;
  std::map<std::string, std::string> failures;
};

std::string getName(const Family &family, size_t index) {
  return family.name + ", " + family.describe(family.strengths[index]);
}

void Search::show(const Family &family, size_t index) const {
  if (auto &progress = options.calibration.progress)
    progress->setStep("trying " + getName(family, index));
}

//===----------------------------------------------------------------------===//
// Strengths
//===----------------------------------------------------------------------===//

std::optional<double> Search::estimateUse(const Family &family, size_t index) {
  show(family, index);
  Expected<Costs> costs =
      evaluator.estimate(family.write(family.strengths[index]));
  if (!costs) {
    failures[family.name] = llvm::toString(costs.takeError());
    return std::nullopt;
  }
  made.insert(family.name);
  double use = budget.getUse(*costs);
  if (use < leastUse) {
    leastUse = use;
    closest = getName(family, index);
  }
  return use;
}

/// A strength that is a share is likely to be that of the smallest limit.
size_t Search::guess(const Family &family) const {
  double limit = 1;
  for (Measure measure : measures)
    limit = std::min(limit, budget.most[measure]);
  auto found = llvm::find_if(family.strengths, [&](double strength) {
    return strength < limit + 1e-9;
  });
  return found == family.strengths.end() ? family.strengths.size() / 2
                                         : found - family.strengths.begin();
}

/// Bisection for the weakest strength within the limits, as far as estimates
/// tell.
std::optional<size_t> Search::findWeakest(const Family &family) {
  size_t low = 0, high = family.strengths.size(), next = guess(family);
  std::optional<size_t> weakest;
  while (low < high && !isOver()) {
    std::optional<double> use = estimateUse(family, next);
    if (use && *use > 1) {
      low = next + 1;
    } else {
      high = next;
      if (use)
        weakest = next;
      if (use && *use > nearLimit)
        break;
    }
    next = low + (high - low) / 2;
  }
  return weakest;
}

//===----------------------------------------------------------------------===//
// Trials
//===----------------------------------------------------------------------===//

const Trial *Search::measure(const Family &family, size_t index) {
  std::string name = getName(family, index);
  if (auto found = known.find(name); found != known.end())
    return &trials[found->second];
  if (isOver()) {
    isCutShort = true;
    return nullptr;
  }
  show(family, index);
  Expected<Trial> trial =
      evaluator.measure(family.write(family.strengths[index]));
  if (!trial) {
    failures[family.name] = llvm::toString(trial.takeError());
    return nullptr;
  }
  made.insert(family.name);
  trial->name = name;
  trial->family = family.name;
  known[name] = trials.size();
  trials.push_back(std::move(*trial));
  return &trials.back();
}

/// A strength, from `index` on, that is within the limits. Where estimates were
/// too low, steps become larger and larger.
std::optional<size_t> Search::tryLimit(const Family &family, size_t index) {
  for (size_t step = 1; index < family.strengths.size(); step *= 2) {
    const Trial *trial = measure(family, index);
    if (trial && budget.isMetBy(trial->costs))
      return index;
    index += step;
  }
  return std::nullopt;
}

/// Bisection, from `first` on, for the strongest that may be lost.
void Search::tryLeast(const Family &family, size_t first) {
  size_t low = first, high = family.strengths.size();
  while (low < high && !isOver()) {
    size_t middle = low + (high - low) / 2;
    const Trial *trial = measure(family, middle);
    if (trial && budget.allows(trial->drop))
      low = middle + 1;
    else
      high = middle;
  }
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

/// Why nothing is within the budget.
std::string Search::explain() const {
  std::vector<Candidate> candidates(trials.begin(), trials.end());
  Budget lossless = budget;
  lossless.maxDrop = std::nullopt;
  std::string text = "no pipeline meets " + budget.describe();
  if (auto best = chooseCandidate(candidates, lossless)) {
    const Trial &trial = trials[*best];
    text += llvm::formatv("; what loses least within the limits is '{0}', with "
                          "a drop of {1:F2} percent",
                          trial.name, trial.drop);
  } else if (!closest.empty() && leastUse > 1) {
    text += llvm::formatv("; what comes closest to the limits is '{0}', which "
                          "takes {1:F2} times as much as they allow",
                          closest, leastUse);
  }
  const Trial *smallest = nullptr;
  for (const Trial &trial : llvm::drop_begin(trials))
    if (budget.maxDrop && budget.allows(trial.drop) &&
        (!smallest ||
         budget.getUse(trial.costs) < budget.getUse(smallest->costs)))
      smallest = &trial;
  if (smallest)
    text += llvm::formatv("; with a drop of at most {0} percent it is '{1}', "
                          "which takes {2:F2} times as much as the limits "
                          "allow",
                          formatNumber(*budget.maxDrop), smallest->name,
                          budget.getUse(smallest->costs));
  return text;
}

void Search::finish(SearchResult &result) {
  std::vector<Candidate> candidates(trials.begin(), trials.end());
  // The network as it is needs no pipeline.
  if (auto chosen = chooseCandidate(ArrayRef(candidates).drop_front(), budget))
    result.chosen = *chosen + 1;
  else
    result.reason = explain();
  for (auto [trial, is] :
       llvm::zip_equal(trials, findFrontier(candidates, budget)))
    trial.isOnFrontier = is;
  result.trials = std::move(trials);
  result.budget = budget;
  result.fittedImages = evaluator.getFittedImages();
  result.heldOutImages = evaluator.getHeldOutImages();
  result.isCutShort = isCutShort || isOver();
  for (auto &failure : failures)
    if (!made.contains(failure.first))
      result.failures.push_back(failure);
  if (!result.chosen || !budget.isAbout(Measure::latency) ||
      !options.calibration.load)
    return;
  Expected<double> latency =
      evaluator.measureLatency(result.trials[*result.chosen].flags);
  if (latency)
    result.measuredLatency = *latency;
  else
    llvm::consumeError(latency.takeError());
}

/// False if the first part of the pipelines is within the limits by itself and
/// no stronger, or nearly nothing is left for it to do.
bool Search::isOfUse(const Family &family, size_t weakest) const {
  if (family.base.empty())
    return true;
  auto base = found.find(family.base);
  return weakest > 0 && (base == found.end() || weakest < base->second);
}

SearchResult Search::run() {
  Trial &original = trials.emplace_back();
  original.name = original.family = "as it is";
  original.costs = evaluator.getOriginalCosts();
  std::vector<Family> families = listFamilies(budget, evaluator.getLanes());
  std::vector<std::pair<const Family *, size_t>> weaker;
  for (const Family &family : families) {
    std::optional<size_t> weakest = findWeakest(family);
    if (!weakest)
      continue;
    found[family.name] = *weakest;
    if (budget.least)
      tryLeast(family, *weakest);
    else if (isOfUse(family, *weakest))
      if (std::optional<size_t> index = tryLimit(family, *weakest))
        weaker.emplace_back(&family, *index / 2);
  }
  // What less would have cost.
  for (auto [family, index] : weaker)
    measure(*family, index);
  SearchResult result;
  finish(result);
  return result;
}

} // namespace

Expected<SearchResult> searchPipelines(llvm::MemoryBufferRef network,
                                       const SearchOptions &options) {
  Expected<std::unique_ptr<Evaluator>> evaluator =
      Evaluator::open(network, options);
  if (!evaluator)
    return evaluator.takeError();
  return Search(**evaluator, options).run();
}

} // namespace mlir::cnn
