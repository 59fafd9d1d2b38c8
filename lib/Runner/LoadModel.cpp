//===- LoadModel.cpp - A model file becomes an engine ---------------------===//

#include "LoadModel.h"

#include "llvm/Support/Path.h"

using namespace mlir::cnn;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Expected;
using llvm::StringRef;

Expected<std::unique_ptr<Engine>>
mlir::cnn::loadModel(const RunOptions &options) {
  StringRef extension = llvm::sys::path::extension(options.model);
  if (extension == ".so")
    return loadSharedLibrary(options.model);
  if (extension == ".o") {
    auto object = llvm::MemoryBuffer::getFile(options.model);
    if (!object)
      return createFileError(options.model, object.getError());
    Expected<std::unique_ptr<Engine>> engine = loadObject(std::move(*object));
    if (!engine)
      return createFileError(options.model, engine.takeError());
    return engine;
  }
  return createFileError(options.model,
                         createStringError("expected a file named .so or .o"));
}
