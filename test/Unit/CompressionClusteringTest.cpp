//===- CompressionClusteringTest.cpp - Few values for many weights --------===//

#include "cnnc/Compression/Clustering.h"

#include "gmock/gmock.h"

#include <cmath>

using namespace mlir::cnn;
using testing::ElementsAre;
using testing::FloatEq;

namespace {

/// A fixed sequence that looks like trained weights: many small, few large.
std::vector<float> makeWeights(int64_t count) {
  std::vector<float> weights(count);
  for (int64_t i = 0; i < count; ++i) {
    double x = std::sin(static_cast<double>(i) * 12.9898) * 43758.5453;
    x -= std::floor(x);
    weights[i] = static_cast<float>(std::pow(2 * x - 1, 3));
  }
  return weights;
}

double getError(const std::vector<float> &weights, const Codebook &codebook) {
  double sum = 0;
  for (float weight : weights)
    sum += std::pow(codebook.numbers[codebook.getNearest(weight)] - weight, 2);
  return sum;
}

TEST(ClusterWeights, FindsGroups) {
  ClusterOptions options;
  options.numbers = 2;
  std::vector<float> weights = {-1, -2, -3, 10, 12, 0};
  Codebook codebook = clusterWeights(weights, options);
  EXPECT_THAT(codebook.numbers, ElementsAre(0, FloatEq(-2.5f), FloatEq(11)));
  EXPECT_EQ(codebook.getNearest(-1.5f), 1);
  EXPECT_EQ(codebook.getNearest(-0.5f), 0);
  EXPECT_EQ(codebook.getNearest(100), 2);
}

TEST(ClusterWeights, KeepsZerosAndDropsWhatIsNotNeeded) {
  Codebook codebook = clusterWeights({0, 0, 0.25, 0, 0.25}, {});
  EXPECT_THAT(codebook.numbers, ElementsAre(0, 0.25));
  EXPECT_EQ(codebook.getNearest(0), 0);
  EXPECT_THAT(clusterWeights({0, 0}, {}).numbers, ElementsAre(0));
}

TEST(ClusterWeights, GivesEveryNumberWeights) {
  // Nothing lies near the numbers between 1 and 1000 that it starts from.
  std::vector<float> weights = {1000};
  for (int i = 1; i <= 64; ++i)
    weights.push_back(static_cast<float>(i) / 64);
  ClusterOptions options;
  options.numbers = 7;
  EXPECT_EQ(clusterWeights(weights, options).numbers.size(), 8u);
}

TEST(ClusterWeights, NeedsMoreNumbersForSmallerErrors) {
  std::vector<float> weights = makeWeights(5000);
  for (ClusterStart start :
       {ClusterStart::linear, ClusterStart::density, ClusterStart::random}) {
    double previous = 1e9;
    for (int64_t numbers : {3, 7, 15, 31, 63, 127, 255}) {
      ClusterOptions options;
      options.numbers = numbers;
      options.start = start;
      Codebook codebook = clusterWeights(weights, options);
      double error = getError(weights, codebook);
      EXPECT_LT(error, previous / 2);
      EXPECT_LE(codebook.numbers.size(), static_cast<size_t>(numbers) + 1);
      EXPECT_EQ(codebook.numbers, clusterWeights(weights, options).numbers);
      previous = error;
    }
  }
}

TEST(ClusterWeights, EndsWhereNumbersAreMeans) {
  std::vector<float> weights = makeWeights(2000);
  ClusterOptions options;
  options.numbers = 15;
  options.iterations = 1000;
  Codebook codebook = clusterWeights(weights, options);
  std::vector<double> sums(16), counts(16);
  for (float weight : weights) {
    sums[codebook.getNearest(weight)] += weight;
    counts[codebook.getNearest(weight)] += 1;
  }
  for (int i = 1; i < 16; ++i)
    EXPECT_NEAR(codebook.numbers[i], sums[i] / counts[i], 1e-6);
}

TEST(BalanceCodes, KeepsTheSum) {
  // Each weight is 0.4 above its number; with 2 moves of 5 the sum is right.
  std::vector<float> numbers = {0, 1, 2},
                     weights = {0.4f, 0.4f, 0.4f, 1.4f, 1.4f};
  std::vector<uint8_t> codes = {0, 0, 0, 1, 1};
  balanceCodes(weights, numbers, codes);
  EXPECT_THAT(codes, ElementsAre(1, 1, 0, 1, 1));
}

TEST(BalanceCodes, MovesWhereItCostsLeastAndLeavesZeros) {
  // The sum is 0.7 too small: -1.25 becomes -1, after which 1 would be too much.
  std::vector<float> numbers = {0, -2, -1.5f, -1, 1};
  std::vector<float> weights = {0, 0.45f, -1.25f, 1};
  std::vector<uint8_t> codes = {0, 0, 2, 4};
  balanceCodes(weights, numbers, codes);
  EXPECT_THAT(codes, ElementsAre(0, 0, 3, 4));
}

TEST(TernarizeWeights, TakesTheMeanBeyondTheThreshold) {
  // The mean of the sizes is 2, the threshold 1.4.
  TernaryWeights ternary =
      ternarizeWeights({1, -1, 2, 4, -2}, TernaryThreshold::mean);
  EXPECT_EQ(ternary.positive, 3);
  EXPECT_EQ(ternary.negative, 2);
  EXPECT_EQ(ternary.apply(1), 0);
  EXPECT_EQ(ternary.apply(2), 3);
  EXPECT_EQ(ternary.apply(-1), 0);
  EXPECT_EQ(ternary.apply(-2), -2);
}

TEST(TernarizeWeights, FindsTheLeastSquaresOfEachSign) {
  // 10^2 / 1 = 100 is more than 12^2 / 2; 4^2 / 2 = 8 more than 2^2.
  TernaryWeights ternary =
      ternarizeWeights({10, 2, -2, -2, 0}, TernaryThreshold::optimal);
  EXPECT_EQ(ternary.positive, 10);
  EXPECT_EQ(ternary.apply(2), 0);
  EXPECT_EQ(ternary.negative, 2);
  EXPECT_EQ(ternary.apply(-2), -2);
  EXPECT_EQ(ternary.apply(0), 0);
}

TEST(BinaryScale, IsTheMeanSizeOfWhatIsNotZero) {
  EXPECT_EQ(getBinaryScale({3, -1, 0, 0}), 2);
  EXPECT_EQ(getBinaryScale({0, 0}), 0);
}

} // namespace
