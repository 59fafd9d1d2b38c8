//===- SumsOfProducts.cpp - Convolutions and products as linalg -----------===//

#include "SumsOfProducts.h"

#include "TensorBuilders.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::cnn {

using utils::IteratorType;

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// x * y + sum
static Value emitMultiplyAdd(ImplicitLocOpBuilder &builder, ValueRange x) {
  Type type = x[2].getType();
  if (isa<FloatType>(type)) {
    Value product = arith::MulFOp::create(builder, x[0], x[1]);
    return arith::AddFOp::create(builder, product, x[2]);
  }
  auto extend = [&](Value value) -> Value {
    if (value.getType() == type)
      return value;
    return arith::ExtSIOp::create(builder, type, value);
  };
  Value product = arith::MulIOp::create(builder, extend(x[0]), extend(x[1]));
  return arith::AddIOp::create(builder, product, x[2]);
}

static SmallVector<int64_t> splitGroups(ArrayRef<int64_t> shape, int64_t axis,
                                        int64_t groups) {
  SmallVector<int64_t> split(shape);
  split[axis] /= groups;
  split.insert(split.begin() + axis, groups);
  return split;
}

SmallVector<AffineExpr> getWindowPositions(Builder &builder,
                                           const Window &window,
                                           int64_t firstPosition,
                                           int64_t firstTap) {
  SmallVector<AffineExpr> positions;
  for (auto [i, dim] : llvm::enumerate(window))
    positions.push_back(builder.getAffineDimExpr(firstPosition + i) *
                            dim.stride +
                        builder.getAffineDimExpr(firstTap + i) * dim.dilation);
  return positions;
}

/// A window of one element leaves one spatial dimension.
static void mergePixels(OpBuilder &builder, Location loc, ConvSum &conv) {
  if (!isPointwise(conv.window))
    return;
  auto merge = [&](ArrayRef<int64_t> shape) {
    int64_t pixels = 1;
    for (int64_t extent : shape.drop_front(2))
      pixels *= extent;
    return SmallVector<int64_t>{shape[0], shape[1], pixels};
  };
  conv.input =
      createReshape(builder, loc, conv.input, merge(getShape(conv.input)));
  conv.filter =
      createReshape(builder, loc, conv.filter, merge(getShape(conv.filter)));
  conv.type = conv.type.clone(merge(conv.type.getShape()));
  conv.window = {WindowDim()};
}

static Value padWindow(OpBuilder &builder, Location loc, const ConvSum &conv) {
  SmallVector<int64_t> low = {0, 0}, high = {0, 0};
  for (WindowDim dim : conv.window) {
    low.push_back(dim.padLow);
    high.push_back(dim.padHigh);
  }
  return createPad(builder, loc, conv.input, low, high, 0);
}

/// A linalg.generic over N x G x O/G x outputs x C/G x taps.
Value createConvSum(OpBuilder &builder, Location loc, ConvSum conv) {
  ArrayRef<int64_t> shape = conv.type.getShape();
  mergePixels(builder, loc, conv);
  int64_t rank = conv.window.size(), dims = 2 * rank + 4;
  auto dim = [&](int64_t i) { return builder.getAffineDimExpr(i); };
  AffineExpr n = dim(0), g = dim(1), o = dim(2), c = dim(rank + 3);
  SmallVector<AffineExpr> input = {n, g, c}, filter = {g, o, c};
  SmallVector<AffineExpr> output = {n, g, o};
  llvm::append_range(input,
                     getWindowPositions(builder, conv.window, 3, rank + 4));
  for (int64_t i = 0; i < rank; ++i) {
    filter.push_back(dim(rank + 4 + i));
    output.push_back(dim(3 + i));
  }
  auto makeOperand = [&](Value value, ArrayRef<AffineExpr> map) -> MapOperand {
    return {value, AffineMap::get(dims, 0, map, builder.getContext())};
  };
  auto split = [&](Value value, int64_t axis) {
    return createReshape(builder, loc, value,
                         splitGroups(getShape(value), axis, conv.groups));
  };
  Value zeros = createFilled(builder, loc,
                             splitGroups(conv.type.getShape(), 1, conv.groups),
                             conv.type.getElementType(), 0);
  SmallVector<IteratorType> iterators(rank + 3, IteratorType::parallel);
  iterators.append(rank + 1, IteratorType::reduction);
  Value sum = createGeneric(
      builder, loc,
      {makeOperand(split(padWindow(builder, loc, conv), 1), input),
       makeOperand(split(conv.filter, 0), filter)},
      makeOperand(zeros, output), iterators, emitMultiplyAdd);
  return createReshape(builder, loc, sum, shape);
}

