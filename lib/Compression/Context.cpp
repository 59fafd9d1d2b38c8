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

/// What the result of `op` is known by in any copy of `function`.
static std::string getKey(func::FuncOp function, Operation *op) {
  std::string key;
  llvm::raw_string_ostream(key)
      << function.getName() << ' ' << op->getName() << ' ' << op->getLoc();
  return key;
}

void CompressionContext::recordChannels(func::FuncOp function, Operation *op,
                                        int64_t axis, ArrayRef<int64_t> kept) {
  std::lock_guard<std::mutex> lock(mutex);
  KeptChannels &known = channels[getKey(function, op)];
  SmallVector<int64_t> indices;
  for (int64_t index : kept)
    indices.push_back(known.indices.empty() ? index : known.indices[index]);
  known = {axis, std::move(indices)};
}

std::optional<CompressionContext::KeptChannels>
CompressionContext::getKeptChannels(func::FuncOp function,
                                    Operation *op) const {
  std::lock_guard<std::mutex> lock(mutex);
  auto found = channels.find(getKey(function, op));
  if (found == channels.end())
    return std::nullopt;
  return found->second;
}

void CompressionContext::releaseOriginals() {
  std::lock_guard<std::mutex> lock(mutex);
  originals.clear();
  channels.clear();
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
