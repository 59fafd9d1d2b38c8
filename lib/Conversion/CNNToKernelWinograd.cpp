//===- CNNToKernelWinograd.cpp - Winograd convolutions as kernels ---------===//

#include "CNNToKernel.h"
#include "CNNToKernelConv.h"
#include "DescribeKernel.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"

#include "llvm/Support/MathExtras.h"

namespace mlir::cnn {
namespace {

constexpr int64_t bytesPerElement = 4;

/// How many tiles to transform and multiply at once. If U fits the second
/// cache, V and P of a block should stay there with it. If not, blocks are so
/// large that each part of U serves many tiles; V is then read again from
/// further away, which is seldom, and P still stays near.
int64_t chooseTileBlock(const Machine &machine, const WinogradExtents &extents,
                        int64_t filterBytes, int64_t tiles) {
  int64_t level2 = std::max<int64_t>(machine.level2Bytes, 64 << 10);
  int64_t perLane = extents.points * bytesPerElement;
  int64_t block = level2 / 2 / (extents.filterLanes * perLane);
  if (4 * filterBytes <= 3 * level2)
    block = (level2 - filterBytes) /
            ((extents.filterLanes + extents.channels) * perLane);
  block = std::max<int64_t>(1, block);
  return llvm::divideCeilSigned(tiles, llvm::divideCeilSigned(tiles, block));
}

/// Large images have blocks of tiles for all threads; others share the tiles
/// and split the filter, or have smaller blocks if the filter has few.
WinogradPlan choosePlan(const Machine &machine, const WinogradExtents &extents,
                        int64_t filterBlocks, int64_t tiles, int64_t chunks) {
  int64_t filterBytes = filterBlocks * extents.points * extents.channels *
                        extents.filterLanes * bytesPerElement;
  WinogradPlan plan;
  plan.tileBlock = chooseTileBlock(machine, extents, filterBytes, tiles);
  int64_t blocks = llvm::divideCeilSigned(tiles, plan.tileBlock);
  if (blocks >= 2 * chunks) {
    plan.chunks = chunks;
  } else if (filterBlocks % 2 == 0 || filterBlocks >= chunks) {
    plan.chunks = std::min(chunks, filterBlocks);
    plan.sharesTiles = true;
  } else {
    constexpr int64_t leastTiles = 6;
    int64_t share = llvm::divideCeilSigned(tiles, chunks);
    plan.tileBlock = std::min(std::max(share, leastTiles), plan.tileBlock);
    plan.chunks =
        std::min(chunks, llvm::divideCeilSigned(tiles, plan.tileBlock));
  }
  return plan;
}

/// Output blocks that are computed together: an even number of filter blocks
/// can be split between threads.
int64_t chooseParts(const Machine &machine, int64_t outputs, int64_t lanes) {
  int64_t blocks = Blocking{lanes}.getBlockCount(outputs);
  int64_t preferred = chooseOutputBlocks(machine, outputs);
  for (int64_t parts = preferred; parts > 1; --parts)
    if (blocks % (2 * parts) == 0)
      return parts;
  return preferred;
}

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
    Blocking blocking = {lanes, chooseParts(machine, outputs, lanes)};
    SmallVector<int64_t> shape =
        getBlockedShape(getShape(conv.getOutput()), lanes);
    WinogradExtents extents = getExtents(conv, blocking);
    int64_t filterBlocks = blocking.getFilterBlockCount(outputs);
    int64_t tiles = kernel::WinogradConvOp::getTileCount(shape, conv.getTile());
    WinogradPlan plan =
        choosePlan(machine, extents, filterBlocks, tiles, chunks);
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
