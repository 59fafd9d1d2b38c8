//===- CNNToKernelReduce.cpp - Reductions as pools or linalg --------------===//

#include "CNNToKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

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
    auto spatial = llvm::to_vector(llvm::seq<int64_t>(2, shape.size()));
    SmallVector<int64_t> axes(op.getAxes());
    llvm::sort(axes);
    if (!isPool || shape.size() < 3 || axes != spatial ||
        llvm::is_contained(shape, 0) ||
        !isa<FloatType>(getElementType(op.getInput())))
      return failure();
    Location loc = op.getLoc();
    int64_t lanes = getLanes(machine), width = 1;
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
        ArrayRef<int64_t>(), /*includePad=*/false);
    Value plain = createUnpack(rewriter, loc, pool.getResult(0), shape[1]);
    rewriter.replaceOp(
        op, createReshape(rewriter, loc, plain, getShape(op.getOutput())));
    return success();
  }
};

Value emitCombine(ImplicitLocOpBuilder &b, ReduceKind kind, Value x, Value y,
                  bool isUnsigned) {
  bool isFloat = isa<FloatType>(x.getType());
  switch (kind) {
  case ReduceKind::sum:
  case ReduceKind::mean:
    if (isFloat)
      return arith::AddFOp::create(b, x, y);
    return arith::AddIOp::create(b, x, y);
  case ReduceKind::prod:
    if (isFloat)
      return arith::MulFOp::create(b, x, y);
    return arith::MulIOp::create(b, x, y);
  case ReduceKind::min:
    if (isFloat)
      return arith::MinimumFOp::create(b, x, y);
    if (isUnsigned)
      return arith::MinUIOp::create(b, x, y);
    return arith::MinSIOp::create(b, x, y);
  case ReduceKind::max:
    if (isFloat)
      return arith::MaximumFOp::create(b, x, y);
    if (isUnsigned)
      return arith::MaxUIOp::create(b, x, y);
    return arith::MaxSIOp::create(b, x, y);
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

struct LowerReduce : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ReduceOp op,
                                PatternRewriter &rewriter) const override {
    bool isUnsigned = getElementType(op.getInput()).isUnsignedInteger();
    Value result = createReduction(
        rewriter, op.getLoc(), op.getInput(), op.getAxes(),
        getNeutral(op.getKind()),
        [&](ImplicitLocOpBuilder &builder, ValueRange x) {
          return emitCombine(builder, op.getKind(), x[0], x[1], isUnsigned);
        });
    if (op.getKind() == ReduceKind::mean)
      result = divide(rewriter, op, result);
    rewriter.replaceOp(op, createReshape(rewriter, op.getLoc(), result,
                                         getShape(op.getOutput())));
    return success();
  }

  /// `sum` by the number of elements that it is of.
  static Value divide(OpBuilder &builder, ReduceOp op, Value sum) {
    int64_t count = 1;
    for (int64_t axis : op.getAxes())
      count *= getShape(op.getInput())[axis];
    Type element = getElementType(sum);
    return createElementwise(
        builder, op.getLoc(), cast<RankedTensorType>(sum.getType()), sum,
        [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
          if (isa<FloatType>(element))
            return arith::DivFOp::create(
                b, x[0], createScalar(b, b.getLoc(), element, count));
          // Of nothing there is no mean, and no integer that says so.
          Value divisor = createScalar(b, b.getLoc(), element,
                                       std::max<int64_t>(count, 1));
          if (element.isUnsignedInteger())
            return arith::DivUIOp::create(b, x[0], divisor);
          return arith::DivSIOp::create(b, x[0], divisor);
        });
  }
};

} // namespace

void populateReduceToKernel(RewritePatternSet &patterns,
                            const Machine &machine) {
  patterns.add<LowerReduce>(patterns.getContext());
  patterns.add<LowerGlobalPool>(patterns.getContext(), machine);
}

} // namespace mlir::cnn
