//===- Requantization.cpp - What follows a sum of integers ----------------===//

#include "Requantization.h"

#include "TensorBuilders.h"
#include "cnnc/Support/Weights.h"

namespace mlir::cnn {

/// The numbers of a constant that broadcasts to N x C x ..., one per channel;
/// nothing if they differ within a channel.
static std::optional<std::vector<float>>
getPerChannel(ElementsAttr constant, ArrayRef<int64_t> image) {
  auto numbers = getFloats(constant);
  if (!numbers || numbers->empty())
    return std::nullopt;
  ArrayRef<int64_t> shape = constant.getShapedType().getShape();
  if (llvm::all_equal(*numbers))
    return std::vector<float>(image[1], numbers->front());
  int64_t axis = static_cast<int64_t>(shape.size()) -
                 static_cast<int64_t>(image.size()) + 1;
  if (axis < 0 || shape[axis] != image[1] ||
      static_cast<int64_t>(numbers->size()) != image[1])
    return std::nullopt;
  return numbers;
}

/// Narrows `range` by one more op.
static bool takeLimit(BinaryOp limit, Value value, IntegerRange &range) {
  if (!limit || (limit.getKind() != BinaryKind::max &&
                 limit.getKind() != BinaryKind::min))
    return false;
  Value other = limit.getLhs() == value ? limit.getRhs() : limit.getLhs();
  auto numbers = getIntegers(other);
  if (!numbers || numbers->size() != 1 ||
      limit.getOutput().getType() != value.getType() ||
      numbers->front() < range.least || numbers->front() > range.largest)
    return false;
  (limit.getKind() == BinaryKind::max ? range.least : range.largest) =
      numbers->front();
  return true;
}

SmallVector<BinaryOp> takeLimits(RequantizeOp op, IntegerRange &range) {
  SmallVector<BinaryOp> limits;
  for (Value value = op.getOutput(); value.hasOneUse();) {
    auto limit = dyn_cast<BinaryOp>(*value.user_begin());
    if (!takeLimit(limit, value, range))
      break;
    limits.push_back(limit);
    value = limit.getOutput();
  }
  return limits;
}

std::optional<Requantization> Requantization::get(Value sums) {
  // In another shape a channel is elsewhere, but all may share one multiplier.
  Value last = sums;
  if (sums.hasOneUse())
    if (auto reshape = dyn_cast<ReshapeOp>(*sums.user_begin()))
      last = reshape.getOutput();
  if (!last.hasOneUse())
    return std::nullopt;
  auto op = dyn_cast<RequantizeOp>(*last.user_begin());
  if (!op || op.getInput() != last)
    return std::nullopt;
  ElementsAttr multiplier = op.getConstantMultiplier();
  auto zeros = getIntegers(op.getZeroPoint());
  if (!multiplier || !zeros || zeros->empty() || !llvm::all_equal(*zeros))
    return std::nullopt;
  auto multipliers = getPerChannel(multiplier, getShape(sums));
  if (!multipliers || (last != sums && !llvm::all_equal(*multipliers)))
    return std::nullopt;
  auto type = cast<IntegerType>(cnn::getElementType(op.getOutput()));
  IntegerRange range = IntegerRange::get(type);
  SmallVector<BinaryOp> limits = takeLimits(op, range);
  return Requantization{op,
                        limits,
                        last == sums ? nullptr : last.getDefiningOp(),
                        *multipliers,
                        zeros->front(),
                        range};
}

template <typename T>
static Value createVector(OpBuilder &builder, Location loc, Type element,
                          ArrayRef<T> values, int64_t lanes) {
  std::vector<T> padded(values.begin(), values.end());
  padded.resize(llvm::alignTo(padded.size(), lanes));
  auto type =
      RankedTensorType::get(static_cast<int64_t>(padded.size()), element);
  ArrayRef<char> bytes(reinterpret_cast<const char *>(padded.data()),
                       padded.size() * sizeof(T));
  return createConstant(builder, loc, makeConstant(type, bytes));
}

Value createChannelVector(OpBuilder &builder, Location loc,
                          ArrayRef<float> values, int64_t lanes) {
  return createVector(builder, loc, builder.getF32Type(), values, lanes);
}

Value createChannelVector(OpBuilder &builder, Location loc,
                          ArrayRef<int32_t> values, int64_t lanes) {
  return createVector(builder, loc, builder.getI32Type(), values, lanes);
}

} // namespace mlir::cnn