Value createMatrixSum(OpBuilder &builder, Location loc, Value lhs, Value rhs,
                      RankedTensorType type) {
  int64_t rank = type.getRank();
  auto dim = [&](int64_t i) { return builder.getAffineDimExpr(i); };
  AffineExpr row = dim(rank - 2), column = dim(rank - 1), inner = dim(rank);
  auto makeOperand = [&](Value value, AffineExpr first,
                         AffineExpr second) -> MapOperand {
    SmallVector<AffineExpr> map;
    if (getShape(value).size() == 3)
      map.push_back(dim(0));
    map.append({first, second});
    return {value, AffineMap::get(rank + 1, 0, map, builder.getContext())};
  };
  Value zeros =
      createFilled(builder, loc, type.getShape(), type.getElementType(), 0);
  SmallVector<IteratorType> iterators(rank, IteratorType::parallel);
  iterators.push_back(IteratorType::reduction);
  return createGeneric(
      builder, loc,
      {makeOperand(lhs, row, inner), makeOperand(rhs, inner, column)},
      makeOperand(zeros, row, column), iterators, emitMultiplyAdd);
}

//===----------------------------------------------------------------------===//
// Zero points
//===----------------------------------------------------------------------===//

/// The difference of constants; null if their data are missing.
static Value createConstantDifference(OpBuilder &builder, Location loc,
                                      Value value, Value zeroPoint) {
  auto elements = getIntegers(value);
  if (!elements)
    return {};
  if (zeroPoint) {
    auto zeros = getIntegers(zeroPoint);
    if (!zeros)
      return {};
    for (auto [i, element] : llvm::enumerate(*elements))
      element -= (*zeros)[getBroadcastPosition(getShape(zeroPoint),
                                               getShape(value), i)];
  }
  std::vector<int16_t> differences(elements->begin(), elements->end());
  auto type =
      RankedTensorType::get(getShape(value), builder.getIntegerType(16));
  ArrayRef<char> bytes(reinterpret_cast<const char *>(differences.data()),
                       2 * differences.size());
  return createConstant(builder, loc, makeConstant(type, bytes));
}

Value createDifference(OpBuilder &builder, Location loc, Value value,
                       Value zeroPoint) {
  Type element = getElementType(value);
  if (!zeroPoint && element.isSignlessInteger())
    return value;
  if (element.isInteger(8) && getConstant(value) &&
      (!zeroPoint || getConstant(zeroPoint)))
    if (Value constant =
            createConstantDifference(builder, loc, value, zeroPoint))
      return constant;
  SmallVector<Value> operands = {value};
  if (zeroPoint)
    operands.push_back(zeroPoint);
  // Differences have one bit more than what they are of.
  Type wide = builder.getIntegerType(2 * element.getIntOrFloatBitWidth());
  return createElementwise(
      builder, loc, RankedTensorType::get(getShape(value), wide), operands,
      [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
        auto extend = [&](Value byte) -> Value {
          if (element.isUnsignedInteger())
            return arith::ExtUIOp::create(b, wide, byte);
          return arith::ExtSIOp::create(b, wide, byte);
        };
        if (!zeroPoint)
          return extend(x[0]);
        return arith::SubIOp::create(b, extend(x[0]), extend(x[1]));
      });
}

} // namespace mlir::cnn
