//===- LayerTable.h - The table of a page -----------------------*- C++ -*-===//

#ifndef CNNC_LIB_REPORT_LAYERTABLE_H
#define CNNC_LIB_REPORT_LAYERTABLE_H

#include "cnnc/Report/Page.h"

namespace mlir::cnn {

/// Prints a row for each layer, and for those that only the network has that is
/// compared; page.js sorts it by what its cells say of themselves.
void printLayerTable(const PageSource &source, llvm::raw_ostream &stream);

} // namespace mlir::cnn

#endif // CNNC_LIB_REPORT_LAYERTABLE_H
