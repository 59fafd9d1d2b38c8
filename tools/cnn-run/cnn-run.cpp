//===- cnn-run.cpp - Run a network ----------------------------------------===//

#include "Options.h"

#include "llvm/Support/InitLLVM.h"

int main(int argumentCount, char **arguments) {
  llvm::InitLLVM initialization(argumentCount, arguments);
  std::optional<mlir::cnn::RunOptions> options =
      mlir::cnn::parseOptions(argumentCount, arguments);
  return options ? mlir::cnn::runTool(*options) : 2;
}
