//===- MemoryPlanTest.cpp - Buffers that share bytes over time ------------===//

#include "cnnc/Support/MemoryPlan.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <random>

using namespace mlir::cnn;

namespace {

/// True if no two buffers alive at one time share a byte.
bool isDisjoint(const std::vector<LiveRange> &ranges, const MemoryPlan &plan) {
  for (size_t a = 0; a != ranges.size(); ++a)
    for (size_t b = 0; b != a; ++b)
      if (ranges[a].begin <= ranges[b].end &&
          ranges[b].begin <= ranges[a].end &&
          plan.offsets[a] < plan.offsets[b] + ranges[b].size &&
          plan.offsets[b] < plan.offsets[a] + ranges[a].size)
        return false;
  return true;
}

} // namespace

TEST(MemoryPlan, sharesBytesOfBuffersThatFollowEachOther) {
  MemoryPlan plan = planOffsets({{0, 1, 64}, {2, 3, 64}}, 64);
  EXPECT_EQ(plan.offsets, (std::vector<int64_t>{0, 0}));
  EXPECT_EQ(plan.size, 64);
}

TEST(MemoryPlan, separatesBuffersThatMeetAtOneTime) {
  MemoryPlan plan = planOffsets({{0, 1, 64}, {1, 2, 64}}, 64);
  EXPECT_EQ(plan.size, 128);
}

TEST(MemoryPlan, alignsEveryOffset) {
  MemoryPlan plan = planOffsets({{0, 1, 100}, {0, 1, 10}, {0, 1, 1}}, 64);
  EXPECT_EQ(plan.offsets, (std::vector<int64_t>{0, 128, 192}));
  EXPECT_EQ(plan.size, 256);
}

TEST(MemoryPlan, knowsTheLargestLoad) {
  // At time 1 two ranges live, at time 3 two others.
  EXPECT_EQ(getLargestLoad({{0, 1, 64}, {1, 2, 60}, {3, 4, 64}, {3, 3, 1}}, 64),
            128);
  EXPECT_EQ(getLargestLoad({}, 64), 0);
}

TEST(MemoryPlan, placesWhatWouldEndOnTopEarlier) {
  // Largest first, the first two leave no gap for the third.
  std::vector<LiveRange> ranges = {
      {0, 1, 192}, {2, 3, 256}, {1, 2, 128}, {3, 4, 128}, {0, 0, 128}};
  EXPECT_EQ(planOffsets(ranges, 64).size, getLargestLoad(ranges, 64));
}

TEST(MemoryPlan, fillsTheSmallestGapThatFits) {
  // Two large buffers leave gaps of 128 and of 64 bytes among those that live
  // on.
  std::vector<LiveRange> ranges = {{0, 9, 512}, {0, 4, 448}, {0, 9, 384},
                                   {0, 4, 320}, {0, 9, 256}, {5, 9, 200}};
  MemoryPlan plan = planOffsets(ranges, 64);
  EXPECT_EQ(plan.offsets[5], plan.offsets[3]);
  EXPECT_EQ(plan.size, 512 + 448 + 384 + 320 + 256);
}

TEST(MemoryPlan, neverOverlapsRandomRanges) {
  std::mt19937 random(1);
  for (int round = 0; round != 200; ++round) {
    std::vector<LiveRange> ranges(1 + random() % 60);
    for (LiveRange &range : ranges) {
      range.begin = random() % 40;
      range.end = range.begin + random() % 10;
      range.size = 1 + random() % 5000;
    }
    MemoryPlan plan = planOffsets(ranges, 64);
    EXPECT_TRUE(isDisjoint(ranges, plan));
    int64_t least = getLargestLoad(ranges, 64);
    EXPECT_GE(plan.size, least);
    EXPECT_LE(plan.size, least + least / 5);
  }
}
