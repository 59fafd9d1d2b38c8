//===- Progress.cpp - What a long job is doing ----------------------------===//

#include "cnnc/Support/Progress.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir::cnn;
using llvm::StringRef;

namespace {

constexpr std::chrono::milliseconds delay(1000), period(200);
/// Back to the first column, then erase to the end of the line: ECMA-48, CR and
/// EL.
constexpr StringRef eraseLine = "\r\x1b[K";
/// Of a terminal 80 columns wide, so that the line never wraps.
constexpr size_t maxColumns = 79;

} // namespace

Progress::Progress() : start(std::chrono::steady_clock::now()) {
  if (llvm::errs().is_displayed())
    writer = std::thread([this] { show(); });
}

void Progress::finish() {
  if (!writer.joinable())
    return;
  {
    std::lock_guard<std::mutex> lock(mutex);
    isFinished = true;
  }
  wakeUp.notify_one();
  writer.join();
  clear();
}

void Progress::setStep(StringRef step) {
  if (!writer.joinable())
    return;
  std::lock_guard<std::mutex> lock(mutex);
  text = step.take_front(maxColumns).str();
}

void Progress::setStep(StringRef step, int64_t done, int64_t all) {
  constexpr int64_t width = 30;
  int64_t filled = all > 0 ? width * done / all : width;
  std::string bar =
      "[" + std::string(filled, '#') + std::string(width - filled, '.') + "] ";
  setStep(bar + std::to_string(done) + "/" + std::to_string(all) + " " +
          step.str());
}

void Progress::clear() {
  std::lock_guard<std::mutex> lock(mutex);
  if (isShown)
    llvm::errs() << eraseLine;
  isShown = false;
}

void Progress::show() {
  std::string shown;
  std::unique_lock<std::mutex> lock(mutex);
  wakeUp.wait_until(lock, start + delay, [&] { return isFinished; });
  while (!isFinished) {
    if (text != shown || !isShown) {
      llvm::errs() << eraseLine << text;
      shown = text;
      isShown = true;
    }
    wakeUp.wait_for(lock, period, [&] { return isFinished; });
  }
}
