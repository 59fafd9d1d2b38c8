//===- ApproximateMath.cpp - Elementary functions without a library -------===//

#include "NumberExpansions.h"

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Support/Machine.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_APPROXIMATEMATH
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// fma(a, b, c)  -->  a * b + c
struct ExpandFMA : OpRewritePattern<math::FmaOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::FmaOp op,
                                PatternRewriter &rewriter) const override {
    Value product =
        arith::MulFOp::create(rewriter, op.getLoc(), op.getA(), op.getB());
    rewriter.replaceOpWithNewOp<arith::AddFOp>(op, product, op.getC());
    return success();
  }
};

/// True if LLVM has code for the operation on this machine that calls nothing.
bool isInstruction(Operation *op, const Machine &machine) {
  if (isa<math::FloorOp, math::CeilOp, math::TruncOp, math::RoundEvenOp>(op))
    return machine.hasRounding;
  if (isa<math::FmaOp>(op))
    return machine.hasFusedMultiplyAdd;
  return isa<math::SqrtOp, math::AbsFOp, math::AbsIOp, math::CopySignOp,
             math::CountLeadingZerosOp, math::CountTrailingZerosOp,
             math::CtPopOp, math::IsNaNOp, math::IsInfOp, math::IsFiniteOp,
             math::IsNormalOp>(op);
}

struct ApproximateMath : impl::ApproximateMathBase<ApproximateMath> {
  void runOnOperation() override {
    llvm::Expected<Machine> machine = Machine::get(getOperation());
    if (!machine) {
      getOperation().emitError() << llvm::toString(machine.takeError());
      return signalPassFailure();
    }
    RewritePatternSet patterns(&getContext());
    populate(patterns, *machine);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    if (failed(checkAllExpanded(*machine)))
      return signalPassFailure();
    allowContraction();
  }

  static void populate(RewritePatternSet &patterns, const Machine &machine) {
    auto always = [](StringRef) { return true; };
    populateMathF32ExpansionPatterns(patterns, always);
    populateMathPolynomialApproximationPatterns(
        patterns, [](StringRef name) { return name != "math.rsqrt"; });
    math::populateExpansionPatterns(patterns, {"rsqrt"});
    populateApproximateFloat64Patterns(patterns);
    populateExpandPowerPatterns(patterns);
    populateExpandRemainderPatterns(patterns);
    populateExpandRoundingPatterns(patterns, machine);
    populateExpandExtremesPatterns(patterns, machine);
    if (!machine.hasFusedMultiplyAdd)
      patterns.add<ExpandFMA>(patterns.getContext());
    populateExpandFloat16Patterns(patterns, machine);
  }

  LogicalResult checkAllExpanded(const Machine &machine) {
    WalkResult result = getOperation().walk([&](Operation *op) -> WalkResult {
      if (!isa<math::MathDialect>(op->getDialect()) ||
          isInstruction(op, machine))
        return success();
      return op->emitError("has no implementation without a mathematical "
                           "library for type ")
             << op->getResultTypes().front();
    });
    return success(!result.wasInterrupted());
  }

  /// a * b + c may be computed with one rounding instead of two. Of a sum, code
  /// generators do not all ask whether the product may be: where it may not,
  /// neither may the sum.
  void allowContraction() {
    auto keeps = [](Operation *op) {
      return op && op->getDiscardableAttr(keepsRounding);
    };
    auto addsKept = [&](Operation *op) {
      return !isa<arith::MulFOp>(op) &&
             llvm::any_of(op->getOperands(), [&](Value operand) {
               return keeps(operand.getDefiningOp<arith::MulFOp>());
             });
    };
    SmallVector<Operation *> kept;
    getOperation().walk([&](arith::ArithFastMathInterface op) {
      if (!isa<arith::AddFOp, arith::SubFOp, arith::MulFOp>(op))
        return;
      if (keeps(op))
        kept.push_back(op);
      if (keeps(op) || addsKept(op))
        return;
      auto flags =
          op.getFastMathFlagsAttr().getValue() | arith::FastMathFlags::contract;
      op->setAttr(op.getFastMathAttrName(),
                  arith::FastMathFlagsAttr::get(op.getContext(), flags));
    });
    for (Operation *op : kept)
      op->removeDiscardableAttr(keepsRounding);
  }
};

} // namespace
} // namespace mlir::cnn
