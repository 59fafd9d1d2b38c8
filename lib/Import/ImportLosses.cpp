//===- ImportLosses.cpp - Losses of classifications -----------------------===//

#include "Build.h"
#include "Operators.h"

using namespace mlir;
using namespace mlir::cnn;

namespace {

/// What both losses read. The node is checked.
struct Loss {
  explicit Loss(Node &node);

  /// The loss of log-probabilities, which may have a wider type.
  Value build(Node &node, Value logProbabilities) const;

  Value input, target, weights;
  std::optional<int64_t> ignored;
  StringRef reduction;
};

Loss::Loss(Node &node)
    : input(node.getFloats(0)), target(node.getInput(1)),
      weights(node.getOptionalInput(2)),
      reduction(node.getString("reduction", "mean")) {
  if (node.hasAttribute("ignore_index"))
    ignored = node.getInteger("ignore_index", 0);
  if (!llvm::is_contained({"none", "sum", "mean"}, reduction))
    (void)node.fail("expects reduction = 'none', 'sum' or 'mean'; got '" +
                    reduction + "'");
  if (failed(node.check()))
    return;
  ArrayRef<int64_t> shape = getShape(input);
  SmallVector<int64_t> expected(shape);
  if (expected.size() >= 2)
    expected.erase(expected.begin() + 1);
  if (shape.size() < 2 || getShape(target) != ArrayRef(expected))
    (void)node.fail("expects scores N x C x ... and targets N x ...; got " +
                    debugString(input.getType()) + " and " +
                    debugString(target.getType()));
  else if (weights && getShape(weights) != shape.slice(1, 1))
    (void)node.fail("expects one weight per class; got " +
                    debugString(weights.getType()));
}

Value buildTotal(Node &node, Value value) {
  if (node.hasFailed())
    return {};
  auto axes = llvm::to_vector(llvm::seq<int64_t>(0, getShape(value).size()));
  return buildReduce(node, ReduceKind::sum, value, axes, /*keepDims=*/false);
}

/// Of the log-probabilities of all classes those of the target are summed; the
/// others count as zero.
Value Loss::build(Node &node, Value logProbabilities) const {
  Type type = getElementType(logProbabilities), index = getElementType(target);
  ArrayRef<int64_t> shape = getShape(logProbabilities);
  SmallVector<int64_t> oneClass(shape);
  oneClass[1] = 1;
  Value targets = buildReshape(node, target, oneClass);
  Value isTarget = node.build<CompareOp>(CompareKind::eq, targets,
                                         buildIndices(node, index, shape, 1));
  if (ignored) {
    Value counts = node.build<CompareOp>(CompareKind::ne, targets,
                                         buildScalar(node, index, *ignored));
    isTarget = node.build<BinaryOp>(BinaryKind::bit_and, isTarget, counts);
  }
  Value zero = buildScalar(node, type, 0), weight = buildScalar(node, type, 1);
  Value weighted = logProbabilities;
  if (weights) {
    SmallVector<int64_t> perClass(shape.size() - 1, 1);
    perClass[0] = shape[1];
    weight = buildReshape(node, buildCast(node, weights, type), perClass);
    weighted = node.build<BinaryOp>(BinaryKind::mul, weighted, weight);
  }
  Value chosen = node.build<SelectOp>(isTarget, weighted, zero);
  Value sum = buildReduce(node, ReduceKind::sum, chosen, 1, false);
  Value loss = node.build<BinaryOp>(BinaryKind::sub, zero, sum);
  if (reduction == "none")
    return loss;
  Value total = buildTotal(node, loss);
  if (reduction == "sum")
    return total;
  Value parts = node.build<SelectOp>(isTarget, weight, zero);
  Value count = buildTotal(node, parts);
  return node.build<BinaryOp>(BinaryKind::div, total, count);
}

} // namespace

static LogicalResult importNegativeLogLikelihoodLoss(Node &node) {
  Loss loss(node);
  if (node.hasFailed())
    return failure();
  Type type = getElementType(loss.input);
  Value wide = buildCast(node, loss.input, getWideType(type));
  if (!wide)
    return failure();
  return node.setOutput(0, buildCast(node, loss.build(node, wide), type));
}

static LogicalResult importSoftmaxCrossEntropyLoss(Node &node) {
  Loss loss(node);
  if (node.hasFailed())
    return failure();
  Type type = getElementType(loss.input);
  Value wide = buildCast(node, loss.input, getWideType(type));
  Value logarithms = node.build<SoftmaxOp>(wide, 1, /*log=*/true);
  if (!logarithms ||
      failed(node.setOutput(1, buildCast(node, logarithms, type))))
    return failure();
  return node.setOutput(0, buildCast(node, loss.build(node, logarithms), type));
}

ArrayRef<OperatorRow> mlir::cnn::getLossOperators() {
  static const OperatorRow rows[] = {
      {"NegativeLogLikelihoodLoss", 12, importNegativeLogLikelihoodLoss},
      {"SoftmaxCrossEntropyLoss", 12, importSoftmaxCrossEntropyLoss},
  };
  return rows;
}
