//===- ExportRequantize.cpp - Layers of integers --------------------------===//
//
// A requantized sum of products is a layer between DequantizeLinear and
// QuantizeLinear, or QLinearConv and its like. Scales are chosen such that who
// multiplies them gets those of the module to the bit.
//
//===----------------------------------------------------------------------===//

#include "IntegerLayer.h"
#include "OpWriter.h"

#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

namespace {

/// Writes one requantize with what is in front of it.
class LayerWriter {
public:
  LayerWriter(OpWriter &writer, RequantizeOp op, const IntegerLayer &layer)
      : writer(writer), op(op), layer(layer) {}

  /// The result, of nodes on floats between dequantized and quantized tensors.
  Name writeFloats();
  /// The result of an operator on integers; empty if none computes the layer.
  Name writeIntegers();

private:
  Name getScale(ArrayRef<float> scales);
  Name getZeroPoint(ElementsAttr zeroPoint, Value integers, int64_t count);
  Name dequantize(Value integers, ArrayRef<float> scales, ElementsAttr zero,
                  int64_t axis);
  Name writeProduct(Name x, Name w, Name bias);
  Name writeMeans(Name x);
  int64_t getChannelAxis();
  std::vector<float> getWeightScales();
  NodeAttributes getWindow(ConvIntegerOp conv);
  std::vector<Name> getTarget();

  OpWriter &writer;
  RequantizeOp op;
  const IntegerLayer &layer;
};

} // namespace

/// One number, or a list.
Name LayerWriter::getScale(ArrayRef<float> scales) {
  SmallVector<int64_t> shape;
  if (scales.size() > 1)
    shape.push_back(scales.size());
  return writer.constant(makeConstant(
      RankedTensorType::get(shape, Float32Type::get(op.getContext())), scales));
}

