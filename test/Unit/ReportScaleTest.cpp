#include "../../lib/Report/Escape.h"
#include "../../lib/Report/Scale.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mlir::cnn;
using testing::ElementsAre;

namespace {

TEST(ReportScale, NamesQuantitiesInThreeDigits) {
  EXPECT_EQ(describeQuantity(0), "0");
  EXPECT_EQ(describeQuantity(0, "B"), "0 B");
  EXPECT_EQ(describeQuantity(999), "999");
  EXPECT_EQ(describeQuantity(1000), "1 k");
  EXPECT_EQ(describeQuantity(4089184256.0), "4.09 G");
  EXPECT_EQ(describeQuantity(9633792, "B"), "9.63 MB");
  EXPECT_EQ(describeQuantity(0.0000315, "s"), "31.5 \u00b5s");
  // Rounds to the next prefix.
  EXPECT_EQ(describeQuantity(999600), "1 M");
  // No "100 m" of nothing.
  EXPECT_EQ(describeQuantity(0.1), "0.1");
}

TEST(ReportScale, EndsAtARoundNumber) {
  Scale scale = Scale::getLinear(118, {100, 0});
  EXPECT_THAT(scale.getTicks(), ElementsAre(0, 50, 100, 150));
  EXPECT_DOUBLE_EQ(scale.getPosition(0), 100);
  EXPECT_DOUBLE_EQ(scale.getPosition(75), 50);
}

TEST(ReportScale, HasAPlaceForNothing) {
  Scale scale = Scale::getLinear(0, {100, 0});
  EXPECT_THAT(scale.getTicks(), ElementsAre(0, 1));
  EXPECT_DOUBLE_EQ(scale.getPosition(0), 100);
}

TEST(ReportScale, CountsInIntegersUpToTheEnd) {
  EXPECT_THAT(Scale::getWhole(3, {0, 30}).getTicks(), ElementsAre(0, 1, 2, 3));
  Scale scale = Scale::getWhole(59, {0, 590});
  EXPECT_THAT(scale.getTicks(), testing::Contains(55));
  EXPECT_DOUBLE_EQ(scale.getPosition(59), 590);
}

TEST(ReportScale, KnowsPowersOfTen) {
  Scale scale = Scale::getLogarithmic(0.01, 1e4, {0, 60});
  EXPECT_THAT(scale.getTicks(), ElementsAre(0.01, 0.1, 1, 10, 100, 1000, 1e4));
  EXPECT_NEAR(scale.getPosition(1), 20, 1e-9);
  EXPECT_EQ(Scale::getLogarithmic(4, 30, {0, 60}).getTicks().size(), 3u);
}

TEST(ReportEscape, LeavesNoTagsNorQuotes) {
  EXPECT_EQ(escape("a<b>&\"c\"'"), "a&lt;b&gt;&amp;&quot;c&quot;&#39;");
}

TEST(ReportEscape, ReplacesWhatIsNoText) {
  EXPECT_EQ(escape("a\x01z"), "a\ufffdz");
  EXPECT_EQ(escape("a\xffz"), "a\ufffdz");
  EXPECT_EQ(escape("\u00e9\n"), "\u00e9\n");
}

} // namespace
