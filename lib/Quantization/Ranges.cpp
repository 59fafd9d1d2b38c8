//===- Ranges.cpp - Which numbers integers should stand for ---------------===//

#include "cnnc/Quantization/Ranges.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir::cnn;
using llvm::ArrayRef;

NumberRange NumberRange::join(const NumberRange &other) const {
  return {std::min(low, other.low), std::max(high, other.high)};
}

QuantizationParameters mlir::cnn::getParameters(const NumberRange &range,
                                                const NumberFormat &format) {
  NumberRange whole = range.join({0, 0});
  double least = format.least, largest = format.largest;
  double scale = format.isSymmetric
                     ? std::max(-whole.low, whole.high) / largest
                     : (whole.high - whole.low) / (largest - least);
  QuantizationParameters parameters;
  if (scale > 0)
    parameters.scale =
        std::max(static_cast<float>(scale), std::numeric_limits<float>::min());
  if (format.isSymmetric)
    return parameters;
  double zero = std::nearbyint(least - whole.low / parameters.scale);
  parameters.zeroPoint = static_cast<int64_t>(std::clamp(zero, least, largest));
  return parameters;
}

//===----------------------------------------------------------------------===//
// What was seen
//===----------------------------------------------------------------------===//

void Histogram::grow(double magnitude) {
  if (width == 0) {
    // A power of two, so that every width is one and bins merge exactly.
    width = std::ldexp(1.0, std::ilogb(magnitude)) / binsPerSide;
  }
  while (magnitude >= width * binsPerSide) {
    std::vector<int64_t> merged(counts.size(), 0);
    constexpr int64_t half = binsPerSide / 2;
    for (auto [i, count] : llvm::enumerate(counts))
      merged[half + static_cast<int64_t>(i) / 2] += count;
    counts = std::move(merged);
    width *= 2;
  }
}

void Histogram::add(ArrayRef<float> values) {
  double magnitude = 0;
  for (float value : values)
    magnitude = std::max(magnitude, std::fabs(static_cast<double>(value)));
  total += values.size();
  if (magnitude == 0)
    return;
  grow(magnitude);
  double perBin = 1 / width;
  for (float value : values)
    if (value != 0)
      ++counts[binsPerSide + static_cast<int64_t>(std::floor(value * perBin))];
}

bool Observer::add(ArrayRef<float> values, double momentum) {
  NumberRange range;
  for (float value : values) {
    if (!std::isfinite(value))
      return false;
    range = range.join({value, value});
  }
  histogram.add(values);
  seen = seen.join(range);
  if (isEmpty)
    average = range;
  average = {momentum * average.low + (1 - momentum) * range.low,
             momentum * average.high + (1 - momentum) * range.high};
  isEmpty = false;
  return true;
}

NumberRange Observer::getRange(const NumberFormat &format,
                               const RangeOptions &options) const {
  auto cutTo = [&](const NumberRange &range) {
    return NumberRange{std::max(seen.low, range.low),
                       std::min(seen.high, range.high)};
  };
  switch (options.method) {
  case RangeMethod::MinMax:
    return seen;
  case RangeMethod::MovingAverage:
    return average;
  case RangeMethod::Percentile:
    return cutTo(getPercentileRange(histogram, options.percentile));
  case RangeMethod::Entropy: {
    // Numbers of both signs share the integers.
    bool hasSign = seen.low < 0 || format.isSymmetric;
    int64_t levels = format.countLevels() / (hasSign ? 2 : 1);
    double threshold = getEntropyThreshold(histogram, levels);
    return cutTo({-threshold, threshold});
  }
  case RangeMethod::MeanSquaredError:
    return getLeastSquaresRange(histogram, seen, format);
  }
  return seen;
}

//===----------------------------------------------------------------------===//
// Estimators
//===----------------------------------------------------------------------===//

