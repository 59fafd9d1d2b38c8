//===- ExportSampling.cpp - Values between the elements of images ---------===//

#include "OpWriter.h"

#include "cnnc/Support/Weights.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Resize
//===----------------------------------------------------------------------===//

static std::vector<float> toFloats(ArrayRef<double> values) {
  return std::vector<float>(values.begin(), values.end());
}

static Name addFloats(OpWriter &writer, ArrayRef<double> values) {
  auto type =
      RankedTensorType::get(static_cast<int64_t>(values.size()),
                            Float32Type::get(writer.getOp()->getContext()));
  return writer.constant(makeConstant(type, toFloats(values)));
}

/// Scales, which are float32 in ONNX, say all that this resize does.
static bool hasExactScales(ResizeOp op) {
  ArrayRef<int64_t> from = getShape(op.getInput()),
                    to = getShape(op.getOutput());
  for (auto [axis, scale] : llvm::enumerate(op.getScales())) {
    auto extent = static_cast<double>(from[axis]);
    if (static_cast<double>(static_cast<float>(scale)) != scale ||
        (!ShapedType::isDynamic(from[axis]) &&
         std::floor(extent * scale) != static_cast<double>(to[axis])))
      return false;
  }
  return true;
}

/// The scales are the quotients of the extents, which sizes stand for.
static bool hasSizeScales(ResizeOp op) {
  ArrayRef<int64_t> from = getShape(op.getInput()),
                    to = getShape(op.getOutput());
  for (auto [axis, scale] : llvm::enumerate(op.getScales()))
    if (!ShapedType::isDynamic(from[axis]) &&
        scale * static_cast<double>(from[axis]) !=
            static_cast<double>(to[axis]) &&
        scale !=
            static_cast<double>(to[axis]) / static_cast<double>(from[axis]))
      return false;
  return true;
}

/// The shape of the result; a dynamic batch is that of the input.
static Name addSizes(OpWriter &writer, ResizeOp op) {
  ArrayRef<int64_t> to = getShape(op.getOutput());
  if (!ShapedType::isDynamic(to[0]))
    return writer.integers(to);
  Name shape = writer.add("Shape", {writer.get(op.getInput())});
  Name batch = writer.add(
      "Slice", {shape, writer.integers(int64_t(0)), writer.integers(1)});
  return writer.add("Concat", {batch, writer.integers(to.drop_front())},
                    {{"axis", 0}});
}

/// A nearest resize as a choice of rows and columns.
static Name writeGathers(OpWriter &writer, ResizeOp op) {
  Name result = writer.get(op.getInput());
  for (int64_t axis = 0, rank = op.getType().getRank(); axis < rank; ++axis) {
    if (!op.isResized(axis))
      continue;
    SmallVector<int64_t> positions;
    for (int64_t i = 0; i < getShape(op.getOutput())[axis]; ++i)
      positions.push_back(op.getSummands(axis, i).front().index);
    result = writer.add("Gather", {result, writer.integers(positions)},
                        {{"axis", axis}});
  }
  return result;
}

static NodeAttributes getResizeAttributes(ResizeOp op) {
  StringRef coordinates = stringifyCoordinateMode(op.getCoordinates());
  NodeAttributes attributes = {{"mode", stringifyResizeMode(op.getMode())},
                               {"coordinate_transformation_mode", coordinates}};
  if (op.getMode() == ResizeMode::nearest)
    attributes.push_back(
        {"nearest_mode", stringifyNearestMode(op.getNearestMode())});
  if (op.getMode() == ResizeMode::cubic)
    attributes.push_back(
        {"cubic_coeff_a", op.getCubicCoefficient().convertToDouble()});
  if (op.getExcludeOutside())
    attributes.push_back({"exclude_outside", 1});
  if (op.getAntialias())
    attributes.push_back({"antialias", 1});
  return attributes;
}

