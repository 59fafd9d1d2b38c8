//===- CompressionScoresTest.cpp - Which weights matter least -------------===//

#include "cnnc/Compression/Scores.h"

#include <gmock/gmock.h>

#include <cmath>

using namespace mlir::cnn;
using testing::ElementsAre;

TEST(CompressionScores, MeanMagnitudesOfRows) {
  EXPECT_THAT(getMeanMagnitudes({1, -3, 0, 0.5f}, 2), ElementsAre(2, 0.25));
}

TEST(CompressionScores, TheMiddleRowIsNearestToAll) {
  // Rows (0, 0), (3, 4), (6, 8) lie on a line, 5 apart.
  EXPECT_THAT(getMedianDistances({0, 0, 3, 4, 6, 8}, 2),
              ElementsAre(15, 10, 15));
}

TEST(CompressionScores, NormalizedScoresHaveMeanOne) {
  std::vector<double> scores = {1, 3}, zeros = {0, 0};
  normalize(scores);
  normalize(zeros);
  EXPECT_THAT(scores, ElementsAre(0.5, 1.5));
  EXPECT_THAT(zeros, ElementsAre(0, 0));
}

TEST(CompressionScores, OfEqualMagnitudesTheFirstGo) {
  EXPECT_THAT(maskSmallest({2, -1, 1, 1, 3}, 2), ElementsAre(1, 0, 0, 1, 1));
  EXPECT_THAT(maskSmallest({2, 1}, 0), ElementsAre(1, 1));
  EXPECT_THAT(maskSmallest({2, 1}, 2), ElementsAre(0, 0));
}

TEST(CompressionScores, PatternsLieAlongInputs) {
  // One output, four inputs of two taps: the inputs of tap 0 are 1, 5, 2, 6,
  // those of tap 1 are 8, 3, 7, 4.
  EXPECT_THAT(maskPattern({1, 8, 5, 3, 2, 7, 6, 4}, 4, 2, {2, 4}),
              ElementsAre(0, 1, 1, 0, 0, 1, 1, 0));
}

TEST(CompressionScores, AShortGroupKeepsAsMany) {
  // Six inputs: four of which one stays, and two of which one stays.
  EXPECT_THAT(maskPattern({4, 3, 2, 1, 5, 6}, 6, 1, {1, 4}),
              ElementsAre(1, 0, 0, 0, 0, 1));
}

TEST(CompressionScores, BlocksGoTogether) {
  // Four outputs of two weights in blocks of two outputs: the sums of
  // magnitudes are 4 and 6 of the first two outputs, 3 and 9 of the others.
  EXPECT_THAT(maskBlocks({1, 2, 3, 4, 2, 4, 1, 5}, 2, 2, 0.5),
              ElementsAre(0, 1, 0, 1, 0, 1, 0, 1));
}
