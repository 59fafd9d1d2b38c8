//===- LayerTimes.h - Layers in integers and in floats ----------*- C++ -*-===//
//
// What the cost model expects of the kernels that a layer would become. Times
// are cycles of one core.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_QUANTIZATION_LAYERTIMES_H
#define CNNC_LIB_QUANTIZATION_LAYERTIMES_H

#include "Plan.h"

#include "cnnc/Support/Machine.h"

namespace mlir::cnn {

struct LayerTimes {
  double integers = 0, floats = 0;
};

/// Estimates the ops of one network on one machine.
class LayerEstimator {
public:
  /// `mostWeight` is the largest magnitude of a weight as an integer.
  LayerEstimator(func::FuncOp function, const Machine &machine,
                 int64_t mostWeight);

  /// `op` as a layer, or as what lies between layers. Of layers of which no
  /// kernel is known both times are 0.
  LayerTimes estimate(Operation *op) const;

  /// Making floats of the integers of a tensor, or integers of its floats. What
  /// a layer computes it can store as either.
  double estimateConversion(Value value) const;

private:
  LayerTimes estimateConv(ConvOp conv) const;
  LayerTimes estimateProduct(const Layer &layer, int64_t rows) const;

  const Machine &machine;
  int64_t mostWeight;
  /// Bytes of the network's weights as floats.
  double weightBytes = 0;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_QUANTIZATION_LAYERTIMES_H
