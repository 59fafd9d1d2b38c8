//===- TuningTest.cpp - Measured choices of algorithms --------------------===//

#include "cnnc/Support/Tuning.h"

#include "gtest/gtest.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::cnn;

namespace {

const TuningHost host = {"x86_64-linux-gnu", "znver5", "+avx512f", false};

/// The name of a file that holds `text` and goes with this object.
class TuningFile {
public:
  explicit TuningFile(llvm::StringRef text) : remover(makeName()) {
    llvm::raw_fd_ostream(getPath(), error) << text;
  }
  llvm::StringRef getPath() const { return path; }
  std::string getText() const {
    return (*llvm::MemoryBuffer::getFile(path))->getBuffer().str();
  }
  /// The message of the error that loading the file gives, or nothing.
  std::string getProblem() const {
    llvm::Expected<TuningTable> table = TuningTable::load(path);
    return table ? "" : llvm::toString(table.takeError());
  }

private:
  llvm::StringRef makeName() {
    error = llvm::sys::fs::createTemporaryFile("choices", "json", path);
    return path;
  }

  std::error_code error;
  llvm::SmallString<64> path;
  llvm::FileRemover remover;
};

TEST(Tuning, NamesAlgorithms) {
  EXPECT_EQ(ConvAlgorithm().toString(), "direct");
  EXPECT_EQ(ConvAlgorithm{4}.toString(), "winograd 4");
  for (const char *name : {"direct", "winograd 2", "winograd 6"})
    EXPECT_EQ(ConvAlgorithm::parse(name)->toString(), name);
  for (const char *name :
       {"", "winograd", "winograd 3", "winograd 0", "Direct"})
    EXPECT_EQ(ConvAlgorithm::parse(name), std::nullopt);
}

TEST(Tuning, KeepsWhatItSaves) {
  TuningFile file("");
  TuningTable table;
  table.set(host, "a",
            {ConvAlgorithm{4}, {{"direct", 2000}, {"winograd 4", 1500}}});
  TuningHost threads = host;
  threads.threads = true;
  table.set(threads, "a", {ConvAlgorithm{2}, {}});
  ASSERT_FALSE(bool(table.save(file.getPath())));

  TuningTable loaded = llvm::cantFail(TuningTable::load(file.getPath()));
  ASSERT_NE(loaded.find(host, "a"), nullptr);
  EXPECT_EQ(loaded.find(host, "a")->choice, ConvAlgorithm{4});
  EXPECT_EQ(loaded.find(host, "a")->microseconds.at("winograd 4"), 1500);
  EXPECT_EQ(loaded.find(threads, "a")->choice, ConvAlgorithm{2});
  EXPECT_EQ(loaded.find(host, "b"), nullptr);

  std::string text = file.getText();
  ASSERT_FALSE(bool(loaded.save(file.getPath())));
  EXPECT_EQ(file.getText(), text);
}

TEST(Tuning, KnowsOnlyTheSameHost) {
  TuningTable table;
  table.set(host, "a", {});
  for (auto member :
       {&TuningHost::triple, &TuningHost::cpu, &TuningHost::features}) {
    TuningHost other = host;
    other.*member += "x";
    EXPECT_EQ(table.find(other, "a"), nullptr);
  }
}

TEST(Tuning, ReplacesWhatWasKnown) {
  TuningTable table;
  table.set(host, "a", {ConvAlgorithm{2}, {{"winograd 2", 1}}});
  table.set(host, "a", {ConvAlgorithm{6}, {}});
  EXPECT_EQ(table.find(host, "a")->choice, ConvAlgorithm{6});
  EXPECT_TRUE(table.find(host, "a")->microseconds.empty());
}

TEST(Tuning, TakesAMissingFileForEmpty) {
  llvm::Expected<TuningTable> table = TuningTable::load("/no/such/file.json");
  ASSERT_TRUE(bool(table));
  EXPECT_EQ(table->find(host, "a"), nullptr);
}

TEST(Tuning, RefusesOtherFiles) {
  const std::pair<const char *, const char *> cases[] = {
      {"", "Unexpected EOF"},
      {"{\"version\": 1, \"hosts\": [", "Unexpected EOF"},
      {"[]", "expected object"},
      {"{\"hosts\": []}", "missing value at choices.version"},
      {"{\"version\": 7, \"hosts\": []}",
       "unknown version, expected 1 at choices.version"},
      {"{\"version\": 1, \"hosts\": [{\"triple\": \"t\", \"cpu\": \"c\", "
       "\"features\": \"\", \"threads\": false, "
       "\"layers\": {\"a\": {\"choice\": \"winograd 3\"}}}]}",
       "expected \"direct\" or \"winograd N\", N being 2, 4 or 6 at "
       "choices.hosts[0].layers.a.choice"}};
  for (auto [text, problem] : cases) {
    TuningFile file(text);
    EXPECT_NE(file.getProblem().find(problem), std::string::npos)
        << text << ": " << file.getProblem();
    EXPECT_NE(file.getProblem().find(file.getPath().str()), std::string::npos);
  }
}

} // namespace
