//===- Build.cpp - Pieces of operators that become several ops ------------===//

#include "Build.h"

#include "Box.h"

#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

LogicalResult mlir::cnn::checkConstantSize(Node &node, int64_t count) {
  constexpr int64_t maxElements = int64_t(1) << 25;
  if (node.hasFailed() || count <= maxElements)
    return failure(node.hasFailed());
  return node.fail("expects constants of at most 2^25 elements; got " +
                   Twine(count));
}

Value mlir::cnn::buildConstant(Node &node, Type element,
                               ArrayRef<int64_t> shape,
                               ArrayRef<double> values) {
  if (node.hasFailed())
    return {};
  Tensor doubles(ElementType::Float64, shape);
  llvm::copy(values, doubles.get<double>().begin());
  const Tensor rounded = doubles.convertTo(*getElementType(element));
  return createConstant(
      node.getGraph().getBuilder(), node.getLoc(),
      makeConstant(RankedTensorType::get(shape, element), rounded.getBytes()));
}

Value mlir::cnn::buildIndices(Node &node, Type element, ArrayRef<int64_t> shape,
                              int64_t axis, int64_t first) {
  if (failed(checkConstantSize(node, shape[axis])))
    return {};
  SmallVector<int64_t> extents(shape.size() - axis, 1);
  extents[0] = shape[axis];
  SmallVector<double> indices;
  for (int64_t i = 0; i < shape[axis]; ++i)
    indices.push_back(static_cast<double>(first + i));
  return buildConstant(node, element, extents, indices);
}

Value mlir::cnn::buildScalar(Node &node, Type element, double value) {
  return buildConstant(node, element, {}, value);
}

Value mlir::cnn::buildReshape(Node &node, Value value,
                              ArrayRef<int64_t> shape) {
  if (node.hasFailed() || getShape(value) == shape)
    return value;
  if (llvm::is_contained(shape.drop_front(shape.empty() ? 0 : 1),
                         ShapedType::kDynamic)) {
    (void)node.fail("expects to keep the dynamic batch in dimension 0; got " +
                    describeShape(shape) + " (--input-shape fixes the batch)");
    return {};
  }
  SmallVector<int64_t> target(shape);
  replaceDynamic(target);
  return node.build<ReshapeOp>(value, target);
}

Value mlir::cnn::buildTranspose(Node &node, Value value,
                                ArrayRef<int64_t> permutation) {
  if (llvm::is_sorted(permutation))
    return value;
  return node.build<TransposeOp>(value, permutation);
}

Value mlir::cnn::buildPart(Node &node, Value value, int64_t axis, int64_t start,
                           int64_t size) {
  if (node.hasFailed())
    return {};
  Box box = getWholeBox(getShape(value));
  box.starts[axis] = start;
  box.sizes[axis] = size;
  return buildSlice(node, value, box);
}

Value mlir::cnn::buildUnary(Node &node, FunctionKind kind, Value value,
                            double alpha, double beta) {
  return node.build<UnaryOp>(
      FunctionAttr::get(node.getContext(), kind, alpha, beta), value);
}

Value mlir::cnn::buildBinary(Node &node, BinaryKind kind, Value lhs,
                             Value rhs) {
  return node.build<BinaryOp>(kind, lhs, rhs);
}

Value mlir::cnn::buildBinary(Node &node, BinaryKind kind, Value lhs,
                             double rhs) {
  if (node.hasFailed())
    return {};
  return buildBinary(node, kind, lhs,
                     buildScalar(node, getElementType(lhs), rhs));
}

Value mlir::cnn::buildReduce(Node &node, ReduceKind kind, Value value,
                             ArrayRef<int64_t> axes, bool keepDims) {
  return node.build<ReduceOp>(kind, value, axes, keepDims);
}

Value mlir::cnn::buildCast(Node &node, Value value, Type element) {
  if (node.hasFailed() || getElementType(value) == element)
    return value;
  return node.build<CastOp>(value, element);
}

Type mlir::cnn::getWideType(Type element) {
  if (isa<Float16Type, BFloat16Type>(element))
    return Float32Type::get(element.getContext());
  return element;
}

Type mlir::cnn::getRealType(Type element) {
  if (isa<IntegerType>(element))
    return Float64Type::get(element.getContext());
  return getWideType(element);
}
