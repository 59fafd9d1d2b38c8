//===- Pipeline.cpp - The order of everything -----------------------------===//
//
// The table of contents of the compiler. Every position has a reason.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Pipeline/Pipeline.h"

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Pipeline/PassProgress.h"
#include "cnnc/Pipeline/Passes.h"
#include "cnnc/Pipeline/Tune.h"
#include "cnnc/Quantization/Quantize.h"

#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Transforms/Passes.h"

namespace mlir::cnn {
namespace {

/// The rewrites of layers that every network profits from.
void addRewrites(OpPassManager &manager) {
  // Convolutions hide behind what exporters make of them.
  manager.addNestedPass<func::FuncOp>(createSimplify());
  // Before fusing activations: a batch norm between conv and relu hides the
  // pair.
  manager.addNestedPass<func::FuncOp>(createFoldBN());
  // Before fusing activations: the activation usually follows the sum.
  manager.addNestedPass<func::FuncOp>(createFuseResidual());
  manager.addNestedPass<func::FuncOp>(createFuseActivation());
  // After fusion, which knows convolutions but not their parts.
  manager.addNestedPass<func::FuncOp>(createRewriteGroupedConv());
}

void addVerification(OpPassManager &manager, Boundary boundary) {
  VerifyBoundaryOptions options;
  options.boundary = getLetter(boundary);
  manager.addPass(createVerifyBoundary(options));
}

/// Function by function, and so on all cores.
void addCleanUp(OpPassManager &manager) {
  manager.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  manager.addNestedPass<func::FuncOp>(createCSEPass());
}

/// What --winograd says of layers of integers, which know no tile of 6.
IntegerTile getIntegerTile(const CompileOptions &options) {
  if (!options.optimize || !options.winograd)
    return IntegerTile::none;
  switch (*options.winograd) {
  case WinogradTile::automatic:
    return IntegerTile::automatic;
  case WinogradTile::two:
    return IntegerTile::two;
  case WinogradTile::four:
    return IntegerTile::four;
  case WinogradTile::six:
    return IntegerTile::none;
  }
  llvm_unreachable("every tile is handled");
}

/// B  -->  C
void addKernelSelection(OpPassManager &manager, const CompileOptions &options) {
  // What callers see is fixed before any pass changes the signature.
  manager.addPass(createRecordInterface());
  // Kernels have static shapes; the batch becomes a loop around the network.
  manager.addPass(createSpecializeBatch());
  // One scratch memory stays in the cache; threads need one each.
  ConvertCNNToKernelOptions kernels;
  kernels.chunks = options.threads ? 8 : 1;
  kernels.integerWinograd = getIntegerTile(options);
  kernels.sparse = options.sparse;
  manager.addNestedPass<func::FuncOp>(createConvertCNNToKernel(kernels));
  // Images of bytes are kept in blocks, too, whatever their signs were.
  manager.addNestedPass<func::FuncOp>(createDropSigns());
  // Packing next to unpacking cancels once all kernels are chosen.
  manager.addNestedPass<func::FuncOp>(createPropagateLayout());
  // Once slices and concatenations have the layout they will be copied in.
  manager.addNestedPass<func::FuncOp>(createMergeInsertions());
  // After propagation, which moves maps one by one and would not move a fused
  // one that has an operand of another kind.
  manager.addNestedPass<func::FuncOp>(createFuseElementwise());
  // Nothing stands between two convolutions any more that need not.
  FuseDepthwiseOptions rings;
  rings.chunks = kernels.chunks;
  manager.addNestedPass<func::FuncOp>(createFuseDepthwise(rings));
  // Without common-subexpression elimination: two buffers filled alike are not
  // one buffer, and would have to be copied before they are written.
  manager.addPass(createCanonicalizerPass());
  // Once the weights are packed and the originals have no user.
  if (options.releaseWeights)
    manager.addPass(createReleaseWeights());
}

/// C  -->  D
void addBufferization(OpPassManager &manager, const CompileOptions &options) {
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  bufferize.bufferAlignment = bufferAlignment;
  manager.addPass(bufferization::createOneShotBufferizePass(bufferize));
  // The next pass takes each buffer for one output.
  manager.addNestedPass<func::FuncOp>(createSeparateResults());
  // The caller owns the outputs; what was allocated for them is written there.
  bufferization::BufferResultsToOutParamsPassOptions results;
  results.hoistStaticAllocs = true;
  results.modifyPublicFunctions = true;
  manager.addPass(bufferization::createBufferResultsToOutParamsPass(results));
  // Nothing that follows has to think of extents of 0.
  manager.addNestedPass<func::FuncOp>(createDropEmptyBuffers());
  addCleanUp(manager);
  // Layouts are known, and the next pass chooses none with gaps in rows.
  manager.addNestedPass<func::FuncOp>(createCopyStridedOperands());
  // Parts of concatenations are computed in place. On buffers, where it shows
  // which parts of one are apart.
  manager.addNestedPass<func::FuncOp>(createElideCopies());
  manager.addPass(createExternalizeWeights());
  // The block is whole, and nothing that follows looks into it.
  if (options.compressWeights)
    manager.addPass(createCompressWeights());
  // Last, when every buffer that will exist does.
  manager.addNestedPass<func::FuncOp>(createPlanMemory());
  // Equal views become one value, so kernels see that operands are the same.
  addCleanUp(manager);
}

/// D  -->  E
void addLoops(OpPassManager &manager, const CompileOptions &options) {
  // While layers are one operation each, and can be compared.
  OutlineKernelsOptions outline;
  outline.describe = options.profile;
  manager.addPass(createOutlineKernels(outline));
  addCleanUp(manager);
  manager.addNestedPass<func::FuncOp>(createConvertKernelToLoops());
  manager.addNestedPass<func::FuncOp>(createLowerLinalg());
  DistributeThreadsOptions distribute;
  distribute.threads = options.threads;
  manager.addPass(createDistributeThreads(distribute));
  // Once barriers stand where a kernel ends.
  if (options.profile)
    manager.addPass(createProfileKernels());
  addCleanUp(manager);
}

} // namespace

std::optional<Boundary> parseBoundary(StringRef name) {
  if (name.size() != 1 || name[0] < 'A' || name[0] > 'E')
    return std::nullopt;
  return static_cast<Boundary>(name[0] - 'A');
}

char getLetter(Boundary boundary) {
  return static_cast<char>('A' + static_cast<int>(boundary));
}

void buildQuantizationPipeline(OpPassManager &manager,
                               const QuantizationOptions &options) {
  manager.addNestedPass<func::FuncOp>(createPromoteFloat16());
  manager.addNestedPass<func::FuncOp>(createSimplify());
  // A batch norm would keep its layer from ending in integers.
  manager.addNestedPass<func::FuncOp>(createFoldBN());
  manager.addNestedPass<func::FuncOp>(createQuantize(options));
  addCleanUp(manager);
}

void buildWeightsOnlyPipeline(OpPassManager &manager, WeightFormat format) {
  manager.addNestedPass<func::FuncOp>(createPromoteFloat16());
  manager.addNestedPass<func::FuncOp>(createSimplify());
  // It would not change weights that are stored.
  manager.addNestedPass<func::FuncOp>(createFoldBN());
  manager.addNestedPass<func::FuncOp>(createWeightsOnly(format));
  addCleanUp(manager);
}

void buildOptimizationPipeline(OpPassManager &manager,
                               const CompileOptions &options) {
  // Before activations and residuals are fused, which have integer forms of
  // their own.
  if (options.quantization) {
    QuantizationOptions quantization = *options.quantization;
    quantization.calibration.progress = options.progress;
    buildQuantizationPipeline(manager, quantization);
  }
  // After quantization, for the layers it left in float.
  if (options.weightsOnly)
    buildWeightsOnlyPipeline(manager, *options.weightsOnly);
  // Before convolutions are rewritten, which know more of constants.
  if (options.widenWeights)
    manager.addNestedPass<func::FuncOp>(createWidenWeights());
  // First, and always: the rewrites know one element type.
  PromoteFloat16Options promotion;
  promotion.storeWeights = true;
  manager.addNestedPass<func::FuncOp>(createPromoteFloat16(promotion));
  if (options.optimize)
    addRewrites(manager);
  // Once weights are what they will be, and are rounded once.
  if (options.float16Arithmetic)
    manager.addNestedPass<func::FuncOp>(createComputeInFloat16());
  if (!options.optimize)
    return;
  // When layers are what they will be: their names in the file depend on it.
  if (options.tuning)
    manager.addPass(createTune(options));
  // Last: an algorithm is chosen for what the layer has become.
  if (options.winograd || options.tuning) {
    WinogradOptions winograd;
    winograd.tile = options.winograd.value_or(WinogradTile::automatic);
    winograd.maxError = options.winogradMaxError;
    manager.addNestedPass<func::FuncOp>(createWinograd(winograd));
  }
  addCleanUp(manager);
}

void buildLoweringPipeline(OpPassManager &manager,
                           const CompileOptions &options, Boundary until) {
  if (until >= Boundary::C) {
    addKernelSelection(manager, options);
    addVerification(manager, Boundary::C);
  }
  if (until >= Boundary::D) {
    addBufferization(manager, options);
    addVerification(manager, Boundary::D);
  }
  if (until >= Boundary::E) {
    addLoops(manager, options);
    addVerification(manager, Boundary::E);
  }
}

void buildPipeline(OpPassManager &manager, const CompileOptions &options,
                   Boundary until) {
  addVerification(manager, Boundary::A);
  if (until >= Boundary::B) {
    buildOptimizationPipeline(manager, options);
    addVerification(manager, Boundary::B);
  }
  buildLoweringPipeline(manager, options, until);
}

void buildPipelineFor(ModuleOp module, OpPassManager &manager,
                      const CompileOptions &options, Boundary until) {
  if (!findForeign(module, Boundary::A))
    buildPipeline(manager, options, until);
  else
    buildLoweringPipeline(manager, options, until);
}

namespace {

/// Compiles for one machine, alone or as a version.
llvm::Expected<NativeModule>
compileFor(ModuleOp module, const CompileOptions &options, bool isVersion) {
  options.machine->setOn(module);
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  buildPipelineFor(module, manager, options, Boundary::E);
  buildLLVMPipeline(manager, options);
  if (options.progress)
    showPasses(manager, options.progress);
  if (failed(manager.run(module)))
    return llvm::createStringError("the network was not compiled");
  if (options.progress)
    options.progress->setStep("generating machine code");
  return NativeModule::create(module, isVersion);
}

llvm::Expected<NativeModule> compileVersions(ModuleOp module,
                                             const CompileOptions &options) {
  std::vector<NativeModule> versions;
  for (const Machine &machine : options.versions) {
    CompileOptions version = options;
    version.machine = machine;
    // The next one needs them.
    version.releaseWeights = false;
    OwningOpRef<ModuleOp> copy(module.clone());
    llvm::Expected<NativeModule> native =
        compileFor(*copy, version, /*isVersion=*/true);
    if (!native)
      return native.takeError();
    versions.push_back(std::move(*native));
  }
  return NativeModule::combine(std::move(versions));
}

} // namespace

llvm::Expected<NativeModule> compile(ModuleOp module,
                                     const CompileOptions &options) {
  if (!options.versions.empty())
    return compileVersions(module, options);
  // A module may say what it is for; the width of an index depends on it.
  CompileOptions known = options;
  if (!known.machine) {
    llvm::Expected<Machine> machine = Machine::get(module);
    if (!machine)
      return machine.takeError();
    known.machine = *machine;
  }
  return compileFor(module, known, /*isVersion=*/false);
}

} // namespace mlir::cnn
