//===- EmitFunction.h - Functions of one number as operations ---*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_EMITFUNCTION_H
#define CNNC_LIB_CONVERSION_EMITFUNCTION_H

#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {

/// Emits `function(x)` as operations of arith and math. `x` is a float or a
/// vector of floats. A null function is the identity. NaN stays NaN.
Value emitFunction(ImplicitLocOpBuilder &builder, FunctionAttr function,
                   Value x);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_EMITFUNCTION_H
