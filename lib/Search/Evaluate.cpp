//===- Evaluate.cpp - What a pipeline makes of a network ------------------===//

#include "Evaluate.h"

#include "PredictLatency.h"

#include "cnnc/Analysis/MultiplyAdds.h"
#include "cnnc/Analysis/Sizes.h"
#include "cnnc/Pipeline/Diagnostics.h"
#include "cnnc/Pipeline/Registration.h"
#include "cnnc/Support/Machine.h"
#include "cnnc/Support/ModelInterface.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/SourceMgr.h"

#include <array>
#include <chrono>
#include <limits>

namespace mlir::cnn {

using llvm::Error;
using llvm::Expected;

namespace {

/// Fewer images than this are not divided.
constexpr int64_t fewImages = 30;
/// An estimate of costs looks at so many.
constexpr int64_t estimateImages = 16;

/// Keeps the first error of a context, and lets nothing be printed.
class Silence {
public:
  explicit Silence(MLIRContext *context)
      : handler(context, [this](Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() == DiagnosticSeverity::Error &&
              text.empty())
            llvm::raw_string_ostream(text)
                << describeLocation(diagnostic.getLocation()) << diagnostic;
          return success();
        }) {}

  Error getError() const {
    return llvm::createStringError(text.empty() ? "the passes failed" : text);
  }

private:
  std::string text;
  ScopedDiagnosticHandler handler;
};

} // namespace

/// In the order in which they are to go, from the last one on.
struct Evaluator::Network {
  std::unique_ptr<MLIRContext> context;
  std::unique_ptr<Silence> silence;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
};

Evaluator::Evaluator(llvm::MemoryBufferRef network,
                     const SearchOptions &options)
    : network(network), context(options.context), fitting(options.calibration),
      measuring(options.calibration) {}

Expected<Evaluator::Network>
Evaluator::make(ArrayRef<std::string> flags,
                const CalibrationOptions &images) const {
  DialectRegistry registry;
  registerAllDialects(registry);
  Network result;
  result.context = std::make_unique<MLIRContext>(registry);
  result.context->printOpOnDiagnostic(false);
  result.silence = std::make_unique<Silence>(result.context.get());
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(
      llvm::MemoryBuffer::getMemBuffer(network,
                                       /*RequiresNullTerminator=*/false),
      llvm::SMLoc());
  result.module = parseSourceFile<ModuleOp>(sources, result.context.get());
  if (!result.module)
    return result.silence->getError();
  context->calibration = images;
  PassManager manager(result.context.get(), ModuleOp::getOperationName(),
                      PassManager::Nesting::Implicit);
  releaseOriginalsWith(manager, context);
  if (Error error = addPasses(manager, flags, images))
    return std::move(error);
  if (failed(manager.run(*result.module)))
    return result.silence->getError();
  FailureOr<Operation *> entry = findEntry(*result.module);
  if (failed(entry))
    return result.silence->getError();
  result.function = cast<func::FuncOp>(*entry);
  return result;
}

//===----------------------------------------------------------------------===//
// The original
//===----------------------------------------------------------------------===//

/// Passes see the first images, and what is lost is measured on the others.
Error Evaluator::openImages(func::FuncOp function) {
  Expected<CalibrationImages> all = CalibrationImages::open(function, fitting);
  if (!all)
    return all.takeError();
  int64_t images = all->getCount();
  heldOutImages = images < fewImages ? 0 : images / 3;
  fitting.count = images - heldOutImages;
  measuring.skipped = heldOutImages ? fitting.count : 0;
  measuring.count = heldOutImages ? heldOutImages : images;
  auto open = [&](const CalibrationOptions &options,
                  std::optional<CalibrationImages> &opened,
                  std::optional<LossMeter> &meter) -> Error {
    Expected<CalibrationImages> some =
        CalibrationImages::open(function, options);
    if (!some)
      return some.takeError();
    opened = std::move(*some);
    Expected<LossMeter> made = LossMeter::open(function, *opened, options);
    if (!made)
      return made.takeError();
    meter = std::move(*made);
    return Error::success();
  };
  if (Error error = open(fitting, fittedImages, fittedMeter))
    return error;
  return open(measuring, measuredImages, measuredMeter);
}

