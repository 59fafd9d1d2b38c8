//===- Search.h - Passes for a budget ---------------------------*- C++ -*-===//

#ifndef CNNC_SEARCH_SEARCH_H
#define CNNC_SEARCH_SEARCH_H

#include "cnnc/Compression/Context.h"
#include "cnnc/Search/Budget.h"
#include "cnnc/Search/Flags.h"

#include "llvm/Support/MemoryBufferRef.h"

namespace mlir::cnn {

struct SearchOptions {
  Budget budget;
  /// The images, with what to run networks by. The first ones are for passes,
  /// and the others, a third if there are 30 or more, to measure what is lost.
  CalibrationOptions calibration;
  /// What the compression passes were registered with.
  SharedCompressionContext context;
};

/// A pipeline that was tried.
struct Trial : Candidate {
  /// "prune channels 75 %", and its family alone.
  std::string name, family;
  PassFlags flags;
  /// The drop on the images that passes have seen.
  double fittedDrop = 0;
  bool isOnFrontier = false;
};

struct SearchResult {
  Budget budget;
  /// The first one is the network as it is.
  std::vector<Trial> trials;
  std::optional<size_t> chosen;
  /// How many images passes have seen, and how many others there are.
  int64_t fittedImages = 0, heldOutImages = 0;
  /// The time of the chosen network, as a share of the original's, if the
  /// budget is about it and it can be run.
  std::optional<double> measuredLatency;
  /// The families none of which could be made, and why.
  std::vector<std::pair<std::string, std::string>> failures;
  /// What came closest, if nothing is chosen; and that time was over.
  std::string reason;
  bool isCutShort = false;
};

/// Looks for the pipeline with which the network that `network` holds, MLIR as
/// text or bytecode at boundary A, meets the budget. What it finds depends on
/// nothing but its arguments, the machine that is compiled for, and, with
/// `minutes`, on time. It fails if the network, or its images, cannot be used
/// at all; a pipeline that fails is left out.
llvm::Expected<SearchResult> searchPipelines(llvm::MemoryBufferRef network,
                                             const SearchOptions &options);

} // namespace mlir::cnn

#endif // CNNC_SEARCH_SEARCH_H
