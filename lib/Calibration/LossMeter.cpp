//===- LossMeter.cpp - What a changed network loses -----------------------===//

#include "cnnc/Calibration/LossMeter.h"

#include "cnnc/Calibration/Drop.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;

Expected<LossMeter> LossMeter::open(func::FuncOp function,
                                    const CalibrationImages &images,
                                    const CalibrationOptions &options) {
  IRMapping mapping;
  OwningOpRef<ModuleOp> module = copyNetwork(function, mapping);
  Expected<RunFunction> run = loadNetwork(*module, options);
  if (!run)
    return run.takeError();
  LossMeter meter(images);
  Error error = images.forEachRun(
      "running the network", [&](const Tensor &input) -> Error {
        Expected<std::vector<Tensor>> outputs = (*run)(input);
        if (!outputs)
          return outputs.takeError();
        meter.expected.push_back(std::move(*outputs));
        return Error::success();
      });
  if (error)
    return std::move(error);
  return meter;
}

/// The larger of the two; NaN is the largest.
static double getWorse(double worst, double other) {
  return other <= worst ? worst : other;
}

Expected<Loss> LossMeter::measure(ModuleOp module,
                                  const CalibrationOptions &options) const {
  Expected<RunFunction> run = loadNetwork(module, options);
  if (!run)
    return run.takeError();
  return measure(*run);
}

Expected<Loss> LossMeter::measure(const RunFunction &run) const {
  std::vector<Drop> drops(expected.front().size());
  auto next = expected.begin();
  Error error = images->forEachRun(
      "measuring the loss", [&](const Tensor &input) -> Error {
        Expected<std::vector<Tensor>> actual = run(input);
        if (!actual)
          return actual.takeError();
        for (auto [drop, x, y] : llvm::zip_equal(drops, *next, *actual))
          drop.add(x, y);
        ++next;
        return Error::success();
      });
  if (error)
    return std::move(error);
  Loss worst;
  for (const Drop &drop : drops)
    worst = {getWorse(worst.drop, drop.getPercent()),
             getWorse(worst.noise, drop.getNoisePercent())};
  return worst;
}
