//===- EngineCompiled.cpp - Compiled code as an engine --------------------===//

#include "cnnc/Runner/CompiledNetwork.h"
#include "cnnc/Runner/Engine.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;

namespace {

class CompiledEngine : public Engine {
public:
  CompiledEngine(std::unique_ptr<CompiledNetwork> network, NetworkMemory arena)
      : network(std::move(network)), arena(std::move(arena)) {}

  ArrayRef<TensorInfo> getInputs() const override { return getInfo().inputs; }
  ArrayRef<TensorInfo> getOutputs() const override { return getInfo().outputs; }
  bool usesThreads() const override { return getInfo().usesThreads; }

  const KernelProfile *getProfile() const override {
    return getInfo().profile ? &*getInfo().profile : nullptr;
  }
  ArrayRef<int64_t> getTicks() const override {
    if (!getProfile())
      return {};
    return getTable().take_front(getProfile()->countBoundaries());
  }
  ArrayRef<int64_t> getThreadTicks() const override {
    if (!getProfile())
      return {};
    return getTable().drop_front(getProfile()->countBoundaries());
  }

  Error runInto(ArrayRef<Tensor> inputs,
                std::vector<Tensor> &outputs) override {
    Expected<int64_t> batch = checkInputs(inputs);
    if (!batch)
      return batch.takeError();
    outputs.resize(getInfo().outputs.size());
    for (auto [tensor, output] : llvm::zip_equal(outputs, getInfo().outputs)) {
      SmallVector<int64_t> shape = output.getShape(*batch);
      if (tensor.getType() != output.type || tensor.getBytes().empty() ||
          tensor.getShape() != ArrayRef(shape))
        tensor = Tensor(output.type, shape);
    }
    if (int code = call(inputs, outputs, *batch))
      return createStringError(getInfo().name + "_run returned " + Twine(code));
    return Error::success();
  }

private:
  const CompiledInfo &getInfo() const { return network->getInfo(); }

  /// What the network's profile leaves in the arena.
  ArrayRef<int64_t> getTable() const {
    const char *table =
        static_cast<const char *>(arena.get()) + getProfile()->ticksOffset;
    return {reinterpret_cast<const int64_t *>(table),
            getProfile()->countTicks()};
  }

  int call(ArrayRef<Tensor> inputs, std::vector<Tensor> &outputs,
           int64_t batch) {
    SmallVector<const void *> inputData;
    for (const Tensor &tensor : inputs)
      inputData.push_back(tensor.getBytes().data());
    SmallVector<void *> outputData;
    for (Tensor &tensor : outputs)
      outputData.push_back(tensor.getBytes().data());
    return network->run(inputData, outputData, arena.get(), batch);
  }

  std::unique_ptr<CompiledNetwork> network;
  NetworkMemory arena;
};

Expected<std::unique_ptr<Engine>>
makeEngine(Expected<std::unique_ptr<CompiledNetwork>> network) {
  if (!network)
    return network.takeError();
  Expected<NetworkMemory> arena = (*network)->makeArena();
  if (!arena)
    return arena.takeError();
  return std::make_unique<CompiledEngine>(std::move(*network),
                                          std::move(*arena));
}

} // namespace

Expected<std::unique_ptr<Engine>> mlir::cnn::loadSharedLibrary(StringRef path) {
  return makeEngine(loadCompiledLibrary(path));
}

Expected<std::unique_ptr<Engine>>
mlir::cnn::loadObject(std::unique_ptr<llvm::MemoryBuffer> object) {
  return makeEngine(loadCompiledObject(std::move(object)));
}
