//===- CompressionBudgetTest.cpp - Where a network loses least ------------===//

#include "cnnc/Compression/Budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mlir::cnn;
using testing::ElementsAre;

namespace {

TEST(Budget, ChangesNothingThatFits) {
  EXPECT_THAT(chooseWithin(20, {{{10, 0}, {5, 1}}, {{10, 0}, {5, 1}}}),
              ElementsAre(0, 0));
}

TEST(Budget, TakesTheCheapestErrorsFirst) {
  // 1 per 5, then 1 per 4 and 2 per 2.
  std::vector<std::vector<LayerChoice>> layers = {{{10, 0}, {5, 1}},
                                                  {{10, 0}, {6, 1}, {4, 3}}};
  EXPECT_THAT(chooseWithin(15, layers), ElementsAre(1, 0));
  EXPECT_THAT(chooseWithin(14, layers), ElementsAre(1, 1));
  EXPECT_THAT(chooseWithin(10, layers), ElementsAre(1, 2));
}

TEST(Budget, SkipsChoicesAboveTheHull) {
  // From 10 to 8 costs 3, and to 5 only 2.
  EXPECT_THAT(chooseWithin(9, {{{10, 0}, {8, 3}, {5, 2}}}), ElementsAre(2));
}

TEST(Budget, TakesTheLeastWhereItIsTooSmall) {
  EXPECT_THAT(chooseWithin(1, {{{10, 0}, {5, 1}, {12, 0}}, {{10, 0}}}),
              ElementsAre(1, 0));
}

} // namespace
