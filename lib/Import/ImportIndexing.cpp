//===- ImportIndexing.cpp - Selections and placements by index ------------===//

#include "Node.h"
#include "Operators.h"

#include "cnnc/Support/Weights.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::cnn;

/// A tensor of int32 or int64.
static Value getIndices(Node &node, int64_t index) {
  Value indices = node.getInput(index);
  if (indices && !isa<IntegerType>(getElementType(indices)))
    (void)node.fail("expects integers in input " + Twine(index) + "; got " +
                    debugString(indices.getType()));
  return indices;
}

static Value makeIntegers(Node &node, ArrayRef<int64_t> shape,
                          ArrayRef<int64_t> values) {
  return createConstant(node.getGraph().getBuilder(), node.getLoc(),
                        makeConstant(shape, values, node.getContext()));
}

//===----------------------------------------------------------------------===//
// Gather
//===----------------------------------------------------------------------===//

static LogicalResult importGatherElements(Node &node) {
  Value input = node.getInput(0), indices = getIndices(node, 1);
  int64_t axis = node.getInteger("axis", 0);
  if (failed(node.check()))
    return failure();
  axis = node.normalizeAxis(axis, getShape(input).size());
  return node.create<GatherElementsOp>(input, indices, axis);
}

static LogicalResult importGatherND(Node &node) {
  Value input = node.getInput(0), indices = getIndices(node, 1);
  int64_t batchDims =
      node.getOpset() >= 12 ? node.getInteger("batch_dims", 0) : 0;
  if (failed(node.check()))
    return failure();
  return node.create<GatherNDOp>(input, indices, batchDims);
}

/// Row t of an image of `length` rows comes from row length - 1 - t, behind
/// them from row t: from t + clamp(length - t, 0, 1) * (length - 1 - 2 t).
static Value buildReversedRows(Node &node, Value lengths, int64_t rows) {
  SmallVector<int64_t> own(rows), twice;
  std::iota(own.begin(), own.end(), 0);
  for (int64_t row : own)
    twice.push_back(2 * row + 1);
  auto number = [&](int64_t value) {
    return makeIntegers(node, {1, 1}, value);
  };
  lengths = node.build<CastOp>(lengths,
                               Type(IntegerType::get(node.getContext(), 64)));
  lengths = node.build<ReshapeOp>(lengths, ArrayRef<int64_t>{-1, 1});
  Value row = makeIntegers(node, {1, rows}, own);
  Value left = node.build<BinaryOp>(BinaryKind::sub, lengths, row);
  left = node.build<BinaryOp>(BinaryKind::max, left, number(0));
  left = node.build<BinaryOp>(BinaryKind::min, left, number(1));
  Value shift = node.build<BinaryOp>(BinaryKind::sub, lengths,
                                     makeIntegers(node, {1, rows}, twice));
  shift = node.build<BinaryOp>(BinaryKind::mul, left, shift);
  return node.build<BinaryOp>(BinaryKind::add, shift, row);
}

static LogicalResult importReverseSequence(Node &node) {
  Value input = node.getInput(0), lengths = getIndices(node, 1);
  int64_t batch = node.getInteger("batch_axis", 1);
  int64_t time = node.getInteger("time_axis", 0);
  if (failed(node.check()))
    return failure();
  int64_t rank = getShape(input).size();
  bool isSwapped = batch == 1 && time == 0;
  if (rank < 2 || (!isSwapped && (batch != 0 || time != 1)) ||
      getShape(lengths) != getShape(input).slice(batch, 1))
    return node.fail("expects batch_axis and time_axis to be 0 and 1, or 1 and "
                     "0, and a length for each sequence of a batch; got " +
                     Twine(batch) + " and " + Twine(time) + " and lengths " +
                     debugString(lengths.getType()) + " for " +
                     debugString(input.getType()));
  int64_t rows = getShape(input)[time];
  if (ShapedType::isDynamic(rows))
    return node.fail("expects sequences of known length; got the dynamic batch "
                     "(--input-shape fixes it)");
  SmallVector<int64_t> permutation(rank);
  std::iota(permutation.begin(), permutation.end(), 0);
  std::swap(permutation[0], permutation[1]);
  if (isSwapped)
    input = node.build<TransposeOp>(input, permutation);
  Value indices = buildReversedRows(node, lengths, rows);
  indices = node.build<ReshapeOp>(indices, ArrayRef<int64_t>{-1, rows, 1});
  Value result = node.build<GatherNDOp>(input, indices, /*batchDims=*/1);
  if (isSwapped)
    result = node.build<TransposeOp>(result, permutation);
  return node.setOutput(0, result);
}

//===----------------------------------------------------------------------===//
// Scatter
//===----------------------------------------------------------------------===//

/// The attribute `reduction`, which came with opset 16.
static ScatterKind getScatterKind(Node &node) {
  if (node.getOpset() < 16)
    return ScatterKind::set;
  StringRef name = node.getString("reduction", "none");
  std::optional<ScatterKind> kind =
      name == "none" ? ScatterKind::set : symbolizeScatterKind(name);
  if (!kind || name == "set")
    (void)node.fail("expects reduction = 'none', 'add', 'mul', 'min' or 'max'; "
                    "got '" +
                    name + "'");
  return kind.value_or(ScatterKind::set);
}

