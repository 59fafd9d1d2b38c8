//===- LowRankLayer.cpp - Layers that decompositions apply to -------------===//

#include "LowRankLayer.h"

#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

std::optional<LowRankLayer> LowRankLayer::get(Operation *op, StringRef &why) {
  std::optional<Layer> layer = cnn::getLayer(op, why);
  if (!layer)
    return std::nullopt;
  LowRankLayer result;
  result.op = op;
  result.layer = *layer;
  result.groups = layer->layout.groups;
  result.shape.outputs = layer->layout.channels / result.groups;
  result.shape.inputs = layer->layout.size / layer->layout.taps;
  if (isa<ConvOp>(op))
    result.shape.taps.assign(getShape(layer->weights).drop_front(2).begin(),
                             getShape(layer->weights).end());
  return result;
}

Value LowRankLayer::getInput() const {
  // What computed it may have been replaced.
  return op->getOperand(0);
}

std::string LowRankLayer::getName() const {
  if (auto name = dyn_cast<NameLoc>(op->getLoc()))
    return name.getName().str();
  return op->getName().getStringRef().str();
}

/// An extent, or 1 where it is not known.
static int64_t getKnown(int64_t extent) {
  return ShapedType::isDynamic(extent) ? 1 : extent;
}

int64_t LowRankLayer::countRows() const {
  int64_t rows = 1;
  for (int64_t extent : getShape(getInput()).drop_back())
    rows *= getKnown(extent);
  return rows;
}

ConvSizes LowRankLayer::getConvSizes() const {
  ArrayRef<int64_t> input = getShape(getInput());
  ConvSizes sizes;
  sizes.batch = getKnown(input[0]);
  sizes.groups = groups;
  sizes.inputs = input[1];
  sizes.outputs = layer.layout.channels;
  sizes.window = cast<ConvOp>(op).getWindow();
  sizes.extents.assign(input.drop_front(2).begin(), input.end());
  return sizes;
}

Matrix LowRankLayer::getWeights(int64_t group) const {
  auto values = FloatElements::get(layer.weights);
  ArrayRef<float> weights = *values;
  Matrix result(shape.outputs, layer.layout.size);
  for (int64_t o = 0; o < shape.outputs; ++o)
    for (int64_t i = 0; i < layer.layout.size; ++i)
      result(o, i) =
          weights[layer.layout.getPosition(group * shape.outputs + o, i)];
  return result;
}

std::optional<Matrix> LowRankLayer::getCovariance(int64_t group) const {
  if (covariances.empty())
    return std::nullopt;
  return Matrix(covariances[group].cast<double>());
}

//===----------------------------------------------------------------------===//
// Costs
//===----------------------------------------------------------------------===//

/// The window of one factor of a convolution.
static Window getFactorWindow(const Window &window, const FactorShape &factor) {
  Window result;
  for (auto [dim, slides] : llvm::zip_equal(window, factor.slides))
    result.push_back(slides ? dim : WindowDim());
  return result;
}

LayerCost LowRankLayer::estimate(ArrayRef<FactorShape> chain,
                                 const LayerCosts &costs) const {
  LayerCost sum;
  if (!isConv()) {
    for (const FactorShape &factor : chain)
      sum += costs.getProduct(countRows(), factor.inputs, factor.outputs);
    return sum;
  }
  ConvSizes sizes = getConvSizes();
  Window window = sizes.window;
  for (const FactorShape &factor : chain) {
    sizes.inputs = groups * factor.inputs;
    sizes.outputs = groups * factor.outputs;
    sizes.groups = factor.isDepthwise ? sizes.inputs : groups;
    sizes.window = getFactorWindow(window, factor);
    sum += costs.getConv(sizes);
    sizes.extents = sizes.getOutputExtents();
  }
  return sum;
}

