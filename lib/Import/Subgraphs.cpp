//===- Subgraphs.cpp - Graphs inside nodes, and functions -----------------===//
//
// Both become part of the network where they are used. What differs are the
// names that mean something inside: those around a graph do, those around a
// function do not.
//
//===----------------------------------------------------------------------===//

#include "Graph.h"

#include "llvm/Support/SaveAndRestore.h"

#include "google/protobuf/io/coded_stream.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

static Error makeError(const Twine &message) {
  return createStringError(llvm::inconvertibleErrorCode(), message);
}

//===----------------------------------------------------------------------===//
// Scopes
//===----------------------------------------------------------------------===//

NestedScope::NestedScope(Graph &graph, Scope *parent, const Opsets *opsets)
    : graph(graph), outer(graph.scope) {
  scope.parent = parent;
  scope.opsets = opsets;
  graph.scope = &scope;
  ++graph.nesting;
}

NestedScope::NestedScope(Graph &graph)
    : NestedScope(graph, graph.scope, graph.scope->opsets) {}

NestedScope::~NestedScope() {
  graph.scope = outer;
  --graph.nesting;
}

/// Fails if what is copied into the network is out of all proportion.
Error Graph::countCopies(const NodeList &nodes) {
  if (nesting > maxNesting)
    return makeError(
        "expects functions and subgraphs that are nested at most " +
        Twine(maxNesting) + " deep");
  // An empty body must not run forever.
  copiedNodes += std::max(nodes.size(), 1);
  if (copiedNodes > maxCopiedNodes)
    return makeError("expects functions and unrolled loops of at most " +
                     Twine(maxCopiedNodes) + " nodes in all; got more");
  for (const onnx::NodeProto &node : nodes)
    copiedBytes += node.ByteSizeLong();
  if (copiedBytes > maxCopiedBytes)
    return makeError("expects functions and unrolled loops with constants of "
                     "at most 2^31 bytes in all; got more");
  return Error::success();
}

Error Graph::bindAll(ArrayRef<std::string> names, std::vector<Binding> values) {
  for (auto [name, value] : llvm::zip_equal(names, values))
    if (Error error = bind(name, std::move(value)))
      return error;
  return Error::success();
}

Expected<std::vector<Binding>> Graph::getBindings(ArrayRef<std::string> names) {
  std::vector<Binding> bindings;
  for (const std::string &name : names) {
    Expected<Binding> binding = getBinding(name);
    if (!binding)
      return binding.takeError();
    bindings.push_back(std::move(*binding));
  }
  return bindings;
}

static std::vector<std::string>
getNames(const google::protobuf::RepeatedPtrField<onnx::ValueInfoProto> &list) {
  std::vector<std::string> names;
  for (const onnx::ValueInfoProto &value : list)
    names.push_back(value.name());
  return names;
}

//===----------------------------------------------------------------------===//
// Subgraphs
//===----------------------------------------------------------------------===//

Expected<std::vector<Binding>>
Graph::importSubgraph(onnx::GraphProto &proto, NodeList &nodes,
                      std::vector<Binding> inputs) {
  if (static_cast<int>(inputs.size()) != proto.input_size())
    return makeError("expects a graph with " + Twine(inputs.size()) +
                     " inputs; got " + Twine(proto.input_size()));
  NestedScope names(*this);
  if (Error error = countCopies(nodes))
    return error;
  if (Error error = bindAll(getNames(proto.input()), std::move(inputs)))
    return error;
  if (Error error = importNodes(nodes))
    return error;
  return getBindings(getNames(proto.output()));
}

Expected<std::vector<Binding>> Graph::importBranch(onnx::GraphProto &proto) {
  NestedScope names(*this);
  if (Error error = addInitializers(proto))
    return error;
  return importSubgraph(proto, *proto.mutable_node(), {});
}

