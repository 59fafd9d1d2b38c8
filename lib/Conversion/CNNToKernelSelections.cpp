//===- CNNToKernelSelections.cpp - Selections by value --------------------===//

#include "CNNToKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::cnn {
namespace {

Value getIndexConstant(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value toInteger(ImplicitLocOpBuilder &b, Value index) {
  return arith::IndexCastOp::create(b, b.getI64Type(), index);
}

Value compare(ImplicitLocOpBuilder &b, arith::CmpIPredicate predicate,
              Value lhs, int64_t rhs) {
  auto number = b.getIntegerAttr(lhs.getType(), rhs);
  return arith::CmpIOp::create(b, predicate, lhs,
                               arith::ConstantOp::create(b, number));
}

/// A place that holds a number, to be carried through loops.
Value getZero(ImplicitLocOpBuilder &b, Type type) {
  return createScalar(b, b.getLoc(), getSignless(type), 0);
}

//===----------------------------------------------------------------------===//
// TopK
//===----------------------------------------------------------------------===//

/// One result after the other, each the best of those that come after the one
/// before in the order of elements and positions.
struct LowerTopK : OpRewritePattern<TopKOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TopKOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    ArrayRef<int64_t> shape = getShape(op.getOutput());
    int64_t axis = op.getAxis();
    SmallVector<int64_t> lines(shape);
    lines[axis] = 1;
    Value result =
        createEmpty(builder, op.getLoc(), shape, builder.getI64Type());
    rewriter.replaceOp(op,
                       createLoops(builder, lines, result,
                                   [&](ImplicitLocOpBuilder &b, ValueRange line,
                                       ValueRange state) -> SmallVector<Value> {
                                     return {createLine(b, op, line, state[0])};
                                   }));
    return success();
  }

private:
  /// Writes one line of the result.
  static Value createLine(ImplicitLocOpBuilder &b, TopKOp op, ValueRange line,
                          Value result) {
    Value none = getIndexConstant(b, -1);
    Value zero = getZero(b, getElementType(op.getInput()));
    Value bound = getIndexConstant(b, op.getCount());
    SmallVector<Value> place(line);
    return createLoop(b, bound, {result, zero, none},
                      [&](ImplicitLocOpBuilder &inner, ValueRange rank,
                          ValueRange state) -> SmallVector<Value> {
                        SmallVector<Value> best =
                            createBest(inner, op, place, state.drop_front());
                        SmallVector<Value> target(place);
                        target[op.getAxis()] = rank[0];
                        Value written = createStore(
                            inner, toInteger(inner, best[1]), state[0], target);
                        return {written, best[0], best[1]};
                      })[0];
  }

  /// `x` comes before `y`, whose position is not before that of `x`.
  static Value createPrecedes(ImplicitLocOpBuilder &b, TopKOp op, Value x,
                              Value y) {
    Type type = getElementType(op.getInput());
    return op.getSmallest() ? createIsGreater(b, type, y, x)
                            : createIsGreater(b, type, x, y);
  }

  /// The value and position of the best element that comes after `previous`.
  static SmallVector<Value> createBest(ImplicitLocOpBuilder &b, TopKOp op,
                                       ArrayRef<Value> line,
                                       ValueRange previous) {
    Value extent = getIndexConstant(b, getShape(op.getInput())[op.getAxis()]);
    Value isFirst = compare(b, arith::CmpIPredicate::slt, previous[1], 0);
    Value none = getIndexConstant(b, -1);
    return createLoop(
        b, extent, {previous[0], none},
        [&](ImplicitLocOpBuilder &inner, ValueRange index,
            ValueRange best) -> SmallVector<Value> {
          SmallVector<Value> place(line);
          place[op.getAxis()] = index[0];
          Value x = createLoad(inner, op.getInput(), place);
          // Left over: less than the one before, or equal and behind it.
          Value isLess = createPrecedes(inner, op, previous[0], x);
          Value isMore = createPrecedes(inner, op, x, previous[0]);
          Value isBehind = arith::CmpIOp::create(
              inner, arith::CmpIPredicate::sgt, index[0], previous[1]);
          Value isLeft =
              arith::SelectOp::create(inner, isMore, isFirst, isBehind);
          isLeft = arith::OrIOp::create(inner, isLeft, isLess);
          isLeft = arith::OrIOp::create(inner, isLeft, isFirst);
          Value isBetter = createPrecedes(inner, op, x, best[0]);
          Value isOnly = compare(inner, arith::CmpIPredicate::slt, best[1], 0);
          isBetter = arith::OrIOp::create(inner, isBetter, isOnly);
          Value take = arith::AndIOp::create(inner, isLeft, isBetter);
          return {arith::SelectOp::create(inner, take, x, best[0]),
                  arith::SelectOp::create(inner, take, index[0], best[1])};
        });
  }
};

