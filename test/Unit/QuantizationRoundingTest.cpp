//===- QuantizationRoundingTest.cpp - Weights rounded together ------------===//

#include "cnnc/Quantization/Rounding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

using namespace mlir::cnn;
using testing::ElementsAre;

namespace {

TEST(InputMoment, HasTheErrorOfTheOutput) {
  InputMoment moment(2);
  moment.add({1, 2});
  moment.add({3, -1});
  // (1 * 0.5 + 2 * 2)^2 + (3 * 0.5 - 1 * 2)^2
  EXPECT_EQ(getOutputError(moment, {0.5, 2}), 20.25 + 0.25);
}

TEST(AdaptiveRounding, LetsErrorsCancel) {
  // Equal inputs: the sum counts, 0.4 + 0.4 + 0.4 + 7.
  InputMoment moment(4);
  moment.add({1, 1, 1, 1});
  QuantizedWeights quantized =
      quantizeWeights({0.4f, 0.4f, 0.4f, 7}, {}, {1, 4}, 7, 1);
  EXPECT_THAT(quantized.integers, ElementsAre(0, 0, 0, 7));
  roundAdaptively({0.4f, 0.4f, 0.4f, 7}, {1, 4}, {moment}, 7, quantized);
  EXPECT_EQ(
      quantized.integers[0] + quantized.integers[1] + quantized.integers[2], 1);
  EXPECT_EQ(quantized.integers[3], 7);
}

TEST(AdaptiveRounding, LeavesWhatNoInputReaches) {
  InputMoment moment(2);
  QuantizedWeights quantized{{3, -2}, {0.3f}};
  roundAdaptively({1, -0.5}, {1, 2}, {moment}, 7, quantized);
  EXPECT_THAT(quantized.integers, ElementsAre(3, -2));
}

/// The squared error of all outputs.
double getError(const std::vector<float> &weights, const WeightLayout &layout,
                const std::vector<InputMoment> &moments,
                const QuantizedWeights &quantized) {
  double sum = 0;
  for (int64_t channel = 0; channel < layout.channels; ++channel) {
    std::vector<float> errors;
    for (int64_t i = 0; i < layout.size; ++i) {
      int64_t position = layout.getPosition(channel, i);
      errors.push_back(weights[position] - quantized.integers[position] *
                                               quantized.scales[channel]);
    }
    sum += getOutputError(moments[channel / (layout.channels / layout.groups)],
                          errors);
  }
  return sum;
}

TEST(AdaptiveRounding, HasLessErrorThanTheNearestIntegers) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  // Dense, grouped, depthwise, and with the channels last.
  for (WeightLayout layout :
       {WeightLayout{8, 36, true, 9, 1}, WeightLayout{8, 18, true, 9, 4},
        WeightLayout{16, 9, true, 9, 16}, WeightLayout{10, 40, false, 1, 1}}) {
    for (int64_t largest : {7, 127}) {
      std::vector<InputMoment> moments(layout.groups, InputMoment(layout.size));
      for (InputMoment &moment : moments)
        for (int sample = 0; sample < 50; ++sample) {
          // Neighbours are alike, as in pictures.
          float common = normal(random);
          std::vector<float> x;
          for (int64_t i = 0; i < layout.size; ++i)
            x.push_back(std::max(0.0f, common + 0.5f * normal(random)));
          moment.add(x);
        }
      std::vector<float> weights;
      for (int64_t i = 0; i < layout.channels * layout.size; ++i)
        weights.push_back(normal(random));
      QuantizedWeights quantized =
          quantizeWeights(weights, {}, layout, largest, 1);
      double before = getError(weights, layout, moments, quantized);
      roundAdaptively(weights, layout, moments, largest, quantized);
      EXPECT_LT(getError(weights, layout, moments, quantized), before / 2);
      for (int8_t integer : quantized.integers)
        EXPECT_LE(std::abs(integer), largest);
    }
  }
}

} // namespace
