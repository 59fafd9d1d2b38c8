//===- CompiledNetwork.cpp - Calling compiled code ------------------------===//

#include "cnnc/Runner/CompiledNetwork.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
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

/// Memory that a network asks for.
Expected<NetworkMemory> allocate(size_t size) {
  NetworkMemory memory(std::aligned_alloc(
      memoryAlignment,
      llvm::alignTo(std::max<size_t>(size, 1), memoryAlignment)));
  if (!memory)
    return createStringError("the network needs " + Twine(size) +
                             " bytes of memory, which are not to be had");
  return memory;
}

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
  constexpr int64_t mostThreads = 1024;
  if (info.profile->threads < 0 || info.profile->threads > mostThreads)
    return createStringError("the compiled network's table of ticks is of " +
                             Twine(info.profile->threads) +
                             " threads; expected 0 to " + Twine(mostThreads));
  size_t bytes = info.profile->countTicks() * sizeof(int64_t);
  if (offset >= 0 && offset % sizeof(int64_t) == 0 && bytes <= arenaSize &&
      static_cast<size_t>(offset) <= arenaSize - bytes)
    return Error::success();
  return createStringError("the compiled network's table of " + Twine(bytes) +
                           " bytes at " + Twine(offset) +
                           " is not in its arena of " + Twine(arenaSize));
}

/// The decoded weights of the network called `name`.
Expected<NetworkMemory> loadWeights(const std::string &name, LoadedCode &code) {
  Expected<void *> size = code.lookup(name + "_weights_size");
  if (!size)
    return size.takeError();
  Expected<void *> load = code.lookup(name + "_load_weights");
  if (!load)
    return load.takeError();
  Expected<NetworkMemory> memory =
      allocate(reinterpret_cast<SizeFunction *>(*size)());
  if (!memory)
    return memory.takeError();
  if (int status = reinterpret_cast<LoadFunction *>(*load)(memory->get()))
    return createStringError(
        "the weights of the compiled network are damaged: " + name +
        "_load_weights returned " + Twine(status));
  return memory;
}

} // namespace

Expected<std::unique_ptr<CompiledNetwork>>
CompiledNetwork::create(const std::string &name,
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
  std::unique_ptr<CompiledNetwork> network(new CompiledNetwork());
  network->arenaSize = reinterpret_cast<SizeFunction *>(functions[1])();
  network->runFunction = functions[2];
  if (Error error = checkProfile(*info, network->arenaSize))
    return std::move(error);
  if (info->loadsWeights)
    if (Error error = loadWeights(name, *code).moveInto(network->weights))
      return std::move(error);
  if (info->usesThreads)
    network->findThreadFunctions(*code);
  network->info = std::move(*info);
  network->code = std::move(code);
  return network;
}

void CompiledNetwork::findThreadFunctions(LoadedCode &code) {
  Expected<void *> set = code.lookup("omp_set_num_threads");
  Expected<void *> get = code.lookup("omp_get_max_threads");
  if (set && get) {
    setThreadsFunction = reinterpret_cast<SetThreadsFunction *>(*set);
    getThreadsFunction = reinterpret_cast<GetThreadsFunction *>(*get);
    return;
  }
  llvm::consumeError(set.takeError());
  llvm::consumeError(get.takeError());
}

Expected<NetworkMemory> CompiledNetwork::makeArena() const {
  return allocate(arenaSize);
}

int CompiledNetwork::setThreads(int count) const {
  if (!setThreadsFunction)
    return count;
  int before = getThreadsFunction();
  setThreadsFunction(count);
  return before;
}

int CompiledNetwork::run(ArrayRef<const void *> inputs,
                         ArrayRef<void *> outputs, void *arena,
                         int64_t batch) const {
  if (weights && info.dynamicBatch)
    return reinterpret_cast<LoadedBatchRunFunction *>(runFunction)(
        inputs.data(), outputs.data(), arena, weights.get(), batch);
  if (weights)
    return reinterpret_cast<LoadedRunFunction *>(runFunction)(
        inputs.data(), outputs.data(), arena, weights.get());
  if (info.dynamicBatch)
    return reinterpret_cast<BatchRunFunction *>(runFunction)(
        inputs.data(), outputs.data(), arena, batch);
  return reinterpret_cast<RunFunction *>(runFunction)(inputs.data(),
                                                      outputs.data(), arena);
}
