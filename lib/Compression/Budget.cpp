//===- Budget.cpp - Where a network loses least ---------------------------===//

#include "cnnc/Compression/Budget.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <tuple>

using namespace mlir::cnn;
using llvm::ArrayRef;

namespace {

/// A step of one layer to a choice that costs less.
struct Step {
  size_t layer, choice;
  double saving, rate;
};

/// The steps along the hull, from the first choice on; rates rise.
llvm::SmallVector<Step> getSteps(size_t layer, ArrayRef<LayerChoice> choices) {
  llvm::SmallVector<Step> steps;
  size_t current = 0;
  while (true) {
    Step best = {layer, current, 0, 0};
    for (auto [i, choice] : llvm::enumerate(choices)) {
      double saving = choices[current].cost - choice.cost;
      if (saving <= 0)
        continue;
      double rate = (choice.error - choices[current].error) / saving;
      if (best.choice == current || rate < best.rate ||
          (rate == best.rate && saving > best.saving))
        best = {layer, i, saving, rate};
    }
    if (best.choice == current)
      return steps;
    current = best.choice;
    steps.push_back(best);
  }
}

} // namespace

std::vector<size_t>
mlir::cnn::chooseWithin(double budget,
                        ArrayRef<std::vector<LayerChoice>> layers) {
  std::vector<Step> steps;
  double cost = 0;
  for (auto [i, choices] : llvm::enumerate(layers)) {
    llvm::append_range(steps, getSteps(i, choices));
    cost += choices.front().cost;
  }
  // Of one layer rates rise; whatever else is equal, nothing is random.
  llvm::sort(steps, [](const Step &lhs, const Step &rhs) {
    return std::tie(lhs.rate, lhs.layer) < std::tie(rhs.rate, rhs.layer);
  });
  std::vector<size_t> chosen(layers.size(), 0);
  for (const Step &step : steps) {
    if (cost <= budget)
      break;
    chosen[step.layer] = step.choice;
    cost -= step.saving;
  }
  return chosen;
}
