//===- LowerToLLVM.cpp - Upstream conversions to the LLVM dialect ---------===//

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Pipeline/Pipeline.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToSCF/VectorToSCF.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

namespace mlir::cnn {

void buildLLVMPipeline(OpPassManager &manager, const CompileOptions &options) {
  // An index is an address; only the machine knows how wide it is.
  unsigned indexBits = options.machine ? options.machine->pointerBits : 64;
  // While functions of numbers are still operations of their own.
  manager.addPass(createApproximateMath());
  // Function by function, and so on all cores.
  OpPassManager &functions = manager.nest<func::FuncOp>();
  functions.addPass(createConvertVectorToSCFPass());
  // Views become arithmetic on offsets, which affine operations express.
  functions.addPass(memref::createExpandStridedMetadataPass());
  functions.addPass(createLowerAffinePass());
  functions.addPass(createSCFToControlFlowPass());
  functions.addPass(createCanonicalizerPass());
  functions.addPass(createCSEPass());
  LowerVectorsOptions vectors;
  vectors.indexBitwidth = indexBits;
  functions.addPass(createLowerVectors(vectors));
  functions.addPass(createConvertMathToLLVMPass());
  ArithToLLVMConversionPassOptions arith;
  arith.indexBitwidth = indexBits;
  functions.addPass(createArithToLLVMConversionPass(arith));

  ConvertIndexToLLVMPassOptions index;
  index.indexBitwidth = indexBits;
  manager.addPass(createConvertIndexToLLVMPass(index));
  FinalizeMemRefToLLVMConversionPassOptions memref;
  memref.indexBitwidth = indexBits;
  manager.addPass(createFinalizeMemRefToLLVMConversionPass(memref));
  // All shapes are static, so a buffer is its address and nothing else.
  ConvertFuncToLLVMPassOptions func;
  func.indexBitwidth = indexBits;
  func.useBarePtrCallConv = true;
  manager.addPass(createConvertFuncToLLVMPass(func));
  ConvertControlFlowToLLVMPassOptions controlFlow;
  controlFlow.indexBitwidth = indexBits;
  manager.addPass(createConvertControlFlowToLLVMPass(controlFlow));
  manager.addPass(createUBToLLVMConversionPass());
  manager.addPass(createReconcileUnrealizedCastsPass());
  manager.addNestedPass<LLVM::LLVMFuncOp>(createCanonicalizerPass());
  manager.addNestedPass<LLVM::LLVMFuncOp>(createCSEPass());
  // The network's signature is final only now.
  manager.addPass(createEmitEntryPoints());
}

} // namespace mlir::cnn
