//===- CNNToKernelEmpty.cpp - Tensors without elements --------------------===//
//
// A result without elements is computed by nothing. What remains are results
// with elements that are made of operands without: sums of nothing.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernel.h"

#include "llvm/ADT/TypeSwitch.h"

namespace mlir::cnn {
namespace {

bool isEmpty(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && llvm::is_contained(type.getShape(), 0);
}

/// f(bias + residual): a sum of no products is zero.
Value createEmptySum(OpBuilder &builder, Operation *op) {
  Value result = op->getResult(0);
  Value zero = createFilled(builder, op->getLoc(), getShape(result),
                            getElementType(result), 0);
  auto conv = dyn_cast<ConvOp>(op);
  if (!conv)
    return zero;
  return createEpilogue(builder, op->getLoc(), zero, conv.getBias(),
                        conv.getResidual(), conv.getActivationAttr());
}

/// What the result is where it needs no operand without elements; null for ops
/// whose own lowering knows them.
FailureOr<Value> replace(OpBuilder &builder, Operation *op) {
  Value result = op->getResult(0);
  if (isEmpty(result))
    return createEmpty(builder, op->getLoc(), getShape(result),
                       getElementType(result));
  if (llvm::none_of(op->getOperands(), isEmpty))
    return Value();
  return llvm::TypeSwitch<Operation *, FailureOr<Value>>(op)
      .Case<ConvOp, MatmulOp>([&](auto) { return createEmptySum(builder, op); })
      .Case<ConcatOp, PadOp, ReduceOp, ScatterElementsOp, ScatterNDOp>(
          [](auto) { return Value(); })
      .Default([](Operation *other) {
        return other->emitOpError("expects operands with elements");
      });
}

} // namespace

LogicalResult replaceEmpty(Block &block) {
  OpBuilder builder(block.getParent()->getContext());
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (!isa<CNNDialect>(op.getDialect()) || op.getNumResults() != 1)
      continue;
    builder.setInsertionPoint(&op);
    FailureOr<Value> replacement = replace(builder, &op);
    if (failed(replacement))
      return failure();
    if (!*replacement)
      continue;
    op.getResult(0).replaceAllUsesWith(*replacement);
    op.erase();
  }
  return success();
}

} // namespace mlir::cnn
