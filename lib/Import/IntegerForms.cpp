//===- IntegerForms.cpp - Layers between dequantize and quantize ----------===//
//
// Exporters write a quantized layer as
//
//   quantize(layer(dequantize(x), dequantize(w), bias))
//
// which stands for
//
//   requantize(layer_integer(x, w, bias / (x_scale * w_scale)))
//
// as QLinearConv says it. The two differ where a rounding is tied; in integers
// the result does not depend on the order of a sum.
//
//===----------------------------------------------------------------------===//

#include "Quantized.h"

#include "cnnc/Support/Weights.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::cnn;

namespace {

/// The elements of a constant, or of one that is dequantized.
std::optional<std::vector<double>> getNumbers(Value value) {
  if (ElementsAttr constant = getConstant(value)) {
    std::optional<Tensor> tensor = getTensor(constant);
    if (!tensor)
      return std::nullopt;
    return tensor->toDoubles();
  }
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  if (!dequantize)
    return std::nullopt;
  auto numbers = getNumbers(dequantize.getInput());
  auto scales = getNumbers(dequantize.getScale());
  if (!numbers || !scales || dequantize.getZeroPoint())
    return std::nullopt;
  ArrayRef<int64_t> shape = getShape(value);
  for (auto [i, number] : llvm::enumerate(*numbers))
    number *= (*scales)[getBroadcastPosition(getShape(dequantize.getScale()),
                                             shape, i)];
  return numbers;
}

std::optional<double> getNumber(Value value) {
  auto numbers = getNumbers(value);
  if (!numbers || numbers->size() != 1)
    return std::nullopt;
  return numbers->front();
}

/// What `value` is dequantized from, if that is bytes, or signed integers of 16
/// bits, with constant scales in float32. Nothing else has integers.
Quantized getSource(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  if (!dequantize)
    return {};
  Type element = getElementType(dequantize.getInput());
  if ((!element.isInteger(8) && !element.isSignlessInteger(16)) ||
      !getElementType(value).isF32() || !getConstant(dequantize.getScale()) ||
      (dequantize.getZeroPoint() && !getConstant(dequantize.getZeroPoint())))
    return {};
  return {dequantize.getInput(), dequantize.getScale(),
          dequantize.getZeroPoint()};
}

/// The integers of a bias that is dequantized with the scales of the sums, the
/// float32 products of those of x and w; a quotient could round to others.
std::optional<std::vector<double>> getUnits(Value bias, const Quantized &x,
                                            const Quantized &w) {
  auto dequantize = bias.getDefiningOp<DequantizeOp>();
  if (!dequantize || dequantize.getZeroPoint())
    return std::nullopt;
  auto units = getNumbers(dequantize.getScale()), xScale = getNumbers(x.scale),
       wScale = getNumbers(w.scale);
  if (!units || units->size() != wScale->size())
    return std::nullopt;
  for (auto [unit, scale] : llvm::zip_equal(*units, *wScale))
    if (unit != static_cast<float>(xScale->front() * scale))
      return std::nullopt;
  return getNumbers(dequantize.getInput());
}

bool isOneNumber(Value parameter) {
  return !parameter || getShape(parameter).empty();
}

/// One number, or one for each element of dimension `axis`, counted from the
/// end.
bool isAlongAxis(Value parameter, int64_t axisFromEnd) {
  return isOneNumber(parameter) ||
         static_cast<int64_t>(getShape(parameter).size()) == axisFromEnd;
}

/// The weights of a layer. Its output channels are the first dimension of the
/// weights, or the last.
struct Weights : Quantized {
  int64_t channels;
  bool channelsFirst;
};

/// The largest magnitude of an integer of `x` without its zero point.
double getLargest(const Quantized &x) {
  unsigned width = getElementType(x.integers).getIntOrFloatBitWidth();
  if (width == 8 || x.zeroPoint)
    return std::ldexp(1.0, width) - 1;
  return std::ldexp(1.0, width - 1);
}

/// For each channel, the largest magnitude of a sum of products with `x`.
std::vector<double> getReach(const Quantized &x, const Weights &w) {
  double largest = getLargest(x);
  auto type = cast<RankedTensorType>(w.integers.getType());
  int64_t size = type.getNumElements() / w.channels;
  auto numbers = getConstant(w.integers) ? getNumbers(w.integers)
                                         : std::optional<std::vector<double>>();
  auto zeros = w.zeroPoint ? getNumbers(w.zeroPoint) : std::vector<double>{0};
  if (!numbers || !zeros)
    return std::vector<double>(
        w.channels, largest * std::numeric_limits<uint8_t>::max() * size);
  std::vector<double> reach(w.channels, 0);
  for (auto [i, number] : llvm::enumerate(*numbers)) {
    int64_t channel = w.channelsFirst ? i / size : i % w.channels;
    double zero = (*zeros)[zeros->size() == 1 ? 0 : channel];
    reach[channel] += largest * std::abs(number - zero);
  }
  return reach;
}

/// The products are of bytes, or of 16 bits and bytes such that no sum
/// overflows.
bool haveSums(const Quantized &x, const Weights &w) {
  if (!x.integers || !w.integers || !getElementType(w.integers).isInteger(8))
    return false;
  if (getElementType(x.integers).isInteger(8))
    return true;
  return cast<RankedTensorType>(w.integers.getType()).hasStaticShape() &&
         llvm::all_of(getReach(x, w), [](double reach) {
           return reach <= std::numeric_limits<int32_t>::max();
         });
}

/// Builds the integer form of the layers in front of one quantization.
class IntegerForm {
public:
  IntegerForm(Node &node, const Quantized &target)
      : node(node), target(target), yScale(getNumber(target.scale)),
        yZero(getNumber(target.zeroPoint)) {}

