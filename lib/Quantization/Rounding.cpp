//===- Rounding.cpp - Weights rounded together ----------------------------===//

#include "cnnc/Quantization/Rounding.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir::cnn;
using llvm::ArrayRef;

/// What is added to H, relative to its mean diagonal.
static constexpr float damping = 0.01f;

void InputMoment::add(ArrayRef<float> x) {
  for (int64_t i = 0; i < size; ++i) {
    if (x[i] == 0)
      continue;
    float *row = sums.data() + i * size;
    for (int64_t j = 0; j <= i; ++j)
      row[j] += x[i] * x[j];
  }
}

double mlir::cnn::getOutputError(const InputMoment &moment,
                                 ArrayRef<float> errors) {
  int64_t size = moment.getSize();
  double sum = 0;
  for (int64_t i = 0; i < size; ++i) {
    ArrayRef<float> row = moment.getSums().slice(i * size, i + 1);
    double product = 0;
    for (int64_t j = 0; j < i; ++j)
      product += static_cast<double>(row[j]) * errors[j];
    sum += errors[i] * (2 * product + static_cast<double>(row[i]) * errors[i]);
  }
  return sum;
}

/// L of H + damping = L D L^T, by rows; what is above the diagonal is of no
/// use. Empty if H is 0.
static std::vector<float> factorize(const InputMoment &moment) {
  int64_t size = moment.getSize();
  std::vector<float> l = moment.getSums().vec();
  double trace = 0;
  for (int64_t i = 0; i < size; ++i)
    trace += l[i * size + i];
  auto added = static_cast<float>(damping * trace / static_cast<double>(size));
  if (!(added > 0))
    return {};
  // Row i is first L[i] * D, and then divided.
  std::vector<float> diagonal(size);
  for (int64_t i = 0; i < size; ++i) {
    float *row = l.data() + i * size;
    row[i] += added;
    for (int64_t j = 0; j < i; ++j) {
      const float *other = l.data() + j * size;
      float rest = row[j];
      for (int64_t k = 0; k < j; ++k)
        rest -= row[k] * other[k];
      row[j] = rest;
    }
    float rest = row[i];
    for (int64_t j = 0; j < i; ++j) {
      float product = row[j];
      row[j] /= diagonal[j];
      rest -= product * row[j];
    }
    // Positive but for rounding.
    diagonal[i] = std::max(rest, added);
  }
  return l;
}

/// Rounds one channel; the errors that are left.
static std::vector<float> roundChannel(ArrayRef<float> weights, float scale,
                                       ArrayRef<float> factor, float largest,
                                       std::vector<float> &integers) {
  int64_t size = weights.size();
  std::vector<float> errors(size), targets = weights.vec();
  for (int64_t j = size; j-- > 0;) {
    integers[j] =
        std::clamp(std::nearbyint(targets[j] / scale), -largest, largest);
    errors[j] = weights[j] - integers[j] * scale;
    ArrayRef<float> row = factor.slice(j * size, j);
    for (int64_t i = 0; i < j; ++i)
      targets[i] += row[i] * errors[j];
  }
  return errors;
}

void mlir::cnn::roundAdaptively(ArrayRef<float> weights,
                                const WeightLayout &layout,
                                ArrayRef<InputMoment> moments, int64_t largest,
                                QuantizedWeights &quantized) {
  int64_t perGroup = layout.channels / layout.groups;
  std::vector<float> factor, own(layout.size), integers(layout.size),
      nearest(layout.size);
  for (int64_t channel = 0; channel < layout.channels; ++channel) {
    const InputMoment &moment = moments[channel / perGroup];
    if (channel % perGroup == 0)
      factor = factorize(moment);
    if (factor.empty())
      continue;
    float scale = quantized.scales[channel];
    for (int64_t i = 0; i < layout.size; ++i) {
      int64_t position = layout.getPosition(channel, i);
      own[i] = weights[position];
      nearest[i] = own[i] - quantized.integers[position] * scale;
    }
    std::vector<float> errors =
        roundChannel(own, scale, factor, static_cast<float>(largest), integers);
    if (getOutputError(moment, errors) >= getOutputError(moment, nearest))
      continue;
    for (int64_t i = 0; i < layout.size; ++i)
      quantized.integers[layout.getPosition(channel, i)] =
          static_cast<int8_t>(integers[i]);
  }
}
