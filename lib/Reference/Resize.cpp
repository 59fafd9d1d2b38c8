//===- Resize.cpp - The value of cnn.resize -------------------------------===//
//
// Every mode is separable: dimension by dimension, an output element is a
// weighted sum of a few input elements along that dimension.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;

namespace {

/// One dimension of a resize.
struct ResizeDim {
  int64_t input, output;
  double scale;
};

struct WeightedIndex {
  int64_t index;
  double weight;
};
using WeightedIndices = SmallVector<WeightedIndex, 4>;

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

/// The input elements that make an output element, clamped to the input.
WeightedIndices getWeights(ResizeOp op, const ResizeDim &dim, int64_t index) {
  double x = getCoordinate(op.getCoordinates(), dim, index);
  double floor = std::floor(x);
  WeightedIndices weights;
  auto add = [&](double position, double weight) {
    auto last = static_cast<double>(dim.input - 1);
    weights.push_back(
        {static_cast<int64_t>(std::clamp(position, 0.0, last)), weight});
  };
  switch (op.getMode()) {
  case ResizeMode::nearest:
    add(roundCoordinate(op.getNearestMode(), x), 1);
    break;
  case ResizeMode::linear:
    add(floor, 1 - (x - floor));
    add(floor + 1, x - floor);
    break;
  case ResizeMode::cubic:
    for (int i = -1; i <= 2; ++i)
      add(floor + i, getCubicWeight(op.getCubicCoefficient().convertToDouble(),
                                    x - floor - i));
    break;
  }
  return weights;
}

/// Resizes dimension `axis` of `input`, which is float64.
Tensor resizeDim(ResizeOp op, const Tensor &input, int64_t axis,
                 unsigned threads) {
  SmallVector<int64_t> shape(input.getShape());
  ResizeDim dim = {shape[axis], getShape(op.getOutput())[axis],
                   op.getScales()[axis]};
  int64_t outer = countElements(ArrayRef(shape).take_front(axis));
  int64_t inner = countElements(ArrayRef(shape).drop_front(axis + 1));
  shape[axis] = dim.output;
  Tensor result(ElementType::Float64, shape);
  SmallVector<WeightedIndices> weights;
  for (int64_t i = 0; i < dim.output; ++i)
    weights.push_back(getWeights(op, dim, i));
  parallelFor(threads, outer, [&](int64_t block) {
    double *to = result.get<double>().data() + block * dim.output * inner;
    for (const WeightedIndices &row : weights) {
      for (auto [index, weight] : row) {
        const double *from =
            input.get<double>().data() + (block * dim.input + index) * inner;
        for (int64_t i = 0; i < inner; ++i)
          to[i] += weight * from[i];
      }
      to += inner;
    }
  });
  return result;
}

} // namespace

Tensor reference::evaluate(ResizeOp op, const Operands &operands) {
  Tensor result = operands.getDoubles(op.getInput());
  for (auto [axis, scale] : llvm::enumerate(op.getScales()))
    if (scale != 1.0 ||
        result.getShape()[axis] != getShape(op.getOutput())[axis])
      result = resizeDim(op, result, axis, operands.getThreads());
  return roundTo(op.getOutput(), result);
}
