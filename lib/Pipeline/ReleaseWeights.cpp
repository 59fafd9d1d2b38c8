//===- ReleaseWeights.cpp - Free constants that nothing uses --------------===//

#include "cnnc/Pipeline/Passes.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_RELEASEWEIGHTS
#include "cnnc/Pipeline/Passes.h.inc"

namespace {

struct ReleaseWeights : impl::ReleaseWeightsBase<ReleaseWeights> {
  void runOnOperation() override {
    llvm::StringSet<> used;
    getOperation()->walk([&](Operation *op) {
      for (NamedAttribute attribute : op->getAttrs())
        attribute.getValue().walk([&](DenseResourceElementsAttr data) {
          used.insert(data.getRawHandle().getKey());
        });
    });
    auto &manager =
        DenseResourceElementsHandle::getManagerInterface(&getContext())
            .getBlobManager();
    SmallVector<std::string> unused;
    manager.getBlobMap([&](const auto &blobs) {
      for (const auto &entry : blobs)
        if (!used.contains(entry.getKey()))
          unused.push_back(entry.getKey().str());
    });
    for (const std::string &key : unused)
      manager.update(key, AsmResourceBlob());
    markAllAnalysesPreserved();
  }
};

} // namespace
} // namespace mlir::cnn
