//===- Graph.cpp - The walk over an ONNX graph ----------------------------===//

#include "Graph.h"

#include "Node.h"
#include "Operators.h"
#include "TensorData.h"
#include "Upgrade.h"

#include "cnnc/Support/Weights.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

static Error makeError(const Twine &message) {
  return createStringError(llvm::inconvertibleErrorCode(), message);
}

Graph::Graph(OpBuilder &builder, int64_t opset, StringRef folder)
    : builder(builder), opset(opset), folder(folder.str()) {
  for (const OperatorRow *row : getOperators())
    operators[row->getQualifiedName()] = row;
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

Error Graph::bind(StringRef name, Binding binding) {
  if (!bindings.try_emplace(name, std::move(binding)).second)
    return makeError("expects each name to be defined once; got '" + name +
                     "' again");
  return Error::success();
}

Error Graph::addInitializers(onnx::GraphProto &proto) {
  if (proto.sparse_initializer_size() > 0)
    return makeError(
        "expects dense initializers; got the sparse initializer '" +
        proto.sparse_initializer(0).values().name() + "'");
  for (onnx::TensorProto &tensor : *proto.mutable_initializer()) {
    if (tensor.name().empty())
      return makeError("expects initializers with names; got one without");
    Binding binding;
    binding.initializer = &tensor;
    if (Error error = bind(tensor.name(), std::move(binding)))
      return error;
  }
  return Error::success();
}

Expected<Binding *> Graph::find(StringRef name) {
  auto found = bindings.find(name);
  if (found == bindings.end()) {
    if (const onnx::NodeProto *definition = pending.lookup(name))
      return makeError("expects nodes in topological order, without cycles; "
                       "got the input '" +
                       name + "', which " + describe(*definition) +
                       " defines later");
    return makeError("expects its inputs to be inputs of the graph, "
                     "initializers or results of nodes; got '" +
                     name + "', which is none of them");
  }
  if (!found->second.refusal.empty())
    return makeError(found->second.refusal);
  return &found->second;
}

/// A constant of these numbers, which must not depend on the batch.
static Expected<ElementsAttr> materialize(const Known &known, StringRef name) {
  std::optional<ElementType> element =
      getElementType(known.type.getElementType());
  if (!element)
    return makeError("expects an element type that constants have");
  bool isFloat = known.isFloat();
  Tensor tensor(isFloat ? ElementType::Float64 : ElementType::Int64,
                known.getShape());
  for (auto [i, number] : llvm::enumerate(known.numbers)) {
    if (!number.isConstant())
      return makeError("expects a value that does not depend on the batch; "
                       "got '" +
                       name + "' (--input-shape fixes the batch)");
    if (isFloat)
      tensor.get<double>()[i] = number.value;
    else
      tensor.get<int64_t>()[i] = number.getInteger();
  }
  Tensor converted = tensor.convertTo(*element);
  return makeConstant(known.type, std::as_const(converted).getBytes(), name);
}

Expected<Value> Graph::getValue(StringRef name) {
  Expected<Binding *> binding = find(name);
  if (!binding)
    return binding.takeError();
  if ((*binding)->value)
    return (*binding)->value;
  Expected<ElementsAttr> data = ElementsAttr();
  if ((*binding)->initializer) {
    data = takeTensorData(*(*binding)->initializer, folder, getContext());
    if (!data)
      return makeError("initializer '" + name +
                       "': " + llvm::toString(data.takeError()));
  } else {
    data = materialize(*(*binding)->known, name);
    if (!data)
      return data.takeError();
  }
  Location loc = NameLoc::get(builder.getStringAttr(name));
  (*binding)->value = createConstant(builder, loc, *data);
  return (*binding)->value;
}

Expected<RankedTensorType> Graph::getType(StringRef name) {
  Expected<Binding *> binding = find(name);
  if (!binding)
    return binding.takeError();
  if ((*binding)->known)
    return (*binding)->known->type;
  Expected<Value> value = getValue(name);
  if (!value)
    return value.takeError();
  return cast<RankedTensorType>(value->getType());
}

Expected<const Known *> Graph::getKnown(StringRef name) {
  Expected<Binding *> binding = find(name);
  if (!binding)
    return binding.takeError();
  if ((*binding)->known)
    return &*(*binding)->known;
  Expected<Value> value = getValue(name);
  if (!value)
    return value.takeError();
  ElementsAttr constant = getConstant(*value);
  auto type = cast<RankedTensorType>(value->getType());
  if (!constant || type.getNumElements() > maxKnownElements)
    return nullptr;
  std::optional<Tensor> tensor = cnn::getTensor(constant);
  if (!tensor)
    return nullptr;
  Known known = {type, {}};
  for (double number : tensor->toDoubles())
    known.numbers.push_back(Number::constant(number));
  (*binding)->known = std::move(known);
  return &*(*binding)->known;
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

std::string Graph::describe(const onnx::NodeProto &proto) const {
  std::string name = proto.name();
  if (name.empty())
    name = proto.op_type() +
           (proto.output_size() ? "_" + proto.output(0) : std::string());
  return "node '" + name + "' (" + proto.op_type() + ", opset " +
         std::to_string(opset) + ")";
}

/// What to say about an operator that has no row: the names closest to it, and
/// all names.
static std::string
describeUnknown(StringRef name,
                const llvm::StringMap<const OperatorRow *> &operators) {
  std::vector<StringRef> names;
  for (const auto &entry : operators)
    names.push_back(entry.first());
  llvm::sort(names);
  std::string text = "expects a supported operator";
  unsigned limit = 1 + name.size() / 4;
  std::string nearest;
  for (StringRef candidate : names)
    if (name.edit_distance(candidate, true, limit) <= limit ||
        (candidate.size() > 3 && name.contains(candidate)))
      nearest += (nearest.empty() ? "" : ", ") + candidate.str();
  text += "; got '" + name.str() + "'";
  if (!nearest.empty())
    text += "; similar: " + nearest;
  return text + "; supported: " + llvm::join(names, ", ") + ", If";
}

Error Graph::importNode(onnx::NodeProto &proto) {
  auto getError = [&](const Twine &message) {
    return makeError(describe(proto) + ": " + message);
  };
  std::string name = getQualifiedName(proto.domain(), proto.op_type());
  if (name == "If")
    return importIf(proto);
  const OperatorRow *row = operators.lookup(name);
  if (!row)
    return getError(describeUnknown(name, operators));
  if (opset < row->since || opset > row->last)
    return getError("expects an opset from " + Twine(row->since) + " to " +
                    Twine(row->last));
  if (opset < upgradedOpset)
    if (Error error = upgradeNode(*this, proto))
      return getError(llvm::toString(std::move(error)));
  Node node(*this, proto);
  LogicalResult result = failure();
  bool canEvaluate = row->evaluate && node.areInputsKnown();
  if (node.hasFailed())
    return getError(node.getError());
  if (canEvaluate)
    result = row->evaluate(node);
  // An evaluation that fails without an error leaves the node to ops.
  if (failed(result) && !node.hasFailed()) {
    if (!row->import)
      return getError("expects small inputs known at compile time, such as "
                      "shapes");
    result = row->import(node);
  }
  if (failed(result) || node.hasFailed())
    return getError(node.hasFailed() ? node.getError()
                                     : "expects another node");
  for (auto [i, name] : llvm::enumerate(proto.output())) {
    if (name.empty() || isBound(name))
      continue;
    Binding binding;
    binding.refusal = "expects no use of output " + std::to_string(i) + " ('" +
                      name + "') of " + describe(proto) +
                      ", which is not supported";
    if (Error error = bind(name, std::move(binding)))
      return error;
  }
  return Error::success();
}

/// A branch whose condition is known while importing becomes part of the graph.
Error Graph::importIf(onnx::NodeProto &proto) {
  Node node(*this, proto);
  bool condition = node.getScalar(0, 0) != 0;
  StringRef wanted = condition ? "then_branch" : "else_branch";
  onnx::GraphProto *branch = nullptr;
  for (onnx::AttributeProto &attribute : *proto.mutable_attribute())
    if (attribute.name() == wanted && attribute.has_g())
      branch = attribute.mutable_g();
  if (!node.hasInput(0) || node.hasFailed())
    return makeError(describe(proto) + ": " +
                     (node.hasFailed() ? node.getError()
                                       : StringRef("expects a condition")));
  if (!branch || branch->output_size() != proto.output_size())
    return makeError(describe(proto) + ": expects a graph '" + wanted +
                     "' with as many outputs as the node");
  if (Error error = addInitializers(*branch))
    return error;
  if (Error error = importNodes(*branch))
    return error;
  SmallVector<Binding> results;
  for (const onnx::ValueInfoProto &output : branch->output()) {
    Expected<Binding *> binding = find(output.name());
    if (!binding)
      return makeError(describe(proto) + ": " +
                       llvm::toString(binding.takeError()));
    results.push_back(**binding);
  }
  // Names inside a branch mean nothing outside.
  for (const onnx::NodeProto &inner : branch->node())
    for (const std::string &name : inner.output())
      bindings.erase(name);
  for (const onnx::TensorProto &tensor : branch->initializer())
    bindings.erase(tensor.name());
  for (auto [name, binding] : llvm::zip_equal(proto.output(), results))
    if (Error error = bind(name, std::move(binding)))
      return makeError(describe(proto) + ": " +
                       llvm::toString(std::move(error)));
  return Error::success();
}

Error Graph::importNodes(onnx::GraphProto &proto) {
  for (const onnx::NodeProto &node : proto.node())
    for (const std::string &name : node.output())
      if (!name.empty())
        pending.try_emplace(name, &node);
  for (onnx::NodeProto &node : *proto.mutable_node()) {
    if (Error error = importNode(node))
      return error;
    for (const std::string &name : node.output())
      pending.erase(name);
  }
  return Error::success();
}
