//===- ModelFile.h - A network in MLIR --------------------------*- C++ -*-===//

#ifndef CNNC_LIB_RUNNER_MODELFILE_H
#define CNNC_LIB_RUNNER_MODELFILE_H

#include "cnnc/Runner/Engine.h"
#include "cnnc/Runner/Run.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace mlir::cnn {

/// A module and the context it lives in.
struct ModelFile {
  std::unique_ptr<MLIRContext> context;
  OwningOpRef<ModuleOp> module;
};

/// Reads `options.model`, an ONNX file or MLIR as text or bytecode.
llvm::Expected<ModelFile> readModelFile(const RunOptions &options);

/// Calls `action`; if it fails, the error is the first one it reported to the
/// context, or else the one it returned.
llvm::Error collectErrors(MLIRContext *context,
                          llvm::function_ref<llvm::Error()> action);

/// Interprets the model's entry.
llvm::Expected<std::unique_ptr<Engine>> makeReferenceEngine(ModelFile model);

} // namespace mlir::cnn

#endif // CNNC_LIB_RUNNER_MODELFILE_H
