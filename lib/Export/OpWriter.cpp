//===- OpWriter.cpp - Writes one op as nodes ------------------------------===//

#include "OpWriter.h"

#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

/// What the nodes of an op are called: after the node it came from, or after
/// the op.
static std::string getHint(Operation *op) {
  std::string name;
  op->getLoc()->walk([&](Location location) {
    auto named = dyn_cast<NameLoc>(location);
    if (!named)
      return WalkResult::advance();
    name = named.getName().str();
    return WalkResult::interrupt();
  });
  return name.empty() ? op->getName().stripDialect().str() : name;
}

OpWriter::OpWriter(GraphWriter &graph, Operation *op)
    : graph(graph), op(op), hint(getHint(op)),
      firstNode(graph.getProto().node_size()) {}

Name OpWriter::add(StringRef operatorName, std::vector<Name> inputs,
                   NodeAttributes attributes) {
  return addMany(operatorName, std::move(inputs), std::move(attributes), 1)[0];
}

std::vector<Name> OpWriter::addMany(StringRef operatorName,
                                    std::vector<Name> inputs,
                                    NodeAttributes attributes,
                                    unsigned results) {
  return graph.addNode(
      {operatorName, std::move(inputs), std::move(attributes), results}, hint);
}

Name OpWriter::cast(Name value, Type from, Type to) {
  if (from == to)
    return value;
  return add("Cast", {value}, {{"to", int64_t(getDataType(to))}});
}

Name OpWriter::integers(ArrayRef<int64_t> values) {
  return constant(makeConstant({static_cast<int64_t>(values.size())}, values,
                               op->getContext()));
}

Name OpWriter::integer(int64_t value) {
  return constant(makeConstant(ArrayRef<int64_t>{}, value, op->getContext()));
}

Name OpWriter::scalar(Type elementType, double value) {
  Tensor number(ElementType::Float64, {});
  number.get<double>()[0] = value;
  Tensor converted = number.convertTo(*cnn::getElementType(elementType));
  return constant(makeConstant(RankedTensorType::get({}, elementType),
                               std::as_const(converted).getBytes()));
}

Name OpWriter::constant(ElementsAttr value) {
  return graph.addConstant(value, "constant");
}

LogicalResult OpWriter::finish(Name result) {
  Value value = op->getResult(0);
  StringRef wanted = graph.getOutputName(value);
  auto &nodes = graph.getProto().node();
  bool isNew = nodes.size() > firstNode &&
               llvm::is_contained(nodes.rbegin()->output(), result);
  if (!wanted.empty() && isNew) {
    graph.renameLast(result, wanted);
    result = wanted.str();
  }
  graph.set(value, result);
  return success();
}

LogicalResult OpWriter::fail(const Twine &message) {
  return op->emitOpError("cannot be written as ONNX: ") << message;
}

LogicalResult OpWriter::require(int64_t since, const Twine &what) {
  if (getOpset() >= since)
    return success();
  return fail(what + " expects --opset=" + Twine(since) + " or higher; got " +
              Twine(getOpset()));
}
