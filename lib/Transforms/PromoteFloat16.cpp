//===- PromoteFloat16.cpp - float16 networks in float32 -------------------===//

#include "cnnc/Transforms/Passes.h"

#include "Rewrites.h"

#include "cnnc/Dialect/CNN/StoredWeights.h"
#include "cnnc/Support/Machine.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_PROMOTEFLOAT16
#include "cnnc/Transforms/Passes.h.inc"

namespace {

/// The type that takes the place of `type`: f32 for f16 and bf16.
Type promote(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !isa<Float16Type, BFloat16Type>(tensor.getElementType()))
    return type;
  return tensor.clone(Float32Type::get(type.getContext()));
}

void promoteArguments(Block &block, RewriterBase &rewriter) {
  rewriter.setInsertionPointToStart(&block);
  for (BlockArgument argument : block.getArguments()) {
    if (promote(argument.getType()) == argument.getType())
      continue;
    auto cast = CastOp::create(rewriter, argument.getLoc(), argument,
                               rewriter.getF32Type());
    rewriter.replaceAllUsesExcept(argument, cast.getOutput(), cast);
  }
}

/// Casts what the function returns back to the types it promises.
void restoreResults(func::ReturnOp op, RewriterBase &rewriter) {
  auto function = op->getParentOfType<func::FuncOp>();
  rewriter.setInsertionPoint(op);
  for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
    Value operand = op.getOperand(i);
    if (operand.getType() == type)
      continue;
    Type elementType = cast<RankedTensorType>(type).getElementType();
    Value converted =
        CastOp::create(rewriter, op.getLoc(), operand, elementType);
    rewriter.startOpModification(op);
    op.setOperand(i, converted);
    rewriter.finalizeOpModification(op);
  }
}

/// The operands of `op` have been promoted; a cast between types that are now
/// the same vanishes.
void promoteCast(CastOp op, RewriterBase &rewriter) {
  Type type = promote(op.getOutput().getType());
  if (op.getInput().getType() == type)
    return rewriter.replaceOp(op, op.getInput());
  rewriter.modifyOpInPlace(op, [&] {
    op.setType(cast<RankedTensorType>(type).getElementType());
    op.getOutput().setType(cast<RankedTensorType>(type));
  });
}

LogicalResult promoteConstant(arith::ConstantOp op, RewriterBase &rewriter) {
  auto type = cast<RankedTensorType>(promote(op.getType()));
  std::optional<Tensor> tensor = getTensor(cast<ElementsAttr>(op.getValue()));
  if (!tensor)
    return op.emitError("expects a constant that has its data");
  Tensor converted = tensor->convertTo(ElementType::Float32);
  rewriter.setInsertionPoint(op);
  rewriter.replaceOp(
      op,
      createConstant(rewriter, op.getLoc(),
                     makeConstant(type, std::as_const(converted).getBytes())));
  return success();
}

/// Stores the constant matrices of products that wait for them.
void storeReadOnce(func::FuncOp function, const Machine &machine) {
  OpBuilder builder(function);
  function.walk([&](Operation *op) {
    if (!waitsForWeights(op))
      return;
    Value matrix = op->getOperand(1);
    Type element = getElementType(matrix);
    bool isCheap =
        element.isBF16() || (element.isF16() && machine.hasFloat16Conversion);
    auto type = cast<RankedTensorType>(matrix.getType());
    if (!isCheap || type.getRank() != 2 || !getConstant(matrix))
      return;
    builder.setInsertionPoint(op);
    op->setOperand(1, StoredWeights{matrix}.widen(builder, matrix.getLoc()));
  });
}

LogicalResult promoteOp(Operation *op, RewriterBase &rewriter) {
  if (auto result = dyn_cast<func::ReturnOp>(op))
    return restoreResults(result, rewriter), success();
  if (auto cast = dyn_cast<CastOp>(op)) {
    if (!StoredWeights::get(cast.getOutput()))
      promoteCast(cast, rewriter);
    return success();
  }
  if (llvm::all_of(op->getResultTypes(),
                   [](Type type) { return promote(type) == type; }))
    return success();
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return llvm::all_of(op->getUsers(), isStored)
               ? success()
               : promoteConstant(constant, rewriter);
  if (!isa<CNNDialect>(op->getDialect()))
    return op->emitError("expects only cnn ops to produce half-precision "
                         "tensors, got ")
           << op->getName();
  rewriter.modifyOpInPlace(op, [&] {
    for (Value result : op->getResults())
      result.setType(promote(result.getType()));
  });
  return success();
}

struct PromoteFloat16 : impl::PromoteFloat16Base<PromoteFloat16> {
  using PromoteFloat16Base::PromoteFloat16Base;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    if (getOperation().isExternal())
      return;
    if (storeWeights) {
      auto machine = Machine::get(getOperation()->getParentOfType<ModuleOp>());
      if (!machine) {
        getOperation().emitError(llvm::toString(machine.takeError()));
        return signalPassFailure();
      }
      storeReadOnce(getOperation(), *machine);
    }
    promoteArguments(getOperation().front(), rewriter);
    WalkResult result = getOperation().front().walk(
        [&](Operation *op) { return WalkResult(promoteOp(op, rewriter)); });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::cnn
