//===- Shapes.h - Pieces of shape inference ---------------------*- C++ -*-===//

#ifndef CNNC_LIB_DIALECT_CNN_SHAPES_H
#define CNNC_LIB_DIALECT_CNN_SHAPES_H

#include "cnnc/Dialect/CNN/CNN.h"

namespace mlir::cnn {

using Types = SmallVectorImpl<Type>;
using MaybeLocation = std::optional<Location>;

inline ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

inline Type getElementType(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

/// The shape as users write it: "1x3x?x224".
std::string describe(ArrayRef<int64_t> shape);

/// The window of `sizes` taps; the arrays are ODS attributes, where empty means
/// ones or zeros. Fails if lengths or values make no sense.
FailureOr<Window> makeWindow(MaybeLocation location, StringRef name,
                             ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides,
                             ArrayRef<int64_t> pads,
                             ArrayRef<int64_t> dilations);

/// As above, for attributes that have been verified.
Window getVerifiedWindow(ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides,
                         ArrayRef<int64_t> pads, ArrayRef<int64_t> dilations);

/// N x channels x what the window makes of the spatial extents of `input`.
FailureOr<SmallVector<int64_t>>
getSlidingShape(MaybeLocation location, StringRef name, ArrayRef<int64_t> input,
                int64_t channels, const Window &window, bool ceil = false);

/// Fails unless the shape is that of an image with one to three spatial
/// dimensions.
LogicalResult checkImage(MaybeLocation location, StringRef name,
                         ArrayRef<int64_t> shape);

/// Fails unless the filter O x C/G x ... fits the channels of the image.
LogicalResult checkFilter(MaybeLocation location, StringRef name,
                          ArrayRef<int64_t> input, ArrayRef<int64_t> filter,
                          int64_t groups);

/// The shape of a matrix product by numpy's rules.
FailureOr<SmallVector<int64_t>> getProductShape(MaybeLocation location,
                                                StringRef name,
                                                ArrayRef<int64_t> lhs,
                                                ArrayRef<int64_t> rhs);

/// Fails unless bias has one element per output channel and the residual the
/// shape of the result.
LogicalResult checkEpilogue(MaybeLocation location, StringRef name,
                            ArrayRef<int64_t> output, Value bias,
                            Value residual);

/// Fails unless 0 <= axis < rank.
LogicalResult checkAxis(MaybeLocation location, StringRef name, int64_t axis,
                        int64_t rank);

/// Fails unless the array has `expected` entries.
LogicalResult checkLength(MaybeLocation location, StringRef what,
                          ArrayRef<int64_t> array, int64_t expected);

} // namespace mlir::cnn

#endif // CNNC_LIB_DIALECT_CNN_SHAPES_H
