//===- LoadModel.h - A model file becomes an engine -------------*- C++ -*-===//

#ifndef CNNC_LIB_RUNNER_LOADMODEL_H
#define CNNC_LIB_RUNNER_LOADMODEL_H

#include "cnnc/Runner/Engine.h"
#include "cnnc/Runner/Run.h"

namespace mlir::cnn {

/// Loads `options.model`, which is compiled in process if it is no compiled
/// code already.
llvm::Expected<std::unique_ptr<Engine>> loadModel(const RunOptions &options);

} // namespace mlir::cnn

#endif // CNNC_LIB_RUNNER_LOADMODEL_H
