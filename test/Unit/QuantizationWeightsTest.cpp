//===- QuantizationWeightsTest.cpp - Weights and biases as integers -------===//

#include "cnnc/Quantization/Weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mlir::cnn;
using testing::ElementsAre;

namespace {

TEST(QuantizedWeights, HaveOneScalePerChannel) {
  // Rows of 2: scales 2 and 0.5.
  QuantizedWeights weights =
      quantizeWeights({254, -2, 63.5, 1}, {}, {2, 2}, 127, 1);
  EXPECT_THAT(weights.scales, ElementsAre(2, 0.5));
  EXPECT_THAT(weights.integers, ElementsAre(127, -1, 127, 2));
}

TEST(QuantizedWeights, MayHaveTheirChannelsLast) {
  WeightLayout layout{2, 2};
  layout.channelsFirst = false;
  QuantizedWeights weights =
      quantizeWeights({254, 63.5, -2, 1}, {}, layout, 127, 1);
  EXPECT_THAT(weights.scales, ElementsAre(2, 0.5));
  EXPECT_THAT(weights.integers, ElementsAre(127, 127, -1, 2));
}

TEST(QuantizedWeights, OfFourBitsAreSevenAtMost) {
  QuantizedWeights weights = quantizeWeights({-14, 3}, {}, {1, 2}, 7, 1);
  EXPECT_THAT(weights.scales, ElementsAre(2));
  EXPECT_THAT(weights.integers, ElementsAre(-7, 2));
}

TEST(QuantizedWeights, LeaveRoomForTheBias) {
  // 2^20 must be at most 2^30 units.
  std::vector<float> bias = {1048576};
  QuantizedWeights weights = quantizeWeights({0}, bias, {1, 1}, 127, 0.5);
  EXPECT_THAT(weights.scales, ElementsAre(2.0f / 1024));
  EXPECT_THAT(quantizeBias(bias, weights, 0.5), ElementsAre(1 << 30));
  // A channel of nothing.
  EXPECT_THAT(quantizeWeights({0}, {}, {1, 1}, 127, 1).scales, ElementsAre(1));
}

TEST(FittedFactors, AreAsLargeAsSumsAllow) {
  QuantizedWeights weights{{127, -1, 0, 3}, {1, 1}};
  WeightLayout layout{2, 2};
  EXPECT_EQ(fitFactors(weights, {}, layout, 32768), 32768);
  // 2^31 - 1 is 32768 * 128 + 2143289343.
  EXPECT_EQ(fitFactors(weights, {-2143289343, 0}, layout, 32768), 32768);
  EXPECT_EQ(fitFactors(weights, {-2143289344, 0}, layout, 32768), 32767);
  // 2^31 - 1 is 16777215 * 128 + 127.
  EXPECT_EQ(fitFactors(weights, {}, layout, 1 << 25), 16777215);
  // The unit of a bias grows: 3 and 2 parts of 5.
  EXPECT_EQ(fitFactors({{3}, {1}}, {1 << 30}, {1, 1}, 1 << 29),
            ((int64_t(1) << 31) - 1) / 5);
}

TEST(BiasCorrection, IsTheMeanOfWhatRoundingTookAway) {
  // One tap, two groups of two channels: 0.25 * 8 and -0.25 * 2.
  WeightLayout layout{2, 2};
  layout.groups = 2;
  QuantizedWeights weights{{1, 1, 1, 2}, {1, 1}};
  EXPECT_THAT(
      getBiasCorrection({1, 1.25, 0.75, 2}, weights, layout, {4, 8, 2, 6}),
      ElementsAre(2, -0.5));
}

} // namespace
