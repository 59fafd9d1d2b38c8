//===- CompiledNetwork.h - Compiled code in memory --------------*- C++ -*-===//
//
// The contract between an emitted object and its caller, which is the same for
// a shared library and for an object in memory.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_RUNNER_COMPILEDNETWORK_H
#define CNNC_RUNNER_COMPILEDNETWORK_H

#include "cnnc/Data/TensorFile.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstdlib>
#include <memory>

namespace mlir::cnn {

/// What NAME_info() says.
struct CompiledInfo {
  std::string name;
  std::string triple, cpu, features;
  bool dynamicBatch = false;
  bool usesThreads = false;
  std::vector<TensorInfo> inputs, outputs;
  /// The weights are to be decoded into memory.
  bool loadsWeights = false;
  std::optional<KernelProfile> profile;
};

llvm::Expected<CompiledInfo> parseCompiledInfo(llvm::StringRef json);

/// The outputs that the model's file names. Behind them are those that say how
/// much of another is valid.
llvm::ArrayRef<TensorInfo> getModelOutputs(llvm::ArrayRef<TensorInfo> outputs);

/// The name NAME of the network in an object file or shared library: the one
/// for which NAME_run, NAME_info and NAME_arena_size are defined; `preferred`,
/// if there are several. An error if the file is for another processor family
/// than this machine's.
llvm::Expected<std::string> findNetwork(llvm::MemoryBufferRef object,
                                        llvm::StringRef preferred = "");

/// Code in memory: finds functions by name, and unloads them when destroyed.
class LoadedCode {
public:
  virtual ~LoadedCode() = default;
  virtual llvm::Expected<void *> lookup(const std::string &function) = 0;
};

struct FreeMemory {
  void operator()(void *memory) const { std::free(memory); }
};

/// Memory that a network asks for, aligned to 64 bytes.
using NetworkMemory = std::unique_ptr<void, FreeMemory>;

/// A network that several threads may run at a time, each in an arena of its
/// own.
class CompiledNetwork {
public:
  /// The network called `name`. An error if it does not keep to the contract,
  /// or was compiled for a processor with more features than this one has.
  static llvm::Expected<std::unique_ptr<CompiledNetwork>>
  create(const std::string &name, std::unique_ptr<LoadedCode> code);

  const CompiledInfo &getInfo() const { return info; }

  /// Bytes of an arena.
  size_t getArenaSize() const { return arenaSize; }
  llvm::Expected<NetworkMemory> makeArena() const;

  /// Runs the network on the data of its inputs, row-major and of the shapes
  /// that `batch` gives them, and writes the data of its outputs. Returns what
  /// the network returns, which is 0.
  int run(llvm::ArrayRef<const void *> inputs, llvm::ArrayRef<void *> outputs,
          void *arena, int64_t batch) const;

  /// Sets how many threads OpenMP gives the network when the calling thread
  /// runs it, and returns how many they were. Nothing for a network without
  /// threads.
  int setThreads(int count) const;

private:
  using SetThreadsFunction = void(int);
  using GetThreadsFunction = int();

  CompiledNetwork() = default;
  void findThreadFunctions(LoadedCode &code);

  CompiledInfo info;
  size_t arenaSize = 0;
  void *runFunction = nullptr;
  /// Those of the OpenMP that the code calls; null if it calls none.
  SetThreadsFunction *setThreadsFunction = nullptr;
  GetThreadsFunction *getThreadsFunction = nullptr;
  /// Of a network that decodes them.
  NetworkMemory weights;
  std::unique_ptr<LoadedCode> code;
};

/// Loads a shared library made by `cnn-translate --emit=shared`.
llvm::Expected<std::unique_ptr<CompiledNetwork>>
loadCompiledLibrary(llvm::StringRef path);

/// Loads an object file made by `cnn-translate --emit=obj`.
llvm::Expected<std::unique_ptr<CompiledNetwork>>
loadCompiledObject(std::unique_ptr<llvm::MemoryBuffer> object);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_COMPILEDNETWORK_H
