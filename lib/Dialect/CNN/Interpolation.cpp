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

/// One dimension of a resize.
struct ResizeDim {
  int64_t input, output;
  double scale;
};

/// Where in the input the position `index` of the output lies.
double getCoordinate(CoordinateMode mode, const ResizeDim &dim, int64_t index) {
  double position = static_cast<double>(index);
  double halfPixel = (position + 0.5) / dim.scale - 0.5;
  double exact = static_cast<double>(dim.input) * dim.scale;
  switch (mode) {
  case CoordinateMode::half_pixel:
    return halfPixel;
  case CoordinateMode::half_pixel_symmetric:
    return static_cast<double>(dim.input) / 2 *
               (1 - static_cast<double>(dim.output) / exact) +
           halfPixel;
  case CoordinateMode::pytorch_half_pixel:
    return dim.output > 1 ? halfPixel : 0;
  case CoordinateMode::align_corners:
    return dim.output > 1 ? position * static_cast<double>(dim.input - 1) /
                                static_cast<double>(dim.output - 1)
                          : 0;
  case CoordinateMode::asymmetric:
    return position / dim.scale;
  }
  llvm_unreachable("every mode is handled");
}

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

} // namespace

SmallVector<WeightedIndex, 4> ResizeOp::getSummands(int64_t axis,
                                                    int64_t index) {
  ResizeDim dim = {cnn::getShape(getInput())[axis],
                   cnn::getShape(getOutput())[axis], getScales()[axis]};
  double x = getCoordinate(getCoordinates(), dim, index);
  double floor = std::floor(x);
  SmallVector<WeightedIndex, 4> summands;
  auto add = [&](double position, double weight) {
    auto last = static_cast<double>(dim.input - 1);
    summands.push_back(
        {static_cast<int64_t>(std::clamp(position, 0.0, last)), weight});
  };
  switch (getMode()) {
  case ResizeMode::nearest:
    add(roundCoordinate(getNearestMode(), x), 1);
    break;
  case ResizeMode::linear:
    add(floor, 1 - (x - floor));
    add(floor + 1, x - floor);
    break;
  case ResizeMode::cubic:
    for (int i = -1; i <= 2; ++i)
      add(floor + i, getCubicWeight(getCubicCoefficient().convertToDouble(),
                                    x - floor - i));
    break;
  }
  return summands;
}
