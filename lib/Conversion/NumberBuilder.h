//===- NumberBuilder.h - Arithmetic on single numbers -----------*- C++ -*-===//
//
// What the bodies of maps are written with where they compute positions.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_CONVERSION_NUMBERBUILDER_H
#define CNNC_LIB_CONVERSION_NUMBERBUILDER_H

#include "TensorBuilders.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::cnn {

/// Builds arithmetic on floats of one type.
class NumberBuilder {
public:
  NumberBuilder(ImplicitLocOpBuilder &builder, Type type)
      : builder(builder), type(type) {}

  Value number(double value) {
    return createScalar(builder, builder.getLoc(), type, value);
  }
  Value add(Value a, Value b) { return arith::AddFOp::create(builder, a, b); }
  Value sub(Value a, Value b) { return arith::SubFOp::create(builder, a, b); }
  Value mul(Value a, Value b) { return arith::MulFOp::create(builder, a, b); }
  Value div(Value a, Value b) { return arith::DivFOp::create(builder, a, b); }
  Value add(Value a, double b) { return add(a, number(b)); }
  Value sub(Value a, double b) { return sub(a, number(b)); }
  Value mul(Value a, double b) { return mul(a, number(b)); }
  Value div(Value a, double b) { return div(a, number(b)); }
  Value floor(Value a) { return math::FloorOp::create(builder, a); }
  Value ceil(Value a) { return math::CeilOp::create(builder, a); }
  Value abs(Value a) { return math::AbsFOp::create(builder, a); }
  Value roundToEven(Value a) { return math::RoundEvenOp::create(builder, a); }
  Value roundAwayFromZero(Value a) {
    return select(greaterOrEqual(a, number(0)), floor(add(a, 0.5)),
                  ceil(sub(a, 0.5)));
  }
  /// The larger number; `b` if `a` is NaN.
  Value max(Value a, Value b) {
    return arith::MaxNumFOp::create(builder, a, b);
  }
  Value max(Value a, double b) { return max(a, number(b)); }
  Value min(Value a, double b) {
    return arith::MinNumFOp::create(builder, a, number(b));
  }
  /// The larger number; NaN if one of them is.
  Value maximum(Value a, Value b) {
    return arith::MaximumFOp::create(builder, a, b);
  }
  /// `a` moved to the range; the lower bound if it is NaN.
  Value clamp(Value a, double lower, double upper) {
    return min(max(a, lower), upper);
  }
  /// False if a number is NaN, as all comparisons are.
  Value greaterOrEqual(Value a, Value b) {
    return arith::CmpFOp::create(builder, arith::CmpFPredicate::OGE, a, b);
  }
  Value equal(Value a, Value b) {
    return arith::CmpFOp::create(builder, arith::CmpFPredicate::OEQ, a, b);
  }
  Value isInside(Value a, double lower, double upper) {
    return both(greaterOrEqual(a, number(lower)),
                greaterOrEqual(number(upper), a));
  }
  Value both(Value a, Value b) { return arith::AndIOp::create(builder, a, b); }
  Value select(Value condition, Value a, Value b) {
    return arith::SelectOp::create(builder, condition, a, b);
  }

  /// A whole number as an index and back.
  Value toIndex(Value a) {
    Value integer = arith::FPToSIOp::create(builder, builder.getI64Type(), a);
    return arith::IndexCastOp::create(builder, builder.getIndexType(), integer);
  }
  Value fromIndex(Value index) {
    Value integer =
        arith::IndexCastOp::create(builder, builder.getI64Type(), index);
    return arith::SIToFPOp::create(builder, type, integer);
  }
  /// A float of another type as one of this one.
  Value convert(Value a) {
    unsigned from = a.getType().getIntOrFloatBitWidth();
    unsigned to = type.getIntOrFloatBitWidth();
    if (from < to)
      return arith::ExtFOp::create(builder, type, a);
    return from == to ? a : arith::TruncFOp::create(builder, type, a);
  }

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(builder, value);
  }
  /// The position of the element that is computed.
  Value position(int64_t dim) { return linalg::IndexOp::create(builder, dim); }
  Value extract(Value tensor, ValueRange position) {
    return tensor::ExtractOp::create(builder, tensor, position);
  }
  /// The last of the values `initial`, body(i, initial), ... for i below
  /// `count`.
  Value loop(Value lower, Value upper, Value initial,
             function_ref<Value(Value index, Value carried)> body) {
    auto loop = scf::ForOp::create(
        builder, lower, upper, index(1), initial,
        [&](OpBuilder &nested, Location loc, Value i, ValueRange carried) {
          OpBuilder::InsertionGuard guard(builder);
          builder.setInsertionPointToEnd(nested.getInsertionBlock());
          Value next = body(i, carried.front());
          scf::YieldOp::create(builder, next);
        });
    return loop.getResult(0);
  }

private:
  ImplicitLocOpBuilder &builder;
  Type type;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_NUMBERBUILDER_H
