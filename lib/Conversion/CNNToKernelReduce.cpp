//===- CNNToKernelReduce.cpp - Reductions as pools or linalg --------------===//

#include "CNNToKernel.h"
#include "EmitArithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <limits>

namespace mlir::cnn {
namespace {

/// Mean and maximum over all dimensions behind N and C are a pool whose window
/// is the image.
struct LowerGlobalPool : LoweringPattern<ReduceOp> {
  using LoweringPattern::LoweringPattern;

  LogicalResult matchAndRewrite(ReduceOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = getShape(op.getInput());
    bool isPool =
        op.getKind() == ReduceKind::mean || op.getKind() == ReduceKind::max;
    if (!isPool || shape.size() < 3 || llvm::is_contained(shape, 0) ||
        !isa<FloatType>(getElementType(op.getInput())))
      return failure();
    SmallVector<int64_t> axes(op.getAxes());
    llvm::sort(axes);
    if (!llvm::equal(axes, llvm::seq<int64_t>(2, shape.size())))
      return failure();
    Location loc = op.getLoc();
    int64_t lanes = getLanes(machine, getElementType(op.getInput())), width = 1;
    for (int64_t extent : shape.drop_front(3))
      width *= extent;
    Value image = createReshape(rewriter, loc, op.getInput(),
                                {shape[0], shape[1], shape[2], width});
    Value input = createPack(rewriter, loc, image, lanes);
    SmallVector<int64_t> pooled = {shape[0], shape[1], 1, 1};
    Value empty = createEmpty(rewriter, loc, getBlockedShape(pooled, lanes),
                              getElementType(input));
    SmallVector<int64_t> kernel = {shape[2], width};
    auto pool = kernel::PoolOp::create(
        rewriter, loc,
        op.getKind() == ReduceKind::max ? kernel::PoolKind::max
                                        : kernel::PoolKind::avg,
        input, empty, kernel, ArrayRef<int64_t>(), ArrayRef<int64_t>(),
        ArrayRef<int64_t>(), /*includePad=*/false, /*hasUnsigned=*/false);
    Value plain = createUnpack(rewriter, loc, pool.getResult(0), shape[1]);
    rewriter.replaceOp(
        op, createReshape(rewriter, loc, plain, getShape(op.getOutput())));
    return success();
  }
};

Value emitCombine(ImplicitLocOpBuilder &builder, ReduceKind kind, Type type,
                  ValueRange operands) {
  switch (kind) {
  case ReduceKind::sum:
  case ReduceKind::mean:
    return emitBinary(builder, BinaryKind::add, type, operands);
  case ReduceKind::prod:
    return emitBinary(builder, BinaryKind::mul, type, operands);
  case ReduceKind::min:
    return emitBinary(builder, BinaryKind::min, type, operands);
  case ReduceKind::max:
    return emitBinary(builder, BinaryKind::max, type, operands);
  }
  llvm_unreachable("every reduction is handled");
}

double getNeutral(ReduceKind kind) {
  switch (kind) {
  case ReduceKind::sum:
  case ReduceKind::mean:
    return 0;
  case ReduceKind::prod:
    return 1;
  case ReduceKind::min:
    return std::numeric_limits<double>::infinity();
  case ReduceKind::max:
    return -std::numeric_limits<double>::infinity();
  }
  llvm_unreachable("every reduction is handled");
}

/// `value` converted to another element type.
Value createCast(OpBuilder &builder, Location loc, Value value, Type to) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getElementType() == to)
    return value;
  return createElementwise(builder, loc, type.clone(to), value,
                           [&](ImplicitLocOpBuilder &b, ValueRange x) {
                             return emitCast(b, type.getElementType(), to,
                                             x[0]);
                           });
}

struct LowerReduce : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ReduceOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type element = getElementType(op.getInput());
    bool isMean = op.getKind() == ReduceKind::mean;
    Value input = op.getInput();
    // The sum of narrow integers need not be one of them.
    if (isMean && isa<IntegerType>(element))
      input = createCast(rewriter, loc, input, getWidest(element));
    Type type = getElementType(input);
    Value result = createReduction(
        rewriter, loc, input, op.getAxes(), getNeutral(op.getKind()),
        [&](ImplicitLocOpBuilder &builder, ValueRange x) {
          return emitCombine(builder, op.getKind(), type, x);
        });
    if (isMean)
      result = createCast(rewriter, loc, divide(rewriter, op, result), element);
    rewriter.replaceOp(
        op, createReshape(rewriter, loc, result, getShape(op.getOutput())));
    return success();
  }

  static Type getWidest(Type type) {
    return IntegerType::get(type.getContext(), 64,
                            cast<IntegerType>(type).getSignedness());
  }

  /// `sum` by the number of elements that it is of.
  static Value divide(OpBuilder &builder, ReduceOp op, Value sum) {
    int64_t count = 1;
    for (int64_t axis : op.getAxes())
      count *= getShape(op.getInput())[axis];
    Type element = getElementType(sum);
    return createElementwise(
        builder, op.getLoc(), cast<RankedTensorType>(sum.getType()), sum,
        [&](ImplicitLocOpBuilder &b, ValueRange x) {
          // Of nothing there is no mean, and no integer that says so.
          bool isFloat = isa<FloatType>(element);
          Value divisor =
              createScalar(b, b.getLoc(), element,
                           isFloat ? count : std::max<int64_t>(count, 1));
          return emitBinary(b, BinaryKind::div, element, {x[0], divisor});
        });
  }
};

