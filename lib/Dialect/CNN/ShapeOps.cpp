//===- ShapeOps.cpp - Result types of ops that move elements --------------===//

#include "Shapes.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::cnn;

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                         ConcatOp::Adaptor op, Types &types) {
  if (op.getInputs().empty())
    return emitOptionalError(location, "concat expects at least one input");
  SmallVector<int64_t> shape(getShape(op.getInputs().front()));
  int64_t axis = op.getAxis();
  if (failed(checkAxis(location, "concat", axis, shape.size())))
    return failure();
  for (Value input : op.getInputs().drop_front()) {
    SmallVector<int64_t> other(getShape(input));
    bool matches = other.size() == shape.size();
    if (matches) {
      int64_t extent = other[axis];
      other[axis] = shape[axis];
      matches = other == shape;
      shape[axis] =
          ShapedType::isDynamic(extent) ? extent : shape[axis] + extent;
    }
    if (!matches)
      return emitOptionalError(location,
                               "concat expects inputs that differ only "
                               "in dimension ",
                               axis, ", got ",
                               describe(getShape(op.getInputs().front())),
                               " and ", describe(getShape(input)));
  }
  types.push_back(
      RankedTensorType::get(shape, getElementType(op.getInputs().front())));
  return success();
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                        SliceOp::Adaptor op, Types &types) {
  ArrayRef<int64_t> input = getShape(op.getInput());
  ArrayRef<int64_t> starts = op.getStarts(), sizes = op.getSizes(),
                    steps = op.getSteps();
  if (failed(checkLength(location, "slice (starts)", starts, input.size())) ||
      failed(checkLength(location, "slice (sizes)", sizes, input.size())))
    return failure();
  if (!steps.empty() &&
      failed(checkLength(location, "slice (steps)", steps, input.size())))
    return failure();
  SmallVector<int64_t> shape(sizes);
  for (auto [i, extent] : llvm::enumerate(input)) {
    int64_t step = steps.empty() ? 1 : steps[i];
    if (sizes[i] == -1 && starts[i] == 0 && step == 1) {
      shape[i] = extent;
      continue;
    }
    bool fits = step != 0 && sizes[i] >= 0 && sizes[i] <= extent;
    if (fits && sizes[i] > 0)
      fits = starts[i] >= 0 && starts[i] < extent;
    // A step beyond the extent, which may be any number, takes one element.
    if (fits && sizes[i] > 1) {
      fits = step > -extent && step < extent;
      int64_t last = fits ? starts[i] + (sizes[i] - 1) * step : 0;
      fits = fits && last >= 0 && last < extent;
    }
    if (!fits)
      return emitOptionalError(location, "slice expects a box inside ",
                               describe(input), ", got start ", starts[i],
                               ", size ", sizes[i], ", step ", step,
                               " in dimension ", i);
  }
  types.push_back(RankedTensorType::get(shape, getElementType(op.getInput())));
  return success();
}

SmallVector<int64_t> SliceOp::getFullSteps() {
  if (!getSteps().empty())
    return SmallVector<int64_t>(getSteps());
  return SmallVector<int64_t>(getStarts().size(), 1);
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                      PadOp::Adaptor op, Types &types) {
  SmallVector<int64_t> shape(getShape(op.getInput()));
  ArrayRef<int64_t> low = op.getLow(), high = op.getHigh();
  if (failed(checkLength(location, "pad (low)", low, shape.size())) ||
      failed(checkLength(location, "pad (high)", high, shape.size())))
    return failure();
  for (size_t i = 0; i < shape.size(); ++i) {
    if (low[i] == 0 && high[i] == 0)
      continue;
    int64_t extent = shape[i];
    bool reflects = op.getMode() == PadMode::reflect;
    auto isLarge = [](int64_t pad) {
      constexpr int64_t maximum = int64_t(1) << 40;
      return pad < -maximum || pad > maximum;
    };
    if (ShapedType::isDynamic(extent) || isLarge(low[i]) || isLarge(high[i]) ||
        extent + low[i] + high[i] < 0 ||
        (reflects && std::max(low[i], high[i]) >= extent) ||
        (op.getMode() != PadMode::constant && extent == 0))
      return emitOptionalError(location, "pad expects a static extent",
                               reflects ? " larger than its pads" : "",
                               ", got ", describe(shape), " with ", low[i],
                               " and ", high[i], " in dimension ", i);
    shape[i] = extent + low[i] + high[i];
  }
  types.push_back(RankedTensorType::get(shape, getElementType(op.getInput())));
  return success();
}

std::optional<int64_t> PadOp::getSource(int64_t index, int64_t extent) {
  if (index >= 0 && index < extent)
    return index;
  switch (getMode()) {
  case PadMode::constant:
    return std::nullopt;
  case PadMode::edge:
    return index < 0 ? 0 : extent - 1;
  case PadMode::reflect:
    return index < 0 ? -index : 2 * (extent - 1) - index;
  case PadMode::wrap:
    return (index % extent + extent) % extent;
  }
  llvm_unreachable("every mode is handled");
}

