//===- ElementwiseShapes.cpp - Result types of functions of numbers -------===//

#include "Shapes.h"

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Every element by itself
//===----------------------------------------------------------------------===//

LogicalResult UnaryOp::verify() {
  Type element = cnn::getElementType(getInput());
  FunctionKind kind = getFunction().getKind();
  bool isAccepted = kind == FunctionKind::bit_not;
  if (isa<FloatType>(element))
    isAccepted = !isAccepted;
  else if (!element.isInteger(1))
    isAccepted |= llvm::is_contained({FunctionKind::relu, FunctionKind::clip,
                                      FunctionKind::abs, FunctionKind::neg,
                                      FunctionKind::sign},
                                     kind);
  if (isAccepted)
    return success();
  return emitOpError("expects elements that '")
         << stringifyFunctionKind(kind) << "' is defined for, got " << element;
}

/// True if `kind` is defined for elements of `type`.
static bool isDefined(BinaryKind kind, Type type) {
  switch (kind) {
  case BinaryKind::bit_and:
  case BinaryKind::bit_or:
  case BinaryKind::bit_xor:
    return isa<IntegerType>(type);
  case BinaryKind::shift_left:
  case BinaryKind::shift_right:
    return type.isUnsignedInteger();
  default:
    return !type.isInteger(1);
  }
}

/// The shape that all `operands` broadcast to.
static FailureOr<SmallVector<int64_t>>
inferBroadcast(MaybeLocation location, StringRef name, ValueRange operands) {
  FailureOr<SmallVector<int64_t>> shape = SmallVector<int64_t>();
  for (Value operand : operands)
    if (succeeded(shape))
      shape = getBroadcastShape(*shape, getShape(operand));
  if (succeeded(shape))
    return shape;
  std::string shapes;
  for (Value operand : operands.drop_back())
    shapes += (shapes.empty() ? "" : ", ") + describe(getShape(operand));
  return emitOptionalError(location, name,
                           " expects shapes that broadcast, got ", shapes,
                           " and ", describe(getShape(operands.back())));
}

LogicalResult BinaryOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                         BinaryOp::Adaptor op, Types &types) {
  auto shape = inferBroadcast(location, "binary", op.getOperands());
  if (failed(shape))
    return failure();
  Type element = getElementType(op.getLhs());
  if (!isDefined(op.getKind(), element))
    return emitOptionalError(location, "binary expects elements that '",
                             stringifyBinaryKind(op.getKind()),
                             "' is defined for, got ", element);
  types.push_back(RankedTensorType::get(*shape, element));
  return success();
}

LogicalResult CompareOp::inferReturnTypes(MLIRContext *context,
                                          MaybeLocation location,
                                          CompareOp::Adaptor op, Types &types) {
  auto shape = inferBroadcast(location, "compare", op.getOperands());
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, IntegerType::get(context, 1)));
  return success();
}

LogicalResult SelectOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                         SelectOp::Adaptor op, Types &types) {
  Type yes = getElementType(op.getYes()), no = getElementType(op.getNo());
  if (yes != no)
    return emitOptionalError(location,
                             "select expects two operands of one element "
                             "type, got ",
                             yes, " and ", no);
  auto shape = inferBroadcast(location, "select", op.getOperands());
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, yes));
  return success();
}

LogicalResult CastOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                       CastOp::Adaptor op, Types &types) {
  if (!isa<FloatType, IntegerType>(op.getType()))
    return emitOptionalError(location,
                             "cast expects a float or integer type, "
                             "got ",
                             op.getType());
  types.push_back(RankedTensorType::get(getShape(op.getInput()), op.getType()));
  return success();
}

//===----------------------------------------------------------------------===//
// Along dimensions
//===----------------------------------------------------------------------===//

LogicalResult SoftmaxOp::verify() {
  return checkAxis(getLoc(), "softmax", getAxis(),
                   cnn::getShape(getInput()).size());
}

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *, MaybeLocation location,
                                         ReduceOp::Adaptor op, Types &types) {
  ArrayRef<int64_t> input = getShape(op.getInput());
  SmallVector<bool> isReduced(input.size(), false);
  for (int64_t axis : op.getAxes()) {
    if (failed(checkAxis(location, "reduce", axis, input.size())))
      return failure();
    if (isReduced[axis])
      return emitOptionalError(location, "reduce expects each axis once, got ",
                               axis, " twice");
    isReduced[axis] = true;
  }
  SmallVector<int64_t> shape;
  for (auto [extent, reduced] : llvm::zip_equal(input, isReduced))
    if (!reduced)
      shape.push_back(extent);
    else if (op.getKeepDims())
      shape.push_back(1);
  types.push_back(RankedTensorType::get(shape, getElementType(op.getInput())));
  return success();
}

LogicalResult ArgReduceOp::inferReturnTypes(MLIRContext *context,
                                            MaybeLocation location,
                                            ArgReduceOp::Adaptor op,
                                            Types &types) {
  SmallVector<int64_t> shape(getShape(op.getInput()));
  int64_t axis = op.getAxis();
  if (failed(checkAxis(location, "arg_reduce", axis, shape.size())))
    return failure();
  if (shape[axis] == 0)
    return emitOptionalError(
        location, "arg_reduce expects at least one element in dimension ",
        axis);
  if (op.getKeepDims())
    shape[axis] = 1;
  else
    shape.erase(shape.begin() + axis);
  types.push_back(RankedTensorType::get(shape, IntegerType::get(context, 64)));
  return success();
}

LogicalResult CumulativeSumOp::verify() {
  if (cnn::getElementType(getInput()).isInteger(1))
    return emitOpError("expects numbers, got ") << getInput().getType();
  return checkAxis(getLoc(), "cumulative_sum", getAxis(),
                   cnn::getShape(getInput()).size());
}
