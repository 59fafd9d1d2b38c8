//===- Rounding.h - Weights rounded together --------------------*- C++ -*-===//
//
// Plain maths: which of the two nearest integers each weight becomes, such that
// the errors of the weights of one output channel cancel.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_QUANTIZATION_ROUNDING_H
#define CNNC_QUANTIZATION_ROUNDING_H

#include "cnnc/Quantization/Weights.h"

namespace mlir::cnn {

/// The second moment H = E[x x^T] of the numbers that the `size` weights of an
/// output channel are multiplied with. An error e of the weights has the mean
/// squared error e^T H e of the output.
class InputMoment {
public:
  explicit InputMoment(int64_t size)
      : size(size), sums(static_cast<size_t>(size) * size, 0) {}

  int64_t getSize() const { return size; }

  /// Adds x, `size` numbers.
  void add(llvm::ArrayRef<float> x);

  /// H by rows, without a factor that is the same for all.
  llvm::ArrayRef<float> getSums() const { return sums; }

private:
  int64_t size;
  /// Only the part on and below the diagonal.
  std::vector<float> sums;
};

/// e^T H e of the error of the weights of one output channel.
double getOutputError(const InputMoment &moment, llvm::ArrayRef<float> errors);

/// Rounds the weights of each output channel again, with the scales of
/// `quantized`, to integers of magnitude `largest` at most. `moments` has one
/// per group. From the last weight to the first each becomes the integer that
/// is the nearest when the errors of those behind it are compensated,
///
///   H = L D L^T, L with a unit diagonal
///   integer[j] = round((w[j] + sum over i > j of L[i][j] e[i]) / scale)
///   e[j] = w[j] - integer[j] * scale
///
/// which is the rounding of Frantar et al., "GPTQ: Accurate Post-Training
/// Quantization for Generative Pre-trained Transformers" (2022), as Chee et
/// al., "QuIP: 2-Bit Quantization of Large Language Models With Guarantees"
/// (2023), algorithm 3, write it. H gets 1/100 of its mean diagonal added.
///
/// No channel has a larger mean squared error of its output than before.
void roundAdaptively(llvm::ArrayRef<float> weights, const WeightLayout &layout,
                     llvm::ArrayRef<InputMoment> moments, int64_t largest,
                     QuantizedWeights &quantized);

} // namespace mlir::cnn

#endif // CNNC_QUANTIZATION_ROUNDING_H
