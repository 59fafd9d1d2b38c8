//===- Requantization.h - What follows a sum of integers --------*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_REQUANTIZATION_H
#define CNNC_LIB_CONVERSION_REQUANTIZATION_H

#include "EmitQuantized.h"

#include "cnnc/Dialect/CNN/CNN.h"

namespace mlir::cnn {

/// Narrows `range`, which is that of the result of `op`, by the maxima and
/// minima with one number that follow, each the only user of what is before it;
/// returns these in order.
SmallVector<BinaryOp> takeLimits(RequantizeOp op, IntegerRange &range);

/// How a layer's sums of 32 bits become quantized integers, which a kernel does
/// to them before it stores them.
struct Requantization {
  RequantizeOp op;
  /// Limits that follow, and are in `range`.
  SmallVector<BinaryOp> limits;
  /// What brings the sums into another shape before; often nothing.
  Operation *reshape = nullptr;
  /// One for each channel.
  std::vector<float> multipliers;
  int64_t zeroPoint = 0;
  IntegerRange range;

  /// The last of the ops.
  Operation *getLast() {
    return limits.empty() ? op.getOperation() : limits.back().getOperation();
  }

  /// What requantizes `sums`, an image N x C x ..., if that is all that uses
  /// them and its parameters are constants, of the scales one or one per
  /// channel.
  static std::optional<Requantization> get(Value sums);
};

/// A constant of one number per channel, and zeros that fill the last block of
/// `lanes` channels.
Value createChannelVector(OpBuilder &builder, Location loc,
                          ArrayRef<float> values, int64_t lanes);
Value createChannelVector(OpBuilder &builder, Location loc,
                          ArrayRef<int32_t> values, int64_t lanes);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_REQUANTIZATION_H
