//===- SlidingWindow.h - How a window's loops are cut into tiles -*- C++
//-*-===//
//
// Convolutions and pools compute several output columns at once. Which taps of
// a column fall outside the input is known here, at compile time, so padding
// costs nothing: taps outside are left out of the tiles at the borders.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_CONVERSION_SLIDINGWINDOW_H
#define CNNC_LIB_CONVERSION_SLIDINGWINDOW_H

#include "LoopBuilder.h"

#include "cnnc/Support/Machine.h"
#include "cnnc/Support/Window.h"

namespace mlir::kernel {

/// Consecutive tiles of output columns that are computed by the same code.
struct ColumnTiles {
  /// First output column, columns of one tile, number of tiles.
  int64_t first = 0, columns = 0, count = 0;
  /// For each tap the range [first, last) of a tile's columns for which it
  /// falls inside the input.
  SmallVector<std::pair<int64_t, int64_t>> taps;

  /// A tap of all columns falls inside the input.
  bool isWhole(int64_t tap) const {
    return taps[tap] == std::pair<int64_t, int64_t>(0, columns);
  }
  /// All taps of all columns fall inside the input.
  bool isInterior() const;
};

/// Cuts `extent` columns into as few widths of at most `largest` as fill the
/// row exactly. A last width below `smallest` is evened out with the one
/// before. All but the last are multiples of `unit`, as is `largest`.
SmallVector<int64_t> splitColumns(int64_t extent, int64_t largest,
                                  int64_t smallest, int64_t unit = 1);

/// Cuts the output columns of a window over `inputs` columns into tiles.
SmallVector<ColumnTiles> planColumns(const cnn::WindowDim &window,
                                     int64_t inputs, ArrayRef<int64_t> widths);

/// What one input column of a tile is used for: output columns and their taps.
struct InputColumn {
  /// Distance from the input column of the tile's first output column and tap.
  int64_t offset;
  SmallVector<std::pair<int64_t, int64_t>> columnsAndTaps;
};

/// The input columns a tile reads, from left to right, so that each is loaded
/// once.
SmallVector<InputColumn> getInputColumns(const cnn::WindowDim &window,
                                         const ColumnTiles &tile);

/// The taps [lower, upper) that fall inside the input.
struct TapRange {
  Value lower, upper;
};

/// The rows of the window that fall inside `inputs` rows at output row `row` of
/// `rows`.
TapRange emitTapRange(LoopBuilder &builder, const cnn::WindowDim &window,
                      int64_t inputs, int64_t rows, Value row);

/// Columns, or rows, of a tile of `vectors` vectors each such that their sums,
/// as many factors and what is multiplied with them stay in registers. A few
/// registers are left for LLVM to schedule with.
inline int64_t getLargestTile(int64_t registers, int64_t vectors,
                              int64_t spared = 4) {
  int64_t sums = std::min(registers - vectors - 1, registers - spared);
  return std::max<int64_t>(1, sums / vectors);
}

/// The same where what is multiplied with a column's factors is one lane after
/// the other of a register that each column has.
inline int64_t getLargestLaneTile(int64_t registers, int64_t vectors) {
  return std::max<int64_t>(1, (registers - vectors) / (vectors + 1));
}

/// Vector registers of the machine, counted in vectors of this type.
int64_t getRegisters(const cnn::Machine &machine, VectorType type);

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_SLIDINGWINDOW_H
