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
