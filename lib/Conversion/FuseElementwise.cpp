//===- FuseElementwise.cpp - Chains of elementwise maps as one ------------===//

#include "NumberExpansions.h"

#include "cnnc/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_FUSEELEMENTWISE
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// The operand is made for its user only, which reads each element once:
/// nothing is computed twice.
bool isReadOnce(OpOperand *operand) {
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  Operation *producer = operand->get().getDefiningOp();
  return consumer && producer && producer->hasOneUse() &&
         consumer.getMatchingIndexingMap(operand).isPermutation();
}

/// A product that was rounded when it was stored is still rounded before it is
/// added to something: integers computed in floats are exact or not by that.
void keepRounding(linalg::GenericOp op) {
  for (Value result : op.getBody()->getTerminator()->getOperands())
    if (auto product = result.getDefiningOp<arith::MulFOp>())
      product->setAttr(keepsRounding, UnitAttr::get(op.getContext()));
}

struct FuseElementwise : impl::FuseElementwiseBase<FuseElementwise> {
  void runOnOperation() override {
    getOperation().walk(keepRounding);
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(patterns, isReadOnce);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::cnn
