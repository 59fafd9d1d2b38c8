//===- FuseActivation.cpp - Functions into the layers before them ---------===//

#include "cnnc/Transforms/Passes.h"

#include "Rewrites.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_FUSEACTIVATION
#include "cnnc/Transforms/Passes.h.inc"

namespace {

LogicalResult missed(UnaryOp op, const Twine &why) {
  return cnn::missed(op, "FuseActivation", why);
}

/// f(max(a, b)) = max(f(a), f(b)), and f costs next to nothing.
bool commutesWithMaximum(FunctionAttr function) {
  return function.getKind() == FunctionKind::relu ||
         function.getKind() == FunctionKind::clip;
}

/// The max_pool between a layer and `op` that `op` may pass, or null.
MaxPoolOp getPassablePool(UnaryOp op) {
  auto pool = op.getInput().getDefiningOp<MaxPoolOp>();
  bool passes = pool && pool->hasOneUse() &&
                commutesWithMaximum(op.getFunction()) &&
                pool.getInput().getDefiningOp<ActivatedOp>();
  return passes ? pool : MaxPoolOp();
}

LogicalResult fuse(UnaryOp op, RewriterBase &rewriter) {
  MaxPoolOp pool = getPassablePool(op);
  Value input = pool ? pool.getInput() : op.getInput();
  auto layer = input.getDefiningOp<ActivatedOp>();
  if (!layer)
    return missed(op, "its input is not a layer that applies functions");
  if (!input.hasOneUse())
    return missed(op, "the layer before it has another user");
  if (layer.getActivationAttr())
    return missed(op, "the layer before it applies a function already");

  absorbed(op, "FuseActivation", layer.getLoc());
  rewriter.modifyOpInPlace(layer,
                           [&] { layer.setActivationAttr(op.getFunction()); });
  rewriter.replaceOp(op, op.getInput());
  return success();
}

struct FuseActivation : impl::FuseActivationBase<FuseActivation> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](UnaryOp op) { (void)fuse(op, rewriter); });
  }
};

} // namespace
} // namespace mlir::cnn
