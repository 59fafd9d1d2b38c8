//===- SparseMatrixTest.cpp - Matrices that are mostly zeros --------------===//

#include "cnnc/Support/SparseMatrix.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir::cnn;
using testing::ElementsAre;

namespace {

const std::vector<float> elements = {0, 2, 0, //
                                     0, 0, 0, //
                                     3, 0, 4};

TEST(SparseMatrixTest, KeepsWhatIsNotZeroRowByRow) {
  SparseMatrix sparse = SparseMatrix::get({elements, 3, 3, 3, 1}, 5);
  EXPECT_THAT(sparse.values, ElementsAre(2, 3, 4));
  EXPECT_THAT(sparse.columns, ElementsAre(1, 0, 2));
  // The second row is empty, and so are those behind the last.
  EXPECT_THAT(sparse.starts, ElementsAre(0, 1, 1, 3, 3, 3));
}

TEST(SparseMatrixTest, ReadsTransposedMatrices) {
  SparseMatrix sparse = SparseMatrix::get({elements, 3, 3, 1, 3}, 3);
  EXPECT_THAT(sparse.values, ElementsAre(3, 2, 4));
  EXPECT_THAT(sparse.columns, ElementsAre(2, 0, 2));
  EXPECT_THAT(sparse.starts, ElementsAre(0, 1, 2, 3));
}

TEST(SparseMatrixTest, HasArraysWithoutAnyValue) {
  std::vector<float> zeros(4);
  SparseMatrix sparse = SparseMatrix::get({zeros, 2, 2, 2, 1}, 2);
  EXPECT_THAT(sparse.values, ElementsAre(0));
  EXPECT_THAT(sparse.columns, ElementsAre(0));
  EXPECT_THAT(sparse.starts, ElementsAre(0, 0, 0));
}

TEST(SparseMatrixTest, CountsNegativeZerosAsZeros) {
  EXPECT_EQ(countNonZeros({0.f, -0.f, 1.f, -1.f}), 2);
}

// 100 pixels are two tiles of 64, of 32 channels each; results are of 16.
TEST(SparseMatrixTest, ScratchHasTilesAndResults) {
  SparseConvScratch apart({64, 3, false}, 1, 100, 32, 16);
  EXPECT_EQ(apart.tiles, 3);
  EXPECT_EQ(apart.tileStride, 32 * 64);
  EXPECT_EQ(apart.resultBegin, 3 * 32 * 64);
  EXPECT_EQ(apart.size, 3 * (32 + 16) * 64);
  SparseConvScratch shared({64, 3, true}, 2, 100, 32, 16);
  EXPECT_EQ(shared.tiles, 4);
  EXPECT_EQ(shared.size, (4 * 32 + 3 * 16) * 64);
}

} // namespace
