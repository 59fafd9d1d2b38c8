//===- Compare.h - How far two tensors are apart ----------------*- C++ -*-===//

#ifndef CNNC_RUNNER_COMPARE_H
#define CNNC_RUNNER_COMPARE_H

#include "cnnc/Support/Tensor.h"

namespace mlir::cnn {

/// An element is close enough if |actual - expected| <= absolute +
/// relative * |expected|, as in numpy's allclose.
struct Tolerance {
  double relative = 1e-3;
  double absolute = 1e-4;
};

/// The tolerance with `absolute` grown in proportion if the largest number of
/// `expected` is above 10. Rounding errors are relative to what was added, so
/// elements near zero have as large ones as the others: 1e-6 of the largest in
/// float32, which by default may be 1e-5.
Tolerance scaleToLargest(Tolerance tolerance, const Tensor &expected);

struct Comparison {
  /// The largest |actual - expected|; infinite where only one is a number.
  double maxAbsoluteError = 0;
  /// The largest |actual - expected| / |expected| among the elements with
  /// |expected| above the absolute tolerance: below it the ratio says nothing.
  double maxRelativeError = 0;
  /// How many elements are not close enough.
  int64_t differences = 0;
  /// What is wrong, for people; empty if nothing is.
  std::string problem;

  bool isClose() const { return problem.empty(); }
};

/// Compares element by element. NaN equals NaN and an infinity equals itself;
/// anything else with one of them is a difference. So is another element type
/// or shape.
Comparison compare(const Tensor &actual, const Tensor &expected,
                   const Tolerance &tolerance);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_COMPARE_H
