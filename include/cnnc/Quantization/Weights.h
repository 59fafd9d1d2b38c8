//===- Weights.h - Weights and biases as integers ---------------*- C++ -*-===//

#ifndef CNNC_QUANTIZATION_WEIGHTS_H
#define CNNC_QUANTIZATION_WEIGHTS_H

#include "cnnc/Calibration/WeightLayout.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mlir::cnn {

/// Weight w of channel o stands for w * scales[o]; a sum of products with an
/// input of scale s, and bias[o], for multiples of s * scales[o].
struct QuantizedWeights {
  std::vector<int8_t> integers;
  std::vector<float> scales;
};

/// Weights as integers of magnitude `largest` at most, one scale per output
/// channel. The scale of a channel with small weights and a large bias is as
/// large as it takes for the bias, a multiple of `inputScale` times it, to be
/// at most 2^30. `bias` may be empty.
QuantizedWeights quantizeWeights(llvm::ArrayRef<float> weights,
                                 llvm::ArrayRef<float> bias,
                                 const WeightLayout &layout, int64_t largest,
                                 float inputScale);

/// bias / (inputScale * scale), rounded.
std::vector<int32_t> quantizeBias(llvm::ArrayRef<float> bias,
                                  const QuantizedWeights &weights,
                                  float inputScale);

/// The largest magnitude n, `largest` at most, of integers that the weights may
/// be multiplied with: then no sum of 32 bits overflows, as in every channel
///
///   n * (sum of |w|) + |bias| <= 2^31 - 1.
///
/// The unit of the biases, which may be none, grows as n shrinks; those given
/// belong to `largest`. 0 if there is no such n.
int64_t fitFactors(const QuantizedWeights &weights,
                   llvm::ArrayRef<int32_t> bias, const WeightLayout &layout,
                   int64_t largest);

/// What rounded weights add to the mean of each output, with its sign turned:
/// the sum of (w - integer * scale) * mean of its input channel. Nagel et al.,
/// "Data-Free Quantization Through Weight Equalization and Bias Correction"
/// (2019), section 4.2, with means that were measured. Padding is neglected.
std::vector<float> getBiasCorrection(llvm::ArrayRef<float> weights,
                                     const QuantizedWeights &quantized,
                                     const WeightLayout &layout,
                                     llvm::ArrayRef<double> inputMeans);

} // namespace mlir::cnn

#endif // CNNC_QUANTIZATION_WEIGHTS_H
