//===- Engine.cpp - What all engines share --------------------------------===//

#include "cnnc/Runner/Engine.h"
#include "cnnc/Runner/TensorFile.h"

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Expected;
using llvm::SmallVector;
using llvm::Twine;

SmallVector<int64_t> TensorInfo::getShape(int64_t batch) const {
  SmallVector<int64_t> known = shape;
  if (hasDynamicBatch())
    known[0] = batch;
  return known;
}

std::string mlir::cnn::describe(const TensorInfo &info) {
  return info.name + ": " + describe(info.type, info.shape);
}

Engine::~Engine() = default;

Expected<std::vector<Tensor>> Engine::run(ArrayRef<Tensor> inputs) {
  std::vector<Tensor> outputs;
  if (llvm::Error error = runInto(inputs, outputs))
    return std::move(error);
  return outputs;
}

Expected<int64_t> Engine::checkInputs(ArrayRef<Tensor> inputs) const {
  ArrayRef<TensorInfo> infos = getInputs();
  if (inputs.size() != infos.size())
    return createStringError("the network has " + Twine(infos.size()) +
                             " inputs, got " + Twine(inputs.size()));
  std::optional<int64_t> batch;
  for (auto [tensor, info] : llvm::zip_equal(inputs, infos)) {
    // The first input with a dynamic batch decides.
    if (!batch && info.hasDynamicBatch() && tensor.getRank() > 0)
      batch = tensor.getShape()[0];
    SmallVector<int64_t> expected = info.getShape(batch.value_or(1));
    if (tensor.getType() != info.type ||
        tensor.getShape() != ArrayRef(expected))
      return createStringError(
          "input " + describe(info) + " was given " + describe(tensor) +
          (info.hasDynamicBatch() && batch ? " with a batch of " + Twine(*batch)
                                           : Twine("")));
  }
  return batch.value_or(1);
}
