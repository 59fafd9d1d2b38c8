//===- KernelDialect.cpp - The kernel dialect -----------------------------===//
//
// Everything that holds for all kernels alike: memory effects and
// bufferization follow from destination style.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Dialect/Kernel/Kernel.h"

#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::kernel;

#include "cnnc/Dialect/Kernel/KernelDialect.cpp.inc"
#include "cnnc/Dialect/Kernel/KernelEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "cnnc/Dialect/Kernel/KernelAttributes.cpp.inc"
#define GET_OP_CLASSES
#include "cnnc/Dialect/Kernel/KernelOps.cpp.inc"

namespace {

using bufferization::AnalysisState;
using bufferization::BufferizationOptions;
using bufferization::BufferizationState;
using bufferization::DstBufferizableOpInterfaceExternalModel;

/// A kernel on tensors becomes the same kernel on buffers.
template <typename OpTy>
struct BufferizeKernel
    : DstBufferizableOpInterfaceExternalModel<BufferizeKernel<OpTy>, OpTy> {
  /// Destinations are overwritten as a whole, whatever they held before.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return cast<DestinationStyleOpInterface>(op).isDpsInput(&operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    SmallVector<Value> buffers;
    for (Value operand : op->getOperands()) {
      if (!isa<RankedTensorType>(operand.getType())) {
        buffers.push_back(operand);
        continue;
      }
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    OperationState newState(op->getLoc(), op->getName(), buffers, TypeRange{},
                            op->getAttrs());
    Operation *newOp = rewriter.create(newState);
    auto inits = cast<DestinationStyleOpInterface>(newOp).getDpsInits();
    bufferization::replaceOpWithBufferizedValues(rewriter, op, inits);
    return success();
  }
};

template <typename... OpTys>
void attachBufferization(MLIRContext *context) {
  (OpTys::template attachInterface<BufferizeKernel<OpTys>>(*context), ...);
}

/// Inputs are read and destinations written, as far as they are buffers. A
/// kernel also reads what it has written to scratch memory.
void addEffects(DestinationStyleOpInterface op,
                SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    bool isInit = op.isDpsInit(&operand);
    if (!isInit || op.getNumDpsInits() > 1)
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
    if (isInit)
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
  }
}

} // namespace

void KernelDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "cnnc/Dialect/Kernel/KernelAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "cnnc/Dialect/Kernel/KernelOps.cpp.inc"
      >();
  attachBufferization<
#define GET_OP_LIST
#include "cnnc/Dialect/Kernel/KernelOps.cpp.inc"
      >(getContext());
}

#define DEFINE_EFFECTS(OpTy)                                                   \
  void OpTy::getEffects(                                                       \
      SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {               \
    addEffects(*this, effects);                                                \
  }
DEFINE_EFFECTS(DirectConvOp)
DEFINE_EFFECTS(ConvIntegerOp)
DEFINE_EFFECTS(DepthwiseConvOp)
DEFINE_EFFECTS(DepthwiseConvIntegerOp)
DEFINE_EFFECTS(ExpandedDepthwiseConvOp)
DEFINE_EFFECTS(WinogradConvOp)
DEFINE_EFFECTS(WinogradConvIntegerOp)
DEFINE_EFFECTS(SparseConvOp)
DEFINE_EFFECTS(SparseMatmulOp)
DEFINE_EFFECTS(MatmulOp)
DEFINE_EFFECTS(LookupMatmulOp)
DEFINE_EFFECTS(PoolOp)
DEFINE_EFFECTS(PackOp)
DEFINE_EFFECTS(UnpackOp)
#undef DEFINE_EFFECTS
