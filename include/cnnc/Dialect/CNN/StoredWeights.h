//===- StoredWeights.h - Weights kept in fewer bits -------------*- C++ -*-===//
//
// A `cnn.cast`, a `cnn.dequantize` or a `cnn.lookup` of a constant to float32
// that has the attribute `cnn.stored` is no arithmetic that somebody may do
// earlier: the compiled network keeps the constant as it is, and widens it when
// it runs.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_DIALECT_CNN_STOREDWEIGHTS_H
#define CNNC_DIALECT_CNN_STOREDWEIGHTS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

#include <optional>
#include <vector>

namespace mlir::cnn {

/// What the weights of a layer are stored as.
struct StoredWeights {
  /// A constant of f16, bf16, i8 or, of codes, ui8.
  Value numbers;
  /// Of i8 a constant of f32 that broadcasts to the numbers, one per output
  /// channel; else null.
  Value scale = {};
  /// Of codes a constant of f32, as `cnn.lookup` has it: one codebook or one
  /// per output channel. Code 0 stands for zero. Else null.
  Value codebook = {};

  /// Of the attribute `cnn.stored`.
  static StringRef getAttributeName();

  /// Nothing if `value` is not computed by an operation with `cnn.stored`, from
  /// constants.
  static std::optional<StoredWeights> get(Value value);

  /// The weights in float32, by an operation with `cnn.stored`.
  Value widen(OpBuilder &builder, Location loc) const;

  /// The weights of `count` output channels from `start` on, which are the
  /// first dimension of the numbers.
  StoredWeights slice(OpBuilder &builder, int64_t start, int64_t count) const;
};

/// `op` has the attribute `cnn.stored`.
bool isStored(Operation *op);

/// The constant weights of a layer as they are stored: the numbers without
/// their scale, or what `getFloats` gives. Nothing if they are not constant.
std::optional<std::vector<float>> getStoredNumbers(Value weights);

/// What the output channels of stored weights need besides their numbers: the
/// scales of integers, the numbers of the channels if codes have a codebook for
/// each. Else empty.
std::vector<float> getStoredScales(Value weights);

} // namespace mlir::cnn

#endif // CNNC_DIALECT_CNN_STOREDWEIGHTS_H
