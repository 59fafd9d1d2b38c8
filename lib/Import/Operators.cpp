//===- Operators.cpp - The table of ONNX operators ------------------------===//

#include "Operators.h"

using namespace mlir;
using namespace mlir::cnn;

std::string mlir::cnn::getQualifiedName(StringRef domain, StringRef name) {
  if (domain.empty() || domain == "ai.onnx")
    return name.str();
  return (domain + "." + name).str();
}

std::string OperatorRow::getQualifiedName() const {
  return cnn::getQualifiedName(domain, name);
}

std::vector<const OperatorRow *> mlir::cnn::getOperators() {
  std::vector<const OperatorRow *> operators;
  for (ArrayRef<OperatorRow> rows :
       {getLayerOperators(),         getNormalizationOperators(),
        getElementwiseOperators(),   getLogicOperators(),
        getLossOperators(),          getReductionOperators(),
        getReshapeOperators(),       getSelectionOperators(),
        getIndexingOperators(),      getBoundedOperators(),
        getResizeOperators(),        getConstantOperators(),
        getTableOperators(),         getControlFlowOperators(),
        getSequenceOperators(),      getSamplingOperators(),
        getEinsumOperators(),        getRecurrentOperators(),
        getSignalOperators(),        getQuantizationOperators(),
        getQuantizedLayerOperators()})
    for (const OperatorRow &row : rows)
      operators.push_back(&row);
  return operators;
}
