//===- Box.cpp - Parts of tensors -----------------------------------------===//

#include "Box.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::cnn;

Box mlir::cnn::getWholeBox(ArrayRef<int64_t> shape) {
  Box box;
  box.starts.assign(shape.size(), 0);
  box.steps.assign(shape.size(), 1);
  box.sizes.assign(shape.begin(), shape.end());
  replaceDynamic(box.sizes);
  return box;
}

Value mlir::cnn::buildSlice(Node &node, Value value, Box box) {
  if (llvm::all_of(box.steps, [](int64_t step) { return step == 1; }))
    box.steps.clear();
  return node.build<SliceOp>(value, box.starts, box.sizes, box.steps);
}

//===----------------------------------------------------------------------===//
// Slice
//===----------------------------------------------------------------------===//

namespace {

/// The operands of Slice, one entry per sliced axis.
struct SliceOperands {
  SmallVector<Number> starts, ends;
  SmallVector<int64_t> axes, steps;
};

} // namespace

static SmallVector<Number> getNumbers(Node &node, int64_t index) {
  const Known *known = node.getKnown(index);
  return known ? known->numbers : SmallVector<Number>();
}

static SmallVector<Number> getNumbers(ArrayRef<int64_t> integers) {
  return llvm::map_to_vector(integers, [](int64_t integer) {
    return Number::constant(static_cast<double>(integer));
  });
}

/// Bounds are attributes before opset 10 and inputs since then.
static SliceOperands readOperands(Node &node) {
  SliceOperands operands;
  if (node.getOpset() < 10) {
    operands.starts = getNumbers(node.getIntegerList("starts"));
    operands.ends = getNumbers(node.getIntegerList("ends"));
    operands.axes = node.getIntegerList("axes");
  } else {
    operands.starts = getNumbers(node, 1);
    operands.ends = getNumbers(node, 2);
    if (node.hasInput(3))
      operands.axes = node.getIntegers(3);
    if (node.hasInput(4))
      operands.steps = node.getIntegers(4);
  }
  size_t count = operands.starts.size();
  if (operands.axes.empty())
    for (size_t i = 0; i < count; ++i)
      operands.axes.push_back(i);
  if (operands.steps.empty())
    operands.steps.assign(count, 1);
  if (operands.ends.size() != count || operands.axes.size() != count ||
      operands.steps.size() != count)
    (void)node.fail("expects as many starts, ends, axes and steps; got " +
                    Twine(count) + ", " + Twine(operands.ends.size()) + ", " +
                    Twine(operands.axes.size()) + " and " +
                    Twine(operands.steps.size()));
  return operands;
}

/// The dynamic batch can only be taken whole.
static bool takesWholeBatch(Number start, Number end, int64_t step) {
  bool toTheEnd =
      end.isBatch() || (end.isConstant() && end.getInteger() >= INT32_MAX);
  return start.isConstant() && start.value == 0 && step == 1 && toTheEnd;
}

/// Slices dimension `axis` of the box, which was whole, by numpy's rules.
static void sliceDimension(Box &box, int64_t axis, Number first, Number last,
                           int64_t step) {
  int64_t extent = box.sizes[axis];
  auto clamp = [&](int64_t position, int64_t low, int64_t high) {
    position = position < 0 ? position + extent : position;
    return std::clamp(position, low, std::max(low, high));
  };
  step = std::clamp(step, -maxExtent, maxExtent);
  int64_t start = first.getInteger(), end = last.getInteger(), room;
  if (step > 0) {
    start = clamp(start, 0, extent);
    room = clamp(end, 0, extent) - start;
  } else {
    start = clamp(start, 0, extent - 1);
    room = start - clamp(end, -1, extent - 1);
  }
  bool isEmpty = room <= 0 || extent == 0;
  box.starts[axis] = isEmpty ? 0 : start;
  box.sizes[axis] = isEmpty ? 0 : llvm::divideCeil(room, std::abs(step));
  box.steps[axis] = step;
}

Box mlir::cnn::readSlice(Node &node, ArrayRef<int64_t> shape) {
  SliceOperands operands = readOperands(node);
  operands.axes = node.normalizeAxes(operands.axes, shape.size());
  Box box = getWholeBox(shape);
  if (node.hasFailed())
    return box;
  for (size_t i = 0; i < operands.axes.size(); ++i) {
    int64_t axis = operands.axes[i], step = operands.steps[i];
    Number start = operands.starts[i], end = operands.ends[i];
    if (ShapedType::isDynamic(shape[axis])) {
      if (!takesWholeBatch(start, end, step))
        (void)node.fail("expects to keep the whole dynamic batch; got a part "
                        "(--input-shape fixes the batch)");
      continue;
    }
    if (!start.isConstant() || !end.isConstant() || step == 0) {
      (void)node.fail("expects constant bounds and steps other than 0");
      return box;
    }
    sliceDimension(box, axis, start, end, step);
  }
  return box;
}

