//===- Profile.cpp - How long each kernel takes ---------------------------===//

#include "cnnc/Runner/Profile.h"
#include "cnnc/Runner/Benchmark.h"

#include "llvm/ADT/STLExtras.h"

#include <chrono>
#include <cmath>
#include <optional>

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

namespace {

/// What is noted of a run.
struct Run {
  double milliseconds;
  std::vector<int64_t> ticks, threadTicks;
};

/// Runs after a warm-up, of which the first tick is kept.
struct Runs {
  std::vector<Run> measured;
  /// Of all runs, warm-up and measurement together: the longest time there is.
  double nanosecondsPerTick = 0;
};

Expected<Runs> measureRuns(Engine &engine, ArrayRef<Tensor> inputs,
                           int64_t count) {
  std::vector<Tensor> outputs;
  Runs runs;
  Clock::time_point start = Clock::now();
  std::optional<int64_t> firstTick;
  while (runs.measured.size() < size_t(count)) {
    bool isWarm = firstTick && getMilliseconds(start) >= 250;
    Clock::time_point runStart = Clock::now();
    if (Error error = engine.runInto(inputs, outputs))
      return std::move(error);
    double milliseconds = getMilliseconds(runStart);
    if (!firstTick)
      firstTick = engine.getTicks().front();
    if (isWarm)
      runs.measured.push_back({milliseconds, engine.getTicks().vec(),
                               engine.getThreadTicks().vec()});
  }
  auto allTicks = static_cast<double>(engine.getTicks().back() - *firstTick);
  runs.nanosecondsPerTick = 1e6 * getMilliseconds(start) / allTicks;
  return runs;
}

/// The run in nanoseconds, of which `all` threads left ticks.
ProfiledRun getProfiledRun(const Run &run, double nanosecondsPerTick,
                           int64_t threads, int64_t all) {
  auto convert = [&](int64_t tick) {
    return std::llround(static_cast<double>(tick - run.ticks.front()) *
                        nanosecondsPerTick);
  };
  ProfiledRun profiled;
  for (int64_t tick : run.ticks)
    profiled.boundaries.push_back(convert(tick));
  ArrayRef<int64_t> shares = run.threadTicks;
  for (; !shares.empty(); shares = shares.drop_front(all)) {
    std::vector<int64_t> &kernel = profiled.shares.emplace_back();
    for (int64_t tick : shares.take_front(std::min(threads, all)))
      kernel.push_back(convert(tick));
  }
  return profiled;
}

} // namespace

Expected<Profile> mlir::cnn::measureProfile(Engine &engine,
                                            ArrayRef<Tensor> inputs,
                                            int64_t runs, int64_t threads) {
  const KernelProfile *table = engine.getProfile();
  if (!table)
    return createStringError("the network was compiled without --profile");
  if (table->kernels.empty())
    return createStringError("the network has no kernel to time");
  Expected<Runs> measured = measureRuns(engine, inputs, runs);
  if (!measured)
    return measured.takeError();

  Profile profile;
  profile.runs = runs;
  profile.threads = threads;
  std::vector<double> wholes;
  for (const Run &run : measured->measured)
    wholes.push_back(run.milliseconds);
  profile.milliseconds = getMedian(std::move(wholes));
  for (auto [index, kernel] : llvm::enumerate(table->kernels)) {
    std::vector<double> ticks;
    for (const Run &run : measured->measured)
      ticks.push_back(
          static_cast<double>(run.ticks[index + 1] - run.ticks[index]));
    profile.kernels.push_back({kernel, getMedian(std::move(ticks)) *
                                           measured->nanosecondsPerTick / 1e6});
  }
  const Run &typical = *llvm::min_element(
      measured->measured, [&](const Run &first, const Run &second) {
        return std::abs(first.milliseconds - profile.milliseconds) <
               std::abs(second.milliseconds - profile.milliseconds);
      });
  profile.typical = getProfiledRun(typical, measured->nanosecondsPerTick,
                                   threads, table->threads);
  return profile;
}

double Profile::getPercentOfPeak(const KernelTime &time) const {
  double most = time.milliseconds / 1e3 * peakRate * time.kernel.peakFactor;
  return most > 0 ? 100 * static_cast<double>(time.kernel.operations) / most
                  : 0;
}
