//===- Binarize.cpp - Weights of two values -----------------------------===//

#include "BinarizeActivations.h"
#include "ShareWeights.h"
#include "cnnc/Compression/Passes.h"
#include "cnnc/Dialect/CNN/CNN.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_BINARIZE
#include "cnnc/Compression/Passes.h.inc"

namespace {

class Binarize : public impl::BinarizeBase<Binarize> {
public:
  explicit Binarize(SharedCompressionContext context)
      : context(std::move(context)) {}
  Binarize(const Binarize &other) = default;

  void runOnOperation() override {
    std::vector<std::string> names(layers.begin(), layers.end());
    if (activations) {
      if (failed(binarizeActivations(getOperation(), names, context.get())))
        signalPassFailure();
      return;
    }
    SharingOptions sharing = {"Binarize", "--binarize", CodebookScope::channel,
                              /*isBalanced=*/false, names};
    if (failed(shareWeights(getOperation(), sharing, context.get(),
                            [&](Operation *, ArrayRef<float> weights) {
                              return binarize(weights);
                            })))
      signalPassFailure();
  }

private:
  static SharedValues binarize(ArrayRef<float> weights) {
    float scale = getBinaryScale(weights);
    SharedValues shared = {{0.0f, scale, -scale}, {}};
    for (float weight : weights)
      shared.codes.push_back(weight > 0 ? 1 : weight < 0 ? 2 : 0);
    return shared;
  }

  SharedCompressionContext context;
};

} // namespace

std::unique_ptr<Pass> createBinarize(SharedCompressionContext context) {
  return std::make_unique<Binarize>(std::move(context));
}

} // namespace mlir::cnn
