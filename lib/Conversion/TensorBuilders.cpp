//===- TensorBuilders.cpp - Tensors in destination style ------------------===//

#include "TensorBuilders.h"
#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"

#include <numeric>

namespace mlir::cnn {

ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

Type getElementType(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

static SmallVector<OpFoldResult> getIndices(OpBuilder &builder,
                                            ArrayRef<int64_t> values) {
  return getAsIndexOpFoldResult(builder.getContext(), values);
}

/// `steps`, or ones if it is empty.
static SmallVector<int64_t> getSteps(ArrayRef<int64_t> steps, size_t rank) {
  if (steps.empty())
    return SmallVector<int64_t>(rank, 1);
  return SmallVector<int64_t>(steps);
}

Type getSignless(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return IntegerType::get(type.getContext(), integer.getWidth());
  return type;
}

Value castSign(OpBuilder &builder, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return UnrealizedConversionCastOp::create(builder, loc, type, value)
      .getResult(0);
}

Value createEmpty(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                  Type elementType) {
  return tensor::EmptyOp::create(builder, loc, shape, elementType);
}

/// The integer nearest to `value`, which may be infinite.
static APInt getInteger(IntegerType type, double value) {
  // Of truth values the larger is 1, not -1.
  APSInt result(type.getWidth(), type.isUnsigned() || type.getWidth() == 1);
  bool isExact;
  APFloat(value).convertToInteger(result, APFloat::rmTowardZero, &isExact);
  return result;
}

Value createScalar(OpBuilder &builder, Location loc, Type type, double value) {
  TypedAttr attribute;
  if (auto integer = dyn_cast<IntegerType>(type))
    attribute =
        builder.getIntegerAttr(getSignless(type), getInteger(integer, value));
  else
    attribute = builder.getFloatAttr(type, value);
  return arith::ConstantOp::create(builder, loc, attribute);
}

Value createFilled(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                   Type elementType, double value) {
  Value scalar =
      castSign(builder, loc, createScalar(builder, loc, elementType, value),
               elementType);
  Value empty = createEmpty(builder, loc, shape, elementType);
  return linalg::FillOp::create(builder, loc, scalar, empty).getResult(0);
}

//===----------------------------------------------------------------------===//
// Views and copies
//===----------------------------------------------------------------------===//

/// A constant with the data of `attribute` in another shape.
static ElementsAttr reshapeConstant(ElementsAttr attribute,
                                    RankedTensorType type) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  return cast<DenseElementsAttr>(attribute).reshape(type);
}

Value createReshape(OpBuilder &builder, Location loc, Value value,
                    ArrayRef<int64_t> shape) {
  auto source = cast<RankedTensorType>(value.getType());
  if (source.getShape() == shape)
    return value;
  RankedTensorType target = source.clone(shape);
  ElementsAttr constant = getConstant(value);
  if (isa_and_nonnull<DenseResourceElementsAttr, DenseElementsAttr>(constant))
    return createConstant(builder, loc, reshapeConstant(constant, target));

  auto groups = getReassociationIndicesForReshape(source, target);
  if (groups && source.getRank() > target.getRank())
    return tensor::CollapseShapeOp::create(builder, loc, target, value,
                                           *groups);
  if (groups && source.getRank() < target.getRank())
    return tensor::ExpandShapeOp::create(builder, loc, target, value, *groups);
  // Not a merge or a split of dimensions: through one dimension.
  int64_t count = source.getNumElements();
  Value flat = createReshape(builder, loc, value, {count});
  return createReshape(builder, loc, flat, shape);
}

Value createTranspose(OpBuilder &builder, Location loc, Value value,
                      ArrayRef<int64_t> permutation) {
  if (llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size())))
    return value;
  SmallVector<int64_t> shape;
  for (int64_t dim : permutation)
    shape.push_back(getShape(value)[dim]);
  Value empty = createEmpty(builder, loc, shape, getElementType(value));
  return linalg::TransposeOp::create(builder, loc, value, empty, permutation)
      ->getResult(0);
}

Value createSlice(OpBuilder &builder, Location loc, Value value,
                  ArrayRef<int64_t> starts, ArrayRef<int64_t> sizes,
                  ArrayRef<int64_t> steps) {
  if (getShape(value) == sizes)
    return value;
  return tensor::ExtractSliceOp::create(
      builder, loc, value, getIndices(builder, starts),
      getIndices(builder, sizes),
      getIndices(builder, getSteps(steps, starts.size())));
}

