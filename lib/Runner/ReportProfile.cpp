//===- ReportProfile.cpp - A profile on paper -----------------------------===//

#include "cnnc/Runner/Profile.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <nlohmann/json.hpp>

using namespace mlir::cnn;
using llvm::StringRef;

namespace {

/// Times and amounts of one line of a table.
struct Sum {
  int64_t kernels = 0;
  double milliseconds = 0, predicted = 0, operations = 0, bytes = 0;
  /// Operations at the peak of float32 in the time that those of other
  /// arithmetic take at theirs.
  double peakOperations = 0;

  void add(const KernelTime &time, const Profile &profile) {
    ++kernels;
    milliseconds += time.milliseconds;
    predicted += profile.getPredicted(time.kernel);
    operations += time.kernel.operations;
    bytes += time.kernel.bytes;
    peakOperations += time.kernel.operations / time.kernel.peakFactor;
  }
  /// Amounts a millisecond in units of a thousand million a second.
  double getRate(double amount) const {
    return milliseconds > 0 ? amount / milliseconds / 1e6 : 0;
  }
};

Sum getSum(llvm::ArrayRef<KernelTime> kernels, const Profile &profile) {
  Sum sum;
  for (const KernelTime &time : kernels)
    sum.add(time, profile);
  return sum;
}

std::string describeShape(llvm::ArrayRef<int64_t> shape) {
  auto extents = llvm::map_range(
      shape, [](int64_t extent) { return std::to_string(extent); });
  return llvm::join(extents, "x");
}

/// "conv1 ... conv12" cut in the middle, where names of one network are alike.
std::string shorten(StringRef name, size_t width) {
  if (name.size() <= width)
    return name.str();
  return "..." + name.take_back(width - 3).str();
}

/// The columns that all lines have.
std::string describeTimes(const Sum &sum, const Profile &profile,
                          double whole) {
  std::string peak = "-", predicted = "-", ratio = "-";
  if (profile.peakRate > 0)
    peak = llvm::formatv("{0:f1}", 100e9 * sum.getRate(sum.peakOperations) /
                                       profile.peakRate);
  if (sum.predicted > 0) {
    predicted = llvm::formatv("{0:f4}", sum.predicted);
    ratio = llvm::formatv("{0:f2}", sum.milliseconds / sum.predicted);
  }
  return llvm::formatv(
      "{0,9:f4} {1,9} {2,5} {3,8:f1} {4,6} {5,7:f1} {6,6:f1}", sum.milliseconds,
      predicted, ratio, sum.getRate(sum.operations), peak,
      sum.getRate(sum.bytes), whole > 0 ? 100 * sum.milliseconds / whole : 0.0);
}

constexpr StringRef timeHeader =
    "       ms predicted ratio  GFLOP/s  %peak    GB/s  share";

nlohmann::ordered_json toJSON(const KernelTime &time, const Profile &profile) {
  const KernelInfo &kernel = time.kernel;
  return {
      {"layer", kernel.layer},
      {"kernel", kernel.kernel},
      {"detail", kernel.detail},
      {"shape", std::vector<int64_t>(kernel.shape.begin(), kernel.shape.end())},
      {"operations", kernel.operations},
      {"bytes", kernel.bytes},
      {"work", kernel.work},
      {"peak_factor", kernel.peakFactor},
      {"ms", time.milliseconds},
      {"predicted_ms", profile.getPredicted(kernel)},
      {"percent_of_peak", profile.getPercentOfPeak(time)}};
}

} // namespace

void mlir::cnn::printProfile(const Profile &profile,
                             llvm::raw_ostream &stream) {
  constexpr size_t maxWidth = 44;
  auto getAlgorithm = [](const KernelInfo &kernel) {
    return kernel.kernel + (kernel.detail.empty() ? "" : " " + kernel.detail);
  };
  size_t layerWidth = 5, kernelWidth = 6;
  for (const KernelTime &time : profile.kernels) {
    layerWidth = std::max(layerWidth, time.kernel.layer.size());
    kernelWidth = std::max(kernelWidth, getAlgorithm(time.kernel).size());
  }
  layerWidth = std::min(layerWidth, maxWidth);
  kernelWidth = std::min(kernelWidth, maxWidth);

  Sum all = getSum(profile.kernels, profile);
  stream << llvm::left_justify("layer", layerWidth) << "  "
         << llvm::left_justify("kernel", kernelWidth) << "  "
         << llvm::left_justify("output", 16) << timeHeader << '\n';
  llvm::MapVector<StringRef, Sum> algorithms;
  for (const KernelTime &time : profile.kernels) {
    const KernelInfo &kernel = time.kernel;
    algorithms[kernel.kernel].add(time, profile);
    stream << llvm::left_justify(shorten(kernel.layer, layerWidth), layerWidth)
           << "  "
           << llvm::left_justify(shorten(getAlgorithm(kernel), kernelWidth),
                                 kernelWidth)
           << "  " << llvm::left_justify(describeShape(kernel.shape), 16)
           << describeTimes(getSum(time, profile), profile, all.milliseconds)
           << '\n';
  }
  stream << "\nkernel            calls" << timeHeader << '\n';
  auto sorted = algorithms.takeVector();
  llvm::sort(sorted, [](const auto &first, const auto &second) {
    return first.second.milliseconds > second.second.milliseconds;
  });
  sorted.push_back({"all", all});
  for (const auto &[name, sum] : sorted)
    stream << llvm::left_justify(name, 16)
           << llvm::formatv("{0,7}", sum.kernels)
           << describeTimes(sum, profile, all.milliseconds) << '\n';
  stream << llvm::formatv("\n{0} runs, threads {1}: median {2:f3} ms",
                          profile.runs, profile.threads, profile.milliseconds);
  if (profile.peakRate > 0)
    stream << llvm::formatv("; peak {0:f1} GFLOP/s", profile.peakRate / 1e9);
  stream << '\n';
}

void mlir::cnn::printProfileAsJSON(const Profile &profile, StringRef model,
                                   llvm::raw_ostream &stream) {
  nlohmann::ordered_json kernels = nlohmann::ordered_json::array();
  for (const KernelTime &time : profile.kernels)
    kernels.push_back(toJSON(time, profile));
  stream << nlohmann::ordered_json{{"model", model.str()},
                                   {"threads", profile.threads},
                                   {"runs", profile.runs},
                                   {"median_ms", profile.milliseconds},
                                   {"peak_gflops", profile.peakRate / 1e9},
                                   {"kernels", kernels}}
                .dump()
         << '\n';
}
