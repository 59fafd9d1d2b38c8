//===- ExportShapeOps.cpp - Ops that move elements ------------------------===//

#include "OpWriter.h"

#include <limits>

using namespace mlir;
using namespace mlir::cnn;

static LogicalResult writeConcat(OpWriter &writer, ConcatOp op) {
  std::vector<Name> inputs;
  for (Value input : op.getInputs())
    inputs.push_back(writer.get(input));
  return writer.finish(
      writer.add("Concat", std::move(inputs),
                 {{"axis", static_cast<int64_t>(op.getAxis())}}));
}

/// The bounds of the dimensions that are not taken whole.
static LogicalResult writeSlice(OpWriter &writer, SliceOp op) {
  SmallVector<int64_t> starts, ends, axes, steps, all = op.getFullSteps();
  ArrayRef<int64_t> from = getShape(op.getInput()),
                    to = getShape(op.getOutput());
  for (auto [axis, start] : llvm::enumerate(op.getStarts())) {
    int64_t size = op.getSizes()[axis], step = all[axis];
    if (size == -1 || (to[axis] == from[axis] && start == 0 && step == 1))
      continue;
    int64_t last = size == 0 ? start : start + (size - 1) * step;
    int64_t end = size == 0 ? start : last + (step > 0 ? 1 : -1);
    // A negative end counts from the end; in front of all is this.
    if (end < 0)
      end = std::numeric_limits<int64_t>::min();
    starts.push_back(start);
    ends.push_back(end);
    axes.push_back(axis);
    steps.push_back(step);
  }
  Name x = writer.get(op.getInput());
  if (axes.empty())
    return writer.finish(x);
  bool isPlain = llvm::all_of(steps, [](int64_t step) { return step == 1; });
  return writer.finish(
      writer.add("Slice", {x, writer.integers(starts), writer.integers(ends),
                           writer.integers(axes),
                           isPlain ? Name() : writer.integers(steps)}));
}

static LogicalResult writePad(OpWriter &writer, PadOp op) {
  static constexpr const char *modes[] = {"constant", "reflect", "edge",
                                          "wrap"};
  if (op.getMode() == PadMode::wrap &&
      failed(writer.require(19, "a pad that wraps")))
    return failure();
  SmallVector<int64_t> pads(op.getLow());
  llvm::append_range(pads, op.getHigh());
  double value = op.getValue().convertToDouble();
  Name fill = op.getMode() == PadMode::constant && value != 0
                  ? writer.scalar(getElement(op.getInput()), value)
                  : Name();
  return writer.finish(writer.add(
      "Pad", {writer.get(op.getInput()), writer.integers(pads), fill},
      {{"mode", modes[static_cast<int>(op.getMode())]}}));
}

static LogicalResult writeReshape(OpWriter &writer, ReshapeOp op) {
  SmallVector<int64_t> shape(getShape(op.getOutput()));
  bool hasZero = llvm::is_contained(shape, 0);
  if (hasZero && failed(writer.require(14, "a tensor without elements")))
    return failure();
  for (int64_t &extent : shape)
    if (ShapedType::isDynamic(extent))
      extent = -1;
  // Without this a zero stands for the input's extent.
  NodeAttributes attributes;
  if (hasZero)
    attributes.push_back({"allowzero", 1});
  return writer.finish(
      writer.add("Reshape", {writer.get(op.getInput()), writer.integers(shape)},
                 std::move(attributes)));
}

static LogicalResult writeTranspose(OpWriter &writer, TransposeOp op) {
  return writer.finish(writer.add("Transpose", {writer.get(op.getInput())},
                                  {{"perm", op.getPermutation()}}));
}

/// An extent 1 keeps the input's, as -1 does here.
static LogicalResult writeExpand(OpWriter &writer, ExpandOp op) {
  SmallVector<int64_t> shape(op.getShape());
  llvm::replace(shape, int64_t(-1), int64_t(1));
  return writer.finish(writer.add(
      "Expand", {writer.get(op.getInput()), writer.integers(shape)}));
}

static LogicalResult writeDepthToSpace(OpWriter &writer, DepthToSpaceOp op) {
  bool isDepthFirst = op.getOrder() == BlockOrder::depth_column_row;
  return writer.finish(
      writer.add("DepthToSpace", {writer.get(op.getInput())},
                 {{"blocksize", static_cast<int64_t>(op.getBlockSize())},
                  {"mode", isDepthFirst ? "DCR" : "CRD"}}));
}

static LogicalResult writeSpaceToDepth(OpWriter &writer, SpaceToDepthOp op) {
  return writer.finish(
      writer.add("SpaceToDepth", {writer.get(op.getInput())},
                 {{"blocksize", static_cast<int64_t>(op.getBlockSize())}}));
}

ArrayRef<ExportRow> mlir::cnn::getShapeRows() {
  static const ExportRow rows[] = {
      makeRow<ConcatOp, writeConcat>(),
      makeRow<DepthToSpaceOp, writeDepthToSpace>(),
      makeRow<ExpandOp, writeExpand>(),
      makeRow<PadOp, writePad>(),
      makeRow<ReshapeOp, writeReshape>(),
      makeRow<SliceOp, writeSlice>(),
      makeRow<SpaceToDepthOp, writeSpaceToDepth>(),
      makeRow<TransposeOp, writeTranspose>(),
  };
  return rows;
}
