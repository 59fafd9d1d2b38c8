//===- Upgrade.cpp - Operators of opsets before 7 -------------------------===//
//
// Old opsets say the same things in other words: shapes and types as
// attributes, broadcasting by an axis. A node is rewritten before it is read,
// so that no operator needs to know.
//
//===----------------------------------------------------------------------===//

#include "Upgrade.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;
using onnx::AttributeProto;

static Error makeError(const Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

static AttributeProto *find(onnx::NodeProto &node, StringRef name) {
  for (AttributeProto &attribute : *node.mutable_attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

static void remove(onnx::NodeProto &node, StringRef name) {
  auto &attributes = *node.mutable_attribute();
  for (int i = attributes.size() - 1; i >= 0; --i)
    if (attributes.Get(i).name() == name)
      attributes.DeleteSubrange(i, 1);
}

static AttributeProto &add(onnx::NodeProto &node, StringRef name,
                           AttributeProto::AttributeType type) {
  AttributeProto &attribute = *node.add_attribute();
  attribute.set_name(name.str());
  attribute.set_type(type);
  return attribute;
}

static void addInteger(onnx::NodeProto &node, StringRef name, int64_t value) {
  add(node, name, AttributeProto::INT).set_i(value);
}

static void addIntegers(onnx::NodeProto &node, StringRef name,
                        ArrayRef<int64_t> values) {
  AttributeProto &attribute = add(node, name, AttributeProto::INTS);
  for (int64_t value : values)
    attribute.add_ints(value);
}

static void addFloatDefault(onnx::NodeProto &node, StringRef name,
                            float value) {
  if (!find(node, name))
    add(node, name, AttributeProto::FLOAT).set_f(value);
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

/// Imports a node `operatorName` with a list of integers, and makes its result
/// input `index` of `node`.
static Error addProducer(Graph &graph, onnx::NodeProto &node, int index,
                         StringRef operatorName, StringRef attribute,
                         ArrayRef<int64_t> integers) {
  onnx::NodeProto producer;
  producer.set_name(node.name());
  producer.set_op_type(operatorName.str());
  if (index < node.input_size())
    producer.add_input(node.input(index));
  std::string result = "input " + std::to_string(index) + " of the node of " +
                       (node.output_size() ? node.output(0) : node.name());
  producer.add_output(result);
  addIntegers(producer, attribute, integers);
  while (node.input_size() <= index)
    node.add_input();
  node.set_input(index, result);
  return graph.importNode(producer);
}

static Error makeConstantInput(Graph &graph, onnx::NodeProto &node, int index,
                               ArrayRef<int64_t> integers) {
  while (node.input_size() > index)
    node.mutable_input()->RemoveLast();
  return addProducer(graph, node, index, "Constant", "value_ints", integers);
}

/// Adds `count` dimensions of extent 1 behind those of input 1.
static Error appendDimensions(Graph &graph, onnx::NodeProto &node, int64_t rank,
                              int64_t count) {
  if (count == 0)
    return Error::success();
  SmallVector<int64_t> axes;
  for (int64_t i = 0; i < count; ++i)
    axes.push_back(rank + i);
  return addProducer(graph, node, 1, "Unsqueeze", "axes", axes);
}

static Expected<int64_t>
getKnownInteger(Graph &graph, const onnx::NodeProto &node, int index) {
  if (index >= node.input_size())
    return makeError("expects at least " + Twine(index + 1) + " inputs; got " +
                     Twine(node.input_size()));
  Expected<const Known *> known = graph.getKnown(node.input(index));
  if (!known)
    return known.takeError();
  if (!*known || (*known)->numbers.size() != 1 ||
      !(*known)->numbers[0].isConstant())
    return makeError("expects one number known at compile time in input " +
                     Twine(index));
  return (*known)->numbers[0].getInteger();
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

/// The second operand's dimensions are those of the first from `axis` on, or
/// its last ones; without `broadcast` the shapes are the same.
static Error upgradeBinary(Graph &graph, onnx::NodeProto &node) {
  AttributeProto *broadcast = find(node, "broadcast");
  AttributeProto *axisAttribute = find(node, "axis");
  bool broadcasts = broadcast && broadcast->i() != 0;
  bool hasAxis = axisAttribute;
  int64_t axis = hasAxis ? axisAttribute->i() : 0;
  remove(node, "broadcast");
  remove(node, "axis");
  if (node.input_size() < 2)
    return Error::success();
  Expected<RankedTensorType> first = graph.getType(node.input(0));
  if (!first)
    return first.takeError();
  Expected<RankedTensorType> second = graph.getType(node.input(1));
  if (!second)
    return second.takeError();
  if (!broadcasts) {
    if (first->getShape() == second->getShape())
      return Error::success();
    return makeError("expects operands of one shape, or broadcast = 1; got " +
                     describeShape(first->getShape()) + " and " +
                     describeShape(second->getShape()));
  }
  int64_t rank = second->getRank(), room = first->getRank() - rank;
  if (hasAxis && axis < 0)
    axis += first->getRank();
  if (room < 0 || (hasAxis && (axis < 0 || axis > room)))
    return makeError("expects a second operand that broadcasts to the first; "
                     "got " +
                     describeShape(first->getShape()) + " and " +
                     describeShape(second->getShape()) +
                     (hasAxis ? " at axis " + Twine(axis) : Twine()));
  return hasAxis ? appendDimensions(graph, node, rank, room - axis)
                 : Error::success();
}

/// One slope per channel, which is dimension 1.
static Error upgradePRelu(Graph &graph, onnx::NodeProto &node) {
  if (node.input_size() < 2)
    return Error::success();
  Expected<RankedTensorType> input = graph.getType(node.input(0));
  if (!input)
    return input.takeError();
  Expected<RankedTensorType> slope = graph.getType(node.input(1));
  if (!slope)
    return slope.takeError();
  if (slope->getRank() != 1 || slope->getDimSize(0) == 1 ||
      input->getRank() < 3)
    return Error::success();
  return appendDimensions(graph, node, 1, input->getRank() - 2);
}

static Error upgradeTraining(Graph &, onnx::NodeProto &node) {
  AttributeProto *isTest = find(node, "is_test");
  if (!isTest || isTest->i() == 0)
    return makeError("expects is_test = 1 before opset 7; got 0, which means "
                     "training");
  remove(node, "is_test");
  return Error::success();
}

static Error upgradeReshape(Graph &graph, onnx::NodeProto &node) {
  AttributeProto *shape = find(node, "shape");
  if (!shape)
    return makeError("expects an attribute 'shape' of type INTS; got none");
  SmallVector<int64_t> extents(shape->ints().begin(), shape->ints().end());
  remove(node, "shape");
  return makeConstantInput(graph, node, 1, extents);
}

static Error upgradeConcat(Graph &, onnx::NodeProto &node) {
  if (!find(node, "axis"))
    addInteger(node, "axis", 1);
  return Error::success();
}

static Error upgradePad(Graph &, onnx::NodeProto &node) {
  if (AttributeProto *paddings = find(node, "paddings"))
    paddings->set_name("pads");
  return Error::success();
}

static Error upgradeUpsample(Graph &, onnx::NodeProto &node) {
  AttributeProto *height = find(node, "height_scale");
  AttributeProto *width = find(node, "width_scale");
  if (!height || !width)
    return makeError("expects attributes 'height_scale' and 'width_scale'");
  float scales[] = {1, 1, height->f(), width->f()};
  remove(node, "height_scale");
  remove(node, "width_scale");
  AttributeProto &attribute = add(node, "scales", AttributeProto::FLOATS);
  for (float scale : scales)
    attribute.add_floats(scale);
  return Error::success();
}

static Error upgradeCast(Graph &, onnx::NodeProto &node) {
  AttributeProto *to = find(node, "to");
  onnx::TensorProto::DataType type;
  std::string name = to ? StringRef(to->s()).upper() : "";
  if (!onnx::TensorProto::DataType_Parse(name, &type))
    return makeError("expects the name of an element type in attribute 'to'; "
                     "got '" +
                     (to ? to->s() : "") + "'");
  remove(node, "to");
  addInteger(node, "to", type);
  return Error::success();
}

/// The extents may be an input, and no text says where `axis` starts.
static Error upgradeSplit(Graph &graph, onnx::NodeProto &node) {
  if (!find(node, "axis"))
    return makeError("expects an attribute 'axis' of type INT; got none");
  if (node.input_size() < 2)
    return Error::success();
  Expected<const Known *> known = graph.getKnown(node.input(1));
  if (!known)
    return known.takeError();
  if (!*known)
    return makeError("expects input 1 ('" + node.input(1) +
                     "') to be known at compile time");
  SmallVector<int64_t> extents;
  for (Number number : (*known)->numbers)
    extents.push_back(number.isConstant() ? number.getInteger() : -1);
  node.mutable_input()->RemoveLast();
  remove(node, "split");
  addIntegers(node, "split", extents);
  return Error::success();
}

static Error upgradeTile(Graph &graph, onnx::NodeProto &node) {
  Expected<int64_t> tiles = getKnownInteger(graph, node, 1);
  if (!tiles)
    return tiles.takeError();
  Expected<int64_t> axis = getKnownInteger(graph, node, 2);
  if (!axis)
    return axis.takeError();
  Expected<RankedTensorType> type = graph.getType(node.input(0));
  if (!type)
    return type.takeError();
  if (*axis < 0 || *axis >= type->getRank())
    return makeError("expects an axis from 0 to " + Twine(type->getRank() - 1) +
                     "; got " + Twine(*axis));
  SmallVector<int64_t> repeats(type->getRank(), 1);
  repeats[*axis] = *tiles;
  return makeConstantInput(graph, node, 1, repeats);
}

/// The exponent was a float.
static Error upgradePower(Graph &, onnx::NodeProto &node) {
  AttributeProto *power = find(node, "p");
  if (!power)
    return Error::success();
  float value = power->f();
  if (value != std::trunc(value) || !(std::fabs(value) < 1e6f))
    return makeError("expects a whole number in attribute 'p'; got " +
                     std::to_string(value));
  remove(node, "p");
  addInteger(node, "p", static_cast<int64_t>(value));
  return Error::success();
}

static Error upgradeSelu(Graph &, onnx::NodeProto &node) {
  addFloatDefault(node, "alpha", 1.6732f);
  addFloatDefault(node, "gamma", 1.0507f);
  return Error::success();
}

static Error upgradeGemm(Graph &, onnx::NodeProto &node) {
  remove(node, "broadcast");
  return Error::success();
}

namespace {

/// What changed in an operator with an opset.
struct UpgradeRow {
  StringRef name;
  /// The first opset that needs no change.
  int64_t until;
  Error (*upgrade)(Graph &, onnx::NodeProto &);
};

} // namespace

static constexpr UpgradeRow upgradeRows[] = {
    {"Add", 7, upgradeBinary},
    {"And", 7, upgradeBinary},
    {"BatchNormalization", 7, upgradeTraining},
    {"Cast", 6, upgradeCast},
    {"Concat", 4, upgradeConcat},
    {"Div", 7, upgradeBinary},
    {"Dropout", 7, upgradeTraining},
    {"Equal", 7, upgradeBinary},
    {"Gemm", 7, upgradeGemm},
    {"GlobalLpPool", 2, upgradePower},
    {"Greater", 7, upgradeBinary},
    {"Less", 7, upgradeBinary},
    {"LpPool", 2, upgradePower},
    {"Mul", 7, upgradeBinary},
    {"Or", 7, upgradeBinary},
    {"Pad", 2, upgradePad},
    {"Pow", 7, upgradeBinary},
    {"PRelu", 7, upgradePRelu},
    {"Reshape", 5, upgradeReshape},
    {"Selu", 6, upgradeSelu},
    {"Split", 2, upgradeSplit},
    {"Sub", 7, upgradeBinary},
    {"Tile", 6, upgradeTile},
    {"Upsample", 7, upgradeUpsample},
    {"Xor", 7, upgradeBinary},
};

Error mlir::cnn::upgradeNode(Graph &graph, onnx::NodeProto &node) {
  // Buffers the result may take over, a matter of memory.
  if (graph.getOpset() < 6)
    remove(node, "consumed_inputs");
  for (const UpgradeRow &row : upgradeRows)
    if (row.name == node.op_type() && graph.getOpset() < row.until)
      return row.upgrade(graph, node);
  return Error::success();
}
