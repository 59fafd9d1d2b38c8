//===- PackWeights.cpp - Weights in the layouts of the kernels ------------===//

#include "PackWeights.h"

#include "TensorBuilders.h"
#include "cnnc/Dialect/CNN/StoredWeights.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::cnn {
namespace {

/// A float of 16 bits as one of 32, or an integer times its scale.
Value emitWidened(ImplicitLocOpBuilder &builder, ValueRange elements) {
  Type wide = builder.getF32Type();
  if (isa<FloatType>(elements[0].getType()))
    return arith::ExtFOp::create(builder, wide, elements[0]);
  Value number = arith::SIToFPOp::create(builder, wide, elements[0]);
  return arith::MulFOp::create(builder, number, elements[1]);
}

/// Widens A x B x C numbers, whose scales are A x C.
Value createWidened(OpBuilder &builder, Location loc, Value numbers,
                    Value scales) {
  auto type = cast<RankedTensorType>(numbers.getType());
  SmallVector<MapOperand> operands = {
      {numbers, builder.getMultiDimIdentityMap(3)}};
  if (scales)
    operands.push_back({scales, AffineMap::get(3, 0,
                                               {builder.getAffineDimExpr(0),
                                                builder.getAffineDimExpr(2)},
                                               builder.getContext())});
  return createMap(builder, loc, type.clone(builder.getF32Type()), operands,
                   emitWidened);
}

} // namespace

Value createPackedWeights(OpBuilder &builder, Value weights,
                          ArrayRef<int64_t> shape, PackedWeights &&packed,
                          StringRef name) {
  Location loc = weights.getLoc();
  std::optional<StoredWeights> stored = StoredWeights::get(weights);
  if (!stored && getElementType(weights).isF32())
    return createConstant(builder, loc,
                          makeConstant(shape, std::move(packed.numbers),
                                       builder.getContext(), name));
  auto create = [&](ArrayRef<int64_t> extents, Value like,
                    ArrayRef<float> values) {
    auto type = RankedTensorType::get(extents, getElementType(like));
    return createConstant(builder, loc, makeConstant(type, values, name));
  };
  if (!stored)
    return create(shape, weights, packed.numbers);
  int64_t first = shape.front(), last = shape.back();
  int64_t count = packed.numbers.size();
  Value numbers = create({first, count / (first * last), last}, stored->numbers,
                         packed.numbers);
  Value scales;
  if (stored->scale)
    scales = create({first, last}, stored->scale, packed.scales);
  return createReshape(builder, loc,
                       createWidened(builder, loc, numbers, scales), shape);
}

} // namespace mlir::cnn
