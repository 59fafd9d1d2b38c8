//===- Compiled.cpp - What the compiler makes of a network ----------------===//

#include "cnnc/Report/Compiled.h"

#include "cnnc/Conversion/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::cnn {
namespace {

/// Keeps what --plan-memory says of buffers.
class BufferCollector : public remark::detail::MLIRRemarkStreamerBase {
public:
  explicit BufferCollector(std::vector<PlacedBuffer> &buffers)
      : buffers(buffers) {}

  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    if (remark.getRemarkName() != "PlaceBuffer")
      return;
    llvm::StringMap<StringRef> values;
    for (const remark::detail::Remark::Arg &argument : remark.getArgs())
      values[argument.key] = argument.val;
    auto getNumber = [&](StringRef key) {
      int64_t number = 0;
      values.lookup(key).getAsInteger(10, number);
      return number;
    };
    buffers.push_back({getNumber("Offset"), getNumber("Bytes"),
                       getNumber("First"), getNumber("Last"),
                       values.lookup("FirstLayer").str(),
                       values.lookup("LastLayer").str()});
  }

private:
  std::vector<PlacedBuffer> &buffers;
};

/// Lowers the module while remarks about buffers are collected.
LogicalResult lower(ModuleOp module, const CompileOptions &options,
                    std::vector<PlacedBuffer> &buffers) {
  MLIRContext *context = module.getContext();
  remark::RemarkCategories categories;
  categories.analysis = "cnn";
  if (failed(remark::enableOptimizationRemarks(
          *context, std::make_unique<BufferCollector>(buffers),
          std::make_unique<remark::RemarkEmittingPolicyAll>(), categories)))
    return failure();
  PassManager manager(context, ModuleOp::getOperationName());
  buildPipelineFor(module, manager, options, Boundary::D);
  OutlineKernelsOptions outline;
  outline.describe = true;
  manager.addPass(createOutlineKernels(outline));
  LogicalResult result = manager.run(module);
  context->setRemarkEngine(nullptr);
  return result;
}

} // namespace

FailureOr<CompiledFigures> describeCompiled(ModuleOp module,
                                            const CompileOptions &options) {
  options.machine->setOn(module);
  CompiledFigures network;
  network.machine = *options.machine;
  if (failed(lower(module, options, network.buffers)))
    return failure();
  FailureOr<Operation *> entry = findEntry(module);
  if (failed(entry))
    return failure();
  FailureOr<ModelInterface> interface = ModelInterface::get(*entry);
  if (failed(interface))
    return failure();
  network.inputs.assign(interface->inputs.begin(), interface->inputs.end());
  network.outputs.assign(interface->outputs.begin(), interface->outputs.end());
  network.arenaBytes = interface->arenaBytes;
  module.walk([&](func::CallOp call) {
    if (auto info = KernelInfo::get(call->getAttr(interface::kernel)))
      network.kernels.push_back(std::move(*info));
  });
  return network;
}

} // namespace mlir::cnn
