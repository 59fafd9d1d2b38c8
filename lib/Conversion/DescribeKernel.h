//===- DescribeKernel.h - What a kernel computes, for people ----*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_DESCRIBEKERNEL_H
#define CNNC_LIB_CONVERSION_DESCRIBEKERNEL_H

#include "cnnc/Support/KernelInfo.h"

#include "mlir/IR/Operation.h"

namespace mlir::cnn {

/// Describes an operation on buffers that is to be one kernel.
KernelInfo describeKernel(Operation *op);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_DESCRIBEKERNEL_H
