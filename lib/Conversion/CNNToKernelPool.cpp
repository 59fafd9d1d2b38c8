//===- CNNToKernelPool.cpp - Pools as kernels -----------------------------===//

#include "CNNToKernel.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {
namespace {

bool includesPad(MaxPoolOp) { return false; }
bool includesPad(AvgPoolOp pool) { return pool.getIncludePad(); }

template <typename OpTy>
constexpr kernel::PoolKind poolKind =
    std::is_same_v<OpTy, MaxPoolOp> ? kernel::PoolKind::max
                                    : kernel::PoolKind::avg;

/// A pool over H and W.
template <typename OpTy>
struct LowerPool : LoweringPattern<OpTy> {
  using LoweringPattern<OpTy>::LoweringPattern;

  LogicalResult matchAndRewrite(OpTy pool,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> output = getShape(pool.getOutput());
    if (output.size() != 4)
      return failure();
    Location loc = pool.getLoc();
    int64_t lanes = getLanes(this->machine);
    Value input = createPack(rewriter, loc, pool.getInput(), lanes);
    Value empty = createEmpty(rewriter, loc, getBlockedShape(output, lanes),
                              getElementType(pool.getOutput()));
    auto kernel = kernel::PoolOp::create(
        rewriter, loc, poolKind<OpTy>, input, empty, pool.getKernel(),
        pool.getStrides(), pool.getPads(), pool.getDilations(),
        includesPad(pool));
    rewriter.replaceOp(
        pool, createUnpack(rewriter, loc, kernel.getResult(0), output[1]));
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
    if (output.size() == 4)
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

} // namespace

void populatePoolToKernel(RewritePatternSet &patterns, const Machine &machine) {
  MLIRContext *context = patterns.getContext();
  patterns.add<LowerPool<MaxPoolOp>, LowerPool<AvgPoolOp>>(context, machine);
  patterns.add<ReshapePool<MaxPoolOp>, ReshapePool<AvgPoolOp>>(context);
}

} // namespace mlir::cnn
