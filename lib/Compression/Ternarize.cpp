//===- Ternarize.cpp - Weights of three values --------------------------===//

#include "ShareWeights.h"
#include "cnnc/Compression/Passes.h"
#include "cnnc/Dialect/CNN/CNN.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_TERNARIZE
#include "cnnc/Compression/Passes.h.inc"

namespace {

class Ternarize : public impl::TernarizeBase<Ternarize> {
public:
  explicit Ternarize(SharedCompressionContext context)
      : context(std::move(context)) {}
  Ternarize(const Ternarize &other) = default;

  void runOnOperation() override {
    std::vector<std::string> names(layers.begin(), layers.end());
    SharingOptions sharing = {"Ternarize", "--ternarize", per,
                              /*isBalanced=*/false, names};
    if (failed(shareWeights(getOperation(), sharing, context.get(),
                            [&](Operation *, ArrayRef<float> weights) {
                              return ternarize(weights);
                            })))
      signalPassFailure();
  }

private:
  SharedValues ternarize(ArrayRef<float> weights) const {
    TernaryWeights ternary = ternarizeWeights(weights, threshold);
    SharedValues shared = {{0.0f, ternary.positive, -ternary.negative}, {}};
    for (float weight : weights) {
      float number = ternary.apply(weight);
      shared.codes.push_back(number > 0 ? 1 : number < 0 ? 2 : 0);
    }
    return shared;
  }

  SharedCompressionContext context;
};

} // namespace

std::unique_ptr<Pass> createTernarize(SharedCompressionContext context) {
  return std::make_unique<Ternarize>(std::move(context));
}

} // namespace mlir::cnn
