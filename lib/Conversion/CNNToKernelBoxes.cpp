//===- CNNToKernelBoxes.cpp - Boxes that do not overlap -------------------===//
//
// Loops for each image and class: the best box that is left becomes the next
// row of the result and hides the boxes that overlap it.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::cnn {
namespace {

using Builder = ImplicitLocOpBuilder;

/// The corners of a box, in double precision.
struct Corners {
  Value top, left, bottom, right;

  Value getArea(Builder &b) const {
    Value height = arith::SubFOp::create(b, bottom, top);
    Value width = arith::SubFOp::create(b, right, left);
    return arith::MulFOp::create(b, height, width);
  }
};

Value createDouble(Builder &b, double value) {
  return createScalar(b, b.getLoc(), b.getF64Type(), value);
}

/// An element of a tensor of floats in double precision.
Value loadDouble(Builder &b, Value tensor, ValueRange position) {
  Value x = createLoad(b, tensor, position);
  if (x.getType().isF64())
    return x;
  return arith::ExtFOp::create(b, b.getF64Type(), x);
}

Corners loadBox(Builder &b, NonMaxSuppressionOp op, Value image, Value box) {
  SmallVector<Value> n;
  for (int64_t i = 0; i < 4; ++i)
    n.push_back(loadDouble(b, op.getBoxes(),
                           {image, box, arith::ConstantIndexOp::create(b, i)}));
  if (!op.getCentered())
    return {arith::MinimumFOp::create(b, n[0], n[2]),
            arith::MinimumFOp::create(b, n[1], n[3]),
            arith::MaximumFOp::create(b, n[0], n[2]),
            arith::MaximumFOp::create(b, n[1], n[3])};
  Value half = createDouble(b, 0.5);
  Value width = arith::MulFOp::create(b, n[2], half);
  Value height = arith::MulFOp::create(b, n[3], half);
  return {arith::SubFOp::create(b, n[1], height),
          arith::SubFOp::create(b, n[0], width),
          arith::AddFOp::create(b, n[1], height),
          arith::AddFOp::create(b, n[0], width)};
}

/// The share of the union that two boxes have in common is above the threshold.
Value createOverlaps(Builder &b, NonMaxSuppressionOp op, const Corners &x,
                     const Corners &y) {
  auto isAbove = [&](Value value, double threshold) -> Value {
    return arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, value,
                                 createDouble(b, threshold));
  };
  Value height =
      arith::SubFOp::create(b, arith::MinimumFOp::create(b, x.bottom, y.bottom),
                            arith::MaximumFOp::create(b, x.top, y.top));
  Value width =
      arith::SubFOp::create(b, arith::MinimumFOp::create(b, x.right, y.right),
                            arith::MaximumFOp::create(b, x.left, y.left));
  Value common = arith::MulFOp::create(b, height, width);
  Value both = arith::AddFOp::create(b, x.getArea(b), y.getArea(b));
  Value all = arith::SubFOp::create(b, both, common);
  Value share = arith::DivFOp::create(b, common, all);
  Value meet = arith::AndIOp::create(b, isAbove(height, 0), isAbove(width, 0));
  Value none = createDouble(b, 0);
  share = arith::SelectOp::create(b, meet, share, none);
  return isAbove(share, op.getOverlapThreshold().convertToDouble());
}

/// What one image and class is computed from.
struct Line {
  NonMaxSuppressionOp op;
  Value image, label;

  int64_t getBoxCount() { return getShape(op.getBoxes())[1]; }
  Value loadScore(Builder &b, Value box) {
    return loadDouble(b, op.getScores(), {image, label, box});
  }
};

/// Hides the boxes whose score is too low.
Value hideLowScores(Builder &b, Line line, Value hidden) {
  auto threshold = line.op.getScoreThreshold();
  return createLoops(
      b, line.getBoxCount(), hidden,
      [&](Builder &inner, ValueRange box,
          ValueRange state) -> SmallVector<Value> {
        Value score = line.loadScore(inner, box[0]);
        // Without a threshold only what is no number is left out.
        Value isLow =
            threshold ? arith::CmpFOp::create(
                            inner, arith::CmpFPredicate::ULE, score,
                            createDouble(inner, threshold->convertToDouble()))
                      : arith::CmpFOp::create(inner, arith::CmpFPredicate::UNO,
                                              score, score);
        return {createStore(inner, isLow, state[0], box)};
      })[0];
}

/// The best of the first `bound` boxes that is not hidden, or -1.
Value findBest(Builder &b, Line line, Value hidden, Value bound) {
  Value none = arith::ConstantIndexOp::create(b, -1);
  return createLoop(
      b, bound, {createDouble(b, 0), none},
      [&](Builder &inner, ValueRange box,
          ValueRange best) -> SmallVector<Value> {
        Value score = line.loadScore(inner, box[0]);
        Value isBetter = arith::CmpFOp::create(inner, arith::CmpFPredicate::OGT,
                                               score, best[0]);
        Value isFirst =
            arith::CmpIOp::create(inner, arith::CmpIPredicate::slt, best[1],
                                  arith::ConstantIndexOp::create(inner, 0));
        isBetter = arith::OrIOp::create(inner, isBetter, isFirst);
        Value isHidden = createLoad(inner, hidden, box);
        Value never = createScalar(inner, inner.getLoc(), inner.getI1Type(), 0);
        Value take = arith::SelectOp::create(inner, isHidden, never, isBetter);
        return {arith::SelectOp::create(inner, take, score, best[0]),
                arith::SelectOp::create(inner, take, box[0], best[1])};
      })[1];
}

