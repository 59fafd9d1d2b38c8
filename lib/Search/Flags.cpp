//===- Flags.cpp - Passes as users write them -----------------------------===//

#include "cnnc/Search/Flags.h"

#include "cnnc/Compression/Passes.h"
#include "cnnc/Pipeline/Pipeline.h"

#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;

/// Adds the pass or pipeline called `name`, nested where it belongs.
static Error addPass(OpPassManager &manager, StringRef name,
                     StringRef options) {
  const PassRegistryEntry *entry = PassInfo::lookup(name);
  if (!entry)
    entry = PassPipelineInfo::lookup(name);
  if (!entry)
    return llvm::createStringError("unknown pass '" + name + "'");
  std::string message;
  auto keepMessage = [&](const Twine &text) {
    message = text.str();
    return failure();
  };
  if (succeeded(entry->addToPipeline(manager, options, keepMessage)))
    return Error::success();
  if (message.empty())
    message = "wrong options '" + options.str() + "'";
  return llvm::createStringError("pass '" + name + "': " + message);
}

Error mlir::cnn::addPasses(OpPassManager &manager,
                           llvm::ArrayRef<std::string> flags,
                           const CalibrationOptions &images) {
  for (StringRef flag : flags) {
    auto [name, options] = flag.drop_front(2).split('=');
    if (name == "quantize") {
      QuantizationOptions quantization;
      quantization.calibration = images;
      if (Error error = parseQuantization(options, quantization))
        return error;
      buildQuantizationPipeline(manager, quantization);
      continue;
    }
    if (Error error = addPass(manager, name, options))
      return error;
  }
  return Error::success();
}

bool mlir::cnn::needImages(llvm::ArrayRef<std::string> flags) {
  OpPassManager manager(ModuleOp::getOperationName(),
                        OpPassManager::Nesting::Implicit);
  llvm::consumeError(addPasses(manager, flags, {}));
  return readsImages(manager) || llvm::any_of(flags, [](StringRef flag) {
           return flag.starts_with("--quantize");
         });
}

std::string mlir::cnn::formatResponseFile(llvm::ArrayRef<std::string> flags) {
  std::string text;
  for (StringRef flag : flags) {
    bool isQuoted = flag.find_first_of(" \t\"'\\") != StringRef::npos;
    text += isQuoted ? "\"" : "";
    for (char c : flag) {
      if (c == '"' || c == '\\')
        text += '\\';
      text += c;
    }
    text += isQuoted ? "\"\n" : "\n";
  }
  return text;
}
