//===- Kernel.h - The kernel dialect ----------------------------*- C++ -*-===//

#ifndef CNNC_DIALECT_KERNEL_KERNEL_H
#define CNNC_DIALECT_KERNEL_KERNEL_H

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/SparseMatrix.h"
#include "cnnc/Support/Winograd.h"

#include "mlir/Interfaces/DestinationStyleOpInterface.h"

#include "cnnc/Dialect/Kernel/KernelDialect.h.inc"
#include "cnnc/Dialect/Kernel/KernelEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "cnnc/Dialect/Kernel/KernelAttributes.h.inc"
#define GET_OP_CLASSES
#include "cnnc/Dialect/Kernel/KernelOps.h.inc"

#endif // CNNC_DIALECT_KERNEL_KERNEL_H
