//===- Report.h - What a search has tried -----------------------*- C++ -*-===//

#ifndef CNNC_SEARCH_REPORT_H
#define CNNC_SEARCH_REPORT_H

#include "cnnc/Search/Search.h"

#include "llvm/Support/raw_ostream.h"

namespace mlir::cnn {

/// A table of all trials, and the flags of the chosen one.
void printTrials(const SearchResult &result, llvm::raw_ostream &stream);

/// The same as lines of values with commas, and as one JSON object.
void printTrialsAsCSV(const SearchResult &result, llvm::raw_ostream &stream);
void printTrialsAsJSON(const SearchResult &result, llvm::raw_ostream &stream);

/// An SVG picture: for each measure that the budget is about a plot of what
/// trials lose over what they cost, with the frontier, the limits, and the
/// chosen one.
void plotTrials(const SearchResult &result, llvm::raw_ostream &stream);

/// Writes the form that the end of `path` says: .svg, .json, .csv, or else the
/// table.
llvm::Error writeReport(const SearchResult &result, llvm::StringRef path);

} // namespace mlir::cnn

#endif // CNNC_SEARCH_REPORT_H
