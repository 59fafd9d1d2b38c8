//===- ImportReductions.cpp - Reductions ----------------------------------===//

#include "Node.h"
#include "Operators.h"

using namespace mlir;
using namespace mlir::cnn;

/// Axes became an input with opset 13 (ReduceSum) or 18 (the others).
template <ReduceKind kind>
static LogicalResult importReduce(Node &node) {
  Value input = node.getInput(0);
  bool keepDims = node.getFlag("keepdims", true);
  bool axesAreInput = node.getOpset() >= (kind == ReduceKind::sum ? 13 : 18);
  SmallVector<int64_t> axes;
  bool noneMeansNone = false;
  if (axesAreInput) {
    noneMeansNone = node.getFlag("noop_with_empty_axes");
    if (node.hasInput(1))
      axes = node.getIntegers(1);
  } else {
    axes = node.getIntegerList("axes");
  }
  if (failed(node.check()))
    return failure();
  if (axes.empty() && noneMeansNone)
    return node.setOutput(0, input);
  int64_t rank = getShape(input).size();
  axes = node.normalizeAxes(axes, rank);
  if (node.hasFailed())
    return failure();
  if (axes.empty())
    for (int64_t i = 0; i < rank; ++i)
      axes.push_back(i);
  if (llvm::any_of(axes, [&](int64_t axis) {
        return ShapedType::isDynamic(getShape(input)[axis]);
      }))
    return node.fail("expects axes behind the dynamic batch; got 0 "
                     "(--input-shape fixes the batch)");
  llvm::sort(axes);
  return node.create<ReduceOp>(kind, input, axes, keepDims);
}

ArrayRef<OperatorRow> mlir::cnn::getReductionOperators() {
  static const OperatorRow rows[] = {
      {"ReduceMax", 1, importReduce<ReduceKind::max>, evaluateReduce},
      {"ReduceMean", 1, importReduce<ReduceKind::mean>},
      {"ReduceMin", 1, importReduce<ReduceKind::min>, evaluateReduce},
      {"ReduceProd", 1, importReduce<ReduceKind::prod>, evaluateReduce},
      {"ReduceSum", 1, importReduce<ReduceKind::sum>, evaluateReduce},
  };
  return rows;
}
