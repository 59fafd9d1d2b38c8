//===- Quantization.cpp - The values of quantized layers ------------------===//

#include "Evaluate.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;

namespace {

/// The elements of `value` as if it had the shape of `output`, to which it
/// broadcasts; zeros if it is null.
std::vector<double> getBroadcast(Value value, Value output,
                                 const Operands &operands) {
  ArrayRef<int64_t> shape = getShape(output);
  if (!value)
    return std::vector<double>(countElements(shape), 0.0);
  Tensor tensor = operands.getDoubles(value);
  SmallVector<int64_t> strides = getBroadcastStrides(tensor.getShape(), shape);
  std::vector<double> elements;
  elements.reserve(countElements(shape));
  forEachOffset(shape, strides, strides, [&](int64_t from, int64_t) {
    elements.push_back(tensor.get<double>()[from]);
  });
  return elements;
}

/// `values`, which are in the type of the numbers that are quantized, as
/// integers: rounded to even, plus zero point, saturated. A NaN becomes the
/// smallest integer.
Tensor saturate(Value output, Tensor values, Value zeroPoint,
                const Operands &operands) {
  std::vector<double> zeroPoints = getBroadcast(zeroPoint, output, operands);
  for (auto [value, zero] : llvm::zip_equal(values.get<double>(), zeroPoints))
    value = std::isnan(value) ? -std::numeric_limits<double>::infinity()
                              : std::nearbyint(value) + zero;
  // The conversion to an integer saturates.
  return roundTo(output, values);
}

/// `value` without its zero point, which may be null, in float64.
Tensor getDifference(Value value, Value zeroPoint, const Operands &operands) {
  Tensor difference = operands.getDoubles(value);
  std::vector<double> zeroPoints = getBroadcast(zeroPoint, value, operands);
  for (auto [number, zero] :
       llvm::zip_equal(difference.get<double>(), zeroPoints))
    number -= zero;
  return difference;
}

/// Sums that are exact in float64 as integers of 32 bits that wrap.
Tensor wrap(const Tensor &sums) {
  Tensor result(ElementType::Int32, sums.getShape());
  for (auto [to, from] :
       llvm::zip_equal(result.get<int32_t>(), sums.get<double>()))
    to = static_cast<int32_t>(static_cast<int64_t>(from));
  return result;
}

} // namespace

Tensor reference::evaluate(QuantizeOp op, const Operands &operands) {
  Value output = op.getOutput();
  Tensor quotients = operands.getDoubles(op.getInput());
  std::vector<double> scales = getBroadcast(op.getScale(), output, operands);
  for (auto [value, scale] : llvm::zip_equal(quotients.get<double>(), scales))
    value /= scale;
  Tensor rounded = roundTo(op.getInput(), quotients);
  return saturate(output, rounded.convertTo(ElementType::Float64),
                  op.getZeroPoint(), operands);
}

Tensor reference::evaluate(DequantizeOp op, const Operands &operands) {
  Value output = op.getOutput();
  Tensor difference = getDifference(op.getInput(), op.getZeroPoint(), operands);
  // Of 32 bits, the difference wraps.
  Tensor products = wrap(difference)
                        .convertTo(ElementType::Float32)
                        .convertTo(ElementType::Float64);
  std::vector<double> scales = getBroadcast(op.getScale(), output, operands);
  for (auto [value, scale] : llvm::zip_equal(products.get<double>(), scales))
    value *= scale;
  return roundTo(output, products.convertTo(ElementType::Float32));
}

Tensor reference::evaluate(LookupOp op, const Operands &operands) {
  ArrayRef<int64_t> shape = getShape(op.getOutput());
  ArrayRef<int64_t> books = getShape(op.getCodebook());
  int64_t entries = books.back();
  SmallVector<int64_t> strides = getBroadcastStrides(books.drop_back(), shape);
  ArrayRef<float> numbers = operands.get(op.getCodebook()).get<float>();
  ArrayRef<uint8_t> codes = operands.get(op.getInput()).get<uint8_t>();
  Tensor output(ElementType::Float32, shape);
  float *next = output.get<float>().data();
  const uint8_t *code = codes.data();
  forEachOffset(shape, strides, strides, [&](int64_t book, int64_t) {
    *next++ = numbers[book * entries + std::min<int64_t>(*code++, entries - 1)];
  });
  return output;
}

Tensor reference::evaluate(RequantizeOp op, const Operands &operands) {
  Value output = op.getOutput();
  Tensor products = operands.get(op.getInput())
                        .convertTo(ElementType::Float32)
                        .convertTo(ElementType::Float64);
  auto inputScales = getBroadcast(op.getInputScale(), output, operands);
  auto outputScales = getBroadcast(op.getOutputScale(), output, operands);
  std::vector<double> divisors(outputScales.size(), 1);
  if (op.getDivisor())
    divisors = getBroadcast(op.getDivisor(), output, operands);
  for (auto [value, inputScale, outputScale, count] : llvm::zip_equal(
           products.get<double>(), inputScales, outputScales, divisors)) {
    // Products and quotients of doubles round to floats as those of floats do.
    auto divisor = static_cast<float>(outputScale * count);
    value *= static_cast<float>(inputScale / divisor);
  }
  Tensor rounded = products.convertTo(ElementType::Float32);
  return saturate(output, rounded.convertTo(ElementType::Float64),
                  op.getZeroPoint(), operands);
}

/// One zero point per filter as one per element of O x C/G x U x V.
static Tensor getFilterDifference(ConvIntegerOp op, const Operands &operands) {
  Tensor filter = operands.getDoubles(op.getFilter());
  if (!op.getFilterZeroPoint())
    return filter;
  Tensor zeroPoints = operands.getDoubles(op.getFilterZeroPoint());
  int64_t size = filter.getElementCount() / filter.getShape()[0];
  int64_t count = zeroPoints.getElementCount();
  for (auto [i, weight] : llvm::enumerate(filter.get<double>()))
    weight -= zeroPoints.get<double>()[count == 1 ? 0 : i / size];
  return filter;
}

Tensor reference::evaluate(ConvIntegerOp op, const Operands &operands) {
  // Differences have 9 bits and sums less than 2^40 products: doubles are
  // exact.
  Tensor output = startOutput(op.getOutput(), op.getBias(), {}, operands);
  addConvolution({op.getWindow(), static_cast<int64_t>(op.getGroups())},
                 getDifference(op.getInput(), op.getInputZeroPoint(), operands),
                 getFilterDifference(op, operands), output,
                 operands.getThreads());
  return wrap(output);
}

Tensor reference::evaluate(MatmulIntegerOp op, const Operands &operands) {
  return wrap(multiplyMatrices<double>(
      getDifference(op.getLhs(), op.getLhsZeroPoint(), operands),
      getDifference(op.getRhs(), op.getRhsZeroPoint(), operands),
      getShape(op.getOutput()), operands.getThreads()));
}
