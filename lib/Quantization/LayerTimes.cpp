//===- LayerTimes.cpp - Layers in integers and in floats ------------------===//

#include "LayerTimes.h"

#include "cnnc/Support/CostModel.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"
#include "cnnc/Support/Winograd.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::cnn;

/// Elements of a tensor; an open batch is one image.
static double countElements(Value value) {
  double count = 1;
  for (int64_t extent : getShape(value))
    count *= ShapedType::isDynamic(extent) ? 1 : static_cast<double>(extent);
  return count;
}

LayerEstimator::LayerEstimator(func::FuncOp function, const Machine &machine,
                               int64_t mostWeight)
    : machine(machine), mostWeight(mostWeight) {
  function.walk([&](arith::ConstantOp constant) {
    weightBytes += countElements(constant) * sizeof(float);
  });
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

namespace {

/// A convolution, and the bytes it moves where each element has one.
struct ConvBytes {
  ConvWork work;
  double weights, images, outputs, network;

  /// With elements, and weights, of so many bytes.
  KernelTraffic getTraffic(double elementBytes, double bytesOfWeight) const {
    KernelTraffic traffic;
    traffic.weightBytes = weights * bytesOfWeight;
    traffic.networkBytes = network * bytesOfWeight;
    traffic.imageBytes = images * elementBytes;
    traffic.outputs = outputs;
    return traffic;
  }
};

/// The tiles with which Winograd's algorithm computes a convolution.
SmallVector<std::array<int64_t, 2>> listTiles(ConvOp conv, const ConvWork &work,
                                              ArrayRef<int64_t> sizes) {
  SmallVector<std::array<int64_t, 2>> tiles;
  bool isPlain = llvm::all_of(conv.getWindow(), [](const WindowDim &dim) {
    return dim.stride == 1 && dim.dilation == 1;
  });
  if (!isPlain || conv.getGroups() != 1 || work.taps[0] * work.taps[1] == 1)
    return tiles;
  for (int64_t size : sizes) {
    std::array<int64_t, 2> tile;
    for (int i : {0, 1})
      tile[i] = work.taps[i] == 1 ? 1 : size;
    if (hasWinogradPoints(tile[0], work.taps[0]) &&
        hasWinogradPoints(tile[1], work.taps[1]))
      tiles.push_back(tile);
  }
  return tiles;
}

/// How much larger transformed filters are.
double getGrowth(const ConvWork &work, std::array<int64_t, 2> tile) {
  double growth = 1;
  for (int i : {0, 1})
    growth *= static_cast<double>(tile[i] + work.taps[i] - 1) /
              static_cast<double>(work.taps[i]);
  return growth;
}

double estimateFloats(ConvOp conv, const ConvBytes &bytes,
                      const Machine &machine) {
  KernelTraffic traffic = bytes.getTraffic(sizeof(float), sizeof(float));
  double least = predictDirectConv(bytes.work, traffic, machine);
  for (auto tile : listTiles(conv, bytes.work, {2, 4, 6})) {
    KernelTraffic larger = traffic;
    larger.weightBytes *= getGrowth(bytes.work, tile);
    least =
        std::min(least, predictWinogradConv(bytes.work, tile, larger, machine));
  }
  return least;
}

/// A layer with its weights as integers.
struct RoundedLayer {
  RoundedLayer(const Layer &layer, int64_t mostWeight) {
    shape.outputs = layer.layout.channels;
    shape.taps = layer.layout.taps;
    shape.groups = layer.layout.groups;
    shape.inputsPerGroup = layer.layout.size / shape.taps;
    auto floats = getFloats(getConstant(layer.weights));
    if (!floats)
      return;
    QuantizedWeights rounded =
        quantizeWeights(*floats, {}, layer.layout, mostWeight, 1);
    weights.assign(rounded.integers.begin(), rounded.integers.end());
  }

  /// How its direct sums are added up.
  DotProduct getProduct(const ConvWork &work, const Machine &machine) const {
    bool isPointwise = work.taps == std::array<int64_t, 2>{1, 1};
    int64_t pixels = work.extents[1] * (isPointwise ? work.extents[0] : 1);
    if (auto bytes =
            machine.getByteProduct(/*isUnsigned=*/true, work.inputs, pixels))
      return *bytes;
    if (!machine.narrowProduct || weights.empty())
      return machine.wordProduct;
    // The least that `IntegerKernel` takes.
    constexpr int64_t terms = 4;
    const DotProduct &narrow = machine.narrowProduct->products;
    bool fits = fitNarrowSums(
        weights, shape, {narrow.terms, terms / narrow.terms, narrow.isMixed});
    return fits ? narrow : machine.wordProduct;
  }

  std::vector<int16_t> weights;
  FilterShape shape;
};

double estimateIntegers(ConvOp conv, const RoundedLayer &layer,
                        const ConvBytes &bytes, const Machine &machine) {
  // Few channels are filled up to those of one sum.
  ConvWork work = bytes.work;
  work.inputs = llvm::alignTo(work.inputs, 4);
  DotProduct product = layer.getProduct(work, machine);
  auto factorBytes = static_cast<double>(product.bits) / 8;
  double least = predictConvInteger(work, product,
                                    bytes.getTraffic(1, factorBytes), machine);
  if (product.bits == 16)
    least += predictWidening(countElements(conv.getInput()), machine);
  work.inputs = llvm::alignTo(work.inputs, machine.getLanes());
  IntegerFilter filter = {layer.weights, layer.shape.outputs,
                          layer.shape.inputsPerGroup, work.taps};
  for (auto tile : listTiles(conv, work, {2, 4})) {
    auto winograd = getIntegerWinograd(tile, work.taps);
    if (!winograd || layer.weights.empty() ||
        !isExact(*winograd, filter, 0, 255))
      continue;
    KernelTraffic traffic = bytes.getTraffic(1, 2 * getGrowth(work, tile));
    traffic.networkBytes = 2 * bytes.network;
    least = std::min(least,
                     predictWinogradConvInteger(work, tile, traffic, machine));
  }
  return least;
}

} // namespace

LayerTimes LayerEstimator::estimateConv(ConvOp conv) const {
  ArrayRef<int64_t> filter = getShape(conv.getFilter());
  ArrayRef<int64_t> output = getShape(conv.getOutput());
  auto groups = static_cast<int64_t>(conv.getGroups());
  int64_t lanes = machine.getLanes(), groupOutputs = filter[0] / groups;
  bool isDepthwise = groups > 1 && filter[1] == 1 && groupOutputs == 1;
  bool isBlocked = groups == 1 || isDepthwise ||
                   (filter[1] % lanes == 0 && groupOutputs % lanes == 0);
  if (filter.size() != 4 || !isBlocked || lanes < 4 ||
      ShapedType::isDynamicShape(output.drop_front(2)))
    return {};
  ConvBytes bytes;
  bytes.work.inputs =
      filter[1] < lanes ? filter[1] : llvm::alignTo(filter[1], lanes);
  bytes.work.outputs = llvm::alignTo(filter[0], lanes);
  bytes.work.extents = {output[2], output[3]};
  bytes.work.taps = {filter[2], filter[3]};
  bytes.work.stride = conv.getWindow()[1].stride;
  bytes.weights = countElements(conv.getFilter());
  bytes.outputs = countElements(conv.getOutput());
  bytes.images = countElements(conv.getInput()) + bytes.outputs;
  bytes.network = weightBytes / sizeof(float);
  if (isDepthwise)
    return {predictDepthwiseConvInteger(bytes.work, bytes.getTraffic(1, 1),
                                        machine),
            predictDepthwiseConv(bytes.work,
                                 bytes.getTraffic(sizeof(float), sizeof(float)),
                                 machine)};
  StringRef why;
  RoundedLayer layer(*getLayer(conv, why), mostWeight);
  return {estimateIntegers(conv, layer, bytes, machine),
          estimateFloats(conv, bytes, machine)};
}

//===----------------------------------------------------------------------===//
// Other ops
//===----------------------------------------------------------------------===//

LayerTimes LayerEstimator::estimateProduct(const Layer &layer,
                                           int64_t rows) const {
  int64_t terms = layer.layout.size, columns = layer.layout.channels;
  ConvBytes bytes;
  bytes.work.inputs = terms;
  bytes.work.outputs = columns;
  bytes.work.extents = {1, rows};
  bytes.weights = static_cast<double>(terms * columns);
  bytes.outputs = static_cast<double>(rows * columns);
  bytes.images = static_cast<double>(rows * terms) + bytes.outputs;
  bytes.network = weightBytes / sizeof(float);
  DotProduct product =
      machine.getByteProduct(/*isUnsigned=*/true, llvm::alignTo(terms, 8), rows)
          .value_or(machine.wordProduct);
  auto factorBytes = static_cast<double>(product.bits) / 8;
  return {predictConvInteger(bytes.work, product,
                             bytes.getTraffic(1, factorBytes), machine),
          predictMatmul({static_cast<double>(rows), static_cast<double>(terms),
                         static_cast<double>(columns)},
                        bytes.getTraffic(sizeof(float), sizeof(float)),
                        machine)};
}

LayerTimes LayerEstimator::estimate(Operation *op) const {
  if (auto conv = dyn_cast<ConvOp>(op))
    return estimateConv(conv);
  StringRef why;
  if (std::optional<Layer> layer = getLayer(op, why)) {
    double rows =
        countElements(layer->input) / static_cast<double>(layer->layout.size);
    return estimateProduct(*layer, static_cast<int64_t>(rows));
  }
  KernelTraffic floats, integers;
  floats.outputs = integers.outputs = countElements(op->getResult(0));
  double elements = floats.outputs;
  for (Value operand : op->getOperands())
    if (!getConstant(operand))
      elements += countElements(operand);
  floats.imageBytes = elements * sizeof(float);
  integers.imageBytes = elements;
  // Floats that are added are added where a layer stores them; integers are
  // first made floats, and rounded afterwards.
  constexpr double operationsOfSum = 8;
  if (isa<BinaryOp>(op))
    return {predictLoops(operationsOfSum * floats.outputs, integers, machine),
            predictLoops(0, floats, machine)};
  if (auto pool = dyn_cast<MaxPoolOp>(op)) {
    double taps = 1;
    for (const WindowDim &dim : pool.getWindow())
      taps *= static_cast<double>(dim.size);
    int64_t stride = pool.getWindow().back().stride;
    return {predictPool(taps, /*isMaximum=*/true, stride, integers, machine),
            predictPool(taps, /*isMaximum=*/true, stride, floats, machine)};
  }
  return {predictLoops(0, integers, machine), predictLoops(0, floats, machine)};
}

double LayerEstimator::estimateConversion(Value value) const {
  constexpr double operations = 3;
  KernelTraffic traffic;
  traffic.outputs = countElements(value);
  traffic.imageBytes = traffic.outputs * (1 + sizeof(float));
  return predictLoops(operations * traffic.outputs, traffic, machine);
}
