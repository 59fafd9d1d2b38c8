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

/// Widens A x B x C numbers, whose scales, or the numbers of their codebooks,
/// are A x C. A codebook is a row of `codebooks`, which is null without.
Value createWidened(OpBuilder &builder, Location loc, Value numbers,
                    Value scales, Value codebooks) {
  auto type = cast<RankedTensorType>(numbers.getType());
  SmallVector<MapOperand> operands = {
      {numbers, builder.getMultiDimIdentityMap(3)}};
  if (scales)
    operands.push_back({scales, AffineMap::get(3, 0,
                                               {builder.getAffineDimExpr(0),
                                                builder.getAffineDimExpr(2)},
                                               builder.getContext())});
  auto lookUp = [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
    auto toIndex = [&](Value integer) {
      return arith::IndexCastUIOp::create(b, b.getIndexType(), integer);
    };
    int64_t entries = getShape(codebooks).back();
    Value last = arith::ConstantIndexOp::create(b, entries - 1);
    Value code = arith::MinUIOp::create(b, toIndex(elements[0]), last);
    Value book = scales ? Value(toIndex(elements[1]))
                        : arith::ConstantIndexOp::create(b, 0);
    return createLoad(b, codebooks, {book, code});
  };
  ElementFunction function = emitWidened;
  if (codebooks)
    function = lookUp;
  return createMap(builder, loc, type.clone(builder.getF32Type()), operands,
                   function);
}

/// The codebooks, which are constant, as rows of a matrix.
Value createCodebooks(OpBuilder &builder, Location loc, Value codebook) {
  int64_t entries = getShape(codebook).back();
  int64_t count =
      cast<RankedTensorType>(codebook.getType()).getNumElements() / entries;
  return createReshape(builder, loc, codebook, {count, entries});
}

/// A constant of the element type of `like`.
Value createLike(OpBuilder &builder, Value like, ArrayRef<int64_t> shape,
                 ArrayRef<float> values, StringRef name) {
  auto type = RankedTensorType::get(shape, getElementType(like));
  return createConstant(builder, like.getLoc(),
                        makeConstant(type, values, name));
}

/// Which codebook belongs to each channel.
Value createBookNumbers(OpBuilder &builder, Location loc,
                        ArrayRef<float> numbers) {
  auto type = RankedTensorType::get(static_cast<int64_t>(numbers.size()),
                                    builder.getI32Type());
  return createConstant(builder, loc, type, numbers);
}

} // namespace

StoredConstants createStoredConstants(OpBuilder &builder, Value weights,
                                      ArrayRef<int64_t> shape,
                                      const PackedWeights &packed,
                                      StringRef name) {
  std::optional<StoredWeights> stored = StoredWeights::get(weights);
  StoredConstants constants;
  constants.numbers =
      createLike(builder, stored->numbers, shape, packed.numbers, name);
  if (stored->scale)
    constants.scales = createLike(builder, stored->scale,
                                  static_cast<int64_t>(packed.scales.size()),
                                  packed.scales, name);
  return constants;
}

Value createPackedWeights(OpBuilder &builder, Value weights,
                          ArrayRef<int64_t> shape, PackedWeights &&packed,
                          StringRef name) {
  Location loc = weights.getLoc();
  std::optional<StoredWeights> stored = StoredWeights::get(weights);
  if (!stored && getElementType(weights).isF32())
    return createConstant(builder, loc,
                          makeConstant(shape, std::move(packed.numbers),
                                       builder.getContext(), name));
  if (!stored)
    return createLike(builder, weights, shape, packed.numbers, name);
  int64_t first = shape.front(), last = shape.back();
  int64_t count = packed.numbers.size();
  auto [numbers, scales] = createStoredConstants(
      builder, weights, {first, count / (first * last), last}, packed, name);
  Value codebooks;
  if (stored->codebook) {
    codebooks = createCodebooks(builder, loc, stored->codebook);
    if (!packed.scales.empty())
      scales = createBookNumbers(builder, loc, packed.scales);
  }
  if (scales)
    scales = createReshape(builder, loc, scales, {first, last});
  return createReshape(builder, loc,
                       createWidened(builder, loc, numbers, scales, codebooks),
                       shape);
}

} // namespace mlir::cnn
