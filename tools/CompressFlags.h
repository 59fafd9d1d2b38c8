//===- CompressFlags.h - The option --compress ------------------*- C++ -*-===//

#ifndef CNNC_TOOLS_COMPRESSFLAGS_H
#define CNNC_TOOLS_COMPRESSFLAGS_H

#include "CalibrationFlags.h"

#include "cnnc/Search/Report.h"

namespace mlir::cnn {

/// The options of a tool that chooses passes for a budget.
class CompressFlags {
public:
  explicit CompressFlags(llvm::cl::OptionCategory &category)
      : category(category) {}

  bool isGiven() const { return compress.getNumOccurrences() > 0; }

  /// An error if something is said of a search that there is none of.
  llvm::Error checkUnused() const {
    if (!isGiven() && (!reports.empty() || !pipeline.empty()))
      return llvm::createStringError(
          "--compress-report and --compress-pipeline need --compress");
    return llvm::Error::success();
  }

  /// What the command line says, or what is wrong with it.
  llvm::Expected<SearchOptions> get(const CalibrationFlags &calibration,
                                    const DataFlags &data) const {
    SearchOptions options;
    llvm::Expected<Budget> budget = parseBudget(compress);
    if (!budget)
      return budget.takeError();
    options.budget = *budget;
    llvm::Expected<CalibrationOptions> images = calibration.get(data);
    if (!images)
      return images.takeError();
    options.calibration = *images;
    if (options.calibration.images.empty())
      return llvm::createStringError(
          "--compress needs --calibration: a folder of pictures, an .npz or an "
          ".npy file with what the network will see");
    return options;
  }

  /// Prints the table, and writes the files that the command line names.
  /// `flags` are those of the chosen pipeline with what it needs besides.
  llvm::Error report(const SearchResult &result,
                     llvm::ArrayRef<std::string> flags) const {
    printTrials(result, llvm::errs());
    for (const std::string &path : reports)
      if (llvm::Error error = writeReport(result, path))
        return error;
    if (pipeline.empty() || !result.chosen)
      return llvm::Error::success();
    return llvm::writeToOutput(pipeline, [&](llvm::raw_ostream &stream) {
      stream << formatResponseFile(flags);
      return llvm::Error::success();
    });
  }

private:
  llvm::cl::cat category;
  llvm::cl::opt<std::string> compress{
      "compress", llvm::cl::value_desc("budget"), category,
      llvm::cl::desc(
          "Choose passes, and how strong they are, such that the network is as "
          "small as this says and loses least: size:0.1, macs:0.75 and "
          "latency:0.7 are shares of the original's that may be left, "
          "size:least what is to be as small as it can be, max-drop:1 the "
          "percent that may be lost on --calibration, minutes:10 when the "
          "search ends")};
  llvm::cl::list<std::string> reports{
      "compress-report", llvm::cl::value_desc("file"), category,
      llvm::cl::desc("Write what --compress has tried: a plot if the name ends "
                     "in .svg, .json, .csv, or else a table; may be repeated")};
  llvm::cl::opt<std::string> pipeline{
      "compress-pipeline", llvm::cl::value_desc("file"), category,
      llvm::cl::desc("Write the flags that --compress chose; cnn-opt MODEL "
                     "@FILE does the same again")};
};

} // namespace mlir::cnn

#endif // CNNC_TOOLS_COMPRESSFLAGS_H
