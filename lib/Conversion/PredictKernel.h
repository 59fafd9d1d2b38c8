//===- PredictKernel.h - How long a kernel should take ----------*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_PREDICTKERNEL_H
#define CNNC_LIB_CONVERSION_PREDICTKERNEL_H

#include "cnnc/Support/KernelInfo.h"
#include "cnnc/Support/Machine.h"

#include "mlir/IR/Operation.h"

namespace mlir::cnn {

/// Cycles that the cost model expects an operation on buffers, described as
/// `info`, to take in one thread of the machine.
double predictKernel(Operation *op, const KernelInfo &info,
                     const Machine &machine);

/// `KernelInfo::peakFactor` of the operation.
double getPeakFactor(Operation *op, const Machine &machine);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_PREDICTKERNEL_H
