//===- ImportBounded.cpp - Operators whose data say how many results ------===//
//
// Their tensors are as large as can be: results that do not exist are -1, or 0
// where they are elements of an input. Lengths says how many exist. Where the
// data are constants the result has the right extent at once.
//
//===----------------------------------------------------------------------===//

#include "Build.h"
#include "Node.h"
#include "Operators.h"

#include "cnnc/Support/Weights.h"

#include <numeric>

using namespace mlir;
using namespace mlir::cnn;

static Value makeIntegers(Node &node, ArrayRef<int64_t> values) {
  return createConstant(node.getGraph().getBuilder(), node.getLoc(),
                        makeConstant({static_cast<int64_t>(values.size())},
                                     values, node.getContext()));
}

/// `value`, whose elements at position 0 of all other dimensions than
/// `dimension` are -1 where there is no result: cut to those that exist if it
/// is a constant, and with a length otherwise.
static Value bound(Node &node, Value value, int64_t dimension) {
  if (node.hasFailed())
    return {};
  SmallVector<int64_t> starts(getShape(value).size(), 0);
  SmallVector<int64_t> sizes(getShape(value).size(), 1);
  sizes[dimension] = getShape(value)[dimension];
  if (llvm::is_contained(getShape(value), 0))
    return value;
  Value line = node.build<SliceOp>(value, starts, sizes, ArrayRef<int64_t>());
  line = node.build<ReshapeOp>(line, ArrayRef<int64_t>{-1});
  if (auto numbers = getIntegers(line)) {
    sizes.assign(getShape(value).begin(), getShape(value).end());
    sizes[dimension] =
        llvm::count_if(*numbers, [](int64_t number) { return number >= 0; });
    return node.build<SliceOp>(value, starts, sizes, ArrayRef<int64_t>());
  }
  // 0 for -1 and 1 for all others.
  Value one = makeIntegers(node, 1);
  Value exists = node.build<BinaryOp>(BinaryKind::add, line, one);
  exists = node.build<BinaryOp>(BinaryKind::min, exists, one);
  Value count = node.build<ReduceOp>(ReduceKind::sum, exists,
                                     ArrayRef<int64_t>{0}, /*keepDims=*/false);
  node.getGraph().getLengths().set(value, {dimension, count});
  return value;
}

/// Slices of dimension `axis`; an index of -1 stands for zeros.
static Value buildBoundedGather(Node &node, Value input, Value indices,
                                int64_t axis) {
  if (node.hasFailed())
    return {};
  // Of constants there is no -1.
  if (!getConstant(indices)) {
    SmallVector<int64_t> low(getShape(input).size(), 0), high(low);
    high[axis] = 1;
    input =
        node.build<PadOp>(PadMode::constant, input, low, high, node.toFloat(0));
  }
  return node.build<GatherOp>(input, indices, axis);
}

static LogicalResult importNonZero(Node &node) {
  Value input = node.getInput(0);
  if (failed(node.check()))
    return failure();
  if (getShape(input).empty())
    return node.fail("expects at least one dimension; got a scalar");
  return node.setOutput(
      0, bound(node, node.build<NonZeroOp>(input), /*dimension=*/1));
}

static LogicalResult importCompress(Node &node) {
  Value input = node.getInput(0), condition = node.getInput(1);
  int64_t axis = node.hasAttribute("axis") ? node.getInteger("axis", 0) : 0;
  if (failed(node.check()))
    return failure();
  if (!node.hasAttribute("axis"))
    input = node.build<ReshapeOp>(input, ArrayRef<int64_t>{-1});
  if (node.hasFailed())
    return failure();
  axis = node.normalizeStaticAxis(axis, getShape(input));
  if (node.hasFailed())
    return failure();
  int64_t extent = getShape(input)[axis];
  if (getShape(condition).size() != 1 ||
      ShapedType::isDynamic(getShape(condition)[0]))
    return node.fail("expects a list of booleans in input 1; got " +
                     debugString(condition.getType()));
  if (getShape(condition)[0] > extent)
    condition =
        node.build<SliceOp>(condition, ArrayRef<int64_t>{0},
                            ArrayRef<int64_t>{extent}, ArrayRef<int64_t>());
  Value indices = bound(node, node.build<NonZeroOp>(condition), 1);
  indices = node.build<ReshapeOp>(indices, ArrayRef<int64_t>{-1});
  return node.setOutput(0, buildBoundedGather(node, input, indices, axis));
}

//===----------------------------------------------------------------------===//
// Unique
//===----------------------------------------------------------------------===//

namespace {

/// The rows that Unique compares: slices along an axis, or single elements.
struct Rows {
  Value matrix;
  /// How the input's dimensions were permuted, and its shape then.
  SmallVector<int64_t> permutation, shape;
};

} // namespace

