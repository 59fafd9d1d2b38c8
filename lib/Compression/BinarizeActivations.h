//===- BinarizeActivations.h - Convolutions of signs ------------*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_BINARIZEACTIVATIONS_H
#define CNNC_LIB_COMPRESSION_BINARIZEACTIVATIONS_H

#include "cnnc/Compression/Context.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace mlir::cnn {

/// Replaces the two-dimensional convolutions that `layers` names by
/// convolutions of the signs of their inputs with those of their weights. A
/// remark for each says how much the weights differ. Fails, with a diagnostic
/// and nothing changed, if no layer is named or a name names none that can be.
LogicalResult binarizeActivations(func::FuncOp function,
                                  ArrayRef<std::string> layers,
                                  CompressionContext *context);

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_BINARIZEACTIVATIONS_H
