//===- GraphNodes.cpp - The walk over the nodes of an ONNX graph ----------===//

#include "Graph.h"

#include "Node.h"
#include "Operators.h"
#include "Upgrade.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

static Error makeError(const Twine &message) {
  return createStringError(llvm::inconvertibleErrorCode(), message);
}

//===----------------------------------------------------------------------===//
// Reports
//===----------------------------------------------------------------------===//

/// The operator as messages call it: "Conv, opset 13".
static std::string describeOperator(const Graph &graph,
                                    const onnx::NodeProto &proto) {
  std::string name = getQualifiedName(proto.domain(), proto.op_type());
  int64_t opset = graph.getOpset(proto.domain());
  return opset ? name + ", opset " + std::to_string(opset) : name;
}

/// The types of the inputs, as far as they have one: " (on tensor<1xf32>)".
std::string Graph::describeInputs(const onnx::NodeProto &proto) {
  constexpr int maxInputs = 4;
  std::string text;
  for (int i = 0; i < std::min(proto.input_size(), maxInputs); ++i) {
    Binding *binding = lookup(proto.input(i));
    Type type;
    if (binding && binding->known)
      type = binding->known->type;
    else if (binding && binding->value)
      type = binding->value.getType();
    text += (i ? ", " : "") + (type ? debugString(type) : "?");
  }
  if (text.find('<') == std::string::npos)
    return "";
  return " (on " + text + (proto.input_size() > maxInputs ? ", ...)" : ")");
}

/// `reason` with what to type after --input-shape, where it advises that: the
/// shapes of all inputs with a dynamic batch, with one image.
static std::string completeOption(StringRef reason, Block &block) {
  constexpr StringLiteral option = "--input-shape";
  auto [before, after] = reason.split(option);
  if (!reason.contains(option) || after.starts_with("="))
    return reason.str();
  std::string options;
  for (BlockArgument argument : block.getArguments()) {
    SmallVector<int64_t> shape(cast<ShapedType>(argument.getType()).getShape());
    if (shape.empty() || !ShapedType::isDynamic(shape.front()))
      continue;
    shape.front() = 1;
    auto name = cast<NameLoc>(argument.getLoc()).getName();
    options += (options.empty() ? "" : " ") + option.str() + "=" + name.str() +
               ":" + describeShape(shape);
  }
  return options.empty() ? reason.str() : (before + options + after).str();
}

void Graph::reportRefused(const onnx::NodeProto &proto, StringRef reason) {
  std::string operatorName = describeOperator(*this, proto);
  report.addRefused(
      operatorName, "node '" + getNodeName(proto) + "' (" + operatorName + ")",
      completeOption(reason, *builder.getBlock()) + describeInputs(proto));
}

/// Nothing can be known about a node but whether its operator is supported.
void Graph::reportUnreached(const onnx::NodeProto &proto) {
  Function *function = findFunction(proto);
  if (!function) {
    if (Expected<const OperatorRow *> row = getRow(proto))
      report.addUnreached();
    else
      reportRefused(proto, llvm::toString(row.takeError()));
  } else if (!std::exchange(function->isReported, true)) {
    for (const onnx::NodeProto &inner : function->proto->node())
      reportUnreached(inner);
  }
  reportInnerNodes(proto);
}

void Graph::reportInnerNodes(const onnx::NodeProto &proto) {
  for (const onnx::AttributeProto &attribute : proto.attribute())
    for (const onnx::NodeProto &inner : attribute.g().node())
      reportUnreached(inner);
}

//===----------------------------------------------------------------------===//
// Lost and absent values
//===----------------------------------------------------------------------===//

bool Graph::dependsOnLost(const onnx::NodeProto &proto) {
  if (!report.hasRefusals())
    return false;
  return llvm::any_of(proto.input(), [&](StringRef name) {
    Binding *binding = lookup(name);
    return binding && binding->isLost;
  });
}

void Graph::loseOutputs(const onnx::NodeProto &proto) {
  for (const std::string &name : proto.output())
    if (!name.empty())
      scope->bindings.try_emplace(name).first->second.isLost = true;
}

