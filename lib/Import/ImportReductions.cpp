//===- ImportReductions.cpp - Reductions, extrema, cumulative sums --------===//

#include "Build.h"
#include "Operators.h"

#include <limits>

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

namespace {

/// What a reduction reads besides its input. Without `axes` it reduces nothing.
struct ReduceOperands {
  Value input;
  SmallVector<int64_t> axes;
  bool keepDims;
};

} // namespace

/// Axes became an input with opset `axesAreInputSince`. The node is checked.
static ReduceOperands readReduce(Node &node, int64_t axesAreInputSince) {
  ReduceOperands operands = {
      node.getInput(0), {}, node.getFlag("keepdims", true)};
  bool noneMeansNone = false;
  if (node.getOpset() >= axesAreInputSince) {
    noneMeansNone = node.getFlag("noop_with_empty_axes");
    if (node.hasInput(1))
      operands.axes = node.getIntegers(1);
  } else {
    operands.axes = node.getIntegerList("axes");
  }
  if (failed(node.check()) || (operands.axes.empty() && noneMeansNone))
    return operands;
  ArrayRef<int64_t> shape = getShape(operands.input);
  operands.axes = node.normalizeAxes(operands.axes, shape.size());
  if (node.hasFailed())
    return operands;
  llvm::sort(operands.axes);
  if (operands.axes.empty())
    operands.axes = llvm::to_vector(llvm::seq<int64_t>(0, shape.size()));
  if (llvm::any_of(operands.axes, [&](int64_t axis) {
        return ShapedType::isDynamic(shape[axis]);
      }))
    (void)node.fail("expects axes behind the dynamic batch; got 0 "
                    "(--input-shape fixes the batch)");
  return operands;
}

/// Axes are an input of ReduceSum since opset 13, of the others since 18.
template <ReduceKind kind>
static LogicalResult importReduce(Node &node) {
  auto [input, axes, keepDims] =
      readReduce(node, kind == ReduceKind::sum ? 13 : 18);
  if (node.hasFailed())
    return failure();
  if (axes.empty())
    return node.setOutput(0, input);
  return node.setOutput(0, buildReduce(node, kind, input, axes, keepDims));
}

/// A reduction of a function of the elements, and a function of that.
using ReduceFunction = Value (*)(Node &node, const ReduceOperands &operands);

/// What is between is computed in a wide type, and if `isReal` not in integers.
template <ReduceFunction function, bool isReal>
static LogicalResult importReduceOf(Node &node) {
  ReduceOperands operands = readReduce(node, 18);
  if (node.hasFailed())
    return failure();
  if (operands.axes.empty())
    return node.setOutput(0, operands.input);
  Type type = getElementType(operands.input);
  operands.input = buildCast(node, operands.input,
                             isReal ? getRealType(type) : getWideType(type));
  Value result = function(node, operands);
  return node.setOutput(0, buildCast(node, result, type));
}

static Value buildSum(Node &node, const ReduceOperands &operands,
                      Value elements) {
  return buildReduce(node, ReduceKind::sum, elements, operands.axes,
                     operands.keepDims);
}

static Value buildL1(Node &node, const ReduceOperands &operands) {
  return buildSum(node, operands,
                  buildUnary(node, FunctionKind::abs, operands.input));
}

static Value buildSumSquare(Node &node, const ReduceOperands &operands) {
  return buildSum(
      node, operands,
      buildBinary(node, BinaryKind::mul, operands.input, operands.input));
}

static Value buildL2(Node &node, const ReduceOperands &operands) {
  return buildUnary(node, FunctionKind::sqrt, buildSumSquare(node, operands));
}

static Value buildLogSum(Node &node, const ReduceOperands &operands) {
  return buildUnary(node, FunctionKind::log,
                    buildSum(node, operands, operands.input));
}

/// log(sum of exp(x - m)) + m does not overflow if m is the maximum. An
/// infinite maximum is not subtracted from itself.
static Value buildLogSumExp(Node &node, const ReduceOperands &operands) {
  Value maximum = buildReduce(node, ReduceKind::max, operands.input,
                              operands.axes, /*keepDims=*/true);
  Value magnitude = buildUnary(node, FunctionKind::abs, maximum);
  if (!magnitude)
    return {};
  Type type = getElementType(operands.input);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Value isFinite = node.build<CompareOp>(CompareKind::lt, magnitude,
                                         buildScalar(node, type, infinity));
  Value shift =
      node.build<SelectOp>(isFinite, maximum, buildScalar(node, type, 0));
  Value shifted = node.build<BinaryOp>(BinaryKind::sub, operands.input, shift);
  Value sum =
      buildSum(node, operands, buildUnary(node, FunctionKind::exp, shifted));
  Value logarithm = buildUnary(node, FunctionKind::log, sum);
  if (!logarithm)
    return {};
  shift = buildReshape(node, shift, getShape(logarithm));
  return node.build<BinaryOp>(BinaryKind::add, logarithm, shift);
}

