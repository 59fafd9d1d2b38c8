//===- ChannelMap.cpp - Scale and shift per channel -----------------------===//

#include "ChannelMap.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

bool ChannelMap::isScale() const {
  return llvm::all_of(offset, [](double value) { return value == 0.0; });
}

bool ChannelMap::isShift() const {
  return llvm::all_of(gain, [](double value) { return value == 1.0; });
}

bool ChannelMap::isFinite() const {
  auto finite = [](double value) { return std::isfinite(value); };
  return llvm::all_of(gain, finite) && llvm::all_of(offset, finite);
}

ChannelMap mlir::cnn::compose(const ChannelMap &first,
                              const ChannelMap &second) {
  ChannelMap map = second;
  for (size_t c = 0; c < map.gain.size(); ++c) {
    map.gain[c] = second.gain[c] * first.gain[c];
    map.offset[c] += second.gain[c] * first.offset[c];
  }
  return map;
}

//===----------------------------------------------------------------------===//
// Recognition
//===----------------------------------------------------------------------===//

static std::optional<MapOp> getMap(BatchNormOp norm) {
  auto scale = getDoubles(norm.getScale()), shift = getDoubles(norm.getShift());
  auto mean = getDoubles(norm.getMean());
  auto variance = getDoubles(norm.getVariance());
  if (!scale || !shift || !mean || !variance)
    return std::nullopt;
  double epsilon = norm.getEpsilon().convertToDouble();
  ChannelMap map;
  for (auto [g, b, m, v] : llvm::zip_equal(*scale, *shift, *mean, *variance)) {
    map.gain.push_back(g / std::sqrt(v + epsilon));
    map.offset.push_back(b - m * map.gain.back());
  }
  return MapOp{norm, norm.getInput(), std::move(map)};
}

/// The values of `constant` per channel, if it broadcasts to `type` with one
/// value per channel or one in all.
static std::optional<std::vector<double>> getPerChannel(Value constant,
                                                        RankedTensorType type) {
  ArrayRef<int64_t> shape = getShape(constant);
  int64_t offset = type.getRank() - static_cast<int64_t>(shape.size());
  if (type.getRank() < 2 || offset < 0 || type.isDynamicDim(1))
    return std::nullopt;
  for (auto [i, extent] : llvm::enumerate(shape))
    if (extent != 1 && static_cast<int64_t>(i) + offset != 1)
      return std::nullopt;
  auto values = getDoubles(constant);
  if (values && values->size() == 1)
    values->assign(type.getDimSize(1), values->front());
  return values;
}

static std::optional<MapOp> getMap(BinaryOp op) {
  RankedTensorType type = cast<RankedTensorType>(op.getType());
  bool isLeft = getConstant(op.getLhs()) != ElementsAttr();
  Value constant = isLeft ? op.getLhs() : op.getRhs();
  Value input = isLeft ? op.getRhs() : op.getLhs();
  if (input.getType() != type || getConstant(input))
    return std::nullopt;
  auto values = getPerChannel(constant, type);
  if (!values)
    return std::nullopt;
  ChannelMap map;
  map.gain.assign(values->size(), 1.0);
  map.offset.assign(values->size(), 0.0);
  auto negate = [](double value) { return -value; };
  auto invert = [](double value) { return 1.0 / value; };
  switch (op.getKind()) {
  case BinaryKind::add:
    map.offset = *values;
    break;
  case BinaryKind::sub:
    if (isLeft) {
      map.offset = *values;
      map.gain.assign(values->size(), -1.0);
    } else {
      llvm::transform(*values, map.offset.begin(), negate);
    }
    break;
  case BinaryKind::mul:
    map.gain = *values;
    break;
  case BinaryKind::div:
    if (isLeft)
      return std::nullopt;
    llvm::transform(*values, map.gain.begin(), invert);
    break;
  default:
    return std::nullopt;
  }
  return MapOp{op, input, std::move(map)};
}