LoopBody::LoopBody(Graph &graph, onnx::GraphProto &proto)
    : graph(graph), proto(proto) {
  constants.parent = graph.scope;
  constants.opsets = graph.scope->opsets;
}

Error LoopBody::addInitializers() {
  llvm::SaveAndRestore inside(graph.scope, &constants);
  return graph.addInitializers(proto);
}

Expected<std::vector<Binding>>
LoopBody::importIteration(std::vector<Binding> inputs) {
  llvm::SaveAndRestore inside(graph.scope, &constants);
  // Importing takes the data out of nodes, and upgrades them.
  NodeList nodes = proto.node();
  Report &report = graph.getReport();
  int64_t refused = report.getRefusedCount();
  report.mute(iterations ? 1 : 0);
  auto results = graph.importSubgraph(proto, nodes, std::move(inputs));
  report.mute(iterations++ ? -1 : 0);
  if (!results || report.getRefusedCount() == refused)
    return results;
  graph.askedForLost = true;
  return makeError("expects supported nodes in its body");
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static std::string getKey(StringRef domain, StringRef name) {
  return ((domain == "ai.onnx" ? "" : domain) + ":" + name).str();
}

/// The default values of attributes, a field that the installed onnx.proto may
/// be too old to know.
static std::vector<onnx::AttributeProto>
getDefaults(const onnx::FunctionProto &function) {
  namespace io = google::protobuf::io;
  constexpr uint32_t attributeProtoTag = 11 << 3 | 2;
  std::vector<onnx::AttributeProto> defaults;
  std::string bytes = function.SerializeAsString();
  io::CodedInputStream stream(reinterpret_cast<const uint8_t *>(bytes.data()),
                              bytes.size());
  while (uint32_t tag = stream.ReadTag()) {
    std::string field;
    uint32_t length = 0;
    uint64_t number = 0;
    bool isRead = false;
    switch (tag & 7) {
    case 0:
      isRead = stream.ReadVarint64(&number);
      break;
    case 2:
      isRead =
          stream.ReadVarint32(&length) && stream.ReadString(&field, length);
      break;
    }
    if (!isRead)
      break;
    onnx::AttributeProto attribute;
    if (tag == attributeProtoTag && attribute.ParseFromString(field))
      defaults.push_back(std::move(attribute));
  }
  return defaults;
}

Error Graph::addFunctions(const onnx::ModelProto &model) {
  for (const onnx::FunctionProto &function : model.functions()) {
    auto added =
        functions.try_emplace(getKey(function.domain(), function.name()));
    if (!added.second)
      return makeError(
          "expects functions that differ in domain or name; got '" +
          function.name() + "' twice");
    Function &entry = added.first->second;
    entry.proto = &function;
    entry.defaults = getDefaults(function);
    for (const onnx::OperatorSetIdProto &opset : function.opset_import())
      entry.opsets[opset.domain() == "ai.onnx" ? "" : opset.domain()] =
          opset.version();
  }
  return Error::success();
}

Graph::Function *Graph::findFunction(const onnx::NodeProto &proto) {
  if (functions.empty())
    return nullptr;
  auto found = functions.find(getKey(proto.domain(), proto.op_type()));
  return found == functions.end() ? nullptr : &found->second;
}

namespace {

/// The attributes of a call, by name.
using Arguments = llvm::StringMap<const onnx::AttributeProto *>;

} // namespace

static void setArguments(onnx::NodeProto &node, const Arguments &arguments);

static void setArguments(onnx::GraphProto &graph, const Arguments &arguments) {
  for (onnx::NodeProto &node : *graph.mutable_node())
    setArguments(node, arguments);
}

/// Replaces references to attributes of the function by what the call gives, or
/// by nothing.
static void setArguments(onnx::NodeProto &node, const Arguments &arguments) {
  auto &attributes = *node.mutable_attribute();
  for (int i = attributes.size() - 1; i >= 0; --i) {
    onnx::AttributeProto &attribute = *attributes.Mutable(i);
    if (attribute.has_g())
      setArguments(*attribute.mutable_g(), arguments);
    if (attribute.ref_attr_name().empty())
      continue;
    std::string name = attribute.name();
    const onnx::AttributeProto *argument =
        arguments.lookup(attribute.ref_attr_name());
    if (!argument) {
      attributes.DeleteSubrange(i, 1);
      continue;
    }
    attribute = *argument;
    attribute.set_name(name);
  }
}

/// The attributes of `call`, which must be the function's, over its defaults.
static Expected<Arguments>
getArguments(const onnx::NodeProto &call, const onnx::FunctionProto &function,
             ArrayRef<onnx::AttributeProto> defaults) {
  Arguments arguments;
  for (const onnx::AttributeProto &attribute : defaults)
    arguments[attribute.name()] = &attribute;
  for (const onnx::AttributeProto &attribute : call.attribute()) {
    if (!arguments.contains(attribute.name()) &&
        !llvm::is_contained(function.attribute(), attribute.name()))
      return makeError("expects no attribute '" + attribute.name() + "'");
    arguments[attribute.name()] = &attribute;
  }
  return arguments;
}

/// The values of the call's inputs; those that it leaves out are absent.
Expected<std::vector<Binding>>
Graph::getCallInputs(const onnx::NodeProto &call,
                     const onnx::FunctionProto &function) {
  if (call.input_size() > function.input_size() ||
      call.output_size() > function.output_size())
    return makeError("expects at most " + Twine(function.input_size()) +
                     " inputs and " + Twine(function.output_size()) +
                     " outputs; got " + Twine(call.input_size()) + " and " +
                     Twine(call.output_size()));
  std::vector<Binding> inputs(function.input_size());
  for (int i = 0; i < function.input_size(); ++i) {
    inputs[i].isAbsent = i >= call.input_size() || call.input(i).empty();
    if (inputs[i].isAbsent)
      continue;
    Expected<Binding> input = getBinding(call.input(i));
    if (!input)
      return input.takeError();
    inputs[i] = std::move(*input);
  }
  return inputs;
}

/// Only what the call uses is looked up, so that a function may compute more.
Error Graph::importCall(onnx::NodeProto &call, Function &function) {
  const onnx::FunctionProto &proto = *function.proto;
  if (function.isActive)
    return makeError("expects a function that does not call itself");
  Expected<std::vector<Binding>> inputs = getCallInputs(call, proto);
  if (!inputs)
    return inputs.takeError();
  Expected<Arguments> arguments = getArguments(call, proto, function.defaults);
  if (!arguments)
    return arguments.takeError();
  NodeList nodes = proto.node();
  for (onnx::NodeProto &node : nodes)
    setArguments(node, *arguments);
  std::vector<std::string> names;
  for (int i = 0; i < call.output_size(); ++i)
    if (!call.output(i).empty())
      names.push_back(proto.output(i));

  function.isActive = true;
  Expected<std::vector<Binding>> results =
      importFunctionBody(function, nodes, std::move(*inputs), names);
  function.isActive = false;
  if (!results)
    return results.takeError();
  auto result = results->begin();
  for (const std::string &name : call.output())
    if (!name.empty())
      if (Error error = bind(name, std::move(*result++)))
        return error;
  return Error::success();
}

Expected<std::vector<Binding>>
Graph::importFunctionBody(Function &function, NodeList &nodes,
                          std::vector<Binding> inputs,
                          ArrayRef<std::string> results) {
  NestedScope names(*this, /*parent=*/nullptr, &function.opsets);
  if (Error error = countCopies(nodes))
    return error;
  std::vector<std::string> formals(function.proto->input().begin(),
                                   function.proto->input().end());
  if (Error error = bindAll(formals, std::move(inputs)))
    return error;
  if (Error error = importNodes(nodes))
    return error;
  return getBindings(results);
}
