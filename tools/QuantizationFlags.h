//===- QuantizationFlags.h - The option --quantize ---------------*- C++
//-*-===//

#ifndef CNNC_TOOLS_QUANTIZATIONFLAGS_H
#define CNNC_TOOLS_QUANTIZATIONFLAGS_H

#include "DataFlags.h"

#include "cnnc/Quantization/Options.h"
#include "cnnc/Runner/Calibration.h"

namespace mlir::cnn {

/// The options of all tools that quantize networks.
class QuantizationFlags {
public:
  explicit QuantizationFlags(llvm::cl::OptionCategory &category)
      : category(category) {}

  /// What the command line says, or what is wrong with it; nothing without
  /// --quantize.
  llvm::Expected<std::optional<QuantizationOptions>>
  get(const DataFlags &data) const {
    bool isGiven = quantize.getNumOccurrences() > 0;
    if (isGiven && calibration.empty())
      return llvm::createStringError(
          "--quantize needs --calibration: a folder of pictures, an .npz or an "
          ".npy file with what the network will see");
    if (!isGiven && (!calibration.empty() || count.getNumOccurrences()))
      return llvm::createStringError(
          "--calibration and --calibration-count need --quantize");
    if (!isGiven)
      return std::nullopt;
    QuantizationOptions options;
    if (llvm::Error error = parseQuantization(quantize, options))
      return std::move(error);
    llvm::Expected<DataOptions> dataOptions = data.get();
    if (!dataOptions)
      return dataOptions.takeError();
    options.data = *dataOptions;
    options.calibration = calibration;
    options.calibrationCount = count;
    options.load = compileForCalibration;
    return options;
  }

private:
  llvm::cl::cat category;
  llvm::cl::opt<std::string> quantize{"quantize", llvm::cl::ValueOptional,
                                      llvm::cl::value_desc("option=value,..."),
                                      category,
                                      llvm::cl::desc(quantizationHelp)};
  llvm::cl::opt<std::string> calibration{
      "calibration", llvm::cl::value_desc("folder|file"), category,
      llvm::cl::desc(
          "Images that --quantize finds the ranges of numbers with: a folder "
          "of pictures, or an .npz or .npy file")};
  llvm::cl::opt<unsigned> count{
      "calibration-count", llvm::cl::value_desc("images"), llvm::cl::init(0),
      category,
      llvm::cl::desc("Use only the first images of --calibration (default: all "
                     "of them)")};
};

} // namespace mlir::cnn

#endif // CNNC_TOOLS_QUANTIZATIONFLAGS_H
