//===- DirectConvTiling.cpp - How a direct convolution is cut -------------===//

#include "DirectConvTiling.h"
#include "Slabs.h"

using namespace mlir;
using namespace mlir::kernel;

FailureOr<DirectConvolution> DirectConvolution::get(LoopBuilder &builder,
                                                    DirectConvOp op) {
  FailureOr<FlatArray> input = builder.flatten(op.getInput()),
                       filter = builder.flatten(op.getFilter()),
                       bias = builder.flatten(op.getBias()),
                       residual = builder.flatten(op.getResidual()),
                       output = builder.flatten(op.getOutput());
  if (failed(input) || failed(filter) || failed(bias) || failed(residual) ||
      failed(output))
    return failure();
  DirectConvolution conv;
  conv.input = *input;
  conv.filter = *filter;
  conv.bias = *bias;
  conv.residual = *residual;
  conv.output = *output;
  conv.window = op.getWindow();
  conv.groups = op.getGroups();
  conv.setStrides(op.getOutput().getType(), op.isBlocked());
  return conv;
}

void DirectConvolution::setStrides(ShapedType type, bool isBlocked) {
  lanes = type.getShape().back();
  vector = VectorType::get(lanes, type.getElementType());
  elementBytes = type.getElementTypeBitWidth() / 8;
  int64_t channels = input.shape[1] / groups;
  inputBlocks = isBlocked ? channels : 1;
  inputLanes = isBlocked ? lanes : channels;
  if (type.getElementType().isF16())
    partBlocks = std::max<int64_t>(
        1, longestHalfSum / (window[0].size * window[1].size * inputLanes));
  inputBlockStride = input.strides[1];
  inputLaneStride = isBlocked ? 1 : input.strides[1];
  filterBlockStride = filter.strides[0];
  filterInputBlockStride = filter.strides[1];
  filterRowStride = filter.strides[2];
  filterColumnStride = filter.strides[3];
  filterLaneStride = filter.strides[isBlocked ? 4 : 1];
}