/// A box, and how many boxes it is compared with.
struct Comparison {
  Value box, bound;
};

/// Hides the box and those that overlap it.
Value hideOverlapping(Builder &b, Line line, Value hidden,
                      Comparison comparison) {
  Value best = comparison.box;
  Corners chosen = loadBox(b, line.op, line.image, best);
  return createLoop(
      b, comparison.bound, hidden,
      [&](Builder &inner, ValueRange box,
          ValueRange state) -> SmallVector<Value> {
        Corners other = loadBox(inner, line.op, line.image, box[0]);
        Value hide = createOverlaps(inner, line.op, chosen, other);
        Value isSelf = arith::CmpIOp::create(inner, arith::CmpIPredicate::eq,
                                             box[0], best);
        hide = arith::OrIOp::create(inner, hide, isSelf);
        hide =
            arith::OrIOp::create(inner, hide, createLoad(inner, state[0], box));
        return {createStore(inner, hide, state[0], box)};
      })[0];
}

/// Writes a row for `best` where there is one, and moves to the next row then.
SmallVector<Value> writeRow(Builder &b, Line line, Value best,
                            ValueRange state) {
  Value zero = arith::ConstantIndexOp::create(b, 0);
  Value exists =
      arith::CmpIOp::create(b, arith::CmpIPredicate::sge, best, zero);
  Value count = createLoad(b, state[1], {});
  Value row = arith::IndexCastOp::create(b, b.getIndexType(), count);
  Value none = arith::ConstantIndexOp::create(b, -1);
  Value rows = state[0];
  for (auto [i, number] :
       llvm::enumerate(SmallVector<Value>{line.image, line.label, best})) {
    Value entry = arith::SelectOp::create(b, exists, number, none);
    entry = arith::IndexCastOp::create(b, b.getI64Type(), entry);
    Value column = arith::ConstantIndexOp::create(b, i);
    rows = createStore(b, entry, rows, {row, column});
  }
  count = arith::AddIOp::create(
      b, count, arith::ExtUIOp::create(b, b.getI64Type(), exists));
  return {rows, createStore(b, count, state[1], {})};
}

/// The rows of one image and class. The state is the rows, how many there are,
/// and which boxes are hidden.
SmallVector<Value> createRows(Builder &b, Line line, ValueRange state) {
  int64_t boxes = line.getBoxCount();
  int64_t limit = std::min<int64_t>(line.op.getLimit(), boxes);
  Value hidden = hideLowScores(b, line, state[2]);
  Value all = arith::ConstantIndexOp::create(b, boxes);
  Value bound = arith::ConstantIndexOp::create(b, limit);
  // The last number is how many boxes there are to look at: none once nothing
  // has been found.
  auto result = createLoop(
      b, bound, {state[0], state[1], hidden, all},
      [&](Builder &inner, ValueRange, ValueRange now) -> SmallVector<Value> {
        Value best = findBest(inner, line, now[2], now[3]);
        SmallVector<Value> next =
            writeRow(inner, line, best, now.take_front(2));
        Value zero = arith::ConstantIndexOp::create(inner, 0);
        Value exists =
            arith::CmpIOp::create(inner, arith::CmpIPredicate::sge, best, zero);
        Value left = arith::SelectOp::create(inner, exists, all, zero);
        Value safe = arith::MaxSIOp::create(inner, best, zero);
        next.push_back(hideOverlapping(inner, line, now[2], {safe, left}));
        next.push_back(left);
        return next;
      });
  result.pop_back();
  return result;
}

struct LowerNonMaxSuppression : OpRewritePattern<NonMaxSuppressionOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(NonMaxSuppressionOp op,
                                PatternRewriter &rewriter) const override {
    Builder builder(op.getLoc(), rewriter);
    Location loc = op.getLoc();
    ArrayRef<int64_t> scores = getShape(op.getScores());
    Type integer = builder.getI64Type();
    Value rows =
        createFilled(builder, loc, getShape(op.getOutput()), integer, -1);
    Value count = createFilled(builder, loc, {}, integer, 0);
    Value hidden = createEmpty(builder, loc, scores[2], builder.getI1Type());
    rewriter.replaceOp(
        op, createLoops(builder, scores.take_front(2), {rows, count, hidden},
                        [&](Builder &b, ValueRange place, ValueRange state) {
                          return createRows(b, {op, place[0], place[1]}, state);
                        })[0]);
    return success();
  }
};

} // namespace

void populateBoxesToKernel(RewritePatternSet &patterns) {
  patterns.add<LowerNonMaxSuppression>(patterns.getContext());
}

} // namespace mlir::cnn
