//===- TensorTest.cpp - Dense tensors of run-time data --------------------===//

#include "cnnc/Support/Tensor.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/MLIRContext.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

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

TEST(Tensor, KeepsEverySixteenBitFloat) {
  // To float32 and back is the same bits, but for the payload of a NaN.
  for (ElementType type : {ElementType::Float16, ElementType::BFloat16}) {
    Tensor every(type, {1 << 16});
    for (int i = 0; i < 1 << 16; ++i)
      every.get<uint16_t>()[i] = i;
    Tensor floats = every.convertTo(ElementType::Float32);
    Tensor back = floats.convertTo(type);
    for (int i = 0; i < 1 << 16; ++i) {
      if (std::isnan(floats.get<float>()[i]))
        EXPECT_TRUE(std::isnan(back.toDoubles()[i]));
      else
        EXPECT_EQ(back.get<uint16_t>()[i], i);
      if (testing::Test::HasFailure())
        return;
    }
  }
}

TEST(Tensor, RoundsSubnormalFloat16) {
  // The smallest float16 is 2^-24; half of it lies between it and zero, and
  // zero is even; 1.5 times 2^-24 lies between 1 and 2 units, and 2 is even.
  Tensor floats =
      Tensor::fromFloats({3}, {0x1p-25f, 0x1.8p-24f, -0x1.000002p-25f});
  EXPECT_THAT(floats.convertTo(ElementType::Float16).get<uint16_t>(),
              ElementsAre(0, 2, 0x8001));
}

TEST(Tensor, RoundsOnceFromFloat64) {
  // By way of float32 this would become 1.0, half a unit above which it lies.
  Tensor tensor(ElementType::Float64, {1});
  tensor.get<double>()[0] = 1.0 + 0x1p-11 + 0x1p-40;
  EXPECT_THAT(tensor.convertTo(ElementType::Float16).toDoubles(),
              ElementsAre(1.0 + 0x1p-10));
}

TEST(Tensor, SaturatesInIntegers) {
  Tensor floats = Tensor::fromFloats(
      {3}, {1e30f, -1e30f, std::numeric_limits<float>::quiet_NaN()});
  EXPECT_THAT(floats.convertTo(ElementType::UInt8).toDoubles(),
              ElementsAre(255, 0, 0));
  EXPECT_THAT(floats.convertTo(ElementType::Int64).get<int64_t>(),
              ElementsAre(std::numeric_limits<int64_t>::max(),
                          std::numeric_limits<int64_t>::min(), 0));
}

TEST(Tensor, KeepsLargeIntegersExactly) {
  Tensor tensor(ElementType::Int64, {1});
  tensor.get<int64_t>()[0] = (int64_t(1) << 53) + 1;
  EXPECT_EQ(tensor.convertTo(ElementType::UInt64).get<uint64_t>()[0],
            (uint64_t(1) << 53) + 1);
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

TEST(Tensor, BroadcastsByNumpysRules) {
  // Element [1, 2, 3] of 2x3x4.
  EXPECT_EQ(getBroadcastPosition({3, 1}, {2, 3, 4}, 23), 2);
  EXPECT_EQ(getBroadcastPosition({2, 1, 4}, {2, 3, 4}, 23), 7);
  EXPECT_EQ(getBroadcastPosition({}, {2, 3, 4}, 23), 0);
}

TEST(ElementType, IsParsedFromItsName) {
  EXPECT_EQ(parseElementType("uint8"), ElementType::UInt8);
  EXPECT_EQ(parseElementType("float31"), std::nullopt);
}

TEST(ElementType, IsTheSameInMLIR) {
  mlir::MLIRContext context;
  for (const char *name :
       {"float16", "bfloat16", "float32", "float64", "int8", "int16", "int32",
        "int64", "uint8", "uint16", "uint32", "uint64", "bool"}) {
    std::optional<ElementType> type = parseElementType(name);
    ASSERT_TRUE(type) << name;
    EXPECT_EQ(getElementType(getMLIRType(*type, &context)), type) << name;
    EXPECT_EQ(getName(*type), name);
  }
  EXPECT_EQ(getElementType(mlir::IntegerType::get(&context, 4)), std::nullopt);
}

} // namespace
