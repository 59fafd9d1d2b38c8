//===- RunnerAccuracyTest.cpp - How often a classifier is right -----------===//

#include "cnnc/Runner/Accuracy.h"
#include "cnnc/Runner/Benchmark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace mlir::cnn;

namespace {

TEST(RunnerAccuracy, RanksFromHighToLow) {
  EXPECT_EQ(getRank({1, 5, 3}, 1), 0);
  EXPECT_EQ(getRank({1, 5, 3}, 0), 2);
  // Of equal scores the first comes first.
  EXPECT_EQ(getRank({4, 4}, 0), 0);
  EXPECT_EQ(getRank({4, 4}, 1), 1);
}

TEST(RunnerAccuracy, RanksNaNLast) {
  EXPECT_EQ(getRank({std::nan(""), 1, 2}, 0), 3);
  EXPECT_EQ(getRank({std::nan(""), 1, 2}, 2), 0);
}

TEST(RunnerBenchmark, TakesTheMiddleForTheMedian) {
  EXPECT_EQ(getMedian({9, 1, 2}), 2);
  EXPECT_EQ(getMedian({9, 1, 2, 4}), 3);
}

} // namespace
