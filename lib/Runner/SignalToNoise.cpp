//===- SignalToNoise.cpp - How much of a tensor is error ------------------===//

#include "cnnc/Runner/SignalToNoise.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <limits>

using namespace mlir::cnn;
using llvm::ArrayRef;

void SignalToNoise::add(ArrayRef<double> expected, ArrayRef<double> actual) {
  for (auto [reference, value] : llvm::zip_equal(expected, actual)) {
    if (std::isfinite(reference) && std::isfinite(value)) {
      double error = std::fabs(reference - value);
      maxError = std::max(maxError, error);
      errorSquares += error * error;
      expectedSquares += reference * reference;
      actualSquares += value * value;
      products += reference * value;
    } else if (reference != value &&
               !(std::isnan(reference) && std::isnan(value))) {
      maxError = errorSquares = std::numeric_limits<double>::infinity();
    }
  }
}

double SignalToNoise::getDecibels() const {
  if (errorSquares == 0)
    return std::numeric_limits<double>::infinity();
  return 10 * std::log10(expectedSquares / errorSquares);
}

double SignalToNoise::getCosine() const {
  if (expectedSquares == 0 || actualSquares == 0)
    return expectedSquares == actualSquares ? 1 : 0;
  return products / std::sqrt(expectedSquares) / std::sqrt(actualSquares);
}
