//===- InterpreterSamplingTest.cpp - Samples of images, by hand -----------===//

#include "Interpret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::test;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

//===----------------------------------------------------------------------===//
// Resize
//===----------------------------------------------------------------------===//

std::vector<double> halve(StringRef attributes) {
  return evaluate(("cnn.resize <linear> %x to [1, 2] scales [1.0, 0.5] "
                   "coordinates <half_pixel> " +
                   attributes + " : tensor<1x4xf32>")
                      .str(),
                  "tensor<1x2xf32>", {count({1, 4})});
}

TEST(Resize, SkipsElementsWithoutAntialias) {
  EXPECT_THAT(halve(""), ElementsAre(0.5, 2.5));
}

// At 0.5 and 2.5 a filter of twice the width has the weights 1/4, 3/4, 3/4, 1/4
// of 2.
TEST(Resize, StretchesTheFilterToSmooth) {
  EXPECT_THAT(halve("antialias"), ElementsAre(0.625, 2.375));
}

// The first element has no left neighbour: (0 * 3 + 1 * 3 + 2 * 1) / 7.
TEST(Resize, LeavesOutWhatIsOutside) {
  EXPECT_FLOAT_EQ(halve("excludeOutside antialias")[0], 5.0f / 7);
}

// From 1/3 to 1 of the last position: 1, 2, 3.
TEST(Resize, ReadsARegion) {
  EXPECT_THAT(
      evaluate("cnn.resize <linear> %x to [3] scales [0.75] coordinates "
               "<tf_crop_and_resize> roi [0.33333333333333333, 1.0] : "
               "tensor<4xf32>",
               "tensor<3xf32>", {count({4})}),
      ElementsAre(1, 2, 3));
}

// Whatever the scale, the last element is the last.
TEST(Resize, AlignsCorners) {
  EXPECT_THAT(evaluate("cnn.resize <linear> %x to [2] scales [0.6] "
                       "coordinates <align_corners> : tensor<4xf32>",
                       "tensor<2xf32>", {count({4})}),
              ElementsAre(0, 3));
}

// 3.5 / 0.7 - 0.5 is 4.5 in float32, where 0.7 is a little less than 0.7.
TEST(Resize, RoundsCoordinatesOfFloat32) {
  EXPECT_EQ(evaluate("cnn.resize <nearest> %x to [4] scales "
                     "[0.69999998807907104] coordinates <half_pixel> : "
                     "tensor<6xf32>",
                     "tensor<4xf32>", {count({6})})[3],
            4);
}

TEST(Resize, MovesLargeIntegersExactly) {
  Tensor large(ElementType::Int64, {2});
  large.get<int64_t>()[1] = (int64_t(1) << 60) + 1;
  Network network(R"(
    func.func @f(%x: tensor<2xi64>) -> tensor<4xi64> {
      %y = cnn.resize <nearest> %x to [4] scales [2.0]
        coordinates <asymmetric> rounding <floor> : tensor<2xi64>
      return %y : tensor<4xi64>
    })");
  auto results = network.run({large});
  ASSERT_TRUE(static_cast<bool>(results));
  EXPECT_EQ(results->front().get<int64_t>()[3], (int64_t(1) << 60) + 1);
}

TEST(Pad, WrapsRoundMoreThanOnce) {
  EXPECT_THAT(evaluate("cnn.pad <wrap> %x low [2] high [4] : tensor<3xf32>",
                       "tensor<9xf32>", {count({3})}),
              ElementsAre(1, 2, 0, 1, 2, 0, 1, 2, 0));
}

//===----------------------------------------------------------------------===//
// Grid sample
//===----------------------------------------------------------------------===//

/// One sample of the image 0 1 / 2 3.
double sample(StringRef mode, StringRef attributes, float x, float y) {
  Tensor grid = Tensor::fromFloats({1, 1, 1, 2}, {x, y});
  return evaluate(("cnn.grid_sample <" + mode + "> %x, %y padding " +
                   attributes + " : tensor<1x1x2x2xf32>, tensor<1x1x1x2xf32>")
                      .str(),
                  "tensor<1x1x1x1xf32>", {count({1, 1, 2, 2}), grid})
      .front();
}

TEST(GridSample, InterpolatesBetweenElements) {
  EXPECT_EQ(sample("linear", "<zeros>", 0, 0), 1.5);
  // A quarter of the way to the right.
  EXPECT_EQ(sample("linear", "<border>", -0.25, -0.5), 0.25);
}

