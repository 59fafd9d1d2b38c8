//===- LayerCost.cpp - What a layer costs before it has a kernel ----------===//

#include "LayerCost.h"

#include "cnnc/Support/CostModel.h"
#include "cnnc/Support/Winograd.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir::cnn;
using llvm::SmallVector;

static double multiply(llvm::ArrayRef<int64_t> extents) {
  double product = 1;
  for (int64_t extent : extents)
    product *= static_cast<double>(extent);
  return product;
}

SmallVector<int64_t, 3> ConvSizes::getOutputExtents() const {
  SmallVector<int64_t, 3> result;
  for (auto [dim, extent] : llvm::zip_equal(window, extents))
    result.push_back(dim.getOutputExtent(extent));
  return result;
}

/// Part of the taps that fall inside the input.
static double countInside(const ConvSizes &conv) {
  double part = 1;
  for (auto [dim, input, output] :
       llvm::zip_equal(conv.window, conv.extents, conv.getOutputExtents())) {
    int64_t taps = 0;
    for (int64_t position = 0; position != output; ++position) {
      auto [first, last] = dim.getValidTaps(position, input);
      taps += std::max<int64_t>(last - first, 0);
    }
    part *= static_cast<double>(taps) / static_cast<double>(output * dim.size);
  }
  return part;
}

/// The least that Winograd's algorithm takes, or `direct` if that is less or
/// it does not apply.
static double predictWinograd(const ConvSizes &conv, const ConvWork &work,
                              KernelTraffic traffic, const Machine &machine,
                              double direct) {
  auto fits = [](const WindowDim &dim) {
    return dim.stride == 1 && dim.dilation == 1 && dim.size <= 7;
  };
  if (conv.groups != 1 || conv.window.size() != 2 ||
      !llvm::all_of(conv.window, fits) || work.taps[0] * work.taps[1] == 1)
    return direct;
  double best = direct;
  for (int64_t size : {2, 4, 6}) {
    std::array<int64_t, 2> tile;
    double growth = 1, elements = 1;
    bool hasPoints = true;
    for (int i = 0; i < 2; ++i) {
      tile[i] = work.taps[i] == 1 ? 1 : size;
      hasPoints &= hasWinogradPoints(tile[i], work.taps[i]);
      elements *= static_cast<double>(tile[i] + work.taps[i] - 1);
      if (hasPoints && work.taps[i] > 1)
        growth *= getWinogradErrorGrowth(tile[i], work.taps[i]);
    }
    if (!hasPoints || growth > defaultWinogradError)
      continue;
    traffic.weightBytes = elements * static_cast<double>(work.inputs) *
                          static_cast<double>(work.outputs) * sizeof(float);
    best = std::min(best, predictWinogradConv(work, tile, traffic, machine));
  }
  return best;
}

double LayerCosts::predict(const ConvSizes &conv, const LayerCost &cost) const {
  SmallVector<int64_t, 3> outputs = conv.getOutputExtents();
  int64_t lanes = machine.getLanes();
  bool isDepthwise = conv.groups == conv.inputs;
  int64_t inputs = conv.inputs / conv.groups;
  ConvWork work;
  work.batch = conv.batch;
  // A few channels are read as they are; others are in blocks.
  work.inputs = isDepthwise || conv.inputs < lanes
                    ? inputs
                    : llvm::alignTo(inputs, std::min(lanes, conv.inputs));
  work.outputs = llvm::alignTo(conv.outputs, lanes);
  // Of three dimensions two are rows of one image.
  work.extents[1] = outputs.back();
  work.taps[1] = conv.window.back().size;
  work.stride = conv.window.back().stride;
  for (size_t d = 0; d + 1 < outputs.size(); ++d) {
    work.extents[0] *= outputs[d];
    work.taps[0] *= conv.window[d].size;
  }
  work.inside = countInside(conv);
  KernelTraffic traffic;
  traffic.weightBytes = cost.weights * sizeof(float);
  traffic.networkBytes = networkWeights * sizeof(float);
  traffic.outputs =
      static_cast<double>(conv.batch * work.outputs) * multiply(outputs);
  traffic.imageBytes =
      (static_cast<double>(conv.batch * conv.inputs) * multiply(conv.extents) +
       traffic.outputs) *
      sizeof(float);
  if (isDepthwise)
    return predictDepthwiseConv(work, traffic, machine);
  double direct = predictDirectConv(work, traffic, machine);
  return usesWinograd ? predictWinograd(conv, work, traffic, machine, direct)
                      : direct;
}

LayerCost LayerCosts::getConv(const ConvSizes &conv) const {
  LayerCost cost;
  cost.weights = static_cast<double>(conv.outputs) *
                 static_cast<double>(conv.inputs / conv.groups);
  for (const WindowDim &dim : conv.window)
    cost.weights *= static_cast<double>(dim.size);
  cost.multiplyAdds = cost.weights * static_cast<double>(conv.batch) *
                      multiply(conv.getOutputExtents());
  cost.cycles = predict(conv, cost);
  return cost;
}

LayerCost LayerCosts::getProduct(int64_t rows, int64_t terms,
                                 int64_t columns) const {
  LayerCost cost;
  cost.weights = static_cast<double>(terms) * static_cast<double>(columns);
  cost.multiplyAdds = cost.weights * static_cast<double>(rows);
  KernelTraffic traffic;
  traffic.weightBytes = cost.weights * sizeof(float);
  traffic.networkBytes = networkWeights * sizeof(float);
  traffic.outputs = static_cast<double>(rows) * static_cast<double>(columns);
  traffic.imageBytes = (static_cast<double>(rows) * static_cast<double>(terms) +
                        traffic.outputs) *
                       sizeof(float);
  cost.cycles =
      predictMatmul({static_cast<double>(rows), static_cast<double>(terms),
                     static_cast<double>(columns)},
                    traffic, machine);
  return cost;
}

LayerCost LayerCosts::getMove(double elements) const {
  KernelTraffic traffic;
  traffic.imageBytes = 2 * elements * sizeof(float);
  return {0, 0, predictPack(traffic, machine)};
}
