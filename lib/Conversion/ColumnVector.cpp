//===- ColumnVector.cpp - Columns of a matrix in a register ---------------===//

#include "ColumnVector.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::kernel;

/// Calls `visit` for as many neighbouring columns at a time as exist, with the
/// first of them and their type.
static void forEachPart(const ColumnVector &column,
                        function_ref<void(int64_t, VectorType)> visit) {
  int64_t size = column.type.getNumElements();
  for (int64_t done = 0; done < column.columns; done += size) {
    while (size > column.columns - done)
      size /= 2;
    visit(done, VectorType::get(size, column.type.getElementType()));
  }
}

Value mlir::kernel::loadColumns(LoopBuilder &builder, const FlatArray &array,
                                const ColumnVector &column, Position at) {
  Value whole;
  forEachPart(column, [&](int64_t first, VectorType type) {
    Value part = builder.load(array, at + first, type);
    if (type == column.type) {
      whole = part;
      return;
    }
    if (!whole)
      whole = builder.splat(0, column.type);
    whole = vector::InsertStridedSliceOp::create(
        builder, part, whole, ArrayRef<int64_t>{first}, ArrayRef<int64_t>{1});
  });
  return whole;
}

void mlir::kernel::storeColumns(LoopBuilder &builder, Value whole,
                                const FlatArray &array,
                                const ColumnVector &column, Position at) {
  forEachPart(column, [&](int64_t first, VectorType type) {
    Value part = whole;
    if (type != column.type)
      part = vector::ExtractStridedSliceOp::create(
          builder, whole, ArrayRef<int64_t>{first},
          ArrayRef<int64_t>{type.getNumElements()}, ArrayRef<int64_t>{1});
    builder.store(part, array, at + first);
  });
}
