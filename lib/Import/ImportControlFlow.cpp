//===- ImportControlFlow.cpp - If, Loop and Scan --------------------------===//
//
// What decides is known while importing: a branch becomes part of the network,
// and loops are unrolled.
//
//===----------------------------------------------------------------------===//

#include "Box.h"
#include "Node.h"
#include "Operators.h"

#include <limits>

using namespace mlir;
using namespace mlir::cnn;

static LogicalResult setOutputs(Node &node, std::vector<Binding> results) {
  if (static_cast<int64_t>(results.size()) != node.getOutputCount())
    return node.fail("expects a graph with " + Twine(node.getOutputCount()) +
                     " results for the outputs of the node; got " +
                     Twine(results.size()));
  for (auto [i, result] : llvm::enumerate(results))
    if (failed(node.setOutput(i, std::move(result))))
      return failure();
  return success();
}

static LogicalResult importIf(Node &node) {
  bool condition = node.getScalar(0, 0) != 0;
  onnx::GraphProto *thenBranch = node.getSubgraph("then_branch");
  onnx::GraphProto *elseBranch = node.getSubgraph("else_branch");
  if (!node.hasInput(0))
    return node.fail("expects a condition; got none");
  if (failed(node.check()))
    return failure();
  auto results =
      node.getGraph().importBranch(condition ? *thenBranch : *elseBranch);
  if (!results)
    return node.fail(llvm::toString(results.takeError()));
  return setOutputs(node, std::move(*results));
}

//===----------------------------------------------------------------------===//
// Loop
//===----------------------------------------------------------------------===//

/// A scalar that is known.
static Binding makeScalar(Type elementType, double value) {
  Binding binding;
  binding.known =
      Known{RankedTensorType::get({}, elementType), {Number::constant(value)}};
  return binding;
}

namespace {

/// The state of a loop between two iterations.
struct LoopState {
  std::vector<Binding> carried;
  /// The values of each scan output, one per iteration.
  std::vector<std::vector<Binding>> scanned;
  bool condition = true;
};

} // namespace

/// Runs the body once: its inputs are the iteration number, the condition and
/// what is carried; its results the condition, what is carried, and values.
static LogicalResult importIteration(Node &node, LoopBody &body,
                                     LoopState &state, int64_t iteration) {
  MLIRContext *context = node.getContext();
  std::vector<Binding> inputs = {
      makeScalar(IntegerType::get(context, 64), static_cast<double>(iteration)),
      makeScalar(IntegerType::get(context, 1), 1)};
  llvm::append_range(inputs, state.carried);
  auto results = body.importIteration(std::move(inputs));
  if (!results)
    return node.fail(llvm::toString(results.takeError()));
  size_t expected = 1 + state.carried.size() + state.scanned.size();
  if (results->size() != expected)
    return node.fail("expects a body with " + Twine(expected) +
                     " results; got " + Twine(results->size()));
  auto condition = node.getGraph().getKnown(results->front(), "condition");
  if (!condition)
    return node.fail(llvm::toString(condition.takeError()));
  if (!*condition || (*condition)->numbers.size() != 1 ||
      !(*condition)->numbers[0].isConstant())
    return node.fail("expects a condition that is known at compile time after "
                     "iteration " +
                     Twine(iteration));
  state.condition = (*condition)->numbers[0].value != 0;
  auto next = results->begin() + 1;
  for (Binding &value : state.carried)
    value = std::move(*next++);
  for (std::vector<Binding> &values : state.scanned)
    values.push_back(std::move(*next++));
  return success();
}

/// What is carried last, and the scanned values in a new first dimension.
static LogicalResult setLoopOutputs(Node &node, LoopState state) {
  std::vector<Binding> results = std::move(state.carried);
  for (std::vector<Binding> &values : state.scanned) {
    if (values.empty())
      return node.fail("expects at least one iteration, which gives the scan "
                       "outputs a shape; got none");
    results.push_back(buildStack(node, std::move(values), 0));
  }
  return setOutputs(node, std::move(results));
}

