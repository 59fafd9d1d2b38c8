//===- FuseResidual.cpp - Sums into the convolutions before them ----------===//

#include "cnnc/Transforms/Passes.h"

#include "Rewrites.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_FUSERESIDUAL
#include "cnnc/Transforms/Passes.h.inc"

namespace {

LogicalResult missed(BinaryOp op, const Twine &why) {
  return cnn::missed(op, "FuseResidual", why);
}

/// The convolution that makes `value` and can still take a residual, or null.
Operation *getOpenConv(Value value, Block *block) {
  Operation *op = value.getDefiningOp();
  if (!op || !value.hasOneUse() || op->getBlock() != block)
    return nullptr;
  if (auto conv = dyn_cast<ConvOp>(op))
    return conv.getResidual() || conv.getActivation() ? nullptr : op;
  if (auto conv = dyn_cast<WinogradConvOp>(op))
    return conv.getResidual() || conv.getActivation() ? nullptr : op;
  return nullptr;
}

void setResidual(Operation *op, Value residual) {
  if (auto conv = dyn_cast<ConvOp>(op))
    conv.getResidualMutable().assign(residual);
  else
    cast<WinogradConvOp>(op).getResidualMutable().assign(residual);
}

LogicalResult fuse(BinaryOp op, RewriterBase &rewriter) {
  if (op.getKind() != BinaryKind::add || getConstant(op.getLhs()) ||
      getConstant(op.getRhs()))
    return failure();
  Operation *left = getOpenConv(op.getLhs(), op->getBlock());
  Operation *right = getOpenConv(op.getRhs(), op->getBlock());
  if (!left && !right)
    return missed(op, "no operand is a convolution of its own without "
                      "activation and residual");
  if (op.getLhs().getType() != op.getRhs().getType())
    return missed(op, "an operand is broadcast");

  bool takesLeft = left && (!right || right->isBeforeInBlock(left));
  Operation *conv = takesLeft ? left : right;
  Value residual = takesLeft ? op.getRhs() : op.getLhs();
  // Its only user is the sum, so it can wait until the residual is there.
  Operation *source = residual.getDefiningOp();
  if (source && source->getBlock() == op->getBlock() &&
      conv->isBeforeInBlock(source))
    rewriter.moveOpBefore(conv, op);
  absorbed(op, "FuseResidual", conv->getLoc());
  rewriter.modifyOpInPlace(conv, [&] { setResidual(conv, residual); });
  rewriter.replaceOp(op, conv->getResults());
  return success();
}

struct FuseResidual : impl::FuseResidualBase<FuseResidual> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](BinaryOp op) { (void)fuse(op, rewriter); });
  }
};

} // namespace
} // namespace mlir::cnn
