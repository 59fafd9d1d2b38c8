//===- LayerShapes.cpp - Result types of layers ---------------------------===//

#include "Shapes.h"

#include "cnnc/Support/Winograd.h"

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

LogicalResult mlir::cnn::checkFilter(MaybeLocation location, StringRef name,
                                     ArrayRef<int64_t> input,
                                     ArrayRef<int64_t> filter, int64_t groups) {
  if (failed(checkImage(location, name, input)))
    return failure();
  if (input.size() != filter.size())
    return emitOptionalError(location, name,
                             " expects input and filter of one rank, got ",
                             describe(input), " and ", describe(filter));
  if (groups < 1 || groups > filter[0] || filter[0] % groups != 0)
    return emitOptionalError(location, name, " expects groups to divide the ",
                             filter[0], " output channels, got ", groups);
  if (input[1] != filter[1] * groups)
    return emitOptionalError(
        location, name, " expects ", filter[1] * groups, " input channels (",
        filter[1], " of the filter times ", groups, " groups), got ", input[1]);
  return success();
}

LogicalResult ConvOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                       ConvOp::Adaptor op, Types &types) {
  ArrayRef<int64_t> input = getShape(op.getInput());
  ArrayRef<int64_t> filter = getShape(op.getFilter());
  if (failed(checkFilter(location, "conv", input, filter, op.getGroups())))
    return failure();
  FailureOr<Window> window =
      makeWindow(location, "conv", filter.drop_front(2), op.getStrides(),
                 op.getPads(), op.getDilations());
  if (failed(window))
    return failure();
  auto shape = getSlidingShape(location, "conv", input, filter[0], *window);
  if (failed(shape) || failed(checkEpilogue(location, "conv", *shape,
                                            op.getBias(), op.getResidual())))
    return failure();
  types.push_back(RankedTensorType::get(*shape, getElementType(op.getInput())));
  return success();
}

Window ConvOp::getWindow() {
  return getVerifiedWindow(cnn::getShape(getFilter()).drop_front(2),
                           getStrides(), getPads(), getDilations());
}

bool ConvOp::isDepthwise() {
  return getGroups() > 1 &&
         static_cast<int64_t>(getGroups()) == cnn::getShape(getInput())[1];
}

LogicalResult ConvTransposeOp::inferReturnTypes(MLIRContext *,
                                                MaybeLocation location,
                                                ConvTransposeOp::Adaptor op,
                                                Types &types) {
  ArrayRef<int64_t> input = getShape(op.getInput());
  ArrayRef<int64_t> filter = getShape(op.getFilter());
  int64_t groups = op.getGroups();
  if (failed(checkImage(location, "conv_transpose", input)))
    return failure();
  if (input.size() != filter.size() || input[1] != filter[0])
    return emitOptionalError(location,
                             "conv_transpose expects a filter of the "
                             "input's rank that starts with its ",
                             input[1], " channels, got ", describe(filter));
  if (groups < 1 || groups > input[1] || input[1] % groups != 0)
    return emitOptionalError(location,
                             "conv_transpose expects groups to divide the ",
                             input[1], " input channels, got ", groups);
  FailureOr<Window> window =
      makeWindow(location, "conv_transpose", filter.drop_front(2),
                 op.getStrides(), op.getPads(), op.getDilations());
  if (failed(window))
    return failure();
  ArrayRef<int64_t> outputPads = op.getOutputPads();
  if (!outputPads.empty() && outputPads.size() != window->size())
    return emitOptionalError(location, "conv_transpose expects ",
                             window->size(), " outputPads, got ",
                             outputPads.size());
  SmallVector<int64_t> shape = {input[0], filter[1] * groups};
  for (auto [i, dim] : llvm::enumerate(*window)) {
    int64_t extent = input[i + 2];
    int64_t outputPad = outputPads.empty() ? 0 : outputPads[i];
    if (!ShapedType::isDynamic(extent))
      extent = dim.getTransposedExtent(extent, outputPad);
    if (!ShapedType::isDynamic(extent) && extent < 1)
      return emitOptionalError(location,
                               "conv_transpose expects pads smaller "
                               "than the result, got extent ",
                               extent);
    shape.push_back(extent);
  }
  if (failed(
          checkEpilogue(location, "conv_transpose", shape, op.getBias(), {})))
    return failure();
  types.push_back(RankedTensorType::get(shape, getElementType(op.getInput())));
  return success();
}

