//===- RowRing.cpp - Rows between two convolutions ------------------------===//

#include "cnnc/Support/RowRing.h"

#include "cnnc/Support/CostModel.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir::cnn;

namespace {

int64_t countGroups(const ExpandedLayer &layer, const RowRing &ring) {
  return llvm::divideCeilSigned(layer.filterBlocks, ring.groupBlocks);
}

/// Bytes of the rows of a group that one row of windows reaches.
int64_t getRingBytes(const ExpandedLayer &layer, const RowRing &ring) {
  return ring.groupBlocks * layer.window.getReach() * layer.rowBytes;
}

/// Most of the second cache is for what else passes through it.
int64_t getLargestRing(const Machine &machine) {
  return machine.level2Bytes / 4;
}

/// Rows of one group that two parts compute.
int64_t countSharedRows(const ExpandedLayer &layer, const RowRing &ring) {
  int64_t rows = layer.images * countGroups(layer, ring) * layer.outputRows;
  int64_t kept =
      std::max<int64_t>(0, layer.window.getReach() - layer.window.stride);
  int64_t shared = 0;
  for (int64_t chunk = 1; chunk < ring.chunks; ++chunk)
    if (chunk * rows / ring.chunks % layer.outputRows != 0)
      shared += std::min(kept, layer.inputRows);
  return shared;
}

} // namespace

double mlir::cnn::getExtraCycles(const ExpandedLayer &layer,
                                 const RowRing &ring, const Machine &machine) {
  auto product = [](auto... factors) {
    return (static_cast<double>(factors) * ...);
  };
  int64_t groups = countGroups(layer, ring);
  double cycles =
      product(countSharedRows(layer, ring), ring.groupBlocks,
              layer.rowMultiplyAdds, 2 / getOperationsPerCycle(machine)) +
      product(groups - 1, layer.images, layer.inputBytes, level3Cycles);
  if (2 * layer.filterBytes > groups * machine.level1Bytes)
    cycles +=
        product(layer.images, layer.inputRows, layer.filterBytes, level2Cycles);
  return cycles;
}

RowRing mlir::cnn::chooseRowRing(const ExpandedLayer &layer,
                                 const Machine &machine, int64_t chunks) {
  RowRing best;
  double least = 0;
  for (int64_t blocks = 1; blocks <= layer.filterBlocks; ++blocks) {
    RowRing ring;
    ring.groupBlocks = blocks;
    if (blocks > 1 && getRingBytes(layer, ring) > getLargestRing(machine))
      break;
    ring.chunks = std::clamp<int64_t>(
        chunks, 1, layer.images * countGroups(layer, ring) * layer.outputRows);
    double cycles = getExtraCycles(layer, ring, machine);
    // Of equals that which reads the input less often.
    if (blocks > 1 && cycles > least)
      continue;
    best = ring;
    least = cycles;
  }
  return best;
}

bool mlir::cnn::suitsRowRing(const ExpandedLayer &layer, const RowRing &ring,
                             const Machine &machine) {
  int64_t expandedBytes = layer.filterBlocks * layer.inputRows * layer.rowBytes;
  // Written once and read once.
  double saved = 2 * static_cast<double>(layer.images * expandedBytes) *
                 (level3Cycles - level2Cycles);
  return expandedBytes > machine.level2Bytes &&
         getRingBytes(layer, ring) <= getLargestRing(machine) &&
         2 * getExtraCycles(layer, ring, machine) <= saved;
}
