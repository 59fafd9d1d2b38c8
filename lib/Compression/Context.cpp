//===- Context.cpp - What compression passes share ------------------------===//

#include "cnnc/Compression/Context.h"

#include "cnnc/Calibration/Images.h"

#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::cnn;

void CompressionContext::keepOriginal(func::FuncOp function) {
  std::lock_guard<std::mutex> lock(mutex);
  OwningOpRef<ModuleOp> &original = originals[function.getName()];
  if (original)
    return;
  IRMapping mapping;
  original = copyNetwork(function, mapping);
}

func::FuncOp CompressionContext::getOriginal(func::FuncOp function) const {
  std::lock_guard<std::mutex> lock(mutex);
  auto found = originals.find(function.getName());
  if (found == originals.end())
    return nullptr;
  return *found->second.get().getOps<func::FuncOp>().begin();
}

void CompressionContext::releaseOriginals() {
  std::lock_guard<std::mutex> lock(mutex);
  originals.clear();
}

namespace {

/// Does nothing until it goes, with its pass manager.
class OriginalsRelease : public PassInstrumentation {
public:
  explicit OriginalsRelease(SharedCompressionContext context)
      : context(std::move(context)) {}
  ~OriginalsRelease() override { context->releaseOriginals(); }

private:
  SharedCompressionContext context;
};

} // namespace

void mlir::cnn::releaseOriginalsWith(PassManager &manager,
                                     SharedCompressionContext context) {
  manager.addInstrumentation(
      std::make_unique<OriginalsRelease>(std::move(context)));
}
