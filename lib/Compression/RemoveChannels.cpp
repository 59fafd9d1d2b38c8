//===- RemoveChannels.cpp - Networks with fewer channels ------------------===//

#include "RemoveChannels.h"

#include "cnnc/Calibration/Layers.h"
#include "cnnc/Support/Weights.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::cnn;

namespace {

/// The indices of a dimension that stay.
SmallVector<int64_t> getKept(ArrayRef<Unit> units,
                             const ChannelAnalysis &analysis,
                             const RemovedUnits &removed) {
  SmallVector<int64_t> kept;
  for (auto [i, unit] : llvm::enumerate(units))
    if (!removed.contains(analysis.find(unit)))
      kept.push_back(static_cast<int64_t>(i));
  return kept;
}

/// The elements of a constant around a dimension.
struct DimSplit {
  int64_t before = 1, extent, after = 1;

  DimSplit(ArrayRef<int64_t> shape, int64_t dim) : extent(shape[dim]) {
    for (int64_t size : shape.take_front(dim))
      before *= size;
    for (int64_t size : shape.drop_front(dim + 1))
      after *= size;
  }
};

/// Gives `cut.op` a constant of its own.
void replaceConstant(const Cut &cut, ArrayRef<int64_t> shape,
                     ArrayRef<float> values) {
  OpOperand &operand = cut.op->getOpOperand(cut.operand);
  OpBuilder builder(cut.op);
  auto type = cast<RankedTensorType>(operand.get().getType());
  Operation *old = operand.get().getDefiningOp();
  operand.set(createConstant(
      builder, old->getLoc(),
      makeConstant(RankedTensorType::get(shape, type.getElementType()),
                   values)));
  if (old->use_empty())
    old->erase();
}

void keepIndices(const Cut &cut, ArrayRef<int64_t> kept) {
  Value constant = cut.op->getOperand(cut.operand);
  SmallVector<int64_t> shape(getShape(constant));
  DimSplit split(shape, cut.dim);
  std::vector<float> all = *getFloats(constant), values;
  for (int64_t i = 0; i < split.before; ++i)
    for (int64_t index : kept) {
      auto first = all.begin() + (i * split.extent + index) * split.after;
      values.insert(values.end(), first, first + split.after);
    }
  shape[cut.dim] = static_cast<int64_t>(kept.size());
  replaceConstant(cut, shape, values);
}

void zeroOthers(const Cut &cut, ArrayRef<int64_t> kept) {
  Value constant = cut.op->getOperand(cut.operand);
  SmallVector<int64_t> shape(getShape(constant));
  DimSplit split(shape, cut.dim);
  std::vector<float> all = *getFloats(constant), values(all.size(), 0);
  for (int64_t i = 0; i < split.before; ++i)
    for (int64_t index : kept) {
      int64_t first = (i * split.extent + index) * split.after;
      std::copy_n(all.begin() + first, split.after, values.begin() + first);
    }
  replaceConstant(cut, shape, values);
}

/// Adapts what ops say about the channels of their results.
class AttributeUpdate {
public:
  AttributeUpdate(const ChannelAnalysis &analysis, const RemovedUnits &removed)
      : analysis(analysis), removed(removed) {}

  void run(Operation *op) const;

private:
  /// How many channels in [first, first + count) of `value` stay.
  int64_t countKept(Value value, int64_t first, int64_t count) const {
    ArrayRef<Unit> units = analysis.getChannels(value)->units;
    return getKept(units.slice(first, count), analysis, removed).size();
  }
  SmallVector<int64_t> updateShape(Operation *op,
                                   ArrayRef<int64_t> shape) const;
  void update(SliceOp op) const;
  void update(PadOp op) const;

  const ChannelAnalysis &analysis;
  const RemovedUnits &removed;
};

SmallVector<int64_t>
AttributeUpdate::updateShape(Operation *op, ArrayRef<int64_t> shape) const {
  Value result = op->getResult(0);
  const ChannelMap *map = analysis.getChannels(result);
  SmallVector<int64_t> updated(shape);
  if (updated[map->axis] >= 0)
    updated[map->axis] = countKept(result, 0, map->units.size());
  return updated;
}

void AttributeUpdate::update(SliceOp op) const {
  int64_t axis = analysis.getChannels(op.getInput())->axis;
  SmallVector<int64_t> starts(op.getStarts()), sizes(op.getSizes());
  int64_t size = analysis.getChannels(op.getOutput())->units.size();
  if (sizes[axis] >= 0)
    sizes[axis] = countKept(op.getInput(), starts[axis], size);
  starts[axis] = countKept(op.getInput(), 0, starts[axis]);
  op.setStarts(starts);
  op.setSizes(sizes);
}

void AttributeUpdate::update(PadOp op) const {
  const ChannelMap *map = analysis.getChannels(op.getOutput());
  SmallVector<int64_t> low(op.getLow()), high(op.getHigh());
  int64_t count = map->units.size();
  low[map->axis] = countKept(op.getOutput(), 0, op.getLow()[map->axis]);
  high[map->axis] = countKept(op.getOutput(), count - op.getHigh()[map->axis],
                              op.getHigh()[map->axis]);
  op.setLow(low);
  op.setHigh(high);
}

void AttributeUpdate::run(Operation *op) const {
  llvm::TypeSwitch<Operation *>(op)
      .Case([](ConvOp conv) {
        // As many inputs per group as the filter has.
        conv.setGroups(getShape(conv.getInput())[1] /
                       getShape(conv.getFilter())[1]);
      })
      .Case([](ConvTransposeOp conv) {
        // Of a depthwise one there is a group for each channel.
        conv.setGroups(std::min<int64_t>(static_cast<int64_t>(conv.getGroups()),
                                         getShape(conv.getInput())[1]));
      })
      .Case<ReshapeOp, ExpandOp, ResizeOp>(
          [&](auto move) { move.setShape(updateShape(move, move.getShape())); })
      .Case<SliceOp, PadOp>([&](auto move) { update(move); });
}

} // namespace

void mlir::cnn::removeChannels(func::FuncOp function,
                               const ChannelAnalysis &analysis,
                               const RemovedUnits &removed) {
  for (const Cut &cut : analysis.getCuts()) {
    SmallVector<int64_t> kept = getKept(cut.units, analysis, removed);
    if (kept.size() < cut.units.size())
      keepIndices(cut, kept);
  }
  AttributeUpdate attributes(analysis, removed);
  for (Operation &op : function.front()) {
    if (op.getNumResults() != 1)
      continue;
    if (analysis.getChannels(op.getResult(0))) {
      attributes.run(&op);
      inferResultTypes(&op);
    }
  }
}

void mlir::cnn::zeroChannels(const ChannelAnalysis &analysis,
                             const RemovedUnits &removed) {
  for (const Cut &cut : analysis.getCuts()) {
    SmallVector<int64_t> kept = getKept(cut.units, analysis, removed);
    if (kept.size() < cut.units.size() && cut.role != CutRole::Carried)
      zeroOthers(cut, kept);
  }
}

void mlir::cnn::recordChannels(func::FuncOp function,
                               const ChannelAnalysis &analysis,
                               const RemovedUnits &removed,
                               CompressionContext &context) {
  for (const auto &[value, map] : analysis.getAllChannels()) {
    SmallVector<int64_t> kept = getKept(map.units, analysis, removed);
    if (kept.size() < map.units.size())
      context.recordChannels(function, value.getDefiningOp(), map.axis, kept);
  }
}
