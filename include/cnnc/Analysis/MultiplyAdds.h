//===- MultiplyAdds.h - What the layers of a network compute ----*- C++ -*-===//

#ifndef CNNC_ANALYSIS_MULTIPLYADDS_H
#define CNNC_ANALYSIS_MULTIPLYADDS_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::cnn {

/// The elements of a tensor for one image: an open batch is 1.
int64_t countElements(Value value);

/// The multiply-adds of a convolution or a product of matrices for one image
/// (an open batch is one image), in floats or integers: those of direct sums,
/// with products of pads and of weights that are zero. 0 for other ops.
double countMultiplyAdds(Operation *op);

/// The sum over all ops.
double countMultiplyAdds(ModuleOp module);

/// The operations of an op for one image: two for a multiply-add, the bias
/// being where its sum starts, and what docs/Reports.md lists for other ops. A
/// function of one number, a comparison and a division are one. Ops that only
/// move elements or look for them have none.
double countOperations(Operation *op);

} // namespace mlir::cnn

#endif // CNNC_ANALYSIS_MULTIPLYADDS_H
