//===- Roofline.h - How long layers take at best ----------------*- C++ -*-===//
//
// Williams, Waterman and Patterson, "Roofline: an insightful visual performance
// model for multicore architectures" (Communications of the ACM, 2009).
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_ANALYSIS_ROOFLINE_H
#define CNNC_ANALYSIS_ROOFLINE_H

#include "cnnc/Analysis/Layers.h"
#include "cnnc/Support/Machine.h"

#include <optional>

namespace mlir::cnn {

/// What replaces assumptions about a machine.
struct KnownRates {
  /// Operations a second that one core does at best on float32, a fused
  /// multiply-add being two; other types are in proportion to it.
  std::optional<double> floatRate;
  /// Bytes a second that it reads and writes.
  std::optional<double> bandwidth;
};

/// One core of `machine`: what its vectors compute in a cycle, times a clock
/// that is usual for such processors, and a bandwidth of memory that is. Both
/// are of a table, since LLVM knows neither, unless `known` says what they are.
MachineFigures getRates(const Machine &machine, const KnownRates &known = {});

/// Predicts the time of each layer, and of all one after the other:
///   compute = operations / rate of its arithmetic
///   move    = moved bytes / bandwidth
///   time    = max(compute, move)
void predictTimes(NetworkFigures &figures, const MachineFigures &machine);

} // namespace mlir::cnn

#endif // CNNC_ANALYSIS_ROOFLINE_H
