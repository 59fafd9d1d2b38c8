//===- WidenWeights.cpp - Weights of few bits in float32 ------------------===//

#include "cnnc/Transforms/Passes.h"

#include "Rewrites.h"

#include "cnnc/Dialect/CNN/StoredWeights.h"

#include "llvm/ADT/SetVector.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_WIDENWEIGHTS
#include "cnnc/Transforms/Passes.h.inc"

namespace {

/// What a product with scales of the output channels gives.
ElementsAttr multiply(DequantizeOp op) {
  std::vector<float> values = *getFloats(op.getInput()),
                     scales = *getFloats(op.getScale());
  ArrayRef<int64_t> shape = getShape(op.getInput());
  for (auto [i, value] : llvm::enumerate(values))
    value *= scales[getBroadcastPosition(getShape(op.getScale()), shape,
                                         static_cast<int64_t>(i))];
  return makeConstant(shape, std::move(values), op.getContext());
}

/// The numbers that `op`, which has `cnn.stored`, widens weights to.
ElementsAttr evaluate(Operation *op) {
  if (auto dequantize = dyn_cast<DequantizeOp>(op))
    return multiply(dequantize);
  SmallVector<OpFoldResult> folded;
  op->removeAttr(StoredWeights::getAttributeName());
  if (failed(op->fold(folded)))
    return nullptr;
  return dyn_cast_if_present<ElementsAttr>(
      dyn_cast_if_present<Attribute>(folded.front()));
}

struct WidenWeights : impl::WidenWeightsBase<WidenWeights> {
  void runOnOperation() override {
    llvm::SmallSetVector<Operation *, 16> stored;
    getOperation().walk([&](Operation *op) {
      if (!isa<ConvOp, ConvTransposeOp>(op))
        return;
      Value filter = op->getOperand(1);
      if (StoredWeights::get(filter))
        stored.insert(filter.getDefiningOp());
    });
    for (Operation *op : stored)
      widen(op);
  }

private:
  void widen(Operation *op) {
    OpBuilder builder(op);
    Operation *copy = builder.clone(*op);
    if (ElementsAttr numbers = evaluate(copy)) {
      Value constant = createConstant(builder, op->getLoc(), numbers);
      op->getResult(0).replaceUsesWithIf(constant, [](OpOperand &use) {
        return isa<ConvOp, ConvTransposeOp>(use.getOwner()) &&
               use.getOperandNumber() == 1;
      });
    }
    copy->erase();
    if (!op->use_empty())
      return;
    SmallVector<Value> operands(op->getOperands());
    op->erase();
    for (Value operand : operands)
      if (operand.use_empty())
        operand.getDefiningOp()->erase();
  }
};

} // namespace
} // namespace mlir::cnn
