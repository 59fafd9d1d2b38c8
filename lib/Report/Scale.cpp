//===- Scale.cpp - Numbers along an axis ----------------------------------===//

#include "Scale.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>

using namespace mlir::cnn;

std::string mlir::cnn::describeQuantity(double value, StringRef unit) {
  static constexpr StringLiteral prefixes[] = {"n", "\u00b5", "m", "", "k",
                                               "M", "G",      "T", "P"};
  constexpr int64_t one = 3;
  int64_t index = one;
  // 999.5 would read as 1e+03.
  if (value != 0)
    index += static_cast<int64_t>(
        std::floor(std::log10(std::abs(value) * (1000 / 999.5)) / 3));
  // Numbers that count nothing have none below 1.
  index = std::clamp<int64_t>(index, unit.empty() ? one : 0,
                              std::size(prefixes) - 1);
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << llvm::format("%.3g", value * std::pow(1000.0, double(one - index)));
  if (index != one || !unit.empty())
    stream << " " << prefixes[index] << unit;
  return text;
}

/// The least of 1, 2 and 5 times a power of ten that is not below `least`.
static double getRoundStep(double least) {
  double power = std::pow(10.0, std::floor(std::log10(least)));
  for (double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least * (1 - 1e-9))
      return factor * power;
  return 10 * power;
}

Scale Scale::getWhole(double last, Extent pixels, int64_t most) {
  double step = getRoundStep(std::max(last / static_cast<double>(most), 1.0));
  Scale scale(0, std::max(last, 1.0), pixels, /*isLogarithmic=*/false);
  for (double tick = 0; tick <= scale.last; tick += step)
    scale.ticks.push_back(tick);
  return scale;
}

Scale Scale::getLinear(double last, Extent pixels, int64_t most) {
  double step = last > 0 ? getRoundStep(last / static_cast<double>(most)) : 1.0;
  double steps = std::max(std::ceil(last / step - 1e-9), 1.0);
  Scale scale(0, steps * step, pixels, /*isLogarithmic=*/false);
  for (int64_t tick = 0; tick <= static_cast<int64_t>(steps); ++tick)
    scale.ticks.push_back(static_cast<double>(tick) * step);
  return scale;
}

Scale Scale::getLogarithmic(double first, double last, Extent pixels) {
  Scale scale(first, last, pixels, /*isLogarithmic=*/true);
  bool hasFew = last / first < 2000;
  for (auto power = static_cast<int64_t>(std::floor(std::log10(first)));
       std::pow(10.0, double(power)) <= last; ++power)
    for (double factor : {1.0, 2.0, 5.0}) {
      double tick = factor * std::pow(10.0, double(power));
      if ((factor == 1.0 || hasFew) && tick >= first * (1 - 1e-9) &&
          tick <= last * (1 + 1e-9))
        scale.ticks.push_back(tick);
    }
  return scale;
}

double Scale::getPosition(double value) const {
  double part = isLogarithmic ? std::log(value / first) / std::log(last / first)
                              : (value - first) / (last - first);
  return pixels.begin + part * (pixels.end - pixels.begin);
}
