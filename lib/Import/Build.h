//===- Build.h - Pieces of operators that become several ops ----*- C++ -*-===//
//
// All return a null value after a mistake, which the node keeps, and take null
// values for those that earlier mistakes left out.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_IMPORT_BUILD_H
#define CNNC_LIB_IMPORT_BUILD_H

#include "Node.h"

namespace mlir::cnn {

/// Fails if a constant of `count` elements, which no file holds, would be out
/// of all proportion.
LogicalResult checkConstantSize(Node &node, int64_t count);

/// A constant of `values` rounded to the type `element`.
Value buildConstant(Node &node, Type element, ArrayRef<int64_t> shape,
                    ArrayRef<double> values);

/// `first`, `first` + 1, ... along dimension `axis` of a tensor that broadcasts
/// to `shape`.
Value buildIndices(Node &node, Type element, ArrayRef<int64_t> shape,
                   int64_t axis, int64_t first = 0);

/// A number that broadcasts to every shape.
Value buildScalar(Node &node, Type element, double value);

/// The elements of `value` in another shape, which may have a dynamic batch.
Value buildReshape(Node &node, Value value, ArrayRef<int64_t> shape);

/// `value` with its dimensions in the order `permutation`.
Value buildTranspose(Node &node, Value value, ArrayRef<int64_t> permutation);

/// The elements [start, start + size) of dimension `axis`.
Value buildPart(Node &node, Value value, int64_t axis, int64_t start,
                int64_t size);

Value buildUnary(Node &node, FunctionKind kind, Value value, double alpha = 0,
                 double beta = 0);
Value buildBinary(Node &node, BinaryKind kind, Value lhs, Value rhs);
Value buildBinary(Node &node, BinaryKind kind, Value lhs, double rhs);

/// A reduction of `axes`, which stay as 1 if `keepDims`.
Value buildReduce(Node &node, ReduceKind kind, Value value,
                  ArrayRef<int64_t> axes, bool keepDims = true);

/// `value` as another element type.
Value buildCast(Node &node, Value value, Type element);

/// float32 for the narrower floats, whose sums would be too coarse, and the
/// type itself for others.
Type getWideType(Type element);

/// The type in which functions of `element` are computed that are no integers:
/// float64 for integers, the wide type of floats.
Type getRealType(Type element);

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_BUILD_H
