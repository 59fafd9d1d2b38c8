//===- EmitQuantized.cpp - Floats as quantized integers -------------------===//

#include "EmitQuantized.h"

#include "NumberExpansions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

namespace mlir::cnn {

Value emitRoundedProduct(ImplicitLocOpBuilder &builder, Value x, Value y) {
  auto product = arith::MulFOp::create(builder, x, y);
  product->setDiscardableAttr(keepsRounding, builder.getUnitAttr());
  return product;
}

IntegerRange IntegerRange::get(IntegerType type) {
  int64_t count = int64_t(1) << type.getWidth();
  int64_t least = type.isUnsigned() ? 0 : -count / 2;
  return {least, least + count - 1, type.getWidth()};
}

/// The type of `like` with another element type.
static Type cloneType(Value like, Type element) {
  auto shaped = dyn_cast<ShapedType>(like.getType());
  return shaped ? shaped.clone(element) : element;
}

/// A constant of a type, number by number if it is a vector.
static Value constant(ImplicitLocOpBuilder &builder, Type type,
                      Attribute number) {
  if (auto shaped = dyn_cast<ShapedType>(type))
    return arith::ConstantOp::create(builder,
                                     DenseElementsAttr::get(shaped, number));
  return arith::ConstantOp::create(builder, cast<TypedAttr>(number));
}

static Value number(ImplicitLocOpBuilder &builder, Value like, double value) {
  return constant(builder, like.getType(), builder.getF32FloatAttr(value));
}

/// The larger (OGT) or smaller (OLT) of a number and a limit; of NaN, the
/// limit.
static Value limit(ImplicitLocOpBuilder &builder,
                   arith::CmpFPredicate predicate, Value x, Value bound) {
  Value isInside = arith::CmpFOp::create(builder, predicate, x, bound);
  return arith::SelectOp::create(builder, isInside, x, bound);
}

/// The float `x`, which is from `low` to `high`, as the low bits of an integer.
/// The sum with 1.5 * 2^23 has no room for a fraction, and is rounded to even;
/// its last bits are those of the integer.
static Value round(ImplicitLocOpBuilder &builder, Value x, Value low,
                   Value high, unsigned width) {
  x = limit(builder, arith::CmpFPredicate::OGT, x, low);
  x = limit(builder, arith::CmpFPredicate::OLT, x, high);
  // Never fused with the product that x may be.
  auto sum = arith::AddFOp::create(builder, x, number(builder, x, 0x1.8p23));
  sum->setDiscardableAttr(keepsRounding, builder.getUnitAttr());
  x = sum;
  Value bits =
      arith::BitcastOp::create(builder, cloneType(x, builder.getI32Type()), x);
  return arith::TruncIOp::create(
      builder, cloneType(x, builder.getIntegerType(width)), bits);
}

Value emitQuantized(ImplicitLocOpBuilder &builder, Value x, int64_t zeroPoint,
                    IntegerRange range) {
  // Compilers differ in which argument of a call they evaluate first.
  Value low = number(builder, x, range.least - zeroPoint);
  Value high = number(builder, x, range.largest - zeroPoint);
  Value integer = round(builder, x, low, high, range.width);
  if (zeroPoint == 0)
    return integer;
  auto bits =
      builder.getIntegerAttr(builder.getIntegerType(range.width),
                             APInt(range.width, zeroPoint, /*isSigned=*/false,
                                   /*implicitTrunc=*/true));
  return arith::AddIOp::create(builder, integer,
                               constant(builder, integer.getType(), bits));
}

Value emitQuantized(ImplicitLocOpBuilder &builder, Value x, Value zeroPoint,
                    bool isUnsigned, IntegerRange range) {
  APInt known;
  if (matchPattern(zeroPoint, m_ConstantInt(&known)))
    return emitQuantized(builder, x,
                         isUnsigned ? static_cast<int64_t>(known.getZExtValue())
                                    : known.getSExtValue(),
                         range);
  Value offset;
  if (isUnsigned)
    offset = arith::UIToFPOp::create(builder, x.getType(), zeroPoint);
  else
    offset = arith::SIToFPOp::create(builder, x.getType(), zeroPoint);
  Value low =
      arith::SubFOp::create(builder, number(builder, x, range.least), offset);
  Value high =
      arith::SubFOp::create(builder, number(builder, x, range.largest), offset);
  Value integer = round(builder, x, low, high, range.width);
  return arith::AddIOp::create(builder, integer, zeroPoint);
}

} // namespace mlir::cnn
