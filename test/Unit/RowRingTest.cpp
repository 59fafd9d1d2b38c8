//===- RowRingTest.cpp - Rows between two convolutions --------------------===//

#include "cnnc/Support/RowRing.h"

#include "gtest/gtest.h"

using namespace mlir::cnn;

namespace {

/// Caches of 48 KiB and 1 MiB, and 16 lanes.
Machine getMachine() {
  Machine machine;
  machine.vectorBits = 512;
  machine.hasFusedMultiplyAdd = true;
  machine.level1Bytes = 48 << 10;
  machine.level2Bytes = 1 << 20;
  return machine;
}

/// 16 to 96 channels, 48 at a time, and a window of 3x3 that moves by a pixel.
ExpandedLayer getLayer(int64_t extent) {
  ExpandedLayer layer;
  layer.filterBlocks = 2;
  layer.rowBytes = extent * 48 * 4;
  layer.rowMultiplyAdds = extent * 48 * 16;
  layer.inputBytes = extent * extent * 16 * 4;
  layer.filterBytes = 96 * (16 + 9) * 4;
  layer.inputRows = layer.outputRows = extent;
  layer.window = {3, 1, 1, 1, 1};
  return layer;
}

// 96 x 112 x 112 elements are 4.6 MiB, 3 rows of them are 126 KiB.
TEST(RowRingTest, KeepsRowsOfAllChannels) {
  ExpandedLayer layer = getLayer(112);
  RowRing ring = chooseRowRing(layer, getMachine(), /*chunks=*/1);
  EXPECT_EQ(ring.groupBlocks, 2);
  EXPECT_EQ(ring.chunks, 1);
  EXPECT_EQ(getExtraCycles(layer, ring, getMachine()), 0);
  EXPECT_TRUE(suitsRowRing(layer, ring, getMachine()));
}

// 3 rows of 96 x 256 elements are more than a quarter of the second cache.
TEST(RowRingTest, TakesChannelsInGroupsThatFit) {
  ExpandedLayer layer = getLayer(256);
  EXPECT_EQ(chooseRowRing(layer, getMachine(), 1).groupBlocks, 1);
  EXPECT_EQ(chooseRowRing(getLayer(20000), getMachine(), 1).groupBlocks, 1);
}

// 96 x 28 x 28 elements are 294 KiB.
TEST(RowRingTest, LeavesImagesThatStayInTheSecondCache) {
  ExpandedLayer layer = getLayer(28);
  RowRing ring = chooseRowRing(layer, getMachine(), 1);
  EXPECT_FALSE(suitsRowRing(layer, ring, getMachine()));
}

// One row of 48 x 20000 elements is 3.7 MiB.
TEST(RowRingTest, LeavesRowsThatLeaveTheSecondCache) {
  ExpandedLayer layer = getLayer(20000);
  RowRing ring = chooseRowRing(layer, getMachine(), 1);
  EXPECT_FALSE(suitsRowRing(layer, ring, getMachine()));
}

// Each of 7 parts computes 2 rows of 2 blocks again: 16 multiply-adds for each
// of 96 * 112 elements, 32 a cycle.
TEST(RowRingTest, CountsRowsComputedTwice) {
  ExpandedLayer layer = getLayer(112);
  EXPECT_EQ(getExtraCycles(layer, {2, 8}, getMachine()),
            7 * 2 * 96 * 112 * 16 / 32);
  // With a group for each two parts, those between groups share none.
  EXPECT_EQ(getExtraCycles(layer, {1, 2}, getMachine()),
            112 * 112 * 16 * 4 / 40.);
}

TEST(RowRingTest, HasNoMoreChunksThanRows) {
  ExpandedLayer layer = getLayer(3);
  RowRing ring = chooseRowRing(layer, getMachine(), 8);
  EXPECT_LE(ring.chunks, 6);
  EXPECT_GE(ring.chunks, 3);
}

} // namespace
