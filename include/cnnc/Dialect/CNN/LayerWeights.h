//===- LayerWeights.h - The constant weights of layers ----------*- C++ -*-===//

#ifndef CNNC_DIALECT_CNN_LAYERWEIGHTS_H
#define CNNC_DIALECT_CNN_LAYERWEIGHTS_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

#include <optional>

namespace mlir::cnn {

/// Weights that are too few to be worth a scale or a codebook.
constexpr int64_t fewWeights = 64;

/// The operand of a layer that has its weights, and where its output channels
/// are.
struct LayerWeights {
  OpOperand *operand = nullptr;
  bool channelsFirst = true;

  /// Without an operand if `op` is no convolution, gemm or product.
  static LayerWeights get(Operation *op);

  RankedTensorType getType() const {
    return cast<RankedTensorType>(operand->get().getType());
  }
  /// The shape of one number per output channel, aligned with the weights.
  SmallVector<int64_t> getChannelShape() const;
  /// Why the weights cannot be stored in fewer bits, if they cannot.
  std::optional<StringRef> findObstacle() const;
};

} // namespace mlir::cnn

#endif // CNNC_DIALECT_CNN_LAYERWEIGHTS_H
