//===- ModelFile.cpp - A network in MLIR ----------------------------------===//

#include "ModelFile.h"

#include "cnnc/Pipeline/Diagnostics.h"
#include "cnnc/Pipeline/Registration.h"
#include "cnnc/Pipeline/Translate.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;

Expected<ModelFile> mlir::cnn::copyModule(ModuleOp module) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  if (failed(writeBytecodeToFile(module, stream)))
    return llvm::createStringError("the network cannot be copied");
  // Weights in bytecode are aligned.
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      bytes.size(), "copy", llvm::Align(bufferAlignment));
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
                       : llvm::createStringError("the copy cannot be read");
  });
  if (error)
    return std::move(error);
  return copy;
}

Error mlir::cnn::collectErrors(MLIRContext *context,
                               llvm::function_ref<Error()> action) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  auto append = [&](Diagnostic &diagnostic) {
    stream << describeLocation(diagnostic.getLocation()) << diagnostic;
  };
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return failure();
    // What follows the first error is usually its consequence.
    if (!text.empty())
      return success();
    append(diagnostic);
    for (Diagnostic &note : diagnostic.getNotes()) {
      stream << "\n  ";
      append(note);
    }
    return success();
  });
  Error error = action();
  if (!error || text.empty())
    return error;
  llvm::consumeError(std::move(error));
  return llvm::createStringError(text);
}

Expected<ModelFile> mlir::cnn::readModelFile(const RunOptions &options) {
  DialectRegistry registry;
  registerAllDialects(registry);
  ModelFile model;
  model.context = std::make_unique<MLIRContext>(registry);
  MLIRContext *context = model.context.get();
  // An operation may be the whole network.
  context->printOpOnDiagnostic(false);

  Error error = collectErrors(context, [&]() -> Error {
    FailureOr<OwningOpRef<ModuleOp>> module =
        readNetwork(options.model, context, options.import);
    if (failed(module))
      return llvm::createStringError("'" + options.model + "' was not read");
    model.module = std::move(*module);
    return Error::success();
  });
  if (error)
    return std::move(error);
  return model;
}
