//===- StoredWeights.cpp - Weights kept in fewer bits ---------------------===//

#include "cnnc/Dialect/CNN/StoredWeights.h"

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

StringRef StoredWeights::getAttributeName() { return "cnn.stored"; }

bool mlir::cnn::isStored(Operation *op) {
  return op->hasAttr(StoredWeights::getAttributeName());
}

/// All codebooks have a zero for code 0, and they are one or vary along one
/// dimension.
static bool isZeroFirst(Value codebook) {
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(codebook.getType()).getShape();
  auto isLong = [](int64_t extent) { return extent != 1; };
  auto numbers = getFloats(codebook);
  if (!numbers || llvm::count_if(shape.drop_back(), isLong) > 1)
    return false;
  for (size_t i = 0; i < numbers->size(); i += shape.back())
    if ((*numbers)[i] != 0)
      return false;
  return true;
}

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
  } else if (auto lookup = dyn_cast<LookupOp>(op)) {
    if (isZeroFirst(lookup.getCodebook())) {
      weights.numbers = lookup.getInput();
      weights.codebook = lookup.getCodebook();
    }
  }
  if (!weights.numbers || !getConstant(weights.numbers))
    return std::nullopt;
  return weights;
}

Value StoredWeights::widen(OpBuilder &builder, Location loc) const {
  Operation *op;
  if (codebook)
    op = LookupOp::create(builder, loc, numbers, codebook);
  else if (scale)
    op = DequantizeOp::create(builder, loc, numbers, scale, Value());
  else
    op = CastOp::create(builder, loc, numbers, builder.getF32Type());
  op->setAttr(getAttributeName(), builder.getUnitAttr());
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
  bool hasCodebooks =
      codebook && cast<RankedTensorType>(codebook.getType()).getRank() > 1;
  return {sliceFirst(numbers), scale ? sliceFirst(scale) : Value(),
          hasCodebooks ? sliceFirst(codebook) : codebook};
}

std::optional<std::vector<float>> mlir::cnn::getStoredNumbers(Value weights) {
  std::optional<StoredWeights> stored = StoredWeights::get(weights);
  return getFloats(stored ? stored->numbers : weights);
}

std::vector<float> mlir::cnn::getStoredScales(Value weights) {
  std::optional<StoredWeights> stored = StoredWeights::get(weights);
  if (!stored)
    return {};
  if (stored->codebook) {
    auto type = cast<RankedTensorType>(stored->codebook.getType());
    if (type.getRank() == 1)
      return {};
    int64_t channels = type.getNumElements() / type.getShape().back();
    auto numbers = llvm::seq<int64_t>(channels);
    return std::vector<float>(numbers.begin(), numbers.end());
  }
  if (!stored->scale)
    return {};
  return *getFloats(stored->scale);
}
