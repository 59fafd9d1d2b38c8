//===- ChannelScores.cpp - Which channels go first ------------------------===//

#include "ChannelScores.h"

#include "cnnc/Calibration/Images.h"
#include "cnnc/Calibration/Layers.h"
#include "cnnc/Support/Weights.h"

#include "llvm/ADT/SetVector.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;

namespace {

/// Scores of units: the mean of what is added.
class UnitScores {
public:
  explicit UnitScores(const ChannelAnalysis &analysis) : analysis(analysis) {}

  /// Adds the scores of the indices of a dimension, divided by their mean.
  void add(ArrayRef<Unit> units, std::vector<double> scores) {
    normalize(scores);
    for (auto [unit, score] : llvm::zip_equal(units, scores)) {
      auto &[sum, count] = sums[analysis.find(unit)];
      sum += score;
      count += 1;
    }
  }

  double get(Unit unit) const {
    auto [sum, count] = sums.lookup(unit);
    return count == 0 ? 0 : sum / count;
  }

private:
  const ChannelAnalysis &analysis;
  llvm::DenseMap<Unit, std::pair<double, double>> sums;
};

/// The elements of a constant of each index of dimension `dim`, in rows.
std::vector<float> getRows(Value constant, int64_t dim) {
  ArrayRef<int64_t> shape = getShape(constant);
  int64_t before = 1, after = 1, extent = shape[dim];
  for (int64_t size : shape.take_front(dim))
    before *= size;
  for (int64_t size : shape.drop_front(dim + 1))
    after *= size;
  std::vector<float> values = *getFloats(constant), rows;
  for (int64_t index = 0; index < extent; ++index)
    for (int64_t i = 0; i < before; ++i) {
      auto first = values.begin() + (i * extent + index) * after;
      rows.insert(rows.end(), first, first + after);
    }
  return rows;
}

void addWeightScores(const ChannelAnalysis &analysis, ChannelScore score,
                     UnitScores &scores) {
  for (const Cut &cut : analysis.getCuts()) {
    if (cut.role != CutRole::Output)
      continue;
    std::vector<float> rows = getRows(cut.op->getOperand(cut.operand), cut.dim);
    auto size = static_cast<int64_t>(rows.size() / cut.units.size());
    scores.add(cut.units, score == ChannelScore::l1
                              ? getMeanMagnitudes(rows, size)
                              : getMedianDistances(rows, size));
  }
}

/// Adds the magnitudes of `tensor` to those of each index of dimension `axis`.
void addMagnitudes(const Tensor &tensor, int64_t axis,
                   std::vector<double> &sums) {
  int64_t after = 1, extent = tensor.getShape()[axis];
  for (int64_t size : tensor.getShape().drop_front(axis + 1))
    after *= size;
  for (auto [i, value] : llvm::enumerate(tensor.get<float>()))
    sums[static_cast<int64_t>(i) / after % extent] += std::fabs(value);
}

/// The magnitudes of what layers take.
Error addActivationScores(func::FuncOp function,
                          const ChannelAnalysis &analysis,
                          const CalibrationOptions &options,
                          UnitScores &scores) {
  llvm::SmallSetVector<Value, 16> inputs;
  for (const Cut &cut : analysis.getCuts())
    if (Value input = cut.op->getOperand(0);
        cut.role == CutRole::Input && analysis.getChannels(input))
      inputs.insert(input);
  Expected<CalibrationImages> images =
      CalibrationImages::open(function, options);
  if (!images)
    return images.takeError();
  IRMapping mapping;
  OwningOpRef<ModuleOp> module = copyNetwork(function, mapping);
  setResults(*module, llvm::map_to_vector(inputs, [&](Value value) {
    return mapping.lookup(value);
  }));
  Expected<RunFunction> run = loadNetwork(*module, options);
  if (!run)
    return run.takeError();
  std::vector<std::vector<double>> sums;
  for (Value input : inputs)
    sums.emplace_back(analysis.getChannels(input)->units.size(), 0);
  Error error = images->forEachRun(
      "measuring channels", [&](const Tensor &image) -> Error {
        Expected<std::vector<Tensor>> tensors = (*run)(image);
        if (!tensors)
          return tensors.takeError();
        for (auto [input, tensor, sum] :
             llvm::zip_equal(inputs, *tensors, sums))
          addMagnitudes(tensor, analysis.getChannels(input)->axis, sum);
        return Error::success();
      });
  if (error)
    return error;
  for (auto [input, sum] : llvm::zip_equal(inputs, sums))
    scores.add(analysis.getChannels(input)->units, sum);
  return Error::success();
}

RankedGroup rank(ChannelGroup group, const UnitScores &scores) {
  llvm::sort(group.units, [&](Unit a, Unit b) {
    return std::pair(scores.get(a), a) < std::pair(scores.get(b), b);
  });
  double all = 0, lost = 0;
  auto getEnergy = [&](Unit unit) {
    return scores.get(unit) * scores.get(unit);
  };
  for (Unit unit : group.units)
    all += getEnergy(unit);
  RankedGroup ranked{std::move(group), {0}};
  for (Unit unit : ranked.group.units) {
    lost += getEnergy(unit);
    ranked.losses.push_back(all > 0 ? lost / all : 0);
  }
  return ranked;
}

} // namespace

Expected<SmallVector<RankedGroup>>
mlir::cnn::rankChannels(func::FuncOp function, const ChannelAnalysis &analysis,
                        SmallVector<ChannelGroup> groups, ChannelScore score,
                        const CalibrationOptions &options) {
  if (score == ChannelScore::reconstruction)
    return rankByReconstruction(function, analysis, std::move(groups), options);
  UnitScores scores(analysis);
  if (score != ChannelScore::activation)
    addWeightScores(analysis, score, scores);
  else if (Error error =
               addActivationScores(function, analysis, options, scores))
    return std::move(error);
  SmallVector<RankedGroup> ranked;
  for (ChannelGroup &group : groups)
    ranked.push_back(rank(std::move(group), scores));
  return ranked;
}