static LogicalResult importLoop(Node &node) {
  onnx::GraphProto *proto = node.getSubgraph("body");
  double trips = node.getScalar(
      0, static_cast<double>(std::numeric_limits<int64_t>::max()));
  LoopState state;
  state.condition = node.getScalar(1, 1) != 0;
  for (int64_t i = 2; i < node.getInputCount(); ++i)
    state.carried.push_back(node.getBinding(i));
  if (failed(node.check()))
    return failure();
  int64_t scans = node.getOutputCount() - state.carried.size();
  if (scans < 0)
    return node.fail("expects an output for each of " +
                     Twine(state.carried.size()) + " values; got " +
                     Twine(node.getOutputCount()));
  state.scanned.resize(scans);
  LoopBody body(node.getGraph(), *proto);
  if (llvm::Error error = body.addInitializers())
    return node.fail(llvm::toString(std::move(error)));
  for (int64_t i = 0; state.condition && i < trips; ++i)
    if (failed(importIteration(node, body, state, i)))
      return failure();
  return setLoopOutputs(node, std::move(state));
}

//===----------------------------------------------------------------------===//
// Scan
//===----------------------------------------------------------------------===//

namespace {

/// What Scan reads, and how.
struct ScanInputs {
  std::vector<Binding> states;
  std::vector<Value> sequences;
  SmallVector<int64_t> axes, directions, outputAxes, outputDirections;
};

} // namespace

/// Values of a list, one for each of `count`; 0 where it is left out.
static SmallVector<int64_t> readList(Node &node, StringRef name, size_t count) {
  SmallVector<int64_t> values = node.getIntegerList(name);
  if (values.empty())
    values.assign(count, 0);
  if (values.size() != count)
    (void)node.fail("expects " + Twine(count) + " numbers in attribute '" +
                    name + "'; got " + Twine(values.size()));
  values.resize(count);
  return values;
}

/// How many iterations there are: the extent that all sequences share.
static int64_t getLength(Node &node, ScanInputs &inputs) {
  std::optional<int64_t> length;
  for (auto [value, axis] : llvm::zip_equal(inputs.sequences, inputs.axes)) {
    axis = node.normalizeAxis(axis, getShape(value).size());
    if (node.hasFailed())
      return 0;
    int64_t extent = getShape(value)[axis];
    if (ShapedType::isDynamic(extent) || extent < 1 ||
        (length && *length != extent))
      (void)node.fail("expects one length of at least 1 for all that is "
                      "scanned; got " +
                      debugString(value.getType()) + " along axis " +
                      Twine(axis));
    length = extent;
  }
  return length.value_or(0);
}

/// The results of a scan: the states after it, and what it gathers.
static std::vector<Binding> scan(Node &node, LoopBody &body,
                                 ScanInputs inputs) {
  int64_t length = getLength(node, inputs);
  size_t stateCount = inputs.states.size();
  std::vector<std::vector<Binding>> scanned(inputs.outputAxes.size());
  for (int64_t i = 0; i < length && !node.hasFailed(); ++i) {
    std::vector<Binding> values = inputs.states;
    for (auto [value, axis, direction] :
         llvm::zip_equal(inputs.sequences, inputs.axes, inputs.directions)) {
      values.emplace_back();
      values.back().value =
          buildSelection(node, value, axis, direction ? length - 1 - i : i);
    }
    if (node.hasFailed())
      return {};
    auto results = body.importIteration(std::move(values));
    if (!results) {
      (void)node.fail(llvm::toString(results.takeError()));
      return {};
    }
    if (results->size() != stateCount + scanned.size()) {
      (void)node.fail("expects a body with " +
                      Twine(stateCount + scanned.size()) + " results; got " +
                      Twine(results->size()));
      return {};
    }
    auto next = results->begin();
    for (Binding &state : inputs.states)
      state = std::move(*next++);
    for (auto [values, direction] :
         llvm::zip_equal(scanned, inputs.outputDirections))
      values.insert(direction ? values.begin() : values.end(),
                    std::move(*next++));
  }
  std::vector<Binding> results = std::move(inputs.states);
  for (auto [values, axis] : llvm::zip_equal(scanned, inputs.outputAxes))
    if (!node.hasFailed())
      results.push_back(buildStack(node, std::move(values), axis));
  return results;
}