std::optional<MapOp> mlir::cnn::getMapOp(Operation *op) {
  if (auto norm = dyn_cast<BatchNormOp>(op))
    return getMap(norm);
  if (auto binary = dyn_cast<BinaryOp>(op))
    return getMap(binary);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Into the layer before
//===----------------------------------------------------------------------===//

namespace {

/// Where the parameters of one output channel lie in a filter seen as
/// outer x channels x inner elements, repeated for every group.
struct FilterLayout {
  int64_t groups, outer, channels, inner;
};

} // namespace

/// The bias (nothing is zeros) that `map` makes of `bias`.
static std::optional<std::vector<double>> mapBias(Value bias, double factor,
                                                  const ChannelMap &map) {
  std::vector<double> result(map.gain.size(), 0.0);
  if (bias) {
    auto values = getDoubles(bias);
    bool isScalar = values && values->size() == 1;
    if (!values || (!isScalar && values->size() != result.size()))
      return std::nullopt;
    for (size_t o = 0; o < result.size(); ++o)
      result[o] = (*values)[isScalar ? 0 : o] * factor;
  }
  for (size_t o = 0; o < result.size(); ++o)
    result[o] = map.gain[o] * result[o] + map.offset[o];
  return result;
}

/// A copy of `filter` with every output channel multiplied by its gain.
static Value scaleFilter(Value filter, FilterLayout layout,
                         const ChannelMap &map, RewriterBase &rewriter) {
  if (map.isShift())
    return filter;
  std::vector<double> values = *getDoubles(filter);
  double *position = values.data();
  for (int64_t g = 0; g < layout.groups; ++g)
    for (int64_t i = 0; i < layout.outer; ++i)
      for (int64_t o = 0; o < layout.channels; ++o)
        for (int64_t j = 0; j < layout.inner; ++j)
          *position++ *= map.gain[g * layout.channels + o];
  return createConstant(rewriter, filter.getLoc(),
                        cast<RankedTensorType>(filter.getType()),
                        ArrayRef<double>(values));
}

static Value createBias(ArrayRef<double> values, Value like,
                        RewriterBase &rewriter) {
  auto type = RankedTensorType::get(static_cast<int64_t>(values.size()),
                                    getElementType(like));
  return createConstant(rewriter, like.getLoc(), type, values);
}

static int64_t getInnerElements(Value filter, int64_t firstDim) {
  return ShapedType::getNumElements(getShape(filter).drop_front(firstDim));
}

static constexpr StringLiteral notConstant = "the filter of the layer before "
                                             "it is not a constant";
static constexpr StringLiteral badBias =
    "the bias of the layer before it is not one constant per channel";

template <typename LayerOp>
static std::optional<StringRef> foldAfterConv(LayerOp conv, FilterLayout layout,
                                              const ChannelMap &map,
                                              RewriterBase &rewriter) {
  if (conv.getActivation())
    return "the layer before it applies a function";
  if (!map.isShift() && !getConstant(conv.getFilter()))
    return notConstant;
  auto bias = mapBias(conv.getBias(), 1.0, map);
  if (!bias)
    return badBias;
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(conv);
  Value newFilter = scaleFilter(conv.getFilter(), layout, map, rewriter);
  Value newBias = createBias(*bias, newFilter, rewriter);
  rewriter.modifyOpInPlace(conv, [&] {
    conv.getFilterMutable().assign(newFilter);
    conv.getBiasMutable().assign(newBias);
  });
  return std::nullopt;
}

static std::optional<StringRef> fold(ConvOp conv, const ChannelMap &map,
                                     RewriterBase &rewriter) {
  if (conv.getResidual() && !map.isShift())
    return "the layer before it adds a residual";
  int64_t outputs = getShape(conv.getFilter())[0];
  return foldAfterConv(conv,
                       {1, 1, outputs, getInnerElements(conv.getFilter(), 1)},
                       map, rewriter);
}

static std::optional<StringRef>
fold(ConvTransposeOp conv, const ChannelMap &map, RewriterBase &rewriter) {
  ArrayRef<int64_t> filter = getShape(conv.getFilter());
  int64_t groups = conv.getGroups();
  return foldAfterConv(conv,
                       {groups, filter[0] / groups, filter[1],
                        getInnerElements(conv.getFilter(), 2)},
                       map, rewriter);
}

/// Rows or columns of the right matrix are the output channels of a product.
static FilterLayout getMatrixLayout(Value matrix, bool transposed) {
  ArrayRef<int64_t> shape = getShape(matrix);
  return transposed ? FilterLayout{1, 1, shape[0], shape[1]}
                    : FilterLayout{1, shape[0], shape[1], 1};
}

static std::optional<StringRef> fold(GemmOp gemm, const ChannelMap &map,
                                     RewriterBase &rewriter) {
  if (gemm.getActivation())
    return "the layer before it applies a function";
  if (!map.isShift() && !getConstant(gemm.getRhs()))
    return notConstant;
  auto type = cast<RankedTensorType>(gemm.getType());
  if (gemm.getBias() && !getPerChannel(gemm.getBias(), type))
    return badBias;
  auto bias = mapBias(gemm.getBias(), gemm.getBeta().convertToDouble(), map);
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(gemm);
  Value newRhs = scaleFilter(
      gemm.getRhs(), getMatrixLayout(gemm.getRhs(), gemm.getTransposeRhs()),
      map, rewriter);
  Value newBias = createBias(*bias, newRhs, rewriter);
  rewriter.modifyOpInPlace(gemm, [&] {
    gemm.getRhsMutable().assign(newRhs);
    gemm.getBiasMutable().assign(newBias);
    gemm.setBeta(APFloat(1.0));
  });
  return std::nullopt;
}

static std::optional<StringRef> fold(MatmulOp matmul, const ChannelMap &map,
                                     RewriterBase &rewriter) {
  if (getShape(matmul.getLhs()).size() != 2 ||
      getShape(matmul.getRhs()).size() != 2)
    return "the product before it is not of two matrices";
  if (!map.isShift() && !getConstant(matmul.getRhs()))
    return notConstant;
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(matmul);
  Value rhs = scaleFilter(
      matmul.getRhs(), getMatrixLayout(matmul.getRhs(), false), map, rewriter);
  Value bias = createBias(map.offset, rhs, rewriter);
  auto gemm = GemmOp::create(rewriter, matmul.getLoc(), matmul.getLhs(), rhs,
                             bias, /*transposeLhs=*/false,
                             /*transposeRhs=*/false, APFloat(1.0), APFloat(1.0),
                             /*activation=*/FunctionAttr());
  rewriter.replaceOp(matmul, gemm);
  return std::nullopt;
}

std::optional<StringRef> mlir::cnn::foldAfterLayer(Operation *layer,
                                                   const ChannelMap &map,
                                                   RewriterBase &rewriter) {
  if (!layer)
    return "its input is not a layer";
  if (!map.isFinite())
    return "its scale or shift is not finite";
  return TypeSwitch<Operation *, std::optional<StringRef>>(layer)
      .Case<ConvOp, ConvTransposeOp, GemmOp, MatmulOp>(
          [&](auto op) -> std::optional<StringRef> {
            if (!op->hasOneUse())
              return "the layer before it has another user";
            return fold(op, map, rewriter);
          })
      .Default([](Operation *) { return "its input is not a layer"; });
}

//===----------------------------------------------------------------------===//
// Into the convolution after
//===----------------------------------------------------------------------===//

std::optional<StringRef> mlir::cnn::findObstacleBefore(ConvOp conv,
                                                       const ChannelMap &map) {
  if (!map.isFinite())
    return "its scale or shift is not finite";
  if (!map.isScale() && hasPadding(conv.getWindow()))
    return "the convolution after it pads with zeros, not with the offset";
  if (!getConstant(conv.getFilter()) ||
      (conv.getBias() && !getConstant(conv.getBias())))
    return "filter or bias of the convolution after it is not a constant";
  return std::nullopt;
}

void mlir::cnn::foldBeforeConv(ConvOp conv, Value input, const ChannelMap &map,
                               RewriterBase &rewriter) {
  ArrayRef<int64_t> shape = getShape(conv.getFilter());
  int64_t groups = conv.getGroups(), outputs = shape[0], inputs = shape[1];
  int64_t taps = getInnerElements(conv.getFilter(), 2);
  std::vector<double> filter = *getDoubles(conv.getFilter());
  std::vector<double> bias(outputs, 0.0);
  if (conv.getBias())
    bias = *getDoubles(conv.getBias());
  double *position = filter.data();
  for (int64_t o = 0; o < outputs; ++o) {
    int64_t firstChannel = o / (outputs / groups) * inputs;
    for (int64_t c = firstChannel; c < firstChannel + inputs; ++c)
      for (int64_t tap = 0; tap < taps; ++tap, ++position) {
        bias[o] += *position * map.offset[c];
        *position *= map.gain[c];
      }
  }
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(conv);
  Value newFilter =
      createConstant(rewriter, conv.getFilter().getLoc(),
                     cast<RankedTensorType>(conv.getFilter().getType()),
                     ArrayRef<double>(filter));
  Value newBias = createBias(bias, newFilter, rewriter);
  rewriter.modifyOpInPlace(conv, [&] {
    conv.getInputMutable().assign(input);
    conv.getFilterMutable().assign(newFilter);
    if (conv.getBias() || !map.isScale())
      conv.getBiasMutable().assign(newBias);
  });
}
