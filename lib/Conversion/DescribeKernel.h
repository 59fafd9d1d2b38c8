//===- DescribeKernel.h - What a kernel computes, for people ----*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_DESCRIBEKERNEL_H
#define CNNC_LIB_CONVERSION_DESCRIBEKERNEL_H

#include "cnnc/Support/KernelInfo.h"

#include "mlir/IR/BuiltinTypeInterfaces.h"
#include "mlir/IR/Operation.h"

namespace mlir::cnn {

/// Of a kernel op: what the layer computes, products and sums, without the
/// lanes that fill blocks and the zeros between merged groups.
inline constexpr llvm::StringLiteral operationsAttribute = "cnn.operations";

/// The name of the ONNX node in a location; empty if there is none.
std::string getLayer(Location location);

/// Notes that a layer computes each element of `output` from `terms` products.
void recordProducts(Operation *kernel, ShapedType output, int64_t terms);

/// Describes an operation on buffers that is to be one kernel.
KernelInfo describeKernel(Operation *op);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_DESCRIBEKERNEL_H