LogicalResult ReshapeOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                          ReshapeOp::Adaptor op, Types &types) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  SmallVector<int64_t> shape(op.getShape());
  int64_t rest = 1;
  int64_t *unknown = nullptr;
  for (int64_t &extent : shape) {
    if (extent < -1 || (extent == -1 && unknown))
      return emitOptionalError(location, "reshape expects extents that are not "
                                         "negative, and at most one -1");
    if (extent == -1)
      unknown = &extent;
    else if (llvm::MulOverflow(rest, extent, rest))
      return emitOptionalError(location,
                               "reshape expects at most 2^40 "
                               "elements, got shape ",
                               describe(op.getShape()));
  }
  auto mismatch = [&]() {
    return emitOptionalError(location, "reshape expects as many elements as ",
                             describe(input.getShape()), " has, got shape ",
                             describe(op.getShape()));
  };
  if (!input.hasStaticShape()) {
    // Everything but the batch must fit; the batch goes where the -1 is.
    int64_t perImage = 1;
    for (int64_t extent : input.getShape())
      perImage *= ShapedType::isDynamic(extent) ? 1 : extent;
    if (unknown != shape.begin())
      return emitOptionalError(location,
                               "reshape of a dynamic batch expects "
                               "-1 as the first extent, got ",
                               describe(op.getShape()));
    if (rest == 0 || perImage % rest != 0)
      return mismatch();
    *unknown = ShapedType::kDynamic;
  } else if (unknown) {
    if (rest == 0 || input.getNumElements() % rest != 0)
      return mismatch();
    *unknown = input.getNumElements() / rest;
  } else if (rest != input.getNumElements()) {
    return mismatch();
  }
  types.push_back(RankedTensorType::get(shape, input.getElementType()));
  return success();
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *,
                                            MaybeLocation location,
                                            TransposeOp::Adaptor op,
                                            Types &types) {
  ArrayRef<int64_t> input = getShape(op.getInput());
  ArrayRef<int64_t> permutation = op.getPermutation();
  if (failed(checkLength(location, "transpose", permutation, input.size())))
    return failure();
  SmallVector<int64_t> sorted(permutation), identity(input.size());
  std::iota(identity.begin(), identity.end(), 0);
  llvm::sort(sorted);
  if (sorted != identity)
    return emitOptionalError(location,
                             "transpose expects a permutation of 0 to ",
                             static_cast<int64_t>(input.size()) - 1);
  SmallVector<int64_t> shape;
  for (int64_t dim : permutation)
    shape.push_back(input[dim]);
  types.push_back(RankedTensorType::get(shape, getElementType(op.getInput())));
  return success();
}

LogicalResult ExpandOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                         ExpandOp::Adaptor op, Types &types) {
  ArrayRef<int64_t> input = cnn::getShape(op.getInput());
  SmallVector<int64_t> shape(op.getShape());
  int64_t offset = static_cast<int64_t>(shape.size()) - input.size();
  bool matches = offset >= 0;
  for (int64_t i = 0, rank = shape.size(); matches && i < rank; ++i) {
    int64_t extent = i < offset ? 1 : input[i - offset];
    if (shape[i] == -1)
      shape[i] = extent;
    matches = shape[i] == extent || (extent == 1 && shape[i] >= 0);
  }
  if (!matches)
    return emitOptionalError(location, "expand expects a shape that ",
                             describe(input), " broadcasts to, got ",
                             describe(op.getShape()));
  types.push_back(RankedTensorType::get(shape, getElementType(op.getInput())));
  return success();
}

LogicalResult DepthToSpaceOp::inferReturnTypes(MLIRContext *,
                                               MaybeLocation location,
                                               DepthToSpaceOp::Adaptor op,
                                               Types &types) {
  SmallVector<int64_t> shape(getShape(op.getInput()));
  int64_t block = op.getBlockSize();
  if (shape.size() != 4 || block < 1 ||
      block > std::max<int64_t>(shape[1], 1) || shape[1] % (block * block) != 0)
    return emitOptionalError(location,
                             "depth_to_space expects an image of rank "
                             "4 whose channels are divisible by ",
                             block, " squared, got ", describe(shape));
  shape = {shape[0], shape[1] / (block * block), shape[2] * block,
           shape[3] * block};
  types.push_back(RankedTensorType::get(shape, getElementType(op.getInput())));
  return success();
}

LogicalResult SpaceToDepthOp::inferReturnTypes(MLIRContext *,
                                               MaybeLocation location,
                                               SpaceToDepthOp::Adaptor op,
                                               Types &types) {
  SmallVector<int64_t> shape(getShape(op.getInput()));
  int64_t block = op.getBlockSize();
  if (shape.size() != 4 || block < 1 || shape[2] % block != 0 ||
      shape[3] % block != 0)
    return emitOptionalError(location,
                             "space_to_depth expects an image of rank "
                             "4 whose height and width are divisible "
                             "by ",
                             block, ", got ", describe(shape));
  shape = {shape[0], shape[1] * block * block, shape[2] / block,
           shape[3] / block};
  types.push_back(RankedTensorType::get(shape, getElementType(op.getInput())));
  return success();
}

LogicalResult GatherOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                         GatherOp::Adaptor op, Types &types) {
  ArrayRef<int64_t> input = getShape(op.getInput());
  int64_t axis = op.getAxis();
  if (failed(checkAxis(location, "gather", axis, input.size())))
    return failure();
  SmallVector<int64_t> shape(input.take_front(axis));
  llvm::append_range(shape, getShape(op.getIndices()));
  llvm::append_range(shape, input.drop_front(axis + 1));
  types.push_back(RankedTensorType::get(shape, getElementType(op.getInput())));
  return success();
}
