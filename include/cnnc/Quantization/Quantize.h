//===- Quantize.h - Float networks in integers ------------------*- C++ -*-===//

#ifndef CNNC_QUANTIZATION_QUANTIZE_H
#define CNNC_QUANTIZATION_QUANTIZE_H

#include "cnnc/Quantization/Options.h"

#include "mlir/Pass/Pass.h"

namespace mlir::cnn {

/// A pass over functions of `cnn`, after --fold-bn and before --fuse-residual:
/// post-training quantization. The network runs on the images of
/// `options.calibration.images`; layers with constant weights, and what lies
/// between them, then compute in integers as docs/Quantization.md says.
///
/// It fails if the images cannot be read or do not fit the network, and if the
/// network has no layer to quantize.
std::unique_ptr<Pass> createQuantize(const QuantizationOptions &options);

} // namespace mlir::cnn

#endif // CNNC_QUANTIZATION_QUANTIZE_H
