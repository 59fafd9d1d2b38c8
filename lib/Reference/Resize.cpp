//===- Resize.cpp - The value of cnn.resize -------------------------------===//
//
// Every mode is separable: dimension by dimension, an output element is a
// weighted sum of a few input elements along that dimension.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;

namespace {

/// Resizes dimension `axis` of `input`, which is float64.
Tensor resizeDim(ResizeOp op, const Tensor &input, int64_t axis,
                 unsigned threads) {
  SmallVector<int64_t> shape(input.getShape());
  int64_t from = shape[axis], to = getShape(op.getOutput())[axis];
  int64_t outer = countElements(ArrayRef(shape).take_front(axis));
  int64_t inner = countElements(ArrayRef(shape).drop_front(axis + 1));
  shape[axis] = to;
  Tensor result(ElementType::Float64, shape);
  SmallVector<SmallVector<WeightedIndex, 4>> rows;
  for (int64_t i = 0; i < to; ++i)
    rows.push_back(op.getSummands(axis, i));
  parallelFor(threads, outer, [&](int64_t block) {
    double *target = result.get<double>().data() + block * to * inner;
    for (ArrayRef<WeightedIndex> row : rows) {
      for (auto [index, weight] : row) {
        const double *source =
            input.get<double>().data() + (block * from + index) * inner;
        for (int64_t i = 0; i < inner; ++i)
          target[i] += weight * source[i];
      }
      target += inner;
    }
  });
  return result;
}

} // namespace

Tensor reference::evaluate(ResizeOp op, const Operands &operands) {
  Tensor result = operands.getDoubles(op.getInput());
  for (auto [axis, scale] : llvm::enumerate(op.getScales()))
    if (scale != 1.0 ||
        result.getShape()[axis] != getShape(op.getOutput())[axis])
      result = resizeDim(op, result, axis, operands.getThreads());
  return roundTo(op.getOutput(), result);
}
