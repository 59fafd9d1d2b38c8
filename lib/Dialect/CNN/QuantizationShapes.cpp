//===- QuantizationShapes.cpp - Result types of quantized layers ----------===//

#include "Shapes.h"

using namespace mlir;
using namespace mlir::cnn;

/// Fails unless `value`, which may be null, broadcasts to `shape`.
static LogicalResult checkBroadcast(MaybeLocation location, StringRef name,
                                    StringRef what, Value value,
                                    ArrayRef<int64_t> shape) {
  if (!value)
    return success();
  auto sum = getBroadcastShape(shape, getShape(value));
  if (failed(sum) || *sum != shape)
    return emitOptionalError(location, name, " expects its ", what,
                             " to broadcast to ", describe(shape), ", got ",
                             describe(getShape(value)));
  return success();
}

/// Fails unless the zero point, which may be null, has the type of `value`.
static LogicalResult checkZeroPoint(MaybeLocation location, StringRef name,
                                    Value value, Value zeroPoint) {
  if (zeroPoint && getElementType(zeroPoint) != getElementType(value))
    return emitOptionalError(
        location, name, " expects a zero point of the element type ",
        getElementType(value), ", got ", getElementType(zeroPoint));
  return success();
}

LogicalResult QuantizeOp::inferReturnTypes(MLIRContext *,
                                           MaybeLocation location,
                                           QuantizeOp::Adaptor op,
                                           Types &types) {
  ArrayRef<int64_t> shape = getShape(op.getInput());
  if (failed(
          checkBroadcast(location, "quantize", "scale", op.getScale(), shape)))
    return failure();
  if (failed(checkBroadcast(location, "quantize", "zero point",
                            op.getZeroPoint(), shape)))
    return failure();
  types.push_back(
      RankedTensorType::get(shape, getElementType(op.getZeroPoint())));
  return success();
}

LogicalResult DequantizeOp::inferReturnTypes(MLIRContext *,
                                             MaybeLocation location,
                                             DequantizeOp::Adaptor op,
                                             Types &types) {
  ArrayRef<int64_t> shape = getShape(op.getInput());
  if (failed(checkBroadcast(location, "dequantize", "scale", op.getScale(),
                            shape)))
    return failure();
  if (failed(checkBroadcast(location, "dequantize", "zero point",
                            op.getZeroPoint(), shape)) ||
      failed(checkZeroPoint(location, "dequantize", op.getInput(),
                            op.getZeroPoint())))
    return failure();
  types.push_back(RankedTensorType::get(shape, getElementType(op.getScale())));
  return success();
}

LogicalResult LookupOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                         LookupOp::Adaptor op, Types &types) {
  ArrayRef<int64_t> shape = getShape(op.getInput());
  ArrayRef<int64_t> codebook = getShape(op.getCodebook());
  if (codebook.empty() || codebook.back() < 1 || codebook.back() > 256)
    return emitOptionalError(location,
                             "lookup expects a codebook whose last dimension "
                             "has 1 to 256 numbers, got ",
                             describe(codebook));
  auto sum = getBroadcastShape(shape, codebook.drop_back());
  if (failed(sum) || *sum != shape)
    return emitOptionalError(location,
                             "lookup expects the codebook without its last "
                             "dimension to broadcast to ",
                             describe(shape), ", got ",
                             describe(codebook.drop_back()));
  types.push_back(
      RankedTensorType::get(shape, getElementType(op.getCodebook())));
  return success();
}

LogicalResult RequantizeOp::inferReturnTypes(MLIRContext *,
                                             MaybeLocation location,
                                             RequantizeOp::Adaptor op,
                                             Types &types) {
  ArrayRef<int64_t> shape = getShape(op.getInput());
  if (failed(checkBroadcast(location, "requantize", "input scale",
                            op.getInputScale(), shape)) ||
      failed(checkBroadcast(location, "requantize", "output scale",
                            op.getOutputScale(), shape)) ||
      failed(checkBroadcast(location, "requantize", "divisor", op.getDivisor(),
                            shape)) ||
      failed(checkBroadcast(location, "requantize", "zero point",
                            op.getZeroPoint(), shape)))
    return failure();
  types.push_back(
      RankedTensorType::get(shape, getElementType(op.getZeroPoint())));
  return success();
}

LogicalResult ConvIntegerOp::inferReturnTypes(MLIRContext *context,
                                              MaybeLocation location,
                                              ConvIntegerOp::Adaptor op,
                                              Types &types) {
  StringRef name = "conv_integer";
  ArrayRef<int64_t> input = getShape(op.getInput());
  ArrayRef<int64_t> filter = getShape(op.getFilter());
  if (failed(checkFilter(location, name, input, filter, op.getGroups())) ||
      failed(checkZeroPoint(location, name, op.getInput(),
                            op.getInputZeroPoint())) ||
      failed(checkZeroPoint(location, name, op.getFilter(),
                            op.getFilterZeroPoint())) ||
      failed(checkBroadcast(location, name, "input zero point",
                            op.getInputZeroPoint(), {1})) ||
      failed(checkBroadcast(location, name, "filter zero point",
                            op.getFilterZeroPoint(), filter.take_front())))
    return failure();
  FailureOr<Window> window =
      makeWindow(location, name, filter.drop_front(2), op.getStrides(),
                 op.getPads(), op.getDilations());
  if (failed(window))
    return failure();
  auto shape = getSlidingShape(location, name, input, filter[0], *window);
  if (failed(shape) ||
      failed(checkEpilogue(location, name, *shape, op.getBias(), {})))
    return failure();
  types.push_back(RankedTensorType::get(*shape, IntegerType::get(context, 32)));
  return success();
}

Window ConvIntegerOp::getWindow() {
  return getVerifiedWindow(cnn::getShape(getFilter()).drop_front(2),
                           getStrides(), getPads(), getDilations());
}

LogicalResult MatmulIntegerOp::inferReturnTypes(MLIRContext *context,
                                                MaybeLocation location,
                                                MatmulIntegerOp::Adaptor op,
                                                Types &types) {
  StringRef name = "matmul_integer";
  ArrayRef<int64_t> lhs = getShape(op.getLhs()), rhs = getShape(op.getRhs());
  if (failed(
          checkZeroPoint(location, name, op.getLhs(), op.getLhsZeroPoint())) ||
      failed(
          checkZeroPoint(location, name, op.getRhs(), op.getRhsZeroPoint())) ||
      failed(checkBroadcast(location, name, "zero point", op.getLhsZeroPoint(),
                            lhs)) ||
      failed(checkBroadcast(location, name, "zero point", op.getRhsZeroPoint(),
                            rhs)))
    return failure();
  auto shape = getProductShape(location, name, lhs, rhs);
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, IntegerType::get(context, 32)));
  return success();
}
