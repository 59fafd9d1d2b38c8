//===- FitSums.h - Ranges for which sums do not overflow --------*- C++ -*-===//

#ifndef CNNC_LIB_QUANTIZATION_FITSUMS_H
#define CNNC_LIB_QUANTIZATION_FITSUMS_H

#include "Plan.h"

namespace mlir::cnn {

/// Limits the integers of `plan`, of 16 bits, such that no layer that takes
/// them has a sum beyond 32 bits: of each tensor the largest magnitude n with
///
///   n * (sum of |w|) + |bias| <= 2^31 - 1
///
/// in every output of every layer; for means and average pools w is 1. Integers
/// of 8 bits stay as they are. Fails if a layer has too many weights for any n.
llvm::Error fitSums(func::FuncOp function, Plan &plan,
                    const Statistics &statistics,
                    const QuantizationOptions &options);

} // namespace mlir::cnn

#endif // CNNC_LIB_QUANTIZATION_FITSUMS_H
