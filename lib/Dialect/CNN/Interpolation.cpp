//===- Interpolation.cpp - What an element of a resized tensor is ---------===//
//
// Every mode is separable: dimension by dimension, an output element is a
// weighted sum of a few input elements along that dimension. The interpreter
// and the compiler take the sums from here; ONNX's test cases check them.
//
//===----------------------------------------------------------------------===//

#include "Shapes.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

namespace {

double roundCoordinate(NearestMode mode, double x) {
  switch (mode) {
  case NearestMode::round_prefer_floor:
    return std::ceil(x - 0.5);
  case NearestMode::round_prefer_ceil:
    return std::floor(x + 0.5);
  case NearestMode::floor:
    return std::floor(x);
  case NearestMode::ceil:
    return std::ceil(x);
  }
  llvm_unreachable("every mode is handled");
}

/// Keys' cubic convolution kernel with coefficient `a`.
double getCubicWeight(double a, double distance) {
  double t = std::fabs(distance);
  if (t <= 1)
    return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
}

double getLinearWeight(double distance) {
  return std::max(0.0, 1 - std::fabs(distance));
}

/// Divides by the sum, so that the weights sum to 1.
void normalize(SmallVectorImpl<WeightedIndex> &summands) {
  double sum = 0;
  for (WeightedIndex summand : summands)
    sum += summand.weight;
  if (sum != 0)
    for (WeightedIndex &summand : summands)
      summand.weight /= sum;
}

} // namespace

bool ResizeOp::isResized(int64_t axis) {
  bool isCropped = false;
  if (!getRoi().empty())
    isCropped =
        getRoi()[axis] != 0 || getRoi()[axis + getRoi().size() / 2] != 1;
  return getScales()[axis] != 1 || isCropped ||
         cnn::getShape(getInput())[axis] != cnn::getShape(getOutput())[axis];
}

template <typename T>
static T computeCoordinate(ResizeOp op, int64_t axis, int64_t index) {
  T input = static_cast<T>(cnn::getShape(op.getInput())[axis]);
  T output = static_cast<T>(cnn::getShape(op.getOutput())[axis]);
  T scale = static_cast<T>(op.getScales()[axis]);
  T position = static_cast<T>(index), half = static_cast<T>(0.5);
  T halfPixel = (position + half) / scale - half;
  switch (op.getCoordinates()) {
  case CoordinateMode::half_pixel:
    return halfPixel;
  case CoordinateMode::half_pixel_symmetric:
    return input / 2 * (1 - output / (input * scale)) + halfPixel;
  case CoordinateMode::pytorch_half_pixel:
    return output > 1 ? halfPixel : 0;
  case CoordinateMode::align_corners:
    return output > 1 ? position * (input - 1) / (output - 1) : 0;
  case CoordinateMode::asymmetric:
    return position / scale;
  case CoordinateMode::tf_half_pixel_for_nn:
    return (position + half) / scale;
  case CoordinateMode::tf_crop_and_resize: {
    T start = static_cast<T>(op.getRoi()[axis]);
    T end = static_cast<T>(op.getRoi()[axis + op.getRoi().size() / 2]);
    if (output <= 1)
      return half * (start + end) * (input - 1);
    return start * (input - 1) +
           position * (end - start) * (input - 1) / (output - 1);
  }
  }
  llvm_unreachable("every mode is handled");
}

/// What is rounded is computed in float32: scales are of that type, so that
/// quotients that should be halves are.
double ResizeOp::getCoordinate(int64_t axis, int64_t index) {
  if (getMode() == ResizeMode::nearest)
    return computeCoordinate<float>(*this, axis, index);
  return computeCoordinate<double>(*this, axis, index);
}

SmallVector<WeightedIndex, 4> ResizeOp::getSummands(int64_t axis,
                                                    int64_t index) {
  int64_t extent = cnn::getShape(getInput())[axis];
  double x = getCoordinate(axis, index);
  SmallVector<WeightedIndex, 4> summands;
  auto add = [&](double position, double weight) {
    auto last = static_cast<double>(extent - 1);
    double inside = std::clamp(position, 0.0, last);
    if (inside == position || !getExcludeOutside())
      summands.push_back({static_cast<int64_t>(inside), weight});
  };
  if (getMode() == ResizeMode::nearest) {
    double nearest = roundCoordinate(getNearestMode(), x);
    nearest = std::clamp(nearest, 0.0, static_cast<double>(extent - 1));
    summands.push_back({static_cast<int64_t>(nearest), 1});
    return summands;
  }
  bool isCubic = getMode() == ResizeMode::cubic;
  double shrinks = getAntialias() ? std::min(1.0, getScales()[axis]) : 1.0;
  // Elements from the first to the last that the stretched filter reaches.
  double reach = (isCubic ? 2 : 1) / shrinks;
  for (double i = std::floor(x - reach) + 1; i < x + reach; ++i) {
    double distance = (i - x) * shrinks;
    add(i, isCubic ? getCubicWeight(getCubicCoefficient().convertToDouble(),
                                    distance)
                   : getLinearWeight(distance));
  }
  if (getExcludeOutside() || shrinks != 1)
    normalize(summands);
  return summands;
}
