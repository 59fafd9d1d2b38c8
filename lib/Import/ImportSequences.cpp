//===- ImportSequences.cpp - Sequences of tensors -------------------------===//
//
// A sequence is a list of values while importing, and nothing in the network.
//
//===----------------------------------------------------------------------===//

#include "Box.h"
#include "Node.h"
#include "Operators.h"

using namespace mlir;
using namespace mlir::cnn;

/// Longer sequences are taken for a mistake.
static constexpr size_t maxElements = 4096;

static LogicalResult setSequence(Node &node, int64_t index,
                                 std::vector<Binding> elements) {
  if (elements.size() > maxElements)
    return node.fail("expects a sequence of at most " + Twine(maxElements) +
                     " elements; got " + Twine(elements.size()));
  Binding binding;
  binding.sequence =
      std::make_shared<const std::vector<Binding>>(std::move(elements));
  return node.setOutput(index, std::move(binding));
}

/// A position in front of one of `count` places, `defaultValue` without input.
static int64_t getPosition(Node &node, int64_t index, int64_t count,
                           int64_t defaultValue) {
  double position = node.getScalar(index, static_cast<double>(defaultValue));
  if (node.hasFailed())
    return 0;
  if (!(position >= -count && position < count)) {
    (void)node.fail("expects a position from " + Twine(-count) + " to " +
                    Twine(count - 1) + "; got another");
    return 0;
  }
  return static_cast<int64_t>(position < 0 ? position + count : position);
}

static LogicalResult importSequenceEmpty(Node &node) {
  node.ignoreAttribute("dtype");
  if (failed(node.check()))
    return failure();
  return setSequence(node, 0, {});
}

static LogicalResult importSequenceConstruct(Node &node) {
  std::vector<Binding> elements;
  for (int64_t i = 0; i < node.getInputCount(); ++i) {
    elements.push_back(node.getBinding(i));
    if (elements.back().sequence)
      return node.fail("expects tensors; got the sequence '" +
                       node.getProto().input(i) + "'");
  }
  if (failed(node.check()))
    return failure();
  return setSequence(node, 0, std::move(elements));
}

static LogicalResult importSequenceInsert(Node &node) {
  std::vector<Binding> elements = node.getSequence(0).vec();
  Binding element = node.getBinding(1);
  int64_t count = elements.size();
  // Behind the last element is a place, too, and counts from the end do not
  // reach it.
  bool isLast = node.getScalar(2, static_cast<double>(count)) == count;
  int64_t position = isLast ? count : getPosition(node, 2, count, count);
  if (element.sequence)
    return node.fail("expects a tensor in input 1; got a sequence");
  if (failed(node.check()))
    return failure();
  elements.insert(elements.begin() + position, std::move(element));
  return setSequence(node, 0, std::move(elements));
}

static LogicalResult importSequenceErase(Node &node) {
  std::vector<Binding> elements = node.getSequence(0).vec();
  int64_t position = getPosition(node, 1, elements.size(), -1);
  if (failed(node.check()))
    return failure();
  elements.erase(elements.begin() + position);
  return setSequence(node, 0, std::move(elements));
}

static LogicalResult importSequenceAt(Node &node) {
  ArrayRef<Binding> elements = node.getSequence(0);
  if (!node.hasInput(1))
    return node.fail("expects a position; got none");
  int64_t position = getPosition(node, 1, elements.size(), 0);
  if (failed(node.check()))
    return failure();
  return node.setOutput(0, elements[position]);
}

