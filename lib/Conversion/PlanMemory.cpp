//===- PlanMemory.cpp - Give every buffer an offset in one arena ----------===//

#include "BufferViews.h"
#include "DescribeKernel.h"

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Support/MemoryPlan.h"
#include "cnnc/Support/ModelInterface.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_PLANMEMORY
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// True for what computes or copies, which will be a kernel, and not for views
/// and numbers.
bool isStep(Operation &op) {
  return !isMemoryEffectFree(&op) && !isa<ViewLikeOpInterface>(op) &&
         !isa<memref::AllocOp>(op) && !op.hasTrait<OpTrait::IsTerminator>();
}

/// An allocation and the time from its first use to its last.
struct Buffer {
  memref::AllocOp alloc;
  LiveRange life;
};

/// Time is the position of operations in the entry block.
class Timeline {
public:
  explicit Timeline(Block &block) : block(block) {
    for (auto [time, op] : llvm::enumerate(block)) {
      times[&op] = time;
      stepsBefore.push_back(stepCount);
      stepCount += isStep(op);
      ops.push_back(&op);
    }
  }

  /// The operation in the block at that time, and how many steps of the network
  /// come before it.
  Operation *getOperation(int64_t time) const { return ops[time]; }
  int64_t countStepsBefore(int64_t time) const { return stepsBefore[time]; }

  /// The time of the operation, or of the one in the block that holds it.
  int64_t getTime(Operation *op) const {
    return times.lookup(block.findAncestorOpInBlock(*op));
  }

  /// From first to last use, through everything that may be the same memory.
  FailureOr<LiveRange> getLife(memref::AllocOp alloc) const {
    LiveRange life = {std::numeric_limits<int64_t>::max(), -1,
                      *getSpan(alloc.getType()) *
                          getElementBytes(alloc.getType())};
    SmallVector<Value> aliases = {alloc.getResult()};
    DenseSet<Value> seen = {alloc.getResult()};
    auto follow = [&](ValueRange values) {
      for (Value value : values)
        if (isa<BaseMemRefType>(value.getType()) && seen.insert(value).second)
          aliases.push_back(value);
    };
    while (!aliases.empty()) {
      for (Operation *user : aliases.pop_back_val().getUsers()) {
        if (isa<func::ReturnOp>(user))
          return user->emitError("returns a buffer of the arena; results must "
                                 "be arguments of the function");
        follow(user->getResults());
        // Loop-carried and yielded memrefs.
        for (Region &region : user->getRegions())
          follow(region.getArguments());
        if (user->hasTrait<OpTrait::IsTerminator>())
          follow(user->getParentOp()->getResults());
        if (isa<ViewLikeOpInterface>(user))
          continue;
        life.begin = std::min(life.begin, getTime(user));
        life.end = std::max(life.end, getTime(user));
      }
    }
    return life;
  }

private:
  Block &block;
  DenseMap<Operation *, int64_t> times;
  SmallVector<Operation *> ops;
  SmallVector<int64_t> stepsBefore;
  int64_t stepCount = 0;
};

/// True if `generic` reads the buffer `input` nowhere but by operands like
/// `input`: no view of it, not in another order, and not in its body.
bool readsOnlyLike(linalg::GenericOp generic, OpOperand &input) {
  auto isOfBuffer = [&](Value value) {
    return isa<BaseMemRefType>(value.getType()) &&
           getBuffer(value) == input.get();
  };
  for (OpOperand *other : generic.getDpsInputOperands())
    if (isOfBuffer(other->get()) &&
        (other->get() != input.get() ||
         generic.getMatchingIndexingMap(other) !=
             generic.getMatchingIndexingMap(&input)))
      return false;
  WalkResult result = generic.getBody()->walk([&](Operation *op) {
    return llvm::any_of(op->getOperands(), isOfBuffer) ? WalkResult::interrupt()
                                                       : WalkResult::advance();
  });
  return !result.wasInterrupted();
}

