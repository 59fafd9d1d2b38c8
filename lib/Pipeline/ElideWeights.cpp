//===- ElideWeights.cpp - Drop large constants before printing ------------===//

#include "cnnc/Pipeline/Passes.h"

#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_ELIDEWEIGHTS
#include "cnnc/Pipeline/Passes.h.inc"

namespace {

/// Constants up to this many elements are worth reading.
constexpr int64_t readableElements = 64;

struct ElideWeights : impl::ElideWeightsBase<ElideWeights> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    auto &manager = DenseResourceElementsHandle::getManagerInterface(context);
    std::optional<DenseResourceElementsHandle> handle;
    auto elide = [&](ShapedType type) -> Attribute {
      if (!handle)
        handle = manager.insert("elided");
      return DenseResourceElementsAttr::get(type, *handle);
    };

    AttrTypeReplacer replacer;
    replacer.addReplacement([&](DenseResourceElementsAttr data) {
      return std::make_pair(elide(data.getType()), WalkResult::skip());
    });
    replacer.addReplacement(
        [&](DenseIntOrFPElementsAttr data) -> std::pair<Attribute, WalkResult> {
          if (data.isSplat() || data.getNumElements() <= readableElements)
            return {data, WalkResult::skip()};
          return {elide(data.getType()), WalkResult::skip()};
        });
    replacer.recursivelyReplaceElementsIn(getOperation());
  }
};

} // namespace
} // namespace mlir::cnn
