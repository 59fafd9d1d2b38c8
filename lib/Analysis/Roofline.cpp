//===- Roofline.cpp - How long layers take at best ------------------------===//

#include "cnnc/Analysis/Roofline.h"

#include "cnnc/Support/CostModel.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir::cnn;

namespace {

/// Usual clocks, and what one core reads from memory, for processors that
/// people name.
struct Speed {
  llvm::StringRef cpuPrefix;
  double gigahertz, gigabytes;
};
constexpr Speed speedTable[] = {
    {"znver5", 4, 40},      {"znver", 3.5, 25},    {"apple", 3.2, 60},
    {"neoverse", 2.6, 25},  {"cortex-a5", 1.4, 3}, {"cortex-a7", 1.5, 5},
    {"cortex-m", 0.2, 0.4},
};
constexpr Speed anyOther = {"", 3, 20};

Speed getSpeed(llvm::StringRef cpu) {
  const Speed *row = llvm::find_if(speedTable, [&](const Speed &speed) {
    return cpu.starts_with(speed.cpuPrefix);
  });
  return row == std::end(speedTable) ? anyOther : *row;
}

/// The fastest way to add up products of bytes.
DotProduct getBestProduct(const Machine &machine) {
  if (machine.matrixProduct)
    return machine.matrixProduct->get(/*isUnsigned=*/false);
  if (machine.byteProduct)
    return *machine.byteProduct;
  return machine.narrowProduct ? machine.narrowProduct->products
                               : machine.wordProduct;
}

double getRate(const MachineFigures &machine, Arithmetic arithmetic) {
  switch (arithmetic) {
  case Arithmetic::float32:
  case Arithmetic::int32:
    return machine.floatRate;
  case Arithmetic::float16:
    return machine.float16Rate;
  case Arithmetic::int8:
    return machine.integerRate;
  }
  llvm_unreachable("every arithmetic is listed");
}

} // namespace

MachineFigures mlir::cnn::getRates(const Machine &machine,
                                   const KnownRates &known) {
  Speed speed = getSpeed(machine.cpu);
  double perCycle = getOperationsPerCycle(machine);
  double clock =
      known.floatRate ? *known.floatRate / perCycle : speed.gigahertz * 1e9;
  MachineFigures figures;
  figures.name = machine.cpu;
  figures.floatRate = clock * perCycle;
  figures.float16Rate =
      figures.floatRate * (machine.hasFloat16Arithmetic ? 2 : 1);
  figures.integerRate =
      clock * getOperationsPerCycle(machine, getBestProduct(machine));
  figures.bandwidth = known.bandwidth.value_or(speed.gigabytes * 1e9);
  return figures;
}

void mlir::cnn::predictTimes(NetworkFigures &figures,
                             const MachineFigures &machine) {
  figures.machine = machine;
  LayerFigures &total = figures.total;
  total.computeSeconds = total.moveSeconds = total.predictedSeconds = 0;
  for (LayerFigures &layer : figures.layers) {
    double bytes = static_cast<double>(layer.movedBytes);
    layer.computeSeconds =
        layer.operations / getRate(machine, layer.arithmetic);
    layer.moveSeconds = bytes / machine.bandwidth;
    layer.predictedSeconds = std::max(layer.computeSeconds, layer.moveSeconds);
    if (layer.predictedSeconds > 0)
      layer.bound = layer.computeSeconds > layer.moveSeconds
                        ? Bound::computation
                        : Bound::memory;
    total.computeSeconds += layer.computeSeconds;
    total.moveSeconds += layer.moveSeconds;
    total.predictedSeconds += layer.predictedSeconds;
  }
}
