//===- Clustering.cpp - k-means of numbers --------------------------------===//
//
// On a line, the weights nearest to a number are neighbours once sorted, and
// their sum is a difference of sums from the start. An iteration takes as many
// binary searches as there are numbers.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Compression/Clustering.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <tuple>

namespace mlir::cnn {
namespace {

/// Weights and numbers, both sorted.
class Clusters {
public:
  explicit Clusters(ArrayRef<float> weights)
      : sorted(weights.begin(), weights.end()) {
    llvm::sort(sorted);
    sums.resize(sorted.size() + 1);
    for (auto [i, weight] : llvm::enumerate(sorted))
      sums[i + 1] = sums[i] + weight;
  }

  /// Zero and what the iteration starts from.
  void start(const ClusterOptions &options);

  /// Gives every weight to the nearest number. False if all had it already.
  bool assign();
  /// Makes every number but zero the mean of its weights.
  void update();
  /// Lets a number without weights share those of another one. False if there
  /// is none, or all weights are equal to their numbers.
  bool split();

  /// The numbers that have weights, with zero in front.
  Codebook getCodebook() const;

private:
  bool isEmpty(size_t number) const { return ends[number] == getBegin(number); }
  size_t getBegin(size_t number) const { return number ? ends[number - 1] : 0; }
  double getMean(size_t begin, size_t end) const {
    return (sums[end] - sums[begin]) / static_cast<double>(end - begin);
  }
  /// The first weight of a number that is above it.
  size_t getMiddle(size_t number) const {
    return std::upper_bound(sorted.begin() + getBegin(number),
                            sorted.begin() + ends[number], numbers[number]) -
           sorted.begin();
  }
  /// The sum of the distances of its weights.
  double getSpread(size_t number) const {
    size_t begin = getBegin(number), end = ends[number];
    size_t middle = getMiddle(number);
    auto below = static_cast<double>(middle - begin);
    auto above = static_cast<double>(end - middle);
    return numbers[number] * (below - above) + sums[begin] + sums[end] -
           2 * sums[middle];
  }

  std::vector<float> sorted;
  /// Sums of all weights before each.
  std::vector<double> sums;
  std::vector<double> numbers;
  /// Behind the last weight of each number.
  std::vector<size_t> ends;
};

void Clusters::start(const ClusterOptions &options) {
  auto count = static_cast<size_t>(options.numbers);
  double low = sorted.front(), high = sorted.back();
  // The sequence is the same everywhere.
  std::mt19937 generator;
  numbers = {0.0};
  for (size_t i = 0; i < count; ++i)
    switch (options.start) {
    case ClusterStart::linear:
      numbers.push_back(count == 1
                            ? (low + high) / 2
                            : low + (high - low) * static_cast<double>(i) /
                                        static_cast<double>(count - 1));
      break;
    case ClusterStart::density:
      numbers.push_back(sorted[(2 * i + 1) * sorted.size() / (2 * count)]);
      break;
    case ClusterStart::random:
      numbers.push_back(sorted[generator() % sorted.size()]);
      break;
    }
  llvm::sort(numbers);
  ends.assign(numbers.size(), 0);
}

bool Clusters::assign() {
  bool changed = false;
  for (size_t i = 0; i < numbers.size(); ++i) {
    size_t end = sorted.size();
    if (i + 1 < numbers.size()) {
      double middle = (numbers[i] + numbers[i + 1]) / 2;
      end = std::upper_bound(sorted.begin(), sorted.end(), middle) -
            sorted.begin();
    }
    changed |= end != ends[i];
    ends[i] = end;
  }
  return changed;
}

void Clusters::update() {
  for (size_t i = 0; i < numbers.size(); ++i)
    if (!isEmpty(i) && numbers[i] != 0)
      numbers[i] = getMean(getBegin(i), ends[i]);
}

bool Clusters::split() {
  auto all = llvm::seq<size_t>(numbers.size());
  auto free = llvm::find_if(
      all, [&](size_t i) { return isEmpty(i) && numbers[i] != 0; });
  if (free == all.end())
    return false;
  std::vector<double> spreads;
  for (size_t i : all)
    spreads.push_back(isEmpty(i) ? 0 : getSpread(i));
  size_t widest =
      std::max_element(spreads.begin(), spreads.end()) - spreads.begin();
  size_t begin = getBegin(widest), end = ends[widest];
  size_t middle = getMiddle(widest);
  // Rounding leaves a little of a spread that is none, or less than that, and
  // then a number without weights is the widest.
  if (middle == begin || middle == end || sorted[begin] == sorted[end - 1])
    return false;
  double below = getMean(begin, middle), above = getMean(middle, end);
  numbers[*free] = above;
  if (numbers[widest] != 0)
    numbers[widest] = below;
  else if (middle - begin > end - middle)
    numbers[*free] = below;
  llvm::sort(numbers);
  return true;
}

Codebook Clusters::getCodebook() const {
  Codebook codebook = {{0.0f}};
  for (size_t i = 0; i < numbers.size(); ++i) {
    auto number = static_cast<float>(numbers[i]);
    if (!isEmpty(i) && number != 0 && number != codebook.numbers.back())
      codebook.numbers.push_back(number);
  }
  return codebook;
}

} // namespace

uint8_t Codebook::getNearest(float weight) const {
  if (weight == 0)
    return 0;
  auto first = numbers.begin() + 1;
  auto next = std::lower_bound(first, numbers.end(), weight);
  size_t best = 0;
  double distance = std::abs(static_cast<double>(weight));
  auto consider = [&](std::vector<float>::const_iterator number) {
    double other = std::abs(static_cast<double>(*number) - weight);
    if (other < distance) {
      distance = other;
      best = number - numbers.begin();
    }
  };
  if (next != first)
    consider(next - 1);
  if (next != numbers.end())
    consider(next);
  return static_cast<uint8_t>(best);
}

Codebook clusterWeights(ArrayRef<float> weights,
                        const ClusterOptions &options) {
  if (weights.empty())
    return {{0.0f}};
  Clusters clusters(weights);
  clusters.start(options);
  clusters.assign();
  for (int64_t i = 0; i < options.iterations; ++i) {
    clusters.update();
    // A half may take the last weights from a neighbour.
    for (int64_t splits = 0; splits < options.numbers && clusters.split();
         ++splits)
      clusters.assign();
    if (!clusters.assign())
      break;
  }
  return clusters.getCodebook();
}

namespace {

/// A weight that may take the next number.
struct Move {
  /// What the squared difference grows by, over what the weight changes.
  double cost;
  size_t weight;
  double change;
  uint8_t code;

