//===- Calibration.h - Compiled code for calibration -------------*- C++
//-*-===//

#ifndef CNNC_RUNNER_CALIBRATION_H
#define CNNC_RUNNER_CALIBRATION_H

#include "cnnc/Calibration/Options.h"

namespace mlir::cnn {

/// Compiles the network of `module` for this machine, in memory: a LoadFunction
/// that makes calibration many times faster than the interpreter does.
llvm::Expected<RunFunction> compileForCalibration(ModuleOp module);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_CALIBRATION_H
