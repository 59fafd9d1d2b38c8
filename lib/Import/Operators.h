//===- Operators.h - The table of ONNX operators ----------------*- C++ -*-===//
//
// One row per operator. docs/Operators.md lists the same names with what is
// refused; a test compares the two.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_IMPORT_OPERATORS_H
#define CNNC_LIB_IMPORT_OPERATORS_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace mlir::cnn {

class Node;

using ImportFunction = LogicalResult (*)(Node &);

struct OperatorRow {
  StringRef name;
  /// The opset that introduced the operator.
  int64_t since;
  /// Emits ops; null if the operator is only evaluated.
  ImportFunction import;
  /// Computes the result while importing if all inputs are known; may be null.
  ImportFunction evaluate = nullptr;
  /// The last opset that has the operator.
  int64_t last = 22;
  /// Empty for ai.onnx, whose opset `since` and `last` are.
  StringRef domain = "";

  /// What the operator is called by users: behind its domain, if it has one.
  std::string getQualifiedName() const;
};

inline constexpr int64_t firstOpset = 1;
inline constexpr int64_t lastOpset = 22;

ArrayRef<OperatorRow> getLayerOperators();
ArrayRef<OperatorRow> getNormalizationOperators();
ArrayRef<OperatorRow> getElementwiseOperators();
ArrayRef<OperatorRow> getLogicOperators();
ArrayRef<OperatorRow> getLossOperators();
ArrayRef<OperatorRow> getReductionOperators();
ArrayRef<OperatorRow> getReshapeOperators();
ArrayRef<OperatorRow> getSelectionOperators();
ArrayRef<OperatorRow> getIndexingOperators();
ArrayRef<OperatorRow> getBoundedOperators();
ArrayRef<OperatorRow> getResizeOperators();
ArrayRef<OperatorRow> getSamplingOperators();
ArrayRef<OperatorRow> getEinsumOperators();
ArrayRef<OperatorRow> getRecurrentOperators();
ArrayRef<OperatorRow> getSignalOperators();
ArrayRef<OperatorRow> getConstantOperators();
ArrayRef<OperatorRow> getControlFlowOperators();
ArrayRef<OperatorRow> getSequenceOperators();
ArrayRef<OperatorRow> getTableOperators();
ArrayRef<OperatorRow> getQuantizationOperators();
ArrayRef<OperatorRow> getQuantizedLayerOperators();

/// The name of an operator behind its domain, unless that is ai.onnx.
std::string getQualifiedName(StringRef domain, StringRef name);

/// All rows, by name.
std::vector<const OperatorRow *> getOperators();

/// Evaluations, which fail without an error where the result is too large to be
/// evaluated while importing, in Evaluate.cpp and EvaluateShapes.cpp.
LogicalResult evaluateUnary(Node &node);
LogicalResult evaluateBinary(Node &node);
LogicalResult evaluateWhere(Node &node);
LogicalResult evaluateReduce(Node &node);
LogicalResult evaluateRange(Node &node);
LogicalResult evaluateCast(Node &node);
LogicalResult evaluateConcat(Node &node);
LogicalResult evaluateGather(Node &node);
LogicalResult evaluateSlice(Node &node);
LogicalResult evaluateSplit(Node &node);
LogicalResult evaluateExpand(Node &node);

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_OPERATORS_H
