//===- RoundWeights.h - Weights rounded for their inputs --------*- C++ -*-===//

#ifndef CNNC_LIB_QUANTIZATION_ROUNDWEIGHTS_H
#define CNNC_LIB_QUANTIZATION_ROUNDWEIGHTS_H

#include "Plan.h"

namespace mlir::cnn {

/// Rounds the weights of the integer layers of `plan` for what the layers take
/// from the images of calibration, and keeps them in `statistics`. Runs the
/// float network once more.
llvm::Error roundWeights(func::FuncOp function, const Plan &plan,
                         const QuantizationOptions &options,
                         Statistics &statistics);

} // namespace mlir::cnn

#endif // CNNC_LIB_QUANTIZATION_ROUNDWEIGHTS_H
