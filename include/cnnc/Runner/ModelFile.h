//===- ModelFile.h - A network in MLIR --------------------------*- C++ -*-===//

#ifndef CNNC_RUNNER_MODELFILE_H
#define CNNC_RUNNER_MODELFILE_H

#include "cnnc/Runner/Engine.h"
#include "cnnc/Runner/Run.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace mlir::cnn {

/// A module and the context it lives in.
struct ModelFile {
  std::unique_ptr<MLIRContext> context;
  OwningOpRef<ModuleOp> module;
};

/// Reads `path`, an ONNX file or MLIR as text or bytecode.
llvm::Expected<ModelFile> readModelFile(StringRef path,
                                        const ImportOptions &options);

/// Reads an ONNX file, or MLIR as bytecode, from memory. Messages call it what
/// the buffer is called.
llvm::Expected<ModelFile> readModel(llvm::MemoryBufferRef buffer,
                                    const ImportOptions &options);

/// A copy of `module` in a context of its own: passes may not load dialects
/// into that of a module which passes run on.
llvm::Expected<ModelFile> copyModule(ModuleOp module);

/// Calls `action`; if it fails, the error is the first one it reported to the
/// context, or else the one it returned.
llvm::Error collectErrors(MLIRContext *context,
                          llvm::function_ref<llvm::Error()> action);

/// The model's entry, as what the interpreter runs.
llvm::Expected<func::FuncOp> getFunction(ModelFile &model);

/// The inputs and outputs of a model's entry. Any extent may be -1, which is
/// not known; an engine takes only batches of that.
struct EntryTypes {
  std::vector<TensorInfo> inputs, outputs;
};
llvm::Expected<EntryTypes> readTypes(func::FuncOp function);

/// Interprets the model's entry.
llvm::Expected<std::unique_ptr<Engine>>
makeReferenceEngine(std::shared_ptr<ModelFile> model);

/// Quantizes the model, or its weights only, if the options say so.
llvm::Error quantizeModel(ModelFile &model, const CompileOptions &options);

/// A compiled network as an object file.
struct CompiledObject {
  std::unique_ptr<llvm::MemoryBuffer> object;
  /// What NAME_info() says, and the header for C.
  std::string info, header;
};

/// Compiles the model; it is left without weights.
llvm::Expected<CompiledObject> compileObject(ModelFile &model,
                                             CompileOptions options);

/// Compiles the model, quantized or not, in memory. It is left without weights.
llvm::Expected<std::unique_ptr<Engine>> compileModel(ModelFile &model,
                                                     CompileOptions options);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_MODELFILE_H
