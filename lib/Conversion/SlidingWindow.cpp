//===- SlidingWindow.cpp - How a window's loops are cut into tiles --------===//

#include "SlidingWindow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

#include <map>

using namespace mlir;
using namespace mlir::kernel;
using cnn::WindowDim;

bool ColumnTiles::isInterior() const {
  return llvm::all_of(taps, [&](std::pair<int64_t, int64_t> range) {
    return range.first == 0 && range.second == columns;
  });
}

SmallVector<int64_t> kernel::splitColumns(int64_t extent, int64_t largest,
                                          int64_t smallest, int64_t unit) {
  if (unit > 1) {
    int64_t units = llvm::divideCeilSigned(extent, unit);
    SmallVector<int64_t> widths =
        splitColumns(units, largest / unit,
                     llvm::divideCeilSigned(smallest, unit), /*unit=*/1);
    for (int64_t &width : widths)
      width *= unit;
    widths.back() -= units * unit - extent;
    return widths;
  }
  SmallVector<int64_t> widths(extent / largest, largest);
  int64_t rest = extent % largest;
  if (rest == 0)
    return widths;
  if (rest < smallest && !widths.empty()) {
    int64_t both = largest + rest;
    widths.back() = llvm::divideCeilSigned(both, 2);
    rest = both / 2;
  }
  widths.push_back(rest);
  return widths;
}

/// The columns [first, last) of a tile for which tap `tap` falls inside.
static std::pair<int64_t, int64_t> getValidColumns(const WindowDim &window,
                                                   int64_t inputs,
                                                   const ColumnTiles &tile,
                                                   int64_t tap) {
  auto getInput = [&](int64_t column) {
    return (tile.first + column) * window.stride - window.padLow +
           tap * window.dilation;
  };
  int64_t first = 0, last = tile.columns;
  while (first < last && getInput(first) < 0)
    ++first;
  while (last > first && getInput(last - 1) >= inputs)
    --last;
  return {first, last};
}

SmallVector<ColumnTiles> kernel::planColumns(const WindowDim &window,
                                             int64_t inputs,
                                             ArrayRef<int64_t> widths) {
  SmallVector<ColumnTiles> plan;
  int64_t first = 0;
  for (int64_t width : widths) {
    ColumnTiles tile{first, width, 1, {}};
    for (int64_t tap = 0; tap < window.size; ++tap)
      tile.taps.push_back(getValidColumns(window, inputs, tile, tap));
    first += width;
    if (!plan.empty() && plan.back().columns == width &&
        plan.back().taps == tile.taps)
      ++plan.back().count;
    else
      plan.push_back(tile);
  }
  return plan;
}

SmallVector<InputColumn> kernel::getInputColumns(const WindowDim &window,
                                                 const ColumnTiles &tile) {
  std::map<int64_t, InputColumn> columns;
  for (auto [tap, range] : llvm::enumerate(tile.taps))
    for (int64_t column = range.first; column < range.second; ++column) {
      int64_t offset =
          column * window.stride + static_cast<int64_t>(tap) * window.dilation;
      InputColumn &input = columns[offset];
      input.offset = offset;
      input.columnsAndTaps.push_back({column, tap});
    }
  return llvm::to_vector(llvm::make_second_range(columns));
}

TapRange kernel::emitTapRange(LoopBuilder &builder, const WindowDim &window,
                              int64_t inputs, int64_t rows, Value row) {
  TapRange range{builder.index(0), builder.index(window.size)};
  // The input row of the first tap, negated.
  Value start = builder.sub(builder.index(window.padLow),
                            builder.mul(row, window.stride));
  if (window.padLow > 0)
    range.lower = builder.createOrFold<arith::MaxSIOp>(
        range.lower, builder.ceilDiv(start, window.dilation));
  int64_t last =
      (rows - 1) * window.stride - window.padLow + window.getReach() - 1;
  if (last >= inputs)
    range.upper = builder.createOrFold<arith::MinSIOp>(
        range.upper,
        builder.ceilDiv(builder.add(start, inputs), window.dilation));
  return range;
}

int64_t kernel::getRegisters(const cnn::Machine &machine, VectorType type) {
  int64_t bits = type.getNumElements() * type.getElementTypeBitWidth();
  return machine.vectorRegisters /
         llvm::divideCeilSigned(bits, machine.vectorBits);
}
