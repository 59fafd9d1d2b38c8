//===- MinimumCutTest.cpp - Two choices for the nodes of a graph ----------===//

#include "cnnc/Support/MinimumCut.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

using namespace mlir::cnn;
using testing::ElementsAre;

namespace {

// The second node alone is cheaper as the second kind, by 3, but changing to it
// and back costs 4; not so 2.
TEST(MinimumCutTest, WeighsChangesAgainstGains) {
  auto choose = [](double change) {
    KindGraph graph(3);
    graph.addCost(0, 1, 9);
    graph.addCost(1, 5, 2);
    graph.addCost(2, 1, 9);
    graph.addEdge(0, 1, change);
    graph.addEdge(2, 1, change);
    return graph.findCheapest();
  };
  EXPECT_THAT(choose(2), ElementsAre(false, false, false));
  EXPECT_THAT(choose(1), ElementsAre(false, true, false));
}

TEST(MinimumCutTest, PrefersTheFirstKind) {
  KindGraph graph(2);
  // All but the second node alone as the first kind cost 5.
  graph.addCost(0, 2, 3);
  graph.addCost(1, 3, 2);
  graph.addEdge(0, 1, 1);
  EXPECT_THAT(graph.findCheapest(), ElementsAre(false, false));
}

// Every choice of 8 nodes is tried.
TEST(MinimumCutTest, FindsTheLeastSum) {
  std::mt19937 engine(1);
  for (int round = 0; round < 50; ++round) {
    constexpr size_t count = 8;
    double first[count], second[count], between[count][count];
    KindGraph graph(count);
    for (size_t i = 0; i < count; ++i) {
      graph.addCost(i, first[i] = engine() % 20, second[i] = engine() % 20);
      for (size_t j = 0; j < count; ++j) {
        between[i][j] = i == j || engine() % 3 ? 0 : engine() % 10;
        if (between[i][j])
          graph.addEdge(i, j, between[i][j]);
      }
    }
    auto getSum = [&](unsigned kinds) {
      double sum = 0;
      for (size_t i = 0; i < count; ++i) {
        sum += kinds >> i & 1 ? second[i] : first[i];
        for (size_t j = 0; j < count; ++j)
          if (!(kinds >> i & 1) && (kinds >> j & 1))
            sum += between[i][j];
      }
      return sum;
    };
    double least = getSum(0);
    for (unsigned kinds = 1; kinds < 1 << count; ++kinds)
      least = std::min(least, getSum(kinds));
    unsigned found = 0;
    std::vector<bool> isSecond = graph.findCheapest();
    for (size_t i = 0; i < count; ++i)
      found |= unsigned(isSecond[i]) << i;
    EXPECT_DOUBLE_EQ(getSum(found), least);
  }
}

} // namespace