//===----------------------------------------------------------------------===//
// Split
//===----------------------------------------------------------------------===//

/// Equal parts; the last is smaller if they do not divide `extent`, which is
/// allowed since opset 18.
static SmallVector<int64_t> getEqualParts(Node &node, int64_t extent) {
  int64_t count = node.getOutputCount();
  if (node.getOpset() >= 18)
    count = node.getInteger("num_outputs", count);
  if (count != node.getOutputCount() || count < 1 ||
      (node.getOpset() < 18 && extent % count != 0)) {
    (void)node.fail("expects " + Twine(node.getOutputCount()) +
                    " outputs to divide extent " + Twine(extent));
    return {};
  }
  int64_t part = llvm::divideCeil(extent, count);
  SmallVector<int64_t> sizes(count, part);
  sizes.back() = extent - part * (count - 1);
  return sizes;
}

SmallVector<Box> mlir::cnn::readSplit(Node &node, ArrayRef<int64_t> shape) {
  int64_t axis = node.normalizeAxis(node.getInteger("axis", 0), shape.size());
  SmallVector<int64_t> sizes;
  if (node.getOpset() < 13)
    sizes = node.getIntegerList("split");
  else if (node.hasInput(1))
    sizes = node.getIntegers(1);
  if (node.hasFailed())
    return {};
  int64_t extent = shape[axis];
  if (ShapedType::isDynamic(extent)) {
    (void)node.failAtBatch();
    return {};
  }
  if (sizes.empty())
    sizes = getEqualParts(node, extent);
  SmallVector<Box> parts;
  int64_t start = 0;
  for (int64_t size : sizes) {
    if (size < 0 || size > extent - start)
      break;
    parts.push_back(getWholeBox(shape));
    parts.back().starts[axis] = size == 0 ? 0 : start;
    parts.back().sizes[axis] = size;
    start += size;
  }
  if (parts.size() != sizes.size() || start != extent ||
      static_cast<int64_t>(sizes.size()) != node.getOutputCount())
    (void)node.fail("expects " + Twine(node.getOutputCount()) +
                    " parts that add up to " + Twine(extent));
  return parts;
}

//===----------------------------------------------------------------------===//
// Selection and stack
//===----------------------------------------------------------------------===//

Value mlir::cnn::buildSelection(Node &node, Value value, int64_t axis,
                                int64_t index) {
  Box box = getWholeBox(getShape(value));
  box.starts[axis] = index;
  box.sizes[axis] = 1;
  SmallVector<int64_t> rest(getShape(value));
  rest.erase(rest.begin() + axis);
  replaceDynamic(rest);
  Value slice = buildSlice(node, value, box);
  return slice ? node.build<ReshapeOp>(slice, rest) : Value();
}

/// Numbers of one type that are known, in a new first dimension.
static std::optional<Known> stackKnown(ArrayRef<Binding> parts) {
  const std::optional<Known> &first = parts.front().known;
  Known result;
  for (const Binding &part : parts) {
    if (!part.known || part.known->type != first->type)
      return std::nullopt;
    llvm::append_range(result.numbers, part.known->numbers);
  }
  if (static_cast<int64_t>(result.numbers.size()) > maxKnownElements)
    return std::nullopt;
  SmallVector<int64_t> shape(first->getShape());
  shape.insert(shape.begin(), parts.size());
  result.type = first->type.clone(shape);
  return result;
}

Binding mlir::cnn::buildStack(Node &node, std::vector<Binding> parts,
                              int64_t axis) {
  Binding result;
  if (axis == 0)
    result.known = stackKnown(parts);
  if (result.known)
    return result;
  SmallVector<Value> values;
  for (Binding &part : parts) {
    Value value = node.getValue(part);
    if (!value)
      return {};
    SmallVector<int64_t> shape(getShape(value));
    axis = node.normalizeAxis(axis, shape.size() + 1);
    if (axis == 0 && !shape.empty() && ShapedType::isDynamic(shape.front()))
      (void)node.fail("expects a new dimension behind the dynamic batch "
                      "(--input-shape fixes the batch)");
    shape.insert(shape.begin() + axis, 1);
    replaceDynamic(shape);
    values.push_back(node.build<ReshapeOp>(value, shape));
    node.requireSameType(values.front(), values.back());
    if (node.hasFailed())
      return {};
  }
  result.value = node.build<ConcatOp>(values, axis);
  return result;
}
