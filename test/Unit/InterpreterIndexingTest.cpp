//===- InterpreterIndexingTest.cpp - Values of ops that index by data -----===//

#include "Interpret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::test;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

Tensor integers(ArrayRef<int64_t> shape, ArrayRef<float> values) {
  return Tensor::fromFloats(shape, values).convertTo(ElementType::Int64);
}

TEST(GatherElements, ReadsAlongTheAxis) {
  EXPECT_THAT(evaluate("cnn.gather_elements %x, %y axis 0 : tensor<3x2xf32>, "
                       "tensor<2x2xi64>",
                       "tensor<2x2xf32>",
                       {count({3, 2}), integers({2, 2}, {2, 0, -1, -2})}),
              ElementsAre(4, 1, 4, 3));
}

TEST(GatherND, ReadsSlicesBehindTheBatch) {
  // Row 1 of the first matrix, row 0 of the second.
  EXPECT_THAT(evaluate("cnn.gather_nd %x, %y batchDims 1 : tensor<2x2x2xf32>, "
                       "tensor<2x1xi64>",
                       "tensor<2x2xf32>",
                       {count({2, 2, 2}), integers({2, 1}, {1, -2})}),
              ElementsAre(2, 3, 4, 5));
}

TEST(ScatterElements, KeepsTheLastUpdate) {
  EXPECT_THAT(evaluate("cnn.scatter_elements <set> %x, %y, %z axis 0 : "
                       "tensor<3xf32>, tensor<2xi64>, tensor<2xf32>",
                       "tensor<3xf32>",
                       {count({3}), integers({2}, {-1, 2}), count({2}, 7)}),
              ElementsAre(0, 1, 8));
}

TEST(ScatterElements, CombinesAllUpdates) {
  auto run = [](std::string kind) {
    return evaluate("cnn.scatter_elements <" + kind +
                        "> %x, %y, %z axis 0 : tensor<2xf32>, tensor<3xi64>, "
                        "tensor<3xf32>",
                    "tensor<2xf32>",
                    {count({2}, 3), integers({3}, {1, 1, 0}), count({3}, 2)});
  };
  EXPECT_THAT(run("add"), ElementsAre(3 + 4, 4 + 2 + 3));
  EXPECT_THAT(run("mul"), ElementsAre(3 * 4, 4 * 2 * 3));
  EXPECT_THAT(run("min"), ElementsAre(3, 2));
  EXPECT_THAT(run("max"), ElementsAre(4, 4));
}

TEST(ScatterND, WritesSlices) {
  EXPECT_THAT(
      evaluate("cnn.scatter_nd <set> %x, %y, %z : tensor<2x2x2xf32>, "
               "tensor<1x2xi64>, tensor<1x2xf32>",
               "tensor<2x2x2xf32>",
               {count({2, 2, 2}), integers({1, 2}, {-1, 0}), count({1, 2}, 8)}),
      ElementsAre(0, 1, 2, 3, 8, 9, 6, 7));
}

TEST(Indexing, RefusesWhatIsOutOfRange) {
  Network network(R"(
func.func @network(%x: tensor<3xf32>, %i: tensor<1x1xi64>) -> tensor<1xf32> {
  %0 = cnn.gather_nd %x, %i : tensor<3xf32>, tensor<1x1xi64>
  return %0 : tensor<1xf32>
}
)");
  auto results = network.run({count({3}), integers({1, 1}, 3)});
  ASSERT_FALSE(static_cast<bool>(results));
  EXPECT_THAT(llvm::toString(results.takeError()),
              HasSubstr("expects indices from -3 to 2, got 3"));
}

TEST(TopK, PutsEqualsInOrderAndNaNFirst) {
  Tensor x = Tensor::fromFloats({5}, {1, 3, nan, 3, -1});
  EXPECT_THAT(evaluate("cnn.top_k %x axis 0 count 4 : tensor<5xf32>",
                       "tensor<4xi64>", x),
              ElementsAre(2, 1, 3, 0));
  EXPECT_THAT(evaluate("cnn.top_k %x axis 0 count 5 smallest : tensor<5xf32>",
                       "tensor<5xi64>", x),
              ElementsAre(4, 0, 1, 3, 2));
}

