//===- Node.cpp - One ONNX node being imported ----------------------------===//

#include "Node.h"

#include "TensorData.h"

#include "cnnc/Support/Weights.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::cnn;
using onnx::AttributeProto;

Node::Node(Graph &graph, onnx::NodeProto &proto)
    : graph(graph), proto(proto),
      loc(NameLoc::get(
          StringAttr::get(graph.getContext(), getNodeName(proto)))) {
  int64_t count = proto.input_size();
  while (count > 0 && proto.input(count - 1).empty())
    --count;
  inputIsRead.resize(count);
  attributeIsRead.resize(proto.attribute_size());
}

LogicalResult Node::fail(const Twine &message) {
  if (error.empty())
    error = message.str();
  return failure();
}

/// The value of `value`, or its error as the node's.
template <typename T>
T Node::take(llvm::Expected<T> value) {
  if (value)
    return *value;
  (void)fail(llvm::toString(value.takeError()));
  return {};
}

LogicalResult Node::check() {
  for (auto [i, isRead] : llvm::enumerate(inputIsRead))
    if (!isRead && !proto.input(i).empty())
      return fail("expects no input " + Twine(i) + "; got '" + proto.input(i) +
                  "'");
  for (auto [attribute, isRead] :
       llvm::zip_equal(proto.attribute(), attributeIsRead))
    if (!isRead)
      return fail("expects no attribute '" + attribute.name() + "'");
  return failure(hasFailed());
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

bool Node::hasInput(int64_t index) const {
  return index < getInputCount() && !proto.input(index).empty();
}

void Node::ignoreInput(int64_t index) {
  if (hasInput(index))
    inputIsRead[index] = true;
}

LogicalResult Node::requireInput(int64_t index) {
  if (!hasInput(index))
    (void)fail("expects at least " + Twine(index + 1) + " inputs; got " +
               Twine(getInputCount()));
  else
    inputIsRead[index] = true;
  return failure(hasFailed());
}

RankedTensorType Node::getInputType(int64_t index) {
  if (failed(requireInput(index)))
    return {};
  return take(graph.getType(proto.input(index)));
}

Value Node::getInput(int64_t index) {
  if (failed(requireInput(index)))
    return {};
  return take(graph.getValue(proto.input(index)));
}

Value Node::getOptionalInput(int64_t index) {
  return hasInput(index) ? getInput(index) : Value();
}

Binding Node::getBinding(int64_t index) {
  if (failed(requireInput(index)))
    return {};
  return take(graph.getBinding(proto.input(index)));
}

ArrayRef<Binding> Node::getSequence(int64_t index) {
  Binding binding = getBinding(index);
  if (!binding.sequence && !hasFailed())
    (void)fail("expects a sequence that is made in the graph in input " +
               Twine(index) + "; got '" + proto.input(index) + "'");
  // The graph keeps it.
  return hasFailed() ? ArrayRef<Binding>() : ArrayRef(*binding.sequence);
}

Value Node::getValue(Binding &binding) {
  return hasFailed() ? Value() : take(graph.getValue(binding, "element"));
}

std::vector<Value> Node::getAllInputs() {
  std::vector<Value> values;
  for (int64_t i = 0; i < getInputCount(); ++i)
    values.push_back(getInput(i));
  if (values.empty())
    (void)fail("expects at least one input; got none");
  return values;
}

Value Node::getFloats(int64_t index) {
  Value value = getInput(index);
  if (value && !isa<FloatType>(getElementType(value)))
    (void)fail("expects floats in input " + Twine(index) + "; got " +
               mlir::debugString(value.getType()));
  return value;
}

Value Node::getImage(int64_t index) {
  (void)getFloats(index);
  return getAnyImage(index);
}

Value Node::getAnyImage(int64_t index) {
  Value value = getInput(index);
  if (value && (getShape(value).size() < 3 || getShape(value).size() > 5))
    (void)fail("expects one to three spatial dimensions in input " +
               Twine(index) + "; got " + mlir::debugString(value.getType()));
  return value;
}

Value Node::getVector(int64_t index, bool optional) {
  if (optional && !hasInput(index))
    return {};
  Value value = getFloats(index);
  if (value && getShape(value).size() != 1)
    (void)fail("expects a list of floats in input " + Twine(index) + "; got " +
               mlir::debugString(value.getType()));
  return value;
}

const Known *Node::getKnown(int64_t index) {
  if (failed(requireInput(index)))
    return nullptr;
  const Known *known = take(graph.getKnown(proto.input(index)));
  if (!known)
    (void)fail("expects input " + Twine(index) + " ('" + proto.input(index) +
               "') to be known at compile time");
  return known;
}

SmallVector<int64_t> Node::getIntegers(int64_t index) {
  const Known *known = getKnown(index);
  if (!known)
    return {};
  if (known->isFloat() || known->getShape().size() > 1) {
    (void)fail("expects a list of integers in input " + Twine(index) +
               "; got " + mlir::debugString(Type(known->type)));
    return {};
  }
  SmallVector<int64_t> integers;
  for (Number number : known->numbers) {
    if (!number.isConstant())
      (void)fail("expects constants in input " + Twine(index) + " ('" +
                 proto.input(index) +
                 "'), which depends on the batch; fix "
                 "the batch with --input-shape");
    integers.push_back(number.getInteger());
  }
  return integers;
}

double Node::getScalar(int64_t index, double defaultValue) {
  if (!hasInput(index))
    return defaultValue;
  const Known *known = getKnown(index);
  if (!known)
    return defaultValue;
  if (known->numbers.size() != 1 || !known->numbers[0].isConstant()) {
    (void)fail("expects one constant in input " + Twine(index) + "; got " +
               mlir::debugString(Type(known->type)));
    return defaultValue;
  }
  return known->numbers[0].value;
}

bool Node::isAbsentOrKnown(int64_t index) {
  if (!hasInput(index))
    return true;
  return take(graph.getKnown(proto.input(index))) != nullptr;
}

bool Node::areInputsKnown() {
  for (int64_t i = 0; i < getInputCount() && !hasFailed(); ++i) {
    if (!hasInput(i))
      continue;
    const Known *known = take(graph.getKnown(proto.input(i)));
    if (!known || known->type.getElementType().isF16() ||
        known->type.getElementType().isBF16())
      return false;
  }
  return !hasFailed() && getInputCount() > 0;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

const AttributeProto *Node::findAttribute(StringRef name) const {
  for (const AttributeProto &attribute : proto.attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

void Node::ignoreAttribute(StringRef name) {
  for (auto [attribute, isRead] :
       llvm::zip_equal(proto.attribute(), attributeIsRead))
    isRead |= attribute.name() == name;
}

/// The type of an attribute; files of IR version 1 do not write it down.
static AttributeProto::AttributeType getKind(const AttributeProto &attribute) {
  if (attribute.type() != AttributeProto::UNDEFINED)
    return attribute.type();
  if (attribute.has_f())
    return AttributeProto::FLOAT;
  if (attribute.has_i())
    return AttributeProto::INT;
  if (attribute.has_s())
    return AttributeProto::STRING;
  if (attribute.has_t())
    return AttributeProto::TENSOR;
  if (attribute.has_g())
    return AttributeProto::GRAPH;
  if (attribute.floats_size() > 0)
    return AttributeProto::FLOATS;
  if (attribute.strings_size() > 0)
    return AttributeProto::STRINGS;
  return attribute.ints_size() > 0 ? AttributeProto::INTS
                                   : AttributeProto::UNDEFINED;
}

const AttributeProto *Node::readAttribute(StringRef name,
                                          AttributeProto::AttributeType type) {
  const AttributeProto *attribute = findAttribute(name);
  if (!attribute)
    return nullptr;
  ignoreAttribute(name);
  AttributeProto::AttributeType actual = getKind(*attribute);
  if (actual == type && attribute->ref_attr_name().empty())
    return attribute;
  (void)fail("expects attribute '" + name + "' of type " +
             AttributeProto::AttributeType_Name(type) + "; got " +
             AttributeProto::AttributeType_Name(actual));
  return nullptr;
}

int64_t Node::getInteger(StringRef name, std::optional<int64_t> defaultValue) {
  if (auto *attribute = readAttribute(name, AttributeProto::INT))
    return attribute->i();
  if (!defaultValue)
    (void)fail("expects an attribute '" + name + "' of type INT; got none");
  return defaultValue.value_or(0);
}

bool Node::getFlag(StringRef name, bool defaultValue) {
  return getInteger(name, defaultValue) != 0;
}

double Node::getFloat(StringRef name, std::optional<double> defaultValue) {
  if (auto *attribute = readAttribute(name, AttributeProto::FLOAT))
    return attribute->f();
  if (!defaultValue)
    (void)fail("expects an attribute '" + name + "' of type FLOAT; got none");
  return defaultValue.value_or(0);
}

StringRef Node::getString(StringRef name, StringRef defaultValue) {
  if (auto *attribute = readAttribute(name, AttributeProto::STRING))
    return attribute->s();
  return defaultValue;
}

SmallVector<int64_t> Node::getIntegerList(StringRef name) {
  if (auto *attribute = readAttribute(name, AttributeProto::INTS))
    return {attribute->ints().begin(), attribute->ints().end()};
  return {};
}

SmallVector<double> Node::getFloatList(StringRef name) {
  if (auto *attribute = readAttribute(name, AttributeProto::FLOATS))
    return {attribute->floats().begin(), attribute->floats().end()};
  return {};
}

SmallVector<StringRef> Node::getStringList(StringRef name) {
  if (auto *attribute = readAttribute(name, AttributeProto::STRINGS))
    return {attribute->strings().begin(), attribute->strings().end()};
  return {};
}

onnx::TensorProto *Node::getTensor(StringRef name) {
  if (auto *attribute = readAttribute(name, AttributeProto::TENSOR))
    return const_cast<AttributeProto *>(attribute)->mutable_t();
  return nullptr;
}

const onnx::SparseTensorProto *Node::getSparseTensor(StringRef name) {
  if (auto *attribute = readAttribute(name, AttributeProto::SPARSE_TENSOR))
    return &attribute->sparse_tensor();
  return nullptr;
}

onnx::GraphProto *Node::getSubgraph(StringRef name) {
  auto *attribute = readAttribute(name, AttributeProto::GRAPH);
  if (!attribute)
    (void)fail("expects an attribute '" + name + "' of type GRAPH; got none");
  return attribute ? const_cast<AttributeProto *>(attribute)->mutable_g()
                   : nullptr;
}

int64_t Node::normalizeAxis(int64_t axis, int64_t rank, bool inclusive) {
  int64_t limit = inclusive ? rank : rank - 1;
  if (axis >= -rank && axis <= limit)
    return axis < 0 ? axis + rank : axis;
  (void)fail("expects an axis from " + Twine(-rank) + " to " + Twine(limit) +
             "; got " + Twine(axis));
  return 0;
}

int64_t Node::normalizeStaticAxis(int64_t axis, ArrayRef<int64_t> shape) {
  axis = normalizeAxis(axis, shape.size());
  if (!hasFailed() && ShapedType::isDynamic(shape[axis]))
    (void)failAtBatch();
  return axis;
}

SmallVector<int64_t> Node::normalizeAxes(ArrayRef<int64_t> axes, int64_t rank) {
  SmallVector<int64_t> normalized;
  for (int64_t axis : axes) {
    int64_t dim = normalizeAxis(axis, rank);
    if (llvm::is_contained(normalized, dim))
      (void)fail("expects each axis once; got " + Twine(axis) + " twice");
    normalized.push_back(dim);
  }
  return normalized;
}

void Node::requireSameType(Value first, Value second) {
  if (first && second && getElementType(first) != getElementType(second))
    (void)fail("expects inputs of one element type; got " +
               mlir::debugString(first.getType()) + " and " +
               mlir::debugString(second.getType()));
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

static bool hasDynamicBatch(Value value) {
  return llvm::is_contained(getShape(value), ShapedType::kDynamic);
}

/// Checks what shape inference does not: sizes, and that the batch stays where
/// it is. Then folds.
Value Node::finish(Operation *op) {
  Value result = op->getResult(0);
  ArrayRef<int64_t> shape = getShape(result);
  bool operandIsDynamic = llvm::any_of(op->getOperands(), hasDynamicBatch);
  bool staysInFront =
      !shape.empty() && ShapedType::isDynamic(shape[0]) == operandIsDynamic &&
      !llvm::is_contained(shape.drop_front(), ShapedType::kDynamic);
  if (!staysInFront && operandIsDynamic) {
    (void)fail("expects to keep the dynamic batch in dimension 0; got " +
               mlir::debugString(result.getType()) +
               " (--input-shape fixes the batch)");
    return {};
  }
  auto type = getCheckedType(shape, getElementType(result));
  if (!type) {
    (void)fail(llvm::toString(type.takeError()));
    return {};
  }
  auto isConstant = [](Value operand) { return bool(getConstant(operand)); };
  SmallVector<Value> folded;
  if (llvm::all_of(op->getOperands(), isConstant) &&
      succeeded(graph.getBuilder().tryFold(op, folded))) {
    op->erase();
    return folded.front();
  }
  graph.getLengths().propagate(op);
  return result;
}

bool Node::hasOutput(int64_t index) const {
  return index < proto.output_size() && !proto.output(index).empty();
}

LogicalResult Node::setOutput(int64_t index, Binding binding) {
  if (hasFailed())
    return failure();
  if (!hasOutput(index))
    return success();
  if (llvm::Error problem = graph.bind(proto.output(index), std::move(binding)))
    return fail(llvm::toString(std::move(problem)));
  return success();
}

LogicalResult Node::setOutput(int64_t index, Value value) {
  Binding binding;
  binding.value = value;
  return setOutput(index, std::move(binding));
}

LogicalResult Node::setOutput(int64_t index, Known known) {
  Binding binding;
  binding.known = std::move(known);
  return setOutput(index, std::move(binding));
}
