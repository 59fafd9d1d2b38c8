//===- Budget.cpp - How small a network is to become ----------------------===//

#include "cnnc/Search/Budget.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <limits>
#include <tuple>

namespace mlir::cnn {
namespace {

using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

constexpr double unlimited = std::numeric_limits<double>::infinity();

Error refuse(StringRef word) {
  return llvm::createStringError(
      "expected --compress to say size:, macs: or latency: with the share of "
      "the original that may be left, more than 0 and at most 1, or with "
      "'least'; and max-drop:PERCENT, minutes:NUMBER; such as \"macs:0.75 "
      "max-drop:1\"; got '" +
      word + "'");
}

/// A number that is finite and not negative.
bool parseNumber(StringRef text, double &number) {
  return !text.getAsDouble(number) && std::isfinite(number) && number >= 0;
}

Error parseMeasure(Measure measure, StringRef word, StringRef value,
                   Budget &budget) {
  if (budget.isAbout(measure))
    return llvm::createStringError("--compress says " + getName(measure) +
                                   " twice");
  if (value == "least") {
    if (budget.least)
      return llvm::createStringError(
          "expected --compress to make one thing least; got " +
          getName(*budget.least) + " and " + getName(measure));
    budget.least = measure;
    return Error::success();
  }
  double share;
  if (!parseNumber(value, share) || share == 0 || share > 1)
    return refuse(word);
  budget.most[measure] = share;
  return Error::success();
}

Error parseWord(StringRef word, Budget &budget) {
  auto [name, value] = word.split(':');
  for (Measure measure : measures)
    if (name == getName(measure))
      return parseMeasure(measure, word, value, budget);
  double number;
  if ((name != "max-drop" && name != "minutes") || !parseNumber(value, number))
    return refuse(word);
  (name == "minutes" ? budget.minutes : budget.maxDrop) = number;
  return Error::success();
}

/// What is compared of two candidates, the smaller the better.
using Objectives = llvm::SmallVector<double, 5>;

Objectives getObjectives(const Candidate &candidate, const Budget &budget) {
  Objectives objectives;
  // What is no number is the worst.
  for (double loss : {candidate.drop, candidate.noise})
    objectives.push_back(std::isnan(loss) ? unlimited : loss);
  for (Measure measure : measures)
    if (budget.isAbout(measure))
      objectives.push_back(candidate.costs[measure]);
  return objectives;
}

bool isDominated(llvm::ArrayRef<double> objectives,
                 llvm::ArrayRef<double> other) {
  return llvm::all_of_zip(other, objectives,
                          [](double y, double x) { return y <= x; }) &&
         other != objectives;
}

} // namespace

std::string formatNumber(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", number);
  return text;
}

StringRef getName(Measure measure) {
  switch (measure) {
  case Measure::size:
    return "size";
  case Measure::macs:
    return "macs";
  case Measure::latency:
    return "latency";
  }
  llvm_unreachable("every measure is handled");
}

Budget::Budget() {
  for (Measure measure : measures)
    most[measure] = unlimited;
}

bool Budget::hasLimit(Measure measure) const {
  return most[measure] < unlimited;
}

bool Budget::isAbout(Measure measure) const {
  return hasLimit(measure) || least == measure;
}

double Budget::getUse(const Costs &costs) const {
  double use = 0;
  for (Measure measure : measures)
    use = std::max(use, costs[measure] / most[measure]);
  return use;
}

std::string Budget::describe() const {
  std::vector<std::string> words;
  for (Measure measure : measures) {
    if (hasLimit(measure))
      words.push_back(
          (getName(measure) + ":" + formatNumber(most[measure])).str());
    else if (least == measure)
      words.push_back((getName(measure) + ":least").str());
  }
  if (maxDrop)
    words.push_back("max-drop:" + formatNumber(*maxDrop));
  return llvm::join(words, " ");
}

Expected<Budget> parseBudget(StringRef text) {
  Budget budget;
  llvm::SmallVector<StringRef> words;
  llvm::SplitString(text, words, " ,");
  for (StringRef word : words)
    if (Error error = parseWord(word, budget))
      return std::move(error);
  if (llvm::none_of(measures,
                    [&](Measure measure) { return budget.isAbout(measure); }))
    return refuse(text);
  if (budget.least && !budget.maxDrop)
    return llvm::createStringError(
        "expected max-drop:PERCENT beside " + getName(*budget.least) +
        ":least, as how small a network can be depends on what it may lose");
  return budget;
}

std::vector<bool> findFrontier(llvm::ArrayRef<Candidate> candidates,
                               const Budget &budget) {
  std::vector<Objectives> objectives;
  for (const Candidate &candidate : candidates)
    objectives.push_back(getObjectives(candidate, budget));
  std::vector<bool> frontier;
  for (const Objectives &own : objectives)
    frontier.push_back(llvm::none_of(objectives, [&](const Objectives &other) {
      return isDominated(own, other);
    }));
  return frontier;
}

std::optional<size_t> chooseCandidate(llvm::ArrayRef<Candidate> candidates,
                                      const Budget &budget) {
  auto getKey = [&](size_t index) {
    const Candidate &candidate = candidates[index];
    double cost = budget.least ? candidate.costs[*budget.least] : 0;
    return std::tuple(cost, candidate.drop, candidate.noise);
  };
  std::optional<size_t> best;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const Candidate &candidate = candidates[i];
    if (!budget.isMetBy(candidate.costs) || std::isnan(candidate.drop) ||
        !budget.allows(candidate.drop))
      continue;
    if (!best || getKey(i) < getKey(*best))
      best = i;
  }
  return best;
}

} // namespace mlir::cnn
