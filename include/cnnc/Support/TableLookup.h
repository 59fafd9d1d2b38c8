//===- TableLookup.h - Tables in registers ----------------------*- C++ -*-===//

#ifndef CNNC_SUPPORT_TABLELOOKUP_H
#define CNNC_SUPPORT_TABLELOOKUP_H

#include "cnnc/Support/Machine.h"

#include <vector>

namespace mlir::cnn {

/// How every lane of a vector of 32 bits looks a number up in a table that is
/// in registers.
struct TableLookup {
  /// LLVM's intrinsic for vectors of `vectorBits`.
  std::string intrinsic;
  /// Vectors that hold the table.
  int64_t registers = 1;
  /// Numbers of the table.
  int64_t entries = 4;
  /// The operand with the codes, of which only the lowest bits count, follows
  /// the first register of the table; else it is last.
  bool isCodeSecond = true;
  /// Looks single bytes up, by codes of bytes.
  bool hasBytes = false;
};

/// The lookups of a machine, from the smallest table to the largest; none if it
/// has no such instruction.
std::vector<TableLookup> getTableLookups(const Machine &machine);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_TABLELOOKUP_H
