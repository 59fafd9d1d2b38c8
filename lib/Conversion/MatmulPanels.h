//===- MatmulPanels.h - The columns of a matrix product ---------*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_MATMULPANELS_H
#define CNNC_LIB_CONVERSION_MATMULPANELS_H

#include "SlidingWindow.h"

#include "mlir/IR/BuiltinTypes.h"

#include <algorithm>

namespace mlir::kernel {

/// Neighbouring k of a row that are loaded as one vector.
constexpr int64_t laneSteps = 4;

/// Whole vectors of neighbouring k are loaded of each row, since its factors
/// need not be broadcast.
inline bool loadsLanes(const cnn::Machine &machine, int64_t depth) {
  return machine.hasLaneProducts && depth % laneSteps == 0;
}

/// Rows of a tile of `vectors` vectors each such that all it needs stays in
/// registers.
inline int64_t getLargestRows(const cnn::Machine &machine, int64_t depth,
                              int64_t vectors) {
  return loadsLanes(machine, depth)
             ? getLargestLaneTile(machine.vectorRegisters, vectors)
             : getLargestTile(machine.vectorRegisters, vectors);
}

/// Neighbouring columns in one register.
struct ColumnVector {
  /// First column within the panel.
  int64_t offset;
  VectorType type;
  /// Columns that exist; the rest of a packed panel is padding.
  int64_t columns;
};

/// Equal panels of columns.
struct Panels {
  /// Number of the first panel and of the panel after the last.
  int64_t first, last;
  SmallVector<ColumnVector> vectors;
};

/// All columns of a matrix, and what they are cut into.
struct ColumnPlan {
  int64_t columns, panelWidth, lanes;
  bool packed;
  Type element;
};

/// All full panels, then what is left. The end of a packed panel is computed in
/// full and stored as far as it exists; without packing it takes vectors of
/// fewer lanes.
inline SmallVector<Panels> planPanels(const ColumnPlan &columns) {
  SmallVector<Panels> plan;
  auto add = [&](int64_t first, int64_t last, int64_t width) {
    Panels panels{first, last, {}};
    for (int64_t offset = 0; offset < width;) {
      int64_t size = columns.lanes;
      int64_t available =
          (columns.packed ? columns.panelWidth : width) - offset;
      while (size > available)
        size /= 2;
      panels.vectors.push_back({offset, VectorType::get(size, columns.element),
                                std::min(size, width - offset)});
      offset += size;
    }
    plan.push_back(panels);
  };
  int64_t full = columns.columns / columns.panelWidth;
  int64_t rest = columns.columns % columns.panelWidth;
  if (full > 0)
    add(0, full, columns.panelWidth);
  if (rest > 0)
    add(full, full + 1, rest);
  return plan;
}

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_MATMULPANELS_H
