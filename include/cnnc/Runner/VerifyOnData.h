//===- VerifyOnData.h - What passes change in a network's results -*- C++
//-*-===//

#ifndef CNNC_RUNNER_VERIFYONDATA_H
#define CNNC_RUNNER_VERIFYONDATA_H

#include "cnnc/Calibration/Options.h"

#include "mlir/Pass/PassManager.h"

#include <atomic>

namespace mlir::cnn {

/// Runs the networks that a pass manager changes before the first pass and
/// after each, as long as they are `cnn`, and compares the results. An error is
/// relative: the root mean square of the difference, over that of what is
/// expected; of several outputs the largest.
class DataVerification {
public:
  /// What a pass that changes results by rounding only may change them by.
  static constexpr double allowedError = 1e-4;
  /// How many images are used if the options do not say it.
  static constexpr int64_t defaultCount = 16;

  /// Without images in `options` the inputs are pseudo-random numbers.
  /// `isApproximate` says of the argument of a pass that its results may be
  /// others.
  DataVerification(CalibrationOptions options,
                   std::function<bool(StringRef)> isApproximate);

  /// Compares what the passes of `manager` do. Rows of a table go to `stream`;
  /// both, and this object, live as long as the manager.
  void addTo(PassManager &manager, llvm::raw_ostream &stream);

  /// A pass that is not approximate changed a result by more than is allowed,
  /// or a network could not be run; an error at the function says which.
  bool hasFailed() const { return failed; }

private:
  class Instrumentation;

  CalibrationOptions options;
  std::function<bool(StringRef)> isApproximate;
  std::atomic<bool> failed = false;
};

} // namespace mlir::cnn

#endif // CNNC_RUNNER_VERIFYONDATA_H
