//===- Indexing.cpp - Result types of ops that index by data --------------===//

#include "Shapes.h"

using namespace mlir;
using namespace mlir::cnn;

static Type getIndexType(MLIRContext *context, ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, IntegerType::get(context, 64));
}

/// Fails if an index would be into a dimension without elements.
static LogicalResult checkIndexed(MaybeLocation location, StringRef name,
                                  ArrayRef<int64_t> extents, Value indices) {
  if (llvm::is_contained(extents, 0) &&
      !llvm::is_contained(getShape(indices), 0))
    return emitOptionalError(location, name,
                             " expects no indices into a dimension of extent "
                             "0, got indices of shape ",
                             describe(getShape(indices)));
  return success();
}

/// Fails unless the dimensions of `indices` behind the first `count` are
/// at most the input's, leaving out `axis`.
static LogicalResult checkElementIndices(MaybeLocation location, StringRef name,
                                         ArrayRef<int64_t> input, Value indices,
                                         int64_t axis) {
  ArrayRef<int64_t> shape = getShape(indices);
  if (failed(checkAxis(location, name, axis, input.size())))
    return failure();
  bool fits = shape.size() == input.size();
  for (size_t i = 0; fits && i < input.size(); ++i) {
    bool isBatch = ShapedType::isDynamic(input[i]);
    if (static_cast<int64_t>(i) == axis)
      fits = !isBatch;
    else
      fits = isBatch == ShapedType::isDynamic(shape[i]) &&
             (isBatch || shape[i] <= input[i]);
  }
  if (!fits)
    return emitOptionalError(location, name,
                             " expects indices no larger than the input "
                             "outside of dimension ",
                             axis, ", got ", describe(shape), " for ",
                             describe(input));
  return checkIndexed(location, name, input.slice(axis, 1), indices);
}

LogicalResult GatherElementsOp::inferReturnTypes(MLIRContext *,
                                                 MaybeLocation location,
                                                 GatherElementsOp::Adaptor op,
                                                 Types &types) {
  if (failed(checkElementIndices(location, "gather_elements",
                                 getShape(op.getInput()), op.getIndices(),
                                 op.getAxis())))
    return failure();
  types.push_back(RankedTensorType::get(getShape(op.getIndices()),
                                        getElementType(op.getInput())));
  return success();
}

/// The shape of the slices that rows of `indices` name in `input`, whose first
/// `batchDims` dimensions the rows do not index.
static FailureOr<ArrayRef<int64_t>>
getSliceShape(MaybeLocation location, StringRef name, ArrayRef<int64_t> input,
              Value indices, int64_t batchDims) {
  ArrayRef<int64_t> shape = getShape(indices);
  int64_t rank = input.size(), indexRank = shape.size();
  bool fits = indexRank >= 1 && batchDims >= 0 && batchDims < indexRank &&
              !ShapedType::isDynamic(shape.back()) && shape.back() >= 1 &&
              batchDims + shape.back() <= rank &&
              input.take_front(batchDims) == shape.take_front(batchDims);
  if (!fits)
    return emitOptionalError(location, name,
                             " expects rows of indices into the input behind ",
                             batchDims, " common dimensions, got ",
                             describe(shape), " for ", describe(input));
  ArrayRef<int64_t> indexed = input.slice(batchDims, shape.back());
  if (llvm::is_contained(indexed, ShapedType::kDynamic))
    return emitOptionalError(location, name,
                             " expects indices behind the dynamic batch, got ",
                             describe(shape), " for ", describe(input));
  if (failed(checkIndexed(location, name, indexed, indices)))
    return failure();
  return input.drop_front(batchDims + shape.back());
}

LogicalResult GatherNDOp::inferReturnTypes(MLIRContext *,
                                           MaybeLocation location,
                                           GatherNDOp::Adaptor op,
                                           Types &types) {
  auto slice = getSliceShape(location, "gather_nd", getShape(op.getInput()),
                             op.getIndices(), op.getBatchDims());
  if (failed(slice))
    return failure();
  SmallVector<int64_t> shape(getShape(op.getIndices()).drop_back());
  llvm::append_range(shape, *slice);
  types.push_back(RankedTensorType::get(shape, getElementType(op.getInput())));
  return success();
}

