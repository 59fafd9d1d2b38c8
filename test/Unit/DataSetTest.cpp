//===- DataSetTest.cpp - Images for a network -----------------------------===//

#include "cnnc/Data/DataSet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mlir::cnn;
using testing::HasSubstr;

namespace {

std::string getMessage(llvm::StringRef text) {
  llvm::Expected<std::vector<LabelledFile>> files = parseLabels(text);
  return files ? "no error" : llvm::toString(files.takeError());
}

TEST(DataSet, ReadsLabels) {
  auto files = llvm::cantFail(parseLabels("a b.png\t7\r\n\nc.jpg\t0"));
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].file, "a b.png");
  EXPECT_EQ(files[0].label, 7);
  EXPECT_EQ(files[1].file, "c.jpg");
  EXPECT_EQ(files[1].label, 0);
}

TEST(DataSet, SaysWhichLineIsWrong) {
  EXPECT_THAT(getMessage("a.png\t1\nb.png 2\n"),
              HasSubstr("line 2: expected a file, a tab"));
  EXPECT_THAT(getMessage("a.png\tcat"), HasSubstr("line 1"));
  EXPECT_THAT(getMessage("a.png\t-1"), HasSubstr("line 1"));
  EXPECT_THAT(getMessage("\n"), HasSubstr("at least one file"));
}

} // namespace
