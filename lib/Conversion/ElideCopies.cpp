//===- ElideCopies.cpp - Let producers write where results are copied -----===//

#include "cnnc/Conversion/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_ELIDECOPIES
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// The elements of a buffer that a view may touch, in the buffer's dimensions.
struct Box {
  SmallVector<int64_t> starts, sizes;
  /// The view has exactly these elements, so that views of it can be told
  /// apart.
  bool isExact = true;

  static Box getWhole(Value buffer) {
    ArrayRef<int64_t> shape = cast<MemRefType>(buffer.getType()).getShape();
    return {SmallVector<int64_t>(shape.size(), 0), SmallVector<int64_t>(shape)};
  }

  bool overlaps(const Box &other) const {
    for (size_t i = 0; i < starts.size(); ++i)
      if (starts[i] + sizes[i] <= other.starts[i] ||
          other.starts[i] + other.sizes[i] <= starts[i])
        return false;
    return true;
  }

  /// The box of the view `op` of this box.
  Box getViewed(Operation *op) const {
    Box box = *this;
    box.isExact = false;
    auto subview = dyn_cast<memref::SubViewOp>(op);
    if (!isExact || !subview || !subview.hasUnitStride() ||
        subview.getType().getRank() != static_cast<int64_t>(sizes.size()) ||
        ShapedType::isDynamicShape(subview.getStaticOffsets()) ||
        ShapedType::isDynamicShape(subview.getStaticSizes()))
      return box;
    box.isExact = true;
    for (size_t i = 0; i < sizes.size(); ++i) {
      box.starts[i] += subview.getStaticOffsets()[i];
      box.sizes[i] = subview.getStaticSizes()[i];
    }
    return box;
  }
};

/// The operation is another way to see a buffer.
bool isView(Operation *op) {
  return isa_and_present<memref::SubViewOp, memref::CollapseShapeOp,
                         memref::ExpandShapeOp>(op);
}

struct Access {
  /// The operation of the block that does it, perhaps in a region.
  Operation *op;
  bool reads, writes;
  Box box;
};

/// Adds what is done to `view`; fails if that is not known.
LogicalResult addAccesses(Value view, const Box &box, Block *block,
                          SmallVectorImpl<Access> &accesses) {
  for (Operation *user : view.getUsers()) {
    if (isView(user)) {
      if (failed(addAccesses(user->getResult(0), box.getViewed(user), block,
                             accesses)))
        return failure();
      continue;
    }
    auto interface = dyn_cast<MemoryEffectOpInterface>(user);
    Operation *op = block->findAncestorOpInBlock(*user);
    if (!interface || !op)
      return failure();
    SmallVector<MemoryEffects::EffectInstance> effects;
    interface.getEffectsOnValue(view, effects);
    Access access = {op, false, false, box};
    for (const MemoryEffects::EffectInstance &effect : effects) {
      access.reads |= isa<MemoryEffects::Read>(effect.getEffect());
      access.writes |= isa<MemoryEffects::Write>(effect.getEffect());
    }
    // What has no effect may let the buffer escape.
    if (!access.reads && !access.writes)
      return failure();
    accesses.push_back(access);
  }
  return success();
}

FailureOr<SmallVector<Access>> getAccesses(Value buffer, Block *block) {
  SmallVector<Access> accesses;
  if (failed(addAccesses(buffer, Box::getWhole(buffer), block, accesses)))
    return failure();
  return accesses;
}

/// Moves the views that make `value` and the buffer they are of in front of
/// `position`.
void hoist(Value value, Operation *position) {
  Operation *op = value.getDefiningOp();
  if (!op || op->isBeforeInBlock(position))
    return;
  for (Value operand : op->getOperands())
    hoist(operand, position);
  op->moveBefore(position);
}

/// Replaces `from` by a buffer of another layout. Views of it are made anew.
void replaceBuffer(OpBuilder &builder, Value from, Value to) {
  for (Operation *user : llvm::make_early_inc_range(from.getUsers())) {
    auto subview = dyn_cast<memref::SubViewOp>(user);
    if (!subview)
      continue;
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(subview);
    Value view = memref::SubViewOp::create(
        builder, subview.getLoc(), to, subview.getMixedOffsets(),
        subview.getMixedSizes(), subview.getMixedStrides());
    replaceBuffer(builder, subview.getResult(), view);
    subview.erase();
  }
  from.replaceAllUsesWith(to);
}

