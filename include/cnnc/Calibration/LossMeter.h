//===- LossMeter.h - What a changed network loses ---------------*- C++ -*-===//

#ifndef CNNC_CALIBRATION_LOSSMETER_H
#define CNNC_CALIBRATION_LOSSMETER_H

#include "cnnc/Calibration/Images.h"

namespace mlir::cnn {

/// In percent, as `Drop` has them; of several outputs the worst.
struct Loss {
  double drop = 0;
  /// The power of the difference, also of an output of classes.
  double noise = 0;
};

/// Compares changed copies of a network with the network, on the images of
/// calibration.
class LossMeter {
public:
  /// Runs `function`. `images` must live as long as the meter.
  static llvm::Expected<LossMeter> open(func::FuncOp function,
                                        const CalibrationImages &images,
                                        const CalibrationOptions &options);

  /// Runs the one function of `module`, which may be changed by it.
  llvm::Expected<Loss> measure(ModuleOp module,
                               const CalibrationOptions &options) const;
  /// The same of a network that has been loaded.
  llvm::Expected<Loss> measure(const RunFunction &run) const;

private:
  explicit LossMeter(const CalibrationImages &images) : images(&images) {}

  const CalibrationImages *images;
  /// The outputs of each run.
  std::vector<std::vector<Tensor>> expected;
};

} // namespace mlir::cnn

#endif // CNNC_CALIBRATION_LOSSMETER_H
