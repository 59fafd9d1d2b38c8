//===- Builders.h - What several families of operators build ----*- C++ -*-===//
//
// All return a null value once the node has failed.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_IMPORT_BUILDERS_H
#define CNNC_LIB_IMPORT_BUILDERS_H

#include "Node.h"

#include "cnnc/Support/Tensor.h"

namespace mlir::cnn {

/// `value` in another shape of as many elements; the dynamic batch becomes
/// reshape's -1.
Value buildReshape(Node &node, Value value, ArrayRef<int64_t> shape);

/// The elements of `tensor`, rounded, as a constant of `elementType`.
Value buildConstant(Node &node, const Tensor &tensor, Type elementType);

/// One number, of shape [].
Value buildScalar(Node &node, Type elementType, double value);

/// `first`, `first` + 1, ... along dimension `axis` of a tensor that broadcasts
/// to `shape`.
Value buildIndices(Node &node, Type elementType, ArrayRef<int64_t> shape,
                   int64_t axis, int64_t first = 0);

Value buildCast(Node &node, Value input, Type elementType);

/// A type in which sums and functions of `type` neither overflow nor lose much:
/// float32 for narrower floats, float64 for integers, else `type` itself.
Type getWideType(Type type);

/// `input` with `axes` reduced; all of them if there are none.
Value buildReduce(Node &node, ReduceKind kind, Value input,
                  ArrayRef<int64_t> axes, bool keepDims);

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_BUILDERS_H
