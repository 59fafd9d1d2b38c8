//===- Passes.h - Passes from cnn to cnn ------------------------*- C++ -*-===//

#ifndef CNNC_TRANSFORMS_PASSES_H
#define CNNC_TRANSFORMS_PASSES_H

#include "cnnc/Support/Winograd.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::cnn {

/// Outputs a Winograd tile computes per dimension; `automatic` asks the cost
/// model for every layer.
enum class WinogradTile { automatic = 0, two = 2, four = 4, six = 6 };

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "cnnc/Transforms/Passes.h.inc"

} // namespace mlir::cnn

#endif // CNNC_TRANSFORMS_PASSES_H