//===----------------------------------------------------------------------===//
// Maximum of a window
//===----------------------------------------------------------------------===//

/// A map whose elements are loops over the window.
struct LowerArgMaxPool : OpRewritePattern<ArgMaxPoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ArgMaxPoolOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    rewriter.replaceOp(
        op, createMap(rewriter, op.getLoc(), type, {},
                      [&](ImplicitLocOpBuilder &b, ValueRange) -> Value {
                        SmallVector<Value> at;
                        for (int64_t i = 0; i < type.getRank(); ++i)
                          at.push_back(linalg::IndexOp::create(b, i));
                        return createBest(b, op, at);
                      }));
    return success();
  }

private:
  /// An element of the window: where it is and if it is inside the input.
  struct Tap {
    SmallVector<Value> place;
    Value isInside, index;
  };

  static Value createBest(ImplicitLocOpBuilder &b, ArgMaxPoolOp op,
                          ArrayRef<Value> at) {
    Type element = getElementType(op.getInput());
    Value none = createScalar(b, b.getLoc(), b.getI64Type(), -1);
    return createLoops(
        b, op.getKernel(), {getZero(b, element), none},
        [&](ImplicitLocOpBuilder &inner, ValueRange taps,
            ValueRange best) -> SmallVector<Value> {
          Tap tap = createTap(inner, op, at, taps);
          Value x = createLoad(inner, op.getInput(), tap.place);
          Value isBetter = createIsGreater(inner, element, x, best[0]);
          Value isOnly = compare(inner, arith::CmpIPredicate::slt, best[1], 0);
          isBetter = arith::OrIOp::create(inner, isBetter, isOnly);
          Value take = arith::AndIOp::create(inner, tap.isInside, isBetter);
          Value index = toInteger(inner, tap.index);
          return {arith::SelectOp::create(inner, take, x, best[0]),
                  arith::SelectOp::create(inner, take, index, best[1])};
        })[1];
  }

  static Tap createTap(ImplicitLocOpBuilder &b, ArgMaxPoolOp op,
                       ArrayRef<Value> at, ValueRange taps) {
    ArrayRef<int64_t> shape = getShape(op.getInput());
    SmallVector<int64_t> steps = op.getIndexStrides();
    Tap tap = {SmallVector<Value>(at),
               createScalar(b, b.getLoc(), b.getI1Type(), 1),
               getIndexConstant(b, 0)};
    auto scale = [&](Value value, int64_t factor) -> Value {
      return arith::MulIOp::create(b, value, getIndexConstant(b, factor));
    };
    for (auto [i, dim] : llvm::enumerate(op.getWindow())) {
      Value place = arith::AddIOp::create(b, scale(at[i + 2], dim.stride),
                                          scale(taps[i], dim.dilation));
      place = arith::SubIOp::create(b, place, getIndexConstant(b, dim.padLow));
      Value isInside = compare(b, arith::CmpIPredicate::sge, place, 0);
      Value isBelow =
          compare(b, arith::CmpIPredicate::slt, place, shape[i + 2]);
      tap.isInside = arith::AndIOp::create(b, tap.isInside, isInside);
      tap.isInside = arith::AndIOp::create(b, tap.isInside, isBelow);
      place = arith::MaxSIOp::create(b, place, getIndexConstant(b, 0));
      tap.place[i + 2] = arith::MinSIOp::create(
          b, place, getIndexConstant(b, shape[i + 2] - 1));
    }
    for (auto [place, step] : llvm::zip_equal(tap.place, steps))
      tap.index = arith::AddIOp::create(b, tap.index, scale(place, step));
    return tap;
  }
};

//===----------------------------------------------------------------------===//
// NonZero
//===----------------------------------------------------------------------===//

/// Writes the index of every element to the next column, which the next element
/// writes again if this one is zero.
struct LowerNonZero : OpRewritePattern<NonZeroOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(NonZeroOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    Type integer = builder.getI64Type();
    Value table = createFilled(builder, op.getLoc(), getShape(op.getOutput()),
                               integer, -1);
    Value count = createFilled(builder, op.getLoc(), {}, integer, 0);
    rewriter.replaceOp(
        op, createLoops(builder, getShape(op.getInput()), {table, count},
                        [&](ImplicitLocOpBuilder &b, ValueRange place,
                            ValueRange state) {
                          return createEntry(b, op, place, state);
                        })[0]);
    return success();
  }

