//===- Diagnostics.h - Messages as users read them --------------*- C++ -*-===//

#ifndef CNNC_PIPELINE_DIAGNOSTICS_H
#define CNNC_PIPELINE_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"

namespace mlir::cnn {

/// Where something is as users know it, with a colon behind: "model.mlir:3:8: "
/// or "at 'conv1': "; nothing for an unknown location.
std::string describeLocation(Location location);

/// Prints a diagnostic whose location is the name of an ONNX node, with its
/// notes, as "error: at 'conv1': ...". Returns false, having printed nothing,
/// for a diagnostic at a position in a file, which MLIR prints with the line.
bool printAtNode(Diagnostic &diagnostic, llvm::raw_ostream &stream);

} // namespace mlir::cnn

#endif // CNNC_PIPELINE_DIAGNOSTICS_H
