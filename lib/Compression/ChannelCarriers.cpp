//===- ChannelCarriers.cpp - Ops that keep channels apart -----------------===//

#include "ChannelVisitor.h"

#include "cnnc/Calibration/Layers.h"
#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

static int64_t getRank(Value value) { return getShape(value).size(); }

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

void ChannelVisitor::visitNorm(Operation *op) {
  const ChannelMap *map = find(op->getOperand(0));
  if (!map)
    return;
  bool isConstant = llvm::all_of(op->getOperands().drop_front(), getConstant);
  if (map->axis != 1 || !isConstant)
    return fixOperands(op, "has parameters that are no constants");
  SmallVector<Unit> units = map->units;
  for (OpOperand &operand : op->getOpOperands().drop_front())
    cut(operand, 0, units, CutRole::Carried);
  set(op->getResult(0), 1, units);
}

void ChannelVisitor::visitPool(Operation *op) {
  const ChannelMap *map = find(op->getOperand(0));
  if (!map)
    return;
  if (map->axis != 1)
    return fixOperands(op, "pools over channels");
  set(op->getResult(0), 1, SmallVector<Unit>(map->units));
}

void ChannelVisitor::visitElementwise(Operation *op) {
  Value result = op->getResult(0);
  int64_t rank = getRank(result);
  // The dimension of the result that an operand's is.
  auto getOffset = [&](Value value) { return rank - getRank(value); };
  const ChannelMap *first = nullptr;
  int64_t axis = 0;
  for (Value operand : op->getOperands())
    if (const ChannelMap *map = find(operand);
        map && !first &&
        getShape(operand)[map->axis] ==
            getShape(result)[map->axis + getOffset(operand)]) {
      first = map;
      axis = map->axis + getOffset(operand);
    }
  if (!first)
    return fixOperands(op, "repeats them");
  SmallVector<Unit> units = first->units;
  for (OpOperand &operand : op->getOpOperands()) {
    int64_t dim = axis - getOffset(operand.get());
    bool isWhole =
        dim >= 0 && getShape(operand.get())[dim] == getShape(result)[axis];
    if (isWhole && getConstant(operand.get()))
      cut(operand, dim, units, CutRole::Carried);
    else if (isWhole)
      join(units, require(operand.get(), dim));
    else if (const ChannelMap *map = find(operand.get()))
      fix(map->units, "'" + getNodeName(op) + "' repeats them");
  }
  set(result, axis, units);
}

void ChannelVisitor::visitSoftmax(SoftmaxOp op) {
  const ChannelMap *map = find(op.getInput());
  if (!map)
    return;
  if (map->axis == static_cast<int64_t>(op.getAxis()))
    return fixOperands(op, "sums over channels");
  set(op.getOutput(), map->axis, SmallVector<Unit>(map->units));
}

