//===- KernelToLoops.h - The loop nest of each kernel -----------*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_KERNELTOLOOPS_H
#define CNNC_LIB_CONVERSION_KERNELTOLOOPS_H

#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Support/Machine.h"

namespace mlir::kernel {

/// Each of these builds the loops of a kernel in front of it, or fails with an
/// error at the kernel and nothing built. The caller erases the kernel.
LogicalResult buildLoops(DirectConvOp op, const cnn::Machine &machine);
LogicalResult buildLoops(ConvIntegerOp op, const cnn::Machine &machine);
LogicalResult buildLoops(DepthwiseConvOp op, const cnn::Machine &machine);
LogicalResult buildLoops(DepthwiseConvIntegerOp op,
                         const cnn::Machine &machine);
LogicalResult buildLoops(ExpandedDepthwiseConvOp op,
                         const cnn::Machine &machine);
LogicalResult buildLoops(WinogradConvOp op, const cnn::Machine &machine);
LogicalResult buildLoops(WinogradConvIntegerOp op, const cnn::Machine &machine);
LogicalResult buildLoops(SparseConvOp op, const cnn::Machine &machine);
LogicalResult buildLoops(SparseMatmulOp op, const cnn::Machine &machine);
LogicalResult buildLoops(MatmulOp op, const cnn::Machine &machine);
LogicalResult buildLoops(LookupMatmulOp op, const cnn::Machine &machine);
LogicalResult buildLoops(PoolOp op, const cnn::Machine &machine);
LogicalResult buildLoops(PackOp op, const cnn::Machine &machine);
LogicalResult buildLoops(UnpackOp op, const cnn::Machine &machine);

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_KERNELTOLOOPS_H
