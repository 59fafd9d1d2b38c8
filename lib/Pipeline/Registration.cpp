//===- Registration.cpp - Everything a tool can name ----------------------===//

#include "cnnc/Pipeline/Registration.h"

#include "cnnc/Conversion/Passes.h"
#if __has_include("cnnc/Dialect/CNN/CNN.h")
#include "cnnc/Dialect/CNN/CNN.h"
#endif
#if __has_include("cnnc/Dialect/Kernel/Kernel.h")
#include "cnnc/Dialect/Kernel/Kernel.h"
#endif
#if __has_include("cnnc/Transforms/Passes.h")
#include "cnnc/Transforms/Passes.h"
#endif
#include "cnnc/Pipeline/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

namespace mlir::cnn {

void registerAllDialects(DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
#if __has_include("cnnc/Dialect/CNN/CNN.h")
  registry.insert<CNNDialect>();
#endif
#if __has_include("cnnc/Dialect/Kernel/Kernel.h")
  registry.insert<kernel::KernelDialect>();
#endif
}

void registerAllPasses() {
  mlir::registerAllPasses();
  registerCNNConversionPasses();
  registerCNNPipelinePasses();
#if __has_include("cnnc/Transforms/Passes.h")
  registerCNNTransformsPasses();
#endif
}

} // namespace mlir::cnn
