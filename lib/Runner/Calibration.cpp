//===- Calibration.cpp - Compiled code for calibration --------------------===//

#include "cnnc/Runner/Calibration.h"

#include "LoadModel.h"
#include "cnnc/Runner/ModelFile.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Expected;

Expected<RunFunction> mlir::cnn::compileForCalibration(ModuleOp module) {
  Expected<ModelFile> copy = copyModule(module);
  if (!copy)
    return copy.takeError();
  CompileOptions options;
  options.machine = Machine::getHost();
  options.releaseWeights = true;
  auto engine = loadCompiled(copy->context.get(),
                             [&] { return compile(*copy->module, options); });
  if (!engine)
    return engine.takeError();
  std::shared_ptr<Engine> shared = std::move(*engine);
  return [shared](ArrayRef<Tensor> inputs) { return shared->run(inputs); };
}
