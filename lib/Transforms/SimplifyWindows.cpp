//===- SimplifyWindows.cpp - Pads and pools -------------------------------===//

#include "Rewrites.h"
#include "Simplify.h"

#include "llvm/ADT/TypeSwitch.h"

#include <limits>

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Pads into windows
//===----------------------------------------------------------------------===//

/// A constant pad that only adds elements, and only in space.
static bool isSpatial(PadOp pad) {
  ArrayRef<int64_t> low = pad.getLow(), high = pad.getHigh();
  auto isNegative = [](int64_t extent) { return extent < 0; };
  return pad.getMode() == PadMode::constant && low.size() > 2 && low[0] == 0 &&
         low[1] == 0 && high[0] == 0 && high[1] == 0 &&
         llvm::none_of(low, isNegative) && llvm::none_of(high, isNegative);
}

/// `pads` of a window after the pad that `pad` is has moved into it.
static SmallVector<int64_t> addPads(ArrayRef<int64_t> pads, PadOp pad) {
  SmallVector<int64_t> sum(pad.getLow().drop_front(2));
  llvm::append_range(sum, pad.getHigh().drop_front(2));
  for (auto [i, extent] : llvm::enumerate(pads))
    sum[i] += extent;
  return sum;
}

static double getValue(PadOp pad) { return pad.getValue().convertToDouble(); }

/// No element of `value` is negative; looks at most `depth` ops back.
static bool isNotNegative(Value value, int depth = 4) {
  Operation *op = value.getDefiningOp();
  if (!op || depth == 0)
    return false;
  auto isNotNegativeFunction = [](FunctionAttr function) {
    switch (function.getKind()) {
    case FunctionKind::relu:
    case FunctionKind::sigmoid:
    case FunctionKind::hard_sigmoid:
    case FunctionKind::softplus:
    case FunctionKind::exp:
    case FunctionKind::sqrt:
    case FunctionKind::abs:
      return true;
    case FunctionKind::clip:
    case FunctionKind::thresholded_relu:
      return function.getAlpha() >= 0;
    default:
      return false;
    }
  };
  if (auto unary = dyn_cast<UnaryOp>(op))
    return isNotNegativeFunction(unary.getFunction());
  if (auto layer = dyn_cast<ActivatedOp>(op))
    return layer.getActivationAttr() &&
           isNotNegativeFunction(layer.getActivationAttr());
  return isa<MaxPoolOp, AvgPoolOp, ConcatOp, SliceOp, ReshapeOp, TransposeOp>(
             op) &&
         llvm::all_of(op->getOperands(), [&](Value operand) {
           return isNotNegative(operand, depth - 1);
         });
}

/// conv(pad(x, 0))  -->  conv(x) with larger pads
static LogicalResult foldPadIntoConv(ConvOp conv, PatternRewriter &rewriter) {
  auto pad = conv.getInput().getDefiningOp<PadOp>();
  if (!pad || !isSpatial(pad) || getValue(pad) != 0.0)
    return rewriter.notifyMatchFailure(conv, "its input is no pad with zeros");
  rewriter.modifyOpInPlace(conv, [&] {
    conv.setPads(addPads(conv.getPads(), pad));
    conv.getInputMutable().assign(pad.getInput());
  });
  return success();
}

/// The pads of `pool` with those of `pad`, if the pool then has the same
/// windows and each of them an element inside the input.
template <typename PoolOp>
static std::optional<SmallVector<int64_t>> getPoolPads(PoolOp pool, PadOp pad) {
  SmallVector<int64_t> pads = addPads(pool.getPads(), pad);
  ArrayRef<int64_t> input = getShape(pad.getInput()).drop_front(2);
  ArrayRef<int64_t> output = getShape(pool.getOutput()).drop_front(2);
  Window window = pool.getWindow();
  for (auto [i, dim] : llvm::enumerate(window)) {
    dim.padLow = pads[i];
    dim.padHigh = pads[i + window.size()];
    if (dim.dilation != 1 || dim.padLow >= dim.size || dim.padHigh >= dim.size)
      return std::nullopt;
    if (dim.getOutputExtent(input[i], pool.getCeil()) != output[i])
      return std::nullopt;
  }
  return pads;
}

/// max_pool(pad(x))  -->  max_pool(x) with larger pads
static LogicalResult foldPadIntoMaxPool(MaxPoolOp pool,
                                        PatternRewriter &rewriter) {
  auto pad = pool.getInput().getDefiningOp<PadOp>();
  if (!pad || !isSpatial(pad))
    return rewriter.notifyMatchFailure(pool, "its input is no spatial pad");
  // Some exporters write the lowest finite float for minus infinity.
  bool isNeutral = getValue(pad) <= -static_cast<double>(
                                        std::numeric_limits<float>::max()) ||
                   (getValue(pad) == 0.0 && isNotNegative(pad.getInput()));
  auto pads = getPoolPads(pool, pad);
  if (!isNeutral || !pads)
    return rewriter.notifyMatchFailure(pool, "the pad may be the maximum");
  rewriter.modifyOpInPlace(pool, [&] {
    pool.setPads(*pads);
    pool.getInputMutable().assign(pad.getInput());
  });
  return success();
}

/// avg_pool(pad(x, 0))  -->  avg_pool(x) includePad
static LogicalResult foldPadIntoAvgPool(AvgPoolOp pool,
                                        PatternRewriter &rewriter) {
  auto pad = pool.getInput().getDefiningOp<PadOp>();
  if (!pad || !isSpatial(pad) || getValue(pad) != 0.0)
    return rewriter.notifyMatchFailure(pool, "its input is no pad with zeros");
  auto pads = getPoolPads(pool, pad);
  if (!pads || (!pool.getIncludePad() && hasPadding(pool.getWindow())))
    return rewriter.notifyMatchFailure(pool,
                                       "it counts its own pads otherwise");
  rewriter.modifyOpInPlace(pool, [&] {
    pool.setPads(*pads);
    pool.setIncludePad(true);
    pool.getInputMutable().assign(pad.getInput());
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Pools over the whole image
//===----------------------------------------------------------------------===//

/// pool(x) with one window that is the image  -->  reduce(x) over space
template <typename PoolOp, ReduceKind kind>
static LogicalResult replaceGlobalPool(PoolOp pool, PatternRewriter &rewriter) {
  Window window = pool.getWindow();
  ArrayRef<int64_t> extents = getShape(pool.getInput()).drop_front(2);
  bool isGlobal = !hasPadding(window) &&
                  llvm::all_of(getShape(pool.getOutput()).drop_front(2),
                               [](int64_t extent) { return extent == 1; });
  for (auto [dim, extent] : llvm::zip_equal(window, extents))
    isGlobal &= dim.size == extent && dim.dilation == 1;
  if (!isGlobal)
    return rewriter.notifyMatchFailure(pool, "its window is not the image");
  SmallVector<int64_t> axes;
  for (size_t i = 0; i < window.size(); ++i)
    axes.push_back(static_cast<int64_t>(i) + 2);
  rewriter.replaceOpWithNewOp<ReduceOp>(pool, kind, pool.getInput(), axes,
                                        /*keepDims=*/true);
  return success();
}

void mlir::cnn::populateSimplifyWindows(RewritePatternSet &patterns) {
  patterns.add(foldPadIntoConv)
      .add(foldPadIntoMaxPool)
      .add(foldPadIntoAvgPool)
      .add(replaceGlobalPool<MaxPoolOp, ReduceKind::max>)
      .add(replaceGlobalPool<AvgPoolOp, ReduceKind::mean>);
}
