//===- CompressionTensorTrainTest.cpp - Matrices as tensor trains ---------===//

#include "cnnc/Compression/TensorTrain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

using namespace mlir::cnn;
using testing::ElementsAre;

namespace {

Matrix makeRandom(int64_t rows, int64_t columns) {
  std::mt19937 generator(1);
  std::normal_distribution<double> numbers;
  Matrix matrix(rows, columns);
  for (int64_t i = 0; i < matrix.size(); ++i)
    matrix.data()[i] = numbers(generator);
  return matrix;
}

TEST(TensorTrain, ChoosesModesAsEqualAsPrimesAllow) {
  TensorModes modes = chooseModes(1024, 1000, 3);
  EXPECT_THAT(modes.inputs, ElementsAre(8, 8, 16));
  EXPECT_THAT(modes.outputs, ElementsAre(10, 10, 10));
  EXPECT_THAT(chooseModes(7, 10, 2).inputs, ElementsAre(1, 7));
}

TEST(TensorTrain, HasNoLargerRanksThanItNeeds) {
  EXPECT_THAT(getTrainRanks({{2, 3, 4}, {2, 2, 2}}, 100),
              ElementsAre(1, 4, 8, 1));
  EXPECT_THAT(getTrainRanks({{2, 3, 4}, {2, 2, 2}}, 5),
              ElementsAre(1, 4, 5, 1));
}

TEST(TensorTrain, IsExactAtFullRank) {
  for (const TensorModes &modes :
       {TensorModes{{2, 3, 4}, {2, 5, 2}}, TensorModes{{6, 4}, {4, 5}},
        TensorModes{{2, 2, 2, 3}, {5, 1, 2, 2}}}) {
    Matrix weights = makeRandom(20, 24);
    Matrix composed = compose(decomposeTrain(weights, modes, 1000));
    EXPECT_LT((composed - weights).norm(), 1e-9 * weights.norm());
  }
}

/// A Kronecker product has rank 1.
TEST(TensorTrain, FindsKroneckerProducts) {
  Matrix weights(4, 6), a = makeRandom(2, 2), b = makeRandom(2, 3);
  for (int64_t o = 0; o < 4; ++o)
    for (int64_t i = 0; i < 6; ++i)
      weights(o, i) = a(o / 2, i / 3) * b(o % 2, i % 3);
  TensorTrain train = decomposeTrain(weights, {{2, 3}, {2, 2}}, 1);
  EXPECT_THAT(train.ranks, ElementsAre(1, 1, 1));
  EXPECT_LT((compose(train) - weights).norm(), 1e-12);
}

} // namespace
