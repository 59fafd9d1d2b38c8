//===- Options.h - How a network is quantized -------------------*- C++ -*-===//

#ifndef CNNC_QUANTIZATION_OPTIONS_H
#define CNNC_QUANTIZATION_OPTIONS_H

#include "cnnc/Data/DataSet.h"
#include "cnnc/Quantization/Ranges.h"
#include "cnnc/Support/Progress.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>
#include <memory>

namespace mlir::cnn {

/// Runs a network on its inputs.
using RunFunction =
    std::function<llvm::Expected<std::vector<Tensor>>(ArrayRef<Tensor>)>;

/// Makes the one function of a module ready to run. May change the module.
using LoadFunction = std::function<llvm::Expected<RunFunction>(ModuleOp)>;

/// Element types that activations have.
enum class ActivationType { UInt8, Int8 };

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
  /// Use the interpreter for calibration, whose numbers are the same on every
  /// machine, even if compiled code could be used.
  bool useReference = false;

  /// The images, as `openDataSet` takes them.
  std::string calibration;
  /// How many of them; 0 stands for all.
  int64_t calibrationCount = 0;
  DataOptions data;

  /// How to run the network faster than the interpreter does; may be null.
  LoadFunction load;
  /// Where to show what is done; may be null.
  std::shared_ptr<Progress> progress;
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
