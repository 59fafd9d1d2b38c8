//===- ImportSelections.cpp - Parts, joins and borders of tensors ---------===//

#include "Box.h"
#include "Node.h"
#include "Operators.h"

#include <numeric>

using namespace mlir;
using namespace mlir::cnn;

static LogicalResult importConcat(Node &node) {
  std::vector<Value> inputs = node.getAllInputs();
  int64_t axis = node.getInteger("axis", std::nullopt);
  for (Value input : inputs)
    node.requireSameType(inputs.front(), input);
  if (failed(node.check()))
    return failure();
  axis = node.normalizeStaticAxis(axis, getShape(inputs.front()));
  return node.create<ConcatOp>(inputs, axis);
}

static LogicalResult importSlice(Node &node) {
  Value input = node.getInput(0);
  if (node.hasFailed())
    return failure();
  Box box = readSlice(node, getShape(input));
  if (failed(node.check()))
    return failure();
  return node.setOutput(0, buildSlice(node, input, box));
}

//===----------------------------------------------------------------------===//
// Split
//===----------------------------------------------------------------------===//

static LogicalResult importSplit(Node &node) {
  Value input = node.getInput(0);
  if (node.hasFailed())
    return failure();
  SmallVector<Box> parts = readSplit(node, getShape(input));
  if (failed(node.check()))
    return failure();
  for (auto [i, box] : llvm::enumerate(parts))
    if (node.hasOutput(i) &&
        failed(node.setOutput(i, buildSlice(node, input, box))))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Gather
//===----------------------------------------------------------------------===//

static LogicalResult importGather(Node &node) {
  Value input = node.getInput(0), indices = node.getInput(1);
  int64_t axis = node.getInteger("axis", 0);
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> shape = getShape(input);
  axis = node.normalizeStaticAxis(axis, shape);
  if (node.hasFailed())
    return failure();
  if (!isa<IntegerType>(getElementType(indices)))
    return node.fail("expects integers in input 1; got " +
                     debugString(indices.getType()));
  auto known = node.getGraph().getKnown(node.getProto().input(1));
  if (!known)
    return node.fail(llvm::toString(known.takeError()));
  if (*known)
    for (Number number : (*known)->numbers)
      if (number.isConstant() &&
          (number.value < -shape[axis] || number.value >= shape[axis]))
        return node.fail("expects indices from " + Twine(-shape[axis]) +
                         " to " + Twine(shape[axis] - 1) + "; got " +
                         Twine(number.getInteger()));
  if (*known && getShape(indices).empty()) {
    int64_t index = (*known)->numbers.front().getInteger();
    index = index < 0 ? index + shape[axis] : index;
    return node.setOutput(0, buildSelection(node, input, axis, index));
  }
  return node.create<GatherOp>(input, indices, axis);
}

//===----------------------------------------------------------------------===//
// Pad
//===----------------------------------------------------------------------===//

namespace {

struct PadAttributes {
  SmallVector<int64_t> pads, axes;
  double value = 0;
};

} // namespace

/// Pads are attributes before opset 11 and inputs since then.
static PadAttributes readPad(Node &node) {
  PadAttributes pad;
  if (node.getOpset() < 11) {
    pad.pads = node.getIntegerList("pads");
    pad.value = node.getFloat("value", 0);
    return pad;
  }
  pad.pads = node.getIntegers(1);
  pad.value = node.getScalar(2, 0);
  if (node.getOpset() >= 18 && node.hasInput(3))
    pad.axes = node.getIntegers(3);
  return pad;
}

static LogicalResult importPad(Node &node) {
  Value input = node.getInput(0);
  PadAttributes pad = readPad(node);
  StringRef name = node.getString("mode", "constant");
  std::optional<PadMode> mode = symbolizePadMode(name);
  if (!mode)
    return node.fail(
        "expects mode = 'constant', 'reflect', 'edge' or 'wrap'; got '" + name +
        "'");
  if (failed(node.check()))
    return failure();
  int64_t rank = getShape(input).size();
  pad.axes = node.normalizeAxes(pad.axes, rank);
  if (node.hasFailed())
    return failure();
  if (pad.axes.empty()) {
    pad.axes.resize(rank);
    std::iota(pad.axes.begin(), pad.axes.end(), 0);
  }
  size_t count = pad.axes.size();
  if (pad.pads.size() != 2 * count)
    return node.fail("expects " + Twine(2 * count) + " pads; got " +
                     Twine(pad.pads.size()));
  SmallVector<int64_t> low(rank, 0), high(rank, 0);
  for (auto [i, axis] : llvm::enumerate(pad.axes)) {
    low[axis] = pad.pads[i];
    high[axis] = pad.pads[i + count];
    for (int64_t amount : {low[axis], high[axis]})
      if (amount < -maxExtent || amount > maxExtent)
        return node.fail("expects pads between -2^31 and 2^31; got " +
                         Twine(amount));
  }
  return node.create<PadOp>(*mode, input, low, high, node.toFloat(pad.value));
}

ArrayRef<OperatorRow> mlir::cnn::getSelectionOperators() {
  static const OperatorRow rows[] = {
      {"Concat", 1, importConcat, evaluateConcat},
      {"Gather", 1, importGather, evaluateGather},
      {"Pad", 1, importPad},
      {"Slice", 1, importSlice, evaluateSlice},
      {"Split", 1, importSplit, evaluateSplit},
  };
  return rows;
}
