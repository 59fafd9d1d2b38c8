//===- Passes.h - Passes about the pipeline itself --------------*- C++ -*-===//

#ifndef CNNC_PIPELINE_PASSES_H
#define CNNC_PIPELINE_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::cnn {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "cnnc/Pipeline/Passes.h.inc"

} // namespace mlir::cnn

#endif // CNNC_PIPELINE_PASSES_H
