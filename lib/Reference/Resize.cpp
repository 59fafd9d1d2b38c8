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

/// Moves elements of any type along dimension `axis`.
Tensor moveDim(ResizeOp op, const Tensor &input, int64_t axis) {
  SmallVector<int64_t> shape(input.getShape());
  int64_t from = shape[axis], to = getShape(op.getOutput())[axis];
  int64_t outer = countElements(ArrayRef(shape).take_front(axis));
  int64_t bytes = countElements(ArrayRef(shape).drop_front(axis + 1)) *
                  getByteWidth(input.getType());
  shape[axis] = to;
  Tensor result(input.getType(), shape);
  char *target = result.getBytes().data();
  for (int64_t block = 0; block < outer; ++block)
    for (int64_t i = 0; i < to; ++i) {
      int64_t source = block * from + op.getSummands(axis, i).front().index;
      target =
          std::copy_n(input.getBytes().data() + source * bytes, bytes, target);
    }
  return result;
}

} // namespace

Tensor reference::evaluate(ResizeOp op, const Operands &operands) {
  bool moves = op.getMode() == ResizeMode::nearest;
  Tensor result =
      moves ? operands.get(op.getInput()) : operands.getDoubles(op.getInput());
  for (int64_t axis = 0; axis < result.getRank(); ++axis)
    if (op.isResized(axis))
      result = moves ? moveDim(op, result, axis)
                     : resizeDim(op, result, axis, operands.getThreads());
  return moves ? result : roundTo(op.getOutput(), result);
}