Expected<std::unique_ptr<Evaluator>>
Evaluator::open(llvm::MemoryBufferRef network, const SearchOptions &options) {
  std::unique_ptr<Evaluator> evaluator(new Evaluator(network, options));
  Expected<Network> original = evaluator->make({}, {});
  if (!original)
    return original.takeError();
  if (Error error = evaluator->openImages(original->function))
    return std::move(error);
  Expected<Machine> machine = Machine::get(*original->module);
  if (!machine)
    return machine.takeError();
  evaluator->lanes = machine->getLanes();
  auto dense = static_cast<double>(
      getTotal(measureSizes(*original->module)).sizes.dense);
  Expected<Costs> costs = evaluator->count(*original);
  if (!costs)
    return costs.takeError();
  if ((*costs)[Measure::macs] == 0)
    return llvm::createStringError("expected a network with convolutions or "
                                   "products of matrices to compress");
  evaluator->whole = *costs;
  evaluator->whole[Measure::size] = dense;
  for (Measure measure : measures)
    evaluator->originalCosts[measure] =
        (*costs)[measure] / evaluator->whole[measure];
  return evaluator;
}

//===----------------------------------------------------------------------===//
// Pipelines
//===----------------------------------------------------------------------===//

Expected<Costs> Evaluator::count(Network &network) const {
  Costs costs;
  costs[Measure::size] =
      static_cast<double>(getTotal(measureSizes(*network.module)).sizes.coded);
  costs[Measure::macs] = countMultiplyAdds(*network.module);
  FailureOr<Prediction> prediction = predictLatency(*network.module);
  if (failed(prediction))
    return network.silence->getError();
  costs[Measure::macs] -= prediction->skipped;
  costs[Measure::latency] = prediction->cycles;
  return costs;
}

Expected<Costs> Evaluator::countAsShares(Network &network) const {
  Expected<Costs> costs = count(network);
  if (costs)
    for (Measure measure : measures)
      (*costs)[measure] /= whole[measure];
  return costs;
}

Expected<Costs> Evaluator::estimate(const PassFlags &flags) {
  PassFlags quick;
  llvm::copy_if(flags, std::back_inserter(quick),
                [](StringRef flag) { return flag != "--recover"; });
  CalibrationOptions few = fitting;
  few.count = std::min(few.count, estimateImages);
  Expected<Network> made = make(quick, few);
  if (!made)
    return made.takeError();
  return countAsShares(*made);
}

Expected<Trial> Evaluator::measure(const PassFlags &flags) {
  Expected<Network> made = make(flags, fitting);
  if (!made)
    return made.takeError();
  Expected<RunFunction> run = loadNetwork(*made->module, measuring);
  if (!run)
    return run.takeError();
  Expected<Loss> loss = measuredMeter->measure(*run);
  if (!loss)
    return loss.takeError();
  Loss fitted = *loss;
  if (heldOutImages) {
    Expected<Loss> seen = fittedMeter->measure(*run);
    if (!seen)
      return seen.takeError();
    fitted = *seen;
  }
  Expected<Costs> costs = countAsShares(*made);
  if (!costs)
    return costs.takeError();
  Trial trial;
  trial.flags = flags;
  trial.costs = *costs;
  trial.drop = loss->drop;
  trial.noise = loss->noise;
  trial.fittedDrop = fitted.drop;
  return trial;
}

Expected<double> Evaluator::measureLatency(const PassFlags &flags) {
  constexpr int rounds = 25;
  std::array<RunFunction, 2> runs;
  const std::array<PassFlags, 2> pipelines = {PassFlags(), flags};
  for (auto [run, own] : llvm::zip_equal(runs, pipelines)) {
    Expected<Network> made = make(own, fitting);
    if (!made)
      return made.takeError();
    Expected<RunFunction> loaded = fitting.load(*made->module);
    if (!loaded)
      return loaded.takeError();
    run = std::move(*loaded);
  }
  CalibrationOptions one = fitting;
  one.count = 1;
  Expected<Network> original = make({}, {});
  if (!original)
    return original.takeError();
  auto image = CalibrationImages::open(original->function, one);
  if (!image)
    return image.takeError();
  std::array<double, 2> least;
  least.fill(std::numeric_limits<double>::infinity());
  Error error =
      image->forEachRun("measuring times", [&](const Tensor &input) -> Error {
        for (int round = 0; round < rounds; ++round)
          for (auto [run, own] : llvm::zip_equal(runs, least)) {
            auto start = std::chrono::steady_clock::now();
            Expected<std::vector<Tensor>> outputs = run(input);
            if (!outputs)
              return outputs.takeError();
            std::chrono::duration<double> passed =
                std::chrono::steady_clock::now() - start;
            own = std::min(own, passed.count());
          }
        return Error::success();
      });
  if (error)
    return std::move(error);
  return least[1] / least[0];
}

} // namespace mlir::cnn
