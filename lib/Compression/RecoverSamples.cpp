//===- RecoverSamples.cpp - What layers take and should make --------------===//

#include "RecoverSamples.h"

using namespace mlir;
using namespace mlir::cnn;
using Eigen::MatrixXf;

/// The element of `tensor` for a channel at a position.
static float getElement(const Tensor &tensor, bool isImage, int64_t channel,
                        int64_t position) {
  ArrayRef<int64_t> shape = tensor.getShape();
  ArrayRef<float> values = tensor.get<float>();
  int64_t channels = isImage ? shape[1] : shape.back();
  if (!isImage)
    return values[position * channels + channel];
  auto plane = static_cast<int64_t>(values.size()) / (shape[0] * channels);
  int64_t image = position / plane;
  return values[(image * channels + channel) * plane + position % plane];
}

float LayerTarget::get(int64_t channel, int64_t position) const {
  float value = getElement(*expected, isImage, kept[channel], position);
  return known ? value - getElement(*known, isImage, channel, position) : value;
}

std::pair<Operation *, Value> mlir::cnn::findSum(Operation *op) {
  Value value = op->getResult(0);
  if (!value.hasOneUse())
    return {};
  auto unary = dyn_cast<UnaryOp>(*value.user_begin());
  if (unary && unary.getFunction().getKind() == FunctionKind::clip &&
      unary.getFunction().getAlpha() < 0 && unary.getFunction().getBeta() > 0)
    value = unary.getOutput();
  auto sum =
      value.hasOneUse() ? dyn_cast<BinaryOp>(*value.user_begin()) : BinaryOp();
  if (!sum || sum.getKind() != BinaryKind::add ||
      sum.getLhs().getType() != sum.getRhs().getType())
    return {};
  return {sum, sum.getLhs() == value ? sum.getRhs() : sum.getLhs()};
}

void mlir::cnn::addSamples(Operation *op, const Layer &layer,
                           const Tensor &input, const LayerTarget &target,
                           SampledRun run,
                           MutableArrayRef<RegressionMoments> moments) {
  const WeightLayout &layout = layer.layout;
  LayerSamples samples(op, layout, input, run);
  ArrayRef<int64_t> positions = samples.getPositions();
  int64_t outputs = target.expected ? layout.channels / layout.groups : 0;
  auto columns = static_cast<Eigen::Index>(positions.size());
  MatrixXf x(layout.size, columns), y(outputs, columns);
  std::vector<float> sample(layout.size);
  for (int64_t group = 0; group < layout.groups; ++group) {
    for (auto [column, position] : llvm::enumerate(positions)) {
      auto c = static_cast<Eigen::Index>(column);
      samples.get(position, group, sample);
      x.col(c) = Eigen::Map<Eigen::VectorXf>(sample.data(), layout.size);
      for (int64_t o = 0; o < outputs; ++o)
        y(o, c) = target.get(group * outputs + o, position);
    }
    moments[group].add(x, y);
  }
}

Limits mlir::cnn::getLimits(Operation *op) {
  Value value = op->getResult(0);
  auto unary =
      value.hasOneUse() ? dyn_cast<UnaryOp>(*value.user_begin()) : UnaryOp();
  if (!unary)
    return {};
  FunctionAttr function = unary.getFunction();
  Limits limits;
  if (function.getKind() == FunctionKind::relu)
    limits.low = 0;
  if (function.getKind() == FunctionKind::clip)
    limits = {static_cast<float>(function.getAlpha()),
              static_cast<float>(function.getBeta())};
  return limits;
}

std::vector<float> mlir::cnn::sampleChannel(ArrayRef<Tensor> outputs,
                                            int64_t channel, bool isImage) {
  constexpr int64_t mostPositions = 1024;
  std::vector<float> samples;
  for (const Tensor &output : outputs) {
    int64_t channels =
        isImage ? output.getShape()[1] : output.getShape().back();
    int64_t positions = output.getElementCount() / channels;
    int64_t step =
        std::max<int64_t>(1, llvm::divideCeil(positions, mostPositions));
    for (int64_t position = 0; position < positions; position += step)
      samples.push_back(getElement(output, isImage, channel, position));
  }
  return samples;
}
