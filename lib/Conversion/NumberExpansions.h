//===- NumberExpansions.h - What a machine has no instruction for -*- C++ -*-=//

#ifndef CNNC_LIB_CONVERSION_NUMBEREXPANSIONS_H
#define CNNC_LIB_CONVERSION_NUMBEREXPANSIONS_H

#include "cnnc/Support/Machine.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::cnn {

/// Marks an operation on floats whose rounding is part of the result, so that
/// it never becomes part of a fused operation.
inline constexpr llvm::StringLiteral keepsRounding = "cnn.keeps_rounding";

/// Patterns for conversions of float16 and bfloat16 that the machine has no
/// instructions for. Exact: the results are those of the instructions.
void populateExpandFloat16Patterns(RewritePatternSet &patterns,
                                   const Machine &machine);

/// Patterns that round float32 to integral values where the machine has no
/// instructions for it. Exact.
void populateExpandRoundingPatterns(RewritePatternSet &patterns,
                                    const Machine &machine);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_NUMBEREXPANSIONS_H
