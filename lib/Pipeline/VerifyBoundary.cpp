//===- VerifyBoundary.cpp - Check that a boundary is reached --------------===//

#include "cnnc/Pipeline/Passes.h"
#include "cnnc/Pipeline/Pipeline.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_VERIFYBOUNDARY
#include "cnnc/Pipeline/Passes.h.inc"

namespace {

/// The dialects whose operations may occur; "builtin" and "func" always may.
ArrayRef<StringRef> getDialects(Boundary boundary) {
  static constexpr StringRef network[] = {"cnn", "arith"};
  static constexpr StringRef tensors[] = {
      "kernel", "linalg", "tensor", "arith", "math", "scf", "affine", "index"};
  static constexpr StringRef buffers[] = {
      "kernel", "linalg", "memref", "arith", "math", "scf", "affine", "index"};
  static constexpr StringRef loops[] = {
      "memref", "arith", "math", "scf",       "affine",   "index", "vector",
      "cf",     "ub",    "llvm", "x86vector", "arm_neon", "func"};
  switch (boundary) {
  case Boundary::A:
  case Boundary::B:
    return network;
  case Boundary::C:
    return tensors;
  case Boundary::D:
    return buffers;
  case Boundary::E:
    return loops;
  }
  llvm_unreachable("all boundaries are handled");
}

bool usesTensors(Operation *op) {
  auto isTensor = [](Type type) { return isa<TensorType>(type); };
  return llvm::any_of(op->getOperandTypes(), isTensor) ||
         llvm::any_of(op->getResultTypes(), isTensor);
}

bool isAllowed(Operation *op, Boundary boundary) {
  StringRef dialect = op->getName().getDialectNamespace();
  if (boundary >= Boundary::D &&
      (usesTensors(op) || isa<memref::AllocOp, memref::GetGlobalOp>(op)))
    return false;
  if (dialect == "builtin" || dialect == "func")
    return true;
  if (boundary <= Boundary::B && dialect == "arith")
    return isa<arith::ConstantOp>(op);
  return llvm::is_contained(getDialects(boundary), dialect);
}

struct VerifyBoundary : impl::VerifyBoundaryBase<VerifyBoundary> {
  using VerifyBoundaryBase::VerifyBoundaryBase;

  LogicalResult initialize(MLIRContext *context) override {
    parsed = parseBoundary(boundary);
    if (parsed)
      return success();
    return emitError(UnknownLoc::get(context))
           << "expected boundary A, B, C, D or E, got '" << boundary << "'";
  }

  void runOnOperation() override {
    if (Operation *op = findForeign(getOperation(), *parsed)) {
      op->emitOpError("should not be there at boundary ") << boundary;
      signalPassFailure();
    }
    markAllAnalysesPreserved();
  }

private:
  std::optional<Boundary> parsed;
};

} // namespace

Operation *findForeign(ModuleOp module, Boundary boundary) {
  Operation *foreign = nullptr;
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isAllowed(op, boundary))
      return WalkResult::advance();
    foreign = op;
    return WalkResult::interrupt();
  });
  return foreign;
}

} // namespace mlir::cnn
