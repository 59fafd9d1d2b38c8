//===- EmitFunction.h - Functions of one number as operations ---*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_EMITFUNCTION_H
#define CNNC_LIB_CONVERSION_EMITFUNCTION_H

#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {

/// Emits `function(x)` as operations of arith and math. `x` is a float or a
/// vector of floats; relu, clip, abs, neg and sign also take signed integers. A
/// null function is the identity. NaN stays NaN.
Value emitFunction(ImplicitLocOpBuilder &builder, FunctionAttr function,
                   Value x);

/// Emits `kind(lhs, rhs)` of two floats or two signless integers, which are
/// meant without a sign if `isUnsigned`.
Value emitBinary(ImplicitLocOpBuilder &builder, BinaryKind kind, Value lhs,
                 Value rhs, bool isUnsigned);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_EMITFUNCTION_H