/// A copy of a whole buffer, or of a reshaped one, to where it could be.
struct Candidate {
  memref::CopyOp copy;
  memref::AllocOp source;
  /// What the buffer is reshaped by before it is copied.
  memref::CollapseShapeOp reshape;
  /// The buffer that the target is a part of, and which.
  Value root;
  Box box;
};

/// Views other than subviews may not exist for another layout.
bool hasOnlySubviews(Value buffer, Operation *except) {
  return llvm::all_of(buffer.getUsers(), [&](Operation *user) {
    if (user == except || !isView(user))
      return true;
    return isa<memref::SubViewOp>(user) &&
           hasOnlySubviews(user->getResult(0), except);
  });
}

std::optional<Candidate> getCandidate(memref::CopyOp copy) {
  Candidate candidate;
  candidate.copy = copy;
  Value source = copy.getSource();
  candidate.reshape = source.getDefiningOp<memref::CollapseShapeOp>();
  if (candidate.reshape) {
    if (!source.hasOneUse())
      return std::nullopt;
    source = candidate.reshape.getSrc();
  }
  candidate.source = source.getDefiningOp<memref::AllocOp>();
  if (!candidate.source || !candidate.source.getType().hasStaticShape() ||
      candidate.source->getBlock() != copy->getBlock() ||
      !hasOnlySubviews(source, candidate.reshape))
    return std::nullopt;

  SmallVector<Operation *> views;
  candidate.root = copy.getTarget();
  while (isView(candidate.root.getDefiningOp())) {
    views.push_back(candidate.root.getDefiningOp());
    if (views.back()->getNumOperands() != 1)
      return std::nullopt;
    candidate.root = views.back()->getOperand(0);
  }
  bool isBuffer = isa<BlockArgument>(candidate.root) ||
                  candidate.root.getDefiningOp<memref::AllocOp>();
  if (!isBuffer || candidate.root == source ||
      candidate.root.getParentBlock() != copy->getBlock() ||
      !cast<MemRefType>(candidate.root.getType()).hasStaticShape())
    return std::nullopt;
  candidate.box = Box::getWhole(candidate.root);
  for (Operation *view : llvm::reverse(views))
    candidate.box = candidate.box.getViewed(view);
  return candidate;
}

/// Nobody can tell the buffer from the target of the copy.
bool isElidable(Candidate &candidate) {
  Operation *copy = candidate.copy;
  Block *block = copy->getBlock();
  auto ofSource = getAccesses(candidate.source.getResult(), block);
  auto ofRoot = getAccesses(candidate.root, block);
  if (failed(ofSource) || failed(ofRoot))
    return false;
  bool isWrittenBefore = llvm::all_of(*ofSource, [&](const Access &access) {
    return !access.writes || access.op->isBeforeInBlock(copy);
  });
  bool isTargetFree = llvm::all_of(*ofRoot, [&](const Access &access) {
    return access.op == copy || !access.box.overlaps(candidate.box) ||
           (!access.writes && copy->isBeforeInBlock(access.op));
  });
  return isWrittenBefore && isTargetFree;
}

void elide(Candidate &candidate) {
  memref::AllocOp source = candidate.source;
  Value target = candidate.copy.getTarget();
  hoist(target, source);
  OpBuilder builder(source);
  if (memref::CollapseShapeOp reshape = candidate.reshape) {
    target = memref::ExpandShapeOp::create(builder, reshape.getLoc(),
                                           source.getType().getShape(), target,
                                           reshape.getReassociationIndices());
  }
  candidate.copy->erase();
  if (candidate.reshape)
    candidate.reshape->erase();
  replaceBuffer(builder, source.getResult(), target);
  source.erase();
}

struct ElideCopies : impl::ElideCopiesBase<ElideCopies> {
  void runOnOperation() override {
    SmallVector<memref::CopyOp> copies;
    getOperation().walk([&](memref::CopyOp copy) { copies.push_back(copy); });
    for (memref::CopyOp copy : copies) {
      std::optional<Candidate> candidate = getCandidate(copy);
      if (candidate && isElidable(*candidate))
        elide(*candidate);
    }
  }
};

} // namespace
} // namespace mlir::cnn
