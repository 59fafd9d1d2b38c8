//===- Selection.h - Which elements indices and values select ---*- C++ -*-===//
//
// The plain maths of ops that select by data: used by the interpreter, and by
// folds where all operands are constants.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_SELECTION_H
#define CNNC_SUPPORT_SELECTION_H

#include "cnnc/Support/Tensor.h"

#include "llvm/Support/Error.h"

namespace mlir::cnn {

/// The position, in row-major order, of the element of a tensor of `shape` that
/// each index names: element i, j, k of `indices` replaces coordinate `axis` of
/// i, j, k. Fails if one is out of range.
llvm::Expected<std::vector<int64_t>>
getElementPositions(llvm::ArrayRef<int64_t> shape, const Tensor &indices,
                    int64_t axis);

/// The position of the first element of the slice that each row of `indices`
/// names behind the first `batchDims` dimensions, which both tensors share.
llvm::Expected<std::vector<int64_t>>
getSlicePositions(llvm::ArrayRef<int64_t> shape, const Tensor &indices,
                  int64_t batchDims);

/// The positions of the elements that are not zero.
std::vector<int64_t> findNonZero(const Tensor &tensor);

/// A number for each element, in the order of the elements: equal where they
/// are equal, and largest for NaN, which so has a place in the order.
std::vector<uint64_t> getOrderKeys(const Tensor &tensor);

/// For each row of a matrix, how many different rows are less or, with
/// `unsorted`, occur earlier than its first equal.
std::vector<int64_t> rankDistinct(const Tensor &matrix, bool unsorted);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_SELECTION_H
