//===- ModelFile.cpp - A network in MLIR ----------------------------------===//

#include "cnnc/Runner/ModelFile.h"

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

namespace {

ModelFile makeEmpty() {
  DialectRegistry registry;
  registerAllDialects(registry);
  ModelFile model;
  model.context = std::make_unique<MLIRContext>(registry);
  // An operation may be the whole network.
  model.context->printOpOnDiagnostic(false);
  return model;
}

/// A model that `read` makes in its context.
Expected<ModelFile> makeModel(
    StringRef name,
    llvm::function_ref<FailureOr<OwningOpRef<ModuleOp>>(MLIRContext *)> read) {
  ModelFile model = makeEmpty();
  Error error = collectErrors(model.context.get(), [&]() -> Error {
    FailureOr<OwningOpRef<ModuleOp>> module = read(model.context.get());
    if (failed(module) || !*module)
      return llvm::createStringError("'" + name + "' was not read");
    model.module = std::move(*module);
    return Error::success();
  });
  if (error)
    return std::move(error);
  return model;
}

/// Reads bytecode from a copy, in which weights are aligned and stay.
OwningOpRef<ModuleOp> parseBytecode(llvm::MemoryBufferRef bytes,
                                    MLIRContext *context) {
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      bytes.getBufferSize(), bytes.getBufferIdentifier(),
      llvm::Align(bufferAlignment));
  llvm::copy(bytes.getBuffer(), buffer->getBufferStart());
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  return parseSourceFile<ModuleOp>(sources, context);
}

} // namespace

Expected<ModelFile> mlir::cnn::copyModule(ModuleOp module) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  if (failed(writeBytecodeToFile(module, stream)))
    return llvm::createStringError("the network cannot be copied");
  return readModel(llvm::MemoryBufferRef(bytes, "copy"), {});
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

Expected<ModelFile> mlir::cnn::readModelFile(StringRef path,
                                             const ImportOptions &options) {
  return makeModel(path, [&](MLIRContext *context) {
    return readNetwork(path, context, options);
  });
}

Expected<ModelFile> mlir::cnn::readModel(llvm::MemoryBufferRef buffer,
                                         const ImportOptions &options) {
  bool isBytecode = buffer.getBuffer().starts_with("ML\xefR");
  return makeModel(
      buffer.getBufferIdentifier(),
      [&](MLIRContext *context) -> FailureOr<OwningOpRef<ModuleOp>> {
        if (isBytecode)
          return parseBytecode(buffer, context);
        return importONNX(buffer, context, options);
      });
}
