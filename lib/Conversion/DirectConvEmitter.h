//===- DirectConvEmitter.h - Loops of direct convolutions -------*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_DIRECTCONVEMITTER_H
#define CNNC_LIB_CONVERSION_DIRECTCONVEMITTER_H

#include "ConvRows.h"
#include "DirectConvTiling.h"

namespace mlir::kernel {

/// A point of the input and one of the filter, which advance together.
struct Operands {
  Position input, filter;
};

/// The loops of a direct convolution and its tiles. What a tile's sums start
/// from, what is added to them and what becomes of them is up to subclasses.
class DirectConvEmitter {
public:
  DirectConvEmitter(LoopBuilder &builder, const cnn::Machine &machine,
                    const DirectConvolution &conv)
      : builder(builder), machine(machine), conv(conv), vector(conv.vector),
        inputStart(builder.index(0)), outputStart(builder.index(0)) {}
  virtual ~DirectConvEmitter() = default;

  /// Builds the loops; `outputBlocks` are computed together.
  void emit(int64_t outputBlocks);
  /// Builds the loops of one row of a pointwise convolution.
  void emit(const PointwiseRow &row);

protected:
  using Values = SmallVector<Value>;

  /// What the sums of a tile, by column and then by block, start from. Columns
  /// are whole units, here and below.
  virtual Values emitInitial(const ColumnTiles &tile, Value column) = 0;
  /// Adds the products of one tap and `steps` input lanes. `carried` are the
  /// sums of the tap's columns.
  virtual Values emitSteps(const ColumnTiles &tile, int64_t tap, int64_t steps,
                           Operands at, ValueRange carried) = 0;
  /// Input lanes that one loop body takes.
  virtual int64_t getSteps(const ColumnTiles &tile) const;
  /// Adds the products of one filter row and one input block.
  virtual Values emitTapRow(const ColumnTiles &tile, Operands at, Values sums);
  /// The operands `count` elements of these strides further on.
  Operands advance(Operands at, Value count, int64_t ofInput, int64_t ofFilter);
  /// Stores what becomes of the sums of a tile.
  virtual void finish(const ColumnTiles &tile, Value column, Values sums) = 0;

  /// Calls `get` for all columns and blocks of a tile.
  Values repeat(const ColumnTiles &tile,
                function_ref<Value(int64_t column, int64_t block)> get) const;
  /// Where a tile of the output, or of what is laid out like it, starts.
  Position getStart(const FlatArray &array, Value base, Value column);

  LoopBuilder &builder;
  const cnn::Machine &machine;
  DirectConvolution conv;
  /// The sums of one output block.
  VectorType vector;

  // Set by the loops that are being emitted.
  DirectConvTiling tiling;
  Value slab;
  Value outputBase, residualBase, biasBase;
  TapRange taps;

private:
  /// The loops over filter blocks [first, last) of each group, which have
  /// `blocks` output blocks.
  void emitFilterBlocks(int64_t first, int64_t last, int64_t blocks);
  void emitSlabs(Value image, Value group, Value firstRow, Value lastRow);
  void emitRow(Value image, Value group, Value row, Value firstRow);
  void emitTile(const ColumnTiles &tile, Value column);
  void emitPrefetch(Value inSlab, Value tapRow);
  Values emitLanes(const ColumnTiles &tile, int64_t tap, int64_t lanes,
                   Operands at, ValueRange sums);
  /// Where the images start.
  Value inputStart, outputStart;

  // Set by the loops that are being emitted.
  int64_t groupBlocks = 0, filterBlocksPerGroup = 0, fullBlocks = 0;
  Value outputBlock, tileNumber;
  Value inputBase, filterBase;
};

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_DIRECTCONVEMITTER_H
