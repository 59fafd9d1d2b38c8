//===- Benchmark.cpp - How long a network takes ---------------------------===//

#include "cnnc/Runner/Benchmark.h"

#include <algorithm>
#include <cassert>
#include <chrono>

using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;
using Clock = std::chrono::steady_clock;

static double getMilliseconds(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start)
      .count();
}

double mlir::cnn::getMedian(std::vector<double> values) {
  assert(!values.empty() && "no values have no median");
  std::sort(values.begin(), values.end());
  size_t count = values.size();
  return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

Expected<Timing> mlir::cnn::measureTime(Engine &engine,
                                        llvm::ArrayRef<Tensor> inputs,
                                        int64_t runs) {
  std::vector<Tensor> outputs;
  Clock::time_point warmUp = Clock::now();
  do {
    if (Error error = engine.runInto(inputs, outputs))
      return std::move(error);
  } while (getMilliseconds(warmUp) < 250);

  std::vector<double> times;
  for (int64_t run = 0; run < runs; ++run) {
    Clock::time_point start = Clock::now();
    if (Error error = engine.runInto(inputs, outputs))
      return std::move(error);
    times.push_back(getMilliseconds(start));
  }
  Timing timing;
  timing.minimum = *std::min_element(times.begin(), times.end());
  timing.median = getMedian(std::move(times));
  return timing;
}
