//===- TextTable.h - Tables as text -----------------------------*- C++ -*-===//

#ifndef CNNC_ANALYSIS_TEXTTABLE_H
#define CNNC_ANALYSIS_TEXTTABLE_H

#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace mlir::cnn {

enum class ReportFormat { table, json, csv, markdown, html };

/// Rows of fields under a header, all of the same number.
struct TextTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  /// Which columns are words, from the first on. All others are numbers, which
  /// are at the right.
  std::vector<bool> words = {true, true};

  /// In columns.
  void print(llvm::raw_ostream &stream) const;
  /// RFC 4180, with line feeds.
  void printCSV(llvm::raw_ostream &stream) const;
  /// A table of GitHub's Markdown.
  void printMarkdown(llvm::raw_ostream &stream) const;

private:
  bool isWord(size_t column) const {
    return column < words.size() && words[column];
  }
};

} // namespace mlir::cnn

#endif // CNNC_ANALYSIS_TEXTTABLE_H
