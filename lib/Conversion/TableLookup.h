//===- TableLookup.h - Numbers from a table in registers --------*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_TABLELOOKUP_H
#define CNNC_LIB_CONVERSION_TABLELOOKUP_H

#include "LoopBuilder.h"
#include "cnnc/Support/TableLookup.h"

namespace mlir::kernel {

/// Looks float32 numbers up by codes of `bits` bits, one for each lane. A table
/// that one instruction does not hold is several, of which the highest bits of
/// a code select one. Without such an instruction, or if the tables were many,
/// each lane loads its number.
class TableLookup {
public:
  /// `codebook` has 2^bits numbers, at the first of which the tables are loaded
  /// from by `load`.
  TableLookup(LoopBuilder &builder, const cnn::Machine &machine,
              const FlatArray &codebook, int64_t bits);

  /// Registers that the tables need.
  int64_t getRegisters() const;

  /// Loads the tables, outside of the loops that look numbers up.
  void loadTables();

  /// The numbers for the codes that begin at bit `shift` of `words`, a vector
  /// of i32.
  Value lookUp(Value words, int64_t shift) const;

private:
  Value loadTable(int64_t first) const;
  Value emitIntrinsic(Value codes, ArrayRef<Value> table) const;
  Value loadEach(Value codes) const;
  Value emitSelect(Value words, int64_t bit, Value one, Value zero) const;

  LoopBuilder &builder;
  const FlatArray &codebook;
  int64_t bits, lanes;
  VectorType numbers, integers;
  /// The instruction, and how many tables a code selects from.
  std::optional<cnn::TableLookup> instruction;
  int64_t parts = 1;
  SmallVector<SmallVector<Value>> tables;
};

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_TABLELOOKUP_H
