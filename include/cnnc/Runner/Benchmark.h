//===- Benchmark.h - How long a network takes -------------------*- C++ -*-===//

#ifndef CNNC_RUNNER_BENCHMARK_H
#define CNNC_RUNNER_BENCHMARK_H

#include "cnnc/Runner/Engine.h"

namespace mlir::cnn {

/// Milliseconds of wall-clock time.
struct Timing {
  double minimum = 0;
  double median = 0;
};

/// Of an even number of values, the mean of the two in the middle.
double getMedian(std::vector<double> values);

/// Warms up for at least one run and a quarter of a second, then measures each
/// of `runs` runs.
llvm::Expected<Timing> measureTime(Engine &engine,
                                   llvm::ArrayRef<Tensor> inputs, int64_t runs);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_BENCHMARK_H
