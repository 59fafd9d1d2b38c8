//===- Equalize.cpp - Channels of similar ranges --------------------------===//
//
// The maths is in Equalization.cpp; here is which layers it applies to.
//
//===----------------------------------------------------------------------===//

#include "Equalize.h"
#include "Plan.h"
#include "Remarks.h"

#include "cnnc/Quantization/Equalization.h"
#include "cnnc/Support/Weights.h"

#include "llvm/ADT/MapVector.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

namespace {

/// Pairs are visited so often at most, and until no scale changes by more.
constexpr int maxRounds = 40;
constexpr float tolerance = 1e-3f;

/// A layer and its weights as they become.
struct EqualizedLayer {
  Operation *op;
  Layer layer;
  std::vector<float> weights, bias;
  bool changed = false;
};

using Layers = llvm::MapVector<Operation *, EqualizedLayer>;

/// f(a x) = a f(x) for a > 0.
bool isHomogeneous(FunctionAttr function) {
  return !function || function.getKind() == FunctionKind::relu ||
         function.getKind() == FunctionKind::leaky_relu;
}

/// `op` computes each channel, dimension 1, from the same one of its input, and
/// multiples from multiples.
bool keepsChannels(Operation *op) {
  if (auto unary = dyn_cast<UnaryOp>(op))
    return isHomogeneous(unary.getFunction());
  if (isa<MaxPoolOp, AvgPoolOp>(op))
    return true;
  auto reduce = dyn_cast<ReduceOp>(op);
  return reduce && reduce.getKind() == ReduceKind::mean &&
         !llvm::is_contained(reduce.getAxes(), 1) &&
         !llvm::is_contained(reduce.getAxes(), 0);
}

/// The layer that alone takes what `first` computes, or null.
EqualizedLayer *findNext(const EqualizedLayer &first, Layers &layers) {
  if (!isHomogeneous(first.layer.activation))
    return nullptr;
  Value value = first.op->getResult(0);
  while (value.hasOneUse()) {
    Operation *user = *value.user_begin();
    if (auto next = layers.find(user); next != layers.end()) {
      bool fits = next->second.layer.input == value &&
                  getShape(value).size() >= 2 &&
                  getShape(value)[1] == first.layer.layout.channels;
      // Of a product of more dimensions the channels are the last.
      bool isPlain = isa<ConvOp>(user) || getShape(value).size() == 2;
      return fits && isPlain ? &next->second : nullptr;
    }
    if (!keepsChannels(user))
      return nullptr;
    value = user->getResult(0);
  }
  return nullptr;
}

/// Equalizes two layers; the largest change of a channel.
float equalizePair(EqualizedLayer &first, EqualizedLayer &second) {
  int64_t channels = first.layer.layout.channels;
  std::vector<float> scales = getEqualizingScales(
      getOutputMagnitudes(first.weights, first.layer.layout),
      getInputMagnitudes(second.weights, second.layer.layout, channels));
  divideOutputs(first.weights, first.layer.layout, scales);
  multiplyInputs(second.weights, second.layer.layout, scales);
  if (!first.bias.empty())
    for (auto [bias, scale] : llvm::zip_equal(first.bias, scales))
      bias /= scale;
  first.changed = second.changed = true;
  float change = 0;
  for (float scale : scales)
    change = std::max(change, std::fabs(scale - 1));
  return change;
}

Layers collectLayers(func::FuncOp function) {
  Layers layers;
  for (Operation &op : function.front()) {
    StringRef why;
    std::optional<Layer> layer = getLayer(&op, why);
    if (!layer)
      continue;
    EqualizedLayer equalized{&op, *layer, *getFloats(layer->weights), {}};
    if (layer->bias)
      equalized.bias = *getFloats(layer->bias);
    layers[&op] = std::move(equalized);
  }
  return layers;
}

/// Gives `op` a constant of its own in place of `old`.
void replace(Operation *op, Value old, std::vector<float> &&values) {
  OpBuilder builder(op);
  auto type = cast<RankedTensorType>(old.getType());
  Value constant = createConstant(
      builder, op->getLoc(),
      makeConstant(type.getShape(), std::move(values), op->getContext()));
  op->replaceUsesOfWith(old, constant);
}

} // namespace

void mlir::cnn::equalize(func::FuncOp function) {
  Layers layers = collectLayers(function);
  SmallVector<std::pair<EqualizedLayer *, EqualizedLayer *>> pairs;
  for (auto &[op, layer] : layers)
    if (EqualizedLayer *next = findNext(layer, layers)) {
      pairs.push_back({&layer, next});
      remarkApplied(op, "equalized with the layer behind it");
    }
  float change = 1;
  for (int round = 0; round < maxRounds && change > tolerance; ++round) {
    change = 0;
    for (auto [first, second] : pairs)
      change = std::max(change, equalizePair(*first, *second));
  }
  for (auto &[op, layer] : layers) {
    if (!layer.changed)
      continue;
    replace(op, layer.layer.weights, std::move(layer.weights));
    if (layer.layer.bias)
      replace(op, layer.layer.bias, std::move(layer.bias));
  }
}
