//===- LowRankImages.h - What layers meet in images -------------*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_LOWRANKIMAGES_H
#define CNNC_LIB_COMPRESSION_LOWRANKIMAGES_H

#include "LowRankLayer.h"

#include "cnnc/Calibration/Options.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::cnn {

/// Runs `function` on the images of `options` and sets means and covariances of
/// its `layers`, except those whose covariances would be too large: they are
/// remarked.
llvm::Error observeInputs(func::FuncOp function,
                          const CalibrationOptions &options,
                          ArrayRef<LowRankLayer *> layers);

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_LOWRANKIMAGES_H