static LogicalResult importSequenceLength(Node &node) {
  ArrayRef<Binding> elements = node.getSequence(0);
  if (failed(node.check()))
    return failure();
  Known known =
      makeKnown(node.getContext(),
                Number::constant(static_cast<double>(elements.size())));
  known.type = RankedTensorType::get({}, known.type.getElementType());
  return node.setOutput(0, std::move(known));
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

/// The extents of the parts: those of a list, or of one number, which the last
/// need not reach.
static SmallVector<int64_t> readParts(Node &node, int64_t extent) {
  const Known *split = node.getKnown(1);
  if (!split)
    return {};
  SmallVector<int64_t> sizes = node.getIntegers(1);
  if (node.hasFailed() || !split->getShape().empty())
    return sizes;
  int64_t size = sizes.front();
  if (size < 1) {
    (void)node.fail("expects parts of at least 1; got " + Twine(size));
    return {};
  }
  sizes.clear();
  for (int64_t start = 0; start < extent; start += size)
    sizes.push_back(std::min(size, extent - start));
  return sizes;
}

static LogicalResult importSplitToSequence(Node &node) {
  Value input = node.getInput(0);
  int64_t axis = node.getInteger("axis", 0);
  bool keepDims = node.getFlag("keepdims", true);
  if (node.hasFailed())
    return failure();
  axis = node.normalizeStaticAxis(axis, getShape(input));
  if (node.hasFailed())
    return failure();
  int64_t extent = getShape(input)[axis];
  SmallVector<int64_t> sizes;
  if (node.hasInput(1))
    sizes = readParts(node, extent);
  else if (extent <= static_cast<int64_t>(maxElements))
    sizes.assign(extent, 1);
  bool drops = !node.hasInput(1) && !keepDims;
  if (failed(node.check()))
    return failure();
  std::vector<Binding> elements;
  int64_t start = 0;
  for (int64_t size : sizes) {
    if (size < 0 || size > extent - start)
      break;
    Box box = getWholeBox(getShape(input));
    box.starts[axis] = size == 0 ? 0 : start;
    box.sizes[axis] = size;
    elements.emplace_back();
    elements.back().value = drops ? buildSelection(node, input, axis, start)
                                  : buildSlice(node, input, box);
    start += size;
  }
  if (start != extent || elements.size() != sizes.size())
    return node.fail("expects at most " + Twine(maxElements) +
                     " parts that add up to " + Twine(extent));
  return setSequence(node, 0, std::move(elements));
}

static LogicalResult importConcatFromSequence(Node &node) {
  ArrayRef<Binding> elements = node.getSequence(0);
  int64_t axis = node.getInteger("axis", std::nullopt);
  bool isNewAxis = node.getFlag("new_axis");
  if (failed(node.check()))
    return failure();
  if (elements.empty())
    return node.fail("expects a sequence that is not empty");
  if (isNewAxis)
    return node.setOutput(0, buildStack(node, elements.vec(), axis));
  SmallVector<Value> values;
  for (Binding element : elements) {
    values.push_back(node.getValue(element));
    node.requireSameType(values.front(), values.back());
    if (node.hasFailed())
      return failure();
  }
  axis = node.normalizeStaticAxis(axis, getShape(values.front()));
  return node.create<ConcatOp>(values, axis);
}

//===----------------------------------------------------------------------===//
// SequenceMap
//===----------------------------------------------------------------------===//

/// The body runs once per element; tensors are the same each time.
static LogicalResult importSequenceMap(Node &node) {
  onnx::GraphProto *proto = node.getSubgraph("body");
  size_t count = node.getSequence(0).size();
  std::vector<Binding> inputs;
  for (int64_t i = 0; i < node.getInputCount(); ++i) {
    inputs.push_back(node.getBinding(i));
    if (inputs.back().sequence && inputs.back().sequence->size() != count)
      return node.fail("expects sequences of one length; got " + Twine(count) +
                       " and " + Twine(inputs.back().sequence->size()) +
                       " elements");
  }
  if (failed(node.check()))
    return failure();
  LoopBody body(node.getGraph(), *proto);
  if (llvm::Error error = body.addInitializers())
    return node.fail(llvm::toString(std::move(error)));
  std::vector<std::vector<Binding>> sequences(node.getOutputCount());
  for (size_t i = 0; i < count; ++i) {
    std::vector<Binding> elements;
    for (const Binding &input : inputs)
      elements.push_back(input.sequence ? (*input.sequence)[i] : input);
    auto results = body.importIteration(std::move(elements));
    if (!results)
      return node.fail(llvm::toString(results.takeError()));
    if (results->size() != sequences.size())
      return node.fail("expects a body with " + Twine(sequences.size()) +
                       " results; got " + Twine(results->size()));
    for (auto [sequence, result] : llvm::zip_equal(sequences, *results))
      sequence.push_back(std::move(result));
  }
  for (auto [i, sequence] : llvm::enumerate(sequences))
    if (failed(setSequence(node, i, std::move(sequence))))
      return failure();
  return success();
}

ArrayRef<OperatorRow> mlir::cnn::getSequenceOperators() {
  static const OperatorRow rows[] = {
      {"ConcatFromSequence", 11, importConcatFromSequence},
      {"SequenceAt", 11, importSequenceAt},
      {"SequenceConstruct", 11, importSequenceConstruct},
      {"SequenceEmpty", 11, importSequenceEmpty},
      {"SequenceErase", 11, importSequenceErase},
      {"SequenceInsert", 11, importSequenceInsert},
      {"SequenceLength", 11, importSequenceLength},
      {"SequenceMap", 17, importSequenceMap},
      {"SplitToSequence", 11, importSplitToSequence},
  };
  return rows;
}
