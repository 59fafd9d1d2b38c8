//===- CNNToKernelConv.cpp - Convolutions as kernels ----------------------===//
//
// Two-dimensional convolutions with constant filters become kernels on blocked
// images; everything else is rewritten until it is one, or is the long tail of
// CNNToKernelConvLongTail.cpp.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernelConv.h"
#include "CNNToKernel.h"
#include "DescribeKernel.h"
#include "PackWeights.h"
#include "cnnc/Dialect/CNN/StoredWeights.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"

namespace mlir::cnn {

bool hasPackableFilter(ConvOp conv) {
  Value filter = conv.getFilter();
  return isPackable(filter) ||
         (getShape(filter).size() == 4 && StoredWeights::get(filter));
}

bool isKernelConv(ConvOp conv) {
  return getShape(conv.getFilter()).size() == 4 && hasPackableFilter(conv) &&
         (!conv.getBias() || isPackable(conv.getBias()));
}

static Value createPackedBias(OpBuilder &builder, Value bias, int64_t lanes) {
  if (!bias)
    return {};
  std::vector<float> packed = packChannels(*getFloats(bias), lanes);
  auto type = RankedTensorType::get(packed.size(), getElementType(bias));
  return createConstant(builder, bias.getLoc(),
                        makeConstant(type, ArrayRef<float>(packed), "bias"));
}

template <typename OpTy>
PackedEpilogue packEpilogue(OpBuilder &builder, OpTy conv, int64_t lanes) {
  PackedEpilogue epilogue;
  epilogue.bias = createPackedBias(builder, conv.getBias(), lanes);
  if (conv.getResidual())
    epilogue.residual =
        createPack(builder, conv.getLoc(), conv.getResidual(), lanes);
  bool isRagged = getShape(conv.getOutput())[1] % lanes != 0;
  bool isLate = isRagged && !isFinite(conv.getActivationAttr());
  (isLate ? epilogue.late : epilogue.activation) = conv.getActivationAttr();
  return epilogue;
}

template PackedEpilogue packEpilogue(OpBuilder &, ConvOp, int64_t);
template PackedEpilogue packEpilogue(OpBuilder &, WinogradConvOp, int64_t);

void replaceByBlocked(PatternRewriter &rewriter, Operation *conv, Value blocked,
                      FunctionAttr late) {
  Value plain = createUnpack(rewriter, conv->getLoc(), blocked,
                             getShape(conv->getResult(0))[1]);
  if (late)
    plain = UnaryOp::create(rewriter, conv->getLoc(), late, plain);
  rewriter.replaceOp(conv, plain);
}

Value createPackedFilter(OpBuilder &builder, Value filter,
                         ArrayRef<int64_t> shape, std::vector<float> &&values) {
  return createPackedWeights(builder, filter, shape, {std::move(values), {}},
                             "filter");
}

bool hasSmallGroups(const FilterShape &shape, int64_t lanes) {
  int64_t inputs = shape.inputsPerGroup;
  return shape.groups > 1 && shape.outputs == inputs * shape.groups &&
         (inputs == 1 || (inputs < lanes && lanes % inputs == 0));
}

int64_t getMergedGroups(const FilterShape &shape, int64_t lanes) {
  constexpr int64_t maxFactor = 4;
  if (shape.groups == 1)
    return 1;
  for (int64_t factor = 1; factor <= std::min(maxFactor, shape.groups);
       ++factor) {
    bool isWhole = shape.inputsPerGroup * factor % lanes == 0 &&
                   shape.getOutputsPerGroup() * factor % lanes == 0;
    if (shape.groups % factor == 0 && (isWhole || factor == shape.groups))
      return factor;
  }
  return 0;
}

int64_t chooseOutputBlocks(const Machine &machine, Blocking blocking,
                           const FilterShape &shape, ArrayRef<int64_t> output) {
  constexpr int64_t fewPixels = 64;
  int64_t outputs = shape.getOutputsPerGroup();
  int64_t preferred = chooseOutputBlocks(machine, blocking, outputs);
  int64_t blocks = blocking.getBlockCount(outputs);
  auto isShared = [&](int64_t count) {
    return blocks % count == 0 && blocks / count * shape.groups % 2 == 0;
  };
  if (output[0] * output[2] * output[3] > fewPixels || blocks == preferred)
    return preferred;
  for (int64_t count = preferred; count > 1; --count)
    if (isShared(count))
      return count;
  return preferred;
}

namespace {

FilterShape getFilterShape(ConvOp conv) {
  ArrayRef<int64_t> shape = getShape(conv.getFilter());
  return {shape[0], shape[1], shape[2] * shape[3],
          static_cast<int64_t>(conv.getGroups())};
}

/// The scales of stored integers in the channels of filter blocks, or nothing.
std::vector<float> packScales(Value filter, const FilterShape &shape,
                              Blocking blocking) {
  std::vector<float> scales = getStoredScales(filter);
  if (scales.empty())
    return scales;
  FilterShape single = {shape.outputs, 1, 1, shape.groups};
  return packFilterOfPlainImage(scales, single, blocking);
}

/// Notes what the layer computes on its kernel.
void recordConv(Operation *kernel, ConvOp conv) {
  FilterShape shape = getFilterShape(conv);
  recordProducts(kernel, conv.getOutput().getType(),
                 shape.inputsPerGroup * shape.taps);
}

/// Few channels of output for as many channels of input.
struct LowerDepthwiseConv : LoweringPattern<ConvOp> {
  using LoweringPattern::LoweringPattern;

