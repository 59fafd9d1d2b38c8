//===- LayerWeights.cpp - The constant weights of layers ------------------===//

#include "cnnc/Dialect/CNN/LayerWeights.h"

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Dialect/CNN/StoredWeights.h"
#include "cnnc/Support/Weights.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::cnn;

LayerWeights LayerWeights::get(Operation *op) {
  return llvm::TypeSwitch<Operation *, LayerWeights>(op)
      .Case([](ConvOp conv) {
        return LayerWeights{&conv.getFilterMutable(), true};
      })
      .Case([](GemmOp gemm) {
        return LayerWeights{&gemm.getRhsMutable(), gemm.getTransposeRhs()};
      })
      .Case([](MatmulOp matmul) {
        return LayerWeights{&matmul.getRhsMutable(), false};
      })
      .Default(LayerWeights());
}

SmallVector<int64_t> LayerWeights::getChannelShape() const {
  ArrayRef<int64_t> shape = getType().getShape();
  SmallVector<int64_t> result(shape.size(), 1);
  size_t channel = channelsFirst ? 0 : shape.size() - 1;
  result[channel] = shape[channel];
  return result;
}

std::optional<StringRef> LayerWeights::findObstacle() const {
  RankedTensorType type = getType();
  if (StoredWeights::get(operand->get()))
    return "they are stored in fewer bits already";
  if (!type.getElementType().isF32() || !getConstant(operand->get()))
    return "they are not constants of float32";
  if (type.getRank() != (isa<ConvOp>(operand->getOwner()) ? 4 : 2))
    return "they are not those of a two-dimensional convolution or of one "
           "matrix";
  if (type.getNumElements() <= fewWeights)
    return "they are few";
  return std::nullopt;
}
