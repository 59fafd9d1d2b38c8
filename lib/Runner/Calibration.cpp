//===- Calibration.cpp - Compiled code for calibration --------------------===//

#include "cnnc/Runner/Calibration.h"
#include "cnnc/Pipeline/Registration.h"

#include "LoadModel.h"
#include "ModelFile.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

/// The module in a context of its own: passes may not load dialects into that
/// of a module which passes run on.
static Expected<ModelFile> copyModule(ModuleOp module) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  if (failed(writeBytecodeToFile(module, stream)))
    return createStringError("the network cannot be copied for calibration");
  // Weights in bytecode are aligned.
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      bytes.size(), "calibration", llvm::Align(bufferAlignment));
  llvm::copy(bytes, buffer->getBufferStart());
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  ModelFile copy;
  DialectRegistry registry;
  registerAllDialects(registry);
  copy.context = std::make_unique<MLIRContext>(registry);
  Error error = collectErrors(copy.context.get(), [&]() -> Error {
    copy.module = parseSourceFile<ModuleOp>(sources, copy.context.get());
    return copy.module ? Error::success()
                       : createStringError("the copy cannot be read");
  });
  if (error)
    return std::move(error);
  return copy;
}

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
