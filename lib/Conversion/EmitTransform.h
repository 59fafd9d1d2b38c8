//===- EmitTransform.h - Constant matrices applied to vectors ---*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_EMITTRANSFORM_H
#define CNNC_LIB_CONVERSION_EMITTRANSFORM_H

#include "cnnc/Support/Winograd.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {

/// Emits y = matrix * x for floats or vectors of floats, or integers, which
/// wrap, if the matrix is of integers. Rows and columns that
/// differ only in signs, as those of the points p and -p do, share sums.
SmallVector<Value> emitTransform(ImplicitLocOpBuilder &builder,
                                 RationalMatrix matrix,
                                 ArrayRef<Value> operands);

/// Emits Y = left * X * right^T. X is row-major, left.columns x right.columns;
/// so is Y, left.rows x right.rows.
SmallVector<Value> emitTransform2D(ImplicitLocOpBuilder &builder,
                                   const RationalMatrix &left,
                                   const RationalMatrix &right,
                                   ArrayRef<Value> x);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_EMITTRANSFORM_H