/// As many numbers as there are scales.
Name LayerWriter::getZeroPoint(ElementsAttr zeroPoint, Value integers,
                               int64_t count) {
  SmallVector<int64_t> shape;
  if (count > 1)
    shape.push_back(count);
  auto type = RankedTensorType::get(shape, getElement(integers));
  size_t width = getElement(integers).getIntOrFloatBitWidth() / 8;
  SmallVector<char> bytes(type.getNumElements() * width, 0);
  if (zeroPoint) {
    std::optional<Tensor> numbers = getTensor(zeroPoint);
    ArrayRef<char> source = std::as_const(*numbers).getBytes();
    for (size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = source[i % source.size()];
  }
  return writer.constant(makeConstant(type, bytes));
}

Name LayerWriter::dequantize(Value integers, ArrayRef<float> scales,
                             ElementsAttr zero, int64_t axis) {
  NodeAttributes attributes;
  if (scales.size() > 1)
    attributes.push_back({"axis", axis});
  int64_t count = scales.size();
  return writer.add("DequantizeLinear",
                    {writer.get(integers), getScale(scales),
                     zero ? getZeroPoint(zero, integers, count) : Name()},
                    std::move(attributes));
}

/// As many scales of the weights as there are zero points.
std::vector<float> LayerWriter::getWeightScales() {
  if (layer.wZeroPoint && layer.wScale.size() == 1 &&
      layer.wZeroPoint.getNumElements() > 1)
    return std::vector<float>(layer.wZeroPoint.getNumElements(),
                              layer.wScale.front());
  return layer.wScale;
}

/// The dimension of the weights that is the channels of the result.
int64_t LayerWriter::getChannelAxis() {
  return isa<ConvIntegerOp>(layer.product) ? 0 : getShape(layer.w).size() - 1;
}

NodeAttributes LayerWriter::getWindow(ConvIntegerOp conv) {
  NodeAttributes attributes = {
      {"group", static_cast<int64_t>(conv.getGroups())},
      {"kernel_shape", getShape(conv.getFilter()).drop_front(2)}};
  if (!conv.getStrides().empty())
    attributes.push_back({"strides", conv.getStrides()});
  if (!conv.getPads().empty())
    attributes.push_back({"pads", conv.getPads()});
  if (!conv.getDilations().empty())
    attributes.push_back({"dilations", conv.getDilations()});
  return attributes;
}

//===----------------------------------------------------------------------===//
// As floats
//===----------------------------------------------------------------------===//

Name LayerWriter::writeProduct(Name x, Name w, Name bias) {
  if (auto conv = dyn_cast<ConvIntegerOp>(layer.product))
    return writer.add("Conv", {x, w, bias}, getWindow(conv));
  return writer.add(layer.bias ? "Gemm" : "MatMul", {x, w, bias});
}

/// A mean over all spatial dimensions of an image.
static bool isGlobal(ReduceOp sum) {
  int64_t rank = getShape(sum.getInput()).size();
  return sum.getKeepDims() && rank >= 3 &&
         llvm::equal(sum.getAxes(), llvm::seq<int64_t>(2, rank));
}

Name LayerWriter::writeMeans(Name x) {
  for (ReduceOp sum : layer.sums) {
    NodeAttributes attributes = {{"keepdims", sum.getKeepDims()}};
    if (isGlobal(sum)) {
      x = writer.add("GlobalAveragePool", {x});
    } else if (writer.getOpset() >= 18) {
      x = writer.add("ReduceMean", {x, writer.integers(sum.getAxes())},
                     std::move(attributes));
    } else {
      attributes.push_back({"axes", sum.getAxes()});
      x = writer.add("ReduceMean", {x}, std::move(attributes));
    }
  }
  return x;
}

Name LayerWriter::writeFloats() {
  Name x = dequantize(layer.x, layer.xScale, layer.xZeroPoint, 0), result;
  if (layer.product) {
    std::vector<float> scales = getWeightScales();
    Name w = dequantize(layer.w, scales, layer.wZeroPoint, getChannelAxis());
    Name bias;
    if (layer.bias) {
      // What the sums count.
      SmallVector<float> units;
      for (float scale : scales)
        units.push_back(layer.xScale * scale);
      bias = dequantize(layer.bias, units, ElementsAttr(), 0);
    }
    result = writeProduct(x, w, bias);
  } else {
    result = writeMeans(x);
  }
  std::vector<Name> inputs = {result};
  llvm::append_range(inputs, getTarget());
  return writer.add("QuantizeLinear", std::move(inputs));
}

//===----------------------------------------------------------------------===//
// As integers
//===----------------------------------------------------------------------===//

/// Scale and zero point of the result.
std::vector<Name> LayerWriter::getTarget() {
  auto scale = getFloats(op.getOutputScale());
  return {getScale(*scale),
          getZeroPoint(getConstant(op.getZeroPoint()), op.getOutput(), 1)};
}

Name LayerWriter::writeIntegers() {
  std::vector<Name> x = {writer.get(layer.x), getScale(layer.xScale),
                         getZeroPoint(layer.xZeroPoint, layer.x, 1)};
  std::vector<Name> target = getTarget();
  auto join = [](std::initializer_list<std::vector<Name>> lists) {
    std::vector<Name> all;
    for (const std::vector<Name> &list : lists)
      llvm::append_range(all, list);
    return all;
  };
  if (!layer.product) {
    ReduceOp sum = layer.sums.front();
    bool isPool = layer.sums.size() == 1 && isGlobal(sum);
    if (!isPool)
      return {};
    return writer.add("com.microsoft.QLinearGlobalAveragePool",
                      join({x, target}), {{"channels_last", 0}});
  }
  // ONNX Runtime wants as many zero points of weights as scales.
  std::vector<float> scales = getWeightScales();
  int64_t count = scales.size();
  std::vector<Name> w = {writer.get(layer.w), getScale(scales),
                         getZeroPoint(layer.wZeroPoint, layer.w, count)};
  std::vector<Name> bias = {writer.get(layer.bias)};
  if (auto conv = dyn_cast<ConvIntegerOp>(layer.product))
    return writer.add("QLinearConv", join({x, w, target, bias}),
                      getWindow(conv));
  if (layer.bias)
    return writer.add("com.microsoft.QGemm", join({x, w, bias, target}));
  return writer.add("QLinearMatMul", join({x, w, target}));
}

//===----------------------------------------------------------------------===//
// One by one
//===----------------------------------------------------------------------===//

/// inputScale / (outputScale * divisor)
static Name writeMultiplier(OpWriter &writer, RequantizeOp op) {
  if (ElementsAttr multiplier = op.getConstantMultiplier())
    return writer.constant(multiplier);
  Name divisor = writer.get(op.getOutputScale());
  if (op.getDivisor())
    divisor = writer.add("Mul", {divisor, writer.get(op.getDivisor())});
  return writer.add("Div", {writer.get(op.getInputScale()), divisor});
}

/// By its definition: a product in float32, and a quantization by 1.
static LogicalResult writeByParts(OpWriter &writer, RequantizeOp op) {
  if (!getShape(op.getZeroPoint()).empty())
    return writer.fail("expects one zero point for a tensor; got one for each "
                       "element of a dimension");
  Type real = Float32Type::get(op.getContext());
  Name floats =
      writer.cast(writer.get(op.getInput()), getElement(op.getInput()), real);
  floats = writer.add("Mul", {floats, writeMultiplier(writer, op)});
  return writer.finish(
      writer.add("QuantizeLinear", {floats, writer.scalar(real, 1),
                                    writer.get(op.getZeroPoint())}));
}

LogicalResult mlir::cnn::writeRequantize(OpWriter &writer, RequantizeOp op) {
  if (failed(checkQuantizedWidth(writer, op.getOutput())))
    return failure();
  std::optional<IntegerLayer> layer = matchIntegerLayer(op);
  if (!layer)
    return writeByParts(writer, op);
  LayerWriter layerWriter(writer, op, *layer);
  Name result;
  // Operators on integers have bytes only.
  bool hasBytes = getElement(layer->x).isInteger(8) &&
                  getElement(op.getOutput()).isInteger(8);
  if (hasBytes &&
      writer.getGraph().getOptions().quantized == QuantizedForm::qlinear)
    result = layerWriter.writeIntegers();
  if (result.empty())
    result = layerWriter.writeFloats();
  return writer.finish(result);
}

SmallVector<Value> mlir::cnn::getOperandsToWrite(Operation *op,
                                                 QuantizedForm form) {
  if (auto quantize = dyn_cast<QuantizeOp>(op);
      quantize && form == QuantizedForm::qlinear)
    return getQuantizedOperands(quantize);
  if (auto requantize = dyn_cast<RequantizeOp>(op))
    if (auto layer = matchIntegerLayer(requantize))
      return layer->getOperands();
  return SmallVector<Value>(op->getOperands());
}
