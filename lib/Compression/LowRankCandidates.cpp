//===- LowRankCandidates.cpp - What a layer could become ------------------===//

#include "LowRankCandidates.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::cnn;

namespace {

/// Of the ranks of a layer at most so many are tried; of tucker so many for
/// inputs and for outputs.
constexpr int64_t mostRanks = 512, mostInputRanks = 12, mostOutputRanks = 24;

/// Alternating least squares take long: no choice is made among methods where
/// a filter has more weights, and no higher rank is tried.
constexpr int64_t mostWeightsForCP = 1 << 16, mostRankForCP = 512;

/// Numbers up to `most`, evenly spaced, at most `count` of them.
std::vector<int64_t> listEvenly(int64_t most, int64_t count) {
  std::vector<int64_t> numbers;
  count = std::min(most, count);
  for (int64_t i = 1; i <= count; ++i)
    numbers.push_back(llvm::divideCeil(most * i, count));
  return numbers;
}

std::vector<Ranks> listRanks(LowRankMethod method, const FilterShape &shape) {
  Ranks full = getFullRanks(method, shape);
  std::vector<Ranks> ranks;
  if (method == LowRankMethod::tucker) {
    for (int64_t input : listEvenly(full.inputRank, mostInputRanks))
      for (int64_t output : listEvenly(full.rank, mostOutputRanks))
        ranks.push_back({output, input});
  } else if (method == LowRankMethod::cp) {
    int64_t most = std::min(
        {full.rank, mostRankForCP, 2 * std::max(shape.inputs, shape.outputs)});
    for (int64_t rank = llvm::divideCeil(most, 16); rank <= most; rank *= 2)
      ranks.push_back({rank});
  } else {
    for (int64_t rank : listEvenly(full.rank, mostRanks))
      ranks.push_back({rank});
  }
  return ranks;
}

/// The rank from which on a train is exact.
int64_t getFullTrainRank(const TensorModes &modes) {
  return *llvm::max_element(
      getTrainRanks(modes, std::numeric_limits<int32_t>::max()));
}

/// 1, 2, 3, 4, 6, 8, 12, ...
std::vector<Ranks> listTrainRanks(const TensorModes &modes) {
  int64_t most = getFullTrainRank(modes);
  std::vector<Ranks> ranks;
  for (int64_t power = 1; power <= most; power *= 2)
    for (int64_t rank : {power, power + power / 2})
      if (rank <= most && (ranks.empty() || ranks.back().rank < rank))
        ranks.push_back({rank});
  return ranks;
}

LayerCost estimate(const LowRankLayer &layer, const LowRankSearch &search,
                   LowRankMethod method, Ranks ranks) {
  if (method != LowRankMethod::tensorTrain)
    return layer.estimate(getFactorShapes(method, layer.shape, ranks),
                          *search.costs);
  TensorModes modes = search.getModes(layer.shape);
  return layer.estimate(modes, getTrainRanks(modes, ranks.rank), *search.costs);
}

/// The filter of a group as it is decomposed: with its outputs scaled, if
/// images show their variances.
struct ScaledFilter {
  ScaledFilter(const LowRankLayer &layer, int64_t group, LowRankMethod method)
      : weights(layer.getWeights(group)), responses(layer.getCovariance(group)),
        scales(Vector::Ones(weights.rows())) {
    // The outputs of a train are in no single factor.
    if (responses && method != LowRankMethod::tensorTrain)
      scales = getOutputScales(weights, *responses);
    weights = scales.asDiagonal() * weights;
  }

  const Matrix *getCovariance() const {
    return responses ? &*responses : nullptr;
  }

  /// Takes the scales from a matrix with a row for each output.
  Matrix restore(const Matrix &scaled) const {
    return scales.cwiseInverse().asDiagonal() * scaled;
  }

  Matrix weights;
  std::optional<Matrix> responses;
  Vector scales;
};

/// Sums over all groups of what `ranks` lose, and in all.
struct Losses {
  std::vector<double> errors;
  double total = 0;
};

Losses getLosses(const LowRankLayer &layer, const LowRankSearch &search,
                 LowRankMethod method, ArrayRef<Ranks> ranks) {
  Losses losses;
  losses.errors.assign(ranks.size(), 0);
  for (int64_t group = 0; group < layer.groups; ++group) {
    ScaledFilter filter(layer, group, method);
    const Matrix &weights = filter.weights, *given = filter.getCovariance();
    losses.total += getSquaredNorm(weights, given);
    std::vector<double> errors;
    if (method == LowRankMethod::tensorTrain)
      for (const Ranks &each : ranks)
        errors.push_back(getSquaredNorm(
            weights - compose(decomposeTrain(
                          weights, search.getModes(layer.shape), each.rank)),
            given));
    else
      errors = decompose(method, layer.shape, weights, given)->getErrors(ranks);
    for (auto [sum, error] : llvm::zip_equal(losses.errors, errors))
      sum += error;
  }
  return losses;
}

void appendCandidates(const LowRankLayer &layer, const LowRankSearch &search,
                      LowRankMethod method,
                      std::vector<LowRankCandidate> &candidates) {
  std::vector<Ranks> ranks;
  std::vector<LayerCost> costs;
  for (const Ranks &each : method == LowRankMethod::tensorTrain
                               ? listTrainRanks(search.getModes(layer.shape))
                               : listRanks(method, layer.shape)) {
    LayerCost cost = estimate(layer, search, method, each);
    if (cost.multiplyAdds >= layer.cost.multiplyAdds &&
        cost.weights >= layer.cost.weights)
      continue;
    ranks.push_back(each);
    costs.push_back(cost);
  }
  if (ranks.empty())
    return;
  Losses losses = getLosses(layer, search, method, ranks);
  // A layer of zeros loses nothing.
  double scale = losses.total > 0 ? 1 / losses.total : 0;
  for (auto [each, cost, error] : llvm::zip_equal(ranks, costs, losses.errors))
    candidates.push_back({method, each, error * scale, cost});
}

} // namespace

