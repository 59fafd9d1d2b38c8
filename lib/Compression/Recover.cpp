//===- Recover.cpp - Fit what is left to what was there -------------------===//

#include "RecoverSamples.h"

#include "Channels.h"

#include "cnnc/Calibration/Stepwise.h"
#include "cnnc/Compression/Passes.h"
#include "cnnc/Support/Weights.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <numeric>

namespace mlir::cnn {

#define GEN_PASS_DEF_RECOVER
#include "cnnc/Compression/Passes.h.inc"

using llvm::Error;
using llvm::Expected;

namespace {

/// What several layers should make is computed at once, by one network, if it
/// has no more bytes.
constexpr int64_t maxSpanBytes = 256 << 20;

remark::RemarkOpts getRecoverRemark() {
  return remark::RemarkOpts::name("Recover").category("cnn");
}

void remarkMissed(Operation *op, const Twine &why) {
  remark::missed(op->getLoc(), getRecoverRemark()) << why.str();
}

bool isWeighted(Operation *op) {
  return isa<ConvOp, ConvTransposeOp, GemmOp, MatmulOp>(op) &&
         cast<RankedTensorType>(op->getResult(0).getType())
             .getElementType()
             .isF32();
}

/// The layers of a function by the names of their nodes.
llvm::StringMap<SmallVector<Operation *>> collectLayers(func::FuncOp function) {
  llvm::StringMap<SmallVector<Operation *>> layers;
  for (Operation &op : function.front())
    if (isWeighted(&op))
      layers[getNodeName(&op)].push_back(&op);
  return layers;
}

/// A layer that is left, and whose result in the original its own should be.
struct RecoveredLayer {
  Operation *op;
  /// Channels of the original's result.
  SmallVector<int64_t> kept;
  /// What is fitted; nothing if only the bias is.
  std::optional<Layer> weights;
  /// A summand that is known before the layer; may be null.
  Value shortcut;
  /// What the layer should make in the original, with the shortcut.
  Value source;

  Operation *getSourceOp() const { return source.getDefiningOp(); }
};

/// Refits the layers of a function one after the other.
class Recovery {
public:
  Recovery(func::FuncOp function, func::FuncOp original,
           CompressionContext &context, double ridge, bool matchesVariance)
      : function(function), original(original), context(context), ridge(ridge),
        matchesVariance(matchesVariance) {}

  Error run();

private:
  SmallVector<RecoveredLayer> matchLayers();
  RecoveredLayer makeLayer(Operation *op, Operation *from) const;
  Error recover(const RecoveredLayer &layer, StepwiseRun &now,
                ArrayRef<Tensor> expected) const;
  std::vector<RegressionMoments> sample(const RecoveredLayer &layer,
                                        const StepwiseRun &now,
                                        ArrayRef<Tensor> expected) const;
  void fit(const RecoveredLayer &layer,
           ArrayRef<RegressionMoments> moments) const;
  Error fitStatistics(const RecoveredLayer &layer, const StepwiseRun &now,
                      ArrayRef<Tensor> expected) const;

