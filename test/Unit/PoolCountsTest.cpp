//===- PoolCountsTest.cpp - What average pools divide by ------------------===//

#include "cnnc/Support/PoolCounts.h"

#include <gtest/gtest.h>

using namespace mlir::cnn;

namespace {

// 3 taps, stride 2, one pad below and two above 4 elements: the windows begin
// at -1, 1 and 3.
const WindowDim rows = {3, 2, 1, 1, 2};
const WindowDim columns = {1, 1, 1, 0, 0};

TEST(PoolCounts, LeaveOutPads) {
  EXPECT_EQ(getPoolCounts({rows, columns}, {4, 2}, /*includePad=*/false),
            (std::vector<float>{2, 2, 3, 3, 1, 1}));
}

TEST(PoolCounts, IncludePads) {
  EXPECT_EQ(getPoolCounts({rows, columns}, {4, 2}, /*includePad=*/true),
            (std::vector<float>{3, 3, 3, 3, 3, 3}));
}

TEST(PoolCounts, MultiplyDimensions) {
  EXPECT_EQ(getPoolCounts({rows, rows}, {4, 4}, /*includePad=*/false),
            (std::vector<float>{4, 6, 2, 6, 9, 3, 2, 3, 1}));
}

} // namespace
