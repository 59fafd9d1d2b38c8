//===- Graph.h - The walk over an ONNX graph --------------------*- C++ -*-===//

#ifndef CNNC_LIB_IMPORT_GRAPH_H
#define CNNC_LIB_IMPORT_GRAPH_H

#include "Known.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include "onnx.pb.h"

#include <optional>

namespace mlir::cnn {

struct OperatorRow;

/// What a name of the graph stands for.
struct Binding {
  /// Null until an op needs the value.
  Value value;
  std::optional<Known> known;
  /// Data that have not become a constant yet.
  onnx::TensorProto *initializer = nullptr;
  /// Why the value cannot be used, if it cannot.
  std::string refusal;
};

/// Nodes become ops one by one; names are looked up in a table.
class Graph {
public:
  Graph(OpBuilder &builder, int64_t opset, StringRef folder);

  MLIRContext *getContext() { return builder.getContext(); }
  OpBuilder &getBuilder() { return builder; }
  int64_t getOpset() const { return opset; }
  StringRef getFolder() const { return folder; }

  /// Gives `name` a meaning; a name has only one.
  llvm::Error bind(StringRef name, Binding binding);
  bool isBound(StringRef name) const { return bindings.contains(name); }

  /// Makes the initializers of `proto` known by their names.
  llvm::Error addInitializers(onnx::GraphProto &proto);

  /// Imports all nodes. Errors name the node.
  llvm::Error importNodes(onnx::GraphProto &proto);
  llvm::Error importNode(onnx::NodeProto &proto);

  /// The value called `name` as the result of an op.
  llvm::Expected<Value> getValue(StringRef name);

  /// The type of the value called `name`.
  llvm::Expected<RankedTensorType> getType(StringRef name);

  /// The numbers of the value called `name`, or null if it is not known while
  /// importing or too large.
  llvm::Expected<const Known *> getKnown(StringRef name);

private:
  llvm::Expected<Binding *> find(StringRef name);
  llvm::Error importIf(onnx::NodeProto &proto);
  std::string describe(const onnx::NodeProto &proto) const;

  OpBuilder &builder;
  int64_t opset;
  std::string folder;
  llvm::StringMap<Binding> bindings;
  llvm::StringMap<const OperatorRow *> operators;
  /// The nodes still to come, by the names they define: for error messages.
  llvm::StringMap<const onnx::NodeProto *> pending;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_GRAPH_H
