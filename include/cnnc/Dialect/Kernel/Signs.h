//===- Signs.h - Words of signs in integer convolutions ---------*- C++ -*-===//

#ifndef CNNC_DIALECT_KERNEL_SIGNS_H
#define CNNC_DIALECT_KERNEL_SIGNS_H

#include "cnnc/Dialect/Kernel/Kernel.h"

namespace mlir::kernel {

/// Bits of a word, each of which says something of one channel.
constexpr int64_t wordBits = 32;

/// Input and filter are words of bits, and sums count channels whose sign is
/// not that of the weight:
///   s = bias + sum over words, u, v of
///         popcount(isNotZero & (isPositive ^ filter))
/// The input is N x 2*W x H x W' x 1 of i32: W blocks of words say which
/// channels are positive, W more which are not zero. The filter has W blocks of
/// one lane and one term, whose bits are 1 for positive weights.
bool hasSigns(ConvIntegerOp op);

/// Input channels of a group, with those that fill up its last block or word.
int64_t getGroupChannels(ConvIntegerOp op);

} // namespace mlir::kernel

#endif // CNNC_DIALECT_KERNEL_SIGNS_H
