//===- EngineCompiled.cpp - Calling compiled code -------------------------===//

#include "EngineCompiled.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <cstdlib>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;

namespace {

// The C interface of a compiled network, as docs/Architecture.md states it.
using RunFunction = int(const void *const *inputs, void *const *outputs,
                        void *arena);
using BatchRunFunction = int(const void *const *inputs, void *const *outputs,
                             void *arena, int64_t batch);
using LoadedRunFunction = int(const void *const *inputs, void *const *outputs,
                              void *arena, const void *weights);
using LoadedBatchRunFunction = int(const void *const *inputs,
                                   void *const *outputs, void *arena,
                                   const void *weights, int64_t batch);
using SizeFunction = size_t();
using LoadFunction = int(void *weights);
using InfoFunction = const char *();

constexpr size_t memoryAlignment = 64;

struct Free {
  void operator()(void *memory) const { std::free(memory); }
};

using Memory = std::unique_ptr<void, Free>;

/// Memory that a network asks for.
Expected<Memory> allocate(size_t size) {
  Memory memory(std::aligned_alloc(
      memoryAlignment,
      llvm::alignTo(std::max<size_t>(size, 1), memoryAlignment)));
  if (!memory)
    return createStringError("the network needs " + Twine(size) +
                             " bytes of memory, which are not to be had");
  return memory;
}

class CompiledEngine : public Engine {
public:
  CompiledEngine(CompiledInfo info, void *runFunction, Memory arena,
                 Memory weights, std::unique_ptr<LoadedCode> code)
      : info(std::move(info)), runFunction(runFunction),
        arena(std::move(arena)), weights(std::move(weights)),
        code(std::move(code)) {}

  ArrayRef<TensorInfo> getInputs() const override { return info.inputs; }
  ArrayRef<TensorInfo> getOutputs() const override { return info.outputs; }
  bool usesThreads() const override { return info.usesThreads; }

  const KernelProfile *getProfile() const override {
    return info.profile ? &*info.profile : nullptr;
  }
  ArrayRef<int64_t> getTicks() const override {
    if (!info.profile)
      return {};
    const char *table =
        static_cast<const char *>(arena.get()) + info.profile->ticksOffset;
    return {reinterpret_cast<const int64_t *>(table),
            info.profile->kernels.size() + 1};
  }

  Error runInto(ArrayRef<Tensor> inputs,
                std::vector<Tensor> &outputs) override {
    Expected<int64_t> batch = checkInputs(inputs);
    if (!batch)
      return batch.takeError();
    outputs.resize(info.outputs.size());
    for (auto [tensor, output] : llvm::zip_equal(outputs, info.outputs)) {
      SmallVector<int64_t> shape = output.getShape(*batch);
      if (tensor.getType() != output.type || tensor.getBytes().empty() ||
          tensor.getShape() != ArrayRef(shape))
        tensor = Tensor(output.type, shape);
    }
    if (int code = call(inputs, outputs, *batch))
      return createStringError(info.name + "_run returned " + Twine(code));
    return Error::success();
  }

private:
  int call(ArrayRef<Tensor> inputs, std::vector<Tensor> &outputs,
           int64_t batch) {
    SmallVector<const void *> inputData;
    for (const Tensor &tensor : inputs)
      inputData.push_back(tensor.getBytes().data());
    SmallVector<void *> outputData;
    for (Tensor &tensor : outputs)
      outputData.push_back(tensor.getBytes().data());
    if (weights && info.dynamicBatch)
      return reinterpret_cast<LoadedBatchRunFunction *>(runFunction)(
          inputData.data(), outputData.data(), arena.get(), weights.get(),
          batch);
    if (weights)
      return reinterpret_cast<LoadedRunFunction *>(runFunction)(
          inputData.data(), outputData.data(), arena.get(), weights.get());
    if (info.dynamicBatch)
      return reinterpret_cast<BatchRunFunction *>(runFunction)(
          inputData.data(), outputData.data(), arena.get(), batch);
    return reinterpret_cast<RunFunction *>(runFunction)(
        inputData.data(), outputData.data(), arena.get());
  }

