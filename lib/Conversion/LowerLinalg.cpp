//===- LowerLinalg.cpp - Structured operations to loops -------------------===//

#include "cnnc/Conversion/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_LOWERLINALG
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// Below this many iterations starting threads costs more than it saves.
constexpr int64_t minParallelIterations = 8192;
/// Iterations of the parallel loop that are enough to share out evenly.
constexpr int64_t enoughIterations = 64;
/// Shorter loops are not worth to be innermost.
constexpr int64_t minInnermostExtent = 4;

/// Dimensions of an operation in the order of its loops.
struct LoopOrder {
  /// Dimensions of the forall, then of the loops inside it.
  SmallVector<unsigned> parallel, sequential;
  /// True if the innermost loop adds to one element.
  bool reducesInnermost = false;
};

/// True if the operand's last dimension is indexed by loop `dim`, or by that
/// plus what other loops give.
bool isContiguous(linalg::GenericOp op, OpOperand &operand, unsigned dim) {
  AffineMap map = op.getMatchingIndexingMap(&operand);
  if (map.getNumResults() == 0)
    return false;
  AffineExpr last = map.getResults().back();
  AffineExpr index = getAffineDimExpr(dim, op.getContext());
  auto sum = dyn_cast<AffineBinaryOpExpr>(last);
  if (!sum || sum.getKind() != AffineExprKind::Add)
    return last == index;
  return (sum.getLHS() == index && !sum.getRHS().isFunctionOfDim(dim)) ||
         (sum.getRHS() == index && !sum.getLHS().isFunctionOfDim(dim));
}

/// Chooses the loops of `op`, whose extents are `extents`.
LoopOrder chooseOrder(linalg::GenericOp op, ArrayRef<int64_t> extents) {
  SmallVector<unsigned> parallel, reduction;
  int64_t iterations = 1;
  for (auto [dim, kind] : llvm::enumerate(op.getIteratorTypesArray())) {
    iterations *= extents[dim];
    if (extents[dim] != 1)
      (linalg::isParallelIterator(kind) ? parallel : reduction).push_back(dim);
  }

  // A dimension along which the output and an input are contiguous goes inside
  // the reductions: then the innermost loop has no dependence.
  auto goesInside = [&](unsigned dim) {
    return reduction.empty() ||
           (extents[dim] >= minInnermostExtent &&
            isContiguous(op, *op.getDpsInitOperand(0), dim) &&
            llvm::any_of(op.getDpsInputOperands(), [&](OpOperand *input) {
              return isContiguous(op, *input, dim);
            }));
  };
  SmallVector<unsigned> innermost;
  if (!parallel.empty() && goesInside(parallel.back()))
    innermost.push_back(parallel.pop_back_val());

  LoopOrder order;
  order.reducesInnermost = innermost.empty() && !reduction.empty();
  // A lone parallel loop is shared out even if it is the innermost: each thread
  // has a contiguous part of it.
  if (parallel.empty() && reduction.empty())
    std::swap(parallel, innermost);
  int64_t shared = 1;
  for (unsigned dim : parallel) {
    bool share =
        iterations >= minParallelIterations && shared < enoughIterations;
    (share ? order.parallel : order.sequential).push_back(dim);
    shared *= extents[dim];
  }
  llvm::append_range(order.sequential, reduction);
  llvm::append_range(order.sequential, innermost);
  return order;
}

/// Emits the chosen loops and returns the index of every dimension; the builder
/// is left in the innermost body.
SmallVector<Value> emitLoops(ImplicitLocOpBuilder &builder,
                             const LoopOrder &order,
                             ArrayRef<int64_t> extents) {
  Value zero = arith::ConstantIndexOp::create(builder, 0);
  Value one = arith::ConstantIndexOp::create(builder, 1);
  SmallVector<Value> bounds;
  for (int64_t extent : extents)
    bounds.push_back(arith::ConstantIndexOp::create(builder, extent));
  SmallVector<Value> indices(extents.size(), zero);
  if (!order.parallel.empty()) {
    SmallVector<OpFoldResult> shared;
    for (unsigned dim : order.parallel)
      shared.push_back(builder.getIndexAttr(extents[dim]));
    auto loop = scf::ForallOp::create(builder, shared, ValueRange(),
                                      /*mapping=*/std::nullopt);
    for (auto [dim, index] :
         llvm::zip_equal(order.parallel, loop.getInductionVars()))
      indices[dim] = index;
    builder.setInsertionPointToStart(loop.getBody());
  }
  for (unsigned dim : order.sequential) {
    auto loop = scf::ForOp::create(builder, zero, bounds[dim], one);
    indices[dim] = loop.getInductionVar();
    builder.setInsertionPointToStart(loop.getBody());
  }
  return indices;
}

