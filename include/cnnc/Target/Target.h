//===- Target.h - From the LLVM dialect to files ----------------*- C++ -*-===//

#ifndef CNNC_TARGET_TARGET_H
#define CNNC_TARGET_TARGET_H

#include "cnnc/Support/ModelInterface.h"
#include "cnnc/Support/WeightsBlock.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlir::cnn {

/// What can be written of a compiled network.
enum class OutputKind {
  LLVMText,
  Assembly,
  Object,
  Archive,
  SharedLibrary,
  Header,
  /// A folder.
  Package
};

/// What NAME_run and NAME_load_weights return where no version of the network
/// suits the processor. None of `coded::Status`.
inline constexpr int32_t unsupportedProcessor = 3;

/// What callers must know of a network that may have several versions. Its
/// machine is then that of the first, and sizes are enough for all.
struct NativeInterface : ModelInterface {
  /// The processors between which the network chooses when it runs, best first;
  /// empty if it is compiled for one.
  SmallVector<std::string> versions;

  /// The processor or processors, for people to read.
  std::string describeProcessors() const;
};

/// A network as optimised LLVM IR, ready to be written in any form.
class NativeModule {
public:
  /// Translates a module in the LLVM dialect whose entry points have been
  /// emitted, and runs LLVM's optimisations for the module's machine. As one of
  /// several versions it is for `combine` only.
  static llvm::Expected<NativeModule> create(ModuleOp module,
                                             bool isVersion = false);

  /// Puts versions of one network for machines in the order of
  /// `orderVersions` into one, which chooses when it runs.
  static llvm::Expected<NativeModule>
  combine(std::vector<NativeModule> versions);

  const NativeInterface &getInterface() const { return model; }

  /// Writes one form of the network to `path`, "-" for standard output. The
  /// file appears whole or not at all. Weights too large for the text forms go
  /// to a file beside it, named `path` + ".weights".
  llvm::Error write(OutputKind kind, StringRef path) const;

  /// The C and C++ header.
  llvm::Expected<std::string> getHeader() const;

  /// The object file's bytes.
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> emitObject() const;

private:
  /// The constants of a version.
  struct NamedWeights {
    std::string symbol;
    WeightsBlock block;
  };

  /// The IR in which the weights are defined; large ones by the assembler's
  /// directives `.incbin` of the file, in which they follow each other.
  llvm::Expected<std::unique_ptr<llvm::Module>>
  defineWeights(StringRef file) const;
  /// A network with large weights as assembly in a module, compiled in
  /// parallel.
  llvm::Expected<std::unique_ptr<llvm::Module>> compileLargeModule() const;
  /// Writes the object to a file. Large weights go there directly, past the
  /// assembler, which would hold them in memory.
  llvm::Error emitObjectTo(StringRef path) const;
  bool hasLargeWeights() const;
  llvm::Error writeWeights(StringRef path) const;
  /// Writes the object beside `path`, and moves it there when it is whole.
  llvm::Error writeObject(StringRef path) const;
  llvm::Error writeText(OutputKind kind, StringRef path) const;
  /// Notes what the object calls, or fails if networks may not call that.
  llvm::Error readCalledFunctions(llvm::MemoryBufferRef object) const;
  llvm::Error writeBinary(OutputKind kind, StringRef path) const;

  NativeInterface model;
  /// Of the network, or of each version.
  std::vector<NamedWeights> weights;
  std::unique_ptr<llvm::LLVMContext> context;
  /// Optimised bitcode; one part unless the weights are large.
  std::vector<SmallVector<char, 0>> parts;
  std::unique_ptr<llvm::TargetMachine> machine;
  /// What the object calls, once it has been made.
  mutable std::optional<std::vector<std::string>> calledFunctions;
};

/// Machines whose code is to be in one object, best first: with the widest
/// vectors, and then with the most extensions. An error if programs cannot tell
/// processors of this kind from each other, or if code for one would never run.
llvm::Expected<std::vector<Machine>> orderVersions(ArrayRef<Machine> machines);

/// The C and C++ header of a compiled network whose object calls these
/// functions.
std::string makeHeader(const NativeInterface &model,
                       ArrayRef<std::string> calledFunctions);

/// Links an object into a shared library at `path`, with a linker found on this
/// machine; an error names the packages that have one. Programs linked with the
/// library look for `soname`, or where it is empty for the path they were
/// linked with.
llvm::Error linkSharedLibrary(const ModelInterface &model,
                              llvm::MemoryBufferRef object, StringRef path,
                              StringRef soname = "");

/// A folder of everything a program needs to use the network: library, header,
/// an example, and what CMake and pkg-config have to know. `object` is
/// of `NativeModule::emitObject`. The folder appears whole or not at all;
/// one that is there is replaced if it is a package of this network.
llvm::Error writePackage(const NativeInterface &model,
                         llvm::MemoryBufferRef object, StringRef folder);

/// An error unless `writePackage` may write to `folder`: there is none, it is
/// empty, or it is a package of the network `name` and nothing else.
llvm::Error checkPackageFolder(StringRef folder, StringRef name);

} // namespace mlir::cnn

#endif // CNNC_TARGET_TARGET_H
