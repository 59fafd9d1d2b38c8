//===- ReceptiveField.h - What of the input a value sees --------*- C++ -*-===//

#ifndef CNNC_ANALYSIS_RECEPTIVEFIELD_H
#define CNNC_ANALYSIS_RECEPTIVEFIELD_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace mlir::cnn {

/// What a value sees of one spatial dimension of the input: its element p along
/// dimension `dim` depends on the positions
///
///   [low + p * jump, high + p * jump]
///
/// which may lie outside the input, in its padding. Without `dim`, every
/// element depends on [low, high]. Araujo, Norris and Sim, "Computing Receptive
/// Fields of Convolutional Neural Networks" (Distill, 2019): `jump` is the
/// effective stride, high - low + 1 the size of the field. Where paths of
/// different strides meet, and where a layer sees all positions, the field is
/// that of all positions together. After upsampling, ends may be fractions of a
/// position.
struct FieldAxis {
  std::optional<int64_t> dim;
  double jump = 1, low = 0, high = 0;

  /// Positions from the first to the last.
  double getSize() const { return high - low + 1; }
};

/// One entry per spatial dimension of the input, outermost first; none for a
/// value that does not depend on it.
using ReceptiveField = SmallVector<FieldAxis, 3>;

/// The field of `op`'s results, all of the same one, from the fields of its
/// operands.
ReceptiveField getReceptiveField(Operation *op,
                                 ArrayRef<ReceptiveField> operands);

/// The field of an input of the network in itself: an image, of rank 3 to 5,
/// sees its spatial dimensions, other inputs see nothing.
ReceptiveField getInputField(Value input);

} // namespace mlir::cnn

#endif // CNNC_ANALYSIS_RECEPTIVEFIELD_H