NumberRange mlir::cnn::getPercentileRange(const Histogram &histogram,
                                          double percentile) {
  ArrayRef<int64_t> counts = histogram.getCounts();
  double outside = histogram.getTotal() * (100 - percentile) / 100;
  // Zeros, which are in no bin, are inside.
  auto countCut = [&](auto bins) {
    double passed = 0;
    int64_t cut = 0;
    for (int64_t count : bins) {
      passed += count;
      if (passed > outside)
        break;
      ++cut;
    }
    return std::min(cut, Histogram::binsPerSide);
  };
  double reach = histogram.getWidth() * Histogram::binsPerSide;
  return {-reach + countCut(counts) * histogram.getWidth(),
          reach - countCut(llvm::reverse(counts)) * histogram.getWidth()};
}

namespace {

/// KL(P || Q), where P are the first `size` bins with everything above in the
/// last one, and Q is what `levels` equal parts of them can tell apart.
double getDivergence(ArrayRef<double> bins, int64_t size, int64_t levels,
                     double total) {
  double inside = 0;
  for (double count : bins.take_front(size))
    inside += count;
  double divergence = 0;
  for (int64_t level = 0; level < levels; ++level) {
    int64_t begin = level * size / levels, end = (level + 1) * size / levels;
    double sum = 0;
    int64_t occupied = 0;
    for (int64_t i = begin; i < end; ++i) {
      sum += bins[i];
      occupied += bins[i] > 0;
    }
    for (int64_t i = begin; i < end; ++i) {
      double p = bins[i] + (i == size - 1 ? total - inside : 0);
      if (p == 0)
        continue;
      // The last bin may be occupied by outliers alone.
      double q = occupied ? sum / occupied : 0;
      q = std::max(q, 1e-4);
      divergence += p / total * std::log(p / total / (q / inside));
    }
  }
  return divergence;
}

} // namespace

double mlir::cnn::getEntropyThreshold(const Histogram &histogram,
                                      int64_t levels) {
  constexpr int64_t sides = Histogram::binsPerSide;
  ArrayRef<int64_t> counts = histogram.getCounts();
  std::vector<double> bins(sides);
  double total = 0;
  int64_t used = 0;
  for (int64_t i = 0; i < sides; ++i) {
    bins[i] = static_cast<double>(counts[sides + i] + counts[sides - 1 - i]);
    total += bins[i];
    if (bins[i] > 0)
      used = i + 1;
  }
  double least = std::numeric_limits<double>::infinity();
  int64_t best = used;
  for (int64_t size = std::min(levels, used); size <= used; ++size) {
    double divergence = getDivergence(bins, size, levels, total);
    if (divergence < least) {
      least = divergence;
      best = size;
    }
  }
  return best * histogram.getWidth();
}

/// The sum of squared errors if `format` covers `range`.
static double getSquaredError(const Histogram &histogram,
                              const NumberRange &range,
                              const NumberFormat &format) {
  QuantizationParameters parameters = getParameters(range, format);
  double scale = parameters.scale;
  double low = (format.least - parameters.zeroPoint) * scale;
  double high = (format.largest - parameters.zeroPoint) * scale;
  double error = 0, inside = scale * scale / 12;
  for (auto [i, count] : llvm::enumerate(histogram.getCounts())) {
    if (count == 0)
      continue;
    double center = histogram.getCenter(i);
    double distance = std::max({low - center, center - high, 0.0});
    error += count * (distance > 0 ? distance * distance : inside);
  }
  return error;
}

NumberRange mlir::cnn::getLeastSquaresRange(const Histogram &histogram,
                                            const NumberRange &seen,
                                            const NumberFormat &format) {
  constexpr int steps = 40;
  NumberRange best = seen;
  double least = getSquaredError(histogram, seen, format);
  auto tryRange = [&](const NumberRange &range) {
    double error = getSquaredError(histogram, range, format);
    if (error < least) {
      least = error;
      best = range;
    }
  };
  bool hasBothEnds = seen.low < 0 && seen.high > 0 && !format.isSymmetric;
  for (int i = 1; i <= steps; ++i) {
    double low = seen.low * i / steps;
    if (!hasBothEnds) {
      tryRange({low, seen.high * i / steps});
      continue;
    }
    for (int j = 1; j <= steps; ++j)
      tryRange({low, seen.high * j / steps});
  }
  return best;
}
