//===- Bandwidth.cpp - How fast memory is ---------------------------------===//

#include "cnnc/Runner/Bandwidth.h"

#include "cnnc/Support/Machine.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <vector>

using Clock = std::chrono::steady_clock;

double mlir::cnn::measureBandwidth() {
  constexpr int64_t leastBytes = 256 << 20, passes = 5;
  int64_t bytes = std::max(leastBytes, 4 * Machine::getHost().level3Bytes);
  std::vector<uint64_t> memory(bytes / sizeof(uint64_t), 1);
  double rate = 0;
  // Read by what follows, so that no pass can be left out.
  volatile uint64_t sum = 0;
  for (int64_t pass = 0; pass != passes; ++pass) {
    Clock::time_point start = Clock::now();
    sum = sum + std::accumulate(memory.begin(), memory.end(), uint64_t(0));
    std::chrono::duration<double> seconds = Clock::now() - start;
    rate = std::max(rate, static_cast<double>(bytes) / seconds.count());
  }
  return rate;
}
