//===- Equalization.cpp - Ranges of consecutive layers --------------------===//

#include "cnnc/Quantization/Equalization.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir::cnn;
using llvm::ArrayRef;

/// Calls `visit` with the position, output and input channel of each weight.
static void
forEachWeight(const WeightLayout &layout,
              llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) {
  for (int64_t channel = 0; channel < layout.channels; ++channel)
    for (int64_t i = 0; i < layout.size; ++i)
      visit(layout.getPosition(channel, i), channel,
            layout.getInputChannel(channel, i));
}

std::vector<float> mlir::cnn::getOutputMagnitudes(ArrayRef<float> weights,
                                                  const WeightLayout &layout) {
  std::vector<float> result(layout.channels, 0);
  forEachWeight(layout, [&](int64_t position, int64_t output, int64_t) {
    result[output] = std::max(result[output], std::fabs(weights[position]));
  });
  return result;
}

std::vector<float> mlir::cnn::getInputMagnitudes(ArrayRef<float> weights,
                                                 const WeightLayout &layout,
                                                 int64_t channels) {
  std::vector<float> result(channels, 0);
  forEachWeight(layout, [&](int64_t position, int64_t, int64_t input) {
    result[input] = std::max(result[input], std::fabs(weights[position]));
  });
  return result;
}

std::vector<float> mlir::cnn::getEqualizingScales(ArrayRef<float> first,
                                                  ArrayRef<float> second) {
  std::vector<float> scales;
  for (auto [a, b] : llvm::zip_equal(first, second)) {
    float scale = std::sqrt(a / b);
    bool isUseful = a > 0 && b > 0 && std::isnormal(scale);
    scales.push_back(isUseful ? scale : 1);
  }
  return scales;
}

void mlir::cnn::divideOutputs(std::vector<float> &weights,
                              const WeightLayout &layout,
                              ArrayRef<float> scales) {
  forEachWeight(layout, [&](int64_t position, int64_t output, int64_t) {
    weights[position] /= scales[output];
  });
}

void mlir::cnn::multiplyInputs(std::vector<float> &weights,
                               const WeightLayout &layout,
                               ArrayRef<float> scales) {
  forEachWeight(layout, [&](int64_t position, int64_t, int64_t input) {
    weights[position] *= scales[input];
  });
}
