//===- Compare.cpp - How far two tensors are apart ------------------------===//

#include "cnnc/Runner/Compare.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <limits>

using namespace mlir::cnn;
using llvm::ArrayRef;

namespace {

/// |actual - expected|, where NaN equals NaN and an infinity equals itself.
double getAbsoluteError(double actual, double expected) {
  if (actual == expected || (std::isnan(actual) && std::isnan(expected)))
    return 0;
  double error = std::fabs(actual - expected);
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

/// "[0, 3, 7]" for the element at `position` in row-major order.
void printIndex(int64_t position, ArrayRef<int64_t> shape,
                llvm::raw_ostream &stream) {
  llvm::SmallVector<int64_t> index(shape.size());
  for (size_t i = shape.size(); i-- > 0; position /= shape[i])
    index[i] = position % shape[i];
  stream << '[';
  llvm::interleaveComma(index, stream);
  stream << ']';
}

} // namespace

Tolerance mlir::cnn::scaleToLargest(Tolerance tolerance,
                                    const Tensor &expected) {
  double largest = 10;
  for (double value : expected.toDoubles())
    if (std::isfinite(value))
      largest = std::max(largest, std::fabs(value));
  tolerance.absolute *= largest / 10;
  return tolerance;
}

Comparison mlir::cnn::compare(const Tensor &actual, const Tensor &expected,
                              const Tolerance &tolerance) {
  Comparison result;
  llvm::raw_string_ostream problem(result.problem);
  if (actual.getType() != expected.getType() ||
      actual.getShape() != expected.getShape()) {
    problem << "expected " << describe(expected) << ", got "
            << describe(actual);
    return result;
  }
  std::vector<double> actuals = actual.toDoubles();
  std::vector<double> expecteds = expected.toDoubles();
  double worst = -1;
  int64_t worstPosition = 0;
  for (size_t i = 0; i < actuals.size(); ++i) {
    double error = getAbsoluteError(actuals[i], expecteds[i]);
    if (error == 0)
      continue;
    double magnitude = std::fabs(expecteds[i]);
    result.maxAbsoluteError = std::max(result.maxAbsoluteError, error);
    if (magnitude > tolerance.absolute)
      result.maxRelativeError =
          std::max(result.maxRelativeError,
                   std::isinf(error) ? error : error / magnitude);
    // An infinity is no more than an infinite tolerance, hence the isinf.
    if (error <= tolerance.absolute + tolerance.relative * magnitude &&
        !std::isinf(error))
      continue;
    ++result.differences;
    if (error > worst) {
      worst = error;
      worstPosition = i;
    }
  }
  if (result.differences) {
    problem << result.differences << " of " << actuals.size()
            << " elements differ; at ";
    printIndex(worstPosition, expected.getShape(), problem);
    problem << " expected " << llvm::format("%.9g", expecteds[worstPosition])
            << ", got " << llvm::format("%.9g", actuals[worstPosition]);
  }
  return result;
}
