//===- QuantizationFlags.h - The option --quantize ---------------*- C++
//-*-===//

#ifndef CNNC_TOOLS_QUANTIZATIONFLAGS_H
#define CNNC_TOOLS_QUANTIZATIONFLAGS_H

#include "CalibrationFlags.h"

#include "cnnc/Quantization/Options.h"

namespace mlir::cnn {

/// The options of all tools that quantize networks.
class QuantizationFlags {
public:
  explicit QuantizationFlags(llvm::cl::OptionCategory &category)
      : quantize("quantize", llvm::cl::ValueOptional,
                 llvm::cl::value_desc("option=value,..."),
                 llvm::cl::cat(category), llvm::cl::desc(quantizationHelp)) {}

  /// What the command line says, or what is wrong with it; nothing without
  /// --quantize.
  llvm::Expected<std::optional<QuantizationOptions>>
  get(const CalibrationFlags &calibration, const DataFlags &data) const {
    if (quantize.getNumOccurrences() == 0)
      return std::nullopt;
    llvm::Expected<CalibrationOptions> calibrationOptions =
        calibration.get(data);
    if (!calibrationOptions)
      return calibrationOptions.takeError();
    if (calibrationOptions->images.empty())
      return llvm::createStringError(
          "--quantize needs --calibration: a folder of pictures, an .npz or an "
          ".npy file with what the network will see");
    QuantizationOptions options;
    options.calibration = *calibrationOptions;
    if (llvm::Error error = parseQuantization(quantize, options))
      return std::move(error);
    return options;
  }

private:
  llvm::cl::opt<std::string> quantize;
};

} // namespace mlir::cnn

#endif // CNNC_TOOLS_QUANTIZATIONFLAGS_H
