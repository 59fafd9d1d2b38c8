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

/// Median times in milliseconds of a layer that networks with the same inputs
/// compute in different ways, each `copies` times with weights of its own. They
/// are loaded from objects and run in turn, at least 15 times, on pseudo-random
/// inputs. Before each run `displacedBytes` of other memory are read, so that
/// weights are as far away as in a network with so many others. Of networks
/// with a profile the first copy, which brings scratch memory back, does not
/// count, nor do kernels that pack inputs and unpack outputs.
llvm::Expected<std::vector<double>>
measureInTurn(std::vector<std::unique_ptr<llvm::MemoryBuffer>> objects,
              int64_t copies, int64_t displacedBytes);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_BENCHMARK_H
