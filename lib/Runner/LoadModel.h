//===- LoadModel.h - A model file becomes an engine -------------*- C++ -*-===//

#ifndef CNNC_LIB_RUNNER_LOADMODEL_H
#define CNNC_LIB_RUNNER_LOADMODEL_H

#include "cnnc/Runner/Engine.h"
#include "cnnc/Runner/Run.h"

namespace mlir::cnn {

/// Loads `options.model`; a model file is compiled in process or interpreted.
llvm::Expected<std::unique_ptr<Engine>> loadModel(const RunOptions &options,
                                                  bool useReference);

/// Loads what `compile` makes; its error and the diagnostics of `context` are
/// one error.
llvm::Expected<std::unique_ptr<Engine>>
loadCompiled(MLIRContext *context,
             llvm::function_ref<llvm::Expected<NativeModule>()> compile);

} // namespace mlir::cnn

#endif // CNNC_LIB_RUNNER_LOADMODEL_H
