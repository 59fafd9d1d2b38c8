//===- EvaluateShapes.cpp - Moving known values ---------------------------===//

#include "Box.h"
#include "Node.h"
#include "Operators.h"
#include "TensorData.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

LogicalResult mlir::cnn::evaluateCast(Node &node) {
  const Known *input = node.getKnown(0);
  int64_t to = node.getInteger("to", std::nullopt);
  node.ignoreAttribute("saturate");
  if (failed(node.check()))
    return failure();
  auto element = getElementTypeOf(static_cast<int32_t>(to));
  if (!element)
    return node.fail(llvm::toString(element.takeError()));
  Type type = getMLIRType(*element, node.getContext());
  Known result = {RankedTensorType::get(input->getShape(), type), {}};
  for (Number number : input->numbers)
    result.numbers.push_back(roundTo(number, type));
  return node.setOutput(0, std::move(result));
}

LogicalResult mlir::cnn::evaluateRange(Node &node) {
  const Known *first = node.getKnown(0);
  double start = node.getScalar(0, 0), limit = node.getScalar(1, 0),
         step = node.getScalar(2, 1);
  if (failed(node.check()))
    return failure();
  double count = std::max(0.0, std::ceil((limit - start) / step));
  if (!(count <= maxKnownElements))
    return failure();
  Known result = {RankedTensorType::get(static_cast<int64_t>(count),
                                        first->type.getElementType()),
                  {}};
  for (int i = 0; i < count; ++i)
    result.numbers.push_back(roundTo(Number::constant(start + i * step),
                                     first->type.getElementType()));
  return node.setOutput(0, std::move(result));
}

LogicalResult mlir::cnn::evaluateConcat(Node &node) {
  int64_t axis = node.getInteger("axis", std::nullopt);
  SmallVector<const Known *> inputs;
  for (int64_t i = 0; i < node.getInputCount(); ++i)
    inputs.push_back(node.getKnown(i));
  if (failed(node.check()))
    return failure();
  SmallVector<int64_t> shape(inputs.front()->getShape());
  axis = node.normalizeAxis(axis, shape.size());
  if (node.hasFailed())
    return failure();
  shape[axis] = 0;
  for (const Known *input : inputs) {
    SmallVector<int64_t> other(input->getShape());
    int64_t extent = other.size() == shape.size() ? other[axis] : 0;
    if (other.size() == shape.size())
      other[axis] = shape[axis];
    if (other != shape ||
        input->type.getElementType() != inputs.front()->type.getElementType())
      return node.fail("expects inputs that differ only in dimension " +
                       Twine(axis) + "; got " +
                       debugString(Type(inputs.front()->type)) + " and " +
                       debugString(Type(input->type)));
    shape[axis] += extent;
  }
  Known result = {inputs.front()->type.clone(shape), {}};
  int64_t outer = 1;
  for (int64_t extent : ArrayRef(shape).take_front(axis))
    outer *= extent;
  for (int64_t i = 0; i < outer; ++i)
    for (const Known *input : inputs) {
      int64_t part = input->numbers.size() / outer;
      llvm::append_range(result.numbers,
                         ArrayRef(input->numbers).slice(i * part, part));
    }
  return node.setOutput(0, std::move(result));
}

LogicalResult mlir::cnn::evaluateGather(Node &node) {
  const Known *input = node.getKnown(0), *indices = node.getKnown(1);
  int64_t axis = node.getInteger("axis", 0);
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> shape = input->getShape();
  axis = node.normalizeAxis(axis, shape.size());
  if (node.hasFailed())
    return failure();
  int64_t inner = 1, outer = 1, extent = shape[axis];
  for (int64_t i : shape.drop_front(axis + 1))
    inner *= i;
  for (int64_t i : shape.take_front(axis))
    outer *= i;
  SmallVector<int64_t> target(shape.take_front(axis));
  llvm::append_range(target, indices->getShape());
  llvm::append_range(target, shape.drop_front(axis + 1));
  Known result = {input->type.clone(target), {}};
  for (int64_t i = 0; i < outer; ++i)
    for (Number number : indices->numbers) {
      int64_t index = number.getInteger();
      if (!number.isConstant() || index < -extent || index >= extent)
        return node.fail("expects constant indices from " + Twine(-extent) +
                         " to " + Twine(extent - 1) + "; got " + Twine(index));
      index = index < 0 ? index + extent : index;
      llvm::append_range(
          result.numbers,
          ArrayRef(input->numbers).slice((i * extent + index) * inner, inner));
    }
  return node.setOutput(0, std::move(result));
}

