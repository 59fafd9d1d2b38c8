//===- TraceProfile.cpp - A profile as a trace ----------------------------===//
//
// The Trace Event Format of Chrome (chrome://tracing), which Perfetto reads:
// complete events "X" with a beginning and a duration in microseconds, which
// are nested where one lies within another of the same row.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Runner/Profile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <nlohmann/json.hpp>

using namespace mlir::cnn;
using llvm::StringRef;
using nlohmann::ordered_json;

namespace {

constexpr int64_t process = 1;

/// Nanoseconds as the format's microseconds, exact to three digits.
double toMicroseconds(int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e3;
}

/// A time from and to, in nanoseconds, in a row of the trace.
struct Span {
  int64_t begin, end, row;
};

ordered_json makeEvent(const std::string &name, const char *category,
                       const Span &span) {
  return {{"name", name},
          {"cat", category},
          {"ph", "X"},
          {"ts", toMicroseconds(span.begin)},
          {"dur", toMicroseconds(std::max<int64_t>(span.end - span.begin, 0))},
          {"pid", process},
          {"tid", span.row}};
}

/// The name of the process, or of a row.
ordered_json makeName(const char *what, const std::string &name, int64_t row) {
  return {{"name", what}, {"ph", "M"}, {"pid", process},
          {"tid", row},   {"ts", 0},   {"args", {{"name", name}}}};
}

/// The rows: layers are the first, threads follow.
class Trace {
public:
  explicit Trace(const Profile &profile)
      : profile(profile), run(profile.typical) {}

  ordered_json make(StringRef model) {
    std::string name = llvm::sys::path::filename(model).str();
    events.push_back(makeName("process_name", name, layerRow));
    events.push_back(makeName("thread_name", "layers", layerRow));
    size_t threads = run.shares.empty() ? 0 : run.shares.front().size();
    for (size_t thread = 0; thread != threads; ++thread)
      events.push_back(makeName("thread_name",
                                "thread " + std::to_string(thread),
                                getThreadRow(thread)));
    events.push_back(
        makeEvent(name, "network", {0, run.boundaries.back(), layerRow}));
    for (size_t kernel = 0; kernel != profile.kernels.size(); ++kernel)
      addKernel(kernel);
    addRate(run.boundaries.back(), 0);
    return {{"traceEvents", events},
            {"displayTimeUnit", "ms"},
            {"otherData",
             {{"model", model.str()},
              {"threads", profile.threads},
              {"median_ms", profile.milliseconds},
              {"peak_gflops", profile.peakRate / 1e9}}}};
  }

private:
  static constexpr int64_t layerRow = 0;
  static int64_t getThreadRow(size_t thread) {
    return layerRow + 1 + static_cast<int64_t>(thread);
  }

  StringRef getLayer(size_t kernel) const {
    return profile.kernels[kernel].kernel.layer;
  }

  void addKernel(size_t kernel) {
    bool beginsLayer = kernel == 0 || getLayer(kernel) != getLayer(kernel - 1);
    if (beginsLayer && !getLayer(kernel).empty())
      addLayer(kernel);
    Span span = {run.boundaries[kernel], run.boundaries[kernel + 1], layerRow};
    const KernelInfo &info = profile.kernels[kernel].kernel;
    ordered_json event = makeEvent(info.kernel, "kernel", span);
    double seconds = static_cast<double>(span.end - span.begin) / 1e9;
    double rate =
        seconds > 0 ? static_cast<double>(info.operations) / seconds : 0;
    event["args"] = describe(info, rate, span);
    events.push_back(std::move(event));
    addRate(span.begin, rate);
    if (run.shares.empty())
      return;
    for (auto [thread, end] : llvm::enumerate(run.shares[kernel]))
      events.push_back(makeEvent(
          info.kernel, "share",
          {span.begin, std::min(end, span.end), getThreadRow(thread)}));
  }

  /// From this kernel to the last one of the same layer.
  void addLayer(size_t first) {
    size_t end = first + 1;
    while (end != profile.kernels.size() && getLayer(end) == getLayer(first))
      ++end;
    events.push_back(
        makeEvent(getLayer(first).str(), "layer",
                  {run.boundaries[first], run.boundaries[end], layerRow}));
  }

  ordered_json describe(const KernelInfo &info, double rate,
                        const Span &span) const {
    double percent = 0;
    if (profile.peakRate > 0)
      percent = 100 * rate / (profile.peakRate * info.peakFactor);
    auto nanoseconds = static_cast<double>(span.end - span.begin);
    return {
        {"layer", info.layer},
        {"algorithm", info.kernel},
        {"detail", info.detail},
        {"shape", std::vector<int64_t>(info.shape.begin(), info.shape.end())},
        {"flops", info.operations},
        {"gflops", rate / 1e9},
        {"percent_of_peak", percent},
        {"bytes", info.bytes},
        {"gigabytes_per_second",
         nanoseconds > 0 ? static_cast<double>(info.bytes) / nanoseconds : 0.0},
        {"predicted_us", 1e3 * profile.getPredicted(info)}};
  }

  /// From here on, as a curve.
  void addRate(int64_t begin, double rate) {
    events.push_back({{"name", "GFLOP/s"},
                      {"ph", "C"},
                      {"ts", toMicroseconds(begin)},
                      {"pid", process},
                      {"args", {{"GFLOP/s", rate / 1e9}}}});
  }

  const Profile &profile;
  const ProfiledRun &run;
  ordered_json events = ordered_json::array();
};

} // namespace

llvm::Error mlir::cnn::writeTrace(const Profile &profile, StringRef model,
                                  StringRef path) {
  std::error_code problem;
  llvm::raw_fd_ostream stream(path, problem, llvm::sys::fs::OF_None);
  if (problem)
    return llvm::createFileError(path, problem);
  stream << Trace(profile).make(model).dump(
                1, ' ', false, ordered_json::error_handler_t::replace)
         << '\n';
  stream.close();
  if (stream.has_error()) {
    problem = stream.error();
    stream.clear_error();
    return llvm::createFileError(path, problem);
  }
  return llvm::Error::success();
}
