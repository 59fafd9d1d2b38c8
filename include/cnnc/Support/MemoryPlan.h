//===- MemoryPlan.h - Buffers that share bytes over time --------*- C++ -*-===//

#ifndef CNNC_SUPPORT_MEMORYPLAN_H
#define CNNC_SUPPORT_MEMORYPLAN_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mlir::cnn {

/// A buffer of `size` bytes that is needed from time `begin` to time `end`,
/// both included.
struct LiveRange {
  int64_t begin, end, size;
};

struct MemoryPlan {
  /// One per range, each a multiple of the alignment.
  std::vector<int64_t> offsets;
  /// Bytes of the arena.
  int64_t size = 0;
};

/// The most bytes alive at one time, each range rounded up to the alignment: no
/// plan is smaller.
int64_t getLargestLoad(llvm::ArrayRef<LiveRange> ranges, int64_t alignment);

/// Places the ranges so that no two that live at the same time overlap. Ranges
/// are placed one after the other, each in a gap between those already placed.
/// Which order is good differs from network to network: several are tried, and
/// then what lies on top of the arena is placed earlier, as long as that makes
/// the arena smaller. The effort is bounded.
MemoryPlan planOffsets(llvm::ArrayRef<LiveRange> ranges, int64_t alignment);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_MEMORYPLAN_H
