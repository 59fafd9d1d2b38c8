//===- Equalize.h - Channels of similar ranges ------------------*- C++ -*-===//

#ifndef CNNC_LIB_QUANTIZATION_EQUALIZE_H
#define CNNC_LIB_QUANTIZATION_EQUALIZE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::cnn {

/// Scales the channels between two layers such that both have weights of the
/// same magnitude in each, where nothing but functions with f(a x) = a f(x) for
/// a > 0 stands between them. The network computes the same but for rounding.
void equalize(func::FuncOp function);

} // namespace mlir::cnn

#endif // CNNC_LIB_QUANTIZATION_EQUALIZE_H
