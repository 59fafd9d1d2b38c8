//===- Engine.h - A network that can be run ---------------------*- C++ -*-===//
//
// Compiled code in a shared library, compiled code in memory and the reference
// interpreter, behind one interface.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_RUNNER_ENGINE_H
#define CNNC_RUNNER_ENGINE_H

#include "cnnc/Data/TensorFile.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace mlir::cnn {

/// A network that can be run on tensors.
class Engine {
public:
  virtual ~Engine();

  virtual llvm::ArrayRef<TensorInfo> getInputs() const = 0;
  virtual llvm::ArrayRef<TensorInfo> getOutputs() const = 0;

  /// Whether the network spreads its work over OpenMP threads.
  virtual bool usesThreads() const { return false; }

  /// The kernels of a network that times them, or null.
  virtual const KernelProfile *getProfile() const { return nullptr; }
  /// The counter before the first kernel of the last run and after each: of one
  /// image, if it ran on several. Empty without a profile.
  virtual llvm::ArrayRef<int64_t> getTicks() const { return {}; }
  /// The counter when each of the first threads was done with its share, kernel
  /// by kernel; empty if the network has no threads or no profile.
  virtual llvm::ArrayRef<int64_t> getThreadTicks() const { return {}; }

  /// Runs the network. The storage of `outputs` is reused where it fits, so
  /// that repeated runs measure the network alone.
  virtual llvm::Error runInto(llvm::ArrayRef<Tensor> inputs,
                              std::vector<Tensor> &outputs) = 0;

  /// The outputs that the model's file names. Behind them are those that say
  /// how much of another is valid.
  llvm::ArrayRef<TensorInfo> getModelOutputs() const;

  /// Runs the network and returns one tensor for each of `getOutputs()`, cut to
  /// the part that is valid.
  llvm::Expected<std::vector<Tensor>> run(llvm::ArrayRef<Tensor> inputs);

  /// Checks the number, element types and shapes of `inputs`; returns the batch
  /// they agree on, 1 for a network whose batch is not dynamic.
  llvm::Expected<int64_t> checkInputs(llvm::ArrayRef<Tensor> inputs) const;
};

/// Loads a shared library made by `cnn-translate --emit=shared`.
llvm::Expected<std::unique_ptr<Engine>> loadSharedLibrary(llvm::StringRef path);

/// Loads an object file made by `cnn-translate --emit=obj`.
llvm::Expected<std::unique_ptr<Engine>>
loadObject(std::unique_ptr<llvm::MemoryBuffer> object);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_ENGINE_H
