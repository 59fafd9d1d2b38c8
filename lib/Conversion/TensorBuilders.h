//===- TensorBuilders.h - Tensors in destination style ----------*- C++ -*-===//
//
// What the lowering of cnn ops builds besides kernels: views, copies into
// larger tensors, elementwise maps and reductions. All shapes are static.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_CONVERSION_TENSORBUILDERS_H
#define CNNC_LIB_CONVERSION_TENSORBUILDERS_H

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {

ArrayRef<int64_t> getShape(Value value);
Type getElementType(Value value);

/// The signless integer of an integer type with a sign, or the type itself.
Type getSignless(Type type);

/// `value` as another integer type of its width: arith has signless ones only.
Value castSign(OpBuilder &builder, Location loc, Value value, Type type);

/// A tensor without values, the destination of what comes.
Value createEmpty(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                  Type elementType);

/// A tensor whose elements are all `value`.
Value createFilled(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                   Type elementType, double value);

/// A number of `type`, a float or an integer. Of an integer the signless type,
/// since arith has no other, and the nearest one if `value` is infinite.
Value createScalar(OpBuilder &builder, Location loc, Type type, double value);

/// The same elements in another shape; of a constant, a constant that shares
/// the data.
Value createReshape(OpBuilder &builder, Location loc, Value value,
                    ArrayRef<int64_t> shape);

Value createTranspose(OpBuilder &builder, Location loc, Value value,
                      ArrayRef<int64_t> permutation);

/// A box of `value`. `steps` may be empty, which means ones; none is negative.
Value createSlice(OpBuilder &builder, Location loc, Value value,
                  ArrayRef<int64_t> starts, ArrayRef<int64_t> sizes,
                  ArrayRef<int64_t> steps = {});

/// `destination` with `source` written from `starts` on, every `steps`.
Value createInsert(OpBuilder &builder, Location loc, Value source,
                   Value destination, ArrayRef<int64_t> starts,
                   ArrayRef<int64_t> steps = {});

/// The value with `low` and `high` elements of `number` around it.
Value createPad(OpBuilder &builder, Location loc, Value value,
                ArrayRef<int64_t> low, ArrayRef<int64_t> high, double number);

/// Computes one element from the elements of the operands.
using ElementFunction =
    function_ref<Value(ImplicitLocOpBuilder &, ValueRange elements)>;

/// An operand of an elementwise map: a tensor and which of its elements belongs
/// to an element of the result.
struct MapOperand {
  Value value;
  AffineMap map;
};

/// `value` as an operand of a map to `shape`, by numpy's rules of broadcasting.
/// Its map is the identity or names the dimensions it has in common.
MapOperand createBroadcast(OpBuilder &builder, Location loc, Value value,
                           ArrayRef<int64_t> shape);

/// A linalg.generic that writes into `destination`; the first operands of
/// `function` are elements of the inputs, the last is the destination's.
/// Elements are of signless types.
Value createGeneric(OpBuilder &builder, Location loc,
                    ArrayRef<MapOperand> operands, MapOperand destination,
                    ArrayRef<utils::IteratorType> iterators,
                    ElementFunction function);

/// The tensor of `type` whose elements are a function of the operands'.
Value createMap(OpBuilder &builder, Location loc, RankedTensorType type,
                ArrayRef<MapOperand> operands, ElementFunction function);

/// As above, for operands that broadcast to the shape of `type`. Operands whose
/// elements are all the same constant become part of the function.
Value createElementwise(OpBuilder &builder, Location loc, RankedTensorType type,
                        ValueRange operands, ElementFunction function);

/// What a reduction runs over and what it starts from.
struct Reduction {
  ArrayRef<int64_t> extents;
  /// The dimensions that disappear.
  ArrayRef<int64_t> axes;
  Type elementType;
  double initial;
};

/// Reduces operands over extents. `function` receives an element of each and
/// what was reduced so far.
Value createReduction(OpBuilder &builder, Location loc,
                      const Reduction &reduction, ArrayRef<MapOperand> operands,
                      ElementFunction function);

/// Reduces the dimensions `axes` of `input`, which disappear. `function`
/// receives an element and what was reduced so far, at first `initial`.
Value createReduction(OpBuilder &builder, Location loc, Value input,
                      ArrayRef<int64_t> axes, double initial,
                      ElementFunction function);

/// Dimension `axis` of the result holds the elements `indices` of `value`'s.
Value createGatherAlong(OpBuilder &builder, Location loc, Value value,
                        int64_t axis, ArrayRef<int64_t> indices);

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// One iteration: from the loops' indices and the state to the next state.
using LoopBody = function_ref<SmallVector<Value>(
    ImplicitLocOpBuilder &, ValueRange indices, ValueRange state)>;

/// Runs `body` for every index of a tensor of shape `extents`, in row-major
/// order and one after the other, and returns the last state. Tensors of the
/// state become memory that is written in place. Numbers may only be part of
/// the state inside another loop: a loop is a kernel, which returns nothing.
SmallVector<Value> createLoops(ImplicitLocOpBuilder &builder,
                               ArrayRef<int64_t> extents, ValueRange state,
                               LoopBody body);

/// The same for indices below `bound`, which may be known at run time only.
SmallVector<Value> createLoop(ImplicitLocOpBuilder &builder, Value bound,
                              ValueRange state, LoopBody body);

/// An element of a tensor; of integers with a sign the signless number.
Value createLoad(ImplicitLocOpBuilder &builder, Value tensor,
                 ValueRange position);

/// The tensor with one element replaced by such a number.
Value createStore(ImplicitLocOpBuilder &builder, Value number, Value tensor,
                  ValueRange position);

/// What the integer `index`, which may be negative, names in a dimension of
/// `extent` elements. Outside of it the nearest element, so that no memory
/// elsewhere is touched.
Value createPosition(ImplicitLocOpBuilder &builder, Value index,
                     int64_t extent);

/// x > y for elements of `type`, where NaN is larger than every number.
Value createIsGreater(ImplicitLocOpBuilder &builder, Type type, Value x,
                      Value y);

//===----------------------------------------------------------------------===//
// Blocked images
//===----------------------------------------------------------------------===//

/// The blocked form of a plain image.
Value createPack(OpBuilder &builder, Location loc, Value image, int64_t lanes);

/// The plain form of a blocked image of `channels` channels.
Value createUnpack(OpBuilder &builder, Location loc, Value blocked,
                   int64_t channels);

/// The shape of the blocked form of a plain image.
SmallVector<int64_t> getBlockedShape(ArrayRef<int64_t> shape, int64_t lanes);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_TENSORBUILDERS_H
