//===- WinogradEmitter.h - Loop nests of Winograd convolutions --*- C++ -*-===//
//
// The nest itself and the products are in WinogradToLoops.cpp, the two
// transforms in WinogradTransformsToLoops.cpp, and what differs between floats
// and integers in WinogradConvToLoops.cpp and WinogradConvIntegerToLoops.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_CONVERSION_WINOGRADEMITTER_H
#define CNNC_LIB_CONVERSION_WINOGRADEMITTER_H

#include "LoopBuilder.h"

#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Support/Machine.h"
#include "cnnc/Support/Winograd.h"

#include "llvm/Support/MathExtras.h"

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

/// What one vector holds at each stage.
struct WinogradVectors {
  /// Lanes of a transformed input, of a filter, and of their products.
  VectorType input, filter, product;
  /// Neighbouring channels whose products one lane adds up.
  int64_t terms = 1;
};

/// Emits the loop nest of one op. How elements are computed is up to
/// subclasses.
class WinogradEmitter {
public:
  virtual ~WinogradEmitter() = default;

  LogicalResult emit();

protected:
  /// `matrices` are those of rows and of columns.
  template <typename OpTy>
  WinogradEmitter(OpTy op, const cnn::Machine &machine,
                  std::array<cnn::WinogradMatrices, 2> matrices)
      : builder(op), machine(machine),
        vertical(getTileDim(op, 0, std::move(matrices[0]))),
        horizontal(getTileDim(op, 1, std::move(matrices[1]))),
        plan(op.getPlan()), extents(op.getExtents()), layout(extents, plan),
        lanes(op.getOutput().getType().getShape().back()),
        parts(extents.filterLanes / lanes),
        tileCount(WinogradConvOp::getTileCount(
            op.getOutput().getType().getShape(), op.getTile())) {}

  /// Flattens the operands and says what vectors hold.
  virtual LogicalResult bind() = 0;
  /// The lanes of a pixel as they are transformed, and those of one outside.
  virtual Value loadPixel(Position position) = 0;
  virtual Value getOutside() = 0;
  virtual Value getZeroSum() = 0;
  /// Input channels in the body of the innermost loop.
  virtual int64_t getUnrolledChannels() const = 0;
  /// Adds the products of `terms` input channels.
  virtual void emitStep(Position image, Position weights,
                        MutableArrayRef<Value> sums) = 0;
  /// What becomes of the transformed products of a tile.
  virtual void finishTile(MutableArrayRef<Value> values,
                          Value channelBlock) = 0;
  /// And of each that is stored, of which the residual is at `position`.
  virtual Value finishElement(Value value, Position position) { return value; }

private:
  // WinogradToLoops.cpp
  template <typename OpTy>
  static TileDim getTileDim(OpTy op, int64_t dim,
                            cnn::WinogradMatrices matrices) {
    int64_t outputs = op.getTile()[dim];
    cnn::WindowDim window = op.getWindow()[dim];
    int64_t outputExtent = op.getOutput().getType().getShape()[dim + 2];
    return {outputs,
            outputs + window.size - 1,
            llvm::divideCeilSigned(outputExtent, outputs),
            window.padLow,
            op.getInput().getType().getShape()[dim + 2],
            outputExtent,
            std::move(matrices)};
  }

  void emitChunksOfTiles(int64_t blocks);
  void emitChunksOfFilters(int64_t blocks);
  TileRange getTiles(Value block);
  void emitFilterBlocks(Value first, Value last, Value chunk, TileRange tiles);
  void emitProducts(const FilterWork &work, Value tiles);
  void emitRows(const FilterWork &work, Value point, Value slot, int64_t rows,
                Value slab, Value iteration);
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

protected:
  LoopBuilder builder;
  const cnn::Machine &machine;
  TileDim vertical, horizontal;
  cnn::WinogradPlan plan;
  cnn::WinogradExtents extents;
  cnn::WinogradScratch layout;
  int64_t lanes, parts, tileCount;
  WinogradVectors vectors;
  FlatArray input, filter, bias, residual, output;
  /// V, and P from `productBegin` on.
  FlatArray tileScratch, productScratch;
  int64_t productBegin = 0;

private:
  /// Where V of the current chunk begins.
  Value inputBase;
};

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_WINOGRADEMITTER_H