  CompiledInfo info;
  void *runFunction;
  Memory arena;
  /// Of a network that decodes them.
  Memory weights;
  std::unique_ptr<LoadedCode> code;
};

/// An error if the code was compiled for processor features that this machine
/// is known not to have: running it would end in an illegal instruction.
Error checkProcessor(const CompiledInfo &info) {
  llvm::InitializeNativeTarget();
  std::string problem;
  llvm::Triple triple(info.triple);
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, problem);
  if (!target)
    return createStringError("compiled for " + info.triple + ": " + problem);
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      target->createMCSubtargetInfo(triple, info.cpu, info.features));
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  std::string missing;
  for (const auto &feature : subtarget->getEnabledProcessorFeatures()) {
    auto found = host.find(feature.Key);
    if (found != host.end() && !found->second)
      missing += (missing.empty() ? "" : ", ") + std::string(feature.Key);
  }
  if (missing.empty())
    return Error::success();
  return createStringError("compiled for processor features that this machine "
                           "does not have: " +
                           missing);
}

/// An error unless the table of ticks lies in the arena.
Error checkProfile(const CompiledInfo &info, size_t arenaSize) {
  if (!info.profile)
    return Error::success();
  int64_t offset = info.profile->ticksOffset;
  size_t bytes = (info.profile->kernels.size() + 1) * sizeof(int64_t);
  if (offset >= 0 && offset % sizeof(int64_t) == 0 && bytes <= arenaSize &&
      static_cast<size_t>(offset) <= arenaSize - bytes)
    return Error::success();
  return createStringError("the compiled network's table of " + Twine(bytes) +
                           " bytes at " + Twine(offset) +
                           " is not in its arena of " + Twine(arenaSize));
}

/// The decoded weights of the network called `name`.
Expected<Memory> loadWeights(const std::string &name, LoadedCode &code) {
  Expected<void *> size = code.lookup(name + "_weights_size");
  if (!size)
    return size.takeError();
  Expected<void *> load = code.lookup(name + "_load_weights");
  if (!load)
    return load.takeError();
  Expected<Memory> memory = allocate(reinterpret_cast<SizeFunction *>(*size)());
  if (!memory)
    return memory.takeError();
  if (int status = reinterpret_cast<LoadFunction *>(*load)(memory->get()))
    return createStringError(
        "the weights of the compiled network are damaged: " + name +
        "_load_weights returned " + Twine(status));
  return memory;
}

} // namespace

Expected<std::unique_ptr<Engine>>
mlir::cnn::makeCompiledEngine(const std::string &name,
                              std::unique_ptr<LoadedCode> code) {
  void *functions[3];
  const char *suffixes[3] = {"_info", "_arena_size", "_run"};
  for (auto [function, suffix] : llvm::zip_equal(functions, suffixes)) {
    Expected<void *> found = code->lookup(name + suffix);
    if (!found)
      return found.takeError();
    function = *found;
  }
  Expected<CompiledInfo> info =
      parseCompiledInfo(reinterpret_cast<InfoFunction *>(functions[0])());
  if (!info)
    return info.takeError();
  if (Error error = checkProcessor(*info))
    return std::move(error);
  size_t size = reinterpret_cast<SizeFunction *>(functions[1])();
  if (Error error = checkProfile(*info, size))
    return std::move(error);
  Expected<Memory> arena = allocate(size);
  if (!arena)
    return arena.takeError();
  Memory weights;
  if (info->loadsWeights) {
    Expected<Memory> loaded = loadWeights(name, *code);
    if (!loaded)
      return loaded.takeError();
    weights = std::move(*loaded);
  }
  return std::make_unique<CompiledEngine>(std::move(*info), functions[2],
                                          std::move(*arena), std::move(weights),
                                          std::move(code));
}
