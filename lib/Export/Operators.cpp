//===- Operators.cpp - The table of ops that can be written ---------------===//

#include "OpWriter.h"

#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlir::cnn;

static const llvm::StringMap<const ExportRow *> &getTable() {
  static const llvm::StringMap<const ExportRow *> table = [] {
    llvm::StringMap<const ExportRow *> rows;
    for (ArrayRef<ExportRow> family :
         {getElementwiseRows(), getIndexingRows(), getLayerRows(),
          getQuantizationRows(), getReductionRows(), getSamplingRows(),
          getShapeRows()})
      for (const ExportRow &row : family)
        rows[row.op] = &row;
    return rows;
  }();
  return table;
}

const ExportRow *mlir::cnn::findExportRow(StringRef op) {
  return getTable().lookup(op);
}

std::vector<std::string> mlir::cnn::listExportedOps() {
  std::vector<std::string> names;
  for (StringRef name : getTable().keys())
    names.push_back(name.str());
  llvm::sort(names);
  return names;
}