  Value build(Value floats);

private:
  bool isImplied(FunctionAttr function);
  Value buildConv(ConvOp conv);
  Value buildGemm(GemmOp gemm);
  Value buildMatmul(MatmulOp matmul);
  Value buildMean(ReduceOp mean);
  std::optional<Value> buildBias(Value bias, const Quantized &x,
                                 const Weights &w);
  Value reshape(Value value, ArrayRef<int64_t> shape) {
    return value ? node.build<ReshapeOp>(value, shape) : value;
  }

  Node &node;
  const Quantized &target;
  std::optional<double> yScale, yZero;
};

/// The saturation of the result does what `function` does.
bool IntegerForm::isImplied(FunctionAttr function) {
  auto type = cast<IntegerType>(getElementType(target.zeroPoint));
  double width = std::ldexp(1.0, type.getWidth());
  double least = type.isUnsigned() ? 0 : -width / 2;
  double largest = least + width - 1;
  double reach = (largest - *yZero) * *yScale;
  if (function.getKind() == FunctionKind::relu)
    return *yZero == least;
  return function.getKind() == FunctionKind::clip && function.getAlpha() == 0 &&
         *yZero == least && function.getBeta() >= reach;
}

Value IntegerForm::build(Value floats) {
  if (!yScale || !yZero || !getElementType(floats).isF32())
    return {};
  if (auto unary = floats.getDefiningOp<UnaryOp>();
      unary && isImplied(unary.getFunction()))
    floats = unary.getInput();
  if (auto conv = floats.getDefiningOp<ConvOp>())
    return buildConv(conv);
  if (auto gemm = floats.getDefiningOp<GemmOp>())
    return buildGemm(gemm);
  if (auto matmul = floats.getDefiningOp<MatmulOp>())
    return buildMatmul(matmul);
  if (auto mean = floats.getDefiningOp<ReduceOp>())
    return buildMean(mean);
  return {};
}

/// The bias in units of the sums of products, null if there is none, such that
/// no sum wraps. Nothing if it is not constant or that changes the result.
std::optional<Value> IntegerForm::buildBias(Value bias, const Quantized &x,
                                            const Weights &w) {
  if (!bias)
    return Value();
  auto numbers = getNumbers(bias);
  auto xScale = getNumbers(x.scale), wScale = getNumbers(w.scale);
  if (!numbers || numbers->empty() ||
      static_cast<int64_t>(numbers->size()) != w.channels ||
      !cast<RankedTensorType>(w.integers.getType()).hasStaticShape())
    return std::nullopt;
  std::vector<double> reach = getReach(x, w);
  auto units = getUnits(bias, x, w);
  std::vector<int32_t> integers;
  for (auto [i, number] : llvm::enumerate(*numbers)) {
    double unit = xScale->front() * (*wScale)[wScale->size() == 1 ? 0 : i];
    double integer = units ? (*units)[i] : std::nearbyint(number / unit);
    double largest = std::numeric_limits<int32_t>::max() - reach[i];
    double clamped = std::max(-largest, std::min(integer, largest));
    constexpr double tolerance = 1.0 / 256;
    if (largest < 0 ||
        !(std::abs(integer - clamped) * unit <= tolerance * *yScale))
      return std::nullopt;
    integers.push_back(static_cast<int32_t>(clamped));
  }
  auto type = RankedTensorType::get({w.channels},
                                    IntegerType::get(node.getContext(), 32));
  ArrayRef<char> bytes(reinterpret_cast<const char *>(integers.data()),
                       integers.size() * sizeof(int32_t));
  return createConstant(node.getGraph().getBuilder(), bias.getLoc(),
                        makeConstant(type, bytes));
}

Value IntegerForm::buildConv(ConvOp conv) {
  Quantized x = getSource(conv.getInput()), w = getSource(conv.getFilter());
  int64_t rank = getShape(conv.getOutput()).size();
  int64_t channels = getShape(conv.getOutput())[1];
  if (conv.getResidual() || conv.getActivationAttr() ||
      !haveSums(x, {w, channels, /*channelsFirst=*/true}) ||
      !isOneNumber(x.scale) || !isOneNumber(x.zeroPoint) ||
      !isAlongAxis(w.scale, rank) || !isAlongAxis(w.zeroPoint, rank))
    return {};
  auto bias =
      buildBias(conv.getBias(), x, {w, channels, /*channelsFirst=*/true});
  if (!bias)
    return {};
  if (!isOneNumber(w.zeroPoint))
    w.zeroPoint = reshape(w.zeroPoint, {channels});
  if (!isOneNumber(w.scale)) {
    SmallVector<int64_t> aligned(rank - 1, 1);
    aligned[0] = channels;
    w.scale = reshape(w.scale, aligned);
  }
  Value sum = node.build<ConvIntegerOp>(
      x.integers, w.integers, x.zeroPoint, w.zeroPoint, *bias,
      conv.getStrides(), conv.getPads(), conv.getDilations(), conv.getGroups());
  return buildRequantized(node, sum, x.scale, w.scale, target);
}

Value IntegerForm::buildGemm(GemmOp gemm) {
  Quantized x = getSource(gemm.getLhs()), w = getSource(gemm.getRhs());
  int64_t axis = gemm.getTransposeRhs() ? 2 : 1;
  int64_t columns = getShape(gemm.getOutput())[1];
  if (gemm.getActivationAttr() || gemm.getTransposeLhs() ||
      gemm.getAlpha().convertToDouble() != 1 ||
      gemm.getBeta().convertToDouble() != 1 ||
      !haveSums(x, {w, columns, gemm.getTransposeRhs()}) ||
      !isOneNumber(x.scale) || !isOneNumber(x.zeroPoint) ||
      !isAlongAxis(w.scale, axis) || !isAlongAxis(w.zeroPoint, axis))
    return {};
  auto bias =
      buildBias(gemm.getBias(), x, {w, columns, gemm.getTransposeRhs()});
  if (!bias)
    return {};
  if (!isOneNumber(w.scale))
    w.scale = reshape(w.scale, {columns});
  if (!isOneNumber(w.zeroPoint))
    w.zeroPoint = reshape(w.zeroPoint, {columns});
  if (gemm.getTransposeRhs())
    w.integers =
        node.build<TransposeOp>(w.integers, SmallVector<int64_t>{1, 0});
  Value sum = node.build<MatmulIntegerOp>(x.integers, w.integers, x.zeroPoint,
                                          w.zeroPoint);
  if (*bias)
    sum = node.build<BinaryOp>(BinaryKind::add, sum, *bias);
  return buildRequantized(node, sum, x.scale, w.scale, target);
}

Value IntegerForm::buildMatmul(MatmulOp matmul) {
  Quantized x = getSource(matmul.getLhs()), w = getSource(matmul.getRhs());
  int64_t columns = getShape(matmul.getRhs()).back();
  if (!haveSums(x, {w, columns, /*channelsFirst=*/false}) ||
      !isOneNumber(x.scale) || !isOneNumber(x.zeroPoint) ||
      !isAlongAxis(w.scale, 1) || !isAlongAxis(w.zeroPoint, 1) ||
      getShape(w.integers).size() < 2)
    return {};
  Value sum = node.build<MatmulIntegerOp>(x.integers, w.integers, x.zeroPoint,
                                          w.zeroPoint);
  return buildRequantized(node, sum, x.scale, w.scale, target);
}

/// A mean, or means of means, as one sum.
Value IntegerForm::buildMean(ReduceOp mean) {
  SmallVector<ReduceOp> means;
  double count = 1;
  Value input = mean.getOutput();
  while (auto reduce = input.getDefiningOp<ReduceOp>()) {
    if (reduce.getKind() != ReduceKind::mean)
      return {};
    for (int64_t axis : reduce.getAxes()) {
      if (ShapedType::isDynamic(getShape(reduce.getInput())[axis]))
        return {};
      count *= static_cast<double>(getShape(reduce.getInput())[axis]);
    }
    means.push_back(reduce);
    input = reduce.getInput();
  }
  Quantized x = getSource(input);
  if (!x.integers ||
      count * getLargest(x) > std::numeric_limits<int32_t>::max() ||
      !isOneNumber(x.scale) || !isOneNumber(x.zeroPoint))
    return {};
  ReduceOp first = means.pop_back_val();
  Value sum = buildIntegerSum(node, x, first.getAxes(), first.getKeepDims());
  for (ReduceOp next : llvm::reverse(means))
    sum = node.build<ReduceOp>(ReduceKind::sum, sum, next.getAxes(),
                               next.getKeepDims());
  return buildRequantizedMean(node, sum, x.scale, buildFloat(node, count),
                              target);
}

} // namespace

Value mlir::cnn::buildIntegerForm(Node &node, Value floats,
                                  const Quantized &target) {
  return IntegerForm(node, target).build(floats);
}
