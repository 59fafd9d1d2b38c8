//===- RunnerCompareTest.cpp - How far two tensors are apart --------------===//

#include "cnnc/Runner/Compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

using namespace mlir::cnn;
using testing::HasSubstr;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();

/// Compares two scalars, a tenth apart at most and a hundredth of the expected.
Comparison compareScalars(float actual, float expected) {
  Tolerance tolerance;
  tolerance.absolute = 0.1;
  tolerance.relative = 0.01;
  return compare(Tensor::fromFloats({}, {actual}),
                 Tensor::fromFloats({}, {expected}), tolerance);
}

TEST(RunnerCompare, AllowsTheSumOfBothTolerances) {
  // 0.1 + 0.01 * 100 = 1.1
  EXPECT_TRUE(compareScalars(101, 100).isClose());
  EXPECT_FALSE(compareScalars(101.2f, 100).isClose());
  EXPECT_TRUE(compareScalars(0.05f, 0).isClose());
  EXPECT_FALSE(compareScalars(0.2f, 0).isClose());
}

TEST(RunnerCompare, NamesTheWorstElement) {
  Comparison result = compare(Tensor::fromFloats({2, 2}, {1, 2, 3, 9}),
                              Tensor::fromFloats({2, 2}, {1, 3, 3, 4}), {});
  EXPECT_EQ(result.differences, 2);
  EXPECT_EQ(result.maxAbsoluteError, 5);
  EXPECT_EQ(result.maxRelativeError, 1.25);
  EXPECT_EQ(result.problem,
            "2 of 4 elements differ; at [1, 1] expected 4, got 9");
}

TEST(RunnerCompare, TakesNoRelativeErrorOfAlmostNothing) {
  EXPECT_EQ(compareScalars(0.05f, 1e-9f).maxRelativeError, 0);
}

TEST(RunnerCompare, ScalesToTheLargestNumberAboveTen) {
  auto scale = [](float largest) {
    return scaleToLargest({0.5, 0.1},
                          Tensor::fromFloats({3}, {1, -largest, infinity}));
  };
  EXPECT_EQ(scale(10).absolute, 0.1);
  EXPECT_EQ(scale(40).absolute, 0.4);
  EXPECT_EQ(scale(40).relative, 0.5);
  EXPECT_EQ(scaleToLargest({0, 0}, Tensor::fromFloats({1}, {40})).absolute, 0);
}

TEST(RunnerCompare, NeverAcceptsNaNForANumber) {
  EXPECT_FALSE(compareScalars(notANumber, 1).isClose());
  EXPECT_FALSE(compareScalars(1, notANumber).isClose());
  EXPECT_FALSE(compareScalars(notANumber, infinity).isClose());
  EXPECT_TRUE(compareScalars(notANumber, notANumber).isClose());
}

TEST(RunnerCompare, AcceptsOnlyTheSameInfinity) {
  EXPECT_TRUE(compareScalars(infinity, infinity).isClose());
  EXPECT_FALSE(compareScalars(-infinity, infinity).isClose());
  EXPECT_FALSE(compareScalars(1e30f, infinity).isClose());
  EXPECT_FALSE(compareScalars(infinity, 1e30f).isClose());
}

TEST(RunnerCompare, WantsTheSameTypeAndShape) {
  Tensor column(ElementType::Float32, {2, 1});
  EXPECT_EQ(compare(Tensor(ElementType::Float32, {2}), column, {}).problem,
            "expected 2x1xfloat32, got 2xfloat32");
  EXPECT_EQ(compare(column.convertTo(ElementType::Int8), column, {}).problem,
            "expected 2x1xfloat32, got 2x1xint8");
}

} // namespace
