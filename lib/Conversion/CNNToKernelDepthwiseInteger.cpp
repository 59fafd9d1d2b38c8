//===- CNNToKernelDepthwiseInteger.cpp - Depthwise layers of integers -----===//
//
// A convolution of each channel of integers becomes a kernel, together with the
// requantization that follows. Sums below 2^24 are floats, which hold them, and
// others integers; machines with an instruction for products of bytes use that
// instead.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernel.h"
#include "DescribeKernel.h"
#include "IntegerKernel.h"
#include "Requantization.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"

namespace mlir::cnn {
namespace {

/// Integers up to this are floats.
constexpr int64_t floatLimit = int64_t(1) << 24;
/// Rows of a window are unrolled.
constexpr int64_t widestWindow = 64;

/// A layer whose operands are constants but for the image.
struct DepthwiseLayer {
  /// Without their zero points, C x U x V.
  std::vector<int64_t> filter;
  std::vector<int32_t> bias;
  int64_t channels = 0, inputZeroPoint = 0;
  unsigned inputBits = 8;
  /// The window over H and W.
  Window window;

  /// Nothing if `op` is another kind of convolution.
  static std::optional<DepthwiseLayer> get(ConvIntegerOp op);

  FilterShape getFilterShape() const {
    return {channels, 1, window[0].size * window[1].size, channels};
  }
  /// The largest magnitudes of the sums, without and with the bias.
  std::pair<int64_t, int64_t> getReach() const;
  /// All weights are signed bytes.
  bool hasByteWeights() const {
    return llvm::all_of(filter, [](int64_t weight) {
      return static_cast<int8_t>(weight) == weight;
    });
  }
  /// Floats hold all sums, without the bias.
  bool hasFloatSums() const { return getReach().first < floatLimit; }
};

/// The one number of a constant zero point, which may be absent.
std::optional<int64_t> getZeroPoint(Value zeroPoint) {
  if (!zeroPoint)
    return 0;
  auto numbers = getIntegers(zeroPoint);
  if (!numbers || numbers->size() != 1)
    return std::nullopt;
  return numbers->front();
}

std::optional<DepthwiseLayer> DepthwiseLayer::get(ConvIntegerOp op) {
  ArrayRef<int64_t> filter = getShape(op.getFilter());
  DepthwiseLayer layer;
  layer.channels = filter[0];
  layer.window = op.getWindow();
  auto weights = getIntegers(op.getFilter());
  auto inputZero = getZeroPoint(op.getInputZeroPoint());
  auto bias = op.getBias() ? getIntegers(op.getBias())
                           : std::vector<int64_t>(layer.channels, 0);
  auto zeros = op.getFilterZeroPoint() ? getIntegers(op.getFilterZeroPoint())
                                       : std::vector<int64_t>{0};
  if (filter.size() > 4 || filter[1] != 1 || layer.channels == 1 ||
      static_cast<int64_t>(op.getGroups()) != layer.channels || !weights ||
      !inputZero || !bias || !zeros)
    return std::nullopt;
  if (layer.window.size() == 1)
    layer.window.insert(layer.window.begin(), WindowDim());
  int64_t taps = layer.getFilterShape().taps;
  layer.filter = *weights;
  for (auto [i, weight] : llvm::enumerate(layer.filter))
    weight -= (*zeros)[zeros->size() == 1 ? 0 : i / taps];
  layer.bias.assign(bias->begin(), bias->end());
  layer.inputZeroPoint = *inputZero;
  layer.inputBits = cnn::getElementType(op.getInput()).getIntOrFloatBitWidth();
  return layer;
}

std::pair<int64_t, int64_t> DepthwiseLayer::getReach() const {
  int64_t largestDifference = (int64_t(1) << inputBits) - 1;
  int64_t taps = getFilterShape().taps, sums = 0, all = 0;
  for (int64_t channel = 0; channel < channels; ++channel) {
    int64_t reach = 0;
    for (int64_t weight : ArrayRef(filter).slice(channel * taps, taps))
      reach += std::abs(weight) * largestDifference;
    sums = std::max(sums, reach);
    all = std::max(all, reach + std::abs<int64_t>(bias[channel]));
  }
  return {sums, all};
}

SmallVector<int64_t> getStrides(const Window &window) {
  return {window[0].stride, window[1].stride};
}
SmallVector<int64_t> getDilations(const Window &window) {
  return {window[0].dilation, window[1].dilation};
}
SmallVector<int64_t> getPads(const Window &window) {
  return {window[0].padLow, window[1].padLow, window[0].padHigh,
          window[1].padHigh};
}

/// N x C x W as N x C x 1 x W.
SmallVector<int64_t> getImageShape(Value image) {
  SmallVector<int64_t> shape(getShape(image));
  if (shape.size() == 3)
    shape.insert(shape.begin() + 2, 1);
  return shape;
}

struct LowerDepthwiseConvInteger : LoweringPattern<ConvIntegerOp> {
  using LoweringPattern::LoweringPattern;

  LogicalResult matchAndRewrite(ConvIntegerOp op,
                                PatternRewriter &rewriter) const override {
    auto layer = DepthwiseLayer::get(op);
    if (!layer || layer->window[1].size > widestWindow)
      return failure();
    auto requantization = Requantization::get(op.getOutput());
    Operation *last = op;
    if (requantization)
      last = requantization->getLast();
    rewriter.setInsertionPoint(last);
    Value result =
        createKernel(rewriter, op, *layer, requantization, last->getResult(0));
    rewriter.replaceOp(last, result);
    if (!requantization)
      return success();
    for (Operation *limit : llvm::reverse(requantization->limits))
      if (limit != last)
        rewriter.eraseOp(limit);
    if (requantization->op != last)
      rewriter.eraseOp(requantization->op);
    if (requantization->reshape)
      rewriter.eraseOp(requantization->reshape);
    rewriter.eraseOp(op);
    return success();
  }

