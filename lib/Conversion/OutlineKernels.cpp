//===- OutlineKernels.cpp - One function per distinct kernel --------------===//

#include "BufferViews.h"
#include "DescribeKernel.h"
#include "PredictKernel.h"

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Support/CostModel.h"
#include "cnnc/Support/ModelInterface.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/StringMap.h"

#include <cmath>

namespace mlir::cnn {

#define GEN_PASS_DEF_OUTLINEKERNELS
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// Values of the entry that a kernel's function is called with, and what is
/// known of each.
struct Argument {
  Value value;
  std::optional<BufferRange> range;
  bool isWritten;
};

/// True if the operation stays in the entry: it writes nothing.
bool staysInEntry(Operation *op) {
  return op->hasTrait<OpTrait::IsTerminator>() || isMemoryEffectFree(op) ||
         isa<ViewLikeOpInterface, memref::LoadOp>(op);
}

/// Constants are cheaper made again inside the kernel than passed to it.
bool isScalarConstant(Value value) {
  return matchPattern(value, m_Constant()) &&
         value.getType().isIntOrIndexOrFloat();
}

/// The same memory as a memref whose type has no offset, so that kernels that
/// differ only in where their buffers are share a function.
Value dropOffset(ImplicitLocOpBuilder &builder, Value memref) {
  auto type = dyn_cast<MemRefType>(memref.getType());
  std::optional<BufferRange> range = getBufferRange(memref);
  if (!type || !range)
    return memref;
  auto [strides, offset] = type.getStridesAndOffset();
  auto bytes = dyn_cast<MemRefType>(range->buffer.getType());
  if (offset == 0 || !bytes || bytes.getRank() != 1 ||
      !bytes.getElementType().isInteger(8))
    return memref;
  Value shift = arith::ConstantIndexOp::create(builder, range->begin);
  Value flat = memref::ViewOp::create(
      builder, MemRefType::get({*getSpan(type)}, type.getElementType()),
      range->buffer, shift, ValueRange());
  auto moved = MemRefType::get(
      type.getShape(), type.getElementType(),
      StridedLayoutAttr::get(builder.getContext(), /*offset=*/0, strides));
  return memref::ReinterpretCastOp::create(builder, moved, flat, /*offset=*/0,
                                           type.getShape(), strides);
}

/// True unless the operation is known to leave `value` as it is.
bool writes(Operation *op, Value value) {
  if (!isa<BaseMemRefType>(value.getType()))
    return false;
  auto effects = getEffectsRecursively(op);
  return !effects ||
         llvm::any_of(*effects, [&](const MemoryEffects::EffectInstance &it) {
           return isa<MemoryEffects::Write>(it.getEffect()) &&
                  (!it.getValue() || it.getValue() == value);
         });
}

/// Operations that must be one kernel, since some compute from numbers that
/// others read or compute while they write memory.
class Sequence {
public:
  explicit Sequence(Operation *first) : first(first) { add(first); }

  /// Moves the operations to a region in place of the first.
  LogicalResult close() {
    for (Operation *op = first; op != last->getNextNode();) {
      Operation *next = op->getNextNode();
      if (!members.contains(op)) {
        // What changes nothing may come before; a load may not.
        bool isPure = isMemoryEffectFree(op) || isa<ViewLikeOpInterface>(op);
        if (isPure)
          op->moveBefore(first);
        else
          add(op);
      }
      op = next;
    }
    if (last->hasTrait<OpTrait::IsTerminator>())
      return first->emitError("expected no result of what writes buffers to be "
                              "a result of the network");
    ImplicitLocOpBuilder builder(first->getLoc(), first);
    auto region = scf::ExecuteRegionOp::create(builder, TypeRange());
    builder.createBlock(&region.getRegion());
    Operation *end = scf::YieldOp::create(builder);
    for (Operation *op = region->getNextNode(); members.contains(op);) {
      Operation *next = op->getNextNode();
      op->moveBefore(end);
      op = next;
    }
    return success();
  }

private:
  /// Adds the operation and all that use its results.
  void add(Operation *op) {
    if (!members.insert(op).second)
      return;
    if (!last || last->isBeforeInBlock(op))
      last = op;
    for (Operation *user : op->getUsers())
      add(first->getBlock()->findAncestorOpInBlock(*user));
  }

