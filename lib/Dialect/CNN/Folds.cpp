//===- Folds.cpp - Folds and canonicalizations of cnn ops -----------------===//
//
// Only what is always better: operations that do nothing, pairs that cancel,
// and small computations on constants.
//
//===----------------------------------------------------------------------===//

#include "Shapes.h"

#include "cnnc/Dialect/CNN/StoredWeights.h"
#include "cnnc/Support/Weights.h"

#include "mlir/IR/PatternMatch.h"

#include <numeric>

using namespace mlir;
using namespace mlir::cnn;

/// Constants that move elements are folded up to this size: weights that a
/// model stores in another layout are, feature maps are not constants.
static constexpr int64_t maxFoldedElements = int64_t(1) << 28;

static bool isSmallEnough(Type type) {
  auto shaped = cast<RankedTensorType>(type);
  return shaped.hasStaticShape() &&
         shaped.getNumElements() <= maxFoldedElements;
}

/// Calls `position(index)` for each index of `shape` in row-major order and
/// copies the element of `source` it names.
static ElementsAttr
moveElements(RankedTensorType type, ElementsAttr source,
             llvm::function_ref<int64_t(ArrayRef<int64_t>)> position) {
  if (auto dense = dyn_cast<DenseElementsAttr>(source);
      dense && dense.isSplat())
    return dense.resizeSplat(type);
  std::optional<Tensor> input = getTensor(source);
  if (!input)
    return {};
  Tensor output(input->getType(), type.getShape());
  int64_t width = getByteWidth(input->getType());
  SmallVector<int64_t> index(type.getRank(), 0);
  for (int64_t i = 0, count = type.getNumElements(); i < count; ++i) {
    std::memcpy(output.getBytes().data() + i * width,
                input->getBytes().data() + position(index) * width, width);
    for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
      if (++index[dim] < type.getDimSize(dim))
        break;
      index[dim] = 0;
    }
  }
  return makeConstant(type, std::as_const(output).getBytes());
}

static SmallVector<int64_t> getRowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t i = static_cast<int64_t>(shape.size()) - 2; i >= 0; --i)
    strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// The elements of a constant in double precision; nothing if it is not a
/// constant of floats with data.
static std::optional<Tensor> getDoubles(Attribute attribute) {
  auto constant = dyn_cast_if_present<ElementsAttr>(attribute);
  if (!constant || !isa<FloatType>(constant.getElementType()))
    return std::nullopt;
  std::optional<Tensor> tensor = getTensor(constant);
  if (tensor)
    tensor = tensor->convertTo(ElementType::Float64);
  return tensor;
}

/// A constant of `type` of the values rounded to its element type.
static ElementsAttr makeRounded(RankedTensorType type, const Tensor &values) {
  const Tensor rounded =
      values.convertTo(*cnn::getElementType(type.getElementType()));
  return makeConstant(type, rounded.getBytes());
}

OpFoldResult UnaryOp::fold(FoldAdaptor adaptor) {
  std::optional<Tensor> values = getDoubles(adaptor.getInput());
  if (!values)
    return {};
  for (double &value : values->get<double>())
    value = getFunction().evaluate(value);
  return makeRounded(getType(), *values);
}

/// A constant as if it had the shape of `type`, to which it broadcasts.
static Attribute broadcast(Attribute attribute, RankedTensorType type) {
  auto constant = dyn_cast_if_present<ElementsAttr>(attribute);
  if (!constant || !isa<FloatType>(constant.getElementType()) ||
      constant.getType() == type)
    return attribute;
  ArrayRef<int64_t> shape = constant.getShapedType().getShape();
  SmallVector<int64_t> strides = getRowMajorStrides(shape);
  int64_t missing = type.getRank() - shape.size();
  return moveElements(type, constant, [&](ArrayRef<int64_t> index) {
    int64_t position = 0;
    for (size_t i = 0; i < shape.size(); ++i)
      position += shape[i] == 1 ? 0 : index[missing + i] * strides[i];
    return position;
  });
}

/// The neutral right operand of `kind`, if it has one.
static std::optional<double> getNeutralRight(BinaryKind kind) {
  switch (kind) {
  case BinaryKind::add:
  case BinaryKind::sub:
    return 0.0;
  case BinaryKind::mul:
  case BinaryKind::div:
  case BinaryKind::pow:
    return 1.0;
  default:
    return std::nullopt;
  }
}

OpFoldResult BinaryOp::fold(FoldAdaptor adaptor) {
  RankedTensorType type = getType();
  std::optional<double> neutral = getNeutralRight(getKind());
  if (neutral && getLhs().getType() == type && getSplat(getRhs()) == neutral)
    return getLhs();
  bool commutes = getKind() == BinaryKind::add || getKind() == BinaryKind::mul;
  if (commutes && getRhs().getType() == type && getSplat(getLhs()) == neutral)
    return getRhs();
  // Not where the result is larger than both: it may not fit the memory.
  if (!adaptor.getLhs() || !adaptor.getRhs() ||
      (getLhs().getType() != type && getRhs().getType() != type))
    return {};
  std::optional<Tensor> lhs = getDoubles(broadcast(adaptor.getLhs(), type));
  std::optional<Tensor> rhs = getDoubles(broadcast(adaptor.getRhs(), type));
  if (!lhs || !rhs)
    return {};
  for (auto [a, b] : llvm::zip_equal(lhs->get<double>(), rhs->get<double>()))
    a = evaluate(getKind(), a, b);
  return makeRounded(type, *lhs);
}

