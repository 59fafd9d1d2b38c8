//===- ExpandExtremes.cpp - The larger of two numbers, by comparing -------===//
//
// Without an instruction for it LLVM calls a library for maxnum, and for
// maximum on machines without floats; it cannot select maximum of float64 on
// machines of 32 bits.
//
//===----------------------------------------------------------------------===//

#include "NumberExpansions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"

namespace mlir::cnn {
namespace {

using arith::CmpFPredicate;

/// max(a, b)  -->  a > b or b is NaN ? a : b
template <typename OpTy, CmpFPredicate wins>
struct ExpandNumber : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value a = op.getLhs(), b = op.getRhs();
    Value isFurther = arith::CmpFOp::create(rewriter, loc, wins, a, b);
    Value isNaN =
        arith::CmpFOp::create(rewriter, loc, CmpFPredicate::UNO, b, b);
    Value takesFirst = arith::OrIOp::create(rewriter, loc, isFurther, isNaN);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(op, takesFirst, a, b);
    return success();
  }
};

/// maximum(a, b)  -->  a = b ? a and b : a > b or a is NaN ? a : b
/// where `and`, for minimum `or`, of the bits makes +0 of zeros of both signs,
/// for minimum -0, and leaves other equal numbers as they are.
template <typename OpTy, CmpFPredicate wins, typename MergeTy>
struct ExpandExtreme : OpRewritePattern<OpTy> {
  ExpandExtreme(MLIRContext *context, int64_t leastBits)
      : OpRewritePattern<OpTy>(context), leastBits(leastBits) {}

  /// Floats of fewer bits have instructions.
  int64_t leastBits;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    unsigned width = getElementTypeOrSelf(op.getType()).getIntOrFloatBitWidth();
    if (width < leastBits)
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    Value a = op.getLhs(), b = op.getRhs();
    Type bits = builder.getIntegerType(width);
    if (auto vector = dyn_cast<VectorType>(op.getType()))
      bits = vector.clone(bits);
    auto getBits = [&](Value number) -> Value {
      return arith::BitcastOp::create(builder, bits, number);
    };
    auto compare = [&](CmpFPredicate predicate, Value left, Value right) {
      return arith::CmpFOp::create(builder, predicate, left, right);
    };
    auto select = [&](Value condition, Value yes, Value no) -> Value {
      return arith::SelectOp::create(builder, condition, yes, no);
    };
    Value merged = arith::BitcastOp::create(
        builder, op.getType(),
        MergeTy::create(builder, getBits(a), getBits(b)));
    Value isFirst = arith::OrIOp::create(builder, compare(wins, a, b),
                                         compare(CmpFPredicate::UNO, a, a));
    rewriter.replaceOp(op, select(compare(CmpFPredicate::OEQ, a, b), merged,
                                  select(isFirst, a, b)));
    return success();
  }
};

} // namespace

void populateExpandExtremesPatterns(RewritePatternSet &patterns,
                                    const Machine &machine) {
  MLIRContext *context = patterns.getContext();
  // Machines that round in one instruction have these instructions, too.
  if (!machine.hasRounding)
    patterns.add<ExpandNumber<arith::MaxNumFOp, CmpFPredicate::OGT>,
                 ExpandNumber<arith::MinNumFOp, CmpFPredicate::OLT>>(context);
  if (machine.pointerBits == 32)
    patterns.add<
        ExpandExtreme<arith::MaximumFOp, CmpFPredicate::OGT, arith::AndIOp>,
        ExpandExtreme<arith::MinimumFOp, CmpFPredicate::OLT, arith::OrIOp>>(
        context, machine.floatArgumentBits > 0 ? 64 : 32);
}

} // namespace mlir::cnn