Window ConvTransposeOp::getWindow() {
  return getVerifiedWindow(cnn::getShape(getFilter()).drop_front(2),
                           getStrides(), getPads(), getDilations());
}

LogicalResult WinogradConvOp::inferReturnTypes(MLIRContext *,
                                               MaybeLocation location,
                                               WinogradConvOp::Adaptor op,
                                               Types &types) {
  ArrayRef<int64_t> input = getShape(op.getInput());
  ArrayRef<int64_t> filter = getShape(op.getFilter());
  ArrayRef<int64_t> tile = op.getTile();
  if (input.size() != 4 || tile.size() != 2 || filter.size() != 4)
    return emitOptionalError(location,
                             "winograd_conv expects an image of rank 4, a "
                             "filter of rank 4 and two tile extents");
  if (failed(checkFilter(location, "winograd_conv", input, filter,
                         /*groups=*/1)))
    return failure();
  ArrayRef<int64_t> taps = filter.drop_front(2);
  for (int i = 0; i < 2; ++i)
    if (!hasWinogradPoints(tile[i], taps[i]))
      return emitOptionalError(location,
                               "winograd_conv expects a tile and taps of at "
                               "least 1 with tile + taps - 1 at most ",
                               maxWinogradTile, ", got ", tile[i], " and ",
                               taps[i], " in dimension ", i);
  FailureOr<Window> window =
      makeWindow(location, "winograd_conv", taps, {}, op.getPads(), {});
  if (failed(window))
    return failure();
  auto shape =
      getSlidingShape(location, "winograd_conv", input, filter[0], *window);
  if (failed(shape) || failed(checkEpilogue(location, "winograd_conv", *shape,
                                            op.getBias(), op.getResidual())))
    return failure();
  types.push_back(RankedTensorType::get(*shape, getElementType(op.getInput())));
  return success();
}

ArrayRef<int64_t> WinogradConvOp::getTaps() {
  return getShape(getFilter()).drop_front(2);
}

Window WinogradConvOp::getWindow() {
  return getVerifiedWindow(getTaps(), {}, getPads(), {});
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<int64_t>>
mlir::cnn::getProductShape(MaybeLocation location, StringRef name,
                           ArrayRef<int64_t> lhsShape,
                           ArrayRef<int64_t> rhsShape) {
  SmallVector<int64_t> lhs(lhsShape), rhs(rhsShape);
  bool isRow = lhs.size() == 1, isColumn = rhs.size() == 1;
  if (isRow)
    lhs.insert(lhs.begin(), 1);
  if (isColumn)
    rhs.push_back(1);
  auto mismatch = [&]() {
    return emitOptionalError(location, name,
                             " expects shapes ..MxK and ..KxN with leading "
                             "dimensions that broadcast, got ",
                             describe(lhsShape), " and ", describe(rhsShape));
  };
  if (lhs.size() < 2 || rhs.size() < 2 || lhs.back() != rhs[rhs.size() - 2])
    return mismatch();
  auto shape =
      getBroadcastShape(ArrayRef(lhs).drop_back(2), ArrayRef(rhs).drop_back(2));
  if (failed(shape))
    return mismatch();
  if (!isRow)
    shape->push_back(lhs[lhs.size() - 2]);
  if (!isColumn)
    shape->push_back(rhs.back());
  return shape;
}

LogicalResult MatmulOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                         MatmulOp::Adaptor op, Types &types) {
  auto shape = getProductShape(location, "matmul", getShape(op.getLhs()),
                               getShape(op.getRhs()));
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, getElementType(op.getLhs())));
  return success();
}

