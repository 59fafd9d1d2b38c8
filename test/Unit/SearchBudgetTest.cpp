//===- SearchBudgetTest.cpp - How small a network is to become ------------===//

#include "cnnc/Search/Budget.h"
#include "cnnc/Search/Flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace mlir::cnn;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

Budget parse(llvm::StringRef text) { return cantFail(parseBudget(text)); }

std::string getMessage(llvm::StringRef text) {
  auto budget = parseBudget(text);
  return budget ? "" : llvm::toString(budget.takeError());
}

Candidate make(double size, double macs, double drop, double noise = 0) {
  Candidate candidate;
  candidate.costs[Measure::size] = size;
  candidate.costs[Measure::macs] = macs;
  candidate.costs[Measure::latency] = 1;
  candidate.drop = drop;
  candidate.noise = noise;
  return candidate;
}

TEST(SearchBudget, ReadsWords) {
  Budget budget = parse("size:0.1, macs:0.75 max-drop:1.5 minutes:2");
  EXPECT_EQ(budget.most[Measure::size], 0.1);
  EXPECT_EQ(budget.most[Measure::macs], 0.75);
  EXPECT_FALSE(budget.isAbout(Measure::latency));
  EXPECT_EQ(budget.maxDrop, 1.5);
  EXPECT_EQ(budget.minutes, 2);
  EXPECT_EQ(budget.describe(), "size:0.1 macs:0.75 max-drop:1.5");
  EXPECT_EQ(parse("latency:least max-drop:1").least, Measure::latency);
}

TEST(SearchBudget, SaysWhatItExpects) {
  for (llvm::StringRef text :
       {"", "macs", "macs:0", "macs:1.5", "macs:-1", "macs:nan", "size=0.5",
        "max-drop:1", "speed:2", "macs:0.5 max-drop:-1"})
    EXPECT_THAT(getMessage(text), HasSubstr("expected --compress to say"))
        << text.str();
  EXPECT_THAT(getMessage("macs:0.5 macs:0.4"), HasSubstr("says macs twice"));
  EXPECT_THAT(getMessage("size:least"), HasSubstr("expected max-drop:PERCENT"));
  EXPECT_THAT(getMessage("size:least macs:least max-drop:1"),
              HasSubstr("one thing least; got size and macs"));
}

TEST(SearchBudget, UsesTheScarcest) {
  Budget budget = parse("size:0.5 macs:0.5");
  EXPECT_DOUBLE_EQ(budget.getUse(make(0.25, 0.75, 0).costs), 1.5);
  EXPECT_TRUE(budget.isMetBy(make(0.5, 0.5, 0).costs));
}

TEST(SearchBudget, FindsTheFrontierOfWhatItIsAbout) {
  // The second is dominated by the first, the third by none, the fourth would
  // be best if its multiply-adds counted.
  std::vector<Candidate> candidates = {make(0.5, 1, 2), make(0.6, 1, 2),
                                       make(0.7, 1, 1), make(0.9, 0.1, 3)};
  EXPECT_THAT(findFrontier(candidates, parse("size:0.5")),
              ElementsAre(true, false, true, false));
  EXPECT_THAT(findFrontier(candidates, parse("size:0.5 macs:0.5")),
              ElementsAre(true, false, true, true));
}

TEST(SearchBudget, KeepsWhatIsNoNumberOffTheFrontier) {
  std::vector<Candidate> candidates = {make(0.5, 1, NAN), make(0.5, 1, 100)};
  EXPECT_THAT(findFrontier(candidates, parse("size:0.5")),
              ElementsAre(false, true));
  EXPECT_EQ(chooseCandidate(candidates, parse("size:0.5")), 1u);
}

TEST(SearchBudget, ChoosesWhatLosesLeastWithinIt) {
  std::vector<Candidate> candidates = {make(0.6, 1, 0), make(0.4, 1, 2, 5),
                                       make(0.5, 1, 2, 4), make(0.1, 1, 9)};
  EXPECT_EQ(chooseCandidate(candidates, parse("size:0.5")), 2u);
  EXPECT_EQ(chooseCandidate(candidates, parse("size:0.5 max-drop:1")),
            std::nullopt);
}

TEST(SearchBudget, ChoosesTheSmallestThatMayBe) {
  std::vector<Candidate> candidates = {make(0.6, 0.5, 0), make(0.4, 0.9, 1),
                                       make(0.3, 0.5, 2)};
  EXPECT_EQ(chooseCandidate(candidates, parse("size:least max-drop:1")), 1u);
  EXPECT_EQ(
      chooseCandidate(candidates, parse("size:least macs:0.5 max-drop:1")), 0u);
}

TEST(SearchFlags, QuotesWhatHasSpaces) {
  EXPECT_EQ(formatResponseFile(
                {"--recover", "--prune=what=channels macs=0.5", "--x=a\"\\b"}),
            "--recover\n\"--prune=what=channels macs=0.5\"\n"
            "\"--x=a\\\"\\\\b\"\n");
}

} // namespace
