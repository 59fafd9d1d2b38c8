//===- LoadModel.cpp - A model file becomes an engine ---------------------===//

#include "LoadModel.h"

#include "cnnc/Runner/ModelFile.h"

#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Expected;
using llvm::StringRef;

static Expected<std::unique_ptr<Engine>> loadObjectFile(StringRef path) {
  auto object = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!object)
    return createFileError(path, object.getError());
  Expected<std::unique_ptr<Engine>> engine = loadObject(std::move(*object));
  if (!engine)
    return createFileError(path, engine.takeError());
  return engine;
}

Expected<std::unique_ptr<Engine>>
mlir::cnn::loadCompiled(mlir::MLIRContext *context,
                        llvm::function_ref<Expected<NativeModule>()> compile) {
  std::unique_ptr<llvm::MemoryBuffer> object;
  llvm::Error error = collectErrors(context, [&]() -> llvm::Error {
    Expected<NativeModule> native = compile();
    if (!native)
      return native.takeError();
    return native->emitObject().moveInto(object);
  });
  if (error)
    return std::move(error);
  return loadObject(std::move(object));
}

Expected<CompiledObject> mlir::cnn::compileObject(ModelFile &model,
                                                  CompileOptions options) {
  options.releaseWeights = true;
  CompiledObject result;
  llvm::Error error = collectErrors(model.context.get(), [&]() -> llvm::Error {
    Expected<NativeModule> native = compile(*model.module, options);
    if (!native)
      return native.takeError();
    result.info = native->getInterface().toJSON();
    if (llvm::Error error = native->emitObject().moveInto(result.object))
      return error;
    return native->getHeader().moveInto(result.header);
  });
  if (error)
    return std::move(error);
  return result;
}

Expected<std::unique_ptr<Engine>>
mlir::cnn::compileModel(ModelFile &model, CompileOptions options) {
  options.progress = std::make_shared<Progress>();
  options.releaseWeights = true;
  // It has been done.
  options.quantization.reset();
  options.weightsOnly.reset();
  return loadCompiled(model.context.get(),
                      [&] { return compile(*model.module, options); });
}

llvm::Error mlir::cnn::quantizeModel(ModelFile &model,
                                     const CompileOptions &options) {
  if (!options.quantization && !options.weightsOnly)
    return llvm::Error::success();
  return collectErrors(model.context.get(), [&]() -> llvm::Error {
    PassManager manager(model.context.get(), ModuleOp::getOperationName());
    if (options.quantization) {
      QuantizationOptions quantization = *options.quantization;
      quantization.calibration.progress = std::make_shared<Progress>();
      buildQuantizationPipeline(manager, quantization);
    }
    if (options.weightsOnly)
      buildWeightsOnlyPipeline(manager, *options.weightsOnly);
    if (failed(manager.run(*model.module)))
      return createStringError("the network was not quantized");
    return llvm::Error::success();
  });
}

Expected<std::unique_ptr<Engine>>
mlir::cnn::loadModel(const RunOptions &options, bool useReference) {
  StringRef extension = llvm::sys::path::extension(options.model);
  if (extension == ".so")
    return loadSharedLibrary(options.model);
  if (extension == ".o")
    return loadObjectFile(options.model);
  if (extension != ".onnx" && extension != ".mlir" && extension != ".mlirbc")
    return createFileError(options.model,
                           createStringError("expected a file named .onnx, "
                                             ".mlir, .mlirbc, .so or .o"));
  Expected<ModelFile> model = readModelFile(options.model, options.import);
  if (!model)
    return model.takeError();
  if (llvm::Error error = quantizeModel(*model, options.compile))
    return std::move(error);
  if (useReference)
    return makeReferenceEngine(std::make_shared<ModelFile>(std::move(*model)));
  return compileModel(*model, options.compile);
}