  Operation *first, *last = nullptr;
  DenseSet<Operation *> members;
};

/// Makes functions for operations and remembers which it has made.
class Outliner {
public:
  /// With a machine to predict their times for, kernels are described.
  Outliner(ModuleOp module, func::FuncOp entry, const Machine *machine)
      : module(module), entry(entry), machine(machine) {}

  void outline(Operation *op) {
    ImplicitLocOpBuilder builder(op->getLoc(), op);
    SmallVector<Argument> arguments = collectArguments(builder, op);
    func::FuncOp function = getFunction(op, arguments);
    SmallVector<Value> operands =
        llvm::map_to_vector(arguments, [](Argument &it) { return it.value; });
    auto call = func::CallOp::create(builder, function, operands);
    if (machine) {
      KernelInfo info = describeKernel(op);
      info.work = std::llround(predictKernel(op, info, *machine) *
                               getOperationsPerCycle(*machine));
      info.peakFactor = getPeakFactor(op, *machine);
      call->setAttr(interface::kernel, info.toAttribute(op->getContext()));
    }
    op->erase();
  }

private:
  /// Everything the operation uses, in its order, each once. Afterwards the
  /// operation uses exactly these.
  SmallVector<Argument> collectArguments(ImplicitLocOpBuilder &builder,
                                         Operation *op) {
    llvm::SetVector<Value> used;
    used.insert_range(op->getOperands());
    getUsedValuesDefinedAbove(op->getRegions(), used);
    SmallVector<Argument> arguments;
    for (Value value : used) {
      if (isScalarConstant(value))
        continue;
      bool isWritten = writes(op, value);
      std::optional<BufferRange> range = getBufferRange(value);
      // Two views of the same elements are one argument, or the vectoriser
      // would have to expect that they overlap.
      auto same = llvm::find_if(arguments, [&](const Argument &it) {
        return range && it.range && range->buffer == it.range->buffer &&
               range->begin == it.range->begin &&
               value.getType() == it.value.getType();
      });
      Value replacement =
          same != arguments.end() ? same->value : dropOffset(builder, value);
      if (same != arguments.end())
        same->isWritten |= isWritten;
      else
        arguments.push_back({replacement, range, isWritten});
      value.replaceUsesWithIf(replacement, [&](OpOperand &use) {
        return op->isAncestor(use.getOwner());
      });
    }
    return arguments;
  }

  /// The function for the operation; a known one if there is an equal one.
  func::FuncOp getFunction(Operation *op, ArrayRef<Argument> arguments) {
    OpBuilder builder(module.getContext());
    SmallVector<Type> types;
    for (const Argument &argument : arguments)
      types.push_back(argument.value.getType());
    auto function = func::FuncOp::create(op->getLoc(), "kernel",
                                         builder.getFunctionType(types, {}));
    function.setPrivate();
    IRMapping mapping;
    Block *body = function.addEntryBlock();
    for (auto [outer, inner] : llvm::zip_equal(arguments, body->getArguments()))
      mapping.map(outer.value, inner);
    builder.setInsertionPointToStart(body);
    cloneConstants(builder, op, mapping);
    // Layers that fill their blocks differently are one kernel.
    builder.clone(*op, mapping)->walk([](Operation *inner) {
      inner->removeAttr(operationsAttribute);
    });
    func::ReturnOp::create(builder, op->getLoc());
    describeArguments(function, arguments);

    // Printed without locations, equal functions are equal text.
    std::string key;
    llvm::raw_string_ostream stream(key);
    function->print(stream, OpPrintingFlags().useLocalScope());
    func::FuncOp &known = functions[key];
    if (known) {
      function->destroy();
      return known;
    }
    std::string opName = op->getName().stripDialect().str();
    llvm::replace(opName, '.', '_');
    function.setName(
        (entry.getName() + "_" + opName + "_" + Twine(functions.size() - 1))
            .str());
    function->setAttr(
        "llvm.linkage",
        LLVM::LinkageAttr::get(module.getContext(), LLVM::Linkage::Internal));
    function->setAttr("passthrough", builder.getStrArrayAttr({"noinline"}));
    module.push_back(function);
    return known = function;
  }

