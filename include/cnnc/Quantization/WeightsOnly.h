//===- WeightsOnly.h - Weights of few bits, floats elsewhere ----*- C++ -*-===//

#ifndef CNNC_QUANTIZATION_WEIGHTSONLY_H
#define CNNC_QUANTIZATION_WEIGHTSONLY_H

#include "mlir/Pass/Pass.h"

#include <memory>

namespace mlir::cnn {

/// What weights are stored as.
enum class WeightFormat { Int8, Float16, BFloat16 };

/// A pass over functions of `cnn`, after --fold-bn: constant weights of
/// two-dimensional convolutions, gemms and products of matrices are rounded to
/// the format and stored in it, all computation stays float32
/// (`Dialect/CNN/StoredWeights.h`):
///
///   w  -->  cnn.cast(fp16 or bf16) {cnn.stored}           nearest, ties to
///   even w  -->  cnn.dequantize(int8, scale) {cnn.stored}      one scale per
///   output
///                                                         channel: max |w| /
///                                                         127
///
/// Up to 64 weights, and those that the format does not hold (infinite ones),
/// stay as they are. It fails if the network has no weights to store.
std::unique_ptr<Pass> createWeightsOnly(WeightFormat format);

} // namespace mlir::cnn

#endif // CNNC_QUANTIZATION_WEIGHTSONLY_H
