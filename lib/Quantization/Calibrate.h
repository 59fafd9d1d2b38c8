//===- Calibrate.h - What the tensors of a network hold ---------*- C++ -*-===//

#ifndef CNNC_LIB_QUANTIZATION_CALIBRATE_H
#define CNNC_LIB_QUANTIZATION_CALIBRATE_H

#include "cnnc/Quantization/Options.h"
#include "cnnc/Quantization/Weights.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::cnn {

/// What was seen of a tensor in all images.
struct TensorStatistics {
  Observer observer;
  /// The mean of each channel, dimension 1; empty for tensors without one.
  std::vector<double> channelMeans;
  /// Of the result of a layer: its weights, if they are not just the nearest
  /// integers.
  QuantizedWeights weights;
};

using Statistics = llvm::DenseMap<Value, TensorStatistics>;

/// Runs the function on the images of `options` and observes `values`, which
/// are float32. Fails if they cannot be read, are not numbers, or do not fit
/// the network.
llvm::Expected<Statistics> calibrate(func::FuncOp function,
                                     ArrayRef<Value> values,
                                     const QuantizationOptions &options);

} // namespace mlir::cnn

#endif // CNNC_LIB_QUANTIZATION_CALIBRATE_H
