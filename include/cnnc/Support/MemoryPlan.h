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

/// Places the ranges so that no two that live at the same time overlap. The
/// largest is placed first, each in the smallest gap it fits between those
/// already placed; the plan is within a few per cent of the largest sum of
/// sizes alive at one time for the networks we know.
MemoryPlan planOffsets(llvm::ArrayRef<LiveRange> ranges, int64_t alignment);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_MEMORYPLAN_H
