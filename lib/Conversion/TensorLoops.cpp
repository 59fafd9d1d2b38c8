//===- TensorLoops.cpp - Loops over tensors, one step after the other -----===//

#include "TensorBuilders.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::cnn {

SmallVector<Value> createLoop(ImplicitLocOpBuilder &builder, Value bound,
                              ValueRange state, LoopBody body) {
  Value zero = arith::ConstantIndexOp::create(builder, 0);
  Value one = arith::ConstantIndexOp::create(builder, 1);
  auto loop = scf::ForOp::create(
      builder, zero, bound, one, state,
      [&](OpBuilder &nested, Location loc, Value index, ValueRange arguments) {
        ImplicitLocOpBuilder inner(loc, nested);
        scf::YieldOp::create(inner, body(inner, index, arguments));
      });
  return SmallVector<Value>(loop.getResults());
}

/// The loops for `extents` inside those of `indices`.
static SmallVector<Value> createNest(ImplicitLocOpBuilder &builder,
                                     ArrayRef<int64_t> extents,
                                     ArrayRef<Value> indices, ValueRange state,
                                     LoopBody body) {
  if (extents.empty())
    return body(builder, indices, state);
  Value bound = arith::ConstantIndexOp::create(builder, extents.front());
  return createLoop(
      builder, bound, state,
      [&](ImplicitLocOpBuilder &inner, ValueRange index, ValueRange next) {
        SmallVector<Value> all(indices);
        all.push_back(index.front());
        return createNest(inner, extents.drop_front(), all, next, body);
      });
}

SmallVector<Value> createLoops(ImplicitLocOpBuilder &builder,
                               ArrayRef<int64_t> extents, ValueRange state,
                               LoopBody body) {
  return createNest(builder, extents, {}, state, body);
}

Value createLoad(ImplicitLocOpBuilder &builder, Value tensor,
                 ValueRange position) {
  Value element = tensor::ExtractOp::create(builder, tensor, position);
  return castSign(builder, builder.getLoc(), element,
                  getSignless(element.getType()));
}

Value createStore(ImplicitLocOpBuilder &builder, Value number, Value tensor,
                  ValueRange position) {
  Value element =
      castSign(builder, builder.getLoc(), number, getElementType(tensor));
  return tensor::InsertOp::create(builder, element, tensor, position);
}

Value createPosition(ImplicitLocOpBuilder &builder, Value index,
                     int64_t extent) {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, value);
  };
  Value position =
      arith::IndexCastOp::create(builder, builder.getIndexType(), index);
  Value isNegative = arith::CmpIOp::create(builder, arith::CmpIPredicate::slt,
                                           position, constant(0));
  Value fromEnd = arith::AddIOp::create(builder, position, constant(extent));
  position = arith::SelectOp::create(builder, isNegative, fromEnd, position);
  position = arith::MaxSIOp::create(builder, position, constant(0));
  return arith::MinSIOp::create(builder, position, constant(extent - 1));
}

Value createIsGreater(ImplicitLocOpBuilder &builder, Type type, Value x,
                      Value y) {
  if (!isa<FloatType>(type)) {
    bool isUnsigned = type.isUnsignedInteger() || type.isInteger(1);
    return arith::CmpIOp::create(builder,
                                 isUnsigned ? arith::CmpIPredicate::ugt
                                            : arith::CmpIPredicate::sgt,
                                 x, y);
  }
  Value isGreater =
      arith::CmpFOp::create(builder, arith::CmpFPredicate::OGT, x, y);
  Value isNaN = arith::CmpFOp::create(builder, arith::CmpFPredicate::UNO, x, x);
  Value isNumber =
      arith::CmpFOp::create(builder, arith::CmpFPredicate::ORD, y, y);
  Value isNaNOfNumber = arith::AndIOp::create(builder, isNaN, isNumber);
  return arith::OrIOp::create(builder, isGreater, isNaNOfNumber);
}

} // namespace mlir::cnn