/// Since opset 9. `first` is the first input of the states.
static ScanInputs readScan(Node &node, int64_t first) {
  ScanInputs inputs;
  int64_t count = node.getInteger("num_scan_inputs", std::nullopt);
  int64_t inputCount = node.getInputCount() - first;
  bool fits = 1 <= count && count <= inputCount;
  int64_t states = fits ? inputCount - count : 0;
  int64_t outputs = node.getOutputCount() - states;
  if (!fits || outputs < 0)
    (void)node.fail("expects inputs for states and for " + Twine(count) +
                    " scans, and an output for each state; got " +
                    Twine(node.getInputCount()) + " inputs and " +
                    Twine(node.getOutputCount()) + " outputs");
  if (node.hasFailed())
    return inputs;
  for (int64_t i = 0; i < states; ++i)
    inputs.states.push_back(node.getBinding(first + i));
  for (int64_t i = 0; i < count; ++i)
    inputs.sequences.push_back(node.getInput(first + states + i));
  bool isOld = node.getOpset() < 9;
  inputs.directions =
      readList(node, isOld ? "directions" : "scan_input_directions", count);
  inputs.axes.assign(count, 0);
  inputs.outputAxes.assign(outputs, 0);
  inputs.outputDirections.assign(outputs, 0);
  if (isOld)
    return inputs;
  inputs.axes = readList(node, "scan_input_axes", count);
  inputs.outputAxes = readList(node, "scan_output_axes", outputs);
  inputs.outputDirections = readList(node, "scan_output_directions", outputs);
  return inputs;
}

/// The inputs for image `index` of the batch.
static ScanInputs selectImage(Node &node, const ScanInputs &inputs,
                              int64_t index) {
  ScanInputs image = inputs;
  for (Binding &state : image.states) {
    Value value = node.getValue(state);
    state = {};
    if (value)
      state.value = buildSelection(node, value, 0, index);
  }
  for (Value &value : image.sequences)
    if (!node.hasFailed())
      value = buildSelection(node, value, 0, index);
  return image;
}

/// In opset 8 dimension 0 of all that is scanned is the batch.
static std::vector<Binding> scanImages(Node &node, LoopBody &body,
                                       ScanInputs inputs) {
  ArrayRef<int64_t> shape = getShape(inputs.sequences.front());
  if (shape.size() < 2 || ShapedType::isDynamic(shape[0]) || shape[0] < 1) {
    (void)node.fail("expects a static batch and a sequence in front; got " +
                    debugString(inputs.sequences.front().getType()));
    return {};
  }
  auto hasBatch = [&](Value value) {
    return value && !getShape(value).empty() && getShape(value)[0] == shape[0];
  };
  for (Binding &state : inputs.states)
    inputs.sequences.push_back(node.getValue(state));
  if (!llvm::all_of(inputs.sequences, hasBatch)) {
    (void)node.fail("expects one batch for all inputs");
    return {};
  }
  inputs.sequences.resize(inputs.axes.size());
  std::vector<std::vector<Binding>> images;
  for (int64_t i = 0; i < shape[0] && !node.hasFailed(); ++i)
    images.push_back(scan(node, body, selectImage(node, inputs, i)));
  std::vector<Binding> results;
  for (int64_t i = 0; i < node.getOutputCount() && !node.hasFailed(); ++i) {
    std::vector<Binding> parts;
    for (std::vector<Binding> &image : images)
      parts.push_back(std::move(image[i]));
    results.push_back(buildStack(node, std::move(parts), 0));
  }
  return results;
}

static LogicalResult importScan(Node &node) {
  onnx::GraphProto *proto = node.getSubgraph("body");
  bool hasBatch = node.getOpset() < 9;
  if (hasBatch && node.hasInput(0))
    return node.fail("expects no sequence_lens; got '" +
                     node.getProto().input(0) + "'");
  ScanInputs inputs = readScan(node, hasBatch ? 1 : 0);
  if (failed(node.check()))
    return failure();
  LoopBody body(node.getGraph(), *proto);
  if (llvm::Error error = body.addInitializers())
    return node.fail(llvm::toString(std::move(error)));
  std::vector<Binding> results = hasBatch
                                     ? scanImages(node, body, std::move(inputs))
                                     : scan(node, body, std::move(inputs));
  if (node.hasFailed())
    return failure();
  return setOutputs(node, std::move(results));
}

ArrayRef<OperatorRow> mlir::cnn::getControlFlowOperators() {
  static const OperatorRow rows[] = {
      {"If", 1, importIf},
      {"Loop", 1, importLoop},
      {"Scan", 8, importScan},
  };
  return rows;
}
