//===- CNNToKernelNorm.cpp - Softmax and normalizations as linalg ---------===//
//
// Each is a few reductions and maps, in the order in which the formula is
// written.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernel.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

namespace mlir::cnn {
namespace {

/// Builds maps and reductions of tensors that broadcast to one type.
class Formula {
public:
  Formula(OpBuilder &builder, Location loc, RankedTensorType type)
      : builder(builder), loc(loc), type(type) {}

  Value map(ValueRange operands, ElementFunction function) {
    return createElementwise(builder, loc, type, operands, function);
  }

  /// Reduces `axes`, which stay as 1.
  Value reduce(Value value, ArrayRef<int64_t> axes, double initial,
               ElementFunction function) {
    Value reduced =
        createReduction(builder, loc, value, axes, initial, function);
    return createReshape(builder, loc, reduced, getReducedShape(axes));
  }

  Value sum(Value value, ArrayRef<int64_t> axes) {
    return reduce(value, axes, 0, [](ImplicitLocOpBuilder &b, ValueRange x) {
      return arith::AddFOp::create(b, x[0], x[1]).getResult();
    });
  }

  Value maximum(Value value, ArrayRef<int64_t> axes) {
    return reduce(value, axes, -std::numeric_limits<double>::infinity(),
                  [](ImplicitLocOpBuilder &b, ValueRange x) {
                    return arith::MaximumFOp::create(b, x[0], x[1]).getResult();
                  });
  }

  /// (x - mean) / sqrt(variance + epsilon) over `axes`.
  Value normalize(Value x, ArrayRef<int64_t> axes, double epsilon) {
    double count = 1;
    for (int64_t axis : axes)
      count *= type.getDimSize(axis);
    Value total = sum(x, axes);
    Value centred = map({x, total}, [&](ImplicitLocOpBuilder &b, ValueRange v) {
      Value mean = arith::MulFOp::create(b, v[1], scalar(b, 1 / count));
      return arith::SubFOp::create(b, v[0], mean).getResult();
    });
    Value squares =
        reduce(centred, axes, 0, [](ImplicitLocOpBuilder &b, ValueRange v) {
          Value square = arith::MulFOp::create(b, v[0], v[0]);
          return arith::AddFOp::create(b, square, v[1]).getResult();
        });
    return map({centred, inverseDeviation(squares, count, epsilon)},
               [](ImplicitLocOpBuilder &b, ValueRange v) {
                 return arith::MulFOp::create(b, v[0], v[1]).getResult();
               });
  }

  Value scalar(ImplicitLocOpBuilder &b, double value) {
    return createScalar(b, b.getLoc(), type.getElementType(), value);
  }

private:
  SmallVector<int64_t> getReducedShape(ArrayRef<int64_t> axes) {
    SmallVector<int64_t> shape(type.getShape());
    for (int64_t axis : axes)
      shape[axis] = 1;
    return shape;
  }

  /// 1 / sqrt(squares / count + epsilon), of the shape of `squares`.
  Value inverseDeviation(Value squares, double count, double epsilon) {
    return createElementwise(
        builder, loc, cast<RankedTensorType>(squares.getType()), squares,
        [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
          Value variance = arith::MulFOp::create(b, v[0], scalar(b, 1 / count));
          Value sum = arith::AddFOp::create(b, variance, scalar(b, epsilon));
          Value root = math::SqrtOp::create(b, sum);
          return arith::DivFOp::create(b, scalar(b, 1), root);
        });
  }

  OpBuilder &builder;
  Location loc;
  RankedTensorType type;
};

struct LowerSoftmax : OpRewritePattern<SoftmaxOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SoftmaxOp op,
                                PatternRewriter &rewriter) const override {
    Formula formula(rewriter, op.getLoc(),
                    cast<RankedTensorType>(op.getType()));
    int64_t axis = op.getAxis();
    Value maximum = formula.maximum(op.getInput(), axis);
    Value shifted = formula.map(
        {op.getInput(), maximum}, [](ImplicitLocOpBuilder &b, ValueRange x) {
          return arith::SubFOp::create(b, x[0], x[1]).getResult();
        });
    Value power =
        formula.map(shifted, [](ImplicitLocOpBuilder &b, ValueRange x) {
          return math::ExpOp::create(b, x[0]).getResult();
        });
    Value sum = formula.sum(power, axis);
    bool log = op.getLog();
    rewriter.replaceOp(
        op, formula.map({log ? shifted : power, sum},
                        [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                          if (!log)
                            return arith::DivFOp::create(b, x[0], x[1]);
                          Value logarithm = math::LogOp::create(b, x[1]);
                          return arith::SubFOp::create(b, x[0], logarithm);
                        }));
    return success();
  }
};

