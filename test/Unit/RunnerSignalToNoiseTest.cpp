//===- RunnerSignalToNoiseTest.cpp - How much of a tensor is error --------===//

#include "cnnc/Runner/Accuracy.h"
#include "cnnc/Runner/SignalToNoise.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir::cnn;

namespace {

const double infinity = std::numeric_limits<double>::infinity();

TEST(RunnerSignalToNoise, AddsUpSquares) {
  SignalToNoise error;
  error.add({3}, {3});
  error.add({0, 4}, {0.5, 4});
  // 10 log10(25 / 0.25) = 20.
  EXPECT_DOUBLE_EQ(error.getDecibels(), 20);
  EXPECT_EQ(error.getMaxError(), 0.5);
  EXPECT_DOUBLE_EQ(error.getCosine(), 25 / (5 * std::sqrt(25.25)));
}

TEST(RunnerSignalToNoise, IsInfiniteWithoutAnError) {
  SignalToNoise error;
  error.add({1, NAN, infinity, 0}, {1, NAN, infinity, 0});
  EXPECT_EQ(error.getDecibels(), infinity);
  EXPECT_EQ(error.getMaxError(), 0);
  EXPECT_EQ(error.getCosine(), 1);
}

TEST(RunnerSignalToNoise, TakesWhatIsNoNumberForAnError) {
  for (double wrong : {double(NAN), infinity, -infinity}) {
    SignalToNoise error;
    error.add({1, 2}, {1, wrong});
    EXPECT_EQ(error.getDecibels(), -infinity);
    EXPECT_EQ(error.getMaxError(), infinity);
  }
}

TEST(RunnerSignalToNoise, KnowsZeros) {
  SignalToNoise error;
  error.add({0, 0}, {0, 1});
  EXPECT_EQ(error.getDecibels(), -infinity);
  EXPECT_EQ(error.getCosine(), 0);
}

TEST(RunnerAccuracy, FindsTheBest) {
  EXPECT_EQ(getBest({1, 5, 5}), 1);
  EXPECT_EQ(getBest({NAN, -2}), 1);
  EXPECT_EQ(getBest({NAN}), -1);
}

} // namespace