static Rows buildRows(Node &node, Value input, std::optional<int64_t> axis) {
  Rows rows;
  if (!axis) {
    rows.shape = {
        getShape(input).empty()
            ? 1
            : cast<RankedTensorType>(input.getType()).getNumElements()};
  } else {
    rows.permutation.resize(getShape(input).size());
    std::iota(rows.permutation.begin(), rows.permutation.end(), 0);
    std::rotate(rows.permutation.begin(), rows.permutation.begin() + *axis,
                rows.permutation.begin() + *axis + 1);
    input = node.build<TransposeOp>(input, rows.permutation);
    rows.shape.assign(getShape(input).begin(), getShape(input).end());
  }
  int64_t columns = 1;
  for (int64_t extent : ArrayRef(rows.shape).drop_front())
    columns *= extent;
  rows.matrix = node.build<ReshapeOp>(
      input, ArrayRef<int64_t>{rows.shape.front(), columns});
  return rows;
}

/// Chosen rows in the form of the input.
static Value buildFromRows(Node &node, const Rows &rows, Value matrix) {
  if (node.hasFailed())
    return {};
  SmallVector<int64_t> shape(rows.shape);
  shape[0] = getShape(matrix)[0];
  Value result = node.build<ReshapeOp>(matrix, shape);
  if (rows.permutation.empty())
    return result;
  SmallVector<int64_t> inverse(rows.permutation.size());
  for (auto [to, from] : llvm::enumerate(rows.permutation))
    inverse[from] = to;
  return node.build<TransposeOp>(result, inverse);
}

static LogicalResult importUnique(Node &node) {
  Value input = node.getInput(0);
  bool isSorted = node.getFlag("sorted", true);
  std::optional<int64_t> axis;
  if (node.hasAttribute("axis"))
    axis = node.getInteger("axis", 0);
  if (failed(node.check()))
    return failure();
  if (llvm::is_contained(getShape(input), ShapedType::kDynamic))
    return node.fail("expects a static batch (--input-shape fixes it); got " +
                     debugString(input.getType()));
  if (axis)
    axis = node.normalizeAxis(*axis, getShape(input).size());
  if (node.hasFailed())
    return failure();
  Rows rows = buildRows(node, input, axis);
  Value ranks = node.build<RankDistinctOp>(rows.matrix, !isSorted);
  if (node.hasFailed())
    return failure();

  // Of equal rows the first is written last, and so stays.
  int64_t count = rows.shape.front();
  if (failed(checkConstantSize(node, count)))
    return failure();
  auto filled = [&](int64_t value) {
    return makeIntegers(node, SmallVector<int64_t>(count, value));
  };
  SmallVector<int64_t> backwards(count);
  std::iota(backwards.rbegin(), backwards.rend(), 0);
  Value reversed = node.build<SliceOp>(
      ranks, ArrayRef<int64_t>{std::max<int64_t>(count - 1, 0)},
      ArrayRef<int64_t>{count}, ArrayRef<int64_t>{-1});
  Value first = node.build<ScatterElementsOp>(
      ScatterKind::set, filled(-1), reversed, makeIntegers(node, backwards), 0);
  Value zeros = node.build<ScatterElementsOp>(ScatterKind::set, filled(-1),
                                              ranks, filled(0), 0);
  Value counts = node.build<ScatterElementsOp>(ScatterKind::add, zeros, ranks,
                                               filled(1), 0);
  first = bound(node, first, 0);
  Value chosen = buildBoundedGather(node, rows.matrix, first, 0);
  if (failed(node.setOutput(0, buildFromRows(node, rows, chosen))) ||
      failed(node.setOutput(1, first)) || failed(node.setOutput(2, ranks)))
    return failure();
  if (auto length = node.getGraph().getLengths().get(first)) {
    node.getGraph().getLengths().set(counts, *length);
    return node.setOutput(3, counts);
  }
  return node.setOutput(3, bound(node, counts, 0));
}

//===----------------------------------------------------------------------===//
// Boxes
//===----------------------------------------------------------------------===//

static LogicalResult importNonMaxSuppression(Node &node) {
  Value boxes = node.getFloats(0), scores = node.getFloats(1);
  double limit = node.getScalar(2, 0), overlap = node.getScalar(3, 0);
  FloatAttr threshold;
  if (node.hasInput(4))
    threshold =
        node.getGraph().getBuilder().getF64FloatAttr(node.getScalar(4, 0));
  bool isCentered = node.getFlag("center_point_box");
  if (failed(node.check()))
    return failure();
  // Exporters write the largest integer for "all".
  int64_t most = getShape(scores).empty() ? 0 : getShape(scores).back();
  auto bounded = static_cast<int64_t>(
      std::clamp<double>(limit, 0, static_cast<double>(most)));
  Value rows = node.build<NonMaxSuppressionOp>(
      boxes, scores, bounded, node.toFloat(overlap), threshold, isCentered);
  return node.setOutput(0, bound(node, rows, /*dimension=*/0));
}

ArrayRef<OperatorRow> mlir::cnn::getBoundedOperators() {
  static const OperatorRow rows[] = {
      {"Compress", 9, importCompress},
      {"NonMaxSuppression", 10, importNonMaxSuppression},
      {"NonZero", 9, importNonZero},
      {"Unique", 11, importUnique},
  };
  return rows;
}