/// Finds the extremum, then the first or last index where it is.
struct LowerArgReduce : OpRewritePattern<ArgReduceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ArgReduceOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value input = op.getInput();
    ArrayRef<int64_t> shape = getShape(input);
    int64_t rank = shape.size(), axis = op.getAxis();
    Type type = getElementType(input);
    bool isMax = op.getKind() == ArgReduceKind::max;
    ReduceKind kind = isMax ? ReduceKind::max : ReduceKind::min;
    Value extremum =
        createReduction(rewriter, loc, input, axis, getNeutral(kind),
                        [&](ImplicitLocOpBuilder &b, ValueRange x) {
                          return emitCombine(b, kind, type, x);
                        });
    AffineMap identity = rewriter.getMultiDimIdentityMap(rank);
    double initial = op.getLast() ? -1 : shape[axis];
    Value result = createReduction(
        rewriter, loc, {shape, axis, rewriter.getI64Type(), initial},
        {{input, identity}, {extremum, identity.dropResult(axis)}},
        [&](ImplicitLocOpBuilder &b, ValueRange x) {
          return emitIndex(b, op, type, x);
        });
    rewriter.replaceOp(
        op, createReshape(rewriter, loc, result, getShape(op.getOutput())));
    return success();
  }

  /// Of the element's index, if the element is the extremum, and the index
  /// found so far the one that is asked for.
  static Value emitIndex(ImplicitLocOpBuilder &b, ArgReduceOp op, Type type,
                         ValueRange x) {
    Value element = x[0], extremum = x[1], found = x[2];
    Value isExtremum =
        emitCompare(b, CompareKind::eq, type, {element, extremum});
    if (isa<FloatType>(type)) {
      // The extremum is NaN if any element is.
      auto isNaN = [&](Value value) {
        return emitCompare(b, CompareKind::ne, type, {value, value});
      };
      Value bothNaN = arith::AndIOp::create(b, isNaN(element), isNaN(extremum));
      isExtremum = arith::OrIOp::create(b, isExtremum, bothNaN);
    }
    Value index = arith::IndexCastOp::create(
        b, found.getType(), linalg::IndexOp::create(b, op.getAxis()));
    Value best = emitExtremum(b, /*isMax=*/op.getLast(), found.getType(),
                              {index, found});
    return arith::SelectOp::create(b, isExtremum, best, found);
  }
};

/// Hillis and Steele, "Data parallel algorithms" (1986): after the sums of up
/// to d elements come those of up to 2 d, for all elements at once.
struct LowerCumulativeSum : OpRewritePattern<CumulativeSumOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(CumulativeSumOp op,
                                PatternRewriter &rewriter) const override {
    Value sum = op.getInput();
    if (op.getExclusive())
      sum = createShift(rewriter, op, sum, 1, /*adds=*/false);
    int64_t extent = getShape(sum)[op.getAxis()];
    for (int64_t distance = 1; distance < extent; distance *= 2)
      sum = createShift(rewriter, op, sum, distance, /*adds=*/true);
    rewriter.replaceOp(op, sum);
    return success();
  }

  /// Every element's predecessor at a distance, or zero; `adds` the element.
  static Value createShift(OpBuilder &builder, CumulativeSumOp op, Value value,
                           int64_t distance, bool adds) {
    auto type = cast<RankedTensorType>(value.getType());
    int64_t rank = type.getRank(), axis = op.getAxis();
    int64_t extent = type.getDimSize(axis);
    MapOperand operand = {value, builder.getMultiDimIdentityMap(rank)};
    return createMap(
        builder, op.getLoc(), type, operand,
        [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
          auto index = [&](int64_t number) -> Value {
            return arith::ConstantIndexOp::create(b, number);
          };
          SmallVector<Value> position;
          for (int64_t i = 0; i < rank; ++i)
            position.push_back(linalg::IndexOp::create(b, i));
          Value source = arith::AddIOp::create(
              b, position[axis], index(op.getReverse() ? distance : -distance));
          // As unsigned numbers, those before the first are large.
          Value isThere = arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                                source, index(extent));
          position[axis] =
              arith::SelectOp::create(b, isThere, source, index(0));
          Value zero = createScalar(b, b.getLoc(), x[0].getType(), 0);
          Value other = arith::SelectOp::create(
              b, isThere, createLoad(b, value, position), zero);
          if (!adds)
            return other;
          return emitBinary(b, BinaryKind::add, type.getElementType(),
                            {x[0], other});
        });
  }
};

} // namespace

void populateReduceToKernel(RewritePatternSet &patterns,
                            const Machine &machine) {
  patterns.add<LowerReduce, LowerArgReduce, LowerCumulativeSum>(
      patterns.getContext());
  patterns.add<LowerGlobalPool>(patterns.getContext(), machine);
}

} // namespace mlir::cnn
