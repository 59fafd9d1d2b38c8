//===- GraphWriter.h - The ONNX graph that is written -----------*- C++ -*-===//

#ifndef CNNC_LIB_EXPORT_GRAPHWRITER_H
#define CNNC_LIB_EXPORT_GRAPHWRITER_H

#include "NodeAttribute.h"

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Export/Export.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::cnn {

/// A tensor of the graph by name; an input that is left out is empty.
using Name = std::string;

/// The ONNX number of an element type.
int32_t getDataType(ElementType type);
int32_t getDataType(Type elementType);

/// The domain of ONNX Runtime's own operators.
inline constexpr StringLiteral microsoftDomain = "com.microsoft";

/// A node: its operator, behind "domain." unless that is ai.onnx.
struct NodeDescription {
  StringRef operatorName;
  std::vector<Name> inputs;
  NodeAttributes attributes;
  /// Results: how many, and which are given a name at all.
  unsigned results = 1;
};

/// Collects nodes, constants and the names of values.
class GraphWriter {
public:
  GraphWriter(onnx::GraphProto &proto, const ExportOptions &options)
      : proto(proto), options(options) {}

  const ExportOptions &getOptions() const { return options; }
  onnx::GraphProto &getProto() { return proto; }

  /// `hint`, or with a number behind it what no tensor or node is called yet.
  Name makeUnique(StringRef hint);
  /// Keeps a name for an input or output of the graph.
  void reserve(StringRef name) { names.insert(name); }

  /// The tensor that holds `value`; constants become initializers.
  Name get(Value value);
  void set(Value value, StringRef name) { tensors[value] = name.str(); }
  /// The tensor of the rows of `value` that are valid, where only a part is.
  void setValidPart(Value value, StringRef name) {
    validParts[value] = name.str();
  }
  Name getValidPart(Value value) const { return validParts.lookup(value); }
  /// Values that nodes or outputs read, all of whose rows are wanted.
  void setRead(Value value) { readValues.insert(value); }
  bool isRead(Value value) const { return readValues.contains(value); }
  /// What `value` must be called since it is an output of the graph.
  void setOutputName(Value value, StringRef name);
  StringRef getOutputName(Value value) const;

  /// An initializer, shared by all that want the same constant.
  Name addConstant(ElementsAttr constant, StringRef hint);
  /// The names of the results of a new node; its own name is the first's.
  std::vector<Name> addNode(const NodeDescription &node, StringRef hint);
  /// Gives the result `from` of the last node another name.
  void renameLast(StringRef from, StringRef to);

  /// What will be the data of initializers, by name.
  const llvm::MapVector<Attribute, Name> &getConstants() const {
    return constants;
  }
  bool usesMicrosoftDomain() const { return microsoft; }

private:
  Name addSplat(ElementsAttr constant, StringRef hint);

  onnx::GraphProto &proto;
  const ExportOptions &options;
  llvm::StringSet<> names;
  /// How many were called like a hint.
  llvm::StringMap<int64_t> counts;
  llvm::DenseMap<Value, Name> tensors;
  llvm::DenseMap<Value, Name> outputNames, validParts;
  llvm::DenseSet<Value> readValues;
  llvm::MapVector<Attribute, Name> constants;
  llvm::DenseMap<Attribute, Name> splats;
  bool microsoft = false;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_EXPORT_GRAPHWRITER_H