  /// Of equal costs the first weight comes first.
  bool operator<(const Move &other) const {
    return std::tie(other.cost, other.weight) < std::tie(cost, weight);
  }
};

/// Codes in the order of their numbers, and the place of each.
struct NumberOrder {
  std::vector<uint8_t> codes, places;

  explicit NumberOrder(ArrayRef<float> numbers)
      : codes(numbers.size()), places(numbers.size()) {
    std::iota(codes.begin(), codes.end(), 0);
    llvm::sort(codes, [&](uint8_t a, uint8_t b) {
      return std::tie(numbers[a], a) < std::tie(numbers[b], b);
    });
    for (auto [place, code] : llvm::enumerate(codes))
      places[code] = place;
  }
};

} // namespace

void balanceCodes(ArrayRef<float> weights, ArrayRef<float> numbers,
                  MutableArrayRef<uint8_t> codes) {
  NumberOrder order(numbers);
  double excess = 0;
  for (auto [weight, code] : llvm::zip_equal(weights, codes))
    excess += static_cast<double>(numbers[code]) - weight;
  int step = excess > 0 ? -1 : 1;
  std::vector<Move> moves;
  for (auto [i, weight] : llvm::enumerate(weights)) {
    double number = numbers[codes[i]], difference = number - weight;
    int place = order.places[codes[i]] + step;
    if (weight == 0 || difference * excess <= 0 || place < 0 ||
        place >= static_cast<int>(numbers.size()))
      continue;
    uint8_t next = order.codes[place];
    double change = numbers[next] - number;
    moves.push_back(
        {std::abs(change) - 2 * std::abs(difference), i, change, next});
  }
  std::make_heap(moves.begin(), moves.end());
  while (!moves.empty()) {
    std::pop_heap(moves.begin(), moves.end());
    Move move = moves.back();
    moves.pop_back();
    if (std::abs(excess + move.change) < std::abs(excess)) {
      codes[move.weight] = move.code;
      excess += move.change;
    }
  }
}

/// The mean of the largest of `sizes`, and the largest of the others, such that
/// the sum of squared differences is least where these are 0 and those their
/// mean: the sum is (sum of all squares) - (sum of the largest)^2 / count.
static std::pair<float, float> findOptimum(std::vector<float> sizes) {
  llvm::sort(sizes, std::greater<float>());
  double sum = 0, best = 0, mean = 0;
  size_t count = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    sum += sizes[i];
    auto taken = static_cast<double>(i + 1);
    if (sum * sum / taken > best) {
      best = sum * sum / taken;
      mean = sum / taken;
      count = i + 1;
    }
  }
  return {static_cast<float>(mean), count < sizes.size() ? sizes[count] : 0.0f};
}

TernaryWeights ternarizeWeights(ArrayRef<float> weights,
                                TernaryThreshold threshold) {
  std::vector<float> positive, negative;
  double total = 0;
  for (float weight : weights) {
    if (weight != 0)
      (weight > 0 ? positive : negative).push_back(std::abs(weight));
    total += std::abs(weight);
  }
  TernaryWeights ternary;
  if (threshold == TernaryThreshold::optimal) {
    std::tie(ternary.positive, ternary.positiveThreshold) =
        findOptimum(std::move(positive));
    std::tie(ternary.negative, ternary.negativeThreshold) =
        findOptimum(std::move(negative));
    return ternary;
  }
  auto limit = static_cast<float>(
      0.7 * total / static_cast<double>(std::max<size_t>(weights.size(), 1)));
  auto getMeanBeyond = [&](ArrayRef<float> sizes) {
    double sum = 0, count = 0;
    for (float size : sizes)
      if (size > limit) {
        sum += size;
        ++count;
      }
    return static_cast<float>(count == 0 ? 0 : sum / count);
  };
  ternary.positiveThreshold = ternary.negativeThreshold = limit;
  ternary.positive = getMeanBeyond(positive);
  ternary.negative = getMeanBeyond(negative);
  return ternary;
}

float getBinaryScale(ArrayRef<float> weights) {
  double sum = 0, count = 0;
  for (float weight : weights)
    if (weight != 0) {
      sum += std::abs(weight);
      ++count;
    }
  return static_cast<float>(count == 0 ? 0 : sum / count);
}

} // namespace mlir::cnn
