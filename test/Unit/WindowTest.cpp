//===- WindowTest.cpp - Sliding windows -----------------------------------===//

#include "cnnc/Support/Window.h"

#include <gtest/gtest.h>

using namespace mlir::cnn;

namespace {

WindowDim makeDim(int64_t size, int64_t stride, int64_t dilation, int64_t low,
                  int64_t high) {
  return {size, stride, dilation, low, high};
}

TEST(WindowDim, CountsPositions) {
  EXPECT_EQ(makeDim(3, 1, 1, 1, 1).getOutputExtent(8), 8);
  EXPECT_EQ(makeDim(3, 2, 1, 1, 1).getOutputExtent(8), 4);
  EXPECT_EQ(makeDim(3, 1, 2, 0, 0).getOutputExtent(8), 4);
  EXPECT_EQ(makeDim(8, 1, 1, 0, 0).getOutputExtent(8), 1);
  EXPECT_LT(makeDim(9, 1, 1, 0, 0).getOutputExtent(8), 1);
}

TEST(WindowDim, CountsPartialWindowsWithCeil) {
  // Windows start at 0, 2, 4; the one at 4 covers 4 and 5 of 6 elements.
  EXPECT_EQ(makeDim(3, 2, 1, 0, 0).getOutputExtent(6, true), 3);
  EXPECT_EQ(makeDim(3, 2, 1, 0, 0).getOutputExtent(6, false), 2);
  // The third window would start at 4 - 1 = 3, in the high padding of 3.
  EXPECT_EQ(makeDim(2, 2, 1, 1, 1).getOutputExtent(3, true), 2);
}

TEST(WindowDim, AgreesWithItselfTransposed) {
  for (int64_t size = 1; size <= 4; ++size)
    for (int64_t stride = 1; stride <= 3; ++stride)
      for (int64_t dilation = 1; dilation <= 2; ++dilation) {
        WindowDim dim = makeDim(size, stride, dilation, 1, 0);
        if (dim.getTransposedExtent(5) >= 1) {
          EXPECT_EQ(dim.getOutputExtent(dim.getTransposedExtent(5)), 5);
        }
      }
}

TEST(WindowDim, FindsTheTapsInsideTheInput) {
  for (int64_t size = 1; size <= 4; ++size)
    for (int64_t dilation = 1; dilation <= 3; ++dilation)
      for (int64_t position = 0; position < 8; ++position) {
        WindowDim dim = makeDim(size, 2, dilation, 3, 9);
        auto [first, last] = dim.getValidTaps(position, 5);
        for (int64_t tap = 0; tap < size; ++tap) {
          int64_t at = position * 2 + tap * dilation - 3;
          EXPECT_EQ(tap >= first && tap < last, at >= 0 && at < 5)
              << "size " << size << " dilation " << dilation << " position "
              << position << " tap " << tap;
        }
      }
}

TEST(WindowDim, FindsTheMostTapsOutside) {
  // Five taps around each of four elements: two are outside at either end.
  auto around = std::make_pair<int64_t, int64_t>(2, 2);
  EXPECT_EQ(makeDim(5, 1, 1, 2, 2).getMostOutside(4, 4), around);
  // The second of two positions ends with the input.
  auto before = std::make_pair<int64_t, int64_t>(1, 0);
  EXPECT_EQ(makeDim(3, 2, 1, 1, 1).getMostOutside(4, 2), before);
}

TEST(Window, IsPointwiseIfEveryDimensionIs) {
  EXPECT_TRUE(isPointwise({WindowDim(), WindowDim()}));
  EXPECT_FALSE(isPointwise({WindowDim(), makeDim(1, 2, 1, 0, 0)}));
  // Dilation between taps does not matter if there is one tap.
  EXPECT_TRUE(isPointwise({makeDim(1, 1, 3, 0, 0)}));
}

TEST(Window, HasPaddingIfAnyDimensionHas) {
  EXPECT_FALSE(hasPadding({WindowDim(), WindowDim()}));
  EXPECT_TRUE(hasPadding({WindowDim(), makeDim(3, 1, 1, 0, 1)}));
}

} // namespace
