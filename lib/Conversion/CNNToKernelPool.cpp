//===- CNNToKernelPool.cpp - Pools as kernels -----------------------------===//

#include "CNNToKernel.h"
#include "SumsOfProducts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <limits>

namespace mlir::cnn {
namespace {

bool includesPad(MaxPoolOp) { return false; }
bool includesPad(AvgPoolOp pool) { return pool.getIncludePad(); }

template <typename OpTy>
constexpr kernel::PoolKind poolKind =
    std::is_same_v<OpTy, MaxPoolOp> ? kernel::PoolKind::max
                                    : kernel::PoolKind::avg;

/// Integers that no kernel pools, as nothing quantized has them.
bool hasWideIntegers(Operation *pool) {
  Type element = getElementType(pool->getResult(0));
  return isa<IntegerType>(element) && element.getIntOrFloatBitWidth() > 16;
}

/// A pool over H and W.
template <typename OpTy>
struct LowerPool : LoweringPattern<OpTy> {
  using LoweringPattern<OpTy>::LoweringPattern;

  LogicalResult matchAndRewrite(OpTy pool,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> output = getShape(pool.getOutput());
    if (output.size() != 4 || hasWideIntegers(pool))
      return failure();
    Location loc = pool.getLoc();
    int64_t lanes = getLanes(this->machine, getElementType(pool.getInput()));
    auto type = cast<RankedTensorType>(pool.getOutput().getType());
    Type element = getSignless(type.getElementType());
    Value input =
        castSign(rewriter, loc, pool.getInput(),
                 RankedTensorType::get(getShape(pool.getInput()), element));
    input = createPack(rewriter, loc, input, lanes);
    Value empty =
        createEmpty(rewriter, loc, getBlockedShape(output, lanes), element);
    auto kernel = kernel::PoolOp::create(
        rewriter, loc, poolKind<OpTy>, input, empty, pool.getKernel(),
        pool.getStrides(), pool.getPads(), pool.getDilations(),
        includesPad(pool), type.getElementType().isUnsignedInteger());
    Value plain = createUnpack(rewriter, loc, kernel.getResult(0), output[1]);
    rewriter.replaceOp(pool, castSign(rewriter, loc, plain, type));
    return success();
  }
};

/// The entries of `values` for the dimensions [first, first + count) of
/// `dims`; of an array of pads, those of both ends. Empty stays empty.
SmallVector<int64_t> selectDims(ArrayRef<int64_t> values, size_t dims,
                                size_t first, size_t count) {
  SmallVector<int64_t> selected;
  for (size_t i = 0; i < values.size(); ++i)
    if (i % dims >= first && i % dims < first + count)
      selected.push_back(values[i]);
  return selected;
}

/// A pool with the attributes of dimensions [first, first + count) of `pool`
/// over N x C x H x W, where one dimension stands alone it is H.
template <typename OpTy>
Value createPartialPool(ImplicitLocOpBuilder &builder, OpTy pool, Value input,
                        size_t first, size_t count) {
  size_t dims = pool.getKernel().size();
  auto select = [&](ArrayRef<int64_t> values, int64_t neutral) {
    SmallVector<int64_t> selected = selectDims(values, dims, first, count);
    // An entry for W behind each for H.
    if (count == 1 && !selected.empty())
      for (size_t i = selected.size(); i > 0; --i)
        selected.insert(selected.begin() + i, neutral);
    return selected;
  };
  auto kernel = select(pool.getKernel(), 1);
  auto strides = select(pool.getStrides(), 1);
  auto pads = select(pool.getPads(), 0);
  auto dilations = select(pool.getDilations(), 1);
  if constexpr (std::is_same_v<OpTy, MaxPoolOp>)
    return MaxPoolOp::create(builder, input, kernel, strides, pads, dilations,
                             pool.getCeil());
  else
    return AvgPoolOp::create(builder, input, kernel, strides, pads, dilations,
                             pool.getCeil(), pool.getIncludePad());
}

/// N x C x W as N x C x W x 1. Maxima and averages over a box are those over
/// its planes, taken along the depth: N x C x D x H x W is pooled as
/// N x C*D x H x W, then as N x C x D x H*W.
template <typename OpTy>
struct ReshapePool : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy pool,
                                PatternRewriter &rewriter) const override {
    SmallVector<int64_t> input(getShape(pool.getInput()));
    SmallVector<int64_t> output(getShape(pool.getOutput()));
    if (output.size() == 4 || hasWideIntegers(pool))
      return failure();
    ImplicitLocOpBuilder builder(pool.getLoc(), rewriter);
    auto reshape = [&](Value value, ArrayRef<int64_t> shape) {
      return createReshape(builder, builder.getLoc(), value, shape);
    };
    Value value = pool.getInput();
    if (output.size() == 5) {
      value =
          reshape(value, {input[0], input[1] * input[2], input[3], input[4]});
      value = createPartialPool(builder, pool, value, 1, 2);
      value =
          reshape(value, {input[0], input[1], input[2], output[3] * output[4]});
    } else {
      value = reshape(value, {input[0], input[1], input[2], 1});
    }
    value = createPartialPool(builder, pool, value, 0, 1);
    rewriter.replaceOp(pool, reshape(value, output));
    return success();
  }
};

