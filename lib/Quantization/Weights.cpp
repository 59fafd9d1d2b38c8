//===- Weights.cpp - Weights and biases as integers -----------------------===//

#include "cnnc/Quantization/Weights.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir::cnn;
using llvm::ArrayRef;

QuantizedWeights mlir::cnn::quantizeWeights(ArrayRef<float> weights,
                                            ArrayRef<float> bias,
                                            const WeightLayout &layout,
                                            int64_t largest, float inputScale) {
  QuantizedWeights result;
  result.integers.resize(weights.size());
  for (int64_t channel = 0; channel < layout.channels; ++channel) {
    float magnitude = 0;
    for (int64_t i = 0; i < layout.size; ++i)
      magnitude = std::max(magnitude,
                           std::fabs(weights[layout.getPosition(channel, i)]));
    float scale = magnitude / static_cast<float>(largest);
    if (!bias.empty())
      scale = std::max(scale,
                       std::ldexp(std::fabs(bias[channel]), -30) / inputScale);
    scale = scale > 0 ? std::max(scale, std::numeric_limits<float>::min()) : 1;
    result.scales.push_back(scale);
    for (int64_t i = 0; i < layout.size; ++i) {
      int64_t position = layout.getPosition(channel, i);
      float integer = std::nearbyint(weights[position] / scale);
      float limit = static_cast<float>(largest);
      result.integers[position] =
          static_cast<int8_t>(std::clamp(integer, -limit, limit));
    }
  }
  return result;
}

std::vector<int32_t> mlir::cnn::quantizeBias(ArrayRef<float> bias,
                                             const QuantizedWeights &weights,
                                             float inputScale) {
  std::vector<int32_t> integers;
  for (auto [number, scale] : llvm::zip_equal(bias, weights.scales)) {
    float unit = inputScale * scale;
    integers.push_back(static_cast<int32_t>(
        std::nearbyint(static_cast<double>(number) / unit)));
  }
  return integers;
}

int64_t mlir::cnn::fitFactors(const QuantizedWeights &weights,
                              ArrayRef<int32_t> bias,
                              const WeightLayout &layout, int64_t largest) {
  constexpr double limit = std::numeric_limits<int32_t>::max();
  int64_t result = largest;
  for (int64_t channel = 0; channel < layout.channels; ++channel) {
    int64_t sum = 0;
    for (int64_t i = 0; i < layout.size; ++i)
      sum += std::abs(weights.integers[layout.getPosition(channel, i)]);
    double reach = static_cast<double>(largest) * static_cast<double>(sum);
    if (!bias.empty())
      reach += std::abs(static_cast<double>(bias[channel]));
    if (reach > limit)
      result =
          std::min(result, static_cast<int64_t>(static_cast<double>(largest) *
                                                (limit / reach)));
  }
  return result;
}

std::vector<float> mlir::cnn::getBiasCorrection(
    ArrayRef<float> weights, const QuantizedWeights &quantized,
    const WeightLayout &layout, ArrayRef<double> inputMeans) {
  std::vector<float> correction;
  for (int64_t channel = 0; channel < layout.channels; ++channel) {
    double sum = 0;
    for (int64_t i = 0; i < layout.size; ++i) {
      int64_t position = layout.getPosition(channel, i);
      double rounded = static_cast<double>(quantized.integers[position]) *
                       quantized.scales[channel];
      sum += (weights[position] - rounded) *
             inputMeans[layout.getInputChannel(channel, i)];
    }
    correction.push_back(static_cast<float>(sum));
  }
  return correction;
}
