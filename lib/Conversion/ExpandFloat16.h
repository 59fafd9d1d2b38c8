//===- ExpandFloat16.h - Float16 conversions in integer code ----*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_EXPANDFLOAT16_H
#define CNNC_LIB_CONVERSION_EXPANDFLOAT16_H

#include "cnnc/Support/Machine.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::cnn {

/// Patterns for conversions of float16 and bfloat16 that the machine has no
/// instructions for. Exact: the results are those of the instructions.
void populateExpandFloat16Patterns(RewritePatternSet &patterns,
                                   const Machine &machine);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_EXPANDFLOAT16_H
