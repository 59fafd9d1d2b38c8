//===- Layers.h - What the layers of a network take -------------*- C++ -*-===//

#ifndef CNNC_ANALYSIS_LAYERS_H
#define CNNC_ANALYSIS_LAYERS_H

#include "cnnc/Analysis/ReceptiveField.h"
#include "cnnc/Analysis/TextTable.h"

#include <string>
#include <vector>

namespace mlir::cnn {

/// The figures of a layer, for one image: an open batch is 1.
struct LayerFigures {
  /// The ONNX node, and what computes it: the first op that multiplies and
  /// adds, or else the first.
  std::string layer, op;
  /// Of what the layer hands on.
  std::vector<std::vector<int64_t>> shapes;
  double multiplyAdds = 0;
  /// `countOperations`.
  double operations = 0;
  /// The elements of its constants without the means and variances of batch
  /// normalization, which are not learnt. A constant of several layers counts
  /// as the first one's.
  int64_t parameters = 0;
  /// Of all constants that count as this layer's.
  int64_t weightBytes = 0;
  /// Elements that the layer hands on; none for a reshape, which hands on what
  /// it is given.
  int64_t activations = 0;
  /// Of what the layer reads, constants too, and hands on, each once.
  int64_t movedBytes = 0;
  /// The most bytes of activations, with inputs of the network, that live while
  /// an op of the layer runs: what it reads and computes and what is read
  /// later. In the order of the network, without computing in place.
  int64_t liveBytes = 0;
  ReceptiveField field;

  /// Operations for each byte that is moved; 0 if none is.
  double getIntensity() const;
};

struct NetworkFigures {
  /// In the order of the network.
  std::vector<LayerFigures> layers;
  /// Sums; `liveBytes` is the largest of the layers.
  LayerFigures total;
  /// The layer with the largest `liveBytes`, the first of several.
  std::string peakLayer;
};

/// The ops of a node that stand one after the other are a layer. Ops of
/// constants are no layers: their constants are those of the layers that read
/// them. Fails with a diagnostic if the module is not one function of `cnn`
/// ops.
FailureOr<NetworkFigures> measureLayers(ModuleOp module);

/// Prints the layers and their sum.
void printLayers(StringRef model, const NetworkFigures &figures,
                 ReportFormat format, llvm::raw_ostream &stream);

} // namespace mlir::cnn

#endif // CNNC_ANALYSIS_LAYERS_H
