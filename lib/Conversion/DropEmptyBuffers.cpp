//===- DropEmptyBuffers.cpp - Forget buffers without elements -------------===//

#include "cnnc/Conversion/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_DROPEMPTYBUFFERS
#include "cnnc/Conversion/Passes.h.inc"

namespace {

bool isEmpty(Value value) {
  auto type = dyn_cast<MemRefType>(value.getType());
  return type && llvm::is_contained(type.getShape(), 0);
}

struct DropEmptyBuffers : impl::DropEmptyBuffersBase<DropEmptyBuffers> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    SmallVector<Operation *> idle;
    function.walk([&](Operation *op) {
      if (isa<memref::CopyOp, linalg::LinalgOp>(op) &&
          llvm::any_of(op->getOperands(), isEmpty))
        idle.push_back(op);
    });
    for (Operation *op : idle)
      op->erase();
    forgetShapes(function);
  }

  /// Gives arguments that nobody reads the type of a buffer of no bytes.
  static void forgetShapes(func::FuncOp function) {
    Block &body = function.getBody().front();
    auto bytes =
        MemRefType::get({0}, IntegerType::get(function.getContext(), 8));
    for (BlockArgument argument : body.getArguments())
      if (isEmpty(argument) && argument.use_empty())
        argument.setType(bytes);
    function.setType(FunctionType::get(function.getContext(),
                                       body.getArgumentTypes(),
                                       function.getResultTypes()));
  }
};

} // namespace
} // namespace mlir::cnn
