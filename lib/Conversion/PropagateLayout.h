//===- PropagateLayout.h - Patterns of --propagate-layout -------*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_PROPAGATELAYOUT_H
#define CNNC_LIB_CONVERSION_PROPAGATELAYOUT_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::cnn {

/// Moves unpacking below elementwise maps of unpacked images.
void populateSinkThroughMaps(RewritePatternSet &patterns);

/// Moves unpacking below slices and concatenations of whole channel blocks.
void populateSinkThroughSlices(RewritePatternSet &patterns);

/// Makes of packing and transposing between NCHW and NHWC one step.
void populateTransposes(RewritePatternSet &patterns);

/// The image that `value` is the plain form of, or null.
Value getBlocked(Value value);

/// The blocked form of the plain image `value`: what it was unpacked from, or
/// the result of packing it.
Value getOrCreateBlocked(OpBuilder &builder, Location loc, Value value,
                         int64_t lanes);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_PROPAGATELAYOUT_H
