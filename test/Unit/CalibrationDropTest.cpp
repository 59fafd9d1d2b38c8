//===- CalibrationDropTest.cpp - How much a network loses ----------------===//

#include "cnnc/Calibration/Drop.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir::cnn;

namespace {

TEST(Drop, OfClassesIsTheShareOfOtherClasses) {
  Drop drop;
  EXPECT_EQ(drop.getPercent(), 0);
  Tensor expected = Tensor::fromFloats({2, 3, 1, 1}, {1, 3, 2, 5, 5, 0});
  drop.add(expected, expected);
  EXPECT_EQ(drop.getPercent(), 0);
  // The second image is of class 1, where class 0 was the first of two.
  drop.add(expected, Tensor::fromFloats({2, 3, 1, 1}, {-9, 30, 2, 4, 4.5, 0}));
  EXPECT_EQ(drop.getPercent(), 25);
}

TEST(Drop, OfOtherOutputsIsTheNoise) {
  for (auto shape :
       {llvm::SmallVector<int64_t>{1, 2, 2}, llvm::SmallVector<int64_t>{4, 1},
        llvm::SmallVector<int64_t>{4}}) {
    Drop drop;
    Tensor expected = Tensor::fromFloats(shape, {3, 1, 3, 1});
    drop.add(expected, expected);
    EXPECT_EQ(drop.getPercent(), 0);
    drop.add(expected, Tensor::fromFloats(shape, {3, 3, 3, 1}));
    EXPECT_EQ(drop.getPercent(), 10);
  }
}

TEST(Drop, OfNumbersThatAreNotIsNone) {
  Drop drop;
  drop.add(Tensor::fromFloats({1}, {1}), Tensor::fromFloats({1}, {NAN}));
  EXPECT_FALSE(drop.getPercent() <= 100);
}

TEST(Decibels, AreTenPerPowerOfTen) {
  EXPECT_EQ(getDecibels(100, 1), 20);
  EXPECT_EQ(getDecibels(1, 0), INFINITY);
}

} // namespace