  static void cloneConstants(OpBuilder &builder, Operation *op,
                             IRMapping &mapping) {
    llvm::SetVector<Value> used;
    used.insert_range(op->getOperands());
    getUsedValuesDefinedAbove(op->getRegions(), used);
    for (Value value : used)
      if (isScalarConstant(value))
        mapping.map(value, builder.clone(*value.getDefiningOp())->getResult(0));
  }

  /// Tells LLVM what the plan guarantees.
  static void describeArguments(func::FuncOp function,
                                ArrayRef<Argument> arguments) {
    Builder builder(function.getContext());
    for (unsigned index = 0; index != arguments.size(); ++index) {
      const Argument &argument = arguments[index];
      if (!isa<MemRefType>(argument.value.getType()))
        continue;
      bool disjoint = llvm::all_of(arguments, [&](const Argument &other) {
        return &other == &argument || !isa<MemRefType>(other.value.getType()) ||
               (!argument.isWritten && !other.isWritten) ||
               (argument.range && other.range &&
                !argument.range->overlaps(*other.range));
      });
      if (disjoint)
        function.setArgAttr(index, LLVM::LLVMDialect::getNoAliasAttrName(),
                            builder.getUnitAttr());
      if (!argument.isWritten)
        function.setArgAttr(index, LLVM::LLVMDialect::getReadonlyAttrName(),
                            builder.getUnitAttr());
      // Inputs and outputs are the caller's and aligned as it likes.
      if (argument.range &&
          argument.range->buffer.getType() != argument.value.getType() &&
          argument.range->begin % bufferAlignment == 0 &&
          isBytes(argument.range->buffer.getType()))
        function.setArgAttr(index, LLVM::LLVMDialect::getAlignAttrName(),
                            builder.getI64IntegerAttr(bufferAlignment));
    }
  }

  /// True for the arena and the weights.
  static bool isBytes(Type type) {
    auto memref = dyn_cast<MemRefType>(type);
    return memref && memref.getRank() == 1 &&
           memref.getElementType().isInteger(8);
  }

  ModuleOp module;
  func::FuncOp entry;
  const Machine *machine;
  llvm::StringMap<func::FuncOp> functions;
};

struct OutlineKernels : impl::OutlineKernelsBase<OutlineKernels> {
  using OutlineKernelsBase::OutlineKernelsBase;

  /// A kernel returns nothing, so what uses its results is part of it.
  static LogicalResult closeSequences(Block &body) {
    for (Operation *op = &body.front(); op;) {
      // The region that takes the place of `op` comes before it is moved.
      Operation *previous = op->getPrevNode();
      bool isOpen = !staysInEntry(op) && !op->use_empty();
      if (isOpen && failed(Sequence(op).close()))
        return failure();
      op = isOpen ? (previous ? previous->getNextNode() : &body.front())
                  : op->getNextNode();
    }
    return success();
  }

  void runOnOperation() override {
    FailureOr<Operation *> found = findEntry(getOperation());
    if (failed(found))
      return signalPassFailure();
    auto entry = cast<func::FuncOp>(*found);
    Block &body = entry.getBody().front();
    if (failed(closeSequences(body)))
      return signalPassFailure();
    std::optional<Machine> machine;
    if (describe) {
      llvm::Expected<Machine> known = Machine::get(getOperation());
      if (!known) {
        entry.emitError() << llvm::toString(known.takeError());
        return signalPassFailure();
      }
      machine = *known;
    }
    Outliner outliner(getOperation(), entry, machine ? &*machine : nullptr);
    for (Operation &op : llvm::make_early_inc_range(body))
      if (!staysInEntry(&op))
        outliner.outline(&op);
  }
};

} // namespace
} // namespace mlir::cnn
