//===- Lengths.h - Tensors of which only a part is valid --------*- C++ -*-===//
//
// Some operators have as many results as their data say. Their tensors are as
// large as can be, and an integer that is computed beside them says how many
// rows are valid. Lengths remembers it for every value it applies to.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_IMPORT_LENGTHS_H
#define CNNC_LIB_IMPORT_LENGTHS_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

#include <optional>

namespace mlir::cnn {

/// The first `count`, an int64 scalar, of dimension `dimension` are valid.
struct Length {
  int64_t dimension;
  Value count;
};

class Lengths {
public:
  void set(Value value, Length length) { lengths[value] = length; }
  std::optional<Length> get(Value value) const;

  /// Notes the length of an op's result if it follows from its operands'.
  void propagate(Operation *op);

private:
  llvm::DenseMap<Value, Length> lengths;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_LENGTHS_H
