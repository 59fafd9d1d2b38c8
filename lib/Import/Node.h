//===- Node.h - One ONNX node being imported --------------------*- C++ -*-===//

#ifndef CNNC_LIB_IMPORT_NODE_H
#define CNNC_LIB_IMPORT_NODE_H

#include "Graph.h"
#include "Upgrade.h"

#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Support/DebugStringHelper.h"

namespace mlir::cnn {

inline ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

inline Type getElementType(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

/// Reads a node's inputs and attributes with checks and takes its results.
///
/// The first mistake is kept as the node's error. Readers return a null value
/// or the default after it, so that an operator reads everything it knows,
/// checks once, and then builds:
///
///   Value input = node.getFloats(0);
///   double alpha = node.getFloat("alpha", 1.0);
///   if (failed(node.check()))
///     return failure();
///   return node.create<...>(input, ...);
///
/// check() also refuses inputs and attributes that nobody has read.
class Node {
public:
  Node(Graph &graph, onnx::NodeProto &proto);

  Graph &getGraph() { return graph; }
  onnx::NodeProto &getProto() { return proto; }
  MLIRContext *getContext() { return graph.getContext(); }
  /// The opset by which to read the node; older ones are upgraded to it.
  int64_t getOpset() const { return std::max(graph.getOpset(), upgradedOpset); }
  StringRef getOperator() const { return proto.op_type(); }
  Location getLoc() const { return loc; }

  //===--------------------------------------------------------------------===//
  // Errors
  //===--------------------------------------------------------------------===//

  /// Keeps `message` if it is the node's first.
  LogicalResult fail(const Twine &message);
  /// Refuses an axis that is the dynamic batch.
  LogicalResult failAtBatch() {
    return fail("expects an axis behind the dynamic batch; got 0 "
                "(--input-shape fixes the batch)");
  }
  LogicalResult check();
  bool hasFailed() const { return !error.empty(); }
  StringRef getError() const { return error; }

  //===--------------------------------------------------------------------===//
  // Inputs
  //===--------------------------------------------------------------------===//

  /// Inputs without empty names at the end.
  int64_t getInputCount() const { return inputIsRead.size(); }
  bool hasInput(int64_t index) const;
  void ignoreInput(int64_t index);

  /// The type of an input whose value does not matter.
  RankedTensorType getInputType(int64_t index);
  /// Any tensor.
  Value getInput(int64_t index);
  Value getOptionalInput(int64_t index);
  std::vector<Value> getAllInputs();
  /// Whatever the input stands for: a tensor or a sequence.
  Binding getBinding(int64_t index);
  ArrayRef<Binding> getSequence(int64_t index);
  /// The tensor that an element of a sequence or a result of a graph is.
  Value getValue(Binding &binding);
  /// A tensor of floats.
  Value getFloats(int64_t index);
  /// A tensor of floats with one to three spatial dimensions.
  Value getImage(int64_t index);
  /// The same of floats or integers.
  Value getAnyImage(int64_t index);
  /// A list of floats; null if the input is absent and `optional`.
  Value getVector(int64_t index, bool optional = false);

  /// Numbers that must be known while importing.
  const Known *getKnown(int64_t index);
  /// The same as a list of constants: Slice's starts, Reshape's shape.
  SmallVector<int64_t> getIntegers(int64_t index);
  /// The one constant of a scalar or of a list of one element.
  double getScalar(int64_t index, double defaultValue);
  bool isAbsentOrKnown(int64_t index);
  /// Every input is known and there is one.
  bool areInputsKnown();

  //===--------------------------------------------------------------------===//
  // Attributes
  //===--------------------------------------------------------------------===//

  bool hasAttribute(StringRef name) const { return findAttribute(name); }
  void ignoreAttribute(StringRef name);
  int64_t getInteger(StringRef name, std::optional<int64_t> defaultValue);
  bool getFlag(StringRef name, bool defaultValue = false);
  double getFloat(StringRef name, std::optional<double> defaultValue);
  StringRef getString(StringRef name, StringRef defaultValue);
  SmallVector<int64_t> getIntegerList(StringRef name);
  SmallVector<double> getFloatList(StringRef name);
  SmallVector<StringRef> getStringList(StringRef name);
  onnx::TensorProto *getTensor(StringRef name);
  const onnx::SparseTensorProto *getSparseTensor(StringRef name);
  onnx::GraphProto *getSubgraph(StringRef name);
  /// `axis` of 0 to rank - 1, counted from the end if negative; with
  /// `inclusive` it may be the rank.
  int64_t normalizeAxis(int64_t axis, int64_t rank, bool inclusive = false);
  /// The same of a dimension whose extent is known: not the dynamic batch.
  int64_t normalizeStaticAxis(int64_t axis, ArrayRef<int64_t> shape);
  /// The same for a list without repetitions.
  SmallVector<int64_t> normalizeAxes(ArrayRef<int64_t> axes, int64_t rank);
  /// Fails unless both values have one element type.
  void requireSameType(Value first, Value second);

  //===--------------------------------------------------------------------===//
  // Results
  //===--------------------------------------------------------------------===//

  /// Builds an op, checks it and folds it if its operands are constants. Null
  /// after a mistake.
  template <typename OpTy, typename... Args>
  Value build(Args &&...args) {
    if (hasFailed())
      return {};
    std::string message;
    Operation *op = nullptr;
    {
      ScopedDiagnosticHandler handler(getContext(),
                                      [&](Diagnostic &diagnostic) {
                                        if (message.empty())
                                          message = diagnostic.str();
                                        return success();
                                      });
      auto created =
          tryCreate<OpTy>(graph.getBuilder(), loc, std::forward<Args>(args)...);
      if (succeeded(created))
        op = *created;
      if (op && failed(mlir::verify(op)))
        op->erase(), op = nullptr;
    }
    if (!op) {
      (void)fail(message.empty() ? "expects other operands" : message);
      return {};
    }
    return finish(op);
  }

  /// build, with the op as the node's first result.
  template <typename OpTy, typename... Args>
  LogicalResult create(Args &&...args) {
    return setOutput(0, build<OpTy>(std::forward<Args>(args)...));
  }

  /// Parameters of ops are floats of any width.
  static APFloat toFloat(double value) { return APFloat(value); }

  bool hasOutput(int64_t index) const;
  int64_t getOutputCount() const { return proto.output_size(); }
  LogicalResult setOutput(int64_t index, Value value);
  LogicalResult setOutput(int64_t index, Known known);
  LogicalResult setOutput(int64_t index, Binding binding);

private:
  /// Marks the input as read; fails if it is absent.
  LogicalResult requireInput(int64_t index);
  const onnx::AttributeProto *findAttribute(StringRef name) const;
  /// The attribute, or null if it is absent or of another type.
  const onnx::AttributeProto *
  readAttribute(StringRef name, onnx::AttributeProto::AttributeType type);
  Value finish(Operation *op);
  template <typename T>
  T take(llvm::Expected<T> value);

  Graph &graph;
  onnx::NodeProto &proto;
  Location loc;
  std::string error;
  SmallVector<bool> inputIsRead;
  SmallVector<bool> attributeIsRead;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_NODE_H