std::optional<StringRef> mlir::cnn::findObstacle(LowRankMethod method,
                                                 const LowRankLayer &layer) {
  if (method != LowRankMethod::tensorTrain)
    return findObstacle(method, layer.shape);
  if (layer.isConv())
    return findObstacle(method, layer.shape);
  if (getShape(layer.getInput()).size() != 2)
    return "tensor-train needs a matrix as input";
  return std::nullopt;
}

std::vector<LowRankCandidate>
mlir::cnn::listCandidates(const LowRankLayer &layer,
                          const LowRankSearch &search, StringRef &why) {
  std::vector<LowRankCandidate> candidates;
  bool isAutomatic = search.method == LowRankMethod::automatic;
  bool applies = false;
  // Where several obstacles could be told, that of svd, which has fewest.
  for (LowRankMethod method :
       {LowRankMethod::tensorTrain, LowRankMethod::cp, LowRankMethod::tucker,
        LowRankMethod::spatial, LowRankMethod::svd}) {
    if (!isAutomatic && method != search.method)
      continue;
    if (std::optional<StringRef> obstacle = findObstacle(method, layer)) {
      why = *obstacle;
      continue;
    }
    applies = true;
    if (isAutomatic && method == LowRankMethod::cp &&
        layer.shape.outputs * layer.shape.getSize() > mostWeightsForCP)
      continue;
    appendCandidates(layer, search, method, candidates);
  }
  if (applies)
    why = "";
  return candidates;
}

llvm::Expected<LowRankCandidate>
mlir::cnn::getCandidate(const LowRankLayer &layer, const LowRankSearch &search,
                        Ranks ranks) {
  LowRankCandidate candidate;
  candidate.method = search.method;
  if (search.method == LowRankMethod::automatic)
    candidate.method =
        ranks.inputRank ? LowRankMethod::tucker : LowRankMethod::svd;
  if (std::optional<StringRef> obstacle = findObstacle(candidate.method, layer))
    return llvm::createStringError(*obstacle);
  bool isTucker = candidate.method == LowRankMethod::tucker;
  if (isTucker != (ranks.inputRank != 0))
    return llvm::createStringError(
        isTucker ? "tucker expects two ranks, of outputs and inputs, as in 8x4"
                 : "only tucker expects two ranks");
  Ranks full = candidate.method == LowRankMethod::tensorTrain
                   ? Ranks{getFullTrainRank(search.getModes(layer.shape))}
                   : getFullRanks(candidate.method, layer.shape);
  if (ranks.rank > full.rank || ranks.inputRank > full.inputRank)
    return llvm::createStringError(
        "expected a rank of at most " + Twine(full.rank) +
        (isTucker ? "x" + Twine(full.inputRank).str() : std::string()));
  candidate.ranks = ranks;
  candidate.cost = estimate(layer, search, candidate.method, ranks);
  return candidate;
}

/// What the outputs of a group lose in the mean.
static void appendBias(const LowRankLayer &layer, int64_t group,
                       const Matrix &difference, std::vector<double> &bias) {
  if (layer.means.empty() || !layer.hasBias())
    return;
  Vector lost = difference * layer.means[group];
  bias.insert(bias.end(), lost.data(), lost.data() + lost.size());
}

void mlir::cnn::applyCandidate(const LowRankLayer &layer,
                               const LowRankSearch &search,
                               LowRankCandidate &candidate) {
  std::vector<FactorChain> chains;
  std::optional<TensorTrain> train;
  std::vector<double> bias;
  double error = 0, total = 0;
  for (int64_t group = 0; group < layer.groups; ++group) {
    ScaledFilter filter(layer, group, candidate.method);
    const Matrix &weights = filter.weights, *given = filter.getCovariance();
    Matrix difference = weights;
    if (candidate.method == LowRankMethod::tensorTrain) {
      train = decomposeTrain(weights, search.getModes(layer.shape),
                             candidate.ranks.rank);
      difference -= compose(*train);
    } else {
      chains.push_back(decompose(candidate.method, layer.shape, weights, given)
                           ->factorize(candidate.ranks));
      difference -= compose(chains.back());
      Factor &last = chains.back().back();
      last.weights = filter.restore(last.weights);
    }
    error += getSquaredNorm(difference, given);
    total += getSquaredNorm(weights, given);
    appendBias(layer, group, filter.restore(difference), bias);
  }
  candidate.error = total > 0 ? error / total : 0;
  if (train)
    replaceLayer(layer, *train, bias);
  else
    replaceLayer(layer, chains, bias);
}
