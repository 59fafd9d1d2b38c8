//===- BinarizeActivations.cpp - Convolutions of signs --------------------===//
//
//   conv(x, w) + b  -->  scale(x) * (a * conv_integer(sign(x), sign(w))) + b
//
// Signs are -1, 0 and 1, so that pads, which are 0, stay neither: they become
// bytes 0, 1 and 2 with the zero point 1. Sums of them are exact.
//
//===----------------------------------------------------------------------===//

#include "BinarizeActivations.h"
#include "ShareWeights.h"

#include "cnnc/Compression/Clustering.h"
#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Dialect/CNN/LayerWeights.h"
#include "cnnc/Support/Weights.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <limits>

namespace mlir::cnn {
namespace {

/// The signs of a filter O x C/G x U x V and what they are multiplied with.
struct BinaryFilter {
  std::vector<int8_t> signs;
  /// One for each output channel.
  std::vector<float> scales;
  /// The root of the sum of squared differences to that of squared weights.
  double error = 0;

  BinaryFilter(ArrayRef<float> weights, int64_t outputs);
};

BinaryFilter::BinaryFilter(ArrayRef<float> weights, int64_t outputs) {
  size_t size = weights.size() / outputs;
  double difference = 0, all = 0;
  for (int64_t o = 0; o < outputs; ++o) {
    ArrayRef<float> row = weights.slice(o * size, size);
    float scale = getBinaryScale(row);
    scales.push_back(scale);
    for (float weight : row) {
      int sign = (weight > 0) - (weight < 0);
      signs.push_back(static_cast<int8_t>(sign));
      double distance = static_cast<double>(weight) - sign * scale;
      difference += distance * distance;
      all += static_cast<double>(weight) * weight;
    }
  }
  if (all > 0)
    error = std::sqrt(difference / all);
}

class SignBuilder {
public:
  explicit SignBuilder(ConvOp conv)
      : conv(conv), builder(conv.getLoc(), conv),
        outputs(cast<ShapedType>(conv.getFilter().getType()).getShape()[0]) {}

  /// The result of the layer.
  Value build(const BinaryFilter &filter);

private:
  Value createNumber(float value) {
    return createConstant(builder, builder.getLoc(),
                          RankedTensorType::get({}, builder.getF32Type()),
                          value);
  }
  Value apply(FunctionKind kind, Value numbers) {
    auto function = FunctionAttr::get(builder.getContext(), kind);
    return UnaryOp::create(builder, function, numbers);
  }
  Value createScale(Value signs);
  Value createSums(Value signs, const BinaryFilter &filter);

