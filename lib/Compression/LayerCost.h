//===- LayerCost.h - What a layer costs before it has a kernel --*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_LAYERCOST_H
#define CNNC_LIB_COMPRESSION_LAYERCOST_H

#include "cnnc/Support/Machine.h"
#include "cnnc/Support/Window.h"

#include <array>

namespace mlir::cnn {

/// Of one image, or of a batch whose size is known.
struct LayerCost {
  double multiplyAdds = 0;
  /// Elements of filters and matrices, without biases.
  double weights = 0;
  /// What the cost model (Support/CostModel.h) predicts for one core.
  double cycles = 0;

  LayerCost &operator+=(const LayerCost &other) {
    multiplyAdds += other.multiplyAdds;
    weights += other.weights;
    cycles += other.cycles;
    return *this;
  }
};

/// A convolution. `inputs` and `outputs` are those of all groups.
struct ConvSizes {
  int64_t batch = 1, groups = 1, inputs = 0, outputs = 0;
  Window window;
  /// Of the input, as many as the window has dimensions.
  llvm::SmallVector<int64_t, 3> extents;

  llvm::SmallVector<int64_t, 3> getOutputExtents() const;
};

/// Estimates layers of one network.
class LayerCosts {
public:
  /// `networkWeights` are those of all layers, which displace each other from
  /// caches; with `usesWinograd` convolutions may use Winograd's algorithm.
  LayerCosts(Machine machine, double networkWeights, bool usesWinograd)
      : machine(std::move(machine)), networkWeights(networkWeights),
        usesWinograd(usesWinograd) {}

  LayerCost getConv(const ConvSizes &conv) const;
  /// rows x terms times a constant matrix of terms x columns.
  LayerCost getProduct(int64_t rows, int64_t terms, int64_t columns) const;
  /// Elements that are only moved.
  LayerCost getMove(double elements) const;

private:
  double predict(const ConvSizes &conv, const LayerCost &cost) const;

  Machine machine;
  double networkWeights;
  bool usesWinograd;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_LAYERCOST_H