void ChannelVisitor::visitReduce(ReduceOp op) {
  const ChannelMap *map = find(op.getInput());
  if (!map)
    return;
  int64_t axis = map->axis;
  if (llvm::is_contained(op.getAxes(), axis))
    return fixOperands(op, "reduces over channels");
  if (!op.getKeepDims())
    axis -= llvm::count_if(op.getAxes(),
                           [&](int64_t other) { return other < map->axis; });
  set(op.getOutput(), axis, SmallVector<Unit>(map->units));
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

void ChannelVisitor::visitConcat(ConcatOp op) {
  const ChannelMap *first = nullptr;
  for (Value input : op.getInputs())
    first = first ? first : find(input);
  if (!first)
    return;
  int64_t axis = first->axis;
  SmallVector<Unit> units;
  for (auto [i, input] : llvm::enumerate(op.getInputs())) {
    SmallVector<Unit> own = require(input, axis);
    if (axis == static_cast<int64_t>(op.getAxis()))
      llvm::append_range(units, own);
    else if (i == 0)
      units = own;
    else
      join(units, own);
  }
  set(op.getOutput(), axis, units);
}

void ChannelVisitor::visitSlice(SliceOp op) {
  const ChannelMap *map = find(op.getInput());
  if (!map)
    return;
  if (op.getFullSteps()[map->axis] != 1)
    return fixOperands(op, "leaves out every other channel");
  int64_t axis = map->axis;
  set(op.getOutput(), axis,
      SmallVector<Unit>(
          ArrayRef(map->units)
              .slice(op.getStarts()[axis], getShape(op.getOutput())[axis])));
}

void ChannelVisitor::visitPad(PadOp op) {
  const ChannelMap *map = find(op.getInput());
  if (!map)
    return;
  int64_t axis = map->axis;
  int64_t low = op.getLow()[axis], high = op.getHigh()[axis];
  SmallVector<Unit> units = map->units;
  if (low < 0 || high < 0 ||
      (low + high > 0 && op.getMode() != PadMode::constant))
    return fixOperands(op, "takes its new channels from others");
  SmallVector<Unit> all = makeUnits(low);
  llvm::append_range(all, units);
  llvm::append_range(all, makeUnits(high));
  set(op.getOutput(), axis, all);
}

/// The extents before `axis` agree; the batch may be dynamic in both.
static bool haveSameFront(ArrayRef<int64_t> from, int64_t axis,
                          ArrayRef<int64_t> to, int64_t toAxis) {
  auto multiply = [](ArrayRef<int64_t> extents) {
    int64_t product = 1;
    for (int64_t extent : extents)
      product *= ShapedType::isDynamic(extent) ? -1 : extent;
    return product;
  };
  return multiply(from.take_front(axis)) == multiply(to.take_front(toAxis));
}

/// The dimension of `to` that holds the channels of dimension `axis` of `from`,
/// whole, with what is behind them, or in blocks; nothing if there is none.
static std::optional<int64_t> findAxis(ArrayRef<int64_t> from, int64_t axis,
                                       ArrayRef<int64_t> to) {
  int64_t extent = from[axis];
  for (bool inBlocks : {false, true})
    for (int64_t d = 0; d < static_cast<int64_t>(to.size()); ++d) {
      bool fits = inBlocks ? to[d] > 1 && extent % to[d] == 0
                           : to[d] > 0 && to[d] % extent == 0;
      if (!ShapedType::isDynamic(to[d]) && fits &&
          haveSameFront(from, axis, to, d))
        return d;
    }
  return std::nullopt;
}

void ChannelVisitor::visitReshape(ReshapeOp op) {
  const ChannelMap *map = find(op.getInput());
  if (!map)
    return;
  ArrayRef<int64_t> to = getShape(op.getOutput());
  std::optional<int64_t> axis =
      findAxis(getShape(op.getInput()), map->axis, to);
  if (!axis)
    return fixOperands(op, "(cnn.reshape) mixes channels with what is before "
                           "or behind them");
  SmallVector<Unit> units = map->units, moved;
  auto count = static_cast<int64_t>(units.size());
  if (to[*axis] >= count) {
    for (int64_t i = 0; i < to[*axis]; ++i)
      moved.push_back(units[i / (to[*axis] / count)]);
  } else {
    int64_t block = count / to[*axis];
    for (int64_t i = 0; i < count; ++i) {
      if (i % block == 0)
        moved.push_back(units[i]);
      join(moved.back(), units[i]);
    }
  }
  set(op.getOutput(), *axis, moved);
}

void ChannelVisitor::visitTranspose(TransposeOp op) {
  const ChannelMap *map = find(op.getInput());
  if (!map)
    return;
  const int64_t *axis = llvm::find(op.getPermutation(), map->axis);
  set(op.getOutput(), axis - op.getPermutation().begin(),
      SmallVector<Unit>(map->units));
}

void ChannelVisitor::visitExpand(ExpandOp op) {
  const ChannelMap *map = find(op.getInput());
  if (!map)
    return;
  int64_t axis = map->axis + getRank(op.getOutput()) - getRank(op.getInput());
  if (getShape(op.getOutput())[axis] != static_cast<int64_t>(map->units.size()))
    return fixOperands(op, "repeats them");
  set(op.getOutput(), axis, SmallVector<Unit>(map->units));
}

void ChannelVisitor::visitResize(ResizeOp op) {
  const ChannelMap *map = find(op.getInput());
  if (!map)
    return;
  if (op.isResized(map->axis))
    return fixOperands(op, "interpolates between channels");
  set(op.getOutput(), map->axis, SmallVector<Unit>(map->units));
}

/// Where channel `c`, and position `i` of `block`^2 in a block, is in the
/// deeper of two images.
static int64_t getDeepChannel(BlockOrder order, int64_t c, int64_t i,
                              int64_t channels, int64_t block) {
  return order == BlockOrder::column_row_depth ? c * block * block + i
                                               : i * channels + c;
}

void ChannelVisitor::visitDepthToSpace(DepthToSpaceOp op) {
  const ChannelMap *map = find(op.getInput());
  if (!map)
    return;
  if (map->axis != 1)
    return fixOperands(op, "moves channels into space");
  SmallVector<Unit> units = map->units, moved;
  auto block = static_cast<int64_t>(op.getBlockSize());
  int64_t channels = getShape(op.getOutput())[1];
  for (int64_t c = 0; c < channels; ++c) {
    moved.push_back(
        units[getDeepChannel(op.getOrder(), c, 0, channels, block)]);
    for (int64_t i = 1; i < block * block; ++i)
      join(moved.back(),
           units[getDeepChannel(op.getOrder(), c, i, channels, block)]);
  }
  set(op.getOutput(), 1, moved);
}

void ChannelVisitor::visitSpaceToDepth(SpaceToDepthOp op) {
  const ChannelMap *map = find(op.getInput());
  if (!map)
    return;
  if (map->axis != 1)
    return fixOperands(op, "moves space into channels");
  SmallVector<Unit> units = map->units, moved;
  int64_t channels = getShape(op.getInput())[1];
  for (int64_t c = 0; c < getShape(op.getOutput())[1]; ++c)
    moved.push_back(units[c % channels]);
  set(op.getOutput(), 1, moved);
}
