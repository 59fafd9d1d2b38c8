//===- CNNToKernelDeterminant.cpp - Elimination as loops ------------------===//

#include "CNNToKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace mlir::cnn {
namespace {

using Builder = ImplicitLocOpBuilder;

/// The loops on one matrix of a stack, which is eliminated in place.
class Elimination {
public:
  Elimination(ValueRange place, int64_t size) : place(place), size(size) {}

  /// Exchanges row `step` and the one with the largest element in column
  /// `step`; returns the matrices and 1, or -1 if the rows differ.
  SmallVector<Value> exchange(Builder &b, Value matrices, Value step) const {
    Value pivot = findPivot(b, matrices, step);
    Value result =
        createLoops(b, size, matrices,
                    [&](Builder &inner, ValueRange column,
                        ValueRange state) -> SmallVector<Value> {
                      Value upper = load(inner, state[0], step, column[0]);
                      Value lower = load(inner, state[0], pivot, column[0]);
                      Value next =
                          store(inner, lower, state[0], {step, column[0]});
                      return {store(inner, upper, next, {pivot, column[0]})};
                    })[0];
    Type type = getElementType(matrices);
    Value isSame =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, pivot, step);
    return {result, arith::SelectOp::create(
                        b, isSame, createScalar(b, b.getLoc(), type, 1),
                        createScalar(b, b.getLoc(), type, -1))};
  }

  /// Subtracts multiples of row `step` so that column `step` is zero below it.
  Value eliminate(Builder &b, Value matrices, Value step) const {
    Value diagonal = load(b, matrices, step, step);
    return createLoops(
        b, size, matrices,
        [&](Builder &inner, ValueRange row,
            ValueRange state) -> SmallVector<Value> {
          Value isBelow = arith::CmpIOp::create(
              inner, arith::CmpIPredicate::sgt, row[0], step);
          Value zero =
              createScalar(inner, inner.getLoc(), diagonal.getType(), 0);
          Value isRegular = arith::CmpFOp::create(
              inner, arith::CmpFPredicate::UNE, diagonal, zero);
          Value factor = arith::DivFOp::create(
              inner, load(inner, state[0], row[0], step), diagonal);
          Value applies = arith::AndIOp::create(inner, isBelow, isRegular);
          factor = arith::SelectOp::create(inner, applies, factor, zero);
          return {subtract(inner, state[0], {row[0], step}, factor)};
        })[0];
  }

  Value load(Builder &b, Value matrices, Value row, Value column) const {
    return createLoad(b, matrices, getPosition({row, column}));
  }

private:
  SmallVector<Value> getPosition(ArrayRef<Value> element) const {
    SmallVector<Value> position(place);
    llvm::append_range(position, element);
    return position;
  }

  Value store(Builder &b, Value number, Value matrices,
              ArrayRef<Value> element) const {
    return createStore(b, number, matrices, getPosition(element));
  }

  /// The row from `step` on with the largest element in column `step`.
  Value findPivot(Builder &b, Value matrices, Value step) const {
    Value start = math::AbsFOp::create(b, load(b, matrices, step, step));
    return createLoop(
        b, arith::ConstantIndexOp::create(b, size), {start, step},
        [&](Builder &inner, ValueRange row,
            ValueRange best) -> SmallVector<Value> {
          Value x =
              math::AbsFOp::create(inner, load(inner, matrices, row[0], step));
          Value isLarger = arith::CmpFOp::create(
              inner, arith::CmpFPredicate::OGT, x, best[0]);
          Value isBelow = arith::CmpIOp::create(
              inner, arith::CmpIPredicate::sgt, row[0], step);
          Value take = arith::AndIOp::create(inner, isLarger, isBelow);
          return {arith::SelectOp::create(inner, take, x, best[0]),
                  arith::SelectOp::create(inner, take, row[0], best[1])};
        })[1];
  }

  /// Row `rows[0]` minus `factor` times row `rows[1]`.
  Value subtract(Builder &b, Value matrices, ArrayRef<Value> rows,
                 Value factor) const {
    return createLoops(
        b, size, matrices,
        [&](Builder &inner, ValueRange column,
            ValueRange state) -> SmallVector<Value> {
          Value product = arith::MulFOp::create(
              inner, factor, load(inner, state[0], rows[1], column[0]));
          Value difference = arith::SubFOp::create(
              inner, load(inner, state[0], rows[0], column[0]), product);
          return {store(inner, difference, state[0], {rows[0], column[0]})};
        })[0];
  }

  ValueRange place;
  int64_t size;
};

struct LowerDeterminant : OpRewritePattern<DeterminantOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DeterminantOp op,
                                PatternRewriter &rewriter) const override {
    Builder builder(op.getLoc(), rewriter);
    // One dimension of matrices, so that there is a loop to be a kernel.
    ArrayRef<int64_t> shape = getShape(op.getInput());
    int64_t size = shape.back(), count = 1;
    for (int64_t extent : shape.drop_back(2))
      count *= extent;
    Value matrices =
        createReshape(builder, op.getLoc(), op.getInput(), {count, size, size});
    Value results =
        createEmpty(builder, op.getLoc(), count, getElementType(op.getInput()));
    Value computed =
        createLoops(builder, count, {matrices, results},
                    [&](Builder &b, ValueRange place, ValueRange state) {
                      return createOne(b, size, place, state);
                    })[1];
    rewriter.replaceOp(op, createReshape(rewriter, op.getLoc(), computed,
                                         getShape(op.getOutput())));
    return success();
  }

private:
  static SmallVector<Value> createOne(Builder &b, int64_t size,
                                      ValueRange place, ValueRange state) {
    Elimination elimination(place, size);
    Value one = createScalar(b, b.getLoc(), getElementType(state[1]), 1);
    Value bound = arith::ConstantIndexOp::create(b, size);
    auto result = createLoop(
        b, bound, {state[0], one},
        [&](Builder &inner, ValueRange step,
            ValueRange now) -> SmallVector<Value> {
          SmallVector<Value> exchanged =
              elimination.exchange(inner, now[0], step[0]);
          Value diagonal =
              elimination.load(inner, exchanged[0], step[0], step[0]);
          Value product = arith::MulFOp::create(inner, now[1], exchanged[1]);
          product = arith::MulFOp::create(inner, product, diagonal);
          return {elimination.eliminate(inner, exchanged[0], step[0]), product};
        });
    return {result[0], createStore(b, result[1], state[1], place)};
  }
};

} // namespace

void populateDeterminantToKernel(RewritePatternSet &patterns) {
  patterns.add<LowerDeterminant>(patterns.getContext());
}

} // namespace mlir::cnn
