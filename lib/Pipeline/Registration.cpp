//===- Registration.cpp - Everything a tool can name ----------------------===//

#include "cnnc/Pipeline/Registration.h"

#include "cnnc/Compression/Passes.h"
#include "cnnc/Conversion/Passes.h"
#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Pipeline/Passes.h"
#include "cnnc/Transforms/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::cnn {

void registerAllDialects(DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
  registry.insert<CNNDialect>();
  registry.insert<kernel::KernelDialect>();
}

void registerNetworkPasses() {
  registerCNNConversionPasses();
  registerCNNPipelinePasses();
  registerCNNTransformsPasses();
}

void registerAllPasses() {
  mlir::registerAllPasses();
  registerNetworkPasses();
}

bool isApproximate(StringRef argument) {
  static const llvm::StringSet<> arguments = {"compute-in-float16",
                                              "promote-float16", "quantize",
                                              "weights-only", "winograd"};
  return arguments.contains(argument) || isCompressionPass(argument);
}

} // namespace mlir::cnn
