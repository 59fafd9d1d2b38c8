//===- Passes.td - Passes from cnn to the LLVM dialect -----*- tablegen -*-===//
//
// In the order in which the pipeline runs them.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_CONVERSION_PASSES
#define CNNC_CONVERSION_PASSES

include "mlir/Pass/PassBase.td"

#endif // CNNC_CONVERSION_PASSES