/// Where the condition is the same everywhere, the operand it chooses.
OpFoldResult SelectOp::fold(FoldAdaptor adaptor) {
  if (getYes() == getNo() && getYes().getType() == getType())
    return getYes();
  auto condition =
      dyn_cast_if_present<DenseElementsAttr>(adaptor.getCondition());
  if (!condition || !condition.isSplat())
    return {};
  Value chosen = condition.getSplatValue<bool>() ? getYes() : getNo();
  return chosen.getType() == getType() ? chosen : Value();
}

//===----------------------------------------------------------------------===//
// Ops that move elements
//===----------------------------------------------------------------------===//

OpFoldResult ConcatOp::fold(FoldAdaptor) {
  return getInputs().size() == 1 ? getInputs().front() : OpFoldResult();
}

OpFoldResult SliceOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType() &&
      llvm::all_of(getFullSteps(), [](int64_t step) { return step == 1; }))
    return getInput();
  auto constant = dyn_cast_if_present<ElementsAttr>(adaptor.getInput());
  if (!constant || !isSmallEnough(getType()))
    return {};
  auto strides = getRowMajorStrides(cnn::getShape(getInput()));
  SmallVector<int64_t> steps = getFullSteps();
  return moveElements(getType(), constant, [&](ArrayRef<int64_t> index) {
    int64_t position = 0;
    for (size_t i = 0; i < index.size(); ++i)
      position += (getStarts()[i] + index[i] * steps[i]) * strides[i];
    return position;
  });
}

OpFoldResult PadOp::fold(FoldAdaptor) {
  auto isZero = [](int64_t pad) { return pad == 0; };
  if (llvm::all_of(getLow(), isZero) && llvm::all_of(getHigh(), isZero))
    return getInput();
  return {};
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType() && getType().hasStaticShape())
    return getInput();
  auto constant = dyn_cast_if_present<ElementsAttr>(adaptor.getInput());
  if (!constant)
    return {};
  if (auto dense = dyn_cast<DenseElementsAttr>(constant))
    return dense.reshape(getType());
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(constant))
    return DenseResourceElementsAttr::get(getType(), resource.getRawHandle());
  return {};
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  if (llvm::is_sorted(getPermutation()))
    return getInput();
  auto constant = dyn_cast_if_present<ElementsAttr>(adaptor.getInput());
  if (!constant || !isSmallEnough(getType()))
    return {};
  auto strides = getRowMajorStrides(cnn::getShape(getInput()));
  return moveElements(getType(), constant, [&](ArrayRef<int64_t> index) {
    int64_t position = 0;
    for (auto [i, dim] : llvm::enumerate(getPermutation()))
      position += index[i] * strides[dim];
    return position;
  });
}

OpFoldResult ExpandOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? getInput() : OpFoldResult();
}

OpFoldResult CastOp::fold(FoldAdaptor adaptor) {
  auto type = cast<RankedTensorType>(getOutput().getType());
  if (getInput().getType() == type)
    return getInput();
  auto constant = dyn_cast_if_present<ElementsAttr>(adaptor.getInput());
  std::optional<ElementType> element =
      cnn::getElementType(type.getElementType());
  if (!constant || !element || isStored(*this))
    return {};
  std::optional<Tensor> input = getTensor(constant);
  if (!input)
    return {};
  Tensor output = input->convertTo(*element);
  return makeConstant(type, std::as_const(output).getBytes());
}

//===----------------------------------------------------------------------===//
// Canonicalization patterns
//===----------------------------------------------------------------------===//

/// reshape(reshape(x))  -->  reshape(x)
static LogicalResult mergeReshapes(ReshapeOp op, PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<ReshapeOp>();
  if (!inner)
    return rewriter.notifyMatchFailure(op, "its input is not a reshape");
  rewriter.modifyOpInPlace(
      op, [&] { op.getInputMutable().assign(inner.getInput()); });
  return success();
}

/// transpose(transpose(x, p), q)  -->  transpose(x, q after p)
static LogicalResult mergeTransposes(TransposeOp op,
                                     PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<TransposeOp>();
  if (!inner)
    return rewriter.notifyMatchFailure(op, "its input is not a transpose");
  SmallVector<int64_t> permutation;
  for (int64_t dim : op.getPermutation())
    permutation.push_back(inner.getPermutation()[dim]);
  rewriter.replaceOpWithNewOp<TransposeOp>(op, inner.getInput(), permutation);
  return success();
}

/// concat(a, concat(b, c))  -->  concat(a, b, c) on the same axis.
static LogicalResult flattenConcat(ConcatOp op, PatternRewriter &rewriter) {
  SmallVector<Value> inputs;
  for (Value input : op.getInputs()) {
    auto inner = input.getDefiningOp<ConcatOp>();
    if (inner && inner.getAxis() == op.getAxis() && inner->hasOneUse())
      llvm::append_range(inputs, inner.getInputs());
    else
      inputs.push_back(input);
  }
  if (inputs.size() == op.getInputs().size())
    return rewriter.notifyMatchFailure(op, "no input is such a concat");
  rewriter.replaceOpWithNewOp<ConcatOp>(op, inputs, op.getAxis());
  return success();
}

/// A bias of zeros is no bias.
static LogicalResult dropZeroBias(ConvOp op, PatternRewriter &rewriter) {
  if (!op.getBias() || getSplat(op.getBias()) != 0.0)
    return rewriter.notifyMatchFailure(op, "it has no bias of zeros");
  rewriter.modifyOpInPlace(op, [&] { op.getBiasMutable().clear(); });
  return success();
}

void ReshapeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *) {
  patterns.add(mergeReshapes);
}

void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *) {
  patterns.add(mergeTransposes);
}

void ConcatOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *) {
  patterns.add(flattenConcat);
}

void ConvOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                         MLIRContext *) {
  patterns.add(dropZeroBias);
}
