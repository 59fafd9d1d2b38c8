//===- ClusterWeights.cpp - Codebooks by k-means --------------------------===//

#include "ShareWeights.h"
#include "cnnc/Compression/Passes.h"
#include "cnnc/Dialect/CNN/CNN.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_CLUSTERWEIGHTS
#include "cnnc/Compression/Passes.h.inc"

namespace {

class ClusterWeights : public impl::ClusterWeightsBase<ClusterWeights> {
public:
  explicit ClusterWeights(SharedCompressionContext context)
      : context(std::move(context)) {}
  ClusterWeights(const ClusterWeights &other) = default;

  void runOnOperation() override {
    if (failed(checkOptions()))
      return signalPassFailure();
    std::vector<std::string> names(layers.begin(), layers.end());
    SharingOptions sharing = {"ClusterWeights", "--cluster-weights", per,
                              balance, names};
    if (failed(shareWeights(getOperation(), sharing, context.get(),
                            [&](Operation *layer, ArrayRef<float> weights) {
                              return cluster(layer, weights);
                            })))
      signalPassFailure();
  }

private:
  LogicalResult checkOptions() {
    for (unsigned count :
         {convBits.getValue(), fcBits.getValue(), depthwiseBits.getValue()})
      if (count == 1 || count > 8)
        return emitError(getOperation().getLoc())
               << "--cluster-weights expects codes of 2 to 8 bits for a kind "
                  "of layer, or 0, got "
               << count;
    if (bits < 2 || bits > 8)
      return emitError(getOperation().getLoc())
             << "--cluster-weights expects codes of 2 to 8 bits, got "
             << bits.getValue();
    return success();
  }

  unsigned getBits(Operation *layer) const {
    auto conv = dyn_cast<ConvOp>(layer);
    unsigned own = conv ? convBits : fcBits;
    if (conv && conv.isDepthwise() && depthwiseBits)
      own = depthwiseBits;
    return own ? own : bits;
  }

  SharedValues cluster(Operation *layer, ArrayRef<float> weights) const {
    ClusterOptions options;
    options.numbers = (int64_t(1) << getBits(layer)) - 1;
    options.start = start;
    options.iterations = iterations;
    Codebook codebook = clusterWeights(weights, options);
    SharedValues shared;
    for (float weight : weights)
      shared.codes.push_back(codebook.getNearest(weight));
    shared.numbers = std::move(codebook.numbers);
    return shared;
  }

  SharedCompressionContext context;
};

} // namespace

std::unique_ptr<Pass> createClusterWeights(SharedCompressionContext context) {
  return std::make_unique<ClusterWeights>(std::move(context));
}

} // namespace mlir::cnn
