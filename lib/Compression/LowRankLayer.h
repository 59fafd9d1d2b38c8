//===- LowRankLayer.h - Layers that decompositions apply to -----*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_LOWRANKLAYER_H
#define CNNC_LIB_COMPRESSION_LOWRANKLAYER_H

#include "LayerCost.h"

#include "cnnc/Calibration/Layers.h"
#include "cnnc/Compression/TensorTrain.h"

namespace mlir::cnn {

/// A layer, and what its inputs were in images.
struct LowRankLayer {
  Operation *op = nullptr;
  Layer layer;
  /// The filter of one group.
  FilterShape shape;
  int64_t groups = 1;
  LayerCost cost;
  /// Means and covariances of the inputs of each group; empty without images.
  std::vector<Vector> means;
  std::vector<Eigen::MatrixXf> covariances;

  /// The layer `op` is, without costs, or why it stays. Nothing is said of what
  /// is no layer.
  static std::optional<LowRankLayer> get(Operation *op, StringRef &why);

  bool isConv() const { return isa<ConvOp>(op); }
  /// Its mean can be changed: what it adds to the means of outputs can go into
  /// a bias.
  bool hasBias() const { return !isa<MatmulOp>(op); }
  Value getInput() const;
  /// The name of its node.
  std::string getName() const;

  /// Rows of a fully connected layer.
  int64_t countRows() const;
  /// The convolution itself.
  ConvSizes getConvSizes() const;

  /// The filter of a group.
  Matrix getWeights(int64_t group) const;
  /// Null without images.
  std::optional<Matrix> getCovariance(int64_t group) const;

  /// What a chain of such filters in each group, or a train, would cost.
  LayerCost estimate(ArrayRef<FactorShape> chain,
                     const LayerCosts &costs) const;
  LayerCost estimate(const TensorModes &modes, ArrayRef<int64_t> ranks,
                     const LayerCosts &costs) const;
};

/// Puts a chain, one for each group, or a train in the place of a layer. `bias`
/// is added to that of the layer; it is empty, or has an element for each
/// output.
void replaceLayer(const LowRankLayer &layer, ArrayRef<FactorChain> groups,
                  ArrayRef<double> bias);
void replaceLayer(const LowRankLayer &layer, const TensorTrain &train,
                  ArrayRef<double> bias);

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_LOWRANKLAYER_H
