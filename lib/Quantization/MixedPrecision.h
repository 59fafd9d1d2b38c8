//===- MixedPrecision.h - Which layers stay in float ------------*- C++ -*-===//

#ifndef CNNC_LIB_QUANTIZATION_MIXEDPRECISION_H
#define CNNC_LIB_QUANTIZATION_MIXEDPRECISION_H

#include "Plan.h"

namespace mlir::cnn {

/// The layers of `plan` that must stay in float, and why, for the network to
/// lose at most `options.maxDrop` on the images of calibration; among them
/// `kept`, which stay in any case and are none of the plan's.
///
/// Layers are ordered by the noise that integers add to their result, each on
/// its own; the worst ones stay, as few as bisection finds. Each of its steps
/// quantizes a copy of the network and runs it. Fails if no layer is left.
llvm::Expected<FloatLayers>
chooseFloatLayers(func::FuncOp function, const Plan &plan,
                  const Statistics &statistics,
                  const QuantizationOptions &options, const FloatLayers &kept);

} // namespace mlir::cnn

#endif // CNNC_LIB_QUANTIZATION_MIXEDPRECISION_H
