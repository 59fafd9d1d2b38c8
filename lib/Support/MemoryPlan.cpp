//===- MemoryPlan.cpp - Buffers that share bytes over time ----------------===//

#include "cnnc/Support/MemoryPlan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace mlir::cnn {
namespace {

struct Placed {
  LiveRange range;
  int64_t offset;
};

/// The offset of the smallest gap that holds `range` among `placed`, which are
/// sorted by offset; the end of all that live with it if there is no gap.
int64_t findGap(const LiveRange &range, llvm::ArrayRef<Placed> placed,
                int64_t alignment) {
  int64_t gapBegin = 0, best = -1;
  int64_t bestSize = std::numeric_limits<int64_t>::max();
  for (const Placed &other : placed) {
    if (other.range.end < range.begin || range.end < other.range.begin)
      continue;
    int64_t gapSize = other.offset - gapBegin;
    if (gapSize >= range.size && gapSize < bestSize) {
      best = gapBegin;
      bestSize = gapSize;
    }
    gapBegin =
        std::max(gapBegin, static_cast<int64_t>(llvm::alignTo(
                               other.offset + other.range.size, alignment)));
  }
  return best >= 0 ? best : gapBegin;
}

} // namespace

MemoryPlan planOffsets(llvm::ArrayRef<LiveRange> ranges, int64_t alignment) {
  std::vector<size_t> order(ranges.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](size_t a, size_t b) {
    return ranges[a].size != ranges[b].size ? ranges[a].size > ranges[b].size
                                            : a < b;
  });

  MemoryPlan plan;
  plan.offsets.resize(ranges.size());
  std::vector<Placed> placed;
  for (size_t i : order) {
    int64_t offset = findGap(ranges[i], placed, alignment);
    plan.offsets[i] = offset;
    plan.size = std::max(plan.size, offset + ranges[i].size);
    auto position = llvm::upper_bound(placed, offset,
                                      [](int64_t value, const Placed &other) {
                                        return value < other.offset;
                                      });
    placed.insert(position, {ranges[i], offset});
  }
  plan.size = llvm::alignTo(plan.size, alignment);
  return plan;
}

} // namespace mlir::cnn
