//===- Module.h - A network that passes run on ------------------*- C++ -*-===//
//
// What cnnc.Module does, without Python. Errors are exceptions.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_PYTHON_MODULE_H
#define CNNC_PYTHON_MODULE_H

#include "cnnc/Export/Export.h"
#include "cnnc/Runner/ModelFile.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mlir::cnn::python {

/// Shapes of inputs by name, -1 being an open batch.
using InputShapes = std::vector<std::pair<std::string, std::vector<int64_t>>>;

/// A network in a context of its own, which nothing changes: several threads
/// may use it.
class Module {
public:
  static Module load(const std::string &path, const InputShapes &shapes);
  /// From an ONNX file, or MLIR as bytecode, in memory.
  static Module parse(const std::string &bytes, const std::string &name,
                      const InputShapes &shapes);

  EntryTypes getTypes() const;
  std::string getName() const;

  /// A copy on which passes have run: `flags` of cnn-opt, of which some may
  /// look at the images of the file `images`. Warnings are added to `warnings`.
  Module runPasses(const std::vector<std::string> &flags,
                   const std::string &images,
                   std::vector<std::string> &warnings) const;

  /// What cnn-report --format=json prints for the machine of `options`; with
  /// `compile`, also what the compiler makes of each layer.
  std::string report(const CompileOptions &options, bool compile) const;
  /// What cnn-report --sizes --format=json prints.
  std::string reportSizes() const;

  /// MLIR as text, without the data of large constants.
  std::string print() const;
  std::string toBytecode() const;
  /// Writes .mlir or .mlirbc.
  void save(const std::string &path) const;
  void saveONNX(const std::string &path, const ExportOptions &options) const;

  CompiledObject compile(const CompileOptions &options) const;

  /// The outputs that the reference interpreter computes.
  std::vector<Tensor> interpret(std::vector<Tensor> inputs) const;

private:
  explicit Module(ModelFile model);

  /// A copy to change.
  ModelFile copy() const;
  /// Calls `action` with the module; errors are exceptions.
  void use(llvm::function_ref<llvm::Error(ModuleOp)> action) const;

  std::shared_ptr<ModelFile> model;
  /// Of what reports errors to the context: they belong to one thread.
  std::shared_ptr<std::mutex> mutex;
};

/// Registers everything a module can be asked for, once.
void registerEverything();

/// The passes that `runPasses` knows of this project, and all of upstream.
const std::vector<std::string> &getOwnPasses();
bool isKnownPass(const std::string &name);

} // namespace mlir::cnn::python

#endif // CNNC_PYTHON_MODULE_H
