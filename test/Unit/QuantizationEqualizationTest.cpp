//===- QuantizationEqualizationTest.cpp - Ranges of consecutive layers ----===//

#include "cnnc/Quantization/Equalization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mlir::cnn;
using testing::ElementsAre;

namespace {

TEST(Equalization, GivesBothLayersTheSameMagnitudes) {
  // sqrt(16 / 1) and sqrt(1 / 4)
  std::vector<float> scales = getEqualizingScales({16, 1}, {1, 4});
  EXPECT_THAT(scales, ElementsAre(4, 0.5));
  std::vector<float> first = {16, 1}, second = {1, 4};
  divideOutputs(first, {2, 1}, scales);
  multiplyInputs(second, {1, 2}, scales);
  EXPECT_THAT(first, ElementsAre(4, 2));
  EXPECT_THAT(second, ElementsAre(4, 2));
}

TEST(Equalization, LeavesChannelsOfZerosAlone) {
  EXPECT_THAT(getEqualizingScales({0, 4, 1e-44f}, {4, 0, 1e30f}),
              ElementsAre(1, 1, 1));
}

TEST(Equalization, KnowsWhereChannelsAre) {
  // Two groups of one input channel with two taps, and two outputs each.
  WeightLayout layout{4, 2};
  layout.taps = 2;
  layout.groups = 2;
  std::vector<float> weights = {1, -2, 3, 0, 4, 5, -7, 6};
  EXPECT_THAT(getOutputMagnitudes(weights, layout), ElementsAre(2, 3, 5, 7));
  EXPECT_THAT(getInputMagnitudes(weights, layout, 2), ElementsAre(3, 7));
}

} // namespace
