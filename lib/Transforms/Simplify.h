//===- Simplify.h - The pattern sets of --simplify --------------*- C++ -*-===//

#ifndef CNNC_LIB_TRANSFORMS_SIMPLIFY_H
#define CNNC_LIB_TRANSFORMS_SIMPLIFY_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::cnn {

/// Pads and pools: SimplifyWindows.cpp.
void populateSimplifyWindows(RewritePatternSet &patterns);

/// Transposes, reshapes, slices, concats, expands: SimplifyShapes.cpp.
void populateSimplifyShapes(RewritePatternSet &patterns);

/// Functions spelled out, products: SimplifyArithmetic.cpp.
void populateSimplifyArithmetic(RewritePatternSet &patterns);

/// Weights, means and pairs of quantized integers: SimplifyQuantization.cpp.
void populateSimplifyQuantization(RewritePatternSet &patterns);

} // namespace mlir::cnn

#endif // CNNC_LIB_TRANSFORMS_SIMPLIFY_H
