//===- TextTable.h - Tables as text -----------------------------*- C++ -*-===//

#ifndef CNNC_ANALYSIS_TEXTTABLE_H
#define CNNC_ANALYSIS_TEXTTABLE_H

#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace mlir::cnn {

enum class ReportFormat { table, json, csv, markdown };

/// Rows of fields under a header, all of the same number.
struct TextTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  /// The columns from the first that are words; numbers are at the right.
  size_t words = 2;

  /// In columns.
  void print(llvm::raw_ostream &stream) const;
  /// RFC 4180, with line feeds.
  void printCSV(llvm::raw_ostream &stream) const;
  /// A table of GitHub's Markdown.
  void printMarkdown(llvm::raw_ostream &stream) const;
};

} // namespace mlir::cnn

#endif // CNNC_ANALYSIS_TEXTTABLE_H
