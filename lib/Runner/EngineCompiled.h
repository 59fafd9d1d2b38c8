//===- EngineCompiled.h - Calling compiled code -----------------*- C++ -*-===//
//
// The contract between an emitted object and its caller, which is the same for
// a shared library and for an object in memory.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_RUNNER_ENGINECOMPILED_H
#define CNNC_LIB_RUNNER_ENGINECOMPILED_H

#include "cnnc/Runner/Engine.h"

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

/// An engine over the three functions of the network called `name`.
llvm::Expected<std::unique_ptr<Engine>>
makeCompiledEngine(const std::string &name, std::unique_ptr<LoadedCode> code);

} // namespace mlir::cnn

#endif // CNNC_LIB_RUNNER_ENGINECOMPILED_H
