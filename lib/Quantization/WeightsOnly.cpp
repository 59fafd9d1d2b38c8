//===- WeightsOnly.cpp - Weights of few bits, floats elsewhere ------------===//

#include "cnnc/Quantization/WeightsOnly.h"

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Dialect/CNN/LayerWeights.h"
#include "cnnc/Dialect/CNN/StoredWeights.h"
#include "cnnc/Quantization/Weights.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Remarks.h"

#include <cmath>

namespace mlir::cnn {
namespace {

StoredWeights makeIntegers(OpBuilder &builder, const LayerWeights &weights,
                           ArrayRef<float> values) {
  Location loc = weights.operand->get().getLoc();
  SmallVector<int64_t> scaleShape = weights.getChannelShape();
  int64_t channels = ShapedType::getNumElements(scaleShape);
  WeightLayout layout;
  layout.channels = channels;
  layout.size = static_cast<int64_t>(values.size()) / channels;
  layout.channelsFirst = weights.channelsFirst;
  QuantizedWeights quantized =
      quantizeWeights(values, /*bias=*/{}, layout, /*largest=*/127,
                      /*inputScale=*/1);
  ArrayRef<char> bytes(
      reinterpret_cast<const char *>(quantized.integers.data()),
      quantized.integers.size());
  RankedTensorType type = weights.getType();
  return {createConstant(builder, loc,
                         makeConstant(type.clone(builder.getI8Type()), bytes)),
          createConstant(builder, loc, type.clone(scaleShape),
                         ArrayRef<float>(quantized.scales))};
}

class WeightsOnly
    : public PassWrapper<WeightsOnly, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(WeightsOnly)

  explicit WeightsOnly(WeightFormat format) : format(format) {}

  StringRef getName() const override { return "WeightsOnly"; }
  StringRef getArgument() const override { return "weights-only"; }

  void runOnOperation() override {
    stored.clear();
    getOperation().walk([&](Operation *op) {
      if (LayerWeights weights = LayerWeights::get(op); weights.operand)
        store(weights);
    });
    if (stored.empty()) {
      emitError(getOperation().getLoc())
          << "--weights-only found no weights to store: it expects "
             "two-dimensional convolutions, gemms or products with more than "
          << fewWeights << " constant weights of float32";
      signalPassFailure();
    }
  }

private:
  static remark::RemarkOpts getRemark() {
    return remark::RemarkOpts::name("WeightsOnly").category("cnn");
  }

  void store(const LayerWeights &weights) {
    Operation *layer = weights.operand->getOwner();
    if (std::optional<StringRef> obstacle = weights.findObstacle()) {
      remark::missed(layer->getLoc(), getRemark())
          << ("its weights stay: " + *obstacle).str();
      return;
    }
    Value original = weights.operand->get();
    std::pair<Value, unsigned> key = {original, weights.channelsFirst};
    if (!stored.contains(key)) {
      std::optional<StoredWeights> numbers = convert(weights);
      if (!numbers) {
        remark::missed(layer->getLoc(), getRemark())
            << "its weights stay: some are not finite, or too large for "
               "the format";
        return;
      }
      OpBuilder builder(original.getContext());
      builder.setInsertionPointAfterValue(numbers->scale ? numbers->scale
                                                         : numbers->numbers);
      stored[key] = numbers->widen(builder, original.getLoc());
    }
    weights.operand->set(stored[key]);
  }

  /// The weights in the format, or nothing if that does not hold them.
  std::optional<StoredWeights> convert(const LayerWeights &weights) const {
    Value original = weights.operand->get();
    OpBuilder builder(original.getContext());
    builder.setInsertionPointAfterValue(original);
    std::optional<std::vector<float>> values = getFloats(original);
    auto isFinite = [](float value) { return std::isfinite(value); };
    if (!values || !llvm::all_of(*values, isFinite))
      return std::nullopt;
    if (format == WeightFormat::Int8)
      return makeIntegers(builder, weights, *values);
    Type element = format == WeightFormat::Float16 ? Type(builder.getF16Type())
                                                   : builder.getBF16Type();
    ElementsAttr rounded = makeConstant(weights.getType().clone(element),
                                        ArrayRef<float>(*values));
    if (!llvm::all_of(*getFloats(rounded), isFinite))
      return std::nullopt;
    return StoredWeights{createConstant(builder, original.getLoc(), rounded)};
  }

  WeightFormat format;
  /// What has become of weights, by where their output channels are.
  DenseMap<std::pair<Value, unsigned>, Value> stored;
};

} // namespace

std::unique_ptr<Pass> createWeightsOnly(WeightFormat format) {
  return std::make_unique<WeightsOnly>(format);
}

} // namespace mlir::cnn
