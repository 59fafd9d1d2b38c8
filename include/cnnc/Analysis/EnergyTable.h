//===- EnergyTable.h - What operations and memory cost ----------*- C++ -*-===//

#ifndef CNNC_ANALYSIS_ENERGYTABLE_H
#define CNNC_ANALYSIS_ENERGYTABLE_H

#include "cnnc/Analysis/Layers.h"

#include "llvm/Support/Error.h"

#include <array>

namespace mlir::cnn {

/// Picojoules.
struct OperationEnergy {
  double add = 0, multiply = 0;
};

/// A memory on the chip, and picojoules for each access to it.
struct MemoryLevel {
  int64_t bytes = 0;
  double access = 0;
};

/// What operations and memory cost in a technology, as a file that users can
/// replace:
///
///   {"technology": "45 nm, 0.9 V",
///    "operations": {"int8": {"add": 0.03, "multiply": 0.2}, "int32": ...,
///                   "float16": ..., "float32": ...},
///    "memory": {"access_bits": 64, "dram": 1950,
///               "on_chip": [{"bytes": 8192, "access": 10}, ...]}}
///
/// All energies are picojoules.
struct EnergyTable {
  std::string technology;
  /// By `Arithmetic`.
  std::array<OperationEnergy, 4> operations;
  /// Bits that one access reads or writes.
  int64_t accessBits = 64;
  /// From the smallest to the largest.
  std::vector<MemoryLevel> onChip;
  /// An access to what is beside the chip.
  double dram = 0;

  /// 45 nm, 0.9 V: Horowitz, "Computing's energy problem (and what we can do
  /// about it)" (ISSCC 2014), as Krouka et al. print it (2021). DRAM is said to
  /// take 1300 to 2600 picojoules; this is the middle.
  static EnergyTable getDefault();

  /// An error names what is wrong, and what is accepted.
  static llvm::Expected<EnergyTable> parse(llvm::StringRef json);

  /// What `parse` reads, with line breaks.
  std::string toJSON() const;

  /// Picojoules for each byte of what is as large as that.
  double getByteEnergy(int64_t bytes) const;
};

/// Estimates the energy of each layer, and of all:
///
///   operations   multiply-adds * (multiply + add) + other operations * add
///   weights      constant bytes * energy of a byte of the smallest memory that
///                holds all constants with the most live activations, or DRAM
///   activations  all other moved bytes * energy of a byte of the smallest
///                memory that holds the layer's live bytes, or DRAM
///
/// with the costs of the layer's arithmetic; products of int8 are added in
/// int32. Registers, clocks and leakage are not in it.
void estimateEnergy(NetworkFigures &figures, const EnergyTable &table);

} // namespace mlir::cnn

#endif // CNNC_ANALYSIS_ENERGYTABLE_H
