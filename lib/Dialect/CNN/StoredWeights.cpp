//===- StoredWeights.cpp - Weights kept in fewer bits ---------------------===//

#include "cnnc/Dialect/CNN/StoredWeights.h"

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

static constexpr StringLiteral storedName = "cnn.stored";

bool mlir::cnn::isStored(Operation *op) { return op->hasAttr(storedName); }

std::optional<StoredWeights> StoredWeights::get(Value value) {
  Operation *op = value.getDefiningOp();
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!op || !isStored(op) || !type || !type.getElementType().isF32())
    return std::nullopt;
  StoredWeights weights;
  if (auto cast = dyn_cast<CastOp>(op)) {
    Type element = mlir::cast<RankedTensorType>(cast.getInput().getType())
                       .getElementType();
    if (isa<Float16Type, BFloat16Type>(element))
      weights.numbers = cast.getInput();
  } else if (auto dequantize = dyn_cast<DequantizeOp>(op)) {
    auto input = mlir::cast<RankedTensorType>(dequantize.getInput().getType());
    if (input.getElementType().isSignlessInteger(8) &&
        !dequantize.getZeroPoint() && getConstant(dequantize.getScale())) {
      weights.numbers = dequantize.getInput();
      weights.scale = dequantize.getScale();
    }
  }
  if (!weights.numbers || !getConstant(weights.numbers))
    return std::nullopt;
  return weights;
}

Value StoredWeights::widen(OpBuilder &builder, Location loc) const {
  Operation *op;
  if (scale)
    op = DequantizeOp::create(builder, loc, numbers, scale, Value());
  else
    op = CastOp::create(builder, loc, numbers, builder.getF32Type());
  op->setAttr(storedName, builder.getUnitAttr());
  return op->getResult(0);
}

StoredWeights StoredWeights::slice(OpBuilder &builder, int64_t start,
                                   int64_t count) const {
  auto sliceFirst = [&](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> sizes(type.getShape());
    SmallVector<int64_t> starts(sizes.size(), 0);
    starts[0] = start;
    sizes[0] = count;
    return builder.createOrFold<SliceOp>(value.getLoc(), value, starts, sizes,
                                         ArrayRef<int64_t>());
  };
  return {sliceFirst(numbers), scale ? sliceFirst(scale) : Value()};
}

std::optional<std::vector<float>> mlir::cnn::getStoredNumbers(Value weights) {
  std::optional<StoredWeights> stored = StoredWeights::get(weights);
  return getFloats(stored ? stored->numbers : weights);
}

std::vector<float> mlir::cnn::getStoredScales(Value weights) {
  std::optional<StoredWeights> stored = StoredWeights::get(weights);
  if (!stored || !stored->scale)
    return {};
  return *getFloats(stored->scale);
}
