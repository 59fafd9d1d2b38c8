//===- WinogradEmitter.h - Loop nests of kernel.winograd_conv ---*- C++ -*-===//
//
// The nest itself and the products are in WinogradConvToLoops.cpp, the two
// transforms in WinogradTransformsToLoops.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_CONVERSION_WINOGRADEMITTER_H
#define CNNC_LIB_CONVERSION_WINOGRADEMITTER_H

#include "LoopBuilder.h"

#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Support/Machine.h"
#include "cnnc/Support/Winograd.h"

#include <array>

namespace mlir::kernel {

/// One dimension of F(m, r): the tiles along it and the matrices.
struct TileDim {
  int64_t outputs, points, tiles, padLow, inputExtent, outputExtent;
  cnn::WinogradMatrices matrices;

  /// Every tile reads only inside the input.
  bool readsInside() const {
    return padLow == 0 && (tiles - 1) * outputs + points <= inputExtent;
  }
  /// Every tile reads something outside the input.
  bool readsOutside() const { return points > inputExtent; }
  /// Every tile is whole.
  bool writesInside() const { return tiles * outputs == outputExtent; }
};

/// Where a tile lies: its image, and its row and column of tiles.
struct TilePosition {
  Value image, row, column;
};

/// A block of tiles: its first, and how many there are.
struct TileRange {
  Value first, count;
};

/// Blocks of `rows` tiles that are multiplied together: `count` of them from
/// tile `first` on, the first of them number `number` of all.
struct RowBlocks {
  int64_t rows, first, count, number;
};

/// Where one chunk has its P, and the filter block it works on.
struct FilterWork {
  Value products, filterBlock;
};

/// Emits the loop nest of one op.
class WinogradEmitter {
public:
  WinogradEmitter(WinogradConvOp op, const cnn::Machine &machine);

  LogicalResult emit();

private:
  // WinogradConvToLoops.cpp
  void emitChunksOfTiles(int64_t blocks);
  void emitChunksOfFilters(int64_t blocks);
  TileRange getTiles(Value block);
  void emitFilterBlocks(Value first, Value last, Value chunk, TileRange tiles);
  void emitProducts(const FilterWork &work, Value tiles);
  void emitRows(const FilterWork &work, Value point, Value slot, int64_t rows,
                Value slab, Value iteration);
  void emitStep(Position image, Position weights, MutableArrayRef<Value> sums);
  void emitPrefetch(Value next, Value iteration);
  SmallVector<RowBlocks> splitRows() const;
  int64_t getElementsAhead() const;

  // WinogradTransformsToLoops.cpp
  void emitInputTile(TileRange tiles, Value slot, Value channelBlock);
  void prefetchInput(TileRange tiles, Value slot, Value channelBlock);
  void prefetchOutput(Value tile, Value channelBlock);
  void prefetchPixels(const FlatArray &image, Value first,
                      std::array<int64_t, 2> rowsColumns, bool isWritten);
  void emitInputTransform(Value slot, TilePosition position, Value channelBlock,
                          bool inside);
  void emitOutputTile(const FilterWork &work, Value tile, Value slot);
  void emitOutputTransform(Position source, TilePosition position,
                           Value channelBlock);
  void emitStores(ArrayRef<Value> values, Value channelBlock,
                  TilePosition position, bool checked);
  TilePosition locate(Value tile);

  Value less(Value lhs, int64_t rhs);
  Value notNegative(Value value);
  Value both(Value lhs, Value rhs);
  Value clamp(Value value, int64_t last);
  /// for (i = first; i < last; ++i) body(i)
  void forEach(Value first, Value last, function_ref<void(Value)> body);
  /// if (condition) then() else otherwise()
  void branch(Value condition, function_ref<void()> then,
              function_ref<void()> otherwise = {});

  LoopBuilder builder;
  WinogradConvOp op;
  const cnn::Machine &machine;
  TileDim vertical, horizontal;
  cnn::WinogradPlan plan;
  cnn::WinogradExtents extents;
  cnn::WinogradScratch layout;
  int64_t lanes, parts, tileCount;
  VectorType vectorType;
  FlatArray input, filter, bias, residual, output, scratch;
  /// Where V of the current chunk begins.
  Value inputBase;
};

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_WINOGRADEMITTER_H