  ConvOp conv;
  ImplicitLocOpBuilder builder;
  int64_t outputs;
};

/// What minimizes the squares of x - scale * sign(x) for each image:
///   scale = (mean of |x|) / (mean of |sign(x)|)
/// An image of zeros has the scale 0.
Value SignBuilder::createScale(Value signs) {
  // Means of channels first: these are pools.
  auto takeMean = [&](Value numbers) {
    Value mean = apply(FunctionKind::abs, numbers);
    for (const SmallVector<int64_t> &axes : {SmallVector<int64_t>{2, 3}, {1}})
      mean = ReduceOp::create(builder, ReduceKind::mean, mean, axes,
                              /*keepDims=*/true);
    return mean;
  };
  // Less than the mean of a single sign.
  Value least = createNumber(std::numeric_limits<float>::min());
  Value mean =
      BinaryOp::create(builder, BinaryKind::max, takeMean(signs), least);
  return BinaryOp::create(builder, BinaryKind::div, takeMean(conv.getInput()),
                          mean);
}

/// The sums of products of signs, times the scales of the filter.
Value SignBuilder::createSums(Value signs, const BinaryFilter &filter) {
  Type byte = builder.getIntegerType(8, /*isSigned=*/false);
  Value zero = createConstant(
      builder, builder.getLoc(),
      DenseElementsAttr::get(RankedTensorType::get({}, byte), APInt(8, 1)));
  Value bytes = QuantizeOp::create(builder, signs, createNumber(1), zero);
  auto type = cast<RankedTensorType>(conv.getFilter().getType());
  ArrayRef<char> data(reinterpret_cast<const char *>(filter.signs.data()),
                      filter.signs.size());
  Value weights =
      createConstant(builder, builder.getLoc(),
                     makeConstant(type.clone(builder.getI8Type()), data));
  Value sums = ConvIntegerOp::create(builder, bytes, weights, zero, Value(),
                                     Value(), conv.getStrides(), conv.getPads(),
                                     conv.getDilations(), conv.getGroups());
  Value scales = createConstant(
      builder, builder.getLoc(),
      RankedTensorType::get({outputs, 1, 1}, builder.getF32Type()),
      filter.scales);
  return DequantizeOp::create(builder, sums, scales, Value());
}

Value SignBuilder::build(const BinaryFilter &filter) {
  Value signs = apply(FunctionKind::sign, conv.getInput());
  Value result = BinaryOp::create(
      builder, BinaryKind::mul, createSums(signs, filter), createScale(signs));
  if (Value bias = conv.getBias())
    result = BinaryOp::create(builder, BinaryKind::add, result,
                              builder.createOrFold<ReshapeOp>(
                                  bias, ArrayRef<int64_t>{outputs, 1, 1}));
  if (Value residual = conv.getResidual())
    result = BinaryOp::create(builder, BinaryKind::add, result, residual);
  if (FunctionAttr activation = conv.getActivationAttr())
    result = UnaryOp::create(builder, activation, result);
  return result;
}

/// The convolutions that are named, or an error if something else is, or what
/// has no constant weights, or a name names nothing.
FailureOr<SmallVector<ConvOp>> findLayers(func::FuncOp function,
                                          ArrayRef<std::string> layers) {
  SmallVector<ConvOp> convs;
  llvm::StringSet<> found;
  WalkResult result = function.walk([&](ConvOp conv) {
    SmallVector<StringRef> names;
    collectNames(conv.getLoc(), names);
    bool isNamed = false;
    for (StringRef name : names)
      if (llvm::is_contained(layers, name)) {
        found.insert(name);
        isNamed = true;
      }
    if (!isNamed)
      return WalkResult::advance();
    if (auto obstacle = LayerWeights::get(conv).findObstacle()) {
      emitError(conv.getLoc())
          << "--binarize makes no signs of the weights of this layer: "
          << *obstacle
          << "; it expects two-dimensional convolutions with more than "
          << fewWeights << " constant weights of float32";
      return WalkResult::interrupt();
    }
    convs.push_back(conv);
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  for (StringRef name : layers)
    if (!found.contains(name))
      return emitError(function.getLoc())
             << "--binarize found no convolution '" << name
             << "': with activations it expects names of two-dimensional "
                "convolutions, as remarks show them";
  return convs;
}

} // namespace

LogicalResult binarizeActivations(func::FuncOp function,
                                  ArrayRef<std::string> layers,
                                  CompressionContext *context) {
  if (layers.empty())
    return emitError(function.getLoc())
           << "--binarize expects the names of the convolutions whose "
              "activations it makes signs: activations=true layers=NAME";
  FailureOr<SmallVector<ConvOp>> convs = findLayers(function, layers);
  if (failed(convs))
    return failure();
  if (context)
    context->keepOriginal(function);
  for (ConvOp conv : *convs) {
    Operation *constant = conv.getFilter().getDefiningOp();
    ArrayRef<int64_t> shape =
        cast<ShapedType>(conv.getFilter().getType()).getShape();
    BinaryFilter filter(*getFloats(conv.getFilter()), shape[0]);
    remark::passed(conv.getLoc(),
                   remark::RemarkOpts::name("Binarize").category("cnn"))
        << llvm::formatv("activations become signs and a scale for each image, "
                         "and {0} weights signs and a scale for each output "
                         "channel: they differ by {1:P}",
                         filter.signs.size(), filter.error)
               .str();
    conv.replaceAllUsesWith(SignBuilder(conv).build(filter));
    conv.erase();
    if (constant->use_empty())
      constant->erase();
  }
  return success();
}

} // namespace mlir::cnn
