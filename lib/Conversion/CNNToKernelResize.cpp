//===- CNNToKernelResize.cpp - Interpolation as linalg --------------------===//
//
// Every mode is separable: along one dimension an element of the result is a
// sum of a few elements of the input with weights known at compile time. Images
// are resized in blocked form, where neighbours in memory are channels and all
// of them have the same weights.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernel.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::cnn {
namespace {

/// What one dimension of the result is made of: for each of `taps` summands a
/// source index and a weight per element.
struct Interpolation {
  SmallVector<SmallVector<int64_t>> indices;
  SmallVector<SmallVector<double>> weights;

  /// Element i of the result is element i / factor of the input; 0 if there is
  /// no such factor.
  int64_t getRepeatFactor(int64_t inputExtent) const {
    if (indices.size() != 1 || indices[0].size() % inputExtent != 0 ||
        !llvm::all_equal(weights[0]) || weights[0].front() != 1)
      return 0;
    int64_t factor = indices[0].size() / inputExtent;
    for (auto [i, index] : llvm::enumerate(indices[0]))
      if (index != static_cast<int64_t>(i) / factor)
        return 0;
    return factor;
  }
};

Interpolation getInterpolation(ResizeOp op, int64_t axis) {
  int64_t extent = getShape(op.getOutput())[axis];
  Interpolation result;
  result.indices.emplace_back(extent, 0);
  result.weights.emplace_back(extent, 0);
  for (int64_t i = 0; i < extent; ++i)
    for (auto [tap, summand] : llvm::enumerate(op.getSummands(axis, i))) {
      // Positions with fewer summands have the first once more, of weight 0.
      if (tap == result.indices.size()) {
        result.indices.push_back(result.indices[0]);
        result.weights.emplace_back(extent, 0);
      }
      if (tap == 0)
        for (SmallVector<int64_t> &indices : result.indices)
          indices[i] = summand.index;
      result.indices[tap][i] = summand.index;
      result.weights[tap][i] = summand.weight;
    }
  return result;
}

/// A list of numbers of type `element`.
Value createList(OpBuilder &builder, Location loc, Type element,
                 ArrayRef<double> values) {
  Tensor list(ElementType::Float64, {static_cast<int64_t>(values.size())});
  llvm::copy(values, list.get<double>().begin());
  const Tensor rounded = list.convertTo(*getElementType(element));
  auto type = RankedTensorType::get(list.getShape(), element);
  return createConstant(builder, loc, makeConstant(type, rounded.getBytes()));
}

/// Every element of dimension `axis` `factor` times.
Value createRepeat(OpBuilder &builder, Location loc, Value value, int64_t axis,
                   int64_t factor) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape()), merged(type.getShape());
  shape.insert(shape.begin() + axis + 1, factor);
  merged[axis] *= factor;
  AffineMap map =
      builder.getMultiDimIdentityMap(shape.size()).dropResult(axis + 1);
  Value repeated = createMap(
      builder, loc, type.clone(shape), MapOperand{value, map},
      [](ImplicitLocOpBuilder &, ValueRange elements) { return elements[0]; });
  return createReshape(builder, loc, repeated, merged);
}

/// The sum over taps of weight * element along `axis`.
Value createInterpolation(OpBuilder &builder, Location loc, Value value,
                          int64_t axis, const Interpolation &interpolation) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  int64_t extent = interpolation.indices[0].size();
  shape[axis] = extent;
  AffineMap map =
      AffineMap::get(shape.size(), 0, builder.getAffineDimExpr(axis));
  SmallVector<MapOperand> tables;
  for (auto [indices, weights] :
       llvm::zip_equal(interpolation.indices, interpolation.weights)) {
    Value table = createConstant(
        builder, loc, makeConstant({extent}, indices, builder.getContext()));
    Value factors = createList(builder, loc, type.getElementType(), weights);
    tables.append({{table, map}, {factors, map}});
  }
  return createMap(
      builder, loc, type.clone(shape), tables,
      [&](ImplicitLocOpBuilder &b, ValueRange elements) {
        SmallVector<Value> position;
        for (int64_t i = 0; i < type.getRank(); ++i)
          position.push_back(linalg::IndexOp::create(b, i));
        Value sum;
        for (size_t tap = 0; tap < elements.size(); tap += 2) {
          position[axis] =
              arith::IndexCastOp::create(b, b.getIndexType(), elements[tap]);
          Value element = tensor::ExtractOp::create(b, value, position);
          Value product = arith::MulFOp::create(b, elements[tap + 1], element);
          sum = sum ? arith::AddFOp::create(b, sum, product) : product;
        }
        return sum;
      });
}

struct LowerResize : LoweringPattern<ResizeOp> {
  using LoweringPattern::LoweringPattern;

  LogicalResult matchAndRewrite(ResizeOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    ArrayRef<int64_t> output = getShape(op.getOutput());
    SmallVector<int64_t> axes;
    for (int64_t axis = 0, rank = output.size(); axis < rank; ++axis)
      if (op.isResized(axis))
        axes.push_back(axis);
    bool isBlocked = output.size() == 4 &&
                     isa<FloatType>(getElementType(op.getInput())) &&
                     llvm::all_of(axes, [](int64_t axis) { return axis >= 2; });
    Value value = op.getInput();
    if (isBlocked)
      value = createPack(rewriter, loc, value,
                         getLanes(machine, getElementType(value)));
    for (int64_t axis : axes) {
      Interpolation interpolation = getInterpolation(op, axis);
      int64_t factor =
          interpolation.getRepeatFactor(getShape(op.getInput())[axis]);
      if (factor != 0)
        value = createRepeat(rewriter, loc, value, axis, factor);
      else if (op.getMode() == ResizeMode::nearest)
        value = createGatherAlong(rewriter, loc, value, axis,
                                  interpolation.indices[0]);
      else
        value = createInterpolation(rewriter, loc, value, axis, interpolation);
    }
    if (isBlocked)
      value = createUnpack(rewriter, loc, value, output[1]);
    rewriter.replaceOp(op, value);
    return success();
  }
};

} // namespace

void populateResizeToKernel(RewritePatternSet &patterns,
                            const Machine &machine) {
  patterns.add<LowerResize>(patterns.getContext(), machine);
}

} // namespace mlir::cnn