Value createInsert(OpBuilder &builder, Location loc, Value source,
                   Value destination, ArrayRef<int64_t> starts,
                   ArrayRef<int64_t> steps) {
  return tensor::InsertSliceOp::create(
      builder, loc, source, destination, getIndices(builder, starts),
      getIndices(builder, getShape(source)),
      getIndices(builder, getSteps(steps, starts.size())));
}

Value createPad(OpBuilder &builder, Location loc, Value value,
                ArrayRef<int64_t> low, ArrayRef<int64_t> high, double number) {
  SmallVector<int64_t> shape(getShape(value));
  for (auto [extent, before, after] : llvm::zip_equal(shape, low, high))
    extent += before + after;
  if (shape == getShape(value))
    return value;
  Value frame =
      createFilled(builder, loc, shape, getElementType(value), number);
  if (llvm::is_contained(getShape(value), 0))
    return frame;
  return createInsert(builder, loc, value, frame, low);
}

//===----------------------------------------------------------------------===//
// Maps and reductions
//===----------------------------------------------------------------------===//

MapOperand createBroadcast(OpBuilder &builder, Location loc, Value value,
                           ArrayRef<int64_t> shape) {
  size_t rank = shape.size();
  SmallVector<int64_t> aligned(rank, 1);
  llvm::copy(getShape(value), aligned.end() - getShape(value).size());
  if (ArrayRef(aligned) == shape)
    return {createReshape(builder, loc, value, shape),
            builder.getMultiDimIdentityMap(rank)};
  SmallVector<int64_t> extents;
  SmallVector<AffineExpr> dims;
  for (auto [i, extent] : llvm::enumerate(aligned))
    if (extent == shape[i] && extent != 1) {
      extents.push_back(extent);
      dims.push_back(builder.getAffineDimExpr(i));
    }
  return {createReshape(builder, loc, value, extents),
          AffineMap::get(rank, 0, dims, builder.getContext())};
}

Value createGeneric(OpBuilder &builder, Location loc,
                    ArrayRef<MapOperand> operands, MapOperand destination,
                    ArrayRef<utils::IteratorType> iterators,
                    ElementFunction function) {
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (const MapOperand &operand : operands) {
    inputs.push_back(operand.value);
    maps.push_back(operand.map);
  }
  maps.push_back(destination.map);
  auto body = [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
    ImplicitLocOpBuilder inner(nestedLoc, nested);
    SmallVector<Value> elements;
    for (Value argument : arguments)
      elements.push_back(
          castSign(inner, loc, argument, getSignless(argument.getType())));
    Value result = function(inner, elements);
    result = castSign(inner, loc, result, arguments.back().getType());
    linalg::YieldOp::create(inner, result);
  };
  return linalg::GenericOp::create(builder, loc, destination.value.getType(),
                                   inputs, destination.value, maps, iterators,
                                   body)
      .getResult(0);
}

Value createMap(OpBuilder &builder, Location loc, RankedTensorType type,
                ArrayRef<MapOperand> operands, ElementFunction function) {
  int64_t rank = type.getRank();
  Value empty =
      createEmpty(builder, loc, type.getShape(), type.getElementType());
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  return createGeneric(builder, loc, operands,
                       {empty, builder.getMultiDimIdentityMap(rank)}, iterators,
                       [&](ImplicitLocOpBuilder &inner, ValueRange elements) {
                         return function(inner, elements.drop_back());
                       });
}

/// The one number a constant consists of, as arith knows it, or null.
static TypedAttr getSignlessSplat(Value value) {
  auto dense = dyn_cast_if_present<DenseElementsAttr>(getConstant(value));
  if (!dense || !dense.isSplat())
    return {};
  auto splat = dense.getSplatValue<Attribute>();
  if (auto integer = dyn_cast<IntegerAttr>(splat))
    return IntegerAttr::get(getSignless(integer.getType()), integer.getValue());
  return cast<TypedAttr>(splat);
}