  LogicalResult matchAndRewrite(ConvOp conv,
                                PatternRewriter &rewriter) const override {
    int64_t lanes = getLanes(machine, getElementType(conv.getInput()));
    if (!isKernelConv(conv) || !hasSmallGroups(getFilterShape(conv), lanes))
      return failure();
    Location loc = conv.getLoc();
    PackedEpilogue epilogue = packEpilogue(rewriter, conv, lanes);
    ArrayRef<int64_t> filter = getShape(conv.getFilter());
    SmallVector<int64_t> packedShape = {
        Blocking{lanes}.getBlockCount(filter[0]), filter[2], filter[3], lanes};
    if (filter[1] > 1)
      packedShape.insert(packedShape.begin() + 1, filter[1]);
    PackedWeights packed;
    packed.numbers = packDepthwiseFilter(*getStoredNumbers(conv.getFilter()),
                                         getFilterShape(conv), lanes);
    packed.scales = packChannels(getStoredScales(conv.getFilter()), lanes);
    Value packedFilter = createPackedWeights(
        rewriter, conv.getFilter(), packedShape, std::move(packed), "filter");
    Value input = createPack(rewriter, loc, conv.getInput(), lanes);
    Value empty = createEmpty(
        rewriter, loc, getBlockedShape(getShape(conv.getOutput()), lanes),
        getElementType(conv.getOutput()));
    auto kernel = kernel::DepthwiseConvOp::create(
        rewriter, loc, input, packedFilter, epilogue.bias, epilogue.residual,
        empty, conv.getStrides(), conv.getPads(), conv.getDilations(),
        epilogue.activation);
    recordConv(kernel, conv);
    replaceByBlocked(rewriter, conv, kernel.getResult(0), epilogue.late);
    return success();
  }
};

/// m channels of output for each channel of input: repeats the input's.
struct RepeatDepthwiseInput : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvOp conv,
                                PatternRewriter &rewriter) const override {
    int64_t outputs = getShape(conv.getFilter())[0];
    int64_t groups = conv.getGroups();
    if (!isKernelConv(conv) || !conv.isDepthwise() || outputs == groups)
      return failure();
    SmallVector<int64_t> channels;
    for (int64_t o = 0; o < outputs; ++o)
      channels.push_back(o / (outputs / groups));
    Value input = createGatherAlong(rewriter, conv.getLoc(), conv.getInput(),
                                    /*axis=*/1, channels);
    rewriter.replaceOpWithNewOp<ConvOp>(
        conv, input, conv.getFilter(), conv.getBias(), conv.getResidual(),
        conv.getStrides(), conv.getPads(), conv.getDilations(), outputs,
        conv.getActivationAttr());
    return success();
  }
};

/// Few input channels, which would leave most lanes of a block empty.
bool suitsPlainInput(int64_t channels, int64_t lanes) {
  return channels < lanes && (channels <= 4 || 2 * channels <= lanes);
}

struct LowerConv : LoweringPattern<ConvOp> {
  using LoweringPattern::LoweringPattern;

  LogicalResult matchAndRewrite(ConvOp conv,
                                PatternRewriter &rewriter) const override {
    int64_t lanes = getLanes(machine, getElementType(conv.getInput()));
    if (!isKernelConv(conv) || conv.isDepthwise() ||
        hasSmallGroups(getFilterShape(conv), lanes))
      return failure();
    ArrayRef<int64_t> extents = getShape(conv.getFilter());
    FilterShape shape = getFilterShape(conv);
    int64_t factor = getMergedGroups(shape, lanes);
    if (factor == 0)
      return failure();

    std::vector<float> filter = *getStoredNumbers(conv.getFilter());
    if (factor > 1) {
      filter = mergeGroups(filter, shape, factor);
      shape.groups /= factor;
      shape.inputsPerGroup *= factor;
    }
    Blocking blocking = {lanes, chooseOutputBlocks(machine, {lanes}, shape,
                                                   getShape(conv.getOutput()))};
    Location loc = conv.getLoc();
    PackedEpilogue epilogue = packEpilogue(rewriter, conv, lanes);
    SmallVector<int64_t> packedShape = {
        shape.groups * blocking.getFilterBlockCount(shape.getOutputsPerGroup()),
        shape.inputsPerGroup, extents[2], extents[3]};
    Value input = conv.getInput();
    PackedWeights packed;
    packed.scales = packScales(conv.getFilter(), shape, blocking);
    if (shape.groups == 1 && suitsPlainInput(shape.inputsPerGroup, lanes)) {
      packedShape.push_back(blocking.getFilterLanes());
      packed.numbers = packFilterOfPlainImage(filter, shape, blocking);
    } else {
      packedShape[1] = blocking.getBlockCount(shape.inputsPerGroup);
      packedShape.append({lanes, blocking.getFilterLanes()});
      packed.numbers = packFilter(filter, shape, blocking);
      input = createPack(rewriter, loc, input, lanes);
    }
    Value packedFilter = createPackedWeights(
        rewriter, conv.getFilter(), packedShape, std::move(packed), "filter");
    Value empty = createEmpty(
        rewriter, loc, getBlockedShape(getShape(conv.getOutput()), lanes),
        getElementType(conv.getOutput()));
    auto kernel = kernel::DirectConvOp::create(
        rewriter, loc, input, packedFilter, epilogue.bias, epilogue.residual,
        empty, conv.getStrides(), conv.getPads(), conv.getDilations(),
        shape.groups, epilogue.activation);
    recordConv(kernel, conv);
    replaceByBlocked(rewriter, conv, kernel.getResult(0), epilogue.late);
    return success();
  }
};

