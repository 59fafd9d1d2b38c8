//===- MultiplyAdds.h - What the layers of a network multiply ---*- C++ -*-===//

#ifndef CNNC_ANALYSIS_MULTIPLYADDS_H
#define CNNC_ANALYSIS_MULTIPLYADDS_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::cnn {

/// The multiply-adds of all convolutions and products of matrices for one image
/// (an open batch is one image), in floats or integers: those of direct sums,
/// with products of pads and of weights that are zero.
double countMultiplyAdds(ModuleOp module);

} // namespace mlir::cnn

#endif // CNNC_ANALYSIS_MULTIPLYADDS_H
