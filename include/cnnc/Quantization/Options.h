//===- Options.h - How a network is quantized -------------------*- C++ -*-===//

#ifndef CNNC_QUANTIZATION_OPTIONS_H
#define CNNC_QUANTIZATION_OPTIONS_H

#include "cnnc/Calibration/Options.h"
#include "cnnc/Quantization/Ranges.h"

#include <optional>

namespace mlir::cnn {

/// Element types that activations have.
enum class ActivationType { UInt8, Int8, Int16 };

/// What --quantize says.
struct QuantizationOptions {
  ActivationType activations = ActivationType::UInt8;
  /// 8 or 4: weights lie in [-(2^(bits-1) - 1), 2^(bits-1) - 1], one byte each.
  int64_t weightBits = 8;
  RangeOptions range;
  /// Keep the layers next to the inputs, or next to the outputs, in float.
  bool firstInFloat = false, lastInFloat = false;
  /// Locations of layers that stay in float.
  std::vector<std::string> keptInFloat;
  /// Quantize layers that integers make slower on the machine that is compiled
  /// for, too.
  bool quantizesSlow = false;
  /// Round the weights of an output channel together, for the least error of
  /// its output.
  bool roundsAdaptively = false;
  /// Keep as few layers in float as it takes for the network to lose no more on
  /// the images of calibration, in percent as `Drop` has it.
  std::optional<double> maxDrop;
  /// Scale channels such that consecutive layers have weights of the same
  /// magnitude.
  bool equalizes = false;
  /// Correct biases by the mean error that rounded weights cause.
  bool correctBias = false;

  CalibrationOptions calibration;
};

/// Reads "activations=uint8,weights=int8,range=mse,..." into `options`; the
/// error says what would be accepted.
llvm::Error parseQuantization(StringRef text, QuantizationOptions &options);

/// The integers that activations become.
NumberFormat getFormat(ActivationType type);
Type getElementType(ActivationType type, MLIRContext *context);

/// What `parseQuantization` accepts, for --help.
extern const char *const quantizationHelp;

} // namespace mlir::cnn

#endif // CNNC_QUANTIZATION_OPTIONS_H