/// True if `generic` reads element i of `input` only to write element i of its
/// output, so that both may be the same memory.
bool worksInPlace(linalg::GenericOp generic, OpOperand &input) {
  OpOperand *output = generic.getDpsInitOperand(0);
  // The body may read other elements of memory that it names.
  llvm::SetVector<Value> named;
  getUsedValuesDefinedAbove(generic.getRegion(), named);
  if (llvm::any_of(named, [&](Value value) {
        return getBuffer(value) == getBuffer(input.get());
      }))
    return false;
  return generic.getNumDpsInits() == 1 &&
         generic.getNumParallelLoops() == generic.getNumLoops() &&
         generic.getMatchingIndexingMap(output).isPermutation() &&
         generic.getMatchingIndexingMap(&input) ==
             generic.getMatchingIndexingMap(output) &&
         input.get().getType() == output->get().getType() &&
         readsOnlyLike(generic, input);
}

/// The output of an operation and inputs that it may be written over.
struct Reuse {
  Value output;
  SmallVector<Value> inputs;
};

Reuse getReuse(linalg::GenericOp generic) {
  Reuse reuse;
  if (generic.getNumDpsInits() != 1)
    return reuse;
  reuse.output = generic.getDpsInits().front();
  for (OpOperand *input : generic.getDpsInputOperands())
    if (worksInPlace(generic, *input))
      reuse.inputs.push_back(input->get());
  return reuse;
}

/// Kernels read an element of the residual before they first write that of the
/// output.
template <typename ConvOp>
Reuse getReuse(ConvOp conv) {
  Reuse reuse;
  Value residual = conv.getResidual(), output = conv.getOutput();
  if (!residual || residual.getType() != output.getType() ||
      llvm::count_if(conv->getOperands(), [&](Value operand) {
        return getBuffer(operand) == getBuffer(residual);
      }) != 1)
    return reuse;
  return {output, {residual}};
}

Reuse getReuse(Operation *op) {
  return llvm::TypeSwitch<Operation *, Reuse>(op)
      .Case<linalg::GenericOp, kernel::DirectConvOp, kernel::DepthwiseConvOp,
            kernel::WinogradConvOp, kernel::SparseConvOp>(
          [](auto known) { return getReuse(known); })
      .Default(Reuse());
}

/// Writes results over an input that is not needed any more.
void reuseInputs(ArrayRef<Buffer> buffers, const Timeline &timeline,
                 SmallVectorImpl<Buffer> &merged) {
  DenseMap<Value, Buffer> alive;
  for (Buffer buffer : buffers)
    alive[buffer.alloc.getResult()] = buffer;
  for (Operation &op : *Buffer(buffers.front()).alloc->getBlock()) {
    Reuse reuse = getReuse(&op);
    auto output = alive.find(reuse.output);
    int64_t time = timeline.getTime(&op);
    if (output == alive.end() || output->second.life.begin != time)
      continue;
    for (Value input : reuse.inputs) {
      auto source = alive.find(input);
      if (source == alive.end() || source->second.life.end != time ||
          source == output)
        continue;
      Buffer replaced = output->second;
      alive.erase(output);
      Buffer &kept = alive[input];
      kept.life.end = replaced.life.end;
      replaced.alloc.replaceAllUsesWith(kept.alloc.getResult());
      replaced.alloc.erase();
      break;
    }
  }
  for (auto &entry : alive)
    merged.push_back(entry.second);
}

