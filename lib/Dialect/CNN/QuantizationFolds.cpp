//===- QuantizationFolds.cpp - Multipliers of requantize ------------------===//

#include "Shapes.h"

#include "cnnc/Dialect/CNN/StoredWeights.h"
#include "cnnc/Support/Weights.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::cnn;

OpFoldResult LookupOp::fold(FoldAdaptor adaptor) {
  auto codes = dyn_cast_if_present<ElementsAttr>(adaptor.getInput());
  auto codebook = dyn_cast_if_present<ElementsAttr>(adaptor.getCodebook());
  if (!codes || !codebook || isStored(*this))
    return {};
  std::optional<Tensor> positions = getTensor(codes);
  auto numbers = getFloats(codebook);
  if (!positions || !numbers)
    return {};
  auto type = cast<RankedTensorType>(getOutput().getType());
  ArrayRef<int64_t> books = cnn::getShape(getCodebook());
  int64_t entries = books.back();
  std::vector<float> values(type.getNumElements());
  for (auto [i, code] : llvm::enumerate(positions->get<uint8_t>()))
    values[i] =
        (*numbers)[getBroadcastPosition(books.drop_back(), type.getShape(), i) *
                       entries +
                   std::min<int64_t>(code, entries - 1)];
  return makeConstant(type.getShape(), std::move(values), getContext());
}

/// The shape of the multiplier: what its operands broadcast to.
static SmallVector<int64_t> getMultiplierShape(RequantizeOp op) {
  SmallVector<int64_t> shape = *getBroadcastShape(
      getShape(op.getInputScale()), getShape(op.getOutputScale()));
  if (op.getDivisor())
    shape = *getBroadcastShape(shape, getShape(op.getDivisor()));
  return shape;
}

ElementsAttr RequantizeOp::getConstantMultiplier() {
  SmallVector<int64_t> shape = getMultiplierShape(*this);
  auto inputScales = getFloats(getInputScale());
  auto outputScales = getFloats(getOutputScale());
  auto divisors =
      getDivisor() ? getFloats(getDivisor()) : std::vector<float>{1};
  if (!inputScales || !outputScales || !divisors ||
      ShapedType::isDynamicShape(shape))
    return {};
  ArrayRef<int64_t> divisorShape;
  if (getDivisor())
    divisorShape = cnn::getShape(getDivisor());
  auto type = RankedTensorType::get(shape, Float32Type::get(getContext()));
  std::vector<float> multipliers(type.getNumElements());
  for (auto [i, multiplier] : llvm::enumerate(multipliers)) {
    auto pick = [&, index = i](ArrayRef<float> values, ArrayRef<int64_t> from) {
      return values[getBroadcastPosition(from, shape, index)];
    };
    float divisor = pick(*outputScales, cnn::getShape(getOutputScale())) *
                    pick(*divisors, divisorShape);
    multiplier = pick(*inputScales, cnn::getShape(getInputScale())) / divisor;
  }
  return makeConstant(type, multipliers);
}

Value RequantizeOp::createMultiplier(OpBuilder &builder) {
  if (ElementsAttr constant = getConstantMultiplier())
    return createConstant(builder, getLoc(), constant);
  Value divisor = getOutputScale();
  if (getDivisor())
    divisor = BinaryOp::create(builder, getLoc(), BinaryKind::mul, divisor,
                               getDivisor());
  return BinaryOp::create(builder, getLoc(), BinaryKind::div, getInputScale(),
                          divisor);
}

/// A mean of one number is the number.
static LogicalResult dropDivisorOfOne(RequantizeOp op,
                                      PatternRewriter &rewriter) {
  if (!op.getDivisor() || getSplat(op.getDivisor()) != 1.0)
    return rewriter.notifyMatchFailure(op, "it has no divisor of ones");
  rewriter.modifyOpInPlace(op, [&] { op.getDivisorMutable().clear(); });
  return success();
}

void RequantizeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                               MLIRContext *) {
  patterns.add(dropDivisorOfOne);
}
