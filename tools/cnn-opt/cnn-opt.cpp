//===- cnn-opt.cpp - Run passes on a network ------------------------------===//
//
// mlir-opt for networks: reads .onnx beside .mlir and .mlirbc, knows every pass
// of the project and upstream, and does not print weights unless asked.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Import/Import.h"
#include "cnnc/Pipeline/Passes.h"
#include "cnnc/Pipeline/Registration.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace {

llvm::cl::opt<bool> printWeights(
    "print-weights",
    llvm::cl::desc("Print all constant data; without it, constants of more "
                   "than 64 elements are printed without data"));

llvm::cl::list<std::string> inputShapes(
    "input-shape",
    llvm::cl::desc("Shape of an input of an .onnx file, for every input whose "
                   "shape the file leaves open, or to change it; ? keeps the "
                   "batch dynamic"),
    llvm::cl::value_desc("name:1x3x224x224"));

/// The network of an .onnx file as MLIR bytecode, or null after a diagnostic.
std::unique_ptr<llvm::MemoryBuffer> importInput(StringRef path,
                                                DialectRegistry &registry) {
  cnn::ImportOptions options;
  for (const std::string &text : inputShapes)
    if (llvm::Error error = cnn::parseInputShape(text, options)) {
      llvm::WithColor::error() << llvm::toString(std::move(error)) << "\n";
      return nullptr;
    }
  MLIRContext context(registry);
  auto module = cnn::importONNX(path, &context, options);
  llvm::SmallVector<char, 0> bytecode;
  llvm::raw_svector_ostream stream(bytecode);
  if (failed(module) || failed(writeBytecodeToFile(**module, stream)))
    return nullptr;
  // Bytecode is read in place, where constants must be aligned.
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      bytecode.size(), path, llvm::Align(64));
  llvm::copy(bytecode, buffer->getBufferStart());
  return buffer;
}

/// The .mlir, .mlirbc or .onnx file `path`, or null after a diagnostic.
std::unique_ptr<llvm::MemoryBuffer> openInput(StringRef path,
                                              DialectRegistry &registry) {
  if (path.ends_with(".onnx"))
    return importInput(path, registry);
  std::string reason;
  std::unique_ptr<llvm::MemoryBuffer> input = openInputFile(path, &reason);
  if (!input)
    llvm::WithColor::error() << reason << "\n";
  return input;
}

/// The configuration of the command line, with what follows the user's passes.
MlirOptMainConfig getConfig(StringRef outputName) {
  MlirOptMainConfig config = MlirOptMainConfig::createFromCLOptions();
  if (outputName.ends_with(".mlirbc"))
    config.emitBytecode(true);
  bool keepWeights = printWeights || outputName.ends_with(".mlir") ||
                     config.shouldEmitBytecode();
  MlirOptMainConfig userConfig = config;
  config.setPassPipelineSetupFn([=](PassManager &manager) {
    if (failed(userConfig.setupPassPipeline(manager)))
      return failure();
    if (!keepWeights)
      manager.addPass(cnn::createElideWeights());
    return success();
  });
  return config;
}

/// Runs the passes and replaces the output file when all of it is written.
LogicalResult run(StringRef inputName, StringRef outputName,
                  DialectRegistry &registry) {
  std::unique_ptr<llvm::MemoryBuffer> input = openInput(inputName, registry);
  if (!input)
    return failure();
  bool processed = false;
  llvm::Error error = llvm::writeToOutput(outputName, [&](raw_ostream &stream) {
    processed = succeeded(
        MlirOptMain(stream, std::move(input), registry, getConfig(outputName)));
    // The reason has been reported; an error here keeps the output file as is.
    return processed ? llvm::Error::success() : llvm::createStringError("");
  });
  if (!error)
    return success();
  std::string message = llvm::toString(std::move(error));
  if (processed)
    llvm::WithColor::error() << message << "\n";
  return failure();
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM initialization(argc, argv);
  DialectRegistry registry;
  cnn::registerAllDialects(registry);
  cnn::registerAllPasses();
  auto [inputName, outputName] =
      registerAndParseCLIOptions(argc, argv, "Networks optimizer", registry);
  return asMainReturnCode(run(inputName, outputName, registry));
}
