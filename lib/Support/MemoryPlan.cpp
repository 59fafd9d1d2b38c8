//===- MemoryPlan.cpp - Buffers that share bytes over time ----------------===//

#include "cnnc/Support/MemoryPlan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

namespace mlir::cnn {
namespace {

/// Comparisons of two ranges that the search for a better plan may cost.
constexpr int64_t searchBudget = 30'000'000;

struct Placed {
  LiveRange range;
  int64_t offset;
};

/// Ranges in the order in which they are placed.
using Order = std::vector<size_t>;

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

MemoryPlan planInOrder(llvm::ArrayRef<LiveRange> ranges, const Order &order,
                       int64_t alignment) {
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

/// Bytes alive from each time at which they change.
std::map<int64_t, int64_t> getLoads(llvm::ArrayRef<LiveRange> ranges,
                                    int64_t alignment) {
  std::map<int64_t, int64_t> loads;
  for (const LiveRange &range : ranges) {
    int64_t size = llvm::alignTo(range.size, alignment);
    loads[range.begin] += size;
    loads[range.end + 1] -= size;
  }
  int64_t sum = 0;
  for (auto &[time, load] : loads)
    load = sum += load;
  return loads;
}

/// Orders worth trying: by a number, the largest first, then by size.
std::vector<Order> getOrders(llvm::ArrayRef<LiveRange> ranges,
                             int64_t alignment) {
  // The most that lives together with each range.
  std::map<int64_t, int64_t> loads = getLoads(ranges, alignment);
  auto getCompany = [&](const LiveRange &range) {
    int64_t company = 0;
    for (auto at = loads.find(range.begin), end = loads.upper_bound(range.end);
         at != end; ++at)
      company = std::max(company, at->second);
    return company;
  };
  std::vector<std::vector<int64_t>> keys(5);
  for (const LiveRange &range : ranges) {
    keys[0].push_back(range.size);
    keys[1].push_back(range.size * (range.end - range.begin + 1));
    keys[2].push_back(getCompany(range));
    keys[3].push_back(range.end - range.begin);
    keys[4].push_back(-range.begin);
  }
  std::vector<Order> orders;
  for (const std::vector<int64_t> &key : keys) {
    Order order(ranges.size());
    std::iota(order.begin(), order.end(), 0);
    llvm::sort(order, [&](size_t a, size_t b) {
      return std::tuple(-key[a], -ranges[a].size, a) <
             std::tuple(-key[b], -ranges[b].size, b);
    });
    orders.push_back(std::move(order));
  }
  return orders;
}

/// Lets what ends highest in the plan choose its place before all others.
void placeTopFirst(llvm::ArrayRef<LiveRange> ranges, const MemoryPlan &plan,
                   Order &order) {
  auto getEnd = [&](size_t i) { return plan.offsets[i] + ranges[i].size; };
  auto top = llvm::max_element(
      order, [&](size_t a, size_t b) { return getEnd(a) < getEnd(b); });
  std::rotate(order.begin(), top, top + 1);
}

} // namespace

int64_t getLargestLoad(llvm::ArrayRef<LiveRange> ranges, int64_t alignment) {
  int64_t largest = 0;
  for (auto [time, load] : getLoads(ranges, alignment))
    largest = std::max(largest, load);
  return largest;
}

MemoryPlan planOffsets(llvm::ArrayRef<LiveRange> ranges, int64_t alignment) {
  int64_t least = getLargestLoad(ranges, alignment);
  int64_t cost = std::max<int64_t>(1, ranges.size() * ranges.size() / 2);
  std::vector<Order> orders = getOrders(ranges, alignment);
  MemoryPlan best = planInOrder(ranges, orders.front(), alignment);
  // After as many rounds the search goes in circles.
  int64_t rounds =
      std::min<int64_t>(2 * ranges.size(), searchBudget / cost / orders.size());
  for (Order &order : orders) {
    for (int64_t round = 0; round <= rounds && best.size > least; ++round) {
      MemoryPlan plan = planInOrder(ranges, order, alignment);
      placeTopFirst(ranges, plan, order);
      if (plan.size < best.size)
        best = std::move(plan);
    }
  }
  return best;
}

} // namespace mlir::cnn
