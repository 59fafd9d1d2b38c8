//===- OpWriter.h - Writes one op as nodes ----------------------*- C++ -*-===//

#ifndef CNNC_LIB_EXPORT_OPWRITER_H
#define CNNC_LIB_EXPORT_OPWRITER_H

#include "GraphWriter.h"

namespace mlir::cnn {

/// What a function that writes an op works with: the names of its operands, new
/// nodes, constants, and a diagnostic.
class OpWriter {
public:
  OpWriter(GraphWriter &graph, Operation *op);

  Operation *getOp() const { return op; }
  GraphWriter &getGraph() { return graph; }
  int64_t getOpset() const { return graph.getOptions().opset; }

  /// The tensor that holds an operand, or nothing for one that is null.
  Name get(Value value) { return graph.get(value); }

  /// A node with one result.
  Name add(StringRef operatorName, std::vector<Name> inputs,
           NodeAttributes attributes = {});
  /// A node with several.
  std::vector<Name> addMany(StringRef operatorName, std::vector<Name> inputs,
                            NodeAttributes attributes, unsigned results);
  /// A Cast, unless `from` and `to` are the same.
  Name cast(Name value, Type from, Type to);

  /// Constants: a list of integers, an integer, and a number of a type.
  Name integers(ArrayRef<int64_t> values);
  Name integer(int64_t value);
  Name scalar(Type elementType, double value);
  Name constant(ElementsAttr value);

  /// Says which tensor the op's only result is. Always succeeds.
  LogicalResult finish(Name result);

  /// A diagnostic that names the op.
  LogicalResult fail(const Twine &message);
  /// A diagnostic if the opset is below `since`, which `what` needs.
  LogicalResult require(int64_t since, const Twine &what);

private:
  GraphWriter &graph;
  Operation *op;
  std::string hint;
  /// How many nodes there were before.
  int firstNode;
};

/// Rows of the table of ops, one function each.
using ExportFunction = LogicalResult (*)(OpWriter &);

struct ExportRow {
  StringRef op;
  ExportFunction write;
};

namespace detail {
template <typename OpTy, LogicalResult (*write)(OpWriter &, OpTy)>
LogicalResult writeOp(OpWriter &writer) {
  return write(writer, cast<OpTy>(writer.getOp()));
}
} // namespace detail

/// The row of an op that `write` writes.
template <typename OpTy, LogicalResult (*write)(OpWriter &, OpTy)>
ExportRow makeRow() {
  return {OpTy::getOperationName(), &detail::writeOp<OpTy, write>};
}

ArrayRef<ExportRow> getElementwiseRows();
ArrayRef<ExportRow> getIndexingRows();
ArrayRef<ExportRow> getLayerRows();
ArrayRef<ExportRow> getQuantizationRows();
ArrayRef<ExportRow> getReductionRows();
ArrayRef<ExportRow> getSamplingRows();
ArrayRef<ExportRow> getShapeRows();

/// The row of an op, or null.
const ExportRow *findExportRow(StringRef op);

/// Nodes that apply `function` to tensor `x` of `elementType`.
Name writeFunction(OpWriter &writer, FunctionAttr function, Name x,
                   Type elementType);

/// A requantize with the layer that it ends, in ExportRequantize.cpp.
LogicalResult writeRequantize(OpWriter &writer, RequantizeOp op);
/// A diagnostic for quantized integers of 16 bits, which came with opset 21.
LogicalResult checkQuantizedWidth(OpWriter &writer, Value integers);

/// What the nodes of an op read: its operands, or those of the ops that are
/// written together with it; some are null.
SmallVector<Value> getOperandsToWrite(Operation *op, QuantizedForm form);
/// The same for a quantize that is written as one of the operators on integers.
SmallVector<Value> getQuantizedOperands(QuantizeOp op);

inline ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}
inline Type getElement(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

} // namespace mlir::cnn

#endif // CNNC_LIB_EXPORT_OPWRITER_H
