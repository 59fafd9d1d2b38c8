//===- CompressionStrengthsTest.cpp - How much each part gives ------------===//

#include "cnnc/Compression/Strengths.h"

#include <gmock/gmock.h>

using namespace mlir::cnn;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// Chooses for parts of which each step costs what `costs` says.
std::optional<std::vector<size_t>>
choose(const std::vector<std::vector<double>> &losses,
       const std::vector<double> &costs, double budget) {
  double cost = 0;
  for (size_t part = 0; part < costs.size(); ++part)
    cost += costs[part] * static_cast<double>(losses[part].size() - 1);
  double left = cost;
  return chooseSteps(
      losses, budget,
      [&](size_t part, int direction) {
        return left -= direction * costs[part];
      },
      cost);
}

} // namespace

TEST(CompressionStrengths, TakesWhatLosesLeastForWhatItSaves) {
  // 10 + 10 + 40 + 40 to 60: the step of the second part loses twice as much,
  // but saves four times as much.
  auto steps = choose({{0, 1, 5}, {0, 2, 20}}, {10, 40}, 60);
  ASSERT_TRUE(steps);
  EXPECT_THAT(*steps, ElementsAre(0, 1));
}

TEST(CompressionStrengths, GoesOnUntilTheBudgetIsMet) {
  auto steps = choose({{0, 1, 5}, {0, 2, 20}}, {10, 40}, 50);
  ASSERT_TRUE(steps);
  EXPECT_THAT(*steps, ElementsAre(1, 1));
}

TEST(CompressionStrengths, SaysIfAllStepsAreTooFew) {
  EXPECT_FALSE(choose({{0, 1}}, {10}, -1));
}

TEST(CompressionStrengths, MeetsABudgetInSpiteOfRounding) {
  // 5 steps of 0.95 / 5 from 1 end a little above 1 - 0.95.
  double left = 1;
  auto steps = chooseSteps(
      {std::vector<double>{0, 1, 2, 3, 4, 5}}, 1 - 0.95,
      [&](size_t, int direction) { return left -= direction * (0.95 / 5); },
      left);
  ASSERT_TRUE(steps);
  EXPECT_THAT(*steps, ElementsAre(5));
}

TEST(CompressionStrengths, InterpolatesCurves) {
  LossCurve curve{"layer", {{}, {0.25, 0, 1}, {0.5, 2, 3}}};
  EXPECT_DOUBLE_EQ(curve.getNoise(0), 0);
  EXPECT_DOUBLE_EQ(curve.getNoise(0.125), 0.5);
  EXPECT_DOUBLE_EQ(curve.getNoise(0.375), 2);
  EXPECT_DOUBLE_EQ(curve.getNoise(0.75), 5);
}

TEST(CompressionStrengths, CurvesDoNotFall) {
  LossCurve curve{"layer", {{}, {0.25, 0, 4}, {0.5, 0, 3}}};
  EXPECT_DOUBLE_EQ(curve.getNoise(0.5), 4);
}

TEST(CompressionStrengths, ReadsWhatItWrites) {
  std::vector<LossCurve> curves = {{"first", {{}, {0.5, 1, 2.5}}},
                                   {"second", {{}}}};
  std::string error;
  auto read = parseCurves(writeCurves(curves), error);
  ASSERT_TRUE(read) << error;
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].name, "first");
  ASSERT_EQ((*read)[0].points.size(), 2u);
  EXPECT_DOUBLE_EQ((*read)[0].points[1].noise, 2.5);
}

TEST(CompressionStrengths, RefusesOtherFiles) {
  std::string error;
  EXPECT_FALSE(parseCurves("{", error));
  EXPECT_FALSE(parseCurves("{\"layers\": [{\"name\": 3}]}", error));
  EXPECT_THAT(error, HasSubstr("name"));
}
