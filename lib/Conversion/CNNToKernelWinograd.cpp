//===- CNNToKernelWinograd.cpp - Winograd convolutions as kernels ---------===//

#include "CNNToKernel.h"
#include "CNNToKernelConv.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"

#include "llvm/Support/MathExtras.h"

namespace mlir::cnn {
namespace {

/// How many tiles to transform and multiply at once. A block's transformed
/// inputs and products should stay in the second cache while each filter block
/// is read; filters that do not fit there want large blocks, so that they are
/// read from memory few times. A multiple of what a register block takes, and
/// small enough to make `chunks` blocks.
int64_t chooseTileBlock(const Machine &machine, ArrayRef<int64_t> filter,
                        int64_t tiles, int64_t chunks) {
  constexpr int64_t registerRows = 6, bytesPerElement = 4;
  int64_t points = filter[0], inputs = filter[2], filterLanes = filter[3];
  int64_t filterBytes =
      points * filter[1] * inputs * filterLanes * bytesPerElement;
  int64_t tileBytes = points * (inputs + filterLanes) * bytesPerElement;
  int64_t level2 = std::max<int64_t>(machine.level2Bytes, 64 << 10);
  int64_t budget = filterBytes > level2 ? 4 * level2 : level2 / 2;
  int64_t block = budget / tileBytes;
  block = std::max(block - block % registerRows, registerRows);
  // Fewer tiles than a register block takes would read the filter for nothing.
  int64_t share = std::max(llvm::divideCeilSigned(tiles, chunks), registerRows);
  return std::min({block, share, tiles});
}

struct LowerWinogradConv : LoweringPattern<WinogradConvOp> {
  LowerWinogradConv(MLIRContext *context, const Machine &machine,
                    int64_t chunks)
      : LoweringPattern(context, machine), chunks(chunks) {}

  int64_t chunks;

  LogicalResult matchAndRewrite(WinogradConvOp conv,
                                PatternRewriter &rewriter) const override {
    std::optional<std::vector<float>> filter = getFloats(conv.getFilter());
    if (!filter || (conv.getBias() && !getConstant(conv.getBias())))
      return rewriter.notifyMatchFailure(
          conv, "expects a constant filter and a constant bias");
    Location loc = conv.getLoc();
    int64_t lanes = getLanes(machine);
    ArrayRef<int64_t> extents = getShape(conv.getFilter());
    int64_t points = extents[0] * extents[1];
    int64_t outputs = extents[2], inputs = extents[3];
    Blocking blocking = {lanes, chooseOutputBlocks(machine, outputs)};
    SmallVector<int64_t> packedShape = {
        points, blocking.getFilterBlockCount(outputs),
        blocking.getBlockCount(inputs) * lanes, blocking.getFilterLanes()};
    Value packedFilter = createPackedFilter(
        rewriter, conv.getFilter(), packedShape,
        packWinogradFilter(*filter, points, outputs, inputs, blocking));

    PackedEpilogue epilogue = packEpilogue(rewriter, conv, lanes);
    Value input = createPack(rewriter, loc, conv.getInput(), lanes);
    Type element = getElementType(conv.getOutput());
    SmallVector<int64_t> shape =
        getBlockedShape(getShape(conv.getOutput()), lanes);
    int64_t tiles = kernel::WinogradConvOp::getTileCount(shape, conv.getTile());
    int64_t tileBlock = chooseTileBlock(machine, packedShape, tiles, chunks);
    Value empty = createEmpty(rewriter, loc, shape, element);
    int64_t slices = std::min(chunks, llvm::divideCeilSigned(tiles, tileBlock));
    Value scratch = createEmpty(
        rewriter, loc,
        kernel::WinogradConvOp::getScratchShape(slices, packedShape, tileBlock),
        element);
    auto kernel = kernel::WinogradConvOp::create(
        rewriter, loc, input, packedFilter, epilogue.bias, epilogue.residual,
        empty, scratch, conv.getTile(), conv.getTaps(), conv.getPads(),
        tileBlock, epilogue.activation);
    replaceByBlocked(rewriter, conv, kernel.getResult(0), epilogue.late);
    return success();
  }
};

} // namespace

void populateWinogradToKernel(RewritePatternSet &patterns,
                              const Machine &machine, int64_t chunks) {
  patterns.add<LowerWinogradConv>(patterns.getContext(), machine, chunks);
}

} // namespace mlir::cnn
