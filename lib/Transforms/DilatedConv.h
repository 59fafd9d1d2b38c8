//===- DilatedConv.h - Dilated convolutions as dense ones -------*- C++ -*-===//

#ifndef CNNC_LIB_TRANSFORMS_DILATEDCONV_H
#define CNNC_LIB_TRANSFORMS_DILATEDCONV_H

#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::cnn {

/// A convolution of stride 1 and dilations d, d' reads pixels that are d and d'
/// apart, so the d * d' images of every such pixel, the phases, are convolved
/// apart with dilation 1; the rearrangement is known as space to batch. True if
/// extents and pads of a two-dimensional convolution are multiples of its
/// dilations, so that phases are of one size, and the batch is known.
bool canSplitDilations(ConvOp conv);

/// Replaces the convolution N x C x H x W by one of N*d*d' x C x H/d x W/d',
/// between transpositions, and returns it. Exact.
ConvOp splitDilations(RewriterBase &rewriter, ConvOp conv);

} // namespace mlir::cnn

#endif // CNNC_LIB_TRANSFORMS_DILATEDCONV_H