SmallVector<Value> applyMap(ImplicitLocOpBuilder &builder, AffineMap map,
                            ArrayRef<Value> indices) {
  SmallVector<Value> results;
  for (AffineExpr expr : map.getResults()) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      results.push_back(indices[dim.getPosition()]);
    else
      results.push_back(affine::AffineApplyOp::create(
          builder, AffineMap::get(map.getNumDims(), 0, expr), indices));
  }
  return results;
}

/// Lets the vectoriser reorder the sum that `yielded` computes from `sum`.
void allowReordering(Value yielded, Value sum) {
  auto add = yielded.getDefiningOp<arith::AddFOp>();
  if (add && llvm::is_contained(add->getOperands(), sum))
    add.setFastmath(add.getFastmath() | arith::FastMathFlags::reassoc);
}

/// Emits one iteration: loads, the operation's body, stores.
void emitBody(ImplicitLocOpBuilder &builder, linalg::GenericOp op,
              ArrayRef<Value> indices, bool reducesInnermost) {
  Block *body = op.getBody();
  Operation *yield = body->getTerminator();
  IRMapping mapping;
  SmallVector<SmallVector<Value>> outputIndices;
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    if (!isa<MemRefType>(operand.get().getType())) {
      mapping.map(argument, operand.get());
      continue;
    }
    SmallVector<Value> position =
        applyMap(builder, op.getMatchingIndexingMap(&operand), indices);
    if (!argument.use_empty())
      mapping.map(argument,
                  memref::LoadOp::create(builder, operand.get(), position));
    if (op.isDpsInit(&operand)) {
      outputIndices.push_back(position);
      if (reducesInnermost)
        allowReordering(yield->getOperand(outputIndices.size() - 1), argument);
    }
  }
  for (Operation &inner : body->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner))
      mapping.map(index.getResult(), indices[index.getDim()]);
    else
      builder.clone(inner, mapping);
  }
  for (auto [value, output, position] :
       llvm::zip_equal(yield->getOperands(), op.getDpsInits(), outputIndices))
    memref::StoreOp::create(builder, mapping.lookupOrDefault(value), output,
                            position);
}

LogicalResult lower(linalg::GenericOp op) {
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  if (!op.hasPureBufferSemantics() ||
      llvm::any_of(extents, ShapedType::isDynamic))
    return op.emitError("expected buffers of static shape as operands");
  ImplicitLocOpBuilder builder(op.getLoc(), op);
  LoopOrder order = chooseOrder(op, extents);
  SmallVector<Value> indices = emitLoops(builder, order, extents);
  emitBody(builder, op, indices, order.reducesInnermost);
  op.erase();
  return success();
}

struct LowerLinalg : impl::LowerLinalgBase<LowerLinalg> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    WalkResult result = getOperation().walk([&](Operation *op) -> WalkResult {
      rewriter.setInsertionPoint(op);
      if (auto copy = dyn_cast<memref::CopyOp>(op))
        op = rewriter.replaceOpWithNewOp<linalg::CopyOp>(copy, copy.getSource(),
                                                         copy.getTarget());
      auto structured = dyn_cast<linalg::LinalgOp>(op);
      if (!structured)
        return WalkResult::advance();
      auto generic = dyn_cast<linalg::GenericOp>(op);
      if (!generic) {
        FailureOr<linalg::GenericOp> general =
            linalg::generalizeNamedOp(rewriter, structured);
        if (failed(general))
          return op->emitError("has no general form, so no loops");
        generic = *general;
      }
      if (failed(lower(generic)))
        return failure();
      return WalkResult::skip();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::cnn
