//===- WinogradPlan.cpp - How Winograd convolutions are cut ---------------===//

#include "WinogradPlan.h"

#include "CNNToKernel.h"

#include "llvm/Support/MathExtras.h"

namespace mlir::cnn {

/// How many tiles to transform and multiply at once. If U fits the second
/// cache, V and P of a block should stay there with it. If not, blocks are so
/// large that each part of U serves many tiles; V is then read again from
/// further away, which is seldom, and P still stays near.
static int64_t chooseTileBlock(const Machine &machine,
                               const WinogradExtents &extents,
                               int64_t filterBytes, int64_t tiles,
                               WinogradBytes bytes) {
  int64_t level2 = std::max<int64_t>(machine.level2Bytes, 64 << 10);
  int64_t products = extents.filterLanes * extents.points * bytes.product;
  int64_t block = level2 / 2 / products;
  if (4 * filterBytes <= 3 * level2)
    block = (level2 - filterBytes) /
            (products + extents.channels * extents.points * bytes.factor);
  block = std::max<int64_t>(1, block);
  return llvm::divideCeilSigned(tiles, llvm::divideCeilSigned(tiles, block));
}

WinogradPlan chooseWinogradPlan(const Machine &machine,
                                const WinogradExtents &extents,
                                const WinogradParts &parts,
                                WinogradBytes bytes) {
  auto [filterBlocks, tiles, chunks] = parts;
  int64_t filterBytes = filterBlocks * extents.points * extents.channels *
                        extents.filterLanes * bytes.factor;
  WinogradPlan plan;
  plan.tileBlock = chooseTileBlock(machine, extents, filterBytes, tiles, bytes);
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

Blocking chooseWinogradBlocking(const Machine &machine, int64_t outputs) {
  int64_t lanes = getLanes(machine);
  int64_t blocks = Blocking{lanes}.getBlockCount(outputs);
  int64_t preferred = chooseOutputBlocks(machine, {lanes}, outputs);
  for (int64_t parts = preferred; parts > 1; --parts)
    if (blocks % (2 * parts) == 0)
      return {lanes, parts};
  return {lanes, preferred};
}

} // namespace mlir::cnn
