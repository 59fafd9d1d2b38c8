//===- SignalToNoise.h - How much of a tensor is error ----------*- C++ -*-===//

#ifndef CNNC_RUNNER_SIGNALTONOISE_H
#define CNNC_RUNNER_SIGNALTONOISE_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace mlir::cnn {

/// Sums over pairs of tensors of equal size.
class SignalToNoise {
public:
  /// Adds the elements of a pair. Elements that are equal, or both NaN, have no
  /// error; where only one is a finite number, the error is infinite.
  void add(llvm::ArrayRef<double> expected, llvm::ArrayRef<double> actual);

  /// 10 log10(sum expected^2 / sum (expected - actual)^2), in decibels:
  /// infinite without an error, minus infinity where the error is infinite or
  /// all that was expected is 0.
  double getDecibels() const;

  /// The largest |expected - actual|.
  double getMaxError() const { return maxError; }

  /// The cosine of the angle between the tensors, taken as vectors: 1 for the
  /// same direction, 0 if only one of them is 0. Of finite elements.
  double getCosine() const;

private:
  double expectedSquares = 0, actualSquares = 0, products = 0;
  double errorSquares = 0, maxError = 0;
};

} // namespace mlir::cnn

#endif // CNNC_RUNNER_SIGNALTONOISE_H
