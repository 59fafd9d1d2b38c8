//===- SlowLayers.h - What integers would make slower -----------*- C++ -*-===//

#ifndef CNNC_LIB_QUANTIZATION_SLOWLAYERS_H
#define CNNC_LIB_QUANTIZATION_SLOWLAYERS_H

#include "Plan.h"

#include "cnnc/Support/Machine.h"

namespace mlir::cnn {

/// The layers of `plan` that had better stay in float, and why: those for which
/// the estimated time of the network on `machine` is the least, with all
/// conversions between neighbours of which one computes in floats.
FloatLayers findSlowLayers(func::FuncOp function, const Plan &plan,
                           const Machine &machine,
                           const QuantizationOptions &options);

} // namespace mlir::cnn

#endif // CNNC_LIB_QUANTIZATION_SLOWLAYERS_H
