//===- Simplify.cpp - What exporters spell out, said by one op ------------===//

#include "Simplify.h"

#include "cnnc/Transforms/Passes.h"

#include "Rewrites.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_SIMPLIFY
#include "cnnc/Transforms/Passes.h.inc"

namespace {

void populateCanonicalizations(RewritePatternSet &patterns) {
  MLIRContext *context = patterns.getContext();
  for (RegisteredOperationName name : context->getRegisteredOperations())
    if (isa<CNNDialect>(name.getDialect()))
      name.getCanonicalizationPatterns(patterns, context);
}

/// Remarks on the pads before windows that are still there.
void reportPads(func::FuncOp function) {
  function.walk([](PadOp pad) {
    for (Operation *user : pad->getUsers())
      if (isa<ConvOp, MaxPoolOp, AvgPoolOp>(user))
        return (void)missed(pad, "Simplify",
                            "mode, value or place of the pad is not what the "
                            "window after it could do");
  });
}

struct Simplify : impl::SimplifyBase<Simplify> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateCanonicalizations(patterns);
    populateSimplifyWindows(patterns);
    populateSimplifyShapes(patterns);
    populateSimplifyArithmetic(patterns);
    populateSimplifyQuantization(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    reportPads(getOperation());
  }
};

} // namespace
} // namespace mlir::cnn
