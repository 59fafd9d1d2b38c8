//===- Budget.h - Where a network loses least -------------------*- C++ -*-===//

#ifndef CNNC_COMPRESSION_BUDGET_H
#define CNNC_COMPRESSION_BUDGET_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mlir::cnn {

/// A form that a layer could have.
struct LayerChoice {
  double cost = 0, error = 0;
};

/// For each layer the choice that it gets so that the sum of costs is at most
/// `budget`, and the sum of errors small. The first choice of a layer is what
/// it is. Greedy: again and again the layer changes whose error grows least for
/// what its cost falls, along the lower convex hull of its choices. Where no
/// choices cost so little, those that cost least.
std::vector<size_t>
chooseWithin(double budget, llvm::ArrayRef<std::vector<LayerChoice>> layers);

} // namespace mlir::cnn

#endif // CNNC_COMPRESSION_BUDGET_H
