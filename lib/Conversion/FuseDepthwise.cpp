//===- FuseDepthwise.cpp - Expansions inside of depthwise convolutions ----===//

#include "TensorBuilders.h"

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Support/Remarks.h"
#include "cnnc/Support/RowRing.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_FUSEDEPTHWISE
#include "cnnc/Conversion/Passes.h.inc"

namespace {

remark::RemarkOpts getRemarkOptions() {
  return remark::RemarkOpts::name("FuseDepthwise").category("cnn");
}

void remarkMissed(Operation *op, StringRef why) {
  remark::missed(op->getLoc(), getRemarkOptions()) << why;
}

/// On both layers.
void remarkFused(kernel::DirectConvOp expansion,
                 kernel::DepthwiseConvOp depthwise, int64_t channelBlocks) {
  remark::passed(depthwise.getLoc(), getRemarkOptions())
      << "keeps rows of " + std::to_string(channelBlocks) +
             " channel blocks instead of the whole expanded image";
  std::string host = "the depthwise convolution after it";
  if (auto name = dyn_cast<NameLoc>(depthwise.getLoc()))
    host = "'" + name.getName().str() + "'";
  remark::passed(expansion.getLoc(),
                 getRemarkOptions().subCategory(fusedRemark))
      << "computed within " + host;
}

int64_t getBytes(ShapedType type) {
  return type.getNumElements() * type.getElementTypeBitWidth() / 8;
}

/// The convolution that writes what `depthwise` reads, if both can be one; else
/// remarks why not.
kernel::DirectConvOp getExpansion(kernel::DepthwiseConvOp depthwise) {
  auto expansion = depthwise.getInput().getDefiningOp<kernel::DirectConvOp>();
  StringRef why;
  if (!expansion || !expansion.isBlocked() || expansion.getGroups() != 1 ||
      !isPointwise(expansion.getWindow()))
    why = "its input is not that of a convolution of one tap";
  else if (!expansion->hasOneUse())
    why = "the expanded image has another user";
  else if (expansion.getResidual() || depthwise.getResidual())
    why = "one of the convolutions adds a residual";
  if (why.empty())
    return expansion;
  remarkMissed(depthwise, why);
  return {};
}

ExpandedLayer getLayer(kernel::DirectConvOp expansion,
                       kernel::DepthwiseConvOp depthwise) {
  ShapedType image = expansion.getOutput().getType();
  ArrayRef<int64_t> shape = image.getShape();
  ExpandedLayer layer;
  layer.images = shape[0];
  layer.filterBlocks = expansion.getFilter().getType().getShape()[0];
  layer.inputRows = shape[2];
  layer.rowBytes = getBytes(image) / (shape[0] * shape[1] * shape[2]) *
                   expansion.getOutputBlocks();
  layer.rowMultiplyAdds = expansion.getFilter().getType().getNumElements() /
                          layer.filterBlocks * shape[3];
  layer.inputBytes = getBytes(expansion.getInput().getType()) / shape[0];
  layer.filterBytes = getBytes(expansion.getFilter().getType()) +
                      getBytes(depthwise.getFilter().getType());
  layer.outputRows = depthwise.getOutput().getType().getShape()[2];
  layer.window = depthwise.getWindow()[0];
  return layer;
}

void fuse(kernel::DirectConvOp expansion, kernel::DepthwiseConvOp depthwise,
          const RowRing &ring) {
  IRRewriter rewriter(depthwise);
  ShapedType image = expansion.getOutput().getType();
  ArrayRef<int64_t> shape = image.getShape();
  Value rows =
      createEmpty(rewriter, depthwise.getLoc(),
                  {ring.chunks, ring.groupBlocks * expansion.getOutputBlocks(),
                   depthwise.getWindow()[0].getReach(), shape[3], shape[4]},
                  image.getElementType());
  auto fused = kernel::ExpandedDepthwiseConvOp::create(
      rewriter, depthwise.getLoc(), expansion.getInput(), expansion.getFilter(),
      depthwise.getFilter(), expansion.getBias(), depthwise.getBias(),
      depthwise.getOutput(), rows, depthwise.getStrides(), depthwise.getPads(),
      depthwise.getDilations(), expansion.getActivationAttr(),
      depthwise.getActivationAttr());
  rewriter.replaceOp(depthwise, fused.getResult(0));
  rewriter.eraseOp(expansion);
}

struct FuseDepthwise : impl::FuseDepthwiseBase<FuseDepthwise> {
  using FuseDepthwiseBase::FuseDepthwiseBase;

  void runOnOperation() override {
    llvm::Expected<Machine> machine =
        Machine::get(getOperation()->getParentOfType<ModuleOp>());
    if (!machine) {
      getOperation().emitError(llvm::toString(machine.takeError()));
      return signalPassFailure();
    }
    if (when == FusionChoice::never)
      return;
    SmallVector<kernel::DepthwiseConvOp> convolutions;
    getOperation().walk([&](kernel::DepthwiseConvOp conv) {
      if (isa<RankedTensorType>(conv.getOutput().getType()))
        convolutions.push_back(conv);
    });
    for (kernel::DepthwiseConvOp conv : convolutions)
      visit(conv, *machine);
  }

  void visit(kernel::DepthwiseConvOp depthwise, const Machine &machine) {
    kernel::DirectConvOp expansion = getExpansion(depthwise);
    if (!expansion)
      return;
    ExpandedLayer layer = getLayer(expansion, depthwise);
    RowRing ring = chooseRowRing(layer, machine, std::max<int64_t>(1, chunks));
    if (when == FusionChoice::automatic && !suitsRowRing(layer, ring, machine))
      return remarkMissed(depthwise,
                          "keeping rows in a ring would not save time");
    remarkFused(expansion, depthwise,
                ring.groupBlocks * expansion.getOutputBlocks());
    fuse(expansion, depthwise, ring);
  }
};

} // namespace
} // namespace mlir::cnn