//===----------------------------------------------------------------------===//
// Along one dimension
//===----------------------------------------------------------------------===//

template <ArgReduceKind kind>
static LogicalResult importArgReduce(Node &node) {
  Value input = node.getInput(0);
  int64_t axis = node.getInteger("axis", 0);
  bool keepDims = node.getFlag("keepdims", true);
  bool last = node.getOpset() >= 12 && node.getFlag("select_last_index");
  if (failed(node.check()))
    return failure();
  axis = node.normalizeStaticAxis(axis, getShape(input));
  if (node.hasFailed())
    return failure();
  return node.create<ArgReduceOp>(kind, input, axis, keepDims, last);
}

static LogicalResult importCumSum(Node &node) {
  Value input = node.getInput(0);
  auto axis = static_cast<int64_t>(node.getScalar(1, 0));
  bool exclusive = node.getFlag("exclusive"), reverse = node.getFlag("reverse");
  if (failed(node.check()))
    return failure();
  axis = node.normalizeStaticAxis(axis, getShape(input));
  if (node.hasFailed())
    return failure();
  return node.create<CumulativeSumOp>(input, axis, exclusive, reverse);
}

/// 1 where the first maximum along `axis` is.
static Value buildHardmax(Node &node, Value input, int64_t axis) {
  Value position = node.build<ArgReduceOp>(ArgReduceKind::max, input, axis,
                                           /*keepDims=*/true, /*last=*/false);
  Type i64 = IntegerType::get(node.getContext(), 64);
  Value isMaximum =
      node.build<CompareOp>(CompareKind::eq, position,
                            buildIndices(node, i64, getShape(input), axis));
  return buildCast(node, isMaximum, getElementType(input));
}

/// Before opset 13 the dimensions from `axis` on are one.
static LogicalResult importHardmax(Node &node) {
  Value input = node.getFloats(0);
  bool isFlat = node.getOpset() < 13;
  int64_t axis = node.getInteger("axis", isFlat ? 1 : -1);
  if (failed(node.check()))
    return failure();
  axis = node.normalizeStaticAxis(axis, getShape(input));
  if (node.hasFailed())
    return failure();
  if (!isFlat)
    return node.setOutput(0, buildHardmax(node, input, axis));
  ArrayRef<int64_t> shape = getShape(input);
  SmallVector<int64_t> flat(shape.take_front(axis));
  flat.push_back(1);
  for (int64_t extent : shape.drop_front(axis))
    flat.back() *= extent;
  Value flattened = buildReshape(node, input, flat);
  if (!flattened)
    return failure();
  Value result = buildHardmax(node, flattened, axis);
  return node.setOutput(0, buildReshape(node, result, shape));
}

ArrayRef<OperatorRow> mlir::cnn::getReductionOperators() {
  using A = ArgReduceKind;
  using R = ReduceKind;
  static const OperatorRow rows[] = {
      {"ArgMax", 1, importArgReduce<A::max>},
      {"ArgMin", 1, importArgReduce<A::min>},
      {"CumSum", 11, importCumSum},
      {"Hardmax", 1, importHardmax},
      {"ReduceL1", 1, importReduceOf<buildL1, false>},
      {"ReduceL2", 1, importReduceOf<buildL2, true>},
      {"ReduceLogSum", 1, importReduceOf<buildLogSum, true>},
      {"ReduceLogSumExp", 1, importReduceOf<buildLogSumExp, true>},
      {"ReduceMax", 1, importReduce<R::max>, evaluateReduce},
      {"ReduceMean", 1, importReduce<R::mean>},
      {"ReduceMin", 1, importReduce<R::min>, evaluateReduce},
      {"ReduceProd", 1, importReduce<R::prod>, evaluateReduce},
      {"ReduceSum", 1, importReduce<R::sum>, evaluateReduce},
      {"ReduceSumSquare", 1, importReduceOf<buildSumSquare, false>},
  };
  return rows;
}
