//===- RewriteMaps.cpp - What lies between layers, in integers ------------===//
//
// The forms are those that the importer makes of ONNX Runtime's quantized
// operators, so that one set of kernels computes both.
//
//===----------------------------------------------------------------------===//

#include "Remarks.h"
#include "Rewrite.h"

#include "cnnc/Support/PoolCounts.h"
#include "cnnc/Support/Weights.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

void IntegerRewriter::rewriteMap(Operation *op) {
  Value target = plan.getTarget(op);
  QuantizationParameters parameters = plan.getParameters(target);
  Value result;
  if (auto unary = dyn_cast<UnaryOp>(op)) {
    result = element.isInteger(8) ? createTable(unary) : createFunction(unary);
  } else if (auto concat = dyn_cast<ConcatOp>(op)) {
    result = createConcat(concat);
  } else if (auto mean = dyn_cast<ReduceOp>(op)) {
    result = createMean(mean);
  } else if (auto pool = dyn_cast<AvgPoolOp>(op)) {
    result = createAverage(pool);
  } else {
    auto binary = cast<BinaryOp>(op);
    Value sum =
        BinaryOp::create(builder, binary.getKind(), getFloats(binary.getLhs()),
                         getFloats(binary.getRhs()));
    result = QuantizeOp::create(builder, sum, createScale(parameters),
                                createInteger(parameters.zeroPoint));
  }
  UnaryOp absorbed = plan.getAbsorbed(op);
  if (absorbed) {
    // Saturation may be all that is left of it.
    result.setLoc(absorbed.getLoc());
    builder.setLoc(absorbed.getLoc());
  }
  // Parts of a concatenation have their limits.
  integers[target] =
      isa<ConcatOp>(op)
          ? result
          : createLimits(result,
                         absorbed ? absorbed.getFunction() : FunctionAttr(),
                         target);
  remarkApplied(op, "from integers to integers");
}

/// The results of all bytes, in the order of their unsigned values: a gather,
/// for which a negative byte counts from the end.
Value IntegerRewriter::createTable(UnaryOp op) {
  QuantizationParameters x = plan.getParameters(op.getInput());
  QuantizationParameters y = plan.getParameters(op.getOutput());
  Tensor table(ElementType::Float64, {256});
  for (auto [byte, result] : llvm::enumerate(table.get<double>())) {
    int64_t integer = format.least < 0 ? static_cast<int8_t>(byte)
                                       : static_cast<int64_t>(byte);
    float number = static_cast<float>(integer - x.zeroPoint) * x.scale;
    auto value = static_cast<float>(op.getFunction().evaluate(number));
    result = std::nearbyint(value / y.scale) + static_cast<double>(y.zeroPoint);
  }
  const Tensor rounded = table.convertTo(*cnn::getElementType(element));
  Value constant = createConstant(
      builder, builder.getLoc(),
      makeConstant(RankedTensorType::get({256}, element), rounded.getBytes()));
  return GatherOp::create(builder, constant, getIntegers(op.getInput()),
                          /*axis=*/0);
}

/// The same of wider integers, of which a table would be too large.
Value IntegerRewriter::createFunction(UnaryOp op) {
  QuantizationParameters parameters = plan.getParameters(op.getOutput());
  Value floats =
      UnaryOp::create(builder, op.getFunction(), getFloats(op.getInput()));
  return QuantizeOp::create(builder, floats, createScale(parameters),
                            createInteger(parameters.zeroPoint));
}

Value IntegerRewriter::createConcat(ConcatOp op) {
  SmallVector<Value> parts;
  for (Value part : op.getInputs())
    parts.push_back(createRequantized(part, op.getOutput()));
  return ConcatOp::create(builder, parts, op.getAxis());
}

Value IntegerRewriter::createMean(ReduceOp op) {
  QuantizationParameters x = plan.getParameters(op.getInput());
  QuantizationParameters y = plan.getParameters(op.getOutput());
  Type wide = builder.getI32Type();
  Value difference = CastOp::create(builder, getIntegers(op.getInput()), wide);
  if (x.zeroPoint) {
    Value zero = createConstant(
        builder, builder.getLoc(),
        DenseElementsAttr::get(RankedTensorType::get({}, wide),
                               static_cast<int32_t>(x.zeroPoint)));
    difference = BinaryOp::create(builder, BinaryKind::sub, difference, zero);
  }
  double count = 1;
  for (int64_t axis : op.getAxes())
    count *= static_cast<double>(getShape(op.getInput())[axis]);
  Value sum = ReduceOp::create(builder, ReduceKind::sum, difference,
                               op.getAxes(), op.getKeepDims());
  return RequantizeOp::create(builder, sum, createScale(x), createScale(y),
                              createInteger(y.zeroPoint), createFloat(count));
}

/// How many elements an average pool divides by at each position.
static Value createCounts(ImplicitLocOpBuilder &builder, AvgPoolOp op) {
  ArrayRef<int64_t> shape = getShape(op.getOutput()).drop_front(2);
  std::vector<float> counts =
      getPoolCounts(op.getWindow(), getShape(op.getInput()).drop_front(2),
                    op.getIncludePad());
  return createConstant(builder, builder.getLoc(),
                        RankedTensorType::get(shape, builder.getF32Type()),
                        counts);
}

/// A sum over the window, a convolution of each channel with ones, and a
/// division by the number of its elements.
Value IntegerRewriter::createAverage(AvgPoolOp op) {
  QuantizationParameters x = plan.getParameters(op.getInput());
  QuantizationParameters y = plan.getParameters(op.getOutput());
  int64_t channels = getShape(op.getInput())[1];
  SmallVector<int64_t> shape = {channels, 1};
  llvm::append_range(shape, op.getKernel());
  auto type = RankedTensorType::get(shape, builder.getI8Type());
  Value ones = createConstant(builder, builder.getLoc(),
                              DenseElementsAttr::get(type, int8_t(1)));
  Value sum = ConvIntegerOp::create(
      builder, getIntegers(op.getInput()), ones, createZeroPoint(x), Value(),
      Value(), op.getStrides(), op.getPads(), op.getDilations(), channels);
  return RequantizeOp::create(builder, sum, createScale(x), createScale(y),
                              createInteger(y.zeroPoint),
                              createCounts(builder, op));
}