/// normalized * scale + shift; `shift` may be null.
Value createAffine(Formula &formula, Value normalized, Value scale,
                   Value shift) {
  SmallVector<Value> operands = {normalized, scale};
  if (shift)
    operands.push_back(shift);
  return formula.map(operands,
                     [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                       Value product = arith::MulFOp::create(b, x[0], x[1]);
                       if (x.size() == 2)
                         return product;
                       return arith::AddFOp::create(b, product, x[2]);
                     });
}

struct LowerInstanceNorm : OpRewritePattern<InstanceNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(InstanceNormOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    Formula formula(rewriter, op.getLoc(), type);
    auto axes = llvm::to_vector(llvm::seq<int64_t>(2, type.getRank()));
    Value normalized = formula.normalize(op.getInput(), axes,
                                         op.getEpsilon().convertToDouble());
    SmallVector<int64_t> shape(type.getRank() - 1, 1);
    shape[0] = type.getDimSize(1);
    auto align = [&](Value value) {
      return createReshape(rewriter, op.getLoc(), value, shape);
    };
    rewriter.replaceOp(op,
                       createAffine(formula, normalized, align(op.getScale()),
                                    align(op.getShift())));
    return success();
  }
};

struct LowerLayerNorm : OpRewritePattern<LayerNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LayerNormOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    Formula formula(rewriter, op.getLoc(), type);
    auto axes =
        llvm::to_vector(llvm::seq<int64_t>(op.getAxis(), type.getRank()));
    Value normalized = formula.normalize(op.getInput(), axes,
                                         op.getEpsilon().convertToDouble());
    rewriter.replaceOp(
        op, createAffine(formula, normalized, op.getScale(), op.getShift()));
    return success();
  }
};

/// base^exponent for a positive base; by roots where the exponent allows.
Value emitPower(ImplicitLocOpBuilder &b, Value base, double exponent) {
  if (exponent == 1.0)
    return base;
  Value root;
  if (exponent == 0.5 || exponent == 0.75)
    root = math::SqrtOp::create(b, base);
  if (exponent == 0.5)
    return root;
  if (exponent == 0.75)
    return arith::MulFOp::create(b, root, math::SqrtOp::create(b, root));
  Value power = createScalar(b, b.getLoc(), base.getType(), exponent);
  return math::PowFOp::create(b, base, power);
}

/// Every element reads the channels around it from an image with zeros around
/// its channels. H and W are one dimension: what differs are the channels.
struct LowerLRN : OpRewritePattern<LRNOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LRNOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = getShape(op.getInput());
    SmallVector<int64_t> flat = {shape[0], shape[1], 1};
    for (int64_t extent : shape.drop_front(2))
      flat[2] *= extent;
    Location loc = op.getLoc();
    Value input = createReshape(rewriter, loc, op.getInput(), flat);
    int64_t size = op.getSize();
    Value padded = createPadded(rewriter, input, size);
    bool isShort = size <= longestUnrolled;
    Value sum =
        isShort ? Value() : createSumOfSquares(rewriter, padded, flat, size);
    Value result = isShort ? createUnrolled(rewriter, op, padded, flat)
                           : createQuotient(rewriter, op, input, sum);
    rewriter.replaceOp(op, createReshape(rewriter, loc, result, shape));
    return success();
  }

