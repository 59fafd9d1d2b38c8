//===- Builders.cpp - What several families of operators build ------------===//

#include "Builders.h"

#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

Value mlir::cnn::buildReshape(Node &node, Value value,
                              ArrayRef<int64_t> shape) {
  if (!value || getShape(value) == shape)
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

Value mlir::cnn::buildConstant(Node &node, const Tensor &tensor,
                               Type elementType) {
  if (node.hasFailed())
    return {};
  const Tensor rounded = tensor.convertTo(*getElementType(elementType));
  auto type = RankedTensorType::get(tensor.getShape(), elementType);
  return createConstant(node.getGraph().getBuilder(), node.getLoc(),
                        makeConstant(type, rounded.getBytes()));
}

Value mlir::cnn::buildScalar(Node &node, Type elementType, double value) {
  Tensor tensor(ElementType::Float64, {});
  tensor.get<double>()[0] = value;
  return buildConstant(node, tensor, elementType);
}

Value mlir::cnn::buildIndices(Node &node, Type elementType,
                              ArrayRef<int64_t> shape, int64_t axis,
                              int64_t first) {
  SmallVector<int64_t> extents(shape.size() - axis, 1);
  extents[0] = shape[axis];
  Tensor tensor(ElementType::Int64, extents);
  for (int64_t &index : tensor.get<int64_t>())
    index = first++;
  return buildConstant(node, tensor, elementType);
}

Value mlir::cnn::buildCast(Node &node, Value input, Type elementType) {
  if (!input || getElementType(input) == elementType)
    return input;
  return node.build<CastOp>(input, elementType);
}

Type mlir::cnn::getWideType(Type type) {
  if (isa<IntegerType>(type))
    return Float64Type::get(type.getContext());
  return type.isF64() ? type : Float32Type::get(type.getContext());
}

Value mlir::cnn::buildReduce(Node &node, ReduceKind kind, Value input,
                             ArrayRef<int64_t> axes, bool keepDims) {
  if (!input)
    return {};
  SmallVector<int64_t> reduced(axes);
  if (axes.empty())
    llvm::append_range(reduced, llvm::seq<int64_t>(0, getShape(input).size()));
  llvm::sort(reduced);
  return node.build<ReduceOp>(kind, input, reduced, keepDims);
}
