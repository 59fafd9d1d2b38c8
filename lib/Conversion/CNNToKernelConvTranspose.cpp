//===- CNNToKernelConvTranspose.cpp - Transposed convolutions -------------===//
//
// With y[i] = sum over u of x[(i + pad - u * dilation) / stride] * w[u], where
// only whole positions count, write i + pad = stride * q + p. The output of one
// phase p is then a convolution of stride 1 over q with the taps u for which
// u * dilation = p modulo the stride:
//
//   y[stride * q + p - pad] = sum over t of x[q - t] * w_p[t]
//   w_p[t] = w[u] where u * dilation = stride * t + p, else 0
//
// All phases together are one convolution with stride times as many outputs,
// whose channels then move into space; the same in every dimension.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernel.h"
#include "cnnc/Support/Weights.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <numeric>

namespace mlir::cnn {
namespace {

/// The convolution of one dimension.
struct PhaseDim {
  int64_t stride, dilation, filterSize;
  /// Taps of a phase.
  int64_t taps;
  /// First and last q that reach the output.
  int64_t first, last;

  PhaseDim(const WindowDim &dim, int64_t outputExtent)
      : stride(dim.stride), dilation(dim.dilation), filterSize(dim.size),
        taps((dim.size - 1) * dim.dilation / dim.stride + 1),
        first(dim.padLow / dim.stride),
        last((outputExtent - 1 + dim.padLow) / dim.stride) {}

  /// The tap of the filter that tap `t` of `phase` is, or -1.
  int64_t getFilterTap(int64_t phase, int64_t t) const {
    int64_t reach = stride * t + phase;
    bool exists = reach % dilation == 0 && reach / dilation < filterSize;
    return exists ? reach / dilation : -1;
  }
};

int64_t getProduct(ArrayRef<int64_t> values) {
  return std::accumulate(values.begin(), values.end(), int64_t(1),
                         std::multiplies<int64_t>());
}

/// The digits of `index` in the mixed radix `extents`, the first most
/// significant.
SmallVector<int64_t> getDigits(int64_t index, ArrayRef<int64_t> extents) {
  SmallVector<int64_t> digits(extents.size());
  for (size_t i = extents.size(); i-- > 0; index /= extents[i])
    digits[i] = index % extents[i];
  return digits;
}

struct LowerConvTranspose : OpRewritePattern<ConvTransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvTransposeOp conv,
                                PatternRewriter &rewriter) const override {
    if (!isPackable(conv.getFilter()))
      return failure();
    std::vector<float> filter = *getFloats(conv.getFilter());
    ImplicitLocOpBuilder builder(conv.getLoc(), rewriter);
    SmallVector<PhaseDim> dims;
    ArrayRef<int64_t> output = getShape(conv.getOutput());
    for (auto [i, dim] : llvm::enumerate(conv.getWindow()))
      dims.emplace_back(dim, output[i + 2]);

    Value phases = createPhaseConv(builder, conv, dims, filter);
    Value moved = movePhasesIntoSpace(builder, conv, dims, phases);
    // Position i of the output is at i + pad - stride * first.
    SmallVector<int64_t> starts = {0, 0}, sizes(output);
    for (auto [dim, phase] : llvm::zip_equal(conv.getWindow(), dims))
      starts.push_back(dim.padLow - phase.stride * phase.first);
    bool isWhole = getShape(moved) == output;
    if (!isWhole)
      moved =
          SliceOp::create(builder, moved, starts, sizes, ArrayRef<int64_t>());
    // A computed bias is not part of the convolution.
    if (conv.getBias() && !getConstant(conv.getBias()))
      moved = createEpilogue(builder, conv.getLoc(), moved, conv.getBias(),
                             Value(), conv.getActivationAttr());
    rewriter.replaceOp(conv, moved);
    return success();
  }

  /// The convolution of all phases, N x G * phases * O/G x q.
  static Value createPhaseConv(ImplicitLocOpBuilder &builder,
                               ConvTransposeOp conv, ArrayRef<PhaseDim> dims,
                               ArrayRef<float> filter) {
    ArrayRef<int64_t> filterShape = getShape(conv.getFilter());
    int64_t groups = conv.getGroups();
    SmallVector<int64_t> strides, shape = {0, filterShape[0] / groups};
    SmallVector<int64_t> low = {0, 0}, high = {0, 0};
    for (auto [i, dim] : llvm::enumerate(dims)) {
      strides.push_back(dim.stride);
      shape.push_back(dim.taps);
      low.push_back(dim.taps - 1 - dim.first);
      high.push_back(dim.last - (getShape(conv.getInput())[i + 2] - 1));
    }
    int64_t phases = getProduct(strides);
    shape[0] = groups * phases * filterShape[1];
    Type element = getElementType(conv.getFilter());
    Value phaseFilter = createConstant(
        builder, conv.getFilter().getLoc(),
        makeConstant(RankedTensorType::get(shape, element),
                     ArrayRef<float>(
                         rearrange(filter, filterShape, groups, dims, shape)),
                     "filter"));
    auto bias = getFloats(conv.getBias());
    Value phaseBias;
    if (bias) {
      std::vector<float> repeated;
      for (int64_t o = 0; o < shape[0]; ++o) {
        int64_t group = o / (phases * filterShape[1]);
        repeated.push_back(
            (*bias)[group * filterShape[1] + o % filterShape[1]]);
      }
      auto type = RankedTensorType::get(shape[0], element);
      phaseBias = createConstant(builder, conv.getLoc(), type, repeated);
    }
    bool isLate = conv.getBias() && !bias;
    return createConvOfCropped(builder, conv, phaseFilter, phaseBias, low, high,
                               isLate ? FunctionAttr()
                                      : conv.getActivationAttr());
  }

