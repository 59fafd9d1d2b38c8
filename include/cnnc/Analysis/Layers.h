//===- Layers.h - What the layers of a network take -------------*- C++ -*-===//

#ifndef CNNC_ANALYSIS_LAYERS_H
#define CNNC_ANALYSIS_LAYERS_H

#include "cnnc/Analysis/ReceptiveField.h"
#include "cnnc/Analysis/TextTable.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace mlir::cnn {

/// What a layer computes with. Wider floats count as float32, bfloat16 as
/// float16, integers of up to 8 bits as int8, which are added up in int32, and
/// all others as int32.
enum class Arithmetic { float32, float16, int8, int32 };

/// What a layer waits for by the roofline: nothing if it only renames values.
enum class Bound { none, computation, memory };

/// Energy in joules: of operations, of reading constants, and of reading and
/// writing activations.
struct Energy {
  double operations = 0, weights = 0, activations = 0;

  double getTotal() const { return operations + weights + activations; }
};

/// The figures of a layer, for one image: an open batch is 1.
struct LayerFigures {
  /// The ops of the layer, in their order, as long as the module lives.
  SmallVector<Operation *, 2> ops;
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
  /// Of which so many are those of constants.
  int64_t constantBytes = 0;
  /// The most bytes of activations, with inputs of the network, that live while
  /// an op of the layer runs: what it reads and computes and what is read
  /// later. In the order of the network, without computing in place.
  int64_t liveBytes = 0;
  ReceptiveField field;
  /// Of the op that `op` names, by the types in the file.
  Arithmetic arithmetic = Arithmetic::float32;

  /// By `predictTimes`: the operations at the machine's peak, and the moved
  /// bytes at the bandwidth of its memory. In the total, sums of the layers.
  double computeSeconds = 0, moveSeconds = 0;
  /// The larger of both; in the total, the sum over the layers.
  double predictedSeconds = 0;
  Bound bound = Bound::none;

  /// By `estimateEnergy`.
  Energy energy;

  /// By `explainLayers`: what the compiler makes of the layer, and what its
  /// passes say of that. The kernels that compute it, with their parameters
  /// ("winograd_conv F(4x4,3x3) C64"); "fused" if another layer's kernel does,
  /// "view" if it only sees its input in another way, "none" if nothing is left
  /// of it; empty if nobody asked the compiler.
  std::string algorithm, reason;
  /// Time that the compiler's cost model expects of these kernels.
  double compiledSeconds = 0;

  /// Operations for each byte that is moved; 0 if none is.
  double getIntensity() const;
};

/// The machine that times are predicted for, and how fast it is assumed to be:
/// operations and bytes a second. All are 0 if nothing is predicted.
struct MachineFigures {
  std::string name;
  double floatRate = 0, float16Rate = 0, integerRate = 0, bandwidth = 0;
};

struct NetworkFigures {
  /// In the order of the network.
  std::vector<LayerFigures> layers;
  /// Sums; `liveBytes` is the largest of the layers.
  LayerFigures total;
  /// The layer with the largest `liveBytes`, the first of several.
  std::string peakLayer;
  MachineFigures machine;
  /// Of the compiled network: what its layers, kernels and alignment need for
  /// activations, constants apart. 0 if nobody asked the compiler.
  int64_t arenaBytes = 0;
  /// What energy is estimated for; empty if it is not.
  std::string technology;
};

/// The ops of a node that stand one after the other are a layer. Ops of
/// constants are no layers: their constants are those of the layers that read
/// them. Fails with a diagnostic if the module is not one function of `cnn`
/// ops.
FailureOr<NetworkFigures> measureLayers(ModuleOp module);

/// How layers are printed.
struct LayerStyle {
  ReportFormat format = ReportFormat::table;
  /// Names of columns, or of sets of them, with commas between them. Empty for
  /// what a reader sees first; in CSV and JSON for all.
  std::string columns;
  /// Names and numbers of tables stand in full, however wide that is.
  bool isWide = false;

  /// Numbers have few digits, and names are shortened.
  bool isBrief() const { return format == ReportFormat::table && !isWide; }
  /// A name as it is printed: long ones of brief tables lack their beginnings,
  /// since their ends say more.
  std::string shorten(std::string name) const;
};

/// An error that lists what is known unless all columns are.
llvm::Error checkColumns(StringRef columns);

/// Prints the layers and their sum.
void printLayers(StringRef model, const NetworkFigures &figures,
                 const LayerStyle &style, llvm::raw_ostream &stream);

} // namespace mlir::cnn

#endif // CNNC_ANALYSIS_LAYERS_H
