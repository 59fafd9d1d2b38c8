//===- SimplifyQuantization.cpp - Weights and means of integers -----------===//

#include "Rewrites.h"
#include "Simplify.h"

#include "cnnc/Dialect/CNN/StoredWeights.h"

#include <cmath>

namespace mlir::cnn {
namespace {

/// dequantize(constant)  -->  constant
struct DequantizeConstant : OpRewritePattern<DequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DequantizeOp op,
                                PatternRewriter &rewriter) const override {
    if (isStored(op))
      return rewriter.notifyMatchFailure(op, "it is to be stored in bytes");
    auto integers = getIntegers(op.getInput());
    auto scales = getDoubles(op.getScale());
    auto zeros = op.getZeroPoint() ? getIntegers(op.getZeroPoint())
                                   : std::vector<int64_t>{0};
    if (!integers || !scales || !zeros)
      return rewriter.notifyMatchFailure(op, "an operand is not constant");
    ArrayRef<int64_t> shape = getShape(op.getInput());
    ArrayRef<int64_t> scaleShape = getShape(op.getScale()), zeroShape;
    if (op.getZeroPoint())
      zeroShape = getShape(op.getZeroPoint());
    std::vector<double> values;
    for (auto [i, integer] : llvm::enumerate(*integers)) {
      // Rounded as the op says: the difference, then the product.
      float difference =
          integer - (*zeros)[getBroadcastPosition(zeroShape, shape, i)];
      float product =
          difference * (*scales)[getBroadcastPosition(scaleShape, shape, i)];
      values.push_back(product);
    }
    rewriter.replaceOp(
        op, createConstant(rewriter, op.getLoc(),
                           cast<RankedTensorType>(op.getOutput().getType()),
                           values));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Between integers
//===----------------------------------------------------------------------===//

/// The parameters of quantizing along one axis, element by element: all are one
/// number, or as many as the longest.
struct Parameters {
  std::vector<double> scales, nextScales;
  std::vector<int64_t> zeros, nextZeros;

  template <typename T>
  static T pick(const std::vector<T> &values, size_t i) {
    return values[values.size() == 1 ? 0 : i];
  }
  size_t getCount() const {
    return std::max(
        {scales.size(), nextScales.size(), zeros.size(), nextZeros.size()});
  }
  bool isConsistent() const {
    auto fits = [&](const auto &values) {
      return values.size() == 1 || values.size() == getCount();
    };
    return fits(scales) && fits(nextScales) && fits(zeros) && fits(nextZeros);
  }
};

/// Dequantizing an integer of `type` and quantizing it to that type gives the
/// integer, for all of them, computed as both operations say.
bool isIdentity(const Parameters &parameters, IntegerType type) {
  int64_t levels = int64_t(1) << type.getWidth();
  int64_t least = type.isUnsigned() ? 0 : -levels / 2;
  for (size_t i = 0; i < parameters.getCount(); ++i)
    for (int64_t integer = least; integer < least + levels; ++integer) {
      float number = integer - Parameters::pick(parameters.zeros, i);
      number *= static_cast<float>(Parameters::pick(parameters.scales, i));
      number /= static_cast<float>(Parameters::pick(parameters.nextScales, i));
      double next =
          std::nearbyint(number) + Parameters::pick(parameters.nextZeros, i);
      // False for NaN, too.
      if (!(std::min<double>(std::max<double>(next, least),
                             least + levels - 1) == integer))
        return false;
    }
  return true;
}

/// quantize(dequantize(x))  -->  x, where that holds for all integers
struct CancelQuantizeDequantize : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    auto dequantize = op.getInput().getDefiningOp<DequantizeOp>();
    if (!dequantize || !getElementType(op.getInput()).isF32() ||
        dequantize.getInput().getType() != op.getOutput().getType())
      return rewriter.notifyMatchFailure(op, "not from integers of its type");
    // Parameters along an axis must be so along the same one.
    ArrayRef<int64_t> longest;
    for (Value parameter : {dequantize.getScale(), dequantize.getZeroPoint(),
                            op.getScale(), op.getZeroPoint()}) {
      if (!parameter || getShape(parameter).empty())
        continue;
      if (!longest.empty() && getShape(parameter) != longest)
        return rewriter.notifyMatchFailure(op, "parameters along two axes");
      longest = getShape(parameter);
    }
    auto scales = getDoubles(dequantize.getScale());
    auto nextScales = getDoubles(op.getScale());
    auto zeros = dequantize.getZeroPoint()
                     ? getIntegers(dequantize.getZeroPoint())
                     : std::vector<int64_t>{0};
    auto nextZeros = getIntegers(op.getZeroPoint());
    if (!scales || !nextScales || !zeros || !nextZeros)
      return rewriter.notifyMatchFailure(op, "a parameter is not constant");
    Parameters parameters{*scales, *nextScales, *zeros, *nextZeros};
    auto type = cast<IntegerType>(getElementType(op.getOutput()));
    if (!parameters.isConsistent() || !isIdentity(parameters, type))
      return rewriter.notifyMatchFailure(op, "some integer becomes another");
    rewriter.replaceOp(op, dequantize.getInput());
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// sum(sum(x))  -->  sum(x), of integers, whose order does not matter
struct MergeSums : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ReduceOp op,
                                PatternRewriter &rewriter) const override {
    auto first = op.getInput().getDefiningOp<ReduceOp>();
    if (!first || op.getKind() != ReduceKind::sum ||
        first.getKind() != ReduceKind::sum ||
        op.getKeepDims() != first.getKeepDims() ||
        !isa<IntegerType>(getElementType(op.getInput())))
      return rewriter.notifyMatchFailure(op, "not a sum of sums of integers");
    SmallVector<int64_t> axes(first.getAxes());
    SmallVector<int64_t> kept;
    for (int64_t i = 0, rank = getShape(first.getInput()).size(); i < rank; ++i)
      if (op.getKeepDims() || !llvm::is_contained(first.getAxes(), i))
        kept.push_back(i);
    for (int64_t axis : op.getAxes())
      if (!llvm::is_contained(axes, kept[axis]))
        axes.push_back(kept[axis]);
    llvm::sort(axes);
    rewriter.replaceOpWithNewOp<ReduceOp>(op, ReduceKind::sum, first.getInput(),
                                          axes, op.getKeepDims());
    return success();
  }
};

