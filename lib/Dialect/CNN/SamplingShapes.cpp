//===- SamplingShapes.cpp - Result types of ops that sample images --------===//

#include "Shapes.h"

using namespace mlir;
using namespace mlir::cnn;

/// Fails unless the scale of `op` says how dimension `i` of the input becomes
/// `extent` elements.
static LogicalResult checkResized(MaybeLocation location, ResizeOp::Adaptor op,
                                  int64_t i, int64_t extent) {
  int64_t input = getShape(op.getInput())[i];
  double scale = op.getScales()[i];
  if (extent == input && scale == 1 &&
      op.getCoordinates() != CoordinateMode::tf_crop_and_resize)
    return success();
  bool isKept = extent == input && ShapedType::isDynamic(extent);
  constexpr double smallest = 1.0 / (int64_t(1) << 31);
  if (!(scale >= smallest) || (!isKept && (extent < 1 || input < 1)))
    return emitOptionalError(location,
                             "resize expects positive extents and "
                             "scales, got ",
                             extent, " and ", scale, " in dimension ", i);
  return success();
}

LogicalResult ResizeOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                         ResizeOp::Adaptor op, Types &types) {
  ArrayRef<int64_t> input = cnn::getShape(op.getInput());
  SmallVector<int64_t> shape(op.getShape());
  if (failed(checkLength(location, "resize (shape)", shape, input.size())))
    return failure();
  if (op.getScales().size() != input.size())
    return emitOptionalError(location,
                             "resize expects one scale per dimension (",
                             input.size(), "), got ", op.getScales().size());
  bool isCrop = op.getCoordinates() == CoordinateMode::tf_crop_and_resize;
  size_t bounds = isCrop ? 2 * input.size() : 0;
  if (op.getRoi().size() != bounds)
    return emitOptionalError(location, "resize expects a roi of ", bounds,
                             " numbers, got ", op.getRoi().size());
  bool isFloat = isa<FloatType>(getElementType(op.getInput()));
  if (op.getMode() != ResizeMode::nearest && !isFloat)
    return emitOptionalError(location,
                             "resize expects floats to interpolate, got ",
                             getElementType(op.getInput()));
  for (auto [i, extent] : llvm::enumerate(shape)) {
    if (extent == -1)
      extent = input[i];
    if (failed(checkResized(location, op, i, extent)))
      return failure();
  }
  types.push_back(RankedTensorType::get(shape, getElementType(op.getInput())));
  return success();
}

LogicalResult GridSampleOp::inferReturnTypes(MLIRContext *,
                                             MaybeLocation location,
                                             GridSampleOp::Adaptor op,
                                             Types &types) {
  ArrayRef<int64_t> input = getShape(op.getInput());
  ArrayRef<int64_t> grid = getShape(op.getGrid());
  int64_t dims = static_cast<int64_t>(input.size()) - 2;
  if (dims < 1 || grid.size() != input.size() || grid.back() != dims ||
      grid[0] != input[0])
    return emitOptionalError(
        location,
        "grid_sample expects a grid of the input's rank and batch whose last "
        "extent is the number of spatial dimensions, got ",
        describe(grid), " for an input of ", describe(input));
  if (llvm::is_contained(input.drop_front(2), 0))
    return emitOptionalError(
        location, "grid_sample expects an image that is not empty, got ",
        describe(input));
  SmallVector<int64_t> shape = {input[0], input[1]};
  llvm::append_range(shape, grid.drop_front().drop_back());
  types.push_back(RankedTensorType::get(shape, getElementType(op.getInput())));
  return success();
}

/// The result of pooling rows of `columns` numbers, regions, to `size`.
static LogicalResult inferRoiPool(MaybeLocation location, StringRef name,
                                  ArrayRef<Value> operands, int64_t columns,
                                  ArrayRef<int64_t> size, Types &types) {
  ArrayRef<int64_t> input = getShape(operands[0]), rois = getShape(operands[1]);
  if (input.size() != 4 || llvm::is_contained(input, 0))
    return emitOptionalError(location, name,
                             " expects an image of rank 4 that is not empty, "
                             "got ",
                             describe(input));
  if (rois.size() != 2 || rois[1] != columns)
    return emitOptionalError(location, name, " expects regions of ", columns,
                             " numbers, got ", describe(rois));
  auto isReasonable = [](int64_t extent) {
    return extent >= 1 && extent < (int64_t(1) << 31);
  };
  if (size.size() != 2 || !llvm::all_of(size, isReasonable))
    return emitOptionalError(location, name,
                             " expects two positive extents as size");
  types.push_back(RankedTensorType::get({rois[0], input[1], size[0], size[1]},
                                        getElementType(operands[0])));
  return success();
}

LogicalResult RoiAlignOp::inferReturnTypes(MLIRContext *,
                                           MaybeLocation location,
                                           RoiAlignOp::Adaptor op,
                                           Types &types) {
  if (getShape(op.getIndices()) != getShape(op.getRois()).take_front(1))
    return emitOptionalError(
        location, "roi_align expects one index per region, got ",
        describe(getShape(op.getIndices())), " for regions of ",
        describe(getShape(op.getRois())));
  int64_t samples = op.getSamples();
  if (samples < 0 || samples > RoiAlignOp::maxSamples)
    return emitOptionalError(location, "roi_align expects 0 to ",
                             static_cast<int64_t>(RoiAlignOp::maxSamples),
                             " samples, got ", samples);
  return inferRoiPool(location, "roi_align", {op.getInput(), op.getRois()}, 4,
                      op.getSize(), types);
}

LogicalResult MaxRoiPoolOp::inferReturnTypes(MLIRContext *,
                                             MaybeLocation location,
                                             MaxRoiPoolOp::Adaptor op,
                                             Types &types) {
  return inferRoiPool(location, "max_roi_pool", {op.getInput(), op.getRois()},
                      5, op.getSize(), types);
}
