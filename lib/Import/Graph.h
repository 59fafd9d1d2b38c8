//===- Graph.h - The walk over an ONNX graph --------------------*- C++ -*-===//

#ifndef CNNC_LIB_IMPORT_GRAPH_H
#define CNNC_LIB_IMPORT_GRAPH_H

#include "Known.h"
#include "Lengths.h"
#include "Order.h"
#include "Report.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <optional>

namespace mlir::cnn {

struct OperatorRow;

/// Subgraphs and functions are copied into the network, loops once per
/// iteration; more bytes are taken for a mistake.
inline constexpr int64_t maxCopiedBytes = int64_t(1) << 31;

/// Deeper calls of functions and subgraphs are taken for a mistake.
inline constexpr int maxNesting = 48;

/// What a name of the graph stands for.
struct Binding {
  /// Null until an op needs the value.
  Value value;
  std::optional<Known> known;
  /// Data that have not become a constant yet.
  onnx::TensorProto *initializer = nullptr;
  /// The elements, if the value is a sequence. Never changed, hence shared.
  std::shared_ptr<const std::vector<Binding>> sequence;
  /// An input that the caller of a function left out.
  bool isAbsent = false;
  /// The node that defines it was refused, or depends on one that was.
  bool isLost = false;
  /// Why the value cannot be used, if it cannot.
  std::string refusal;
};

/// The version of each domain of operators; the empty name is ai.onnx.
using Opsets = llvm::StringMap<int64_t>;

/// The names of a graph, of a subgraph or of a function's body.
struct Scope {
  /// Whose names mean something here, too; null for functions.
  Scope *parent = nullptr;
  const Opsets *opsets = nullptr;
  llvm::StringMap<Binding> bindings;
};

/// Nodes become ops one by one; names are looked up in a table.
class Graph {
public:
  Graph(OpBuilder &builder, const Opsets &opsets, StringRef folder,
        int64_t maxCopiedNodes);

  MLIRContext *getContext() { return builder.getContext(); }
  OpBuilder &getBuilder() { return builder; }
  int64_t getOpset(StringRef domain = "") const;
  StringRef getFolder() const { return folder; }
  Report &getReport() { return report; }
  Lengths &getLengths() { return lengths; }

  /// Makes the functions of `model` known.
  llvm::Error addFunctions(const onnx::ModelProto &model);

  /// Gives `name` a meaning; a name has only one.
  llvm::Error bind(StringRef name, Binding binding);
  bool isBound(StringRef name) const { return scope->bindings.contains(name); }

  /// Makes the initializers of `proto` known by their names.
  llvm::Error addInitializers(onnx::GraphProto &proto);

  /// Imports all nodes, in an order in which values are defined before they are
  /// used. Nodes that are refused go to the report, and their results are lost.
  llvm::Error importNodes(NodeList &nodes);
  /// Imports one node; fails if it is refused.
  llvm::Error importNode(onnx::NodeProto &proto);

  /// The values that a graph inside a node gives its outputs. Its names are its
  /// own, and those outside are visible.
  llvm::Expected<std::vector<Binding>> importBranch(onnx::GraphProto &proto);

  /// What `name` stands for, with its initializer made a constant.
  llvm::Expected<Binding> getBinding(StringRef name);

  /// The value called `name` as the result of an op.
  llvm::Expected<Value> getValue(StringRef name);
  llvm::Expected<Value> getValue(Binding &binding, StringRef name);

  /// The type of the value called `name`.
  llvm::Expected<RankedTensorType> getType(StringRef name);

  /// The numbers of the value called `name`, or null if it is not known while
  /// importing or too large.
  llvm::Expected<const Known *> getKnown(StringRef name);
  llvm::Expected<const Known *> getKnown(Binding &binding, StringRef name);

private:
  friend class NestedScope;
  friend class LoopBody;

  Binding *lookup(StringRef name);
  llvm::Expected<Binding *> find(StringRef name);
  llvm::Error checkIsTensor(const Binding &binding, StringRef name);
  Value createNamedConstant(ElementsAttr data, StringRef name);

  // Nodes, in GraphNodes.cpp.
  void importOrReport(onnx::NodeProto &proto);
  llvm::Error importByRow(onnx::NodeProto &proto, const OperatorRow &row);
  llvm::Expected<const OperatorRow *> getRow(const onnx::NodeProto &proto);
  llvm::Error refuseOtherOutputs(const onnx::NodeProto &proto);
  void loseOutputs(const onnx::NodeProto &proto);
  bool dependsOnLost(const onnx::NodeProto &proto);
  void removeAbsentInputs(onnx::NodeProto &proto);
  std::string describeInputs(const onnx::NodeProto &proto);
  void reportRefused(const onnx::NodeProto &proto, StringRef reason);
  void reportUnreached(const onnx::NodeProto &proto);
  void reportInnerNodes(const onnx::NodeProto &proto);

  // Subgraphs and functions, in Subgraphs.cpp.
  struct Function {
    const onnx::FunctionProto *proto = nullptr;
    Opsets opsets;
    std::vector<onnx::AttributeProto> defaults;
    /// It is being imported, or its nodes have been reported.
    bool isActive = false, isReported = false;
  };
  llvm::Error countCopies(const NodeList &nodes);
  llvm::Error bindAll(ArrayRef<std::string> names, std::vector<Binding> values);
  llvm::Expected<std::vector<Binding>> getBindings(ArrayRef<std::string> names);
  llvm::Expected<std::vector<Binding>>
  importSubgraph(onnx::GraphProto &proto, NodeList &nodes,
                 std::vector<Binding> inputs);
  Function *findFunction(const onnx::NodeProto &proto);
  llvm::Error importCall(onnx::NodeProto &call, Function &function);
  llvm::Expected<std::vector<Binding>>
  getCallInputs(const onnx::NodeProto &call,
                const onnx::FunctionProto &function);
  llvm::Expected<std::vector<Binding>>
  importFunctionBody(Function &function, NodeList &nodes,
                     std::vector<Binding> inputs,
                     ArrayRef<std::string> results);

  OpBuilder &builder;
  std::string folder;
  Opsets opsets;
  Scope root;
  Scope *scope = &root;
  Report report;
  Lengths lengths;
  llvm::StringMap<const OperatorRow *> operators;
  llvm::StringMap<Function> functions;
  int nesting = 0;
  int64_t maxCopiedNodes, copiedNodes = 0, copiedBytes = 0;
  /// A lost value was asked for.
  bool askedForLost = false;
};

/// While it exists names are bound in a scope of their own.
class NestedScope {
public:
  /// Names outside stay visible.
  explicit NestedScope(Graph &graph);
  NestedScope(Graph &graph, Scope *parent, const Opsets *opsets);
  NestedScope(const NestedScope &) = delete;
  ~NestedScope();

private:
  Graph &graph;
  Scope *outer;
  Scope scope;
};

/// A graph inside a node that is imported once per iteration.
class LoopBody {
public:
  LoopBody(Graph &graph, onnx::GraphProto &proto);

  /// Call this first.
  llvm::Error addInitializers();

  /// The values of the graph's outputs. Fails if a node inside is refused.
  llvm::Expected<std::vector<Binding>>
  importIteration(std::vector<Binding> inputs);

private:
  Graph &graph;
  onnx::GraphProto &proto;
  /// The initializers, which all iterations share.
  Scope constants;
  int64_t iterations = 0;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_GRAPH_H