// x = (1.6 * 2 - 1) / 2 = 1.1 and y = -0.1.
TEST(GridSample, RoundsToTheNearest) {
  EXPECT_EQ(sample("nearest", "<zeros>", 0.6f, -0.6f), 1);
}

// The corner is at 1.5, 1.5: three of its four neighbours are outside.
TEST(GridSample, PadsInThreeWays) {
  EXPECT_EQ(sample("linear", "<zeros>", 1, 1), 0.75);
  EXPECT_EQ(sample("linear", "<border>", 1, 1), 3);
  EXPECT_EQ(sample("linear", "<reflection>", 1, 1), 3);
  EXPECT_EQ(sample("linear", "<zeros>", 100, 1), 0);
}

TEST(GridSample, AlignsCorners) {
  EXPECT_EQ(sample("linear", "<zeros> alignCorners", 1, 1), 3);
  // A position of 1.5 is reflected to 0.5.
  EXPECT_EQ(sample("linear", "<reflection> alignCorners", 2, -1), 0.5);
}

TEST(GridSample, IsZeroAtNoNumber) {
  EXPECT_EQ(sample("linear", "<zeros>", NAN, 0), 0);
}

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

std::vector<double> align(StringRef mode, ArrayRef<float> roi,
                          int64_t image = 0) {
  Tensor index(ElementType::Int64, {1});
  index.get<int64_t>()[0] = image;
  return evaluate(
      ("cnn.roi_align <" + mode +
       "> %x, %y, %z size [1, 1] samples 2 : "
       "tensor<1x1x2x2xf32>, tensor<1x4xf32>, tensor<1xi64>")
          .str(),
      "tensor<1x1x1x1xf32>",
      {count({1, 1, 2, 2}), Tensor::fromFloats({1, 4}, roi), index});
}

// Samples at 0.5 and 1.5, which is moved to 1: 1.5, 2, 2.5 and 3.
TEST(RoiAlign, AveragesSamples) {
  EXPECT_THAT(align("avg", {0, 0, 2, 2}), ElementsAre(2.25));
}

TEST(RoiAlign, TakesTheLargestWeightedElement) {
  EXPECT_THAT(align("max", {0, 0, 2, 2}), ElementsAre(3));
}

TEST(RoiAlign, IsZeroFarOutside) {
  EXPECT_THAT(align("avg", {10, 10, 12, 12}), ElementsAre(0));
}

/// 0 to 8 in three rows.
std::vector<double> poolRegion(StringRef size, StringRef result,
                               ArrayRef<float> roi) {
  return evaluate(("cnn.max_roi_pool %x, %y size " + size +
                   " : tensor<1x1x3x3xf32>, tensor<1x5xf32>")
                      .str(),
                  result,
                  {count({1, 1, 3, 3}), Tensor::fromFloats({1, 5}, roi)});
}

TEST(MaxRoiPool, TakesTheMaximumOfARegion) {
  EXPECT_THAT(poolRegion("[1, 1]", "tensor<1x1x1x1xf32>", {0, 0, 0, 1, 1}),
              ElementsAre(4));
}

// Bins of 1.5 elements overlap: 0 to 2 and 1 to 3.
TEST(MaxRoiPool, RoundsBinsOutwards) {
  EXPECT_THAT(poolRegion("[2, 2]", "tensor<1x1x2x2xf32>", {0, 0, 0, 2, 2}),
              ElementsAre(4, 5, 7, 8));
}

TEST(MaxRoiPool, IsZeroOutside) {
  EXPECT_THAT(poolRegion("[1, 1]", "tensor<1x1x1x1xf32>", {0, 5, 5, 6, 6}),
              ElementsAre(0));
}

TEST(MaxRoiPool, RefusesRegionsOfNoImage) {
  Network network(R"(
    func.func @f(%x: tensor<1x1x3x3xf32>, %y: tensor<1x5xf32>)
        -> tensor<1x1x1x1xf32> {
      %z = cnn.max_roi_pool %x, %y size [1, 1]
        : tensor<1x1x3x3xf32>, tensor<1x5xf32>
      return %z : tensor<1x1x1x1xf32>
    })");
  auto results = network.run({count({1, 1, 3, 3}), count({1, 5}, 1)});
  ASSERT_FALSE(static_cast<bool>(results));
  EXPECT_THAT(llvm::toString(results.takeError()),
              HasSubstr("expects regions of image 0 to 0"));
}

} // namespace
