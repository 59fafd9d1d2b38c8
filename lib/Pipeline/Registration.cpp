//===- Registration.cpp - Everything a tool can name ----------------------===//

#include "cnnc/Pipeline/Registration.h"

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Pipeline/Passes.h"
#include "cnnc/Transforms/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

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

} // namespace mlir::cnn
