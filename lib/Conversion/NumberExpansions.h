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

/// Patterns that round floats to integral values where the machine has no
/// instructions for it. Exact.
void populateExpandRoundingPatterns(RewritePatternSet &patterns,
                                    const Machine &machine);

/// Patterns for the larger and the smaller of two floats where the machine has
/// no instructions for it. Exact.
void populateExpandExtremesPatterns(RewritePatternSet &patterns,
                                    const Machine &machine);

/// Patterns for functions of float64; upstream has those of float32. Accurate
/// to a few units in the last place.
void populateApproximateFloat64Patterns(RewritePatternSet &patterns);

/// Patterns for powers of float32 and float64, as accurate as the product of
/// exponent and logarithm is.
void populateExpandPowerPatterns(RewritePatternSet &patterns);

/// Patterns for remainders of floats, for which LLVM would call a library.
/// Exact.
void populateExpandRemainderPatterns(RewritePatternSet &patterns);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_NUMBEREXPANSIONS_H
