//===- Inputs.h - The inputs of a network, from files -----------*- C++ -*-===//

#ifndef CNNC_RUNNER_INPUTS_H
#define CNNC_RUNNER_INPUTS_H

#include "cnnc/Runner/Engine.h"

namespace mlir::cnn {

/// Reads the inputs of `engine` from `files`, each "name=file", or "file" for a
/// network with one input. Inputs that are not given are an error, or random.
llvm::Expected<std::vector<Tensor>>
readInputs(const Engine &engine, llvm::ArrayRef<std::string> files,
           const PictureOptions &options, bool randomIfAbsent);

/// The inputs and expected outputs of a folder in the layout of the ONNX
/// backend tests: input_0.pb, input_1.pb, ..., output_0.pb, ...
struct TestData {
  std::vector<Tensor> inputs, outputs;
};
llvm::Expected<TestData> readTestData(const Engine &engine,
                                      llvm::StringRef directory);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_INPUTS_H