LogicalResult TopKOp::inferReturnTypes(MLIRContext *context,
                                       MaybeLocation location,
                                       TopKOp::Adaptor op, Types &types) {
  SmallVector<int64_t> shape(getShape(op.getInput()));
  int64_t axis = op.getAxis(), count = op.getCount();
  if (failed(checkAxis(location, "top_k", axis, shape.size())))
    return failure();
  if (ShapedType::isDynamic(shape[axis]) || count < 0 || count > shape[axis])
    return emitOptionalError(location,
                             "top_k expects a count of at most the extent of "
                             "dimension ",
                             axis, " of ", describe(shape), ", got ", count);
  shape[axis] = count;
  types.push_back(getIndexType(context, shape));
  return success();
}

LogicalResult ArgMaxPoolOp::inferReturnTypes(MLIRContext *context,
                                             MaybeLocation location,
                                             ArgMaxPoolOp::Adaptor op,
                                             Types &types) {
  FailureOr<Window> window =
      makeWindow(location, "arg_max_pool", op.getKernel(), op.getStrides(),
                 op.getPads(), op.getDilations());
  ArrayRef<int64_t> input = getShape(op.getInput());
  if (failed(window) || failed(checkImage(location, "arg_max_pool", input)))
    return failure();
  if (ShapedType::isDynamic(input[0]))
    return emitOptionalError(
        location, "arg_max_pool expects a static batch, got ", describe(input));
  auto shape = getSlidingShape(location, "arg_max_pool", input, input[1],
                               *window, op.getCeil());
  if (failed(shape))
    return failure();
  types.push_back(getIndexType(context, *shape));
  return success();
}

Window ArgMaxPoolOp::getWindow() {
  return getVerifiedWindow(getKernel(), getStrides(), getPads(),
                           getDilations());
}

SmallVector<int64_t> ArgMaxPoolOp::getIndexStrides() {
  ArrayRef<int64_t> shape = cnn::getShape(getInput());
  int64_t rank = shape.size(), step = 1;
  SmallVector<int64_t> strides(rank);
  for (int64_t i = 2; i < rank; ++i) {
    int64_t dim = getColumnMajor() ? i : rank + 1 - i;
    strides[dim] = step;
    step *= shape[dim];
  }
  strides[1] = step;
  strides[0] = step * shape[1];
  return strides;
}

/// Combining needs numbers; booleans can only be set.
static LogicalResult checkUpdates(MaybeLocation location, StringRef name,
                                  Value input, Value updates,
                                  ScatterKind kind) {
  if (getElementType(input) != getElementType(updates))
    return emitOptionalError(
        location, name, " expects updates of the input's element type ",
        getElementType(input), ", got ", getElementType(updates));
  if (kind != ScatterKind::set && getElementType(input).isInteger(1))
    return emitOptionalError(location, name,
                             " expects numbers to combine, got booleans");
  return success();
}

LogicalResult ScatterElementsOp::inferReturnTypes(MLIRContext *,
                                                  MaybeLocation location,
                                                  ScatterElementsOp::Adaptor op,
                                                  Types &types) {
  StringRef name = "scatter_elements";
  if (failed(checkElementIndices(location, name, getShape(op.getInput()),
                                 op.getIndices(), op.getAxis())) ||
      failed(checkUpdates(location, name, op.getInput(), op.getUpdates(),
                          op.getKind())))
    return failure();
  if (getShape(op.getIndices()) != getShape(op.getUpdates()))
    return emitOptionalError(location, name, " expects an update per index (",
                             describe(getShape(op.getIndices())), "), got ",
                             describe(getShape(op.getUpdates())));
  types.push_back(op.getInput().getType());
  return success();
}

