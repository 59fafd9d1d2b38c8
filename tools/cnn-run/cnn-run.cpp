//===- cnn-run.cpp - Run a network ----------------------------------------===//

#include "Options.h"

#include "cnnc/Pipeline/Registration.h"

#include "llvm/Support/InitLLVM.h"

int main(int argumentCount, char **arguments) {
  llvm::InitLLVM initialization(argumentCount, arguments);
  std::optional<mlir::cnn::RunOptions> options =
      mlir::cnn::parseOptions(argumentCount, arguments);
  if (!options)
    return 2;
  mlir::cnn::registerAllPasses();
  return mlir::cnn::runTool(*options);
}
