//===- CopyStridedOperands.cpp - Rows without gaps for kernels ------------===//

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Dialect/Kernel/Kernel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_COPYSTRIDEDOPERANDS
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// The elements of a row are not neighbours.
bool hasGaps(Value operand) {
  auto type = dyn_cast<MemRefType>(operand.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  return type && type.getRank() > 0 && type.hasStaticShape() &&
         succeeded(type.getStridesAndOffset(strides, offset)) &&
         strides.back() != 1;
}

Value createCopy(ImplicitLocOpBuilder &builder, Value source) {
  auto type = cast<MemRefType>(source.getType());
  auto dense = MemRefType::get(type.getShape(), type.getElementType());
  Value copy = memref::AllocOp::create(builder, dense);
  memref::CopyOp::create(builder, source, copy);
  return copy;
}

struct CopyStridedOperands
    : impl::CopyStridedOperandsBase<CopyStridedOperands> {
  void runOnOperation() override {
    getOperation().walk([](DestinationStyleOpInterface op) {
      if (!isa<kernel::KernelDialect>(op->getDialect()))
        return;
      ImplicitLocOpBuilder builder(op.getLoc(), op);
      for (OpOperand *input : op.getDpsInputOperands())
        if (hasGaps(input->get()))
          input->set(createCopy(builder, input->get()));
    });
  }
};

} // namespace
} // namespace mlir::cnn
