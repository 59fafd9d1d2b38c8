//===- Equalization.h - Ranges of consecutive layers ------------*- C++ -*-===//

#ifndef CNNC_QUANTIZATION_EQUALIZATION_H
#define CNNC_QUANTIZATION_EQUALIZATION_H

#include "cnnc/Quantization/Weights.h"

namespace mlir::cnn {

/// The largest magnitude of the weights of each output channel.
std::vector<float> getOutputMagnitudes(llvm::ArrayRef<float> weights,
                                       const WeightLayout &layout);

/// The largest magnitude of the weights that each of `channels` input channels
/// is multiplied with.
std::vector<float> getInputMagnitudes(llvm::ArrayRef<float> weights,
                                      const WeightLayout &layout,
                                      int64_t channels);

/// For each channel between two layers the number s by which the first layer
/// divides it and the second multiplies it, such that both have weights of the
/// same magnitude: sqrt(first / second), or 1 where one of them is 0. Nagel et
/// al., "Data-Free Quantization Through Weight Equalization and Bias
/// Correction" (2019), equation 11.
std::vector<float> getEqualizingScales(llvm::ArrayRef<float> first,
                                       llvm::ArrayRef<float> second);

/// Divides the weights of each output channel by its scale.
void divideOutputs(std::vector<float> &weights, const WeightLayout &layout,
                   llvm::ArrayRef<float> scales);

/// Multiplies the weights of each input channel with its scale.
void multiplyInputs(std::vector<float> &weights, const WeightLayout &layout,
                    llvm::ArrayRef<float> scales);

} // namespace mlir::cnn

#endif // CNNC_QUANTIZATION_EQUALIZATION_H
