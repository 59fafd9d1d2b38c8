//===- DistributeThreads.cpp - Split parallel loops among threads ---------===//

#include "BufferViews.h"

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Support/ModelInterface.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
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

  /// The same with the threads in reverse order. Where shares cannot be even,
  /// the last threads have the larger ones.
  Team getMirrored(ImplicitLocOpBuilder &builder) const {
    Value one = arith::ConstantIndexOp::create(builder, 1);
    Value last = arith::SubIOp::create(builder, count, one);
    return {arith::SubIOp::create(builder, last, number), count};
  }
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
      mirrored = op->hasAttr(interface::independent) && !mirrored;
      if (failed(distribute(op)))
        return failure();
      // Functions end with a barrier of their caller; in a loop the next
      // iteration follows.
      bool isLast =
          i + 1 == work.size() && isa<func::FuncOp>(block.getParentOp());
      bool nextMayStart =
          i + 1 != work.size() && work[i + 1]->hasAttr(interface::independent);
      if (!isLast && !nextMayStart && !endsTogether) {
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
    Value number = mirrored ? team.getMirrored(builder).number : team.number;
    auto bound = [&](Value position) -> Value {
      Value scaled = arith::MulIOp::create(builder, position, iterations);
      return arith::DivUIOp::create(builder, scaled, team.count);
    };
    Value begin = bound(number);
    Value end = bound(arith::AddIOp::create(builder, number, one));
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
  /// The loop distributed last has its shares in reverse order.
  bool mirrored = false;
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

/// Threads that run an operation of the entry.
enum class Runner { all, first, last };

/// Memory that an operation of the entry uses.
struct Access {
  /// Nothing where it is known only at run time.
  std::optional<BufferRange> range;
  bool isWrite;
  Runner runner = Runner::all;

  bool conflictsWith(const Access &other) const {
    return (isWrite || other.isWrite) &&
           (!range || !other.range || range->overlaps(*other.range));
  }
};

/// The memory a call or a load uses.
SmallVector<Access> getAccesses(Operation *op) {
  SmallVector<Access> accesses;
  auto add = [&](Value value, bool isWrite) {
    if (isa<BaseMemRefType>(value.getType()))
      accesses.push_back({getBufferRange(value), isWrite});
  };
  if (auto call = dyn_cast<func::CallOp>(op)) {
    auto kernel = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        op, call.getCalleeAttr());
    StringRef readOnly = LLVM::LLVMDialect::getReadonlyAttrName();
    for (auto [i, operand] : llvm::enumerate(call.getOperands()))
      add(operand, !kernel.getArgAttr(i, readOnly));
  } else if (hasEffect<MemoryEffects::Read>(op)) {
    for (Value operand : op->getOperands())
      add(operand, /*isWrite=*/false);
  }
  return accesses;
}

/// Calls kernels with the team, and makes threads wait for each other where an
/// operation uses memory that another thread writes, or writes memory that
/// another thread uses.
class Scheduler {
public:
  Scheduler(Team team, const DenseSet<StringAttr> &parallelKernels)
      : team(team), parallelKernels(parallelKernels) {}

  void run(Block &body) {
    for (Operation &op : llvm::make_early_inc_range(body)) {
      SmallVector<Access> accesses = getAccesses(&op);
      if (accesses.empty())
        continue;
      auto call = dyn_cast<func::CallOp>(op);
      bool isParallel =
          !call || parallelKernels.contains(call.getCalleeAttr().getAttr());
      ImplicitLocOpBuilder builder(op.getLoc(), &op);
      std::optional<Runner> runner;
      // A kernel that is timed runs alone.
      if (pending.empty() || !op.hasAttr(interface::kernel))
        runner = choose(accesses, isParallel);
      if (!runner) {
        emitBarrier(builder);
        pending.clear();
        runner = isParallel ? Runner::all : Runner::first;
      }
      for (Access &access : accesses)
        access.runner = *runner;
      // Loops that need not wait take turns with the larger shares.
      mirrored =
          isParallel ? !pending.empty() && !mirrored : *runner == Runner::last;
      llvm::append_range(pending, accesses);
      if (call)
        callWithTeam(builder, call, isParallel);
    }
  }

private:
  /// Who may run an operation without waiting for others; nothing if it must
  /// wait.
  std::optional<Runner> choose(ArrayRef<Access> accesses,
                               bool isParallel) const {
    std::optional<Runner> only;
    for (const Access &other : pending) {
      if (llvm::none_of(accesses, [&](const Access &access) {
            return access.conflictsWith(other);
          }))
        continue;
      if (isParallel || other.runner == Runner::all ||
          (only && *only != other.runner))
        return std::nullopt;
      only = other.runner;
    }
    if (isParallel)
      return Runner::all;
    if (only)
      return only;
    return mirrored || pending.empty() ? Runner::first : Runner::last;
  }

  /// Kernels without parallel loops run on one thread.
  void callWithTeam(ImplicitLocOpBuilder &builder, func::CallOp call,
                    bool isParallel) {
    Team local = mirrored ? team.getMirrored(builder) : team;
    call->insertOperands(call->getNumOperands(), {local.number, local.count});
    if (isParallel)
      return;
    Value zero = arith::ConstantIndexOp::create(builder, 0);
    Value isFirst = arith::CmpIOp::create(builder, arith::CmpIPredicate::eq,
                                          local.number, zero);
    auto only = scf::IfOp::create(builder, isFirst);
    call->moveBefore(only.thenBlock()->getTerminator());
  }

  Team team;
  const DenseSet<StringAttr> &parallelKernels;
  /// What has been used since the last barrier.
  SmallVector<Access> pending;
  /// The last call had the threads in reverse order.
  bool mirrored = false;
};

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
    Scheduler(*team, parallelKernels).run(entry.getBody().front());
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