LogicalResult ScatterNDOp::inferReturnTypes(MLIRContext *,
                                            MaybeLocation location,
                                            ScatterNDOp::Adaptor op,
                                            Types &types) {
  auto slice = getSliceShape(location, "scatter_nd", getShape(op.getInput()),
                             op.getIndices(), /*batchDims=*/0);
  if (failed(slice) ||
      failed(checkUpdates(location, "scatter_nd", op.getInput(),
                          op.getUpdates(), op.getKind())))
    return failure();
  SmallVector<int64_t> expected(getShape(op.getIndices()).drop_back());
  llvm::append_range(expected, *slice);
  if (getShape(op.getUpdates()) != ArrayRef(expected))
    return emitOptionalError(location, "scatter_nd expects updates of shape ",
                             describe(expected), ", got ",
                             describe(getShape(op.getUpdates())));
  types.push_back(op.getInput().getType());
  return success();
}

/// Fails if the batch is dynamic: how many results an image has depends on it.
static LogicalResult checkStaticBatch(MaybeLocation location, StringRef name,
                                      Value value) {
  if (llvm::is_contained(getShape(value), ShapedType::kDynamic))
    return emitOptionalError(location, name, " expects a static batch, got ",
                             describe(getShape(value)));
  return success();
}

LogicalResult NonZeroOp::inferReturnTypes(MLIRContext *context,
                                          MaybeLocation location,
                                          NonZeroOp::Adaptor op, Types &types) {
  if (failed(checkStaticBatch(location, "non_zero", op.getInput())))
    return failure();
  auto input = cast<RankedTensorType>(op.getInput().getType());
  types.push_back(
      getIndexType(context, {input.getRank(), input.getNumElements()}));
  return success();
}

LogicalResult RankDistinctOp::inferReturnTypes(MLIRContext *context,
                                               MaybeLocation location,
                                               RankDistinctOp::Adaptor op,
                                               Types &types) {
  if (failed(checkStaticBatch(location, "rank_distinct", op.getInput())))
    return failure();
  types.push_back(getIndexType(context, getShape(op.getInput()).take_front(1)));
  return success();
}

LogicalResult NonMaxSuppressionOp::inferReturnTypes(
    MLIRContext *context, MaybeLocation location,
    NonMaxSuppressionOp::Adaptor op, Types &types) {
  StringRef name = "non_max_suppression";
  if (failed(checkStaticBatch(location, name, op.getBoxes())) ||
      failed(checkStaticBatch(location, name, op.getScores())))
    return failure();
  ArrayRef<int64_t> boxes = getShape(op.getBoxes()),
                    scores = getShape(op.getScores());
  if (boxes[2] != 4 || boxes[0] != scores[0] || boxes[1] != scores[2])
    return emitOptionalError(location, name,
                             " expects boxes images x boxes x 4 and scores "
                             "images x classes x boxes, got ",
                             describe(boxes), " and ", describe(scores));
  int64_t limit = op.getLimit();
  if (limit < 0)
    return emitOptionalError(
        location, name, " expects a limit that is not negative, got ", limit);
  int64_t rows = scores[0] * scores[1] * std::min(limit, boxes[1]);
  types.push_back(getIndexType(context, {rows, 3}));
  return success();
}

LogicalResult DeterminantOp::inferReturnTypes(MLIRContext *,
                                              MaybeLocation location,
                                              DeterminantOp::Adaptor op,
                                              Types &types) {
  ArrayRef<int64_t> shape = getShape(op.getInput());
  if (shape.size() < 2 || ShapedType::isDynamic(shape[shape.size() - 2]) ||
      shape.back() != shape[shape.size() - 2])
    return emitOptionalError(location,
                             "determinant expects square matrices in the last "
                             "two dimensions, got ",
                             describe(shape));
  types.push_back(
      RankedTensorType::get(shape.drop_back(2), getElementType(op.getInput())));
  return success();
}