  /// Pads and, where a pad is negative, crops the input.
  static Value createConvOfCropped(ImplicitLocOpBuilder &builder,
                                   ConvTransposeOp conv, Value filter,
                                   Value bias, ArrayRef<int64_t> low,
                                   ArrayRef<int64_t> high,
                                   FunctionAttr activation) {
    SmallVector<int64_t> starts, sizes(getShape(conv.getInput()));
    SmallVector<int64_t> pads(2 * (low.size() - 2));
    for (size_t i = 0; i < low.size(); ++i) {
      starts.push_back(std::max<int64_t>(0, -low[i]));
      sizes[i] -= starts[i] + std::max<int64_t>(0, -high[i]);
      if (i < 2)
        continue;
      pads[i - 2] = std::max<int64_t>(0, low[i]);
      pads[i - 2 + low.size() - 2] = std::max<int64_t>(0, high[i]);
    }
    Value input = conv.getInput();
    if (getShape(input) != ArrayRef(sizes))
      input =
          SliceOp::create(builder, input, starts, sizes, ArrayRef<int64_t>());
    return ConvOp::create(builder, input, filter, bias, Value(),
                          ArrayRef<int64_t>(), pads, ArrayRef<int64_t>(),
                          conv.getGroups(), activation);
  }

  /// C x O/G x U to G * phases * O/G x C/G x taps. Taps are mirrored: a
  /// convolution reads forwards, x[q - taps + 1 + t].
  static std::vector<float> rearrange(ArrayRef<float> filter,
                                      ArrayRef<int64_t> filterShape,
                                      int64_t groups, ArrayRef<PhaseDim> dims,
                                      ArrayRef<int64_t> shape) {
    int64_t outputs = filterShape[1], inputs = shape[1];
    int64_t filterTaps = getProduct(filterShape.drop_front(2));
    int64_t taps = getProduct(shape.drop_front(2));
    SmallVector<int64_t> strides = llvm::map_to_vector(
        dims, [](const PhaseDim &dim) { return dim.stride; });
    int64_t phases = getProduct(strides);
    std::vector<float> result(shape[0] * inputs * taps);
    for (int64_t phase = 0; phase < phases; ++phase)
      for (int64_t tap = 0; tap < taps; ++tap) {
        SmallVector<int64_t> p = getDigits(phase, strides);
        SmallVector<int64_t> t = getDigits(tap, shape.drop_front(2));
        int64_t source = 0;
        for (auto [i, dim] : llvm::enumerate(dims)) {
          int64_t u = dim.getFilterTap(p[i], dim.taps - 1 - t[i]);
          source = u < 0 || source < 0 ? -1 : source * dim.filterSize + u;
        }
        if (source < 0)
          continue;
        for (int64_t g = 0; g < groups; ++g)
          for (int64_t o = 0; o < outputs; ++o)
            for (int64_t c = 0; c < inputs; ++c)
              result[(((g * phases + phase) * outputs + o) * inputs + c) *
                         taps +
                     tap] =
                  filter[((g * inputs + c) * outputs + o) * filterTaps +
                         source];
      }
    return result;
  }

  /// N x G * phases * O/G x q to N x O x stride * q.
  static Value movePhasesIntoSpace(ImplicitLocOpBuilder &builder,
                                   ConvTransposeOp conv,
                                   ArrayRef<PhaseDim> dims, Value phases) {
    int64_t rank = dims.size();
    int64_t groups = conv.getGroups(), outputs = getShape(conv.getFilter())[1];
    ArrayRef<int64_t> shape = getShape(phases);
    // N, G, phases..., O/G, q... to N, G, O/G, (q, phase)...
    SmallVector<int64_t> split = {shape[0], groups};
    SmallVector<int64_t> permutation = {0, 1, 2 + rank};
    SmallVector<int64_t> merged = {shape[0], groups * outputs};
    for (const PhaseDim &dim : dims)
      split.push_back(dim.stride);
    split.push_back(outputs);
    for (int64_t i = 0; i < rank; ++i) {
      split.push_back(shape[i + 2]);
      permutation.append({3 + rank + i, 2 + i});
      merged.push_back(shape[i + 2] * dims[i].stride);
    }
    if (getProduct(ArrayRef(split).slice(2, rank)) == 1)
      return phases;
    Value value = ReshapeOp::create(builder, phases, split);
    value = TransposeOp::create(builder, value, permutation);
    return ReshapeOp::create(builder, value, merged);
  }
};

