//===- CompareLayers.h - Layers before and after ----------------*- C++ -*-===//

#ifndef CNNC_ANALYSIS_COMPARELAYERS_H
#define CNNC_ANALYSIS_COMPARELAYERS_H

#include "cnnc/Analysis/Layers.h"

namespace mlir::cnn {

/// A network and where it is from.
struct NamedNetwork {
  StringRef model;
  const NetworkFigures &figures;
};

/// A layer of two networks; null where it is not in one of them.
struct LayerPair {
  const LayerFigures *before = nullptr, *after = nullptr;

  const std::string &getName() const {
    return before ? before->layer : after->layer;
  }
};

/// Layers of the same name, the first with the first, in the order of
/// `before`; a layer that only `after` has follows the one it follows there.
std::vector<LayerPair> matchLayers(const NetworkFigures &before,
                                   const NetworkFigures &after);

/// Prints what both have of each layer side by side, the sums, and how many
/// times less of it there is after.
void printComparison(const NamedNetwork &before, const NamedNetwork &after,
                     const LayerStyle &style, llvm::raw_ostream &stream);

} // namespace mlir::cnn

#endif // CNNC_ANALYSIS_COMPARELAYERS_H
