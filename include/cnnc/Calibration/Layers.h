//===- Layers.h - Layers with constant weights ------------------*- C++ -*-===//

#ifndef CNNC_CALIBRATION_LAYERS_H
#define CNNC_CALIBRATION_LAYERS_H

#include "cnnc/Calibration/WeightLayout.h"
#include "cnnc/Dialect/CNN/CNN.h"

namespace mlir::cnn {

inline ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// A sum of products with constant weights.
struct Layer {
  Value input, weights, bias;
  WeightLayout layout;
  /// The function that the layer applies itself.
  FunctionAttr activation;
};

/// `op` as a layer, or why its weights cannot be changed. Nothing is said of
/// ops that have no weights.
std::optional<Layer> getLayer(Operation *op, StringRef &why);

/// Gives the results of a `cnn` op the types that follow from operands that
/// have become smaller. They must still fit together.
void inferResultTypes(Operation *op);

} // namespace mlir::cnn

#endif // CNNC_CALIBRATION_LAYERS_H