namespace {

/// Rows follow each other without a gap.
bool hasContiguousRows(const FlatArray &image) {
  return !image || image.strides[2] == image.shape[3] * image.strides[3];
}

/// The widths of the tiles of a row, the narrowest of which hides the latency
/// of multiply-adds and uses a filter vector more than once.
SmallVector<int64_t> splitRow(const DirectConvolution &conv, int64_t columns,
                              int64_t largest, int64_t blocks) {
  int64_t smallest = llvm::divideCeilSigned(8, blocks);
  if (conv.columnUnit > 1)
    smallest = std::max(smallest, 2 * conv.columnUnit);
  return splitColumns(columns, largest, smallest, conv.columnUnit);
}

/// A rough time of one row: its tiles' multiply-adds, no tile faster than the
/// latency of one.
int64_t estimateRow(const DirectConvolution &conv, int64_t columns,
                    int64_t largest, int64_t blocks) {
  int64_t time = 0;
  for (int64_t width : splitRow(conv, columns, largest, blocks))
    time += std::max<int64_t>(conv.getWholeColumns(width) * blocks, 8) + blocks;
  return time;
}

/// Columns of a tile such that accumulators, one filter vector per block and
/// what is multiplied with them stay in registers.
int64_t getLargestColumns(const DirectConvolution &conv, int64_t blocks,
                          const cnn::Machine &machine) {
  if (conv.mostColumns > 0)
    return conv.mostColumns;
  int64_t registers = getRegisters(machine, conv.vector);
  if (conv.hasNarrowSums)
    return std::max<int64_t>(1, (registers - blocks - 2) / (2 * blocks));
  if (conv.loadsLanes())
    return getLargestLaneTile(registers, blocks);
  if (conv.loadsRows) {
    auto fits = [&](int64_t columns) {
      int64_t rows =
          llvm::divideCeilSigned(conv.getRowExtent(columns), conv.lanes);
      return columns * blocks + blocks + rows <= registers - 2;
    };
    int64_t columns = 1;
    while (fits(columns + 1))
      ++columns;
    return columns;
  }
  // One more for each unit, and few filter vectors at a time.
  if (int64_t unit = conv.columnUnit; unit > 1)
    return unit * std::max<int64_t>(1, (registers - 4) / (unit * blocks + 1));
  if (conv.inputLaneStride == 1)
    return getLargestTile(registers, blocks);
  // Input lanes that are apart are unrolled.
  return getLargestTile(registers, blocks, std::max<int64_t>(4, registers / 4));
}

/// Sees the image of a pointwise convolution as other rows of columns, such
/// that they tile well and there are rows to share among threads.
void reshapeRows(DirectConvolution &conv, int64_t blocks, int64_t largest) {
  FlatArray *images[] = {&conv.input, &conv.output, &conv.residual};
  if (!cnn::isPointwise(conv.window) ||
      !llvm::all_of(images,
                    [](FlatArray *image) { return hasContiguousRows(*image); }))
    return;
  int64_t pixels = conv.output.shape[2] * conv.output.shape[3];
  int64_t best = conv.output.shape[3];
  auto estimate = [&](int64_t columns) {
    return pixels / columns * estimateRow(conv, columns, largest, blocks);
  };
  for (int64_t columns = 1; columns <= std::min(pixels, 16 * largest);
       ++columns)
    if (pixels % columns == 0 && estimate(columns) < estimate(best))
      best = columns;
  for (FlatArray *image : images) {
    if (!*image)
      continue;
    image->shape[2] = pixels / best;
    image->shape[3] = best;
    image->strides[2] = best * image->strides[3];
  }
}

int64_t getBytes(const DirectConvolution &conv, int64_t elements) {
  return elements * conv.elementBytes;
}

/// Tiles that show the processor itself what they read in turn.
constexpr int64_t fewTiles = 4;

/// Rows that pass by a slab before the next one comes.
int64_t getChunkRows(const DirectConvolution &conv) {
  // Enough pixels that reading a slab, and sums once per slab, is little; but
  // also parts for threads to share.
  constexpr int64_t chunkPixels = 256, minParts = 8;
  int64_t rows = conv.output.shape[2];
  int64_t chunkRows =
      std::clamp<int64_t>(chunkPixels / conv.output.shape[3], 1, rows);
  int64_t blocks = conv.output.shape[0] * conv.filter.shape[0];
  int64_t chunks = std::max(llvm::divideCeilSigned(rows, chunkRows),
                            llvm::divideCeilSigned(minParts, blocks));
  return llvm::divideCeilSigned(rows, chunks);
}

/// Cuts the input blocks into slabs if a filter block would not stay near.
void chooseSlabs(DirectConvTiling &tiling, const DirectConvolution &conv,
                 const cnn::Machine &machine) {
  tiling.slabBlocks = conv.inputBlocks;
  if (!conv.holdsSums)
    return;
  int64_t chunkRows = getChunkRows(conv);
  int64_t chunks = llvm::divideCeilSigned(conv.output.shape[2], chunkRows);
  bool hasFewTiles = chunkRows * tiling.tilesPerRow < fewTiles;
  Slabs slabs = Slabs::get(
      conv.inputBlocks, /*unit=*/1, getBytes(conv, conv.filterInputBlockStride),
      hasFewTiles ? machine.level2Bytes / 2 : getNearBytes(chunks, machine),
      machine);
  tiling.slabs = slabs.count;
  tiling.slabBlocks = slabs.size;
  if (tiling.slabs > 1)
    tiling.chunkRows = chunkRows;
}

/// Filters of a whole network come from memory, and the processor does not see
/// what follows behind a block that many tiles read. What few tiles read, it
/// sees.
void chooseFetching(DirectConvTiling &tiling, const DirectConvolution &conv) {
  int64_t rows = tiling.slabs > 1 ? tiling.chunkRows : conv.output.shape[2];
  int64_t tiles = rows * tiling.tilesPerRow;
  if (!tiling.rowsFirst && tiles >= fewTiles)
    tiling.fetchedElements =
        llvm::divideCeilSigned(tiling.getSlabElements(conv),
                               tiles * tiling.slabBlocks * conv.window[0].size);
}

} // namespace

DirectConvTiling DirectConvTiling::get(DirectConvolution &conv, int64_t blocks,
                                       const cnn::Machine &machine) {
  DirectConvTiling tiling;
  tiling.blocks = blocks;
  int64_t largest = getLargestColumns(conv, blocks, machine);
  reshapeRows(conv, blocks, largest);
  tiling.tiles =
      planColumns(conv.window[1], conv.input.shape[3],
                  splitRow(conv, conv.output.shape[3], largest, blocks));
  for (const ColumnTiles &tile : tiling.tiles)
    tiling.tilesPerRow += tile.count;
  chooseSlabs(tiling, conv, machine);
  // Where all blocks stay in the second cache, the input is read once.
  int64_t filterElements = conv.filter.shape[0] * conv.filterBlockStride;
  bool filtersStay = getBytes(conv, filterElements) <= machine.level2Bytes / 2;
  tiling.rowsFirst = tiling.chunkRows < conv.output.shape[2] && filtersStay;
  // Short pieces of many rows, in which processors see no streams. Convolutions
  // of more taps take longer over each.
  tiling.fetchesInput =
      filtersStay && machine.level1Bytes > 0 && cnn::isPointwise(conv.window) &&
      getBytes(conv, conv.input.shape[1] * conv.input.strides[1]) >
          machine.level2Bytes / 2;
  if (machine.level1Bytes > 0)
    chooseFetching(tiling, conv);
  return tiling;
}
