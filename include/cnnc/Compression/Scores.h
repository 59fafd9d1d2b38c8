//===- Scores.h - Which weights and channels matter least -------*- C++ -*-===//
//
// Plain maths on weights by rows: output channels of `size` weights each.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_COMPRESSION_SCORES_H
#define CNNC_COMPRESSION_SCORES_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mlir::cnn {

/// The mean magnitude of each row of `size` weights.
std::vector<double> getMeanMagnitudes(llvm::ArrayRef<float> weights,
                                      int64_t size);

/// The sum of the Euclidean distances of each row to all others: what is near
/// the geometric median can be replaced by the others. He et al., "Filter
/// Pruning via Geometric Median for Deep Convolutional Neural Networks
/// Acceleration" (2019), equation 8.
std::vector<double> getMedianDistances(llvm::ArrayRef<float> weights,
                                       int64_t size);

/// Divides by the mean, so that scores of different layers can be compared; all
/// zeros stay.
void normalize(std::vector<double> &scores);

/// A mask of `weights`: 0 for the `count` smallest magnitudes, of equal ones
/// the first, 1 for others.
std::vector<char> maskSmallest(llvm::ArrayRef<float> weights, int64_t count);

/// Weights that are kept of consecutive ones.
struct KeptPattern {
  /// `kept` of `of` stay, those of the largest magnitude. A last group that is
  /// shorter keeps that many, too.
  int64_t kept, of;
};

/// N:M sparsity along the inputs: of the weights of one output channel and tap
/// for `of` consecutive input channels, `kept` stay. Row-major [rows, inputs,
/// taps]. Mishra et al., "Accelerating Sparse Deep Neural Networks" (2021).
std::vector<char> maskPattern(llvm::ArrayRef<float> weights, int64_t inputs,
                              int64_t taps, KeptPattern pattern);

/// Blocks of `length` output channels that have one weight each, of the same
/// input and tap: the share `sparsity` of the blocks with the smallest sums of
/// magnitudes goes. Row-major [rows, size].
std::vector<char> maskBlocks(llvm::ArrayRef<float> weights, int64_t size,
                             int64_t length, double sparsity);

} // namespace mlir::cnn

#endif // CNNC_COMPRESSION_SCORES_H
