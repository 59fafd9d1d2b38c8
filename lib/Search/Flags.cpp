//===- Flags.cpp - Passes as users write them -----------------------------===//

#include "cnnc/Search/Flags.h"

#include "cnnc/Compression/Passes.h"
#include "cnnc/Pipeline/Pipeline.h"

#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;

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
    std::string pass = "func.func(" + name.str();
    pass += options.empty() ? ")" : "{" + options.str() + "})";
    std::string message;
    llvm::raw_string_ostream stream(message);
    if (failed(parsePassPipeline(pass, manager, stream)))
      return llvm::createStringError(message);
  }
  return Error::success();
}

bool mlir::cnn::needImages(llvm::ArrayRef<std::string> flags) {
  OpPassManager manager(ModuleOp::getOperationName());
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
