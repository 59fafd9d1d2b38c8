//===- Profile.h - How long each kernel takes -------------------*- C++ -*-===//

#ifndef CNNC_RUNNER_PROFILE_H
#define CNNC_RUNNER_PROFILE_H

#include "cnnc/Runner/Engine.h"

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace mlir::cnn {

/// One kernel and the median of its times.
struct KernelTime {
  KernelInfo kernel;
  double milliseconds = 0;
};

/// One run, in nanoseconds from the start of its first kernel.
struct ProfiledRun {
  /// When each kernel begins, and when the last one ends.
  std::vector<int64_t> boundaries;
  /// When each thread is done with its share of each kernel; empty if the
  /// network has no threads.
  std::vector<std::vector<int64_t>> shares;
};

struct Profile {
  /// In the order in which they run.
  std::vector<KernelTime> kernels;
  /// The median of whole runs, with what is between kernels.
  double milliseconds = 0;
  int64_t runs = 0, threads = 1;
  /// The most operations a second that so many threads can do; 0 if unknown.
  double peakRate = 0;
  /// The run whose time is nearest to the median.
  ProfiledRun typical;

  /// Milliseconds that the compiler's cost model expects of a kernel, if it is
  /// split evenly among the threads; 0 if that or the peak is unknown.
  double getPredicted(const KernelInfo &kernel) const {
    return peakRate > 0 ? 1e3 * static_cast<double>(kernel.work) / peakRate : 0;
  }
  /// Part of the peak of its arithmetic, in percent; 0 if it is unknown.
  double getPercentOfPeak(const KernelTime &time) const;
};

/// Warms up as measureTime does, then times every kernel of `runs` runs on so
/// many threads. Ticks become time by the clock of the same runs. An error if
/// the network was not compiled with its profile, or has no kernel.
llvm::Expected<Profile> measureProfile(Engine &engine,
                                       llvm::ArrayRef<Tensor> inputs,
                                       int64_t runs, int64_t threads);

/// Floating-point operations a second, a fused multiply-add being two, of
/// `threads` threads that do nothing else on vectors of this machine. Takes a
/// tenth of a second, after compiling a loop for it.
llvm::Expected<double> measurePeakRate(int64_t threads);

/// A table with a line for each kernel, and one with a line for each algorithm.
void printProfile(const Profile &profile, llvm::raw_ostream &stream);

/// The same on one line, with the name of the model.
void printProfileAsJSON(const Profile &profile, llvm::StringRef model,
                        llvm::raw_ostream &stream);

/// Writes the typical run as a trace of Chrome's, which Perfetto shows as well:
/// a row of layers and their kernels, which last until the last thread is done,
/// and a row for each thread.
llvm::Error writeTrace(const Profile &profile, llvm::StringRef model,
                       llvm::StringRef path);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_PROFILE_H
