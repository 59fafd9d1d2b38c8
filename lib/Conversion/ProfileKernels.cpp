//===- ProfileKernels.cpp - Count ticks between kernels -------------------===//

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Support/ModelInterface.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_PROFILEKERNELS
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// So many threads note when they are done; a trace of more is hard to read.
constexpr int64_t notedThreads = 16;

/// Writes the counter into a table at the end of the arena.
class Stopwatch {
public:
  explicit Stopwatch(func::FuncOp entry) : entry(entry) {}

  LogicalResult time(ArrayRef<func::CallOp> calls) {
    SmallVector<Attribute> kernels;
    for (func::CallOp call : calls)
      kernels.push_back(call->removeAttr(interface::kernel));
    int64_t threads = isThreaded() ? notedThreads : 0;
    if (failed(makeTable(calls.size() * (1 + threads) + 1)))
      return failure();
    Block &body = entry.getBody().front();
    if (isThreaded())
      for (auto [index, call] : llvm::enumerate(calls))
        recordShare(body.findAncestorOpInBlock(*call),
                    calls.size() + 1 + index * threads);
    // Before a kernel stands the barrier that ends the one before.
    for (auto [index, call] : llvm::enumerate(calls))
      record(body.findAncestorOpInBlock(*call), index);
    if (isThreaded()) {
      ImplicitLocOpBuilder builder(entry.getLoc(), body.getTerminator());
      func::CallOp::create(builder, interface::barrier, TypeRange());
    }
    record(body.getTerminator(), calls.size());
    entry->setAttr(interface::ticksThreads,
                   OpBuilder(entry).getI64IntegerAttr(threads));
    entry->setAttr(interface::kernels,
                   ArrayAttr::get(entry.getContext(), kernels));
    return success();
  }

private:
  bool isThreaded() { return entry->hasAttr(interface::threads); }

  /// Enlarges the arena, the last argument but for the team, by the table.
  LogicalResult makeTable(int64_t rows) {
    unsigned behind = isThreaded() ? 3 : 1;
    auto size = entry->getAttrOfType<IntegerAttr>(interface::arenaSize);
    if (!size || entry.getNumArguments() < behind)
      return entry.emitError("expected the arena that --plan-memory adds");
    BlockArgument arena = entry.getArgument(entry.getNumArguments() - behind);
    int64_t offset = llvm::alignTo(size.getInt(), bufferAlignment);
    int64_t bytes = offset + rows * 8;
    ImplicitLocOpBuilder builder(entry.getLoc(), entry.getContext());
    arena.setType(MemRefType::get({bytes}, builder.getI8Type()));
    entry.setFunctionType(builder.getFunctionType(
        entry.getBody().front().getArgumentTypes(), TypeRange()));
    entry->setAttr(interface::arenaSize, builder.getI64IntegerAttr(bytes));
    entry->setAttr(interface::ticksOffset, builder.getI64IntegerAttr(offset));

    builder.setInsertionPointToStart(&entry.getBody().front());
    Value shift = arith::ConstantIndexOp::create(builder, offset);
    table = memref::ViewOp::create(
        builder, MemRefType::get({rows}, builder.getI64Type()), arena, shift,
        ValueRange());
    return success();
  }

  /// The first thread writes the counter before `next`.
  void record(Operation *next, int64_t row) {
    ImplicitLocOpBuilder builder(next->getLoc(), next);
    if (isThreaded()) {
      Value zero = arith::ConstantIndexOp::create(builder, 0);
      Value number = entry.getArgument(entry.getNumArguments() - 2);
      Value isFirst = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq,
                                            number, zero);
      auto only = scf::IfOp::create(builder, isFirst);
      builder.setInsertionPoint(only.thenBlock()->getTerminator());
    }
    store(builder, arith::ConstantIndexOp::create(builder, row));
  }

  /// Each of the first threads writes the counter after `kernel`, in the rows
  /// from `row` on, before it waits for the others.
  void recordShare(Operation *kernel, int64_t row) {
    ImplicitLocOpBuilder builder(kernel->getLoc(), kernel);
    builder.setInsertionPointAfter(kernel);
    Value number = entry.getArgument(entry.getNumArguments() - 2);
    Value limit = arith::ConstantIndexOp::create(builder, notedThreads);
    Value isNoted = arith::CmpIOp::create(builder, arith::CmpIPredicate::ult,
                                          number, limit);
    auto only = scf::IfOp::create(builder, isNoted);
    builder.setInsertionPoint(only.thenBlock()->getTerminator());
    Value first = arith::ConstantIndexOp::create(builder, row);
    store(builder, arith::AddIOp::create(builder, first, number));
  }

  void store(ImplicitLocOpBuilder &builder, Value row) {
    Value ticks =
        LLVM::CallIntrinsicOp::create(
            builder, builder.getI64Type(),
            builder.getStringAttr("llvm.readcyclecounter"), ValueRange())
            .getResult(0);
    memref::StoreOp::create(builder, ticks, table, row);
  }

  func::FuncOp entry;
  Value table;
};

struct ProfileKernels : impl::ProfileKernelsBase<ProfileKernels> {
  void runOnOperation() override {
    FailureOr<Operation *> found = findEntry(getOperation());
    if (failed(found))
      return signalPassFailure();
    auto entry = cast<func::FuncOp>(*found);
    llvm::Expected<Machine> machine = Machine::get(getOperation());
    if (!machine) {
      entry.emitError() << llvm::toString(machine.takeError());
      return signalPassFailure();
    }
    if (!machine->hasTickCounter) {
      emitError(entry.getLoc())
          << "kernels cannot be timed on " << machine->triple
          << ", which has no counter that programs may read";
      return signalPassFailure();
    }
    SmallVector<func::CallOp> calls;
    entry.walk([&](func::CallOp call) {
      if (call->hasAttr(interface::kernel))
        calls.push_back(call);
    });
    if (failed(Stopwatch(entry).time(calls)))
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::cnn
