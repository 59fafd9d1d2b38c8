//===- CNNToKernelWinograd.cpp - Winograd convolutions as kernels ---------===//

#include "CNNToKernel.h"
#include "CNNToKernelConv.h"
#include "DescribeKernel.h"
#include "WinogradPlan.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"

namespace mlir::cnn {
namespace {

struct LowerWinogradConv : LoweringPattern<WinogradConvOp> {
  LowerWinogradConv(MLIRContext *context, const Machine &machine,
                    int64_t chunks)
      : LoweringPattern(context, machine), chunks(chunks) {}

  int64_t chunks;

  LogicalResult matchAndRewrite(WinogradConvOp conv,
                                PatternRewriter &rewriter) const override {
    std::optional<FloatElements> filter = FloatElements::get(conv.getFilter());
    if (!filter || (conv.getBias() && !getConstant(conv.getBias())))
      return rewriter.notifyMatchFailure(
          conv, "expects a constant filter and a constant bias");
    int64_t lanes = getLanes(machine);
    int64_t outputs = getShape(conv.getFilter())[0];
    Blocking blocking = chooseWinogradBlocking(machine, outputs);
    SmallVector<int64_t> shape =
        getBlockedShape(getShape(conv.getOutput()), lanes);
    WinogradExtents extents = getExtents(conv, blocking);
    int64_t filterBlocks = blocking.getFilterBlockCount(outputs);
    int64_t tiles = kernel::WinogradConvOp::getTileCount(shape, conv.getTile());
    WinogradPlan plan = chooseWinogradPlan(
        machine, extents, {filterBlocks, tiles, chunks}, WinogradBytes());
    Value packedFilter = createPackedFilter(
        rewriter, conv.getFilter(),
        {filterBlocks, extents.points, extents.channels, extents.filterLanes},
        packWinogradFilter(*filter, getShape(conv.getFilter()), conv.getTile(),
                           blocking));
    filter.reset();

    Location loc = conv.getLoc();
    Type element = getElementType(conv.getOutput());
    PackedEpilogue epilogue = packEpilogue(rewriter, conv, lanes);
    Value input = createPack(rewriter, loc, conv.getInput(), lanes);
    Value empty = createEmpty(rewriter, loc, shape, element);
    Value scratch = createEmpty(rewriter, loc,
                                {WinogradScratch(extents, plan).size}, element);
    auto kernel = kernel::WinogradConvOp::create(
        rewriter, loc, input, packedFilter, epilogue.bias, epilogue.residual,
        empty, scratch, conv.getTile(), conv.getTaps(), conv.getPads(),
        plan.tileBlock, plan.chunks, plan.sharesTiles, epilogue.activation);
    recordProducts(kernel, conv.getOutput().getType(),
                   getShape(conv.getInput())[1] * conv.getTaps()[0] *
                       conv.getTaps()[1]);
    replaceByBlocked(rewriter, conv, kernel.getResult(0), epilogue.late);
    return success();
  }

private:
  static WinogradExtents getExtents(WinogradConvOp conv, Blocking blocking) {
    ArrayRef<int64_t> tile = conv.getTile(), taps = conv.getTaps();
    return {(tile[0] + taps[0] - 1) * (tile[1] + taps[1] - 1),
            blocking.getBlockCount(getShape(conv.getInput())[1]) *
                blocking.lanes,
            blocking.getFilterLanes()};
  }
};

} // namespace

void populateWinogradToKernel(RewritePatternSet &patterns,
                              const Machine &machine, int64_t chunks) {
  patterns.add<LowerWinogradConv>(patterns.getContext(), machine, chunks);
}

} // namespace mlir::cnn
