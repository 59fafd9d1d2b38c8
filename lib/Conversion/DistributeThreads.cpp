//===- DistributeThreads.cpp - Split parallel loops among threads ---------===//

#include "BufferViews.h"

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Support/ModelInterface.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <numeric>

namespace mlir::cnn {

#define GEN_PASS_DEF_DISTRIBUTETHREADS
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// Which thread of how many runs a function.
struct Team {
  Value number, count;
};

/// Turns the forall into a nest of plain loops.
LogicalResult makeSequential(scf::ForallOp loop) {
  IRRewriter rewriter(loop.getContext());
  rewriter.setInsertionPoint(loop);
  if (succeeded(scf::forallToForLoop(rewriter, loop)))
    return success();
  return loop.emitError("expected a parallel loop without results");
}

/// True if the operation writes memory that other threads see.
bool writesShared(Operation *op) {
  auto effects = getEffectsRecursively(op);
  if (!effects)
    return true;
  return llvm::any_of(*effects, [](const MemoryEffects::EffectInstance &it) {
    if (!isa<MemoryEffects::Write>(it.getEffect()))
      return false;
    // Memory on the stack of the kernel is each thread's own.
    return !it.getValue() ||
           !getBuffer(it.getValue()).getDefiningOp<memref::AllocaOp>();
  });
}

bool hasForall(Operation *op) {
  return op->walk([](scf::ForallOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

void emitBarrier(ImplicitLocOpBuilder &builder) {
  func::CallOp::create(builder, interface::barrier, TypeRange());
}

/// Splits what one function does among the threads that run it.
class Distributor {
public:
  explicit Distributor(Team team) : team(team) {}

  LogicalResult distribute(Block &block) {
    SmallVector<Operation *> work;
    for (Operation &op : block.without_terminator())
      if (hasForall(&op) || writesShared(&op))
        work.push_back(&op);
    for (size_t i = 0; i != work.size(); ++i) {
      Operation *op = work[i];
      if (failed(distribute(op)))
        return failure();
      // Functions end with a barrier of their caller; in a loop the next
      // iteration follows.
      bool isLast =
          i + 1 == work.size() && isa<func::FuncOp>(block.getParentOp());
      if (!isLast && !endsTogether) {
        ImplicitLocOpBuilder builder(lastEmitted->getLoc(), lastEmitted);
        builder.setInsertionPointAfter(lastEmitted);
        emitBarrier(builder);
      }
    }
    return success();
  }

private:
  LogicalResult distribute(Operation *op) {
    endsTogether = false;
    if (!hasForall(op) && op->getNumResults() == 0) {
      runOnFirst(op);
      return success();
    }
    if (auto loop = dyn_cast<scf::ForallOp>(op))
      return share(loop);
    // Every thread goes around the loop; a barrier ends each iteration.
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      LogicalResult result = distribute(*loop.getBody());
      lastEmitted = loop;
      endsTogether = true;
      return result;
    }
    return op->emitError(
        "expected parallel loops only at the top of a kernel or "
        "in plain loops, and no results of what writes memory");
  }

  /// Moves the operation under `if thread is the first`.
  void runOnFirst(Operation *op) {
    ImplicitLocOpBuilder builder(op->getLoc(), op);
    Value zero = arith::ConstantIndexOp::create(builder, 0);
    Value isFirst = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq,
                                          team.number, zero);
    auto only = scf::IfOp::create(builder, isFirst);
    op->moveBefore(only.thenBlock()->getTerminator());
    lastEmitted = only;
  }

  /// Makes the forall a loop over this thread's share of all iterations.
  LogicalResult share(scf::ForallOp loop) {
    auto lower = getConstantIntValues(loop.getMixedLowerBound());
    auto upper = getConstantIntValues(loop.getMixedUpperBound());
    auto steps = getConstantIntValues(loop.getMixedStep());
    if (!lower || !upper || !steps || loop->getNumResults() != 0)
      return loop.emitError("expected a parallel loop with constant bounds and "
                            "steps and no results");
    SmallVector<int64_t> extents;
    for (auto [first, last, step] : llvm::zip_equal(*lower, *upper, *steps))
      extents.push_back(
          std::max<int64_t>(0, llvm::divideCeilSigned(last - first, step)));
    ImplicitLocOpBuilder builder(loop.getLoc(), loop);
    int64_t total = std::accumulate(extents.begin(), extents.end(), int64_t(1),
                                    std::multiplies<int64_t>());
    Value iterations = arith::ConstantIndexOp::create(builder, total);
    Value one = arith::ConstantIndexOp::create(builder, 1);
    auto bound = [&](Value position) -> Value {
      Value scaled = arith::MulIOp::create(builder, position, iterations);
      return arith::DivUIOp::create(builder, scaled, team.count);
    };
    Value begin = bound(team.number);
    Value end = bound(arith::AddIOp::create(builder, team.number, one));
    auto mine = scf::ForOp::create(builder, begin, end, one);

    builder.setInsertionPointToStart(mine.getBody());
    SmallVector<Value> indices(extents.size());
    Value rest = mine.getInductionVar();
    for (size_t i = extents.size(); i-- > 1;) {
      Value extent = arith::ConstantIndexOp::create(builder, extents[i]);
      indices[i] = arith::RemUIOp::create(builder, rest, extent);
      rest = arith::DivUIOp::create(builder, rest, extent);
    }
    indices[0] = rest;
    for (size_t i = 0; i != extents.size(); ++i) {
      Value step = arith::ConstantIndexOp::create(builder, (*steps)[i]);
      Value first = arith::ConstantIndexOp::create(builder, (*lower)[i]);
      indices[i] = arith::AddIOp::create(
          builder, arith::MulIOp::create(builder, indices[i], step), first);
    }
    IRRewriter rewriter(loop.getContext());
    rewriter.eraseOp(loop.getTerminator());
    rewriter.inlineBlockBefore(loop.getBody(), mine.getBody()->getTerminator(),
                               indices);
    rewriter.eraseOp(loop);
    lastEmitted = mine;
    return success();
  }

  Team team;
  Operation *lastEmitted = nullptr;
  /// The operation distributed last ends with a barrier of its own.
  bool endsTogether = false;
};

/// Adds the team to a function's arguments.
FailureOr<Team> addTeam(func::FuncOp function) {
  Type index = IndexType::get(function.getContext());
  for (int i = 0; i != 2; ++i)
    if (failed(function.insertArgument(function.getNumArguments(), index, {},
                                       function.getLoc())))
      return failure();
  return Team{function.getArgument(function.getNumArguments() - 2),
              function.getArgument(function.getNumArguments() - 1)};
}

/// Passes the team on to kernels, with barriers between those that follow each
/// other. Kernels without parallel loops run on the first thread.
void callWithTeam(func::FuncOp entry, Team team,
                  const DenseSet<StringAttr> &parallelKernels) {
  auto calls = llvm::to_vector(entry.getOps<func::CallOp>());
  for (auto [position, call] : llvm::enumerate(calls)) {
    ImplicitLocOpBuilder builder(call.getLoc(), call);
    bool isParallel = parallelKernels.contains(call.getCalleeAttr().getAttr());
    call->insertOperands(call->getNumOperands(), {team.number, team.count});
    Operation *last = call;
    if (!isParallel) {
      Value zero = arith::ConstantIndexOp::create(builder, 0);
      Value isFirst = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq,
                                            team.number, zero);
      auto only = scf::IfOp::create(builder, isFirst);
      call->moveBefore(only.thenBlock()->getTerminator());
      last = only;
    }
    // Two kernels in a row on the first thread need no barrier.
    bool followsOnFirst = !isParallel && position + 1 != calls.size() &&
                          !parallelKernels.contains(
                              calls[position + 1].getCalleeAttr().getAttr());
    if (position + 1 == calls.size() || followsOnFirst)
      continue;
    builder.setInsertionPointAfter(last);
    emitBarrier(builder);
  }
}

struct DistributeThreads : impl::DistributeThreadsBase<DistributeThreads> {
  using DistributeThreadsBase::DistributeThreadsBase;