/// Inputs that the caller of a function left out are left out here.
void Graph::removeAbsentInputs(onnx::NodeProto &proto) {
  for (std::string &name : *proto.mutable_input())
    if (Binding *binding = lookup(name); binding && binding->isAbsent)
      name.clear();
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

/// What to say about an operator that has no row: the names closest to it.
static std::string
describeUnknown(StringRef name,
                const llvm::StringMap<const OperatorRow *> &operators) {
  std::vector<StringRef> names;
  unsigned limit = 1 + name.size() / 4;
  for (const auto &entry : operators) {
    StringRef candidate = entry.first();
    if (name.edit_distance(candidate, true, limit) <= limit ||
        (candidate.size() > 3 && name.contains(candidate)))
      names.push_back(candidate);
  }
  llvm::sort(names);
  std::string text = "expects a supported operator; got '" + name.str() + "'; ";
  if (!names.empty())
    text += "similar: " + llvm::join(names, ", ") + "; ";
  return text + "cnn-opt --list-operators prints all";
}

Expected<const OperatorRow *> Graph::getRow(const onnx::NodeProto &proto) {
  std::string name = getQualifiedName(proto.domain(), proto.op_type());
  const OperatorRow *row = operators.lookup(name);
  if (!row)
    return makeError(describeUnknown(name, operators));
  int64_t opset = getOpset();
  if (opset < row->since || opset > row->last)
    return makeError("expects an opset from " + Twine(row->since) + " to " +
                     Twine(row->last));
  return row;
}

/// Results that the operator has, but the importer does not compute.
Error Graph::refuseOtherOutputs(const onnx::NodeProto &proto) {
  for (auto [i, name] : llvm::enumerate(proto.output())) {
    if (name.empty() || isBound(name))
      continue;
    Binding binding;
    binding.refusal = "expects no use of output " + std::to_string(i) + " ('" +
                      name + "') of node '" + getNodeName(proto) + "' (" +
                      describeOperator(*this, proto) +
                      "), which is not supported";
    if (Error error = bind(name, std::move(binding)))
      return error;
  }
  return Error::success();
}

Error Graph::importByRow(onnx::NodeProto &proto, const OperatorRow &row) {
  Node node(*this, proto);
  LogicalResult result = failure();
  bool canEvaluate = row.evaluate && node.areInputsKnown();
  if (node.hasFailed())
    return makeError(node.getError());
  if (canEvaluate)
    result = row.evaluate(node);
  // An evaluation that fails without an error leaves the node to ops.
  if (failed(result) && !node.hasFailed()) {
    if (!row.import)
      return makeError("expects small inputs known at compile time, such as "
                       "shapes");
    result = row.import(node);
  }
  if (failed(result) || node.hasFailed())
    return makeError(node.hasFailed() ? node.getError()
                                      : "expects another node");
  return refuseOtherOutputs(proto);
}

Error Graph::importNode(onnx::NodeProto &proto) {
  removeAbsentInputs(proto);
  if (Function *function = findFunction(proto))
    return importCall(proto, *function);
  Expected<const OperatorRow *> row = getRow(proto);
  if (!row)
    return row.takeError();
  if (getOpset() < upgradedOpset && (*row)->domain.empty())
    if (Error error = upgradeNode(*this, proto))
      return error;
  if (Error error = importByRow(proto, **row))
    return error;
  report.addImported(getQualifiedName(proto.domain(), proto.op_type()));
  return Error::success();
}

void Graph::importOrReport(onnx::NodeProto &proto) {
  if (dependsOnLost(proto)) {
    reportUnreached(proto);
    return loseOutputs(proto);
  }
  llvm::SaveAndRestore outer(askedForLost, false);
  int64_t copied = copiedNodes;
  Error error = importNode(proto);
  if (!error)
    return;
  std::string reason = llvm::toString(std::move(error));
  if (askedForLost)
    report.addUnreached();
  else
    reportRefused(proto, reason);
  // Nothing has been said about the graphs inside if none was looked into.
  if (copied == copiedNodes)
    reportInnerNodes(proto);
  loseOutputs(proto);
}

Error Graph::importNodes(NodeList &nodes) {
  auto order = getOrder(nodes, [&](StringRef name) { return lookup(name); });
  if (!order)
    return order.takeError();
  for (int i : *order)
    importOrReport(*nodes.Mutable(i));
  return Error::success();
}
