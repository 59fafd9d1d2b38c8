//===- TuneLayer.h - One convolution as a network ---------------*- C++ -*-===//

#ifndef CNNC_LIB_PIPELINE_TUNELAYER_H
#define CNNC_LIB_PIPELINE_TUNELAYER_H

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Pipeline/Pipeline.h"
#include "cnnc/Support/Tuning.h"

namespace mlir::cnn {

/// Everything the time of a convolution that --winograd may change depends on:
/// "conv 64x56x56 filter 64x3x3 pads 1 1 1 1 bias residual".
/// Images of a batch are computed one by one.
std::string describeLayer(ConvOp conv);

/// Copies of a layer that are measured together.
constexpr int64_t layerCopies = 3;

/// The object of a network that is `layerCopies` times `conv`, on one image and
/// each with pseudo-random weights of its own, computed by `algorithm`, and
/// compiled with `options`.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
compileLayer(ConvOp conv, ConvAlgorithm algorithm, CompileOptions options);

} // namespace mlir::cnn

#endif // CNNC_LIB_PIPELINE_TUNELAYER_H