LogicalResult GemmOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                       GemmOp::Adaptor op, Types &types) {
  SmallVector<int64_t> lhs(getShape(op.getLhs())), rhs(getShape(op.getRhs()));
  if (lhs.size() != 2 || rhs.size() != 2)
    return emitOptionalError(location, "gemm expects two matrices, got ",
                             describe(lhs), " and ", describe(rhs));
  if (op.getTransposeLhs())
    std::swap(lhs[0], lhs[1]);
  if (op.getTransposeRhs())
    std::swap(rhs[0], rhs[1]);
  if (lhs[1] != rhs[0])
    return emitOptionalError(location,
                             "gemm expects an MxK and a KxN matrix "
                             "after transposition, got ",
                             describe(lhs), " and ", describe(rhs));
  SmallVector<int64_t> shape = {lhs[0], rhs[1]};
  if (Value bias = op.getBias()) {
    auto sum = getBroadcastShape(shape, getShape(bias));
    if (failed(sum) || *sum != shape)
      return emitOptionalError(
          location, "gemm expects a bias that broadcasts to ", describe(shape),
          ", got ", describe(getShape(bias)));
  }
  types.push_back(RankedTensorType::get(shape, getElementType(op.getLhs())));
  return success();
}

//===----------------------------------------------------------------------===//
// Normalization
//===----------------------------------------------------------------------===//

/// Norms keep the shape of their input and have one parameter per channel.
static LogicalResult inferNorm(MaybeLocation location, StringRef name,
                               Value input, Value scale, Types &types) {
  ArrayRef<int64_t> shape = getShape(input);
  if (shape.size() < 2 || getShape(scale) != shape.slice(1, 1))
    return emitOptionalError(
        location, name, " expects one parameter per channel, got ",
        describe(getShape(scale)), " for an input of ", describe(shape));
  types.push_back(input.getType());
  return success();
}

LogicalResult BatchNormOp::inferReturnTypes(MLIRContext *,
                                            MaybeLocation location,
                                            BatchNormOp::Adaptor op,
                                            Types &types) {
  return inferNorm(location, "batch_norm", op.getInput(), op.getScale(), types);
}

LogicalResult InstanceNormOp::inferReturnTypes(MLIRContext *,
                                               MaybeLocation location,
                                               InstanceNormOp::Adaptor op,
                                               Types &types) {
  return inferNorm(location, "instance_norm", op.getInput(), op.getScale(),
                   types);
}

LogicalResult LayerNormOp::inferReturnTypes(MLIRContext *,
                                            MaybeLocation location,
                                            LayerNormOp::Adaptor op,
                                            Types &types) {
  ArrayRef<int64_t> shape = getShape(op.getInput());
  if (failed(checkAxis(location, "layer_norm", op.getAxis(), shape.size())))
    return failure();
  ArrayRef<int64_t> expected = shape.drop_front(op.getAxis());
  for (Value parameter : {op.getScale(), op.getShift()})
    if (parameter && getShape(parameter) != expected)
      return emitOptionalError(
          location, "layer_norm expects parameters of shape ",
          describe(expected), ", got ", describe(getShape(parameter)));
  types.push_back(op.getInput().getType());
  return success();
}

LogicalResult LRNOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                      LRNOp::Adaptor op, Types &types) {
  if (getShape(op.getInput()).size() < 2 ||
      static_cast<int64_t>(op.getSize()) < 1)
    return emitOptionalError(location,
                             "lrn expects channels in dimension 1 and "
                             "a size of at least 1, got ",
                             describe(getShape(op.getInput())), " and ",
                             op.getSize());
  types.push_back(op.getInput().getType());
  return success();
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

template <typename Adaptor>
static LogicalResult inferPool(MaybeLocation location, StringRef name,
                               Adaptor op, Types &types) {
  FailureOr<Window> window =
      makeWindow(location, name, op.getKernel(), op.getStrides(), op.getPads(),
                 op.getDilations());
  if (failed(window))
    return failure();
  ArrayRef<int64_t> input = getShape(op.getInput());
  if (failed(checkImage(location, name, input)))
    return failure();
  auto shape =
      getSlidingShape(location, name, input, input[1], *window, op.getCeil());
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, getElementType(op.getInput())));
  return success();
}

LogicalResult MaxPoolOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                          MaxPoolOp::Adaptor op, Types &types) {
  return inferPool(location, "max_pool", op, types);
}

Window MaxPoolOp::getWindow() {
  return getVerifiedWindow(getKernel(), getStrides(), getPads(),
                           getDilations());
}

LogicalResult AvgPoolOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                          AvgPoolOp::Adaptor op, Types &types) {
  return inferPool(location, "avg_pool", op, types);
}

Window AvgPoolOp::getWindow() {
  return getVerifiedWindow(getKernel(), getStrides(), getPads(),
                           getDilations());
}