TEST(TopK, RanksAlongAnyAxis) {
  EXPECT_THAT(evaluate("cnn.top_k %x axis 0 count 1 : tensor<2x3xf32>",
                       "tensor<1x3xi64>",
                       Tensor::fromFloats({2, 3}, {1, 5, 2, 3, 4, 2})),
              ElementsAre(1, 0, 0));
}

TEST(ArgMaxPool, CountsInTheWholeInput) {
  // The second channel holds 8 to 15; its largest elements are 13 and 15.
  EXPECT_THAT(evaluate("cnn.arg_max_pool %x kernel [2, 2] strides [2, 2] : "
                       "tensor<1x2x2x4xf32>",
                       "tensor<1x2x1x2xi64>", count({1, 2, 2, 4})),
              ElementsAre(5, 7, 13, 15));
}

TEST(ArgMaxPool, CountsColumnByColumn) {
  // Element (1, 3) of a plane of 2 rows is number 3 * 2 + 1.
  EXPECT_THAT(evaluate("cnn.arg_max_pool %x kernel [2, 4] columnMajor : "
                       "tensor<1x2x2x4xf32>",
                       "tensor<1x2x1x1xi64>", count({1, 2, 2, 4})),
              ElementsAre(7, 15));
}

TEST(NonZero, ListsIndicesAndFillsUp) {
  EXPECT_THAT(evaluate("cnn.non_zero %x : tensor<2x2xf32>", "tensor<2x4xi64>",
                       Tensor::fromFloats({2, 2}, {0, 1, nan, 0})),
              ElementsAre(0, 1, -1, -1, 1, 0, -1, -1));
}

TEST(RankDistinct, NumbersRows) {
  Tensor x = Tensor::fromFloats({4, 2}, {2, 1, 1, nan, 1, 0, 1, nan});
  EXPECT_THAT(
      evaluate("cnn.rank_distinct %x : tensor<4x2xf32>", "tensor<4xi64>", x),
      ElementsAre(2, 1, 0, 1));
  EXPECT_THAT(evaluate("cnn.rank_distinct %x unsorted : tensor<4x2xf32>",
                       "tensor<4xi64>", x),
              ElementsAre(0, 1, 2, 1));
}

/// Boxes 0 and 1 share half of their union, the corners of box 2 are swapped.
Tensor getBoxes() {
  return Tensor::fromFloats({1, 3, 4}, {0, 0, 1, 3, 0, 1, 1, 4, 9, 9, 8, 8});
}

TEST(NonMaxSuppression, LeavesOutWhatOverlaps) {
  auto run = [](std::string options) {
    return evaluate("cnn.non_max_suppression %x, %y " + options +
                        " : tensor<1x3x4xf32>, tensor<1x1x3xf32>",
                    "tensor<3x3xi64>",
                    {getBoxes(), Tensor::fromFloats({1, 1, 3}, {4, 6, 5})});
  };
  EXPECT_THAT(run("limit 3 overlapThreshold 0.25"),
              ElementsAre(0, 0, 1, 0, 0, 2, -1, -1, -1));
  // As much as the threshold is not more.
  EXPECT_THAT(run("limit 3 overlapThreshold 0.5"),
              ElementsAre(0, 0, 1, 0, 0, 2, 0, 0, 0));
  EXPECT_THAT(run("limit 3 overlapThreshold 0.5 scoreThreshold 5.0"),
              ElementsAre(0, 0, 1, -1, -1, -1, -1, -1, -1));
}

TEST(Determinant, ExchangesRows) {
  EXPECT_THAT(evaluate("cnn.determinant %x : tensor<2x2x2xf32>",
                       "tensor<2xf32>",
                       Tensor::fromFloats({2, 2, 2}, {0, 1, 2, 3, 1, 2, 2, 4})),
              ElementsAre(-2, 0));
}

TEST(Interpreter, ReducesNothingToTheNeutralElement) {
  auto run = [](std::string kind) {
    return evaluate("cnn.reduce <" + kind + "> %x axes [0] : tensor<0x1xi8>",
                    "tensor<1xi8>", Tensor(ElementType::Int8, {0, 1}));
  };
  EXPECT_THAT(run("sum"), ElementsAre(0));
  EXPECT_THAT(run("prod"), ElementsAre(1));
  EXPECT_THAT(run("min"), ElementsAre(127));
  EXPECT_THAT(run("max"), ElementsAre(-128));
}

} // namespace
