//===- LayerValues.h - What the layers of a network compute -----*- C++ -*-===//

#ifndef CNNC_LIB_RUNNER_LAYERVALUES_H
#define CNNC_LIB_RUNNER_LAYERVALUES_H

#include "cnnc/Support/Tensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::cnn {

/// What integers of a tensor stand for: (q - zeroPoint) * scale, where both
/// broadcast to it. Without a scale they stand for themselves.
struct IntegerMeaning {
  std::optional<Tensor> scale, zeroPoint;
};

/// A value that a layer computes, and what its integers mean.
struct LayerValue {
  Value value;
  IntegerMeaning meaning;

  /// "conv", "requantize", ...
  StringRef getKind() const;
  /// The numbers that `tensor`, which is the value in one run, stands for.
  std::vector<double> toNumbers(const Tensor &tensor) const;
};

/// For each layer, which is called after the ONNX node, the values that have
/// its name in their location and whose numbers are known, in order. Layers of
/// integers of unknown scale have an empty list.
using LayerValues = llvm::MapVector<StringRef, SmallVector<LayerValue>,
                                    llvm::DenseMap<StringRef, unsigned>>;
LayerValues findLayerValues(func::FuncOp function);

/// The numbers that a result of the function stands for.
LayerValue getResultValue(func::FuncOp function, unsigned index);

} // namespace mlir::cnn

#endif // CNNC_LIB_RUNNER_LAYERVALUES_H
