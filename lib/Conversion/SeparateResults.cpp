//===- SeparateResults.cpp - A buffer of its own for every result ---------===//

#include "BufferViews.h"

#include "cnnc/Conversion/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_SEPARATERESULTS
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// Copies what an earlier operand of the same return is, or is a view of.
void separate(func::ReturnOp op) {
  ImplicitLocOpBuilder builder(op.getLoc(), op);
  DenseSet<Value> seen;
  for (OpOperand &result : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(result.get().getType());
    if (!type || seen.insert(getBuffer(result.get())).second ||
        !type.hasStaticShape())
      continue;
    Value copy = memref::AllocOp::create(builder, type);
    memref::CopyOp::create(builder, result.get(), copy);
    result.set(copy);
  }
}

struct SeparateResults : impl::SeparateResultsBase<SeparateResults> {
  void runOnOperation() override {
    getOperation().walk([](func::ReturnOp op) { separate(op); });
  }
};

} // namespace
} // namespace mlir::cnn