Value createElementwise(OpBuilder &builder, Location loc, RankedTensorType type,
                        ValueRange operands, ElementFunction function) {
  SmallVector<MapOperand> tensors;
  SmallVector<TypedAttr> splats;
  for (Value operand : operands) {
    splats.push_back(getSignlessSplat(operand));
    if (!splats.back())
      tensors.push_back(
          createBroadcast(builder, loc, operand, type.getShape()));
  }
  return createMap(builder, loc, type, tensors,
                   [&](ImplicitLocOpBuilder &inner, ValueRange elements) {
                     SmallVector<Value> all;
                     auto next = elements.begin();
                     for (TypedAttr splat : splats)
                       all.push_back(
                           splat ? arith::ConstantOp::create(inner, splat)
                                 : *next++);
                     return function(inner, all);
                   });
}

Value createReduction(OpBuilder &builder, Location loc,
                      const Reduction &reduction, ArrayRef<MapOperand> operands,
                      ElementFunction function) {
  int64_t rank = reduction.extents.size();
  SmallVector<utils::IteratorType> iterators;
  SmallVector<int64_t> shape;
  SmallVector<AffineExpr> kept;
  for (int64_t i = 0; i < rank; ++i) {
    bool isReduced = llvm::is_contained(reduction.axes, i);
    iterators.push_back(isReduced ? utils::IteratorType::reduction
                                  : utils::IteratorType::parallel);
    if (isReduced)
      continue;
    shape.push_back(reduction.extents[i]);
    kept.push_back(builder.getAffineDimExpr(i));
  }
  Value start = createFilled(builder, loc, shape, reduction.elementType,
                             reduction.initial);
  AffineMap map = AffineMap::get(rank, 0, kept, builder.getContext());
  return createGeneric(builder, loc, operands, {start, map}, iterators,
                       function);
}

Value createReduction(OpBuilder &builder, Location loc, Value input,
                      ArrayRef<int64_t> axes, double initial,
                      ElementFunction function) {
  ArrayRef<int64_t> shape = getShape(input);
  AffineMap identity = builder.getMultiDimIdentityMap(shape.size());
  return createReduction(builder, loc,
                         {shape, axes, getElementType(input), initial},
                         MapOperand{input, identity}, function);
}

Value createGatherAlong(OpBuilder &builder, Location loc, Value value,
                        int64_t axis, ArrayRef<int64_t> indices) {
  auto source = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(source.getShape());
  shape[axis] = indices.size();
  Value table =
      createConstant(builder, loc,
                     makeConstant({static_cast<int64_t>(indices.size())},
                                  indices, builder.getContext()));
  AffineMap map =
      AffineMap::get(shape.size(), 0, builder.getAffineDimExpr(axis));
  return createMap(
      builder, loc, source.clone(shape), MapOperand{table, map},
      [&](ImplicitLocOpBuilder &inner, ValueRange elements) -> Value {
        SmallVector<Value> position;
        for (int64_t i = 0; i < source.getRank(); ++i)
          position.push_back(linalg::IndexOp::create(inner, i));
        position[axis] = arith::IndexCastOp::create(inner, inner.getIndexType(),
                                                    elements[0]);
        Value element = tensor::ExtractOp::create(inner, value, position);
        return castSign(inner, loc, element, getSignless(element.getType()));
      });
}

//===----------------------------------------------------------------------===//
// Blocked images
//===----------------------------------------------------------------------===//

SmallVector<int64_t> getBlockedShape(ArrayRef<int64_t> shape, int64_t lanes) {
  return {shape[0], Blocking{lanes}.getBlockCount(shape[1]), shape[2], shape[3],
          lanes};
}

Value createPack(OpBuilder &builder, Location loc, Value image, int64_t lanes) {
  Value empty =
      createEmpty(builder, loc, getBlockedShape(getShape(image), lanes),
                  getElementType(image));
  return kernel::PackOp::create(builder, loc, image, empty).getResult(0);
}

Value createUnpack(OpBuilder &builder, Location loc, Value blocked,
                   int64_t channels) {
  ArrayRef<int64_t> shape = getShape(blocked);
  Value empty =
      createEmpty(builder, loc, {shape[0], channels, shape[2], shape[3]},
                  getElementType(blocked));
  return kernel::UnpackOp::create(builder, loc, blocked, empty).getResult(0);
}

} // namespace mlir::cnn