private:
  static SmallVector<Value> createEntry(ImplicitLocOpBuilder &b, NonZeroOp op,
                                        ValueRange place, ValueRange state) {
    Value x = createLoad(b, op.getInput(), place);
    Value zero = getZero(b, x.getType());
    Value isWanted =
        isa<FloatType>(x.getType())
            ? arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, x, zero)
                  .getResult()
            : arith::CmpIOp::create(b, arith::CmpIPredicate::ne, x, zero)
                  .getResult();
    Value count = createLoad(b, state[1], {});
    Value column = arith::IndexCastOp::create(b, b.getIndexType(), count);
    Value none = createScalar(b, b.getLoc(), b.getI64Type(), -1);
    Value table = state[0];
    for (auto [dim, index] : llvm::enumerate(place)) {
      Value entry =
          arith::SelectOp::create(b, isWanted, toInteger(b, index), none);
      table = createStore(b, entry, table, {getIndexConstant(b, dim), column});
    }
    Value step = arith::ExtUIOp::create(b, b.getI64Type(), isWanted);
    count = arith::AddIOp::create(b, count, step);
    return {table, createStore(b, count, state[1], {})};
  }
};

//===----------------------------------------------------------------------===//
// Distinct rows
//===----------------------------------------------------------------------===//

/// Two maps: the first row equal to a row, and how many rows that are the first
/// of their kind come before it.
struct LowerRankDistinct : OpRewritePattern<RankDistinctOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RankDistinctOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    Value first =
        createMap(rewriter, op.getLoc(), type, {},
                  [&](ImplicitLocOpBuilder &b, ValueRange) -> Value {
                    return createFirst(b, op, linalg::IndexOp::create(b, 0));
                  });
    MapOperand operand = {first, rewriter.getMultiDimIdentityMap(1)};
    rewriter.replaceOp(
        op, createMap(rewriter, op.getLoc(), type, operand,
                      [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                        return createRank(b, op, first, x[0]);
                      }));
    return success();
  }

private:
  static Value createFirst(ImplicitLocOpBuilder &b, RankDistinctOp op,
                           Value row) {
    Value self = toInteger(b, row);
    return createLoop(
        b, row, self,
        [&](ImplicitLocOpBuilder &inner, ValueRange other,
            ValueRange state) -> SmallVector<Value> {
          Value order = createOrder(inner, op, other[0], row);
          Value isEqual = compare(inner, arith::CmpIPredicate::eq, order, 0);
          // The least of the row itself and its equals.
          Value candidate = arith::SelectOp::create(
              inner, isEqual, toInteger(inner, other[0]), self);
          return {arith::MinSIOp::create(inner, state[0], candidate)};
        })[0];
  }

  static Value createRank(ImplicitLocOpBuilder &b, RankDistinctOp op,
                          Value first, Value own) {
    Value rows = getIndexConstant(b, getShape(op.getInput())[0]);
    Value row = arith::IndexCastOp::create(b, b.getIndexType(), own);
    return createLoop(
        b, rows, createScalar(b, b.getLoc(), b.getI64Type(), 0),
        [&](ImplicitLocOpBuilder &inner, ValueRange other,
            ValueRange state) -> SmallVector<Value> {
          Value self = toInteger(inner, other[0]);
          Value isFirst =
              arith::CmpIOp::create(inner, arith::CmpIPredicate::eq, self,
                                    createLoad(inner, first, other));
          Value isBefore =
              op.getUnsorted()
                  ? arith::CmpIOp::create(inner, arith::CmpIPredicate::slt,
                                          self, own)
                        .getResult()
                  : compare(inner, arith::CmpIPredicate::slt,
                            createOrder(inner, op, other[0], row), 0);
          Value counts = arith::AndIOp::create(inner, isFirst, isBefore);
          Value step = arith::ExtUIOp::create(inner, b.getI64Type(), counts);
          return {arith::AddIOp::create(inner, state[0], step)};
        })[0];
  }

  /// -1, 0 or 1 as row `a` is less than, equal to or greater than row `c`.
  static Value createOrder(ImplicitLocOpBuilder &b, RankDistinctOp op, Value a,
                           Value c) {
    Type element = getElementType(op.getInput());
    Type number = b.getI64Type();
    Value columns = getIndexConstant(b, getShape(op.getInput())[1]);
    return createLoop(
        b, columns, createScalar(b, b.getLoc(), number, 0),
        [&](ImplicitLocOpBuilder &inner, ValueRange column,
            ValueRange state) -> SmallVector<Value> {
          Value x = createLoad(inner, op.getInput(), {a, column[0]});
          Value y = createLoad(inner, op.getInput(), {c, column[0]});
          Value above = arith::ExtUIOp::create(
              inner, number, createIsGreater(inner, element, x, y));
          Value below = arith::ExtUIOp::create(
              inner, number, createIsGreater(inner, element, y, x));
          Value order = arith::SubIOp::create(inner, above, below);
          Value isOpen = compare(inner, arith::CmpIPredicate::eq, state[0], 0);
          return {arith::SelectOp::create(inner, isOpen, order, state[0])};
        })[0];
  }
};

} // namespace

void populateSelectionsToKernel(RewritePatternSet &patterns) {
  patterns.add<LowerTopK, LowerArgMaxPool, LowerNonZero, LowerRankDistinct>(
      patterns.getContext());
}

} // namespace mlir::cnn
