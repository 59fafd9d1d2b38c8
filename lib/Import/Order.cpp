//===- Order.cpp - The order of nodes -------------------------------------===//

#include "Order.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <numeric>
#include <queue>

using namespace mlir;
using namespace mlir::cnn;
using UseFunction = llvm::function_ref<void(StringRef)>;

std::string mlir::cnn::getNodeName(const onnx::NodeProto &node) {
  if (!node.name().empty())
    return node.name();
  if (node.output_size() == 0)
    return node.op_type();
  return node.op_type() + "_" + node.output(0);
}

//===----------------------------------------------------------------------===//
// Uses
//===----------------------------------------------------------------------===//

static void visitUses(const onnx::NodeProto &node, UseFunction visit);

/// Calls `visit` with the names from outside that `graph` uses.
static void visitUses(const onnx::GraphProto &graph, UseFunction visit) {
  llvm::StringSet<> defined;
  for (const onnx::ValueInfoProto &input : graph.input())
    defined.insert(input.name());
  for (const onnx::TensorProto &tensor : graph.initializer())
    defined.insert(tensor.name());
  for (const onnx::NodeProto &node : graph.node())
    for (const std::string &name : node.output())
      defined.insert(name);
  auto visitOuter = [&](StringRef name) {
    if (!defined.contains(name))
      visit(name);
  };
  for (const onnx::NodeProto &node : graph.node())
    visitUses(node, visitOuter);
  for (const onnx::ValueInfoProto &output : graph.output())
    visitOuter(output.name());
}

/// Calls `visit` with the names that `node` and the graphs inside it use.
static void visitUses(const onnx::NodeProto &node, UseFunction visit) {
  for (const std::string &name : node.input())
    if (!name.empty())
      visit(name);
  for (const onnx::AttributeProto &attribute : node.attribute()) {
    if (attribute.has_g())
      visitUses(attribute.g(), visit);
    for (const onnx::GraphProto &graph : attribute.graphs())
      visitUses(graph, visit);
  }
}

//===----------------------------------------------------------------------===//
// Sorting
//===----------------------------------------------------------------------===//

namespace {

/// Which nodes must come before which.
struct Dependencies {
  std::vector<SmallVector<int>> users, definitions;
  bool isSorted = true;
};

} // namespace

static Dependencies
getDependencies(const NodeList &nodes,
                llvm::function_ref<bool(StringRef)> isBound) {
  llvm::StringMap<int> producers;
  for (int i = 0; i < nodes.size(); ++i)
    for (const std::string &name : nodes.Get(i).output())
      if (!name.empty())
        producers.try_emplace(name, i);
  Dependencies dependencies;
  dependencies.users.resize(nodes.size());
  dependencies.definitions.resize(nodes.size());
  for (int i = 0; i < nodes.size(); ++i)
    visitUses(nodes.Get(i), [&](StringRef name) {
      auto producer = producers.find(name);
      if (producer == producers.end() || isBound(name))
        return;
      dependencies.isSorted &= producer->second < i;
      dependencies.users[producer->second].push_back(i);
      dependencies.definitions[i].push_back(producer->second);
    });
  return dependencies;
}

/// A sentence that names the nodes of a cycle among those that still wait for
/// others.
static std::string describeCycle(const NodeList &nodes,
                                 const Dependencies &dependencies,
                                 ArrayRef<int> waiting) {
  // Every node that waits has a definition that waits: going from one to the
  // next ends in a cycle.
  auto isWaiting = [&](int i) { return waiting[i] > 0; };
  int node = 0;
  while (!isWaiting(node))
    ++node;
  std::vector<int> path, positions(nodes.size(), -1);
  while (positions[node] < 0) {
    positions[node] = path.size();
    path.push_back(node);
    node = *llvm::find_if(dependencies.definitions[node], isWaiting);
  }
  ArrayRef<int> cycle = ArrayRef(path).drop_front(positions[node]);
  std::string text = "expects nodes without cycles; got ";
  constexpr size_t maxNames = 8;
  for (int i : cycle.take_front(maxNames))
    text += "'" + getNodeName(nodes.Get(i)) + "', which needs ";
  if (cycle.size() > maxNames)
    text += std::to_string(cycle.size() - maxNames) + " more, which need ";
  return text + "'" + getNodeName(nodes.Get(node)) + "'";
}

llvm::Expected<std::vector<int>>
mlir::cnn::getOrder(const NodeList &nodes,
                    llvm::function_ref<bool(StringRef)> isBound) {
  Dependencies dependencies = getDependencies(nodes, isBound);
  std::vector<int> order(nodes.size());
  std::iota(order.begin(), order.end(), 0);
  if (dependencies.isSorted)
    return order;
  std::vector<int> waiting(nodes.size());
  std::priority_queue<int, std::vector<int>, std::greater<int>> ready;
  for (int i = 0; i < nodes.size(); ++i) {
    waiting[i] = dependencies.definitions[i].size();
    if (waiting[i] == 0)
      ready.push(i);
  }
  order.clear();
  while (!ready.empty()) {
    order.push_back(ready.top());
    ready.pop();
    for (int user : dependencies.users[order.back()])
      if (--waiting[user] == 0)
        ready.push(user);
  }
  if (static_cast<int>(order.size()) < nodes.size())
    return llvm::createStringError(describeCycle(nodes, dependencies, waiting));
  return order;
}
