//===- InterpreterQuantizationTest.cpp - Values of quantized layers -------===//

#include "Interpret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::test;
using testing::ElementsAre;

namespace {

Tensor makeTensor(ElementType type, ArrayRef<int64_t> shape,
                  ArrayRef<float> values) {
  return Tensor::fromFloats(shape, values).convertTo(type);
}

Tensor makeFloat(float value) { return Tensor::fromFloats({}, {value}); }

TEST(Quantize, RoundsTiesToEvenThenAddsTheZeroPoint) {
  EXPECT_THAT(evaluate("cnn.quantize %x, %y, %z : tensor<5xf32>, tensor<f32>, "
                       "tensor<ui8>",
                       "tensor<5xui8>",
                       {Tensor::fromFloats({5}, {1, 3, 5, -5, 7}), makeFloat(2),
                        makeTensor(ElementType::UInt8, {}, {3})}),
              // 0.5, 1.5, 2.5, -2.5, 3.5
              ElementsAre(3, 5, 5, 1, 7));
}

TEST(Quantize, Saturates) {
  float infinity = std::numeric_limits<float>::infinity();
  EXPECT_THAT(
      evaluate("cnn.quantize %x, %y, %z : tensor<5xf32>, tensor<f32>, "
               "tensor<i8>",
               "tensor<5xi8>",
               {Tensor::fromFloats(
                    {5}, {200, -200, infinity, -infinity, std::nanf("")}),
                makeFloat(1), makeTensor(ElementType::Int8, {}, {-10})}),
      ElementsAre(127, -128, 127, -128, -128));
}

TEST(Dequantize, SubtractsTheZeroPointOfEachChannel) {
  EXPECT_THAT(
      evaluate("cnn.dequantize %x, %y zeroPoint %z : tensor<2x1xui8> "
               ": tensor<2x2xui8>, tensor<2x1xf32>",
               "tensor<2x2xf32>",
               {makeTensor(ElementType::UInt8, {2, 2}, {0, 255, 0, 255}),
                Tensor::fromFloats({2, 1}, {0.5, 2}),
                makeTensor(ElementType::UInt8, {2, 1}, {255, 1})}),
      ElementsAre(-127.5, 0, -2, 508));
}

TEST(Lookup, TakesTheNumbersOfEachChannel) {
  EXPECT_THAT(
      evaluate("cnn.lookup %x, %y : tensor<2x3xui8>, tensor<2x1x2xf32>",
               "tensor<2x3xf32>",
               {makeTensor(ElementType::UInt8, {2, 3}, {0, 1, 255, 1, 0, 0}),
                Tensor::fromFloats({2, 1, 2}, {0.5, 2, 7, 8})}),
      ElementsAre(0.5, 2, 2, 8, 7, 7));
}

TEST(Requantize, ScalesThenAddsTheZeroPoint) {
  // 8192, 0.0015 and -48.8
  EXPECT_THAT(
      evaluate("cnn.requantize %x, %y, %u, %z : tensor<3xi32>, tensor<f32>, "
               "tensor<f32>, tensor<i16>",
               "tensor<3xi16>",
               {makeTensor(ElementType::Int32, {3}, {16777216, 3, -100000}),
                makeFloat(1.0f / 1024), makeTensor(ElementType::Int16, {}, {7}),
                makeFloat(2)}),
      ElementsAre(8192 + 7, 7, -49 + 7));
}

TEST(Requantize, DividesByTheCountOfAMean) {
  // 1 / (0.5 * 4) = 1/2 and 1 / (0.5 * 2) = 1.
  EXPECT_THAT(
      evaluate("cnn.requantize %x, %y, %u, %z divisor %v : tensor<2xf32> : "
               "tensor<2xi32>, tensor<f32>, tensor<f32>, tensor<i8>",
               "tensor<2xi8>",
               {makeTensor(ElementType::Int32, {2}, {10, 10}), makeFloat(1),
                makeTensor(ElementType::Int8, {}, {1}), makeFloat(0.5),
                makeTensor(ElementType::Float32, {2}, {4, 2})}),
      ElementsAre(6, 11));
}

TEST(ConvInteger, PadsWithTheZeroPoint) {
  // Differences 1 2 3 with zeros around, times 1 1 1, plus the bias 10.
  EXPECT_THAT(
      evaluate("cnn.conv_integer %x, %y inputZeroPoint %z : tensor<ui8> "
               "filterZeroPoint %u : tensor<1xi8> bias %v : tensor<1xi32> "
               "pads [1, 1] : tensor<1x1x3xui8>, tensor<1x1x3xi8>",
               "tensor<1x1x3xi32>",
               {makeTensor(ElementType::UInt8, {1, 1, 3}, {101, 102, 103}),
                makeTensor(ElementType::Int8, {1, 1, 3}, {-1, -1, -1}),
                makeTensor(ElementType::UInt8, {}, {100}),
                makeTensor(ElementType::Int8, {1}, {-2}),
                makeTensor(ElementType::Int32, {1}, {10})}),
      ElementsAre(13, 16, 15));
}

TEST(MatmulInteger, HasZeroPointsOfRowsAndColumns) {
  EXPECT_THAT(
      evaluate("cnn.matmul_integer %x, %y lhsZeroPoint %z : tensor<2x1xui8> "
               "rhsZeroPoint %u : tensor<1xi8> "
               ": tensor<2x2xui8>, tensor<2x1xi8>",
               "tensor<2x1xi32>",
               {makeTensor(ElementType::UInt8, {2, 2}, {1, 2, 10, 20}),
                makeTensor(ElementType::Int8, {2, 1}, {5, -5}),
                makeTensor(ElementType::UInt8, {2, 1}, {1, 10}),
                makeTensor(ElementType::Int8, {1}, {4})}),
      // (0, 1) and (0, 10) times (1, -9).
      ElementsAre(-9, -90));
}

TEST(Matmul, OfIntegersWraps) {
  EXPECT_THAT(evaluate("cnn.matmul %x, %y : tensor<1x2xui8>, tensor<2x1xui8>",
                       "tensor<1x1xui8>",
                       {makeTensor(ElementType::UInt8, {1, 2}, {200, 2}),
                        makeTensor(ElementType::UInt8, {2, 1}, {2, 3})}),
              // 406 - 256
              ElementsAre(150));
}

} // namespace