/// Bytes, or signed integers of 16 bits, minus one number, in 32 bits.
struct Difference {
  Value integers;
  int64_t zeroPoint = 0;
};

std::optional<Difference> getDifference(Value value) {
  Difference difference;
  if (auto binary = value.getDefiningOp<BinaryOp>()) {
    auto zeros = getIntegers(binary.getRhs());
    if (binary.getKind() != BinaryKind::sub || !zeros || zeros->size() != 1)
      return std::nullopt;
    difference.zeroPoint = zeros->front();
    value = binary.getLhs();
  }
  auto cast = value.getDefiningOp<CastOp>();
  if (!cast || !getElementType(cast.getOutput()).isSignlessInteger(32))
    return std::nullopt;
  difference.integers = cast.getInput();
  auto type = dyn_cast<IntegerType>(getElementType(difference.integers));
  if (!type || (type.getWidth() != 8 && !type.isSignlessInteger(16)))
    return std::nullopt;
  int64_t levels = int64_t(1) << type.getWidth();
  int64_t least = type.isUnsigned() ? 0 : -levels / 2;
  if (difference.zeroPoint < least || difference.zeroPoint >= least + levels)
    return std::nullopt;
  return difference;
}

/// sum over H and W of (x - zero)  -->  conv_integer(x, ones), each channel for
/// itself, so that images of small integers stay so
struct SumByConvolution : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ReduceOp op,
                                PatternRewriter &rewriter) const override {
    // What a kernel for windows computes exactly.
    constexpr int64_t mostPixels = 1 << 16, mostColumns = 64;
    auto difference = getDifference(op.getInput());
    ArrayRef<int64_t> shape = getShape(op.getInput());
    if (op.getKind() != ReduceKind::sum || !difference || shape.size() != 4 ||
        op.getAxes() != ArrayRef<int64_t>({2, 3}) ||
        ShapedType::isDynamicShape(shape.drop_front()) ||
        shape[2] * shape[3] >= mostPixels || shape[3] > mostColumns ||
        shape[2] * shape[3] == 0)
      return rewriter.notifyMatchFailure(op, "not over the pixels of integers");
    Location loc = op.getLoc();
    Type element = getElementType(difference->integers);
    auto filterType = RankedTensorType::get({shape[1], 1, shape[2], shape[3]},
                                            rewriter.getI8Type());
    Value ones = createConstant(rewriter, loc,
                                DenseElementsAttr::get(filterType, int8_t(1)));
    Value zeroPoint;
    if (difference->zeroPoint != 0)
      zeroPoint = createConstant(
          rewriter, loc,
          DenseElementsAttr::get(
              RankedTensorType::get({}, element),
              APInt(element.getIntOrFloatBitWidth(), difference->zeroPoint,
                    /*isSigned=*/false, /*implicitTrunc=*/true)));
    Value sum = ConvIntegerOp::create(rewriter, loc, difference->integers, ones,
                                      zeroPoint, Value(), Value(),
                                      ArrayRef<int64_t>(), ArrayRef<int64_t>(),
                                      ArrayRef<int64_t>(), shape[1]);
    if (!op.getKeepDims())
      sum = ReshapeOp::create(rewriter, loc, sum,
                              ArrayRef<int64_t>({-1, shape[1]}));
    rewriter.replaceOp(op, sum);
    return success();
  }
};

} // namespace

void populateSimplifyQuantization(RewritePatternSet &patterns) {
  patterns.add<DequantizeConstant, CancelQuantizeDequantize, MergeSums,
               SumByConvolution>(patterns.getContext());
}

} // namespace mlir::cnn
