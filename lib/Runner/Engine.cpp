//===- Engine.cpp - What all engines share --------------------------------===//

#include "cnnc/Runner/Engine.h"

#include "cnnc/Runner/CompiledNetwork.h"

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Expected;
using llvm::SmallVector;
using llvm::Twine;

Engine::~Engine() = default;

ArrayRef<TensorInfo> Engine::getModelOutputs() const {
  return mlir::cnn::getModelOutputs(getOutputs());
}

/// The first `count` rows of a dimension.
static Tensor takeRows(const Tensor &tensor, int64_t dimension, int64_t count) {
  SmallVector<int64_t> shape(tensor.getShape());
  count = std::clamp<int64_t>(count, 0, shape[dimension]);
  if (count == shape[dimension])
    return tensor;
  int64_t row = getByteWidth(tensor.getType());
  for (int64_t extent : ArrayRef(shape).drop_front(dimension + 1))
    row *= extent;
  int64_t step = row * shape[dimension];
  shape[dimension] = count;
  Tensor result(tensor.getType(), shape);
  ArrayRef<char> from = tensor.getBytes();
  llvm::MutableArrayRef<char> to = result.getBytes();
  for (; !to.empty(); to = to.drop_front(count * row)) {
    llvm::copy(from.take_front(count * row), to.begin());
    from = from.drop_front(step);
  }
  return result;
}

/// Cuts outputs to the part that others say is valid.
static void cutToLengths(ArrayRef<TensorInfo> infos,
                         std::vector<Tensor> &outputs) {
  for (auto [info, output] : llvm::zip_equal(infos, outputs))
    for (auto [other, count] : llvm::zip_equal(infos, outputs))
      if (info.length && info.length->output == other.name &&
          count.getElementCount() == 1 && info.length->dimension >= 0 &&
          info.length->dimension < output.getRank())
        output = takeRows(output, info.length->dimension,
                          static_cast<int64_t>(count.toDoubles().front()));
}

Expected<std::vector<Tensor>> Engine::run(ArrayRef<Tensor> inputs) {
  std::vector<Tensor> outputs;
  if (llvm::Error error = runInto(inputs, outputs))
    return std::move(error);
  cutToLengths(getOutputs(), outputs);
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
