//===- KernelToLoops.cpp - Kernels on buffers become loops ----------------===//

#include "KernelToLoops.h"

#include "cnnc/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::kernel {

/// Replaces a kernel by its loops.
static LogicalResult lower(Operation *op, const cnn::Machine &machine) {
  // The verifier has seen that operands are of one kind and element type.
  auto type = dyn_cast<MemRefType>(op->getOperand(0).getType());
  if (!type)
    return op->emitOpError("expects memrefs when it becomes loops, got ")
           << op->getOperand(0).getType();
  bool acceptsIntegers =
      isa<ConvIntegerOp, DepthwiseConvIntegerOp, WinogradConvIntegerOp, PoolOp,
          PackOp, UnpackOp>(op);
  if (!isa<FloatType>(type.getElementType()) && !acceptsIntegers)
    return op->emitOpError("expects elements of a float type, got ")
           << type.getElementType();
  LogicalResult result =
      llvm::TypeSwitch<Operation *, LogicalResult>(op)
          .Case<DirectConvOp, ConvIntegerOp, DepthwiseConvOp,
                DepthwiseConvIntegerOp, ExpandedDepthwiseConvOp, WinogradConvOp,
                WinogradConvIntegerOp, SparseConvOp, SparseMatmulOp, MatmulOp,
                LookupMatmulOp, PoolOp, PackOp, UnpackOp>(
              [&](auto kernel) { return buildLoops(kernel, machine); })
          .Default([](Operation *kernel) {
            return kernel->emitOpError("has no loop nest");
          });
  if (succeeded(result))
    op->erase();
  return result;
}

} // namespace mlir::kernel

namespace mlir::cnn {

#define GEN_PASS_DEF_CONVERTKERNELTOLOOPS
#include "cnnc/Conversion/Passes.h.inc"

namespace {

struct ConvertKernelToLoops
    : impl::ConvertKernelToLoopsBase<ConvertKernelToLoops> {
  void runOnOperation() override {
    llvm::Expected<Machine> machine =
        Machine::get(getOperation()->getParentOfType<ModuleOp>());
    if (!machine) {
      getOperation().emitError(llvm::toString(machine.takeError()));
      return signalPassFailure();
    }
    SmallVector<Operation *> kernels;
    getOperation().walk([&](Operation *op) {
      if (isa<kernel::KernelDialect>(op->getDialect()))
        kernels.push_back(op);
    });
    for (Operation *op : kernels)
      if (failed(kernel::lower(op, *machine)))
        return signalPassFailure();
  }
};

} // namespace
} // namespace mlir::cnn
