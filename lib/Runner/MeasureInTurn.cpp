//===- MeasureInTurn.cpp - Which of several networks is faster ------------===//

#include "cnnc/Runner/Benchmark.h"
#include "cnnc/Runner/Inputs.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>
#include <chrono>
#include <numeric>

using namespace mlir::cnn;
using llvm::Error;
using llvm::Expected;
using Clock = std::chrono::steady_clock;

namespace {

/// Rounds last so long, and there are at least so many.
constexpr double roundMilliseconds = 300;
constexpr size_t leastRounds = 15;

double getMilliseconds(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start)
      .count();
}

/// Reads a byte of every cache line.
void read(llvm::ArrayRef<char> bytes) {
  constexpr size_t line = 64;
  for (size_t i = 0; i < bytes.size(); i += line)
    (void)*static_cast<const volatile char *>(&bytes[i]);
}

/// The part of the last run that one of `copies` equal layers took.
double getShareOfLayer(const Engine &engine, int64_t copies) {
  const KernelProfile *profile = engine.getProfile();
  if (!profile)
    return 1.0 / static_cast<double>(copies);
  llvm::ArrayRef<int64_t> ticks = engine.getTicks();
  std::vector<int64_t> times;
  for (auto [i, kernel] : llvm::enumerate(profile->kernels))
    if (kernel.kernel != "pack" && kernel.kernel != "unpack")
      times.push_back(ticks[i + 1] - ticks[i]);
  auto second = times.begin() + times.size() / copies;
  double sum = static_cast<double>(
      std::accumulate(second, times.end(), int64_t(0)) / (copies - 1));
  int64_t all = ticks.back() - ticks.front();
  return all > 0 ? sum / static_cast<double>(all) : 0;
}

} // namespace

Expected<std::vector<double>> mlir::cnn::measureInTurn(
    std::vector<std::unique_ptr<llvm::MemoryBuffer>> objects, int64_t copies,
    int64_t displacedBytes) {
  assert(copies > 1 && "the first copy is not measured");
  std::vector<std::unique_ptr<Engine>> engines;
  for (std::unique_ptr<llvm::MemoryBuffer> &object : objects) {
    Expected<std::unique_ptr<Engine>> engine = loadObject(std::move(object));
    if (!engine)
      return engine.takeError();
    engines.push_back(std::move(*engine));
  }
  std::vector<Tensor> inputs, outputs;
  for (const TensorInfo &info : engines.front()->getInputs())
    inputs.push_back(makeRandomTensor(info));

  // Written, for it to be memory and not pages that the system invents.
  std::vector<char> others(displacedBytes, 1);
  std::vector<std::vector<double>> times(engines.size());
  // The first round is a warm-up.
  auto runAll = [&](bool isWarm) -> Error {
    for (auto [engine, milliseconds] : llvm::zip_equal(engines, times)) {
      read(others);
      for (const Tensor &input : inputs)
        read(input.getBytes());
      Clock::time_point start = Clock::now();
      if (Error error = engine->runInto(inputs, outputs))
        return error;
      double elapsed = getMilliseconds(start);
      if (isWarm)
        milliseconds.push_back(elapsed * getShareOfLayer(*engine, copies));
    }
    return Error::success();
  };
  Clock::time_point start = Clock::now();
  for (bool isWarm = false; times.front().size() < leastRounds ||
                            getMilliseconds(start) < roundMilliseconds;
       isWarm = true)
    if (Error error = runAll(isWarm))
      return std::move(error);
  std::vector<double> medians;
  for (std::vector<double> &milliseconds : times)
    medians.push_back(getMedian(std::move(milliseconds)));
  return medians;
}
