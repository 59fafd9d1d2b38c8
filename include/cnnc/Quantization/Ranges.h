//===- Ranges.h - Which numbers integers should stand for -------*- C++ -*-===//
//
// Plain maths: what was seen of a tensor, the range that is worth representing,
// and the scale and zero point that follow from it.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_QUANTIZATION_RANGES_H
#define CNNC_QUANTIZATION_RANGES_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mlir::cnn {

/// The numbers from `low` to `high`, in the unit of the tensor.
struct NumberRange {
  double low = 0, high = 0;

  /// The smallest range that has both.
  NumberRange join(const NumberRange &other) const;
};

/// Integers from `least` to `largest`; a symmetric format has no zero point.
struct NumberFormat {
  int64_t least = 0, largest = 255;
  bool isSymmetric = false;

  int64_t countLevels() const { return largest - least + 1; }
};

/// The integer q stands for (q - zeroPoint) * scale.
struct QuantizationParameters {
  float scale = 1;
  int64_t zeroPoint = 0;

  bool operator==(const QuantizationParameters &other) const {
    return scale == other.scale && zeroPoint == other.zeroPoint;
  }
};

/// The parameters with which `format` covers `range` and represents 0 exactly.
/// Jacob et al., "Quantization and Training of Neural Networks for Efficient
/// Integer-Arithmetic-Only Inference" (2018), section 3. A range of zeros has
/// the scale 1.
QuantizationParameters getParameters(const NumberRange &range,
                                     const NumberFormat &format);

/// How often numbers other than 0, which all integers represent exactly,
/// occurred: bins of equal width, one of which begins at 0. The width doubles
/// when a number is outside, and depends on the largest magnitude only, not on
/// the order of the numbers.
class Histogram {
public:
  /// Bins on each side of 0.
  static constexpr int64_t binsPerSide = 2048;

  Histogram() : counts(2 * binsPerSide, 0) {}

  /// Counts numbers, which are finite.
  void add(llvm::ArrayRef<float> values);

  double getWidth() const { return width; }
  /// The bin from (i - binsPerSide) * width on.
  llvm::ArrayRef<int64_t> getCounts() const { return counts; }
  double getCenter(int64_t bin) const {
    return (static_cast<double>(bin - binsPerSide) + 0.5) * width;
  }
  /// How many numbers there were, those that are 0 too.
  int64_t getTotal() const { return total; }

private:
  void grow(double magnitude);

  std::vector<int64_t> counts;
  double width = 0;
  int64_t total = 0;
};

/// How a range follows from what was seen.
enum class RangeMethod {
  /// From the smallest number to the largest.
  MinMax,
  /// The same of each image, averaged exponentially; Jacob et al. (2018),
  /// section 3.1.
  MovingAverage,
  /// Without the largest and the smallest numbers, some share of each; Wu et
  /// al., "Integer Quantization for Deep Learning Inference" (2020), section
  /// 3.3.
  Percentile,
  /// The least Kullback-Leibler divergence between the distributions before
  /// and after quantization; Migacz, "8-bit Inference with TensorRT" (2017).
  Entropy,
  /// The least mean squared error; Nagel et al., "A White Paper on Neural
  /// Network Quantization" (2021), section 3.1.
  MeanSquaredError,
};

struct RangeOptions {
  RangeMethod method = RangeMethod::MeanSquaredError;
  /// Of Percentile: how much of the numbers lies below the high end, and above
  /// the low end, in percent.
  double percentile = 99.99;
  /// Of MovingAverage: the weight of what was seen before.
  double momentum = 0.9;
};

/// What was seen of one tensor.
class Observer {
public:
  /// Adds the elements of one image. False if one is no finite number; then
  /// nothing is added.
  bool add(llvm::ArrayRef<float> values, double momentum);

  /// The range that integers of `format` should stand for. It has 0.
  NumberRange getRange(const NumberFormat &format,
                       const RangeOptions &options) const;

  const Histogram &getHistogram() const { return histogram; }

private:
  Histogram histogram;
  NumberRange seen, average;
  bool isEmpty = true;
};

/// The range without `100 - percentile` percent of the numbers at each end.
NumberRange getPercentileRange(const Histogram &histogram, double percentile);

/// The largest magnitude that `levels` integers for magnitudes should reach, by
/// entropy.
double getEntropyThreshold(const Histogram &histogram, int64_t levels);

/// The part of `seen` whose quantization to `format` has the least mean squared
/// error: of a number inside, the square of a step over 12.
NumberRange getLeastSquaresRange(const Histogram &histogram,
                                 const NumberRange &seen,
                                 const NumberFormat &format);

} // namespace mlir::cnn

#endif // CNNC_QUANTIZATION_RANGES_H
