//===- PackingTest.cpp - Where each weight lands --------------------------===//

#include "cnnc/Support/Packing.h"

#include "gmock/gmock.h"

#include <numeric>

using namespace mlir::cnn;
using testing::ElementsAre;
using testing::ElementsAreArray;

namespace {

/// 1, 2, 3, ...: no value is zero, which padding is.
std::vector<float> makeRamp(int64_t count) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), 1.0f);
  return values;
}

TEST(PackingTest, FilterOfBlockedImageHasOutputsInnermost) {
  // 3 outputs, 2 inputs, 1 tap; blocks of 2 lanes, one block a filter block.
  std::vector<float> filter = {1, 2, 3, 4, 5, 6};
  EXPECT_THAT(packFilter(filter, {3, 2, 1, 1}, {2, 1}),
              ElementsAre(1, 3, 2, 4, /*second block*/ 5, 0, 6, 0));
}

TEST(PackingTest, FilterOfBlockedImagePadsInputs) {
  // 2 outputs of 3 inputs: the second input block has one channel and a zero.
  EXPECT_THAT(packFilter(makeRamp(6), {2, 3, 1, 1}, {2, 1}),
              ElementsAre(1, 4, 2, 5, /*second input block*/ 3, 6, 0, 0));
}

TEST(PackingTest, FilterBlocksHoldSeveralChannelBlocks) {
  EXPECT_THAT(packFilter(makeRamp(4), {4, 1, 1, 1}, {1, 2}),
              ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(packFilter(makeRamp(3), {3, 1, 1, 1}, {1, 2}),
            (std::vector<float>{1, 2, 3, 0}));
}

TEST(PackingTest, TapsAreOutsideOfInputLanes) {
  // 1 output, 2 inputs, 2 taps: both inputs of a tap stand together.
  EXPECT_THAT(packFilter(makeRamp(4), {1, 2, 2, 1}, {2, 1}),
              ElementsAre(1, 0, 3, 0, /*second tap*/ 2, 0, 4, 0));
}

TEST(PackingTest, GroupsStartNewBlocks) {
  // 2 groups of 1 output: each has a filter block of two lanes.
  EXPECT_THAT(packFilter(makeRamp(2), {2, 1, 1, 2}, {1, 2}),
              ElementsAre(1, 0, 2, 0));
}

TEST(PackingTest, FilterOfPlainImageKeepsInputsApart) {
  // 3 outputs, 1 input, 2 taps.
  EXPECT_THAT(packFilterOfPlainImage(makeRamp(6), {3, 1, 2, 1}, {2, 1}),
              ElementsAre(1, 3, 2, 4, /*second block*/ 5, 0, 6, 0));
}

TEST(PackingTest, DepthwiseFilterHasChannelsInnermost) {
  EXPECT_THAT(packDepthwiseFilter(makeRamp(6), {3, 1, 2, 3}, 2),
              ElementsAre(1, 3, 2, 4, /*second block*/ 5, 0, 6, 0));
  // One group of 2 channels: all outputs' first inputs, then the second ones.
  EXPECT_THAT(packDepthwiseFilter(makeRamp(4), {2, 2, 1, 1}, 2),
              ElementsAre(1, 3, 2, 4));
}

TEST(PackingTest, DepthwiseTermsAreNeighbouringTaps) {
  // 3 channels of 1x3 taps, 2 lanes, 2 products a sum: taps 0 and 1 of both
  // channels, then tap 2 and nothing.
  EXPECT_THAT(packDepthwiseTerms({1, 2, 3, 4, 5, 6, 7, 8, 9}, {3, 1, 3, 3},
                                 /*columns=*/3, /*lanes=*/2, /*terms=*/2),
              ElementsAre(1, 2, 4, 5, 3, 0, 6, 0, /*second block*/ 7, 8, 0, 0,
                          9, 0, 0, 0));
}

TEST(PackingTest, WinogradFilterIsAMatrixPerPoint) {
  // F(1, 2) has the points 0 and infinity, whose values are the two taps; there
  // are 3 inputs and one output.
  EXPECT_THAT(
      packWinogradFilter({1, 4, 2, 5, 3, 6}, {1, 3, 1, 2}, {1, 1}, {2, 1}),
      ElementsAre(1, 0, 2, 0, 3, 0, 0, 0, 4, 0, 5, 0, 6, 0, 0, 0));
}

TEST(PackingTest, MatrixIsCutIntoColumnBlocks) {
  // K = 2, N = 3: [[1, 2, 3], [4, 5, 6]].
  std::vector<float> packed = {1, 2, 4, 5, 3, 0, 6, 0};
  EXPECT_THAT(packMatrix(makeRamp(6), 2, 3, 2, false),
              ElementsAreArray(packed));
  std::vector<float> transposed = {1, 4, 2, 5, 3, 6};
  EXPECT_THAT(packMatrix(transposed, 2, 3, 2, true), ElementsAreArray(packed));
}

TEST(PackingTest, LargeFiltersArePackedAsSmallOnes) {
  // Large enough for several threads; the k-th element of a 1x1 filter of one
  // block of inputs lands at [o / 2][i][o % 2].
  int64_t outputs = 1024, inputs = 512;
  std::vector<float> packed =
      packFilter(makeRamp(outputs * inputs), {outputs, inputs, 1, 1}, {2, 1});
  for (int64_t o : {0, 1, 511, 1023})
    for (int64_t i : {0, 7, 511})
      EXPECT_EQ(packed[(o / 2 * inputs + i) * 2 + o % 2],
                static_cast<float>(o * inputs + i + 1));
}

TEST(PackingTest, ImagesAndVectorsArePaddedWithZeros) {
  EXPECT_THAT(packChannels(makeRamp(3), 2), ElementsAre(1, 2, 3, 0));
  EXPECT_THAT(packImage(makeRamp(6), 2, 3, 1, 2),
              ElementsAre(1, 2, 3, 0, 4, 5, 6, 0));
}

TEST(PackingTest, MergedGroupsAreBlockDiagonal) {
  // 4 groups of one output and one input, merged by two.
  EXPECT_THAT(mergeGroups(makeRamp(4), {4, 1, 1, 4}, 2),
              ElementsAre(1, 0, 0, 2, 3, 0, 0, 4));
}

TEST(PackingTest, IntegersOfOneSumAreNeighbours) {
  // 3 outputs, 4 inputs, 1 tap; sums of 2 terms, blocks of 2 lanes.
  std::vector<int16_t> filter = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  EXPECT_THAT(packIntegerFilter(filter, {3, 4, 1, 1}, {2, 1}, {4, 2}),
              ElementsAre(1, 2, 5, 6, 3, 4, 7, 8,
                          /*second block*/ 9, 10, 0, 0, 11, 12, 0, 0));
  // One channel of input is filled up to a whole sum.
  EXPECT_THAT(packIntegerFilter({1, 2}, {2, 1, 1, 1}, {2, 1}, {2, 2}),
              ElementsAre(1, 0, 2, 0));
}

TEST(PackingTest, NarrowSumsFitWhateverTheyAreMultipliedWith) {
  // One output, four inputs: 255 * 128 = 32640, 255 * 129 = 32895.
  NarrowSums step = {/*terms=*/4, /*steps=*/1, /*isUnsigned=*/true};
  auto fit = [](std::vector<int16_t> weights, const NarrowSums &sums) {
    auto inputs = static_cast<int64_t>(weights.size());
    return fitNarrowSums(weights, {1, inputs, 1, 1}, sums);
  };
  EXPECT_TRUE(fit({64, 64, -1, -127}, step));
  EXPECT_FALSE(fit({64, 65, 0, 0}, step));
  EXPECT_FALSE(fit({0, 0, -127, -2}, step));
  // Of other signs, or of two sums.
  EXPECT_TRUE(fit({127, -128, -128, 127}, step));
  EXPECT_TRUE(fit({0, 127, 127, 0}, step));
  // Two steps, and the last of three.
  NarrowSums steps = {/*terms=*/4, /*steps=*/2, /*isUnsigned=*/true};
  EXPECT_TRUE(fit({32, 32, 5, 5, 32, 32, 5, 5}, steps));
  EXPECT_FALSE(fit({32, 32, 5, 5, 32, 33, 5, 5}, steps));
  EXPECT_TRUE(fit({32, 32, 5, 5, 32, 32, 5, 5, 127, 1}, steps));
  // 128 * 255 = 32640; -128 * -128 * 2 = 32768.
  NarrowSums both = {/*terms=*/2, /*steps=*/2, /*isUnsigned=*/false};
  EXPECT_TRUE(fit({-128, -128, -127, -127}, both));
  EXPECT_TRUE(fit({127, 127, -127, 127}, both));
  EXPECT_FALSE(fit({-128, 0, -128, 0}, both));
}

TEST(PackingTest, NarrowSumsAreOfOneTapAndOutput) {
  // Two outputs, two inputs, two taps: the second output's second tap is 130.
  NarrowSums step = {/*terms=*/4, /*steps=*/1, /*isUnsigned=*/true};
  EXPECT_TRUE(
      fitNarrowSums({100, 1, 2, 100, 100, 64, 2, 64}, {2, 2, 2, 1}, step));
  EXPECT_FALSE(
      fitNarrowSums({100, 1, 2, 100, 100, 65, 2, 65}, {2, 2, 2, 1}, step));
}

TEST(PackingTest, BiasTakesTheZeroPointOfTheTapsInside) {
  // One output, two inputs, a row of three taps: 1 + 4, 2 + 5, 3 + 6.
  BorderBias border;
  border.zeroPoint = 10;
  border.taps = {1, 3};
  border.outside = {0, 0, 1, 1};
  border.channels = 2;
  EXPECT_THAT(packBorderBias({100}, {1, 2, 3, 4, 5, 6}, {1, 2, 3, 1}, border),
              ElementsAre(100 - 210, 0, /*right*/ 100 - 120, 0,
                          /*left*/ 100 - 160, 0, /*both*/ 100 - 70, 0));
}

TEST(PackingTest, BiasWraps) {
  BorderBias border;
  border.zeroPoint = -2;
  EXPECT_THAT(packBorderBias({2147483647}, {1}, {1, 1, 1, 1}, border),
              ElementsAre(-2147483647));
}

TEST(PackingTest, WordsHoldCodesOfColumnsThenOfDepth) {
  // 3 x 5 codes of 8 bits: words of 2 vectors of 2 lanes and 2 k.
  std::vector<uint8_t> codes = {1,  2,  3,  4,  5,  //
                                11, 12, 13, 14, 15, //
                                21, 22, 23, 24, 25};
  CodeLayout layout = {/*bits=*/8, /*lanes=*/2, /*vectors=*/2};
  std::vector<uint32_t> words = {
      0x0d0b0301, 0x0e0c0402, 0x00001715, 0x00001816, // columns 0 to 3
      0x000f0005, 0,          0x00000019, 0};         // column 4
  EXPECT_EQ(packCodes(codes, 3, 5, layout, /*transposed=*/false), words);
  std::vector<uint8_t> transposed;
  for (int n = 0; n < 5; ++n)
    for (int k = 0; k < 3; ++k)
      transposed.push_back(codes[k * 5 + n]);
  EXPECT_EQ(packCodes(transposed, 3, 5, layout, /*transposed=*/true), words);
}

} // namespace
