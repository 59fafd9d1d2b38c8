//===- TensorTest.cpp - Dense tensors of run-time data --------------------===//

#include "cnnc/Support/Tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mlir::cnn;
using testing::ElementsAre;

namespace {

TEST(Tensor, StartsAsZeros) {
  Tensor tensor(ElementType::Int16, {2, 3});
  EXPECT_EQ(tensor.getElementCount(), 6);
  EXPECT_EQ(tensor.getBytes().size(), 12u);
  EXPECT_THAT(tensor.toDoubles(), ElementsAre(0, 0, 0, 0, 0, 0));
}

TEST(Tensor, OfNoDimensionsIsOneElement) {
  Tensor scalar = Tensor::fromFloats({}, {2.5f});
  EXPECT_EQ(scalar.getRank(), 0);
  EXPECT_THAT(scalar.toDoubles(), ElementsAre(2.5));
}

TEST(Tensor, RoundsToNearestEvenInFloat16) {
  // Above 2048 float16 knows even numbers only; 2049 lies between two of them.
  Tensor floats = Tensor::fromFloats({3}, {2049.0f, 2051.0f, 70000.0f});
  Tensor halves = floats.convertTo(ElementType::Float16);
  EXPECT_THAT(
      halves.toDoubles(),
      ElementsAre(2048.0, 2052.0, std::numeric_limits<double>::infinity()));
}

TEST(Tensor, TruncatesTowardZeroInIntegers) {
  Tensor floats = Tensor::fromFloats({2}, {1.75f, -1.75f});
  EXPECT_THAT(floats.convertTo(ElementType::Int8).toDoubles(),
              ElementsAre(1, -1));
}

TEST(Tensor, KeepsDataWhenReshaped) {
  Tensor column = Tensor::fromFloats({1, 2}, {1, 2}).reshape({2, 1});
  EXPECT_THAT(column.getShape(), ElementsAre(2, 1));
  EXPECT_THAT(column.toDoubles(), ElementsAre(1, 2));
}

TEST(Tensor, DescribesItsType) {
  EXPECT_EQ(describe(Tensor(ElementType::Float32, {1, 3, 224, 224})),
            "1x3x224x224xfloat32");
}

TEST(ElementType, IsParsedFromItsName) {
  EXPECT_EQ(parseElementType("uint8"), ElementType::UInt8);
  EXPECT_EQ(parseElementType("float31"), std::nullopt);
}

} // namespace
