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

struct LowerLRN : OpRewritePattern<LRNOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LRNOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    Formula formula(rewriter, op.getLoc(), type);
    Value sum = createSumOfSquares(rewriter, op);
    double factor = op.getAlpha().convertToDouble() / op.getSize();
    double bias = op.getBias().convertToDouble();
    double beta = op.getBeta().convertToDouble();
    rewriter.replaceOp(
        op, formula.map({op.getInput(), sum},
                        [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                          Value scaled = arith::MulFOp::create(
                              b, x[1], formula.scalar(b, factor));
                          Value base = arith::AddFOp::create(
                              b, scaled, formula.scalar(b, bias));
                          return arith::DivFOp::create(
                              b, x[0], emitPower(b, base, beta));
                        }));
    return success();
  }

  /// S of the formula: over zeros around the channels a window slides, whose
  /// position is the last iterator.
  static Value createSumOfSquares(OpBuilder &builder, LRNOp op) {
    Location loc = op.getLoc();
    auto type = cast<RankedTensorType>(op.getType());
    int64_t rank = type.getRank(), size = op.getSize();
    SmallVector<int64_t> low(rank, 0), high(rank, 0);
    low[1] = (size - 1) / 2;
    high[1] = size - 1 - low[1];
    Value padded = createPad(builder, loc, op.getInput(), low, high, 0);
    Value window = createEmpty(builder, loc, size, type.getElementType());
    Value zeros =
        createFilled(builder, loc, type.getShape(), type.getElementType(), 0);

    AffineMap output =
        builder.getMultiDimIdentityMap(rank + 1).dropResult(rank);
    AffineExpr position = builder.getAffineDimExpr(rank);
    SmallVector<AffineExpr> input(output.getResults());
    input[1] = input[1] + position;
    SmallVector<AffineMap> maps = {
        AffineMap::get(rank + 1, 0, input, builder.getContext()),
        AffineMap::get(rank + 1, 0, position), output};
    SmallVector<utils::IteratorType> iterators(rank,
                                               utils::IteratorType::parallel);
    iterators.push_back(utils::IteratorType::reduction);
    return linalg::GenericOp::create(
               builder, loc, type, ValueRange{padded, window}, zeros, maps,
               iterators,
               [](OpBuilder &inner, Location loc, ValueRange x) {
                 Value square = arith::MulFOp::create(inner, loc, x[0], x[0]);
                 Value sum = arith::AddFOp::create(inner, loc, square, x[2]);
                 linalg::YieldOp::create(inner, loc, sum);
               })
        .getResult(0);
  }
};

} // namespace

void populateNormToKernel(RewritePatternSet &patterns) {
  patterns.add<LowerSoftmax, LowerInstanceNorm, LowerLayerNorm, LowerLRN>(
      patterns.getContext());
}

} // namespace mlir::cnn
