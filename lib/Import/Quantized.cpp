//===- Quantized.cpp - Integers and what they stand for -------------------===//

#include "Quantized.h"

#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

Value mlir::cnn::readScale(Node &node, int64_t index) {
  Value scale = node.getFloats(index);
  if (!scale || getElementType(scale).isF32())
    return scale;
  return node.build<CastOp>(scale, Float32Type::get(node.getContext()));
}

Value mlir::cnn::alignWithAxis(Node &node, Value parameter, int64_t axis,
                               int64_t rank) {
  if (!parameter || node.hasFailed())
    return {};
  ArrayRef<int64_t> shape = getShape(parameter);
  if (shape.empty())
    return parameter;
  if (shape.size() > 1) {
    (void)node.fail("expects one scale and zero point, or one per element of "
                    "an axis, not one per block; got " +
                    debugString(parameter.getType()));
    return {};
  }
  SmallVector<int64_t> aligned;
  if (shape[0] != 1) {
    aligned.assign(rank - axis, 1);
    aligned[0] = shape[0];
  }
  return node.build<ReshapeOp>(parameter, aligned);
}

/// A scale or zero point of one element.
static Value readScalar(Node &node, Value parameter) {
  if (!parameter)
    return {};
  auto type = cast<RankedTensorType>(parameter.getType());
  if (!type.hasStaticShape() || type.getNumElements() != 1)
    (void)node.fail("expects one scale and one zero point for a tensor; got " +
                    debugString(parameter.getType()));
  return alignWithAxis(node, parameter, 0, 1);
}

Value mlir::cnn::dropZeros(Value zeroPoint) {
  if (!zeroPoint)
    return {};
  auto values = getIntegers(zeroPoint);
  bool isZero =
      values && llvm::all_of(*values, [](int64_t value) { return value == 0; });
  return isZero ? Value() : zeroPoint;
}

Quantized mlir::cnn::readQuantized(Node &node, int64_t first) {
  Quantized value;
  value.integers = node.getInput(first);
  value.scale = readScalar(node, readScale(node, first + 1));
  value.zeroPoint =
      dropZeros(readScalar(node, node.getOptionalInput(first + 2)));
  return value;
}

Quantized mlir::cnn::readTarget(Node &node, int64_t first, Type element) {
  Quantized target;
  target.scale = readScalar(node, readScale(node, first));
  target.zeroPoint = readScalar(node, node.getOptionalInput(first + 1));
  if (!target.zeroPoint && element)
    target.zeroPoint = buildZero(node, element);
  return target;
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

Value mlir::cnn::buildZero(Node &node, Type element) {
  if (node.hasFailed())
    return {};
  auto type = RankedTensorType::get({}, element);
  SmallVector<char> bytes(llvm::divideCeil(element.getIntOrFloatBitWidth(), 8));
  return createConstant(node.getGraph().getBuilder(), node.getLoc(),
                        makeConstant(type, bytes));
}

Value mlir::cnn::buildFloat(Node &node, double value) {
  auto type = RankedTensorType::get({}, Float32Type::get(node.getContext()));
  return createConstant(node.getGraph().getBuilder(), node.getLoc(), type,
                        static_cast<float>(value));
}

Value mlir::cnn::buildDequantized(Node &node, const Quantized &value) {
  return node.build<DequantizeOp>(value.integers, value.scale, value.zeroPoint);
}

Value mlir::cnn::buildQuantized(Node &node, Value value,
                                const Quantized &target) {
  return node.build<QuantizeOp>(value, target.scale, target.zeroPoint);
}

Value mlir::cnn::buildRequantized(Node &node, Value sum, Value xScale,
                                  Value wScale, const Quantized &target) {
  Value product = node.build<BinaryOp>(BinaryKind::mul, xScale, wScale);
  return node.build<RequantizeOp>(sum, product, target.scale, target.zeroPoint,
                                  Value());
}

Value mlir::cnn::buildRequantizedMean(Node &node, Value sum, Value xScale,
                                      Value count, const Quantized &target) {
  return node.build<RequantizeOp>(sum, xScale, target.scale, target.zeroPoint,
                                  count);
}

Value mlir::cnn::buildIntegerSum(Node &node, const Quantized &value,
                                 ArrayRef<int64_t> axes, bool keepDims) {
  Type wide = IntegerType::get(node.getContext(), 32);
  Value difference = node.build<CastOp>(value.integers, wide);
  if (value.zeroPoint) {
    Value zeroPoint = node.build<CastOp>(value.zeroPoint, wide);
    difference = node.build<BinaryOp>(BinaryKind::sub, difference, zeroPoint);
  }
  return node.build<ReduceOp>(ReduceKind::sum, difference, axes, keepDims);
}
