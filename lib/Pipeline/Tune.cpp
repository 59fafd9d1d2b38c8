//===- Tune.cpp - Choose algorithms by measuring them ---------------------===//

#include "cnnc/Pipeline/Tune.h"

#include "TuneLayer.h"

#include "cnnc/Support/Weights.h"
#include "cnnc/Transforms/ConvCandidates.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <map>

namespace mlir::cnn {
namespace {

/// Algorithms are measured if they are estimated to take at most so many times
/// as long as the best.
constexpr double measuredRatio = 2;

/// Times that differ by less are equal; of equal ones the first, which has the
/// smaller rounding errors, is taken.
constexpr double timeTolerance = 1.05;

using Candidates = SmallVector<ConvCandidate, 4>;

/// Equal convolutions, and what may compute them.
struct Layer {
  SmallVector<ConvOp> convs;
  Candidates candidates;
};
/// By description.
using Layers = std::map<std::string, Layer>;

Layers collectLayers(ModuleOp module, double maxError, const Machine &machine) {
  Layers layers;
  module.walk([&](ConvOp conv) {
    Candidates candidates = listCandidates(conv, maxError, machine);
    if (candidates.empty())
      return;
    Layer &layer = layers[describeLayer(conv)];
    layer.convs.push_back(conv);
    layer.candidates = std::move(candidates);
  });
  return layers;
}

/// Those that deserve to be measured.
Candidates prune(ArrayRef<ConvCandidate> candidates) {
  auto isCheaper = [](const ConvCandidate &left, const ConvCandidate &right) {
    return left.cost < right.cost;
  };
  double best = llvm::min_element(candidates, isCheaper)->cost;
  return llvm::filter_to_vector<4>(candidates, [&](const ConvCandidate &it) {
    return it.cost <= measuredRatio * best;
  });
}

/// Caches, which cores share, are not counted on beyond this.
constexpr int64_t mostCacheBytes = 32 << 20;

/// Bytes of all constants: between two runs of a layer the network reads those
/// of the others. Twice the size of a cache displaces all it has.
int64_t countDisplacedBytes(ModuleOp module, const Machine &machine) {
  int64_t bytes = 0;
  module.walk([&](arith::ConstantOp constant) {
    if (auto elements = dyn_cast<ElementsAttr>(constant.getValue()))
      bytes += getRawBytes(elements).size();
  });
  int64_t cache = std::max(machine.level2Bytes, machine.level3Bytes);
  return std::min(bytes, 2 * std::min(cache, mostCacheBytes));
}

std::string describeTimes(const TunedLayer &tuned) {
  std::string text;
  for (const auto &[algorithm, microseconds] : tuned.microseconds)
    text +=
        llvm::formatv("{0}{1} {2:F3} ms", text.empty() ? "measured: " : ", ",
                      algorithm, static_cast<double>(microseconds) / 1000);
  return text.empty() ? "as the file says" : text;
}

class Tune : public PassWrapper<Tune, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Tune)
  explicit Tune(const CompileOptions &options) : options(options) {}

  StringRef getArgument() const override { return "tune"; }
  StringRef getDescription() const override {
    return "Choose algorithms by measuring them";
  }

  void runOnOperation() override {
    if (llvm::Error error = tune(getOperation())) {
      getOperation().emitError(llvm::toString(std::move(error)));
      signalPassFailure();
    }
  }

private:
  llvm::Error tune(ModuleOp module) {
    llvm::Expected<Machine> machine = Machine::get(module);
    if (!machine)
      return machine.takeError();
    options.machine = *machine;
    llvm::Expected<TuningTable> table = TuningTable::load(options.tuning->file);
    if (!table)
      return table.takeError();
    Layers layers = collectLayers(module, options.winogradMaxError, *machine);
    TuningHost host = TuningHost::get(*machine, options.threads);
    if (llvm::Error error = measureUnknown(module, layers, host, *table))
      return error;
    for (auto &[description, layer] : layers)
      mark(layer, *table->find(host, description));
    return llvm::Error::success();
  }

  /// Sets the attribute that --winograd obeys.
  void mark(Layer &layer, const TunedLayer &tuned) {
    std::string choice = tuned.choice.toString();
    for (ConvOp conv : layer.convs) {
      conv->setAttr(algorithmAttribute,
                    StringAttr::get(conv.getContext(), choice));
      remark::passed(conv.getLoc(),
                     remark::RemarkOpts::name("Tune").category("cnn"))
          << choice + ": " + describeTimes(tuned);
    }
  }

  /// Adds to `table` and its file what they lack.
  llvm::Error measureUnknown(ModuleOp module, const Layers &layers,
                             const TuningHost &host, TuningTable &table) {
    int64_t displacedBytes = countDisplacedBytes(module, *options.machine);
    int64_t done = 0;
    bool hasChanged = false;
    for (const auto &[description, layer] : layers) {
      if (options.progress)
        options.progress->setStep("measuring " + description, done++,
                                  layers.size());
      if (isKnown(layer, table.find(host, description)))
        continue;
      if (llvm::Error error = checkHost(host, description))
        return error;
      llvm::Expected<TunedLayer> tuned = measure(layer, displacedBytes);
      if (!tuned)
        return tuned.takeError();
      table.set(host, description, std::move(*tuned));
      hasChanged = true;
    }
    return hasChanged ? table.save(options.tuning->file)
                      : llvm::Error::success();
  }

  /// What other options than these allowed must be chosen anew.
  static bool isKnown(const Layer &layer, const TunedLayer *tuned) {
    return tuned && llvm::any_of(layer.candidates, [&](const auto &candidate) {
             return candidate.algorithm == tuned->choice;
           });
  }

  /// An error unless what `host` says is this machine.
  llvm::Error checkHost(const TuningHost &host, StringRef layer) const {
    TuningHost here = TuningHost::get(Machine::getHost(), host.threads);
    if (host == here)
      return llvm::Error::success();
    return llvm::createStringError(
        "tuning file '" + options.tuning->file + "' says nothing of '" + layer +
        "' on " + host.triple + " with cpu " + host.cpu + " and features '" +
        host.features +
        "', and only this machine can be measured; expected no other target, "
        "or a file that was made there");
  }

  llvm::Expected<TunedLayer> measure(const Layer &layer,
                                     int64_t displacedBytes) const {
    Candidates candidates = prune(layer.candidates);
    if (candidates.size() == 1)
      return TunedLayer{candidates.front().algorithm, {}};
    std::vector<std::unique_ptr<llvm::MemoryBuffer>> objects;
    for (const ConvCandidate &candidate : candidates) {
      auto object =
          compileLayer(layer.convs.front(), candidate.algorithm, options);
      if (!object)
        return object.takeError();
      objects.push_back(std::move(*object));
    }
    llvm::Expected<std::vector<double>> times = options.tuning->measure(
        std::move(objects), layerCopies, displacedBytes);
    if (!times)
      return times.takeError();
    double limit = timeTolerance * *llvm::min_element(*times);
    auto chosen =
        llvm::find_if(*times, [&](double time) { return time <= limit; });
    TunedLayer tuned{candidates[chosen - times->begin()].algorithm, {}};
    for (auto [candidate, time] : llvm::zip_equal(candidates, *times))
      tuned.microseconds[candidate.algorithm.toString()] =
          std::llround(time * 1000);
    return tuned;
  }

  CompileOptions options;
};

} // namespace

std::unique_ptr<Pass> createTune(const CompileOptions &options) {
  return std::make_unique<Tune>(options);
}

} // namespace mlir::cnn
