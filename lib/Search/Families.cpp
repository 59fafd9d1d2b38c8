//===- Families.cpp - Pipelines that make networks smaller ----------------===//

#include "cnnc/Search/Families.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::cnn {
namespace {

/// A part of a pipeline.
struct Step {
  llvm::StringRef name;
  llvm::ArrayRef<Measure> lowers;
  /// With marks as `fillIn` knows them.
  std::vector<std::string> flags;
};

constexpr Measure all[] = {Measure::size, Measure::macs, Measure::latency};
constexpr Measure ofBytes[] = {Measure::size, Measure::latency};
constexpr Measure ofCodes[] = {Measure::size};

Step pruneChannels() {
  return {"prune channels",
          all,
          {"--prune=what=channels macs={0} score=activation", "--recover"}};
}

/// A layer has kernels of whole vectors of channels.
Step pruneVectors(int64_t lanes) {
  Step step = pruneChannels();
  step.name = "prune vectors of channels";
  step.flags.front() += " multiple=" + std::to_string(lanes);
  return step;
}

Step lowRank() {
  return {"low rank", all, {"--low-rank=macs={0} slower=accept"}};
}

/// Layers that are predicted to be slower stay.
Step fasterLowRank() {
  return {"faster low rank", all, {"--low-rank=speed={2}"}};
}

/// Zeros are few bytes; kernels that skip them are rare.
Step pruneWeights() {
  return {"prune weights",
          ofCodes,
          {"--prune=sparsity={1} scope=global", "--recover"}};
}

Step cluster(int bits) {
  static constexpr llvm::StringLiteral names[] = {
      "2 bits", "3 bits", "4 bits", "5 bits", "6 bits", "7 bits", "8 bits"};
  return {names[bits - 2],
          ofCodes,
          {"--cluster-weights=bits=" + std::to_string(bits)}};
}

Step quantize() { return {"int8", ofBytes, {"--quantize=slow=integer"}}; }

std::string formatShare(double share) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.2f", share);
  return text;
}

/// `flag` with the share that is left for {0}, the share that goes for {1}, and
/// how many times as fast that is for {2}.
std::string fillIn(llvm::StringRef flag, double share) {
  std::string text = flag.str();
  for (auto [mark, value] :
       {std::pair("{0}", share), {"{1}", 1 - share}, {"{2}", 1 / share}})
    if (size_t at = text.find(mark); at != std::string::npos)
      text.replace(at, 3, formatShare(value));
  return text;
}

/// Shares of 99 to 1 percent of what the first step is about, followed by
/// others that are always the same.
Family makeShares(std::vector<Step> steps) {
  Family family;
  for (const Step &step : steps)
    family.name += (family.name.empty() ? "" : " + ") + step.name.str();
  for (int percent = 99; percent > 0; --percent)
    family.strengths.push_back(percent / 100.0);
  family.describe = [](double share) {
    return std::to_string(static_cast<int>(100 * share + 0.5)) + " %";
  };
  family.write = [steps](double share) {
    PassFlags flags = {"--simplify", "--fold-bn"};
    for (const Step &step : steps)
      for (const std::string &flag : step.flags)
        flags.push_back(fillIn(flag, share));
    return flags;
  };
  if (steps.size() > 1)
    family.base = steps.front().name.str();
  return family;
}

/// All weights share 2^bits values.
Family makeClusters() {
  Family family;
  family.name = "shared values";
  family.strengths = {8, 7, 6, 5, 4, 3, 2};
  family.describe = [](double bits) {
    return std::to_string(static_cast<int>(bits)) + " bits";
  };
  family.write = [](double bits) {
    return PassFlags{"--simplify", "--fold-bn",
                     cluster(static_cast<int>(bits)).flags.front()};
  };
  return family;
}

/// Weights of 8 bits or fewer; first only layers that are faster so.
Family makeQuantized() {
  Family family;
  family.name = "quantize";
  family.strengths = {0, 8, 7, 6, 4};
  family.describe = [](double bits) {
    if (bits == 0)
      return std::string("int8 where faster");
    return "int" + std::to_string(static_cast<int>(bits));
  };
  family.write = [](double bits) {
    PassFlags flags = {"--quantize"};
    if (bits > 0)
      flags.back() += "=weights=int" + std::to_string(static_cast<int>(bits)) +
                      ",slow=integer";
    return flags;
  };
  return family;
}

bool lowersSome(llvm::ArrayRef<Measure> lowered, const Budget &budget) {
  return llvm::any_of(lowered,
                      [&](Measure measure) { return budget.isAbout(measure); });
}

} // namespace

std::vector<Family> listFamilies(const Budget &budget, int64_t lanes) {
  std::vector<Family> families;
  auto add = [&](std::vector<Step> steps) {
    if (llvm::all_of(steps, [&](const Step &step) {
          return lowersSome(step.lowers, budget);
        }))
      families.push_back(makeShares(std::move(steps)));
  };
  if (lowersSome(ofCodes, budget))
    families.push_back(makeClusters());
  if (lowersSome(ofBytes, budget))
    families.push_back(makeQuantized());
  // The quickest come first: time may end the search.
  for (int bits : {6, 5, 4})
    add({pruneWeights(), cluster(bits)});
  add({pruneWeights(), quantize()});
  bool isAboutTime = budget.isAbout(Measure::latency);
  std::vector<Step> smaller = {isAboutTime ? fasterLowRank() : lowRank(),
                               pruneChannels()};
  if (isAboutTime)
    smaller.push_back(pruneVectors(lanes));
  for (const Step &step : smaller)
    add({step});
  for (const Step &first : smaller) {
    add({first, quantize()});
    for (int bits : {6, 4})
      add({first, cluster(bits)});
  }
  return families;
}

} // namespace mlir::cnn
