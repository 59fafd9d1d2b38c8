//===- Profile.cpp - How long each kernel takes ---------------------------===//

#include "cnnc/Runner/Profile.h"
#include "cnnc/Runner/Benchmark.h"

#include <chrono>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using Clock = std::chrono::steady_clock;

static double getMilliseconds(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start)
      .count();
}

Expected<Profile> mlir::cnn::measureProfile(Engine &engine,
                                            ArrayRef<Tensor> inputs,
                                            int64_t runs) {
  const KernelProfile *table = engine.getProfile();
  if (!table)
    return createStringError("the network was compiled without --profile");
  size_t count = table->kernels.size();
  if (count == 0)
    return createStringError("the network has no kernel to time");

  std::vector<Tensor> outputs;
  std::vector<double> wholes;
  std::vector<std::vector<double>> ticks(count);
  // Of warm-up and measurement together, the longest time there is.
  Clock::time_point start = Clock::now();
  std::optional<int64_t> firstTick;
  while (wholes.size() < size_t(runs)) {
    bool isWarm = firstTick && getMilliseconds(start) >= 250;
    Clock::time_point runStart = Clock::now();
    if (Error error = engine.runInto(inputs, outputs))
      return std::move(error);
    ArrayRef<int64_t> counter = engine.getTicks();
    if (!firstTick)
      firstTick = counter.front();
    if (!isWarm)
      continue;
    wholes.push_back(getMilliseconds(runStart));
    for (size_t i = 0; i != count; ++i)
      ticks[i].push_back(counter[i + 1] - counter[i]);
  }
  double elapsed = getMilliseconds(start);
  double allTicks = engine.getTicks().back() - *firstTick;

  Profile profile;
  profile.runs = runs;
  profile.milliseconds = getMedian(std::move(wholes));
  for (size_t i = 0; i != count; ++i)
    profile.kernels.push_back(
        {table->kernels[i],
         getMedian(std::move(ticks[i])) * elapsed / allTicks});
  return profile;
}