/// A filter that is computed: every input element is put `stride` apart, and
/// the mirrored filter slides over that.
struct StuffConvTranspose : OpRewritePattern<ConvTransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvTransposeOp conv,
                                PatternRewriter &rewriter) const override {
    if (isPackable(conv.getFilter()))
      return failure();
    ImplicitLocOpBuilder builder(conv.getLoc(), rewriter);
    ArrayRef<int64_t> output = getShape(conv.getOutput());
    SmallVector<int64_t> shape(getShape(conv.getInput()).take_front(2));
    SmallVector<int64_t> starts = {0, 0}, steps = {1, 1}, dilations;
    // Padded so that no window reaches outside: reach - 1 zeros before the
    // first element, less what the pads remove.
    for (auto [i, dim] : llvm::enumerate(conv.getWindow())) {
      shape.push_back(output[i + 2] + dim.getReach() - 1);
      starts.push_back(dim.getReach() - 1 - dim.padLow);
      steps.push_back(dim.stride);
      dilations.push_back(dim.dilation);
    }
    Value stuffed =
        createStuffed(builder, conv.getInput(), shape, starts, steps);
    Value sum = ConvOp::create(
        builder, stuffed, createMirroredFilter(builder, conv), Value(), Value(),
        ArrayRef<int64_t>(), ArrayRef<int64_t>(), dilations, conv.getGroups(),
        FunctionAttr());
    rewriter.replaceOp(conv, createEpilogue(builder, conv.getLoc(), sum,
                                            conv.getBias(), Value(),
                                            conv.getActivationAttr()));
    return success();
  }

  /// Zeros of `shape` with the elements of `value` from `starts` on, every
  /// `steps`; those that would be outside are left out.
  static Value createStuffed(ImplicitLocOpBuilder &builder, Value value,
                             ArrayRef<int64_t> shape, ArrayRef<int64_t> starts,
                             ArrayRef<int64_t> steps) {
    SmallVector<int64_t> sizes(getShape(value)), skipped, targets;
    for (size_t i = 0; i < shape.size(); ++i) {
      int64_t skip = starts[i] < 0 ? (-starts[i] + steps[i] - 1) / steps[i] : 0;
      skipped.push_back(skip);
      targets.push_back(starts[i] + skip * steps[i]);
      int64_t room = (shape[i] - 1 - targets[i]) / steps[i] + 1;
      sizes[i] = std::min(sizes[i] - skip, room);
    }
    Location loc = builder.getLoc();
    Value kept = createSlice(builder, loc, value, skipped, sizes);
    Value zeros = createFilled(builder, loc, shape, getElementType(value), 0);
    return createInsert(builder, loc, kept, zeros, targets, steps);
  }

  /// C x O/G x U to O x C/G x U, taps in opposite order.
  static Value createMirroredFilter(ImplicitLocOpBuilder &builder,
                                    ConvTransposeOp conv) {
    SmallVector<int64_t> shape(getShape(conv.getFilter()));
    int64_t groups = conv.getGroups(), rank = shape.size() - 2;
    SmallVector<int64_t> starts = {0, 0}, steps = {1, 1};
    for (int64_t i = 0; i < rank; ++i) {
      starts.push_back(shape[i + 2] - 1);
      steps.push_back(-1);
    }
    Value filter =
        SliceOp::create(builder, conv.getFilter(), starts, shape, steps);
    SmallVector<int64_t> split = {groups, shape[0] / groups, shape[1]};
    SmallVector<int64_t> merged = {groups * shape[1], shape[0] / groups};
    SmallVector<int64_t> permutation = {0, 2, 1};
    for (int64_t i = 0; i < rank; ++i) {
      split.push_back(shape[i + 2]);
      merged.push_back(shape[i + 2]);
      permutation.push_back(3 + i);
    }
    Value value = ReshapeOp::create(builder, filter, split);
    value = TransposeOp::create(builder, value, permutation);
    return ReshapeOp::create(builder, value, merged);
  }
};

} // namespace

void populateConvTransposeToKernel(RewritePatternSet &patterns) {
  patterns.add<LowerConvTranspose, StuffConvTranspose>(patterns.getContext());
}

} // namespace mlir::cnn
