//===- ReferenceTest.cpp - The value of every op --------------------------===//
//
// Small numbers that can be checked by head, one case per rule of an op; the
// conformance tests compare with ONNX at large.
//
//===----------------------------------------------------------------------===//

#include "Interpret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::test;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::Pointwise;

namespace {

Tensor floats(ArrayRef<int64_t> shape, std::vector<float> values) {
  return Tensor::fromFloats(shape, values);
}

Tensor integers(std::vector<float> values) {
  int64_t size = values.size();
  return floats({size}, std::move(values)).convertTo(ElementType::Int64);
}

TEST(Reference, ConvAddsBiasResidualAndActivation) {
  // 0*1 + 1*2 = 2, 1*1 + 2*2 = 5; minus 4 and plus residuals 1, 10.
  EXPECT_THAT(
      evaluate("cnn.conv %x, %y bias %z : tensor<1xf32> residual %u : "
               "tensor<1x1x2xf32> activation <relu> : tensor<1x1x3xf32>, "
               "tensor<1x1x2xf32>",
               "tensor<1x1x2xf32>",
               {count({1, 1, 3}), floats({1, 1, 2}, {1, 2}), floats({1}, {-4}),
                floats({1, 1, 2}, {1, 10})}),
      ElementsAre(0, 11));
}

TEST(Reference, ConvStridesDilatesAndPads) {
  // Taps 1 and 10, two apart, at -1, 1, 3: 10 * x[1], x[1] + 10 * x[3], x[3].
  EXPECT_THAT(
      evaluate("cnn.conv %x, %y strides [2] pads [1, 2] dilations [2] : "
               "tensor<1x1x4xf32>, tensor<1x1x2xf32>",
               "tensor<1x1x3xf32>",
               {count({1, 1, 4}, 1), floats({1, 1, 2}, {1, 10})}),
      ElementsAre(20, 42, 4));
}

TEST(Reference, ConvKeepsGroupsApart) {
  // Channels (0, 1) and (2, 3) of one pixel; filters of ones and of 2.
  EXPECT_THAT(
      evaluate("cnn.conv %x, %y groups 2 : tensor<1x4x1x1xf32>, "
               "tensor<2x2x1x1xf32>",
               "tensor<1x2x1x1xf32>",
               {count({1, 4, 1, 1}), floats({2, 2, 1, 1}, {1, 1, 2, 2})}),
      ElementsAre(1, 10));
}

TEST(Reference, ConvKnowsThreeDimensions) {
  EXPECT_THAT(
      evaluate("cnn.conv %x, %y : tensor<1x1x2x2x2xf32>, "
               "tensor<1x1x2x1x2xf32>",
               "tensor<1x1x1x2x1xf32>",
               {count({1, 1, 2, 2, 2}), floats({1, 1, 2, 1, 2}, {1, 0, 0, 1})}),
      ElementsAre(0 + 5, 2 + 7));
}

TEST(Reference, ConvTransposeScatters) {
  // 1 * (1, 10) at 0 and 2 * (1, 10) at 2, and one element of output pad.
  EXPECT_THAT(evaluate("cnn.conv_transpose %x, %y strides [2] outputPads [1] : "
                       "tensor<1x1x2xf32>, tensor<1x1x2xf32>",
                       "tensor<1x1x5xf32>",
                       {count({1, 1, 2}, 1), floats({1, 1, 2}, {1, 10})}),
              ElementsAre(1, 10, 2, 20, 0));
}

TEST(Reference, ConvTransposeCropsByPadsAndKeepsGroupsApart) {
  EXPECT_THAT(evaluate("cnn.conv_transpose %x, %y bias %z : tensor<2xf32> "
                       "pads [1, 0] groups 2 : tensor<1x2x1xf32>, "
                       "tensor<2x1x2xf32>",
                       "tensor<1x2x1xf32>",
                       {count({1, 2, 1}, 1), floats({2, 1, 2}, {1, 2, 3, 4}),
                        floats({2}, {100, 200})}),
              ElementsAre(102, 208));
}

/// Winograd's algorithm agrees with convolution on an image that tiles of
/// `tile` do not divide.
void expectWinogradIsConv(std::vector<int64_t> tile,
                          std::vector<int64_t> taps) {
  auto text = [](ArrayRef<int64_t> values, const char *separator) {
    return std::to_string(values[0]) + separator + std::to_string(values[1]);
  };
  Tensor x = getRandom({2, 3, 11, 13}, 1),
         residual = getRandom({2, 4, 11, 13}, 2);
  Tensor filter = getRandom({4, 3, taps[0], taps[1]}, 3);
  Tensor bias = getRandom({4}, 4);
  std::vector<int64_t> low = {taps[0] / 2, taps[1] / 2};
  std::vector<int64_t> high = {taps[0] - 1 - low[0], taps[1] - 1 - low[1]};
  std::string operands = " bias %z : tensor<4xf32> residual %u : "
                         "tensor<2x4x11x13xf32> ";
  std::string pads = " pads [" + text(low, ", ") + ", " + text(high, ", ") +
                     "] activation <relu> : tensor<2x3x11x13xf32>, ";
  std::string result = "tensor<2x4x11x13xf32>";
  EXPECT_THAT(evaluate("cnn.winograd_conv %x, %y" + operands + "tile [" +
                           text(tile, ", ") + "]" + pads + "tensor<4x3x" +
                           text(taps, "x") + "xf32>",
                       result, {x, filter, bias, residual}),
              Pointwise(DoubleNear(2e-5),
                        evaluate("cnn.conv %x, %y" + operands + pads +
                                     "tensor<4x3x" + text(taps, "x") + "xf32>",
                                 result, {x, filter, bias, residual})));
}

TEST(Reference, WinogradConvIsConv) {
  expectWinogradIsConv({2, 2}, {3, 3});
  expectWinogradIsConv({4, 4}, {3, 3});
  expectWinogradIsConv({6, 6}, {3, 3});
  expectWinogradIsConv({2, 4}, {5, 3});
  expectWinogradIsConv({1, 4}, {1, 7});
  expectWinogradIsConv({4, 1}, {7, 1});
}

TEST(Reference, MatmulBroadcastsBatches) {
  // (0 1) and (2 3) times the columns (0 2)^T, (1 3)^T.
  EXPECT_THAT(evaluate("cnn.matmul %x, %y : tensor<2x1x2xf32>, tensor<2x2xf32>",
                       "tensor<2x1x2xf32>", {count({2, 1, 2}), count({2, 2})}),
              ElementsAre(2, 3, 6, 11));
  EXPECT_THAT(evaluate("cnn.matmul %x, %y : tensor<2xf32>, tensor<3x2x1xf32>",
                       "tensor<3x1xf32>", {count({2}), count({3, 2, 1})}),
              ElementsAre(1, 3, 5));
  EXPECT_THAT(evaluate("cnn.matmul %x, %y : tensor<3xf32>, tensor<3xf32>",
                       "tensor<f32>", {count({3}), count({3})}),
              ElementsAre(5));
}

TEST(Reference, GemmTransposesAndScales) {
  // x^T = (0, 1), y^T = columns (0 1) -> 1, (2 3) -> 3; half of it plus twice
  // the bias.
  EXPECT_THAT(evaluate("cnn.gemm %x, %y bias %z : tensor<2xf32> transposeLhs "
                       "transposeRhs alpha 0.5 beta 2.0 : tensor<2x1xf32>, "
                       "tensor<2x2xf32>",
                       "tensor<1x2xf32>",
                       {count({2, 1}), count({2, 2}), floats({2}, {1, -3})}),
              ElementsAre(2.5, -4.5));
  EXPECT_THAT(evaluate("cnn.gemm %x, %y bias %z : tensor<2x1xf32> activation "
                       "<relu> : tensor<2x1xf32>, tensor<1x2xf32>",
                       "tensor<2x2xf32>",
                       {count({2, 1}), count({1, 2}), floats({2, 1}, {-1, 1})}),
              ElementsAre(0, 0, 1, 2));
}

TEST(Reference, Norms) {
  // (x - 1) / sqrt(3 + 1) * 4 + 10
  EXPECT_THAT(evaluate("cnn.batch_norm %x, %y, %z, %u, %v epsilon 1.0 : "
                       "tensor<1x1x2xf32>, tensor<1xf32>",
                       "tensor<1x1x2xf32>",
                       {floats({1, 1, 2}, {1, 3}), floats({1}, {4}),
                        floats({1}, {10}), floats({1}, {1}), floats({1}, {3})}),
              ElementsAre(10, 14));
  // Mean 2, variance 1, epsilon 3.
  EXPECT_THAT(evaluate("cnn.instance_norm %x, %y, %z epsilon 3.0 : "
                       "tensor<1x1x2xf32>, tensor<1xf32>",
                       "tensor<1x1x2xf32>",
                       {floats({1, 1, 2}, {1, 3}), floats({1}, {2}),
                        floats({1}, {10})}),
              ElementsAre(9, 11));
  EXPECT_THAT(evaluate("cnn.layer_norm %x, %y shift %z : tensor<2xf32> axis 1 "
                       "epsilon 3.0 : tensor<2x2xf32>, tensor<2xf32>",
                       "tensor<2x2xf32>",
                       {floats({2, 2}, {1, 3, 5, 3}), floats({2}, {2, 4}),
                        floats({2}, {0, 10})}),
              ElementsAre(-1, 12, 1, 8));
}

TEST(Reference, LRNReachesFurtherUpForAnEvenSize) {
  // Size 2 sums the squares of channels c and c + 1: 1 + 4, 4 + 9, 9.
  EXPECT_THAT(evaluate("cnn.lrn %x size 2 alpha 2.0 beta 1.0 bias 1.0 : "
                       "tensor<1x3xf32>",
                       "tensor<1x3xf32>", {count({1, 3}, 1)}),
              Pointwise(DoubleNear(1e-6), {1. / 6, 2. / 14, 3. / 10}));
}

TEST(Reference, SoftmaxDoesNotOverflow) {
  Tensor x = floats({2, 2}, {1000, 1000, 0, 1000});
  EXPECT_THAT(evaluate("cnn.softmax %x axis 1 : tensor<2x2xf32>",
                       "tensor<2x2xf32>", {x}),
              ElementsAre(0.5, 0.5, 0, 1));
  EXPECT_THAT(evaluate("cnn.softmax %x axis 0 log : tensor<2x2xf32>",
                       "tensor<2x2xf32>", {x}),
              Pointwise(DoubleNear(1e-6),
                        {0.0, -std::log(2.0), -1000.0, -std::log(2.0)}));
}

TEST(Reference, PoolsLeaveOutWhatIsOutside) {
  Tensor x = floats({1, 1, 4}, {-1, -2, -3, -4});
  std::string window = " kernel [3] strides [2] pads [1, 1] ceil ";
  std::string types = ": tensor<1x1x4xf32>";
  // Windows at -1, 1 and 3: (-1 -2), (-2 -3 -4), (-4).
  EXPECT_THAT(
      evaluate("cnn.max_pool %x" + window + types, "tensor<1x1x3xf32>", {x}),
      ElementsAre(-1, -2, -4));
  EXPECT_THAT(
      evaluate("cnn.avg_pool %x" + window + types, "tensor<1x1x3xf32>", {x}),
      ElementsAre(-1.5, -3, -4));
  // The last window has one element of padding; what is beyond does not count.
  EXPECT_THAT(evaluate("cnn.avg_pool %x" + window + "includePad " + types,
                       "tensor<1x1x3xf32>", {x}),
              ElementsAre(-1, -3, -2));
}

TEST(Reference, MaxPoolDilatesAndKeepsNaN) {
  EXPECT_THAT(evaluate("cnn.max_pool %x kernel [2] dilations [2] : "
                       "tensor<1x1x4xf32>",
                       "tensor<1x1x2xf32>", {floats({1, 1, 4}, {1, 9, 3, 4})}),
              ElementsAre(3, 9));
  EXPECT_THAT(evaluate("cnn.max_pool %x kernel [3] : tensor<1x1x3xf32>",
                       "tensor<1x1x1xf32>",
                       {floats({1, 1, 3}, {1, std::nanf(""), 3})}),
              ElementsAre(testing::IsNan()));
}

TEST(Reference, ReducesFloatsAndIntegers) {
  Tensor x = floats({2, 2}, {1, 2, 3, 6});
  auto reduce = [&](StringRef kind, const Tensor &input) {
    std::string element =
        input.getType() == ElementType::Float32 ? "f32" : "i64";
    return evaluate(
        ("cnn.reduce <" + kind + "> %x axes [0] : tensor<2x2x").str() +
            element + ">",
        "tensor<2x" + element + ">", {input});
  };
  EXPECT_THAT(reduce("sum", x), ElementsAre(4, 8));
  EXPECT_THAT(reduce("mean", x), ElementsAre(2, 4));
  EXPECT_THAT(reduce("prod", x), ElementsAre(3, 12));
  EXPECT_THAT(reduce("min", x), ElementsAre(1, 2));
  EXPECT_THAT(reduce("max", x), ElementsAre(3, 6));
  Tensor odd = floats({2, 2}, {1, -2, 2, -5}).convertTo(ElementType::Int64);
  EXPECT_THAT(reduce("mean", odd), ElementsAre(1, -3));
  EXPECT_THAT(reduce("max", odd), ElementsAre(2, -2));
}

TEST(Reference, BinaryBroadcastsBothOperands) {
  EXPECT_THAT(
      evaluate("cnn.binary <sub> %x, %y : tensor<2x1xf32>, tensor<3xf32>",
               "tensor<2x3xf32>", {count({2, 1}, 10), count({3})}),
      ElementsAre(10, 9, 8, 11, 10, 9));
}

TEST(Reference, BinaryIsExactOnIntegers) {
  Tensor large(ElementType::Int64, {1});
  large.get<int64_t>()[0] = (int64_t(1) << 53) + 1;
  auto binary = [&](StringRef kind, const Tensor &lhs, const Tensor &rhs) {
    return evaluate(
        ("cnn.binary <" + kind + "> %x, %y : tensor<1xi64>, tensor<1xi64>")
            .str(),
        "tensor<1xi64>", {lhs, rhs});
  };
  // 2^53 + 1 is no double, 2^53 + 2 is.
  EXPECT_THAT(binary("add", large, integers({1})),
              ElementsAre(9007199254740994.0));
  EXPECT_THAT(binary("div", integers({-7}), integers({2})), ElementsAre(-3));
  EXPECT_THAT(binary("div", integers({7}), integers({0})), ElementsAre(0));
  EXPECT_THAT(binary("pow", integers({-3}), integers({3})), ElementsAre(-27));
  EXPECT_THAT(binary("prelu", integers({-3}), integers({2})), ElementsAre(-6));
}

TEST(Reference, CastTruncates) {
  EXPECT_THAT(evaluate("cnn.cast %x to i32 : tensor<2xf32>", "tensor<2xi32>",
                       {floats({2}, {1.9f, -1.9f})}),
              ElementsAre(1, -1));
}

TEST(Reference, ConcatTakesTurns) {
  EXPECT_THAT(evaluate("cnn.concat %x, %y axis 1 : tensor<2x1xf32>, "
                       "tensor<2x2xf32>",
                       "tensor<2x3xf32>", {count({2, 1}, 10), count({2, 2})}),
              ElementsAre(10, 0, 1, 11, 2, 3));
}

TEST(Reference, SliceWalksBackwards) {
  EXPECT_THAT(
      evaluate("cnn.slice %x starts [0, 3] sizes [2, 2] steps [1, -2] : "
               "tensor<2x4xf32>",
               "tensor<2x2xf32>", {count({2, 4})}),
      ElementsAre(3, 1, 7, 5));
}

TEST(Reference, PadsInEveryMode) {
  auto pad = [&](StringRef mode, StringRef sizes) {
    return evaluate(
        ("cnn.pad <" + mode + "> %x " + sizes + " : tensor<3xf32>").str(),
        "tensor<6xf32>", {count({3})});
  };
  EXPECT_THAT(pad("constant", "low [1] high [2] value 9.0"),
              ElementsAre(9, 0, 1, 2, 9, 9));
  EXPECT_THAT(pad("edge", "low [1] high [2]"), ElementsAre(0, 0, 1, 2, 2, 2));
  EXPECT_THAT(pad("reflect", "low [1] high [2]"),
              ElementsAre(1, 0, 1, 2, 1, 0));
  EXPECT_THAT(pad("constant", "low [-1] high [4]"),
              ElementsAre(1, 2, 0, 0, 0, 0));
}

TEST(Reference, MovesIntegersOfAnyWidth) {
  for (auto [type, name] : {std::pair(ElementType::Int8, "i8"),
                            {ElementType::UInt16, "ui16"},
                            {ElementType::Int32, "i32"},
                            {ElementType::Int64, "i64"}})
    EXPECT_THAT(evaluate(std::string("cnn.transpose %x permutation [1, 0] : "
                                     "tensor<2x3x") +
                             name + ">",
                         std::string("tensor<3x2x") + name + ">",
                         {count({2, 3}).convertTo(type)}),
                ElementsAre(0, 3, 1, 4, 2, 5));
}

TEST(Reference, ExpandRepeats) {
  EXPECT_THAT(evaluate("cnn.expand %x to [2, -1, 2] : tensor<2x1xf32>",
                       "tensor<2x2x2xf32>", {count({2, 1})}),
              ElementsAre(0, 0, 1, 1, 0, 0, 1, 1));
}

TEST(Reference, DepthToSpaceInBothOrders) {
  // Channels 0..7 of one pixel; C = 2 outputs of blocks of 2 x 2.
  auto move = [&](StringRef order) {
    return evaluate(
        ("cnn.depth_to_space <" + order + "> %x block 2 : tensor<1x8x1x1xf32>")
            .str(),
        "tensor<1x2x2x2xf32>", {count({1, 8, 1, 1})});
  };
  EXPECT_THAT(move("depth_column_row"), ElementsAre(0, 2, 4, 6, 1, 3, 5, 7));
  EXPECT_THAT(move("column_row_depth"), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(Reference, SpaceToDepthIsTheInverse) {
  Tensor x = count({1, 8, 2, 3});
  std::vector<double> space =
      evaluate("cnn.depth_to_space <depth_column_row> %x block 2 : "
               "tensor<1x8x2x3xf32>",
               "tensor<1x2x4x6xf32>", {x});
  Tensor image =
      floats({1, 2, 4, 6}, std::vector<float>(space.begin(), space.end()));
  EXPECT_THAT(evaluate("cnn.space_to_depth %x block 2 : tensor<1x2x4x6xf32>",
                       "tensor<1x8x2x3xf32>", {image}),
              ElementsAreArray(x.toDoubles()));
}

TEST(Reference, GatherCountsFromTheEnd) {
  EXPECT_THAT(evaluate("cnn.gather %x, %y axis 1 : tensor<2x3xf32>, "
                       "tensor<2xi64>",
                       "tensor<2x2xf32>", {count({2, 3}), integers({-1, 0})}),
              ElementsAre(2, 0, 5, 3));
}

std::vector<double> resize(StringRef mode, StringRef options, StringRef scale,
                           const Tensor &x, int64_t extent) {
  std::string in = "tensor<1x" + std::to_string(x.getShape()[1]) + "xf32>";
  std::string size = std::to_string(extent);
  return evaluate(("cnn.resize <" + mode + "> %x to [1, " + size +
                   "] scales [1.0, " + scale + "] coordinates " + options +
                   " : " + in)
                      .str(),
                  "tensor<1x" + size + "xf32>", {x});
}

TEST(Reference, ResizeNearestRounds) {
  Tensor x = count({1, 2});
  // y / 2 = 0, 0.5, 1, 1.5
  EXPECT_THAT(resize("nearest", "<asymmetric> rounding <floor>", "2.0", x, 4),
              ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(resize("nearest", "<asymmetric>", "2.0", x, 4),
              ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(resize("nearest", "<asymmetric> rounding <round_prefer_ceil>",
                     "2.0", x, 4),
              ElementsAre(0, 1, 1, 1));
}

TEST(Reference, ResizeLinearInterpolates) {
  Tensor x = floats({1, 2}, {0, 4});
  // Half pixels: -0.25 (clamped), 0.25, 0.75, 1.25 (clamped).
  EXPECT_THAT(resize("linear", "<half_pixel>", "2.0", x, 4),
              ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(resize("linear", "<align_corners>", "1.5", x, 3),
              ElementsAre(0, 2, 4));
  EXPECT_THAT(resize("linear", "<pytorch_half_pixel>", "0.5", x, 1),
              ElementsAre(0));
  // Two of 2 * 1.25 = 2.5 elements, centred: 1 * (1 - 2 / 2.5) + 0.4 - 0.5.
  EXPECT_THAT(resize("linear", "<half_pixel_symmetric>", "1.25",
                     floats({1, 2}, {0, 10}), 2),
              Pointwise(DoubleNear(1e-6), {1, 9}));
}

// Keys' kernel with a = -0.75 at distance 1/2: 0.59375 for the neighbours and
// -0.09375 for the next ones, which are clamped to them.
TEST(Reference, ResizeCubicUsesFourElements) {
  EXPECT_THAT(
      resize("cubic", "<align_corners>", "1.5", floats({1, 2}, {0, 8}), 3),
      ElementsAre(0, 4, 8));
  EXPECT_THAT(
      resize("cubic", "<asymmetric>", "2.0", floats({1, 4}, {0, 0, 32, 0}), 8),
      ElementsAre(0, -3, 0, 19, 32, 19, 0, -3));
}

} // namespace
