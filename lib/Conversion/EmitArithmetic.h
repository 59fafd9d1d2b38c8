//===- EmitArithmetic.h - Functions of numbers as operations ----*- C++ -*-===//
//
// What cnn ops compute of each element, as operations of arith and math. All
// integers are signless, so what depends on a sign is told the type that the
// elements have in cnn. Nothing is undefined: quotients by zero, shifts by too
// many bits and numbers out of range have the value that the op says.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_CONVERSION_EMITARITHMETIC_H
#define CNNC_LIB_CONVERSION_EMITARITHMETIC_H

#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {

/// True if numbers of `type` are never negative: unsigned and truth values.
bool isUnsigned(Type type);

/// A function of integers of `type`, which may be i1.
Value emitIntegerFunction(ImplicitLocOpBuilder &builder, FunctionAttr function,
                          Type type, Value x);

Value emitBinary(ImplicitLocOpBuilder &builder, BinaryKind kind, Type type,
                 ValueRange operands);

/// A truth value.
Value emitCompare(ImplicitLocOpBuilder &builder, CompareKind kind, Type type,
                  ValueRange operands);

/// The larger (`isMax`) or smaller of two numbers. A NaN wins.
Value emitExtremum(ImplicitLocOpBuilder &builder, bool isMax, Type type,
                   ValueRange operands);

/// `x`, which was of type `from`, as a number of the meaning of `to`.
Value emitCast(ImplicitLocOpBuilder &builder, Type from, Type to, Value x);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_EMITARITHMETIC_H
