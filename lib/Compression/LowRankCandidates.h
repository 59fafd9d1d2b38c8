//===- LowRankCandidates.h - What a layer could become ----------*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_LOWRANKCANDIDATES_H
#define CNNC_LIB_COMPRESSION_LOWRANKCANDIDATES_H

#include "LowRankLayer.h"

namespace mlir::cnn {

/// A decomposition of a layer.
struct LowRankCandidate {
  LowRankMethod method = LowRankMethod::svd;
  Ranks ranks;
  /// Part of the energy that is lost, of outputs as they are scaled: |D|^2 /
  /// |W|^2.
  double error = 0;
  LayerCost cost;
};

/// What candidates depend on beside the layer.
struct LowRankSearch {
  LowRankMethod method = LowRankMethod::automatic;
  /// The modes of a tensor train, if they are given, or how many there are.
  std::optional<TensorModes> modes;
  int64_t cores = 3;
  const LayerCosts *costs = nullptr;

  TensorModes getModes(const FilterShape &shape) const {
    return modes ? *modes : chooseModes(shape.inputs, shape.outputs, cores);
  }
};

/// Why `method` does not apply to `layer`, if it does not.
std::optional<StringRef> findObstacle(LowRankMethod method,
                                      const LowRankLayer &layer);

/// All decompositions of `layer` that have fewer weights or multiply-adds. If
/// no method applies there are none, and `why` is the reason.
std::vector<LowRankCandidate> listCandidates(const LowRankLayer &layer,
                                             const LowRankSearch &search,
                                             StringRef &why);

/// The decomposition with given ranks; with no certain method the svd, or,
/// if two ranks are given, tucker. Fails with what would be accepted.
llvm::Expected<LowRankCandidate> getCandidate(const LowRankLayer &layer,
                                              const LowRankSearch &search,
                                              Ranks ranks);

/// Puts a candidate in the place of the layer, and sets its error to what is
/// lost in the end.
void applyCandidate(const LowRankLayer &layer, const LowRankSearch &search,
                    LowRankCandidate &candidate);

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_LOWRANKCANDIDATES_H
