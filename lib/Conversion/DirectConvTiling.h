//===- DirectConvTiling.h - How a direct convolution is cut -----*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_DIRECTCONVTILING_H
#define CNNC_LIB_CONVERSION_DIRECTCONVTILING_H

#include "LoopBuilder.h"
#include "SlidingWindow.h"

#include "cnnc/Dialect/Kernel/Kernel.h"

#include "llvm/Support/MathExtras.h"

namespace mlir::kernel {

/// The operands and the extents that the loops run over.
struct DirectConvolution {
  FlatArray input, filter, bias, residual, output;
  cnn::Window window;
  int64_t groups = 1;
  /// Lanes of an output block, or of one of its parts, and these lanes as a
  /// vector.
  int64_t lanes;
  VectorType vector;
  /// Bytes of an element of input and filter.
  int64_t elementBytes = 4;
  /// The output can hold sums that are not complete.
  bool holdsSums = true;
  /// Each sum has a second one in registers, which is added to it at times.
  bool hasNarrowSums = false;
  /// Neighbouring columns whose sums are in the same registers.
  int64_t columnUnit = 1;
  /// The columns of a tile at most, where it is not the vector registers that
  /// limit them; or 0.
  int64_t mostColumns = 0;
  /// An output block is computed in so many parts of `lanes` each, one after
  /// the other.
  int64_t blockParts = 1;

  /// Input channels of a group: `inputBlocks` times `inputLanes`. A plain image
  /// is one block of all channels.
  int64_t inputBlocks, inputLanes;
  int64_t inputBlockStride, inputLaneStride;
  /// Input blocks whose products are added up in the sums' own type, before
  /// that is added to sums of float32; 0: all of them.
  int64_t partBlocks = 0;
  /// How far the filter's elements lie apart.
  int64_t filterBlockStride, filterInputBlockStride, filterRowStride,
      filterColumnStride, filterLaneStride, filterPartStride = 0;

  /// An error at the op if its operands cannot be seen as rows of elements.
  static FailureOr<DirectConvolution> get(LoopBuilder &builder,
                                          DirectConvOp op);

  /// Sets lanes, blocks and strides from the arrays and from the output's type.
  void setStrides(ShapedType type, bool isBlocked);

  /// A plain image is loaded row by row, as vectors whose lanes are multiplied
  /// with all taps of a filter row.
  bool loadsRows = false;

  /// Columns that have registers where `columns` are computed.
  int64_t getWholeColumns(int64_t columns) const {
    return llvm::alignTo(columns, columnUnit);
  }

  /// Neighbouring input elements that all taps of a row read for so many
  /// columns.
  int64_t getRowExtent(int64_t columns) const {
    return (columns - 1) * window[1].stride + window[1].getReach();
  }

  /// Input lanes are loaded as one vector and broadcast from there.
  bool loadsLanes() const {
    return lanes * vector.getElementTypeBitWidth() == 128 &&
           inputLanes == lanes && inputLaneStride == 1;
  }
};

/// The loops over output rows, tiles of output columns, and input blocks, for
/// filter blocks of `blocks` output blocks.
struct DirectConvTiling {
  int64_t blocks = 1;
  /// The tiles of a row, of different forms, and their number.
  SmallVector<ColumnTiles> tiles;
  int64_t tilesPerRow = 0;
  /// Input blocks are taken in `slabs` slabs of `slabBlocks`, the last of which
  /// may be smaller. Where there are several, the filter of a slab stays in
  /// the first cache while `chunkRows` output rows pass by.
  int64_t slabs = 1, slabBlocks = 1, chunkRows = 1;
  /// All filter blocks pass by one chunk of rows, not all chunks one block.
  bool rowsFirst = false;
  /// Elements of the filter that one row of taps of one input block of one tile
  /// fetches ahead, so that all tiles together fetch what follows; 0 if nothing
  /// is fetched.
  int64_t fetchedElements = 0;
  /// Tiles fetch the input of the next tile.
  bool fetchesInput = false;

  /// Cuts `conv`. The rows of a pointwise convolution's images become others
  /// that tile better.
  static DirectConvTiling get(DirectConvolution &conv, int64_t blocks,
                              const cnn::Machine &machine);

  /// Elements of a whole slab's filter, or of the whole filter block.
  int64_t getSlabElements(const DirectConvolution &conv) const {
    return slabs > 1 ? slabBlocks * conv.filterInputBlockStride
                     : conv.filterBlockStride;
  }
};

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_DIRECTCONVTILING_H