LayerCost LowRankLayer::estimate(const TensorModes &modes,
                                 ArrayRef<int64_t> ranks,
                                 const LayerCosts &costs) const {
  LayerCost sum;
  int64_t elements = countRows() * layer.layout.size;
  for (size_t k = modes.inputs.size(); k-- > 0;) {
    int64_t terms = modes.inputs[k] * ranks[k + 1];
    int64_t columns = modes.outputs[k] * ranks[k];
    int64_t rows = elements / terms;
    sum += costs.getProduct(rows, terms, columns);
    elements = rows * columns;
    if (k > 0)
      sum += costs.getMove(static_cast<double>(elements));
  }
  return sum;
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

namespace {

/// Builds what a layer becomes, in front of it.
class LayerBuilder {
public:
  explicit LayerBuilder(const LowRankLayer &layer)
      : layer(layer), builder(layer.op) {}

  Value makeConstant(ArrayRef<int64_t> shape, std::vector<float> &&values) {
    return createConstant(
        builder, layer.op->getLoc(),
        cnn::makeConstant(shape, std::move(values), builder.getContext()));
  }

  /// The layer's bias and what is added to it; null if there is neither.
  Value makeBias(ArrayRef<double> added) {
    if (added.empty())
      return layer.layer.bias;
    std::vector<float> values(added.size(), 0);
    if (layer.layer.bias)
      values = *getFloats(layer.layer.bias);
    for (auto [value, more] : llvm::zip_equal(values, added))
      value = static_cast<float>(value + more);
    return makeConstant({static_cast<int64_t>(values.size())},
                        std::move(values));
  }

  /// The location of part `index`: the last part, which computes what the layer
  /// did, has its name.
  Location getPartLoc(size_t index, size_t count) {
    if (index + 1 == count)
      return layer.op->getLoc();
    return NameLoc::get(
        builder.getStringAttr(layer.getName() + "/part" + Twine(index + 1)));
  }

  Value convolve(Value input, const FactorShape &shape, Value filter,
                 Value bias, Location loc);

  void finish(Value result) {
    layer.op->getResult(0).replaceAllUsesWith(result);
    layer.op->erase();
  }

  const LowRankLayer &layer;
  OpBuilder builder;
};

} // namespace

/// Factor `index` of all groups, one below the other.
static std::vector<float> joinGroups(ArrayRef<FactorChain> groups,
                                     size_t index) {
  std::vector<float> weights;
  for (const FactorChain &chain : groups) {
    const Matrix &part = chain[index].weights;
    for (int64_t i = 0; i < part.size(); ++i)
      weights.push_back(static_cast<float>(part.data()[i]));
  }
  return weights;
}

/// `bias` is null for all but the last part, which has the activation.
Value LayerBuilder::convolve(Value input, const FactorShape &shape,
                             Value filter, Value bias, Location loc) {
  auto conv = cast<ConvOp>(layer.op);
  Window window = getFactorWindow(conv.getWindow(), shape);
  SmallVector<int64_t> strides, dilations, pads;
  for (const WindowDim &dim : window) {
    strides.push_back(dim.stride);
    dilations.push_back(dim.dilation);
    pads.push_back(dim.padLow);
  }
  for (const WindowDim &dim : window)
    pads.push_back(dim.padHigh);
  auto dropAll = [](SmallVector<int64_t> &values, int64_t ordinary) {
    if (llvm::all_equal(values) && values.front() == ordinary)
      values.clear();
  };
  dropAll(strides, 1);
  dropAll(dilations, 1);
  dropAll(pads, 0);
  int64_t groups =
      shape.isDepthwise ? layer.groups * shape.outputs : layer.groups;
  bool isLast = loc == conv.getLoc();
  return ConvOp::create(builder, loc, input, filter, bias,
                        /*residual=*/Value(), strides, pads, dilations, groups,
                        isLast ? conv.getActivationAttr() : FunctionAttr());
}

static Value multiply(LayerBuilder &parts, Value input, const Matrix &matrix,
                      Value bias, Location loc) {
  // outputs x inputs, as --simplify leaves gemms, for one; for products turned.
  Operation *op = parts.layer.op;
  auto gemm = dyn_cast<GemmOp>(op);
  Matrix stored = gemm ? matrix : Matrix(matrix.transpose());
  std::vector<float> values(stored.data(), stored.data() + stored.size());
  Value weights =
      parts.makeConstant({stored.rows(), stored.cols()}, std::move(values));
  if (!gemm)
    return MatmulOp::create(parts.builder, loc, input, weights);
  bool isLast = loc == op->getLoc();
  return GemmOp::create(parts.builder, loc, input, weights, bias,
                        /*transposeLhs=*/false, /*transposeRhs=*/true,
                        APFloat(1.0), APFloat(1.0),
                        isLast ? gemm.getActivationAttr() : FunctionAttr());
}

void mlir::cnn::replaceLayer(const LowRankLayer &layer,
                             ArrayRef<FactorChain> groups,
                             ArrayRef<double> bias) {
  LayerBuilder parts(layer);
  Value value = layer.getInput();
  const FactorChain &chain = groups.front();
  for (auto [i, factor] : llvm::enumerate(chain)) {
    Location loc = parts.getPartLoc(i, chain.size());
    Value added = i + 1 == chain.size() ? parts.makeBias(bias) : Value();
    if (!layer.isConv()) {
      value = multiply(parts, value, factor.weights, added, loc);
      continue;
    }
    SmallVector<int64_t> shape = {layer.groups * factor.shape.outputs,
                                  factor.shape.getInputsPerOutput()};
    llvm::append_range(shape, factor.shape.taps);
    Value filter = parts.makeConstant(shape, joinGroups(groups, i));
    value = parts.convolve(value, factor.shape, filter, added, loc);
  }
  parts.finish(value);
}

/// The matrix of a tensor: N x rest / last x last. -1 stands for a batch that
/// is not known.
static SmallVector<int64_t> getTrainShape(Value input, int64_t elements,
                                          int64_t last) {
  int64_t batch = getShape(input)[0];
  return {ShapedType::isDynamic(batch) ? -1 : batch, elements / last, last};
}

void mlir::cnn::replaceLayer(const LowRankLayer &layer,
                             const TensorTrain &train, ArrayRef<double> bias) {
  LayerBuilder parts(layer);
  OpBuilder &builder = parts.builder;
  const TensorModes &modes = train.modes;
  Value value = layer.getInput();
  int64_t elements = layer.layer.layout.size;
  size_t cores = train.cores.size();
  for (size_t k = cores; k-- > 0;) {
    Location loc = parts.getPartLoc(cores - 1 - k, cores);
    const Matrix &core = train.cores[k];
    SmallVector<int64_t> shape =
        getTrainShape(layer.getInput(), elements, core.rows());
    value = ReshapeOp::create(builder, loc, value, shape);
    std::vector<float> values(core.data(), core.data() + core.size());
    value = MatmulOp::create(
        builder, loc, value,
        parts.makeConstant({core.rows(), core.cols()}, std::move(values)));
    elements = shape[1] * core.cols();
    // The new digit goes in front of all others.
    shape = {shape[0], shape[1], modes.outputs[k], train.ranks[k]};
    value = ReshapeOp::create(builder, loc, value, shape);
    value =
        TransposeOp::create(builder, loc, value, ArrayRef<int64_t>{0, 2, 1, 3});
  }
  Location loc = layer.op->getLoc();
  value = ReshapeOp::create(
      builder, loc, value,
      SmallVector<int64_t>{getTrainShape(layer.getInput(), 1, 1)[0], elements});
  if (Value added = parts.makeBias(bias))
    value = BinaryOp::create(builder, loc, BinaryKind::add, value, added);
  if (FunctionAttr activation = layer.layer.activation)
    value = UnaryOp::create(builder, loc, activation, value);
  parts.finish(value);
}
