//===- QuantizationRangesTest.cpp - Which numbers integers stand for ------===//

#include "cnnc/Quantization/Options.h"
#include "cnnc/Quantization/Ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace mlir::cnn;
using testing::HasSubstr;

namespace {

constexpr NumberFormat uint8{0, 255, false}, int8{-128, 127, true};

/// 100000 numbers of a normal distribution, and `outlier`.
std::vector<float> makeNormal(float outlier) {
  std::mt19937 engine;
  std::vector<float> values;
  for (int i = 0; i < 100000; ++i) {
    // The sum of 12 uniform numbers.
    double sum = -6;
    for (int j = 0; j < 12; ++j)
      sum += engine() / 4294967296.0;
    values.push_back(static_cast<float>(sum));
  }
  values.push_back(outlier);
  return values;
}

NumberRange getRange(llvm::ArrayRef<float> values, RangeMethod method,
                     const NumberFormat &format = uint8) {
  Observer observer;
  EXPECT_TRUE(observer.add(values, 0.9));
  RangeOptions options;
  options.method = method;
  return observer.getRange(format, options);
}

TEST(QuantizationParameters, CoverTheRangeAndZero) {
  // 255 steps of 0.5 from -10 on.
  QuantizationParameters parameters = getParameters({-10, 117.5}, uint8);
  EXPECT_EQ(parameters.scale, 0.5f);
  EXPECT_EQ(parameters.zeroPoint, 20);
  // A range without 0 is extended to it.
  EXPECT_EQ(getParameters({100, 127.5}, uint8).scale, 0.5f);
  EXPECT_EQ(getParameters({100, 127.5}, uint8).zeroPoint, 0);
  EXPECT_EQ(getParameters({-127.5, -100}, uint8).zeroPoint, 255);
}

TEST(QuantizationParameters, AreSymmetricWithoutZeroPoint) {
  QuantizationParameters parameters = getParameters({-1, 254}, int8);
  EXPECT_EQ(parameters.scale, 2.0f);
  EXPECT_EQ(parameters.zeroPoint, 0);
}

TEST(QuantizationParameters, OfZerosHaveTheScaleOne) {
  EXPECT_EQ(getParameters({0, 0}, uint8).scale, 1.0f);
  EXPECT_EQ(getParameters({0, 0}, int8).scale, 1.0f);
  // No scale is subnormal, or 0.
  EXPECT_GE(getParameters({0, 1e-43}, uint8).scale, 1e-38f);
}

TEST(Histogram, DoesNotDependOnTheOrder) {
  std::vector<float> values = makeNormal(40);
  Histogram forward, backward;
  for (float value : values)
    forward.add(value);
  std::reverse(values.begin(), values.end());
  backward.add(values);
  EXPECT_EQ(forward.getWidth(), backward.getWidth());
  EXPECT_EQ(forward.getCounts(), backward.getCounts());
  EXPECT_EQ(forward.getTotal(), 100001);
}

TEST(Histogram, CountsWhereNumbersAre) {
  Histogram histogram;
  histogram.add({-1, 0, 0, 3});
  // From -4 to 4 on each side.
  EXPECT_EQ(histogram.getWidth(), 4.0 / Histogram::binsPerSide);
  int64_t half = Histogram::binsPerSide;
  EXPECT_EQ(histogram.getCounts()[half - half / 4], 1);
  EXPECT_EQ(histogram.getCounts()[half + 3 * half / 4], 1);
  EXPECT_EQ(histogram.getCounts()[half], 0);
  EXPECT_EQ(histogram.getTotal(), 4);
}

TEST(Observer, RefusesWhatIsNoNumber) {
  Observer observer;
  EXPECT_FALSE(observer.add({1, std::nanf("")}, 0.9));
  EXPECT_FALSE(observer.add({1, HUGE_VALF}, 0.9));
}

TEST(Observer, TakesExtremesOrTheirAverage) {
  Observer observer;
  observer.add({-1, 10}, 0.75);
  observer.add({-5, 2}, 0.75);
  NumberRange range = observer.getRange(uint8, {RangeMethod::MinMax});
  EXPECT_EQ(range.low, -5);
  EXPECT_EQ(range.high, 10);
  // 0.75 * 10 + 0.25 * 2 = 8 and 0.75 * -1 + 0.25 * -5 = -2
  range = observer.getRange(uint8, {RangeMethod::MovingAverage});
  EXPECT_EQ(range.low, -2);
  EXPECT_EQ(range.high, 8);
}

TEST(Observer, CutsOutliers) {
  std::vector<float> values = makeNormal(40);
  for (RangeMethod method : {RangeMethod::Percentile, RangeMethod::Entropy}) {
    NumberRange range = getRange(values, method);
    EXPECT_LT(range.high, 10) << static_cast<int>(method);
    EXPECT_GT(range.high, 2) << static_cast<int>(method);
    EXPECT_LT(range.low, -2) << static_cast<int>(method);
    EXPECT_GT(range.low, -10) << static_cast<int>(method);
  }
  EXPECT_EQ(getRange(values, RangeMethod::MinMax).high, 40);
  // Cut by 5 the outlier costs 25, and 100001 steps of 45 / 255 instead of
  // 50 / 255 save 60; a larger cut costs more than it saves.
  EXPECT_EQ(getRange(values, RangeMethod::MeanSquaredError).high, 35);
}

TEST(Observer, KeepsUniformNumbers) {
  std::vector<float> values;
  for (int i = 1; i <= 10000; ++i)
    values.push_back(static_cast<float>(i) / 1000);
  for (RangeMethod method : {RangeMethod::Percentile, RangeMethod::Entropy,
                             RangeMethod::MeanSquaredError}) {
    NumberRange range = getRange(values, method);
    EXPECT_NEAR(range.high, 10, 0.3) << static_cast<int>(method);
    EXPECT_EQ(range.low, 0);
  }
}

TEST(Observer, OfZerosHasAnEmptyRange) {
  std::vector<float> zeros(10, 0.0f);
  for (RangeMethod method : {RangeMethod::MinMax, RangeMethod::MovingAverage,
                             RangeMethod::Percentile, RangeMethod::Entropy,
                             RangeMethod::MeanSquaredError}) {
    NumberRange range = getRange(zeros, method, int8);
    EXPECT_EQ(range.low, 0);
    EXPECT_EQ(range.high, 0);
  }
}

TEST(QuantizationOptions, AreReadFromText) {
  QuantizationOptions options;
  llvm::cantFail(parseQuantization(
      "activations=int8,weights=int4,range=percentile,percentile=99.5,first="
      "float,keep=a,keep=b,bias-correction=on,engine=reference,rounding="
      "adaptive,max-drop=1.5",
      options));
  EXPECT_EQ(options.activations, ActivationType::Int8);
  EXPECT_EQ(options.weightBits, 4);
  EXPECT_EQ(options.range.method, RangeMethod::Percentile);
  EXPECT_EQ(options.range.percentile, 99.5);
  EXPECT_TRUE(options.firstInFloat && !options.lastInFloat);
  EXPECT_THAT(options.keptInFloat, testing::ElementsAre("a", "b"));
  EXPECT_TRUE(options.correctBias && options.calibration.useReference);
  EXPECT_TRUE(options.roundsAdaptively);
  EXPECT_EQ(options.maxDrop, 1.5);
}

} // namespace