/// The part of `input` that `box` selects.
static Known getPart(const Known &input, const Box &box) {
  Known result = {input.type.clone(box.sizes), {}};
  forEachIndex(box.sizes, [&](ArrayRef<int64_t> index) {
    int64_t position = 0;
    for (size_t i = 0; i < index.size(); ++i)
      position = position * input.getShape()[i] + box.starts[i] +
                 index[i] * box.steps[i];
    result.numbers.push_back(input.numbers[position]);
  });
  return result;
}

LogicalResult mlir::cnn::evaluateSlice(Node &node) {
  const Known *input = node.getKnown(0);
  if (node.hasFailed())
    return failure();
  Box box = readSlice(node, input->getShape());
  if (failed(node.check()))
    return failure();
  return node.setOutput(0, getPart(*input, box));
}

LogicalResult mlir::cnn::evaluateSplit(Node &node) {
  const Known *input = node.getKnown(0);
  if (node.hasFailed())
    return failure();
  SmallVector<Box> parts = readSplit(node, input->getShape());
  if (failed(node.check()))
    return failure();
  for (auto [i, box] : llvm::enumerate(parts))
    if (failed(node.setOutput(i, getPart(*input, box))))
      return failure();
  return success();
}

LogicalResult mlir::cnn::evaluateExpand(Node &node) {
  const Known *input = node.getKnown(0), *target = node.getKnown(1);
  // As many copies as the batch are not known.
  if (target && llvm::any_of(target->numbers,
                             [](Number number) { return number.isBatch(); }))
    return failure();
  SmallVector<int64_t> wanted = node.getIntegers(1);
  if (failed(node.check()))
    return failure();
  // The least integer would stand for a dynamic extent.
  bool isShape =
      llvm::all_of(wanted, [](int64_t extent) { return extent >= 0; });
  auto shape = getBroadcastShape(input->getShape(), wanted);
  if (failed(shape) || !isShape)
    return node.fail("expects a shape that " +
                     describeShape(input->getShape()) +
                     " broadcasts with; got " + describeShape(wanted));
  auto type = getCheckedType(*shape, input->type.getElementType());
  if (!type)
    return node.fail(llvm::toString(type.takeError()));
  if (type->getNumElements() > maxKnownElements)
    return failure();
  Known result = {*type, {}};
  forEachIndex(*shape, [&](ArrayRef<int64_t> index) {
    result.numbers.push_back(
        input->numbers[getBroadcastPosition(input->getShape(), index)]);
  });
  return node.setOutput(0, std::move(result));
}

LogicalResult mlir::cnn::evaluateReduce(Node &node) {
  const Known *input = node.getKnown(0);
  bool keepDims = node.getFlag("keepdims", true);
  StringRef name = node.getOperator();
  SmallVector<int64_t> axes;
  if (node.hasInput(1))
    axes = node.getIntegers(1);
  else
    axes = node.getIntegerList("axes");
  bool noneMeansNone = node.getFlag("noop_with_empty_axes");
  if (failed(node.check()))
    return failure();
  if (axes.empty() && noneMeansNone)
    return node.setOutput(0, *input);
  bool isWhole = input->getShape().size() <= 1 && !input->numbers.empty();
  if (!isWhole)
    return failure();
  (void)node.normalizeAxes(axes, input->getShape().size());
  Number result = input->numbers.front();
  for (Number number : llvm::drop_begin(input->numbers)) {
    bool bothConstant = result.isConstant() && number.isConstant();
    if (name == "ReduceProd" && (result.isConstant() || number.isConstant()) &&
        !result.isUnknown() && !number.isUnknown()) {
      result.value *= number.value;
      result.kind = bothConstant          ? Number::Constant
                    : result.isConstant() ? number.kind
                                          : result.kind;
    } else if (!bothConstant) {
      result = Number::unknown();
    } else {
      double a = result.value, b = number.value;
      result.value = name == "ReduceSum"   ? a + b
                     : name == "ReduceMin" ? std::min(a, b)
                                           : std::max(a, b);
    }
  }
  Known known = {input->type, {result}};
  SmallVector<int64_t> shape(keepDims ? input->getShape().size() : 0, 1);
  known.type = RankedTensorType::get(shape, input->type.getElementType());
  return node.setOutput(0, std::move(known));
}
