//===- Progress.h - What a long job is doing --------------------*- C++ -*-===//

#ifndef CNNC_SUPPORT_PROGRESS_H
#define CNNC_SUPPORT_PROGRESS_H

#include "llvm/ADT/StringRef.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace mlir::cnn {

/// A line at the bottom of a terminal that says what a job is doing, from its
/// second second on. Nothing is written where standard error is no terminal,
/// and nothing is left of the line in the end. May be used by several threads.
class Progress {
public:
  Progress();
  ~Progress() { finish(); }
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  /// What begins now, for example "fold-bn".
  void setStep(llvm::StringRef step);

  /// The same with a bar: `done` of `all` parts are done.
  void setStep(llvm::StringRef step, int64_t done, int64_t all);

  /// Removes the line, for something else to be printed; it comes back.
  void clear();

  /// Removes the line for good. One thread calls this.
  void finish();

private:
  /// Writes the line whenever it has changed, until the end.
  void show();

  std::chrono::steady_clock::time_point start;
  std::mutex mutex;
  std::condition_variable wakeUp;
  std::string text;
  bool isShown = false, isFinished = false;
  /// Not started where there is no terminal.
  std::thread writer;
};

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_PROGRESS_H
