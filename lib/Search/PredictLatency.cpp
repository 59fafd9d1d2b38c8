//===- PredictLatency.cpp - How long a network should take ----------------===//

#include "PredictLatency.h"

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Pipeline/Pipeline.h"
#include "cnnc/Support/CostModel.h"
#include "cnnc/Support/ModelInterface.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace mlir::cnn;

/// Multiply-adds of the sparse operation in `kernel`, or nothing if it has
/// none.
static std::optional<double> countSparse(func::FuncOp kernel,
                                         const KernelInfo &info) {
  std::optional<double> products;
  auto set = [&](Value values, int64_t positions) {
    products = static_cast<double>(
        cast<ShapedType>(values.getType()).getNumElements() * positions);
  };
  kernel.walk([&](kernel::SparseConvOp conv) {
    set(conv.getValues(), info.shape[0] * info.shape[2] * info.shape[3]);
  });
  kernel.walk([&](kernel::SparseMatmulOp matmul) {
    set(matmul.getValues(), info.shape[0]);
  });
  return products;
}

FailureOr<Prediction> mlir::cnn::predictLatency(ModuleOp module) {
  llvm::Expected<Machine> machine = Machine::get(module);
  if (!machine)
    return module.emitError(llvm::toString(machine.takeError()));
  machine->setOn(module);
  CompileOptions options;
  options.machine = *machine;
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  buildPipelineFor(module, manager, options, Boundary::D);
  OutlineKernelsOptions outline;
  outline.describe = true;
  manager.addPass(createOutlineKernels(outline));
  if (failed(manager.run(module)))
    return failure();
  Prediction prediction;
  module.walk([&](func::CallOp call) {
    auto info = KernelInfo::get(call->getAttr(interface::kernel));
    if (!info)
      return;
    prediction.cycles +=
        static_cast<double>(info->work) / getOperationsPerCycle(*machine);
    auto kernel = module.lookupSymbol<func::FuncOp>(call.getCallee());
    if (std::optional<double> products = countSparse(kernel, *info))
      prediction.skipped +=
          std::max(static_cast<double>(info->operations) / 2 - *products, 0.0);
  });
  return prediction;
}