/// A convolution of a single tap skips pixels: a pool copies what is left of
/// them, which the convolution then tiles as one row.
///   conv(x) strides s  -->  conv(avg_pool(x) kernel [1, 1] strides s)
struct CopyStridedPixels : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvOp conv,
                                PatternRewriter &rewriter) const override {
    auto isSkipping = [](const WindowDim &dim) { return dim.stride > 1; };
    auto isSingleTap = [](const WindowDim &dim) {
      return dim.size == 1 && dim.padLow == 0 && dim.padHigh == 0;
    };
    Window window = conv.getWindow();
    if (!isKernelConv(conv) || conv.isDepthwise() ||
        !llvm::all_of(window, isSingleTap) || !llvm::any_of(window, isSkipping))
      return failure();
    Value pixels = AvgPoolOp::create(rewriter, conv.getLoc(), conv.getInput(),
                                     ArrayRef<int64_t>{1, 1}, conv.getStrides(),
                                     ArrayRef<int64_t>(), ArrayRef<int64_t>());
    rewriter.replaceOpWithNewOp<ConvOp>(
        conv, pixels, conv.getFilter(), conv.getBias(), conv.getResidual(),
        /*strides=*/ArrayRef<int64_t>(), conv.getPads(),
        /*dilations=*/ArrayRef<int64_t>(), conv.getGroups(),
        conv.getActivationAttr());
    return success();
  }
};

/// A convolution for each group whose channels do not make whole blocks.
struct SplitGroups : LoweringPattern<ConvOp> {
  using LoweringPattern::LoweringPattern;

  LogicalResult matchAndRewrite(ConvOp conv,
                                PatternRewriter &rewriter) const override {
    int64_t lanes = getLanes(machine, getElementType(conv.getInput()));
    if (!isKernelConv(conv) || conv.isDepthwise() ||
        hasSmallGroups(getFilterShape(conv), lanes) ||
        getMergedGroups(getFilterShape(conv), lanes) != 0)
      return failure();
    int64_t groups = conv.getGroups();
    SmallVector<Value> parts;
    for (int64_t group = 0; group < groups; ++group) {
      auto slice = [&](Value value, size_t axis) -> Value {
        if (!value)
          return value;
        SmallVector<int64_t> sizes(getShape(value));
        SmallVector<int64_t> starts(sizes.size(), 0);
        sizes[axis] /= groups;
        if (std::optional<StoredWeights> stored = StoredWeights::get(value))
          return stored->slice(rewriter, group * sizes[axis], sizes[axis])
              .widen(rewriter, value.getLoc());
        starts[axis] = group * sizes[axis];
        return rewriter.createOrFold<SliceOp>(conv.getLoc(), value, starts,
                                              sizes, ArrayRef<int64_t>());
      };
      parts.push_back(ConvOp::create(
          rewriter, conv.getLoc(), slice(conv.getInput(), 1),
          slice(conv.getFilter(), 0), slice(conv.getBias(), 0),
          slice(conv.getResidual(), 1), conv.getStrides(), conv.getPads(),
          conv.getDilations(), /*groups=*/1, conv.getActivationAttr()));
    }
    rewriter.replaceOpWithNewOp<ConcatOp>(conv, parts, /*axis=*/1);
    return success();
  }
};

} // namespace

void populateConvToKernel(RewritePatternSet &patterns, const Machine &machine) {
  MLIRContext *context = patterns.getContext();
  patterns.add<LowerDepthwiseConv, LowerConv, SplitGroups>(context, machine);
  patterns.add<RepeatDepthwiseInput>(context);
  // Before the kernels that would skip pixels themselves or cannot.
  patterns.add<CopyStridedPixels>(context, /*benefit=*/3);
  populateConvLongTail(patterns);
}

} // namespace mlir::cnn