private:
  static constexpr int64_t longestUnrolled = 16;

  /// `input` with zeros before and after its channels. A pad would write zeros
  /// everywhere first, so that nobody could write the input in place.
  static Value createPadded(OpBuilder &builder, Value input, int64_t size) {
    Location loc = input.getLoc();
    Type element = getElementType(input);
    ArrayRef<int64_t> shape = getShape(input);
    int64_t before = (size - 1) / 2, after = size - 1 - before;
    auto zeros = [&](int64_t channels) {
      return createFilled(builder, loc, {shape[0], channels, shape[2]}, element,
                          0);
    };
    Value padded = createEmpty(
        builder, loc, {shape[0], shape[1] + size - 1, shape[2]}, element);
    if (before > 0)
      padded = createInsert(builder, loc, zeros(before), padded, {0, 0, 0});
    padded = createInsert(builder, loc, input, padded, {0, before, 0});
    if (after > 0)
      padded = createInsert(builder, loc, zeros(after), padded,
                            {0, before + shape[1], 0});
    return padded;
  }

  /// x / (bias + alpha / size * sum)^beta
  static Value emitQuotient(ImplicitLocOpBuilder &b, LRNOp op, Value x,
                            Value sum) {
    auto scalar = [&](double value) {
      return createScalar(b, b.getLoc(), x.getType(), value);
    };
    double factor = op.getAlpha().convertToDouble() / op.getSize();
    Value scaled = arith::MulFOp::create(b, sum, scalar(factor));
    Value base = arith::AddFOp::create(b, scaled,
                                       scalar(op.getBias().convertToDouble()));
    return arith::DivFOp::create(
        b, x, emitPower(b, base, op.getBeta().convertToDouble()));
  }

  static Value createQuotient(OpBuilder &builder, LRNOp op, Value input,
                              Value sum) {
    return createElementwise(
        builder, op.getLoc(), cast<RankedTensorType>(input.getType()),
        {input, sum}, [&](ImplicitLocOpBuilder &b, ValueRange x) {
          return emitQuotient(b, op, x[0], x[1]);
        });
  }

  /// All in one map, which reads every channel of the window.
  static Value createUnrolled(OpBuilder &builder, LRNOp op, Value padded,
                              ArrayRef<int64_t> shape) {
    int64_t size = op.getSize(), centre = (size - 1) / 2;
    SmallVector<Value> operands;
    for (int64_t k = 0; k < size; ++k)
      operands.push_back(
          createSlice(builder, op.getLoc(), padded, {0, k, 0}, shape));
    auto type = RankedTensorType::get(shape, getElementType(padded));
    return createElementwise(builder, op.getLoc(), type, operands,
                             [&](ImplicitLocOpBuilder &b, ValueRange x) {
                               Value sum = arith::MulFOp::create(b, x[0], x[0]);
                               for (Value other : x.slice(1, size - 1)) {
                                 Value square =
                                     arith::MulFOp::create(b, other, other);
                                 sum = arith::AddFOp::create(b, square, sum);
                               }
                               return emitQuotient(b, op, x[centre], sum);
                             });
  }

  /// S of the formula, by a window whose position is the last iterator.
  static Value createSumOfSquares(OpBuilder &builder, Value padded,
                                  ArrayRef<int64_t> shape, int64_t size) {
    Location loc = padded.getLoc();
    Type element = getElementType(padded);
    Value window = createEmpty(builder, loc, size, element);
    Value zeros = createFilled(builder, loc, shape, element, 0);
    AffineMap output = builder.getMultiDimIdentityMap(4).dropResult(3);
    AffineExpr position = builder.getAffineDimExpr(3);
    SmallVector<AffineExpr> input(output.getResults());
    input[1] = input[1] + position;
    SmallVector<utils::IteratorType> iterators(3,
                                               utils::IteratorType::parallel);
    iterators.push_back(utils::IteratorType::reduction);
    return createGeneric(
        builder, loc,
        {{padded, AffineMap::get(4, 0, input, builder.getContext())},
         {window, AffineMap::get(4, 0, position)}},
        {zeros, output}, iterators,
        [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
          Value square = arith::MulFOp::create(b, x[0], x[0]);
          return arith::AddFOp::create(b, square, x[2]);
        });
  }
};

} // namespace

void populateNormToKernel(RewritePatternSet &patterns) {
  patterns.add<LowerSoftmax, LowerInstanceNorm, LowerLayerNorm, LowerLRN>(
      patterns.getContext());
}

} // namespace mlir::cnn
