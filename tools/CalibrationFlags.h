//===- CalibrationFlags.h - The option --calibration -------------*- C++
//-*-===//

#ifndef CNNC_TOOLS_CALIBRATIONFLAGS_H
#define CNNC_TOOLS_CALIBRATIONFLAGS_H

#include "DataFlags.h"

#include "cnnc/Runner/Calibration.h"

namespace mlir::cnn {

/// The options of all tools that run networks on images to find out about them.
class CalibrationFlags {
public:
  explicit CalibrationFlags(llvm::cl::OptionCategory &category)
      : category(category) {}

  /// What the command line says, or what is wrong with it.
  llvm::Expected<CalibrationOptions> get(const DataFlags &data) const {
    llvm::Expected<DataOptions> dataOptions = data.get();
    if (!dataOptions)
      return dataOptions.takeError();
    CalibrationOptions options;
    options.data = *dataOptions;
    options.images = images;
    options.count = count;
    options.load = compileForCalibration;
    return options;
  }

  /// Flags that say the same of the first `limit` images.
  std::vector<std::string> getArguments(const DataFlags &data,
                                        int64_t limit) const {
    std::vector<std::string> arguments = data.getArguments();
    arguments.push_back("--calibration=" + images);
    arguments.push_back("--calibration-count=" + std::to_string(limit));
    return arguments;
  }

  /// One of the options was given.
  bool isGiven() const {
    return images.getNumOccurrences() || count.getNumOccurrences();
  }

  /// An error if an option was given for which there is no use without one of
  /// `readers`, such as "--quantize".
  llvm::Error checkUnused(llvm::StringRef readers) const {
    if (isGiven())
      return llvm::createStringError(
          "--calibration and --calibration-count need " + readers);
    return llvm::Error::success();
  }

  /// The same of a tool that reads pictures for nothing else.
  llvm::Error checkUnused(llvm::StringRef readers,
                          const DataFlags &data) const {
    if (data.isGiven())
      return llvm::createStringError(
          "--mean, --std, --scale, --order, --layout, --resize, --npz-images "
          "and --npz-labels need " +
          readers);
    return checkUnused(readers);
  }

private:
  llvm::cl::cat category;
  llvm::cl::opt<std::string> images{
      "calibration", llvm::cl::value_desc("folder|file"), category,
      llvm::cl::desc(
          "Images that the network is run on to find out what its layers "
          "compute: a folder of pictures, or an .npz or .npy file")};
  llvm::cl::opt<unsigned> count{
      "calibration-count", llvm::cl::value_desc("images"), llvm::cl::init(0),
      category,
      llvm::cl::desc("Use only the first images of --calibration (default: all "
                     "of them)")};
};

} // namespace mlir::cnn

#endif // CNNC_TOOLS_CALIBRATIONFLAGS_H