  func::FuncOp function, original;
  CompressionContext &context;
  double ridge;
  bool matchesVariance;
};

//===----------------------------------------------------------------------===//
// Layers and their targets
//===----------------------------------------------------------------------===//

RecoveredLayer Recovery::makeLayer(Operation *op, Operation *from) const {
  RecoveredLayer layer{op, {}, {}, Value(), from->getResult(0)};
  ArrayRef<int64_t> shape = getShape(layer.source);
  layer.kept.resize(isa<GemmOp, MatmulOp>(from) ? shape.back() : shape[1]);
  std::iota(layer.kept.begin(), layer.kept.end(), 0);
  if (auto kept = context.getKeptChannels(function, from))
    layer.kept = kept->indices;
  StringRef why;
  layer.weights = getLayer(op, why);
  if (isa<MatmulOp>(op) ||
      (layer.weights && (layer.weights->activation ||
                         layer.weights->layout.size > maxMomentSize)))
    layer.weights.reset();
  auto [sum, shortcut] = findSum(op);
  auto [originalSum, originalShortcut] = findSum(from);
  Operation *known = sum ? shortcut.getDefiningOp() : nullptr;
  bool isKnown = sum && (!known || known->isBeforeInBlock(op));
  if (layer.weights && isKnown && originalSum &&
      sum->getLoc() == originalSum->getLoc()) {
    layer.shortcut = shortcut;
    layer.source = originalSum->getResult(0);
  }
  return layer;
}

/// The last op whose result one of the first of `layers` needs, of as many as
/// `maxSpanBytes` allow in `runs` runs, at least one.
Operation *getSpanEnd(ArrayRef<RecoveredLayer> layers, int64_t runs) {
  Operation *end = layers.front().getSourceOp();
  int64_t bytes = 0;
  for (const RecoveredLayer &layer : layers) {
    int64_t elements = 1;
    for (int64_t extent : getShape(layer.source))
      elements *= ShapedType::isDynamic(extent) ? 1 : extent;
    bytes += elements * runs * static_cast<int64_t>(sizeof(float));
    if (bytes > maxSpanBytes)
      break;
    if (end->isBeforeInBlock(layer.getSourceOp()))
      end = layer.getSourceOp();
  }
  return end;
}

/// The number of output channels of `op`.
int64_t getOutputs(Operation *op) {
  ArrayRef<int64_t> shape = getShape(op->getResult(0));
  return isa<GemmOp, MatmulOp>(op) ? shape.back() : shape[1];
}

SmallVector<RecoveredLayer> Recovery::matchLayers() {
  llvm::StringMap<SmallVector<Operation *>> now = collectLayers(function),
                                            before = collectLayers(original);
  SmallVector<RecoveredLayer> layers;
  for (Operation &op : function.front()) {
    if (!isWeighted(&op))
      continue;
    ArrayRef<Operation *> own = now[getNodeName(&op)],
                          originals = before[getNodeName(&op)];
    if (originals.size() == 1 ? &op != own.back()
                              : own.size() != originals.size())
      continue;
    Operation *from = originals.size() == 1
                          ? originals.front()
                          : originals[llvm::find(own, &op) - own.begin()];
    RecoveredLayer layer = makeLayer(&op, from);
    if (static_cast<int64_t>(layer.kept.size()) == getOutputs(&op))
      layers.push_back(std::move(layer));
    else
      remarkMissed(&op, "its channels are not those of the original");
  }
  return layers;
}

//===----------------------------------------------------------------------===//
// Fitting
//===----------------------------------------------------------------------===//

/// Runs have so many samples that there are at least 20 of each weight.
int64_t getSamples(int64_t size, size_t runs) {
  return std::max<int64_t>(
      64, llvm::divideCeil(20 * size, static_cast<int64_t>(runs)));
}

std::vector<RegressionMoments>
Recovery::sample(const RecoveredLayer &layer, const StepwiseRun &now,
                 ArrayRef<Tensor> expected) const {
  const WeightLayout &layout = layer.weights->layout;
  std::vector<RegressionMoments> moments(
      layout.groups,
      RegressionMoments(layout.size, layout.channels / layout.groups));
  ArrayRef<Tensor> inputs = now.get(layer.weights->input);
  LayerTarget target;
  target.kept = layer.kept;
  target.isImage = isa<ConvOp>(layer.op);
  for (size_t run = 0; run < inputs.size(); ++run) {
    target.expected = &expected[run];
    target.known = layer.shortcut ? &now.get(layer.shortcut)[run] : nullptr;
    addSamples(
        layer.op, *layer.weights, inputs[run], target,
        {getSamples(layout.size, inputs.size()), static_cast<int64_t>(run)},
        moments);
  }
  return moments;
}

/// Gives `op` a constant of these values in place of `old`.
void setConstant(Operation *op, Value old, ArrayRef<float> values) {
  OpBuilder builder(op);
  Value constant = createConstant(
      builder, old.getLoc(),
      makeConstant(cast<RankedTensorType>(old.getType()), values));
  op->replaceUsesOfWith(old, constant);
  if (old.use_empty())
    old.getDefiningOp()->erase();
}

/// The bias of `op`, a constant per output channel, which becomes zeros where
/// there is none; null if the op takes none.
Value getOrAddBias(Operation *op) {
  auto get = [&](auto layer) -> Value {
    if (layer.getBias())
      return layer.getBias();
    OpBuilder builder(op);
    auto type = RankedTensorType::get({getOutputs(op)}, builder.getF32Type());
    layer.getBiasMutable().assign(createConstant(
        builder, op->getLoc(), type, std::vector<float>(getOutputs(op), 0)));
    return layer.getBias();
  };
  if (auto conv = dyn_cast<ConvOp>(op))
    return get(conv);
  if (auto conv = dyn_cast<ConvTransposeOp>(op))
    return get(conv);
  if (auto gemm = dyn_cast<GemmOp>(op))
    return get(gemm);
  return Value();
}

/// The weights of one group.
LinearLayer getLinear(const Layer &layer, ArrayRef<float> weights,
                      ArrayRef<float> bias, int64_t group) {
  const WeightLayout &layout = layer.layout;
  int64_t outputs = layout.channels / layout.groups;
  LinearLayer linear{Eigen::MatrixXd(outputs, layout.size),
                     Eigen::VectorXd(outputs)};
  for (int64_t o = 0; o < outputs; ++o) {
    int64_t channel = group * outputs + o;
    linear.bias[o] = bias[channel];
    for (int64_t i = 0; i < layout.size; ++i)
      linear.weights(o, i) = weights[layout.getPosition(channel, i)];
  }
  return linear;
}

void putLinear(const LinearLayer &linear, const Layer &layer, int64_t group,
               std::vector<float> &weights, std::vector<float> &bias) {
  const WeightLayout &layout = layer.layout;
  int64_t outputs = layout.channels / layout.groups;
  for (int64_t o = 0; o < outputs; ++o) {
    int64_t channel = group * outputs + o;
    bias[channel] = static_cast<float>(linear.bias[o]);
    for (int64_t i = 0; i < layout.size; ++i)
      weights[layout.getPosition(channel, i)] =
          static_cast<float>(linear.weights(o, i));
  }
}

/// Remarks what part of the power of the outputs was error, and is.
void remarkErrors(Operation *op, double before, double after, double power) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format(
      "the error of its outputs falls from %.3g to %.3g of their variance",
      power > 0 ? before / power : 0, power > 0 ? after / power : 0);
  remark::passed(op->getLoc(), getRecoverRemark()) << text;
}

void Recovery::fit(const RecoveredLayer &layer,
                   ArrayRef<RegressionMoments> moments) const {
  const Layer &weights = *layer.weights;
  Value biasValue = getOrAddBias(layer.op);
  std::vector<float> values = *getFloats(weights.weights),
                     bias = *getFloats(biasValue);
  double before = 0, after = 0, power = 0;
  for (auto [group, moment] : llvm::enumerate(moments)) {
    auto index = static_cast<int64_t>(group);
    LinearLayer linear = getLinear(weights, values, bias, index);
    before += getOutputErrors(moment, linear).sum();
    refit(moment, ridge, linear);
    if (matchesVariance)
      matchVariance(moment, linear);
    after += getOutputErrors(moment, linear).sum();
    power += moment.getOutputVariance().sum();
    putLinear(linear, weights, index, values, bias);
  }
  setConstant(layer.op, weights.weights, values);
  setConstant(layer.op, biasValue, bias);
  remarkErrors(layer.op, before, after, power);
}

Error Recovery::fitStatistics(const RecoveredLayer &layer,
                              const StepwiseRun &now,
                              ArrayRef<Tensor> expected) const {
  Value biasValue = getOrAddBias(layer.op);
  std::optional<std::vector<float>> bias;
  if (biasValue)
    bias = getFloats(biasValue);
  if (!bias || bias->size() != layer.kept.size()) {
    remarkMissed(layer.op, "it has no constant bias per output channel");
    return Error::success();
  }
  Expected<std::vector<Tensor>> outputs = now.evaluate(layer.op);
  if (!outputs)
    return outputs.takeError();
  Limits limits = getLimits(layer.op);
  bool isImage = !isa<GemmOp, MatmulOp>(layer.op);
  for (auto [channel, value] : llvm::enumerate(*bias)) {
    std::vector<float> own =
        sampleChannel(*outputs, static_cast<int64_t>(channel), isImage);
    std::vector<float> target =
        sampleChannel(expected, layer.kept[channel], isImage);
    value += static_cast<float>(matchMean(own, target, limits));
  }
  setConstant(layer.op, biasValue, *bias);
  remark::passed(layer.op->getLoc(), getRecoverRemark())
      << "only its bias is fitted";
  return Error::success();
}

Error Recovery::recover(const RecoveredLayer &layer, StepwiseRun &now,
                        ArrayRef<Tensor> expected) const {
  if (Error error = now.runBefore(layer.op))
    return error;
  if (!layer.weights)
    return fitStatistics(layer, now, expected);
  fit(layer, sample(layer, now, expected));
  return Error::success();
}

Error Recovery::run() {
  Expected<CalibrationImages> images =
      CalibrationImages::open(function, context.calibration);
  if (!images)
    return images.takeError();
  Expected<StepwiseRun> now =
      StepwiseRun::open(function, *images, context.calibration);
  if (!now)
    return now.takeError();
  Expected<StepwiseRun> before =
      StepwiseRun::open(original, *images, context.calibration);
  if (!before)
    return before.takeError();
  SmallVector<RecoveredLayer> layers = matchLayers();
  for (const RecoveredLayer &layer : layers)
    before->retain(layer.source);
  for (auto [i, layer] : llvm::enumerate(layers)) {
    if (auto &progress = context.calibration.progress)
      progress->setStep("fitting layers", static_cast<int64_t>(i),
                        static_cast<int64_t>(layers.size()));
    if (!before->has(layer.source))
      if (Error error = before->runThrough(getSpanEnd(
              ArrayRef(layers).drop_front(i), images->getRunCount())))
        return error;
    if (Error error = recover(layer, *now, before->get(layer.source)))
      return error;
    before->release(layer.source);
  }
  return Error::success();
}

struct Recover : impl::RecoverBase<Recover> {
  explicit Recover(SharedCompressionContext context)
      : context(std::move(context)) {}

  void runOnOperation() override {
    if (failed(recover()))
      signalPassFailure();
  }

private:
  LogicalResult recover() {
    func::FuncOp function = getOperation();
    if (!(ridge >= 0))
      return function.emitError("--recover expects ridge to be a number that "
                                "is not negative, such as 0.01; got ")
             << ridge.getValue();
    if (context->calibration.images.empty())
      return function.emitError("--recover expects --calibration, a folder of "
                                "pictures, an .npz or an .npy file");
    func::FuncOp original = context->getOriginal(function);
    if (!original)
      return function.emitError("--recover expects a pass before it that "
                                "compresses the network, such as --prune");
    Recovery recovery(function, original, *context, ridge,
                      match == MatchedMoment::variance);
    if (Error error = recovery.run())
      return function.emitError(llvm::toString(std::move(error)));
    return success();
  }

  SharedCompressionContext context;
};

} // namespace

std::unique_ptr<Pass> createRecover(SharedCompressionContext context) {
  return std::make_unique<Recover>(std::move(context));
}

} // namespace mlir::cnn
