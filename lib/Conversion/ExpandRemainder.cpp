//===- ExpandRemainder.cpp - Remainders of floats without a library -------===//

#include "NumberExpansions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"

#include <limits>

namespace mlir::cnn {
namespace {

using Predicate = arith::CmpFPredicate;

/// x - trunc(x / c) * c, which is exact where c is a power of two.
struct ExpandRemainderOfPowerOfTwo : OpRewritePattern<arith::RemFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::RemFOp op,
                                PatternRewriter &rewriter) const override {
    APFloat divisor(0.0);
    if (!matchPattern(op.getRhs(), m_ConstantFloat(&divisor)) ||
        divisor.isNegative() || divisor.getExactLog2() == INT_MIN)
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    Value quotient = arith::DivFOp::create(builder, op.getLhs(), op.getRhs());
    Value whole = math::TruncOp::create(builder, quotient);
    Value multiple = arith::MulFOp::create(builder, whole, op.getRhs());
    Value rest = arith::SubFOp::create(builder, op.getLhs(), multiple);
    rewriter.replaceOpWithNewOp<math::CopySignOp>(op, rest, op.getLhs());
    return success();
  }
};

/// Long division of two numbers: the largest doubling of the divisor is taken
/// away from the dividend until less than the divisor is left. Every step is
/// exact.
struct ExpandRemainder : OpRewritePattern<arith::RemFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::RemFOp op,
                                PatternRewriter &rewriter) const override {
    Type type = op.getType();
    if (!isa<FloatType>(type))
      return rewriter.notifyMatchFailure(op, "its operands are vectors");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    Value dividend = math::AbsFOp::create(b, op.getLhs());
    Value divisor = math::AbsFOp::create(b, op.getRhs());
    Value isFinite =
        compare(b, Predicate::OLT, dividend, constant(b, type, infinity));
    Value isNonzero = compare(b, Predicate::OGT, divisor, constant(b, type, 0));
    Value isDefined = arith::AndIOp::create(b, isFinite, isNonzero);
    // The loops end for every operand.
    Value start =
        arith::SelectOp::create(b, isDefined, dividend, constant(b, type, 0));
    Value step =
        arith::SelectOp::create(b, isDefined, divisor, constant(b, type, 1));
    Value rest = divide(b, start, step);
    Value result = math::CopySignOp::create(b, rest, op.getLhs());
    Value undefined =
        constant(b, type, std::numeric_limits<double>::quiet_NaN());
    rewriter.replaceOpWithNewOp<arith::SelectOp>(op, isDefined, result,
                                                 undefined);
    return success();
  }

private:
  static Value constant(ImplicitLocOpBuilder &b, Type type, double value) {
    return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
  }
  static Value compare(ImplicitLocOpBuilder &b, Predicate predicate, Value lhs,
                       Value rhs) {
    return arith::CmpFOp::create(b, predicate, lhs, rhs);
  }

  /// while (rest >= divisor) rest -= the largest multiple
  static Value divide(ImplicitLocOpBuilder &b, Value dividend, Value divisor) {
    auto loop = scf::WhileOp::create(
        b, dividend.getType(), dividend,
        [&](OpBuilder &nested, Location loc, ValueRange rest) {
          ImplicitLocOpBuilder inner(loc, nested);
          Value goesOn = compare(inner, Predicate::OGE, rest[0], divisor);
          scf::ConditionOp::create(inner, goesOn, rest);
        },
        [&](OpBuilder &nested, Location loc, ValueRange rest) {
          ImplicitLocOpBuilder inner(loc, nested);
          Value multiple = getLargestMultiple(inner, divisor, rest[0]);
          Value less = arith::SubFOp::create(inner, rest[0], multiple);
          scf::YieldOp::create(inner, less);
        });
    return loop.getResult(0);
  }

  /// while (multiple + multiple <= limit) multiple += multiple
  static Value getLargestMultiple(ImplicitLocOpBuilder &b, Value divisor,
                                  Value limit) {
    auto loop = scf::WhileOp::create(
        b, divisor.getType(), divisor,
        [&](OpBuilder &nested, Location loc, ValueRange multiple) {
          ImplicitLocOpBuilder inner(loc, nested);
          Value twice = arith::AddFOp::create(inner, multiple[0], multiple[0]);
          Value goesOn = compare(inner, Predicate::OLE, twice, limit);
          scf::ConditionOp::create(inner, goesOn, multiple);
        },
        [&](OpBuilder &nested, Location loc, ValueRange multiple) {
          ImplicitLocOpBuilder inner(loc, nested);
          Value twice = arith::AddFOp::create(inner, multiple[0], multiple[0]);
          scf::YieldOp::create(inner, twice);
        });
    return loop.getResult(0);
  }
};

} // namespace

void populateExpandRemainderPatterns(RewritePatternSet &patterns) {
  patterns.add<ExpandRemainderOfPowerOfTwo>(patterns.getContext(),
                                            /*benefit=*/2);
  patterns.add<ExpandRemainder>(patterns.getContext());
}

} // namespace mlir::cnn