  /// The kernel, as a plain image in the shape of `output`.
  Value createKernel(OpBuilder &builder, ConvIntegerOp op,
                     const DepthwiseLayer &layer,
                     const std::optional<Requantization> &requantization,
                     Value output) const {
    Location loc = op.getLoc();
    int64_t lanes = machine.getByteLanes();
    Type element = cnn::getElementType(op.getInput());
    auto signless =
        RankedTensorType::get(getShape(op.getInput()), getSignless(element));
    Value input = castSign(builder, loc, op.getInput(), signless);
    input = createPack(builder, loc,
                       createReshape(builder, loc, input, getImageShape(input)),
                       lanes);
    Value multiplier;
    SmallVector<int64_t> range;
    if (requantization) {
      multiplier =
          createChannelVector(builder, loc, requantization->multipliers, lanes);
      range = {requantization->range.least, requantization->range.largest};
    }
    Value empty = createEmpty(
        builder, loc, getBlockedShape(getImageShape(op.getOutput()), lanes),
        getSignless(cnn::getElementType(output)));
    auto kernel = kernel::DepthwiseConvIntegerOp::create(
        builder, loc, input, createFilter(builder, loc, layer),
        createBias(builder, loc, layer), multiplier, empty,
        getStrides(layer.window), getPads(layer.window),
        getDilations(layer.window),
        usesDotProducts(layer) ? layer.window[1].size : 0,
        element.isUnsignedInteger(), layer.inputZeroPoint,
        requantization ? requantization->zeroPoint : 0, range);
    recordProducts(kernel, cast<ShapedType>(op.getOutput().getType()),
                   layer.getFilterShape().taps);
    Value plain =
        createUnpack(builder, loc, kernel.getResult(0), layer.channels);
    plain = createReshape(builder, loc, plain, getShape(output));
    return castSign(builder, loc, plain, output.getType());
  }

  /// The sums are computed by an instruction for products of bytes, of which it
  /// adds up several neighbours in a row.
  bool usesDotProducts(const DepthwiseLayer &layer) const {
    const WindowDim &columns = layer.window[1];
    return machine.byteProduct && layer.inputBits == 8 && columns.size > 1 &&
           columns.dilation == 1 && layer.hasByteWeights();
  }

  /// Weights stay bytes where there are no vectors, which would be faster on
  /// floats.
  bool keepsBytes(const DepthwiseLayer &layer) const {
    return machine.pairProduct && getLanes(machine) == 1 &&
           layer.hasByteWeights();
  }

  Value createFilter(OpBuilder &builder, Location loc,
                     const DepthwiseLayer &layer) const {
    int64_t lanes = machine.getByteLanes();
    FilterShape shape = layer.getFilterShape();
    int64_t blocks = Blocking{lanes}.getBlockCount(layer.channels);
    if (usesDotProducts(layer)) {
      int64_t terms = machine.byteProduct->terms;
      std::vector<int8_t> bytes(layer.filter.begin(), layer.filter.end());
      bytes =
          packDepthwiseTerms(bytes, shape, layer.window[1].size, lanes, terms);
      return createIntegers(
          builder, loc,
          {blocks, layer.window[0].size,
           llvm::divideCeilSigned(layer.window[1].size, terms), lanes, terms},
          ArrayRef(bytes), "filter");
    }
    std::vector<float> floats(layer.filter.begin(), layer.filter.end());
    floats = packDepthwiseFilter(floats, shape, lanes);
    SmallVector<int64_t> packed = {blocks, layer.window[0].size,
                                   layer.window[1].size, lanes};
    if (keepsBytes(layer)) {
      std::vector<int8_t> bytes(floats.begin(), floats.end());
      return createIntegers(builder, loc, packed, ArrayRef(bytes), "filter");
    }
    if (layer.hasFloatSums())
      return createConstant(builder, loc,
                            makeConstant(packed, std::move(floats),
                                         builder.getContext(), "filter"));
    std::vector<int32_t> integers(floats.begin(), floats.end());
    return createIntegers(builder, loc, packed, ArrayRef(integers), "filter");
  }

  Value createBias(OpBuilder &builder, Location loc,
                   const DepthwiseLayer &layer) const {
    int64_t lanes = machine.getByteLanes();
    if (llvm::all_of(layer.bias, [](int32_t number) { return number == 0; }))
      return {};
    if (usesDotProducts(layer) || keepsBytes(layer) || !layer.hasFloatSums() ||
        layer.getReach().second >= floatLimit)
      return createChannelVector(builder, loc, layer.bias, lanes);
    std::vector<float> floats(layer.bias.begin(), layer.bias.end());
    return createChannelVector(builder, loc, floats, lanes);
  }
};

} // namespace

void populateDepthwiseIntegerToKernel(RewritePatternSet &patterns,
                                      const Machine &machine) {
  // Before the sums of products that any convolution of bytes is.
  patterns.add<LowerDepthwiseConvInteger>(patterns.getContext(), machine,
                                          /*benefit=*/2);
}

} // namespace mlir::cnn
