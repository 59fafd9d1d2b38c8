//===- Clustering.h - Few values for many weights ---------------*- C++ -*-===//

#ifndef CNNC_COMPRESSION_CLUSTERING_H
#define CNNC_COMPRESSION_CLUSTERING_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mlir::cnn {

/// What k-means starts from (Han et al., Deep Compression, 2016, section 3.2).
enum class ClusterStart { linear, density, random };

/// Which weights share a codebook.
enum class CodebookScope { layer, channel };

/// How the weights that become zero are chosen.
enum class TernaryThreshold { mean, optimal };

/// Numbers that weights share. Number 0 is zero.
struct Codebook {
  std::vector<float> numbers;

  /// The code of the number nearest to `weight`; of two, of zero or the lower
  /// one. The numbers from 1 on ascend.
  uint8_t getNearest(float weight) const;
};

/// How k-means is run.
struct ClusterOptions {
  /// Numbers beside zero, 1 to 255.
  int64_t numbers = 31;
  ClusterStart start = ClusterStart::linear;
  /// Most iterations.
  int64_t iterations = 100;
};

/// Zero and up to `options.numbers` numbers such that the sum of squares of the
/// weights' distances to the nearest one is locally least (Lloyd 1982). Zero
/// stays where it is. A number that is nearest to no weight becomes one half of
/// those whose weights are furthest from theirs. All weights are finite.
Codebook clusterWeights(llvm::ArrayRef<float> weights,
                        const ClusterOptions &options);

/// Moves weights of one output channel, which have the codes of the nearest
/// numbers, to the next number beyond them until the sum of the weights is
/// about what it was, those first whose squared differences grow least for what
/// they change. Inputs that are alike then keep the mean of the output (SQuant,
/// Guo et al. 2022, section 3.3, for numbers at any distances). Zeros stay.
void balanceCodes(llvm::ArrayRef<float> weights, llvm::ArrayRef<float> numbers,
                  llvm::MutableArrayRef<uint8_t> codes);

/// What a weight becomes by its sign and size.
struct TernaryWeights {
  /// Weights above the first, or below minus the second, are not zero.
  float positiveThreshold = 0, negativeThreshold = 0;
  /// What these weights become: the first, and minus the second.
  float positive = 0, negative = 0;

  float apply(float weight) const {
    return weight > positiveThreshold    ? positive
           : weight < -negativeThreshold ? -negative
                                         : 0.0f;
  }
};

/// Zero and the means of the weights beyond thresholds: of 0.7 times the mean
/// of absolute weights (Li et al., Ternary Weight Networks, 2016, equation 6),
/// or, of each sign, those with the least sum of squared differences.
TernaryWeights ternarizeWeights(llvm::ArrayRef<float> weights,
                                TernaryThreshold threshold);

/// The mean of the absolute weights that are not zero (Rastegari et al.,
/// XNOR-Net, 2016, equation 6); 0 if all are.
float getBinaryScale(llvm::ArrayRef<float> weights);

} // namespace mlir::cnn

#endif // CNNC_COMPRESSION_CLUSTERING_H
