//===- Box.h - Parts of tensors, and tensors of parts -----------*- C++ -*-===//

#ifndef CNNC_LIB_IMPORT_BOX_H
#define CNNC_LIB_IMPORT_BOX_H

#include "Node.h"

namespace mlir::cnn {

/// Larger extents and pads are taken for mistakes.
inline constexpr int64_t maxExtent = int64_t(1) << 31;

/// The operands of cnn.slice; a size of -1 is the dynamic batch.
struct Box {
  SmallVector<int64_t> starts, sizes, steps;
};

/// `value` within `box`, as the op.
Value buildSlice(Node &node, Value value, Box box);

/// All of a tensor.
Box getWholeBox(ArrayRef<int64_t> shape);

/// What the attributes or inputs of Slice select from a tensor of `shape`.
Box readSlice(Node &node, ArrayRef<int64_t> shape);

/// What every output of Split selects.
SmallVector<Box> readSplit(Node &node, ArrayRef<int64_t> shape);

/// Part `index` of dimension `axis`, without that dimension.
Value buildSelection(Node &node, Value value, int64_t axis, int64_t index);

/// The tensors `parts` side by side in a new dimension `axis`: its inverse.
Binding buildStack(Node &node, std::vector<Binding> parts, int64_t axis);

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_BOX_H