  void runOnOperation() override {
    if (failed(threads ? distribute() : makeAllSequential()))
      signalPassFailure();
  }

  LogicalResult makeAllSequential() {
    SmallVector<scf::ForallOp> loops;
    getOperation().walk([&](scf::ForallOp loop) { loops.push_back(loop); });
    for (scf::ForallOp loop : loops)
      if (failed(makeSequential(loop)))
        return failure();
    return success();
  }

  LogicalResult distribute() {
    FailureOr<Operation *> found = findEntry(getOperation());
    if (failed(found))
      return failure();
    auto entry = cast<func::FuncOp>(*found);
    declareBarrier(entry);
    DenseSet<StringAttr> parallelKernels;
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      if (kernel == entry || kernel.isExternal())
        continue;
      bool isParallel = hasForall(kernel);
      FailureOr<Team> team = addTeam(kernel);
      if (failed(team) || failed(makeInnerSequential(kernel)))
        return failure();
      if (!isParallel)
        continue;
      parallelKernels.insert(kernel.getSymNameAttr());
      if (failed(Distributor(*team).distribute(kernel.getBody().front())))
        return failure();
    }
    FailureOr<Team> team = addTeam(entry);
    if (failed(team))
      return failure();
    callWithTeam(entry, *team, parallelKernels);
    entry->setAttr(interface::threads, UnitAttr::get(&getContext()));
    return success();
  }

  /// Parallel loops inside parallel loops are plain ones.
  static LogicalResult makeInnerSequential(func::FuncOp kernel) {
    SmallVector<scf::ForallOp> loops;
    kernel.walk([&](scf::ForallOp loop) {
      if (loop->getParentOfType<scf::ForallOp>())
        loops.push_back(loop);
    });
    for (scf::ForallOp loop : loops)
      if (failed(makeSequential(loop)))
        return failure();
    return success();
  }

  static void declareBarrier(func::FuncOp entry) {
    OpBuilder builder(entry);
    auto barrier =
        func::FuncOp::create(builder, entry.getLoc(), interface::barrier,
                             builder.getFunctionType({}, {}));
    barrier.setPrivate();
  }
};

} // namespace
} // namespace mlir::cnn