static LogicalResult writeResize(OpWriter &writer, ResizeOp op) {
  CoordinateMode coordinates = op.getCoordinates();
  bool usesScales = hasExactScales(op);
  bool isPlain = coordinates != CoordinateMode::tf_half_pixel_for_nn &&
                 (usesScales || hasSizeScales(op));
  if (!isPlain && op.getMode() == ResizeMode::nearest)
    return writer.finish(writeGathers(writer, op));
  if (!isPlain)
    return writer.fail("interpolation expects coordinates other than "
                       "tf_half_pixel_for_nn, which opset 13 dropped, and "
                       "scales that are float32 or the quotients of extents");
  if (op.getAntialias() &&
      failed(writer.require(18, "a resize with antialias")))
    return failure();
  if (coordinates == CoordinateMode::half_pixel_symmetric &&
      failed(writer.require(19, "half_pixel_symmetric")))
    return failure();
  Name roi = op.getRoi().empty() ? Name() : addFloats(writer, op.getRoi());
  std::vector<Name> inputs = {writer.get(op.getInput()), roi};
  if (usesScales)
    inputs.push_back(addFloats(writer, op.getScales()));
  else
    inputs.insert(inputs.end(), {Name(), addSizes(writer, op)});
  return writer.finish(
      writer.add("Resize", std::move(inputs), getResizeAttributes(op)));
}

//===----------------------------------------------------------------------===//
// Grids and regions
//===----------------------------------------------------------------------===//

static LogicalResult writeGridSample(OpWriter &writer, GridSampleOp op) {
  bool isNew = writer.getOpset() >= 20;
  if (failed(writer.require(16, "a grid sample")) ||
      (getShape(op.getInput()).size() != 4 &&
       failed(writer.require(20, "a grid sample of volumes"))))
    return failure();
  // Opset 20 renamed the modes.
  const char *mode = op.getMode() == ResizeMode::nearest ? "nearest"
                     : op.getMode() == ResizeMode::linear
                         ? (isNew ? "linear" : "bilinear")
                         : (isNew ? "cubic" : "bicubic");
  return writer.finish(writer.add(
      "GridSample", {writer.get(op.getInput()), writer.get(op.getGrid())},
      {{"mode", mode},
       {"padding_mode", stringifyGridPadding(op.getPadding())},
       {"align_corners", op.getAlignCorners()}}));
}

/// Before opset 16 no region is moved by half a pixel.
static LogicalResult writeRoiAlign(OpWriter &writer, RoiAlignOp op) {
  if (op.getHalfPixel() &&
      failed(writer.require(16, "a roi_align of half pixels")))
    return failure();
  NodeAttributes attributes = {
      {"mode", stringifyRoiMode(op.getMode())},
      {"output_height", op.getSize()[0]},
      {"output_width", op.getSize()[1]},
      {"sampling_ratio", static_cast<int64_t>(op.getSamples())},
      {"spatial_scale", op.getSpatialScale().convertToDouble()}};
  if (writer.getOpset() >= 16)
    attributes.push_back(
        {"coordinate_transformation_mode",
         op.getHalfPixel() ? "half_pixel" : "output_half_pixel"});
  Type index = IntegerType::get(op.getContext(), 64);
  Name indices = writer.cast(writer.get(op.getIndices()),
                             getElement(op.getIndices()), index);
  return writer.finish(
      writer.add("RoiAlign",
                 {writer.get(op.getInput()), writer.get(op.getRois()), indices},
                 std::move(attributes)));
}

static LogicalResult writeMaxRoiPool(OpWriter &writer, MaxRoiPoolOp op) {
  return writer.finish(writer.add(
      "MaxRoiPool", {writer.get(op.getInput()), writer.get(op.getRois())},
      {{"pooled_shape", op.getSize()},
       {"spatial_scale", op.getSpatialScale().convertToDouble()}}));
}

ArrayRef<ExportRow> mlir::cnn::getSamplingRows() {
  static const ExportRow rows[] = {
      makeRow<GridSampleOp, writeGridSample>(),
      makeRow<MaxRoiPoolOp, writeMaxRoiPool>(),
      makeRow<ResizeOp, writeResize>(),
      makeRow<RoiAlignOp, writeRoiAlign>(),
  };
  return rows;
}
