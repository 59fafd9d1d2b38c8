//===- Module.cpp - A network that passes run on --------------------------===//

#include "Module.h"
#include "Errors.h"

#include "cnnc/Analysis/EnergyTable.h"
#include "cnnc/Analysis/Roofline.h"
#include "cnnc/Analysis/Sizes.h"
#include "cnnc/Compression/Passes.h"
#include "cnnc/Pipeline/Diagnostics.h"
#include "cnnc/Pipeline/ExplainLayers.h"
#include "cnnc/Pipeline/Passes.h"
#include "cnnc/Pipeline/Registration.h"
#include "cnnc/Pipeline/Translate.h"
#include "cnnc/Runner/Calibration.h"
#include "cnnc/Search/Flags.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/raw_ostream.h"

using llvm::createStringError;
using llvm::Error;

namespace mlir::cnn::python {
namespace {

/// Compression passes are registered with what they share: one network at a
/// time may use it.
auto compression = std::make_shared<CompressionContext>();
std::mutex compressionMutex;

std::vector<std::string> ownPasses;

ImportOptions getImportOptions(const InputShapes &shapes) {
  ImportOptions options;
  for (const auto &[name, shape] : shapes)
    options.inputShapes[name] = SmallVector<int64_t>(ArrayRef(shape));
  return options;
}

StringRef getPassName(StringRef flag) {
  flag.consume_front("--");
  return flag.split('=').first;
}

/// Collects the warnings of a context, with where they are.
class WarningCollector : public ScopedDiagnosticHandler {
public:
  WarningCollector(MLIRContext *context, std::vector<std::string> &warnings)
      : ScopedDiagnosticHandler(context) {
    setHandler([&warnings](Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() != DiagnosticSeverity::Warning)
        return failure();
      warnings.push_back(describeLocation(diagnostic.getLocation()) +
                         diagnostic.str());
      return success();
    });
  }
};

} // namespace

Module::Module(ModelFile model)
    : model(std::make_shared<ModelFile>(std::move(model))),
      mutex(std::make_shared<std::mutex>()) {}

Module Module::load(const std::string &path, const InputShapes &shapes) {
  return Module(get(readModelFile(path, getImportOptions(shapes))));
}

Module Module::parse(const std::string &bytes, const std::string &name,
                     const InputShapes &shapes) {
  return Module(get(
      readModel(llvm::MemoryBufferRef(bytes, name), getImportOptions(shapes))));
}

void Module::use(llvm::function_ref<Error(ModuleOp)> action) const {
  std::lock_guard<std::mutex> lock(*mutex);
  raise(collectErrors(model->context.get(),
                      [&] { return action(*model->module); }));
}

ModelFile Module::copy() const {
  std::optional<ModelFile> result;
  use([&](ModuleOp module) -> Error {
    llvm::Expected<ModelFile> copied = copyModule(module);
    if (!copied)
      return copied.takeError();
    result = std::move(*copied);
    return Error::success();
  });
  return std::move(*result);
}

EntryTypes Module::getTypes() const {
  std::lock_guard<std::mutex> lock(*mutex);
  return get(readTypes(get(getFunction(*model))));
}

std::string Module::getName() const {
  std::lock_guard<std::mutex> lock(*mutex);
  return get(getFunction(*model)).getName().str();
}

Module Module::runPasses(const std::vector<std::string> &flags,
                         const std::string &images,
                         std::vector<std::string> &warnings) const {
  CalibrationOptions calibration;
  calibration.images = images;
  calibration.load = compileForCalibration;
  calibration.progress = std::make_shared<Progress>();
  ModelFile changed = copy();
  WarningCollector collector(changed.context.get(), warnings);
  raise(collectErrors(changed.context.get(), [&]() -> Error {
    std::unique_lock<std::mutex> lock(compressionMutex, std::defer_lock);
    PassManager manager(changed.context.get(), ModuleOp::getOperationName(),
                        PassManager::Nesting::Implicit);
    if (llvm::any_of(flags, [](StringRef flag) {
          return isCompressionPass(getPassName(flag));
        })) {
      lock.lock();
      compression->calibration = calibration;
      releaseOriginalsWith(manager, compression);
    }
    if (Error error = addPasses(manager, flags, calibration))
      return error;
    if (failed(manager.run(*changed.module)))
      return createStringError("the passes failed");
    return Error::success();
  }));
  return Module(std::move(changed));
}

std::string Module::reportSizes() const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  std::string name = getName();
  use([&](ModuleOp module) {
    printSizes(name, measureSizes(module), ReportFormat::json, stream);
    return Error::success();
  });
  return text;
}

std::string Module::report(const CompileOptions &options, bool compile) const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  std::string name = getName();
  // Explaining layers compiles them.
  ModelFile changed = copy();
  raise(collectErrors(changed.context.get(), [&]() -> Error {
    FailureOr<NetworkFigures> figures = measureLayers(*changed.module);
    if (failed(figures))
      return createStringError("the network cannot be measured");
    predictTimes(*figures, getRates(*options.machine));
    estimateEnergy(*figures, EnergyTable::getDefault());
    if (compile && failed(explainLayers(*changed.module, *figures, options)))
      return createStringError("the network cannot be compiled");
    LayerStyle style;
    style.format = ReportFormat::json;
    printLayers(name, *figures, style, stream);
    return Error::success();
  }));
  return text;
}

std::string Module::print() const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  // Not in the module's own context, which elided constants would stay in.
  ModelFile readable = copy();
  raise(collectErrors(readable.context.get(), [&]() -> Error {
    PassManager manager(readable.context.get(), ModuleOp::getOperationName());
    manager.addPass(createElideWeights());
    if (failed(manager.run(*readable.module)))
      return createStringError("the module cannot be printed");
    readable.module->print(stream);
    return Error::success();
  }));
  return text;
}

std::string Module::toBytecode() const {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  use([&](ModuleOp module) {
    return failed(writeBytecodeToFile(module, stream))
               ? createStringError("the module cannot be written")
               : Error::success();
  });
  return bytes;
}

void Module::save(const std::string &path) const {
  use([&](ModuleOp module) { return writeModule(module, path); });
}

void Module::saveONNX(const std::string &path,
                      const ExportOptions &options) const {
  use([&](ModuleOp module) {
    if (Error error = checkExportOptions(options))
      return error;
    return failed(exportONNX(module, path, options))
               ? createStringError("the network was not written")
               : Error::success();
  });
}

CompiledObject Module::compile(const CompileOptions &options) const {
  ModelFile changed = copy();
  return get(compileObject(changed, options));
}

std::vector<Tensor> Module::interpret(std::vector<Tensor> inputs) const {
  std::unique_ptr<Engine> engine = get(makeReferenceEngine(model));
  std::vector<Tensor> outputs = get(engine->run(inputs));
  outputs.resize(engine->getModelOutputs().size());
  return outputs;
}

void registerEverything() {
  registerNetworkPasses();
  registerCompressionPasses(compression);
  ownPasses = listKnownPasses();
  ownPasses.push_back("quantize");
  llvm::sort(ownPasses);
  registerAllPasses();
}

const std::vector<std::string> &getOwnPasses() { return ownPasses; }

bool isKnownPass(const std::string &name) {
  return name == "quantize" || PassInfo::lookup(name) ||
         PassPipelineInfo::lookup(name);
}

} // namespace mlir::cnn::python