struct PlanMemory : impl::PlanMemoryBase<PlanMemory> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal() || function.isPrivate())
      return;
    SmallVector<memref::AllocOp> allocations;
    if (failed(collect(function, allocations)))
      return signalPassFailure();

    Timeline timeline(function.getBody().front());
    SmallVector<Buffer> buffers, merged;
    for (memref::AllocOp alloc : allocations) {
      FailureOr<LiveRange> life = timeline.getLife(alloc);
      if (failed(life))
        return signalPassFailure();
      if (life->end < 0)
        alloc.erase();
      else
        buffers.push_back({alloc, *life});
    }
    if (!buffers.empty())
      reuseInputs(buffers, timeline, merged);
    llvm::sort(merged, [](const Buffer &a, const Buffer &b) {
      return Buffer(a).alloc->isBeforeInBlock(Buffer(b).alloc);
    });
    FailureOr<MemoryPlan> plan = place(function, merged);
    if (failed(plan))
      return signalPassFailure();
    for (auto [buffer, offset] : llvm::zip_equal(merged, plan->offsets))
      remarkOn(buffer.life, offset, timeline);
  }

  /// Moves all allocations to the entry block, where each gets one place.
  static LogicalResult collect(func::FuncOp function,
                               SmallVectorImpl<memref::AllocOp> &allocations) {
    Block &body = function.getBody().front();
    WalkResult result = function.walk([&](memref::AllocOp alloc) -> WalkResult {
      if (!alloc.getType().hasStaticShape() || !getSpan(alloc.getType()))
        return alloc.emitError("expected a buffer of static size, got ")
               << alloc.getType();
      if (alloc->getParentOfType<scf::ForallOp>() ||
          alloc->getParentOfType<scf::ParallelOp>())
        return alloc.emitError("allocates inside a parallel loop; expected "
                               "memory per thread to be an operand");
      allocations.push_back(alloc);
      return success();
    });
    for (memref::AllocOp alloc : allocations)
      if (alloc->getBlock() != &body)
        alloc->moveBefore(&body, body.begin());
    return success(!result.wasInterrupted());
  }

  /// Replaces allocations by views of a new argument.
  static FailureOr<MemoryPlan> place(func::FuncOp function,
                                     ArrayRef<Buffer> buffers) {
    SmallVector<LiveRange> lives;
    for (const Buffer &buffer : buffers)
      lives.push_back(buffer.life);
    MemoryPlan plan = planOffsets(lives, bufferAlignment);

    Builder attributes(function.getContext());
    auto arenaType = MemRefType::get({plan.size}, attributes.getI8Type());
    unsigned position = function.getNumArguments();
    if (failed(function.insertArgument(position, arenaType, {},
                                       function.getLoc())))
      return failure();
    for (auto [buffer, offset] : llvm::zip_equal(buffers, plan.offsets)) {
      memref::AllocOp alloc = buffer.alloc;
      ImplicitLocOpBuilder builder(alloc.getLoc(), alloc);
      Value shift = arith::ConstantIndexOp::create(builder, offset);
      Value view = memref::ViewOp::create(builder, alloc.getType(),
                                          function.getArgument(position), shift,
                                          ValueRange());
      alloc.replaceAllUsesWith(view);
      alloc.erase();
    }
    int64_t least = getLargestLoad(lives, bufferAlignment);
    function->setAttr(interface::arenaSize,
                      attributes.getI64IntegerAttr(plan.size));
    function->setAttr(interface::arenaLowerBound,
                      attributes.getI64IntegerAttr(least));
    remark::analysis(function.getLoc(),
                     remark::RemarkOpts::name("PlanMemory").category("cnn"))
        << "arena of " << std::to_string(plan.size)
        << " bytes; buffers that live at one time take "
        << std::to_string(least);
    return plan;
  }

  /// Says where a buffer is, and when: at which steps, the first being 0.
  static void remarkOn(const LiveRange &life, int64_t offset,
                       const Timeline &timeline) {
    Operation *first = timeline.getOperation(life.begin);
    Operation *last = timeline.getOperation(life.end);
    remark::analysis(first->getLoc(),
                     remark::RemarkOpts::name("PlaceBuffer").category("cnn"))
        << remark::metric("Offset", offset)
        << remark::metric("Bytes", life.size)
        << remark::metric("First", timeline.countStepsBefore(life.begin))
        << remark::metric("FirstLayer", getLayer(first->getLoc()))
        << remark::metric("Last", timeline.countStepsBefore(life.end))
        << remark::metric("LastLayer", getLayer(last->getLoc()));
  }
};

} // namespace
} // namespace mlir::cnn