static LogicalResult importScatterElements(Node &node) {
  Value input = node.getInput(0), indices = getIndices(node, 1);
  Value updates = node.getInput(2);
  int64_t axis = node.getInteger("axis", 0);
  ScatterKind kind = getScatterKind(node);
  if (failed(node.check()))
    return failure();
  axis = node.normalizeAxis(axis, getShape(input).size());
  return node.create<ScatterElementsOp>(kind, input, indices, updates, axis);
}

static LogicalResult importScatterND(Node &node) {
  Value input = node.getInput(0), indices = getIndices(node, 1);
  Value updates = node.getInput(2);
  ScatterKind kind = getScatterKind(node);
  if (failed(node.check()))
    return failure();
  return node.create<ScatterNDOp>(kind, input, indices, updates);
}

/// The shape of what MaxPool with the node's attributes made `input` from.
static SmallVector<int64_t> getUnpooledShape(Node &node,
                                             ArrayRef<int64_t> input) {
  size_t count = input.size() - 2;
  SmallVector<int64_t> kernel = node.getIntegerList("kernel_shape");
  SmallVector<int64_t> strides = node.getIntegerList("strides");
  SmallVector<int64_t> pads = node.getIntegerList("pads");
  if (strides.empty())
    strides.assign(count, 1);
  if (pads.empty())
    pads.assign(2 * count, 0);
  auto isReasonable = [](int64_t number) {
    return number >= 0 && number < (int64_t(1) << 31);
  };
  if (kernel.size() != count || strides.size() != count ||
      pads.size() != 2 * count || !llvm::all_of(kernel, isReasonable) ||
      !llvm::all_of(strides, isReasonable) ||
      !llvm::all_of(pads, isReasonable)) {
    (void)node.fail("expects a number of kernel_shape and strides and two of "
                    "pads per spatial dimension, none negative");
    return {};
  }
  SmallVector<int64_t> shape(input.take_front(2));
  for (size_t i = 0; i < count; ++i)
    shape.push_back((input[i + 2] - 1) * strides[i] - pads[i] -
                    pads[i + count] + kernel[i]);
  return shape;
}

/// Everything is zero but what the indices, positions in the whole result,
/// name.
static LogicalResult importMaxUnpool(Node &node) {
  Value input = node.getImage(0), indices = getIndices(node, 1);
  SmallVector<int64_t> given;
  if (node.hasInput(2))
    given = node.getIntegers(2);
  if (node.hasFailed())
    return failure();
  SmallVector<int64_t> shape = getUnpooledShape(node, getShape(input));
  if (failed(node.check()))
    return failure();
  if (!given.empty())
    shape = given;
  int64_t count = 1;
  for (int64_t extent : shape)
    if (extent < 0 || llvm::MulOverflow(count, extent, count))
      return node.fail("expects a result with extents that are known and not "
                       "negative; got " +
                       describeShape(shape));
  auto type = RankedTensorType::get(count, getElementType(input));
  Value zeros = createConstant(
      node.getGraph().getBuilder(), node.getLoc(),
      cast<ElementsAttr>(node.getGraph().getBuilder().getZeroAttr(type)));
  SmallVector<int64_t> flat = {-1};
  Value result = node.build<ScatterElementsOp>(
      ScatterKind::set, zeros, node.build<ReshapeOp>(indices, flat),
      node.build<ReshapeOp>(input, flat), /*axis=*/0);
  return node.create<ReshapeOp>(result, shape);
}

//===----------------------------------------------------------------------===//
// TopK and Det
//===----------------------------------------------------------------------===//

/// `k` became an input with opset 10; `largest` and `sorted` came with 11.
static LogicalResult importTopK(Node &node) {
  Value input = node.getInput(0);
  int64_t axis = node.getInteger("axis", -1);
  int64_t count = node.getOpset() < 10
                      ? node.getInteger("k", std::nullopt)
                      : static_cast<int64_t>(node.getScalar(1, 0));
  bool isLargest = true;
  if (node.getOpset() >= 11) {
    isLargest = node.getFlag("largest", true);
    // Whatever is not asked to be sorted may be.
    node.ignoreAttribute("sorted");
  }
  if (failed(node.check()))
    return failure();
  axis = node.normalizeAxis(axis, getShape(input).size());
  Value indices = node.build<TopKOp>(input, axis, count, !isLargest);
  Value values = node.build<GatherElementsOp>(input, indices, axis);
  if (failed(node.setOutput(0, values)))
    return failure();
  return node.setOutput(1, indices);
}

static LogicalResult importDet(Node &node) {
  Value input = node.getFloats(0);
  if (failed(node.check()))
    return failure();
  return node.create<DeterminantOp>(input);
}

ArrayRef<OperatorRow> mlir::cnn::getIndexingOperators() {
  static const OperatorRow rows[] = {
      {"Det", 11, importDet},
      {"GatherElements", 11, importGatherElements},
      {"GatherND", 11, importGatherND},
      {"MaxUnpool", 9, importMaxUnpool},
      {"ReverseSequence", 10, importReverseSequence},
      {"Scatter", 9, importScatterElements, /*evaluate=*/nullptr, /*last=*/10},
      {"ScatterElements", 11, importScatterElements},
      {"ScatterND", 11, importScatterND},
      {"TopK", 1, importTopK},
  };
  return rows;
}
