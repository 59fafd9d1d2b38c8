//===- Translate.cpp - From a file to compiled files ----------------------===//

#include "cnnc/Pipeline/Translate.h"

#include "cnnc/Pipeline/Diagnostics.h"
#include "cnnc/Pipeline/PassProgress.h"
#include "cnnc/Pipeline/Passes.h"
#include "cnnc/Pipeline/Registration.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::cnn {
namespace {

/// Prints the first error, its notes, and all warnings: one problem, one
/// message.
class OneErrorHandler : public SourceMgrDiagnosticHandler {
public:
  OneErrorHandler(llvm::SourceMgr &sources, MLIRContext *context,
                  Progress &progress)
      : SourceMgrDiagnosticHandler(sources, context), progress(progress) {
    setHandler([this](Diagnostic &diagnostic) {
      this->progress.clear();
      bool isError = diagnostic.getSeverity() == DiagnosticSeverity::Error;
      if ((!isError || !hasError) && !printAtNode(diagnostic, llvm::errs()))
        emitDiagnostic(diagnostic);
      hasError |= isError;
    });
  }

  /// Reports an error unless a diagnostic has said what is wrong.
  LogicalResult report(llvm::Error error) {
    std::string message = llvm::toString(std::move(error));
    progress.finish();
    if (!hasError)
      llvm::WithColor::error() << message << "\n";
    hasError = true;
    return failure();
  }

private:
  Progress &progress;
  bool hasError = false;
};

llvm::Error makeError() {
  return llvm::createStringError("the network was not read");
}

/// Gives the entry of a module that was not imported another name.
LogicalResult rename(ModuleOp module, StringRef name) {
  FailureOr<Operation *> entry = findEntry(module);
  if (failed(entry))
    return failure();
  if (failed(SymbolTable::replaceAllSymbolUses(
          *entry, StringAttr::get(module.getContext(), name), module)))
    return failure();
  SymbolTable::setSymbolName(*entry, name);
  return success();
}

llvm::Error writeMLIR(ModuleOp module, const TranslateOptions &options,
                      StringRef path) {
  OwningOpRef<ModuleOp> copy(module.clone());
  if (options.compile.machine)
    options.compile.machine->setOn(*copy);
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  buildPipelineFor(*copy, manager, options.compile, options.until);
  showPasses(manager, options.compile.progress);
  if (failed(manager.run(*copy)))
    return llvm::createStringError("the network was not compiled");
  options.compile.progress->clear();
  return writeModule(*copy, path);
}

/// Refuses what cannot be written before the network is compiled.
llvm::Error checkPlaces(ModuleOp module, const TranslateOptions &options) {
  for (const Output &output : options.outputs) {
    if (output.kind != OutputKind::Package)
      continue;
    FailureOr<Operation *> entry = findEntry(module);
    if (failed(entry))
      return makeError();
    if (llvm::Error error =
            checkPackageFolder(output.path, SymbolTable::getSymbolName(*entry)))
      return error;
  }
  return llvm::Error::success();
}

/// ONNX has no algorithms, so none is chosen.
llvm::Error writeONNX(ModuleOp module, const TranslateOptions &options,
                      StringRef path) {
  OwningOpRef<ModuleOp> copy(module.clone());
  CompileOptions compile = options.compile;
  compile.winograd.reset();
  compile.tuning.reset();
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  bool isAsImported = !compile.optimize && !compile.quantization;
  buildPipelineFor(*copy, manager, compile,
                   isAsImported ? Boundary::A : options.until);
  showPasses(manager, compile.progress);
  if (failed(manager.run(*copy)))
    return llvm::createStringError("the network was not optimised");
  compile.progress->clear();
  if (failed(exportONNX(*copy, path, options.onnx)))
    return llvm::createStringError("the network was not written");
  return llvm::Error::success();
}

llvm::Error writeAll(ModuleOp module, const TranslateOptions &options) {
  bool compiles = false;
  for (const Output &output : options.outputs) {
    compiles |= output.kind.has_value();
    if (output.kind)
      continue;
    if (llvm::Error error = output.isONNX
                                ? writeONNX(module, options, output.path)
                                : writeMLIR(module, options, output.path))
      return error;
  }
  if (!compiles)
    return llvm::Error::success();
  if (llvm::Error error = checkPlaces(module, options))
    return error;
  // Nothing is done with the module afterwards.
  CompileOptions last = options.compile;
  last.releaseWeights = true;
  llvm::Expected<NativeModule> native = compile(module, last);
  if (!native)
    return native.takeError();
  for (const Output &output : options.outputs)
    if (output.kind)
      if (llvm::Error error = native->write(*output.kind, output.path))
        return error;
  return llvm::Error::success();
}

} // namespace

FailureOr<OwningOpRef<ModuleOp>> readNetwork(StringRef path,
                                             MLIRContext *context,
                                             const ImportOptions &options) {
  if (path.ends_with(".onnx"))
    return importONNX(path, context, options);
  if (!options.inputShapes.empty())
    return emitError(UnknownLoc::get(context))
           << "input shapes can be set for .onnx files only, not for '" << path
           << "'";
  std::string reason;
  // Bytecode is read in place, where constants must be aligned.
  std::unique_ptr<llvm::MemoryBuffer> buffer =
      openInputFile(path, llvm::Align(bufferAlignment), &reason);
  if (!buffer)
    return emitError(UnknownLoc::get(context)) << reason;
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, context);
  if (!module ||
      (!options.name.empty() && failed(rename(*module, options.name))))
    return failure();
  return module;
}

llvm::Error writeModule(ModuleOp module, StringRef path) {
  bool bytecode = path.ends_with(".mlirbc");
  OwningOpRef<ModuleOp> readable;
  if (!bytecode && !path.ends_with(".mlir")) {
    readable = module.clone();
    PassManager manager(module.getContext(), ModuleOp::getOperationName());
    manager.addPass(createElideWeights());
    if (failed(manager.run(*readable)))
      return llvm::createStringError("the module cannot be printed");
    module = *readable;
  }
  return llvm::writeToOutput(
      path, [&](llvm::raw_ostream &stream) -> llvm::Error {
        if (!bytecode)
          module.print(stream, OpPrintingFlags().enableDebugInfo(
                                   path.ends_with(".mlir")));
        else if (failed(writeBytecodeToFile(module, stream)))
          return llvm::createStringError("the module cannot be written");
        return llvm::Error::success();
      });
}

LogicalResult translate(TranslateOptions options) {
  auto progress = std::make_shared<Progress>();
  progress->setStep("reading " + options.input);
  options.compile.progress = progress;
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  // The operation may be the whole network.
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  OneErrorHandler handler(sources, &context, *progress);
  FailureOr<OwningOpRef<ModuleOp>> module =
      readNetwork(options.input, &context, options.import);
  if (failed(module))
    return handler.report(makeError());
  if (llvm::Error error = writeAll(**module, options))
    return handler.report(std::move(error));
  return success();
}

} // namespace mlir::cnn
