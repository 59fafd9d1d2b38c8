//===- Sizes.h - What the constants of a network take -----------*- C++ -*-===//

#ifndef CNNC_ANALYSIS_SIZES_H
#define CNNC_ANALYSIS_SIZES_H

#include "cnnc/Analysis/TextTable.h"
#include "cnnc/Support/CompressedWeights.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace mlir::cnn {

/// The constants of a layer.
struct LayerSizes {
  /// The ONNX node, and what computes it.
  std::string layer, op;
  int64_t elements = 0;
  /// Of which some bit is set.
  int64_t nonzero = 0;
  CompressedSizes sizes;
};

/// The layers that have constants, in the order of the network. A constant of
/// several layers counts as the first one's.
std::vector<LayerSizes> measureSizes(ModuleOp module);

/// The sum of all layers, with what a block of compressed weights takes beside
/// them.
LayerSizes getTotal(llvm::ArrayRef<LayerSizes> layers);

/// Prints the layers and their sum.
void printSizes(llvm::StringRef model, llvm::ArrayRef<LayerSizes> layers,
                ReportFormat format, llvm::raw_ostream &stream);

} // namespace mlir::cnn

#endif // CNNC_ANALYSIS_SIZES_H
