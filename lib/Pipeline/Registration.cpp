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
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CommandLine.h"

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

std::vector<std::string> listKnownPasses() {
  // MLIR shows its registry to nobody but the parser of a command line, in
  // which each pass becomes an option of the same name.
  std::vector<std::string> before, names;
  auto &options = llvm::cl::getRegisteredOptions();
  for (const auto &option : options)
    before.push_back(option.first.str());
  llvm::sort(before);
  static PassPipelineCLParser parser("", "Passes");
  for (const auto &option : options)
    if (!std::binary_search(before.begin(), before.end(), option.first.str()))
      names.push_back(option.first.str());
  for (const std::string &name : names)
    options.erase(name);
  llvm::erase_if(names, [](StringRef name) {
    return !PassInfo::lookup(name) && !PassPipelineInfo::lookup(name);
  });
  llvm::sort(names);
  return names;
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
