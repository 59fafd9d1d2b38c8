//===- Scale.h - Numbers along an axis --------------------------*- C++ -*-===//

#ifndef CNNC_LIB_REPORT_SCALE_H
#define CNNC_LIB_REPORT_SCALE_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace mlir::cnn {

/// A quantity in three digits with an SI prefix and its unit: "4.09 G",
/// "9.63 MB", "0".
std::string describeQuantity(double value, StringRef unit = "");

/// Places on a line, in pixels.
struct Extent {
  double begin, end;
};

/// Maps numbers to places on an axis, and knows round numbers to label.
class Scale {
public:
  /// From 0 to a label at or above `last`, with at most so many steps between
  /// labels.
  static Scale getLinear(double last, Extent pixels, int64_t most = 5);
  /// From 0 to `last`, with integers as labels.
  static Scale getWhole(double last, Extent pixels, int64_t most = 12);
  /// Powers of ten, and 2 and 5 times these if there are few. Ends are those
  /// given, which are greater than 0.
  static Scale getLogarithmic(double first, double last, Extent pixels);

  double getPosition(double value) const;
  ArrayRef<double> getTicks() const { return ticks; }
  double getFirst() const { return first; }
  double getLast() const { return last; }
  Extent getPixels() const { return pixels; }

private:
  Scale(double first, double last, Extent pixels, bool isLogarithmic)
      : first(first), last(last), pixels(pixels), isLogarithmic(isLogarithmic) {
  }

  double first, last;
  Extent pixels;
  bool isLogarithmic;
  std::vector<double> ticks;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_REPORT_SCALE_H
