//===- CNNToKernelConvLongTail.cpp - Unusual convolutions -----------------===//
//
// Convolutions in one and three dimensions become two-dimensional ones. Where
// the filter is computed at run time there is nothing to pack, and a
// linalg.generic computes the sum.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernel.h"
#include "CNNToKernelConv.h"
#include "SumsOfProducts.h"
#include "cnnc/Support/Weights.h"

namespace mlir::cnn {
namespace {

/// Strides or dilations of `window`, from dimension `first` on.
SmallVector<int64_t> getStrides(ArrayRef<WindowDim> window) {
  return llvm::map_to_vector(window, [](WindowDim dim) { return dim.stride; });
}
SmallVector<int64_t> getDilations(ArrayRef<WindowDim> window) {
  return llvm::map_to_vector(window,
                             [](WindowDim dim) { return dim.dilation; });
}
SmallVector<int64_t> getPads(ArrayRef<WindowDim> window) {
  SmallVector<int64_t> pads;
  for (WindowDim dim : window)
    pads.push_back(dim.padLow);
  for (WindowDim dim : window)
    pads.push_back(dim.padHigh);
  return pads;
}

/// N x C x W as N x C x 1 x W.
struct ExpandConv1D : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvOp conv,
                                PatternRewriter &rewriter) const override {
    if (getShape(conv.getFilter()).size() != 3)
      return failure();
    Location loc = conv.getLoc();
    auto expand = [&](Value value) -> Value {
      if (!value)
        return value;
      SmallVector<int64_t> shape(getShape(value));
      shape.insert(shape.begin() + 2, 1);
      return createReshape(rewriter, loc, value, shape);
    };
    Window window = conv.getWindow();
    window.insert(window.begin(), WindowDim());
    auto result = ConvOp::create(rewriter, loc, expand(conv.getInput()),
                                 expand(conv.getFilter()), conv.getBias(),
                                 expand(conv.getResidual()), getStrides(window),
                                 getPads(window), getDilations(window),
                                 conv.getGroups(), conv.getActivationAttr());
    rewriter.replaceOp(
        conv, createReshape(rewriter, loc, result, getShape(conv.getOutput())));
    return success();
  }
};

/// N x C x D x H x W to N x D x C x H x W and back.
Value swapChannelAndDepth(OpBuilder &builder, Location loc, Value value) {
  return createTranspose(builder, loc, value, {0, 2, 1, 3, 4});
}

/// The depth taps are two-dimensional convolutions of batches of N * D' images,
/// each of which adds to the sum of those before.
struct SplitConv3D : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvOp conv,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> filter = getShape(conv.getFilter());
    if (filter.size() != 5 || !isPackable(conv.getFilter()))
      return failure();
    Location loc = conv.getLoc();
    Window window = conv.getWindow();
    WindowDim depth = window[0];
    ArrayRef<WindowDim> plane = ArrayRef(window).drop_front();
    ArrayRef<int64_t> output = getShape(conv.getOutput());
    Value planes = swapChannelAndDepth(rewriter, loc, conv.getInput());
    planes = createPad(rewriter, loc, planes, {0, depth.padLow, 0, 0, 0},
                       {0, depth.padHigh, 0, 0, 0}, 0);
    Value sum = getResidualPlanes(rewriter, conv);
    for (int64_t tap = 0; tap < depth.size; ++tap) {
      bool isLast = tap + 1 == depth.size;
      Value images = sliceDepth(rewriter, loc, planes, tap * depth.dilation,
                                depth.stride, output[2]);
      sum = ConvOp::create(
          rewriter, loc, images, sliceFilter(rewriter, conv, tap),
          isLast ? conv.getBias() : Value(), sum, getStrides(plane),
          getPads(plane), getDilations(plane), conv.getGroups(),
          isLast ? conv.getActivationAttr() : FunctionAttr());
    }
    sum =
        createReshape(rewriter, loc, sum,
                      {output[0], output[2], output[1], output[3], output[4]});
    rewriter.replaceOp(conv, swapChannelAndDepth(rewriter, loc, sum));
    return success();
  }

  /// `count` planes of N x D x C x H x W from `start` on as N*D' x C x H x W.
  static Value sliceDepth(OpBuilder &builder, Location loc, Value planes,
                          int64_t start, int64_t step, int64_t count) {
    SmallVector<int64_t> sizes(getShape(planes));
    sizes[1] = count;
    Value slice = createSlice(builder, loc, planes, {0, start, 0, 0, 0}, sizes,
                              {1, step, 1, 1, 1});
    return createReshape(builder, loc, slice,
                         {sizes[0] * count, sizes[2], sizes[3], sizes[4]});
  }

  /// The filter O x C/G x U x V of one depth tap.
  static Value sliceFilter(PatternRewriter &rewriter, ConvOp conv,
                           int64_t tap) {
    SmallVector<int64_t> sizes(getShape(conv.getFilter()));
    sizes[2] = 1;
    SmallVector<int64_t> starts = {0, 0, tap, 0, 0};
    Value slice = rewriter.createOrFold<SliceOp>(
        conv.getLoc(), conv.getFilter(), starts, sizes, ArrayRef<int64_t>());
    sizes.erase(sizes.begin() + 2);
    return createReshape(rewriter, conv.getLoc(), slice, sizes);
  }

  static Value getResidualPlanes(OpBuilder &builder, ConvOp conv) {
    Value residual = conv.getResidual();
    if (!residual)
      return residual;
    ArrayRef<int64_t> shape = getShape(residual);
    Value planes = swapChannelAndDepth(builder, conv.getLoc(), residual);
    return createReshape(builder, conv.getLoc(), planes,
                         {shape[0] * shape[2], shape[1], shape[3], shape[4]});
  }
};

/// Bias and all that follows as ops of their own, where the filter or the bias
/// is computed, or too precise to be packed.
struct SplitEpilogue : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvOp conv,
                                PatternRewriter &rewriter) const override {
    bool isComputed = !hasPackableFilter(conv) ||
                      (conv.getBias() && !isPackable(conv.getBias()));
    if (!isComputed ||
        (!conv.getBias() && !conv.getResidual() && !conv.getActivationAttr()))
      return failure();
    Value sum = ConvOp::create(
        rewriter, conv.getLoc(), conv.getInput(), conv.getFilter(), Value(),
        Value(), conv.getStrides(), conv.getPads(), conv.getDilations(),
        conv.getGroups(), FunctionAttr());
    rewriter.replaceOp(conv, createEpilogue(rewriter, conv.getLoc(), sum,
                                            conv.getBias(), conv.getResidual(),
                                            conv.getActivationAttr()));
    return success();
  }
};

/// The sum over channels and taps as a linalg.generic, in any dimension.
struct LowerComputedFilter : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvOp conv,
                                PatternRewriter &rewriter) const override {
    if (hasPackableFilter(conv) || conv.getBias() || conv.getResidual() ||
        conv.getActivationAttr())
      return failure();
    ConvSum sum = {conv.getInput(), conv.getFilter(), conv.getWindow(),
                   static_cast<int64_t>(conv.getGroups()),
                   cast<RankedTensorType>(conv.getOutput().getType())};
    rewriter.replaceOp(conv, createConvSum(rewriter, conv.getLoc(), sum));
    return success();
  }
};

} // namespace

void populateConvLongTail(RewritePatternSet &patterns) {
  patterns.add<ExpandConv1D, SplitConv3D, SplitEpilogue, LowerComputedFilter>(
      patterns.getContext());
}

} // namespace mlir::cnn
