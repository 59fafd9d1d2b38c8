//===- Rewrites.h - What passes of this folder share ------------*- C++ -*-===//

#ifndef CNNC_LIB_TRANSFORMS_REWRITES_H
#define CNNC_LIB_TRANSFORMS_REWRITES_H

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/Weights.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::cnn {

inline ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

inline Type getElementType(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

/// Remarks, as the user of `pass` sees them, that `op` stays as it is. Fails,
/// so that refusals are return statements.
LogicalResult missed(Operation *op, StringRef pass, const Twine &why);

/// Remarks what `pass` has done at `op`.
void applied(Operation *op, StringRef pass, const Twine &what);

/// Remarks that `pass` lets the layer at `host` compute `op`, which ends.
void absorbed(Operation *op, StringRef pass, Location host);

/// The elements of a float constant without loss; nothing if `value` is not
/// one.
std::optional<std::vector<double>> getDoubles(Value value);

/// A constant of `shape` from values computed in double precision.
Value createConstant(OpBuilder &builder, Location loc, RankedTensorType type,
                     ArrayRef<double> values);

/// `op` is a product with a matrix of so few rows that it takes longer to read
/// the matrix, as its second operand, than to compute.
bool waitsForWeights(Operation *op);

/// Erases the constants in `root` that have lost their last user.
void eraseUnusedConstants(Operation *root);

/// `value`, which is a float constant, is one number in all its elements.
bool isConstant(Value value, double number);

} // namespace mlir::cnn

#endif // CNNC_LIB_TRANSFORMS_REWRITES_H
