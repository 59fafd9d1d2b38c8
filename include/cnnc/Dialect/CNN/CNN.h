//===- CNN.h - The cnn dialect ----------------------------------*- C++ -*-===//

#ifndef CNNC_DIALECT_CNN_CNN_H
#define CNNC_DIALECT_CNN_CNN_H

#include "cnnc/Support/Tensor.h"
#include "cnnc/Support/Window.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::cnn {

/// At most dimension 0 is dynamic, and the elements of one image are at most
/// 2^40, so that extents can be added and multiplied without care.
bool isSupportedShape(ArrayRef<int64_t> shape);

/// Fails with a diagnostic unless every type is a ranked tensor of such a
/// shape.
LogicalResult checkTypes(std::optional<Location> location, StringRef op,
                         TypeRange types);

} // namespace mlir::cnn

namespace mlir::cnn {

/// A summand of an interpolation: an element of the input and its weight.
struct WeightedIndex {
  int64_t index;
  double weight;
};

} // namespace mlir::cnn

#include "cnnc/Dialect/CNN/CNNDialect.h.inc"
#include "cnnc/Dialect/CNN/CNNEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "cnnc/Dialect/CNN/CNNAttributes.h.inc"
#include "cnnc/Dialect/CNN/CNNInterfaces.h.inc"
#define GET_OP_CLASSES
#include "cnnc/Dialect/CNN/CNNOps.h.inc"

namespace mlir::cnn {

/// The shape two shapes broadcast to by numpy's rules, or failure.
FailureOr<SmallVector<int64_t>> getBroadcastShape(ArrayRef<int64_t> lhs,
                                                  ArrayRef<int64_t> rhs);

/// `op(lhs, rhs)` in double precision.
double evaluate(BinaryKind kind, double lhs, double rhs);

/// A copy of `input` in which update i, a slice of as many elements as there
/// are updates for each position, has met the elements at positions[i], one
/// update after the other. Floats are rounded once, at the end.
Tensor scatter(ScatterKind kind, const Tensor &input,
               ArrayRef<int64_t> positions, const Tensor &updates);

/// A tensor of `shape` made of equal slices of `input` that start at
/// `positions`.
Tensor gatherSlices(const Tensor &input, ArrayRef<int64_t> positions,
                    ArrayRef<int64_t> shape);

/// The value of cnn.non_zero.
Tensor listNonZero(const Tensor &input);

/// Creates an op whose operands may come from a broken file: if the result type
/// cannot be inferred there is a diagnostic at `loc` and no op. (The plain
/// builder ends the program then.)
template <typename OpTy, typename... Args>
FailureOr<OpTy> tryCreate(OpBuilder &builder, Location loc, Args &&...args) {
  OperationState state(loc, OpTy::getOperationName());
  OpTy::build(builder, state, Type(builder.getNoneType()),
              std::forward<Args>(args)...);
  SmallVector<Type> types;
  if (failed(OpTy::inferReturnTypes(
          builder.getContext(), loc, state.operands,
          state.attributes.getDictionary(builder.getContext()),
          state.getRawProperties(), state.regions, types)))
    return failure();
  state.types.assign(types.begin(), types.end());
  return cast<OpTy>(builder.create(state));
}

} // namespace mlir::cnn

#endif // CNNC_DIALECT_CNN_CNN_H
