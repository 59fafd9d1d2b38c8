//===- EmitQuantized.h - Floats as quantized integers -----------*- C++ -*-===//
//
// The arithmetic of docs/Quantization.md on numbers and on vectors of them.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_CONVERSION_EMITQUANTIZED_H
#define CNNC_LIB_CONVERSION_EMITQUANTIZED_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {

/// The product of floats, rounded once, whatever it is added to.
Value emitRoundedProduct(ImplicitLocOpBuilder &builder, Value x, Value y);

/// The integers from `least` to `largest` of `width` bits that floats become.
struct IntegerRange {
  int64_t least, largest;
  unsigned width;

  /// All integers of a type.
  static IntegerRange get(IntegerType type);
};

/// clamp(round(x) + zeroPoint), where x is of float32, `round` is to even and
/// `zeroPoint` is an integer of the range with its width. Integers are
/// signless; x and the result may be vectors. NaN becomes the least integer.
Value emitQuantized(ImplicitLocOpBuilder &builder, Value x, int64_t zeroPoint,
                    IntegerRange range);

/// The same for a zero point that may be computed; `isUnsigned` says what it
/// means.
Value emitQuantized(ImplicitLocOpBuilder &builder, Value x, Value zeroPoint,
                    bool isUnsigned, IntegerRange range);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_EMITQUANTIZED_H
