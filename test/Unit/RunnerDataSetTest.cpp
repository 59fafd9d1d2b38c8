//===- RunnerDataSetTest.cpp - How often a classifier is right ------------===//

#include "cnnc/Runner/Benchmark.h"
#include "cnnc/Runner/DataSet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace mlir::cnn;
using testing::HasSubstr;

namespace {

std::string getMessage(llvm::StringRef text) {
  llvm::Expected<std::vector<LabelledFile>> files = parseLabels(text);
  return files ? "no error" : llvm::toString(files.takeError());
}

TEST(RunnerDataSet, ReadsLabels) {
  auto files = llvm::cantFail(parseLabels("a b.png\t7\r\n\nc.jpg\t0"));
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].file, "a b.png");
  EXPECT_EQ(files[0].label, 7);
  EXPECT_EQ(files[1].file, "c.jpg");
  EXPECT_EQ(files[1].label, 0);
}

TEST(RunnerDataSet, SaysWhichLineIsWrong) {
  EXPECT_THAT(getMessage("a.png\t1\nb.png 2\n"),
              HasSubstr("line 2: expected a file, a tab"));
  EXPECT_THAT(getMessage("a.png\tcat"), HasSubstr("line 1"));
  EXPECT_THAT(getMessage("a.png\t-1"), HasSubstr("line 1"));
  EXPECT_THAT(getMessage("\n"), HasSubstr("at least one file"));
}

TEST(RunnerDataSet, RanksFromHighToLow) {
  EXPECT_EQ(getRank({1, 5, 3}, 1), 0);
  EXPECT_EQ(getRank({1, 5, 3}, 0), 2);
  // Of equal scores the first comes first.
  EXPECT_EQ(getRank({4, 4}, 0), 0);
  EXPECT_EQ(getRank({4, 4}, 1), 1);
}

TEST(RunnerDataSet, RanksNaNLast) {
  EXPECT_EQ(getRank({std::nan(""), 1, 2}, 0), 3);
  EXPECT_EQ(getRank({std::nan(""), 1, 2}, 2), 0);
}

TEST(RunnerBenchmark, TakesTheMiddleForTheMedian) {
  EXPECT_EQ(getMedian({9, 1, 2}), 2);
  EXPECT_EQ(getMedian({9, 1, 2, 4}), 3);
}

} // namespace
