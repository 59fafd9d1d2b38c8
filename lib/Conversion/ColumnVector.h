//===- ColumnVector.h - Columns of a matrix in a register -------*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_COLUMNVECTOR_H
#define CNNC_LIB_CONVERSION_COLUMNVECTOR_H

#include "LoopBuilder.h"
#include "MatmulPanels.h"

namespace mlir::kernel {

/// Elements of an array whose first column is at `at`; zero in columns that do
/// not exist.
Value loadColumns(LoopBuilder &builder, const FlatArray &array,
                  const ColumnVector &column, Position at);

/// Writes the columns of `whole` that exist.
void storeColumns(LoopBuilder &builder, Value whole, const FlatArray &array,
                  const ColumnVector &column, Position at);

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_COLUMNVECTOR_H