/// The maximum of wide integers as linalg, in any dimension, over N x C x
/// outputs x taps.
struct LowerIntegerMaxPool : OpRewritePattern<MaxPoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MaxPoolOp pool,
                                PatternRewriter &rewriter) const override {
    if (!hasWideIntegers(pool))
      return failure();
    Location loc = pool.getLoc();
    auto type = cast<RankedTensorType>(pool.getOutput().getType());
    Window window = pool.getWindow();
    int64_t rank = window.size(), dims = 2 * rank + 2;
    auto dim = [&](int64_t i) { return rewriter.getAffineDimExpr(i); };
    SmallVector<AffineExpr> input = {dim(0), dim(1)}, taps;
    llvm::append_range(input,
                       getWindowPositions(rewriter, window, 2, rank + 2));
    for (int64_t i = 0; i < rank; ++i)
      taps.push_back(dim(rank + 2 + i));
    auto makeOperand = [&](Value value,
                           ArrayRef<AffineExpr> map) -> MapOperand {
      return {value, AffineMap::get(dims, 0, map, rewriter.getContext())};
    };
    // No element of it is read; it says how many taps there are.
    Value shape =
        createEmpty(rewriter, loc, pool.getKernel(), rewriter.getI8Type());
    Value smallest =
        createFilled(rewriter, loc, type.getShape(), type.getElementType(),
                     -std::numeric_limits<double>::infinity());
    SmallVector<AffineExpr> output;
    for (int64_t i = 0; i < rank + 2; ++i)
      output.push_back(dim(i));
    SmallVector<utils::IteratorType> iterators(rank + 2,
                                               utils::IteratorType::parallel);
    iterators.append(rank, utils::IteratorType::reduction);
    rewriter.replaceOp(
        pool, createGeneric(
                  rewriter, loc,
                  {makeOperand(padInput(rewriter, pool), input),
                   makeOperand(shape, taps)},
                  makeOperand(smallest, output), iterators,
                  [&](ImplicitLocOpBuilder &builder, ValueRange x) -> Value {
                    if (type.getElementType().isUnsignedInteger())
                      return arith::MaxUIOp::create(builder, x[0], x[2]);
                    return arith::MaxSIOp::create(builder, x[0], x[2]);
                  }));
    return success();
  }

  /// The input with all that windows reach, which with `ceil` is more than
  /// pads.
  static Value padInput(OpBuilder &builder, MaxPoolOp pool) {
    SmallVector<int64_t> low = {0, 0}, high = {0, 0};
    for (auto [dim, extent, outputs] : llvm::zip_equal(
             pool.getWindow(), getShape(pool.getInput()).drop_front(2),
             getShape(pool.getOutput()).drop_front(2))) {
      int64_t reached = (outputs - 1) * dim.stride + dim.getReach();
      low.push_back(dim.padLow);
      high.push_back(std::max<int64_t>(0, reached - extent - dim.padLow));
    }
    return createPad(builder, pool.getLoc(), pool.getInput(), low, high,
                     -std::numeric_limits<double>::infinity());
  }
};

} // namespace

void populatePoolToKernel(RewritePatternSet &patterns, const Machine &machine) {
  MLIRContext *context = patterns.getContext();
  patterns.add<LowerPool<MaxPoolOp>, LowerPool<AvgPoolOp>>(context, machine);
  patterns
      .add<ReshapePool<MaxPoolOp>, ReshapePool<AvgPoolOp>, LowerIntegerMaxPool>(
          context);
}

} // namespace mlir::cnn
