//===- Normalizations.cpp - The values of norms and softmax ---------------===//

#include "Evaluate.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;

namespace {

struct Moments {
  double mean, variance;
};

/// Mean and variance, divided by the number of elements.
Moments getMoments(ArrayRef<double> values) {
  double count = values.size();
  double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (double value : values)
    squares += (value - mean) * (value - mean);
  return {mean, squares / count};
}

/// Dimensions before, at and after `axis`.
struct AxisShape {
  AxisShape(ArrayRef<int64_t> shape, int64_t axis)
      : outer(countElements(shape.take_front(axis))), extent(shape[axis]),
        inner(countElements(shape.drop_front(axis + 1))) {}

  int64_t outer, extent, inner;
};

/// y = scale * (x - mean) / sqrt(variance + epsilon) + shift
void normalize(MutableArrayRef<double> values, Moments moments, double epsilon,
               double scale, double shift) {
  double gain = scale / std::sqrt(moments.variance + epsilon);
  for (double &value : values)
    value = gain * (value - moments.mean) + shift;
}

} // namespace

Tensor reference::evaluate(BatchNormOp op, const Operands &operands) {
  Tensor result = operands.getDoubles(op.getInput());
  Tensor scale = operands.getDoubles(op.getScale());
  Tensor shift = operands.getDoubles(op.getShift());
  Tensor mean = operands.getDoubles(op.getMean());
  Tensor variance = operands.getDoubles(op.getVariance());
  AxisShape shape(getShape(op.getInput()), 1);
  parallelFor(
      operands.getThreads(), shape.outer * shape.extent, [&](int64_t plane) {
        int64_t c = plane % shape.extent;
        normalize(result.get<double>().slice(plane * shape.inner, shape.inner),
                  {mean.get<double>()[c], variance.get<double>()[c]},
                  op.getEpsilon().convertToDouble(), scale.get<double>()[c],
                  shift.get<double>()[c]);
      });
  return roundTo(op.getOutput(), result);
}

Tensor reference::evaluate(InstanceNormOp op, const Operands &operands) {
  Tensor result = operands.getDoubles(op.getInput());
  Tensor scale = operands.getDoubles(op.getScale());
  Tensor shift = operands.getDoubles(op.getShift());
  AxisShape shape(getShape(op.getInput()), 1);
  parallelFor(
      operands.getThreads(), shape.outer * shape.extent, [&](int64_t plane) {
        auto values =
            result.get<double>().slice(plane * shape.inner, shape.inner);
        normalize(values, getMoments(values), op.getEpsilon().convertToDouble(),
                  scale.get<double>()[plane % shape.extent],
                  shift.get<double>()[plane % shape.extent]);
      });
  return roundTo(op.getOutput(), result);
}

Tensor reference::evaluate(LayerNormOp op, const Operands &operands) {
  Tensor result = operands.getDoubles(op.getInput());
  Tensor scale = operands.getDoubles(op.getScale());
  Tensor shift = op.getShift() ? operands.getDoubles(op.getShift())
                               : Tensor(ElementType::Float64, scale.getShape());
  int64_t count = scale.getElementCount();
  int64_t rows =
      countElements(getShape(op.getInput()).take_front(op.getAxis()));
  parallelFor(operands.getThreads(), rows, [&](int64_t row) {
    auto values = result.get<double>().slice(row * count, count);
    normalize(values, getMoments(values), op.getEpsilon().convertToDouble(), 1,
              0);
    for (auto [value, gain, offset] :
         llvm::zip_equal(values, scale.get<double>(), shift.get<double>()))
      value = gain * value + offset;
  });
  return roundTo(op.getOutput(), result);
}

Tensor reference::evaluate(LRNOp op, const Operands &operands) {
  Tensor input = operands.getDoubles(op.getInput());
  Tensor result = makeDoubles(op.getOutput());
  AxisShape shape(getShape(op.getInput()), 1);
  int64_t size = op.getSize(), before = (size - 1) / 2;
  double factor = op.getAlpha().convertToDouble() / static_cast<double>(size);
  double bias = op.getBias().convertToDouble();
  double beta = op.getBeta().convertToDouble();
  parallelFor(
      operands.getThreads(), shape.outer * shape.extent, [&](int64_t plane) {
        int64_t c = plane % shape.extent, image = plane - c;
        int64_t first = std::max<int64_t>(0, c - before);
        int64_t last = std::min(shape.extent, c - before + size);
        for (int64_t i = 0; i < shape.inner; ++i) {
          double squares = 0;
          for (int64_t channel = first; channel < last; ++channel) {
            double x = input.get<double>()[(image + channel) * shape.inner + i];
            squares += x * x;
          }
          int64_t at = plane * shape.inner + i;
          result.get<double>()[at] =
              input.get<double>()[at] / std::pow(bias + factor * squares, beta);
        }
      });
  return roundTo(op.getOutput(), result);
}

Tensor reference::evaluate(SoftmaxOp op, const Operands &operands) {
  Tensor result = operands.getDoubles(op.getInput());
  AxisShape shape(getShape(op.getInput()), op.getAxis());
  parallelFor(
      operands.getThreads(), shape.outer * shape.inner, [&](int64_t row) {
        double *values = result.get<double>().data() +
                         row / shape.inner * shape.extent * shape.inner +
                         row % shape.inner;
        double maximum = -std::numeric_limits<double>::infinity(), sum = 0;
        for (int64_t i = 0; i < shape.extent; ++i)
          maximum = std::max(maximum, values[i * shape.inner]);
        for (int64_t i = 0; i < shape.extent; ++i)
          sum += std::exp(values[i * shape.inner] - maximum);
        for (int64_t i = 0; i < shape.extent; ++i) {
          double &value = values[i * shape.inner];
          value = op.getLog() ? value - maximum - std::log(sum)
                              : std::exp(value - maximum) / sum;
        }
      });
  return roundTo(op.getOutput(), result);
}
