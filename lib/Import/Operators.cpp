//===- Operators.cpp - The table of ONNX operators ------------------------===//

#include "Operators.h"

using namespace mlir;
using namespace mlir::cnn;

std::vector<const OperatorRow *> mlir::cnn::getOperators() {
  std::vector<const OperatorRow *> operators;
  for (ArrayRef<OperatorRow> rows :
       {getLayerOperators(), getNormalizationOperators(),
        getElementwiseOperators(), getReductionOperators(),
        getReshapeOperators(), getSelectionOperators(), getResizeOperators(),
        getConstantOperators()})
    for (const OperatorRow &row : rows)
      operators.push_back(&row);
  return operators;
}
