//===- Factors.h - Filters as chains of smaller filters ---------*- C++ -*-===//
//
// A filter of one group is a matrix W of outputs x (inputs * taps), taps
// fastest, as ONNX has it; that of a fully connected layer has no taps. A
// decomposition approximates it by the composition of a chain of filters. Where
// the covariance C of what W is multiplied with is known, the error is that of
// the layer's responses,
// ```
// |D|^2 = trace(D C D^T)     D = W - composition of the chain
// ```
// and the sum of squares of D otherwise.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_COMPRESSION_FACTORS_H
#define CNNC_COMPRESSION_FACTORS_H

#include "cnnc/Compression/LowRankOptions.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <Eigen/Core>

#include <memory>
#include <optional>
#include <vector>

namespace mlir::cnn {

using Matrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

/// The filter of one group.
struct FilterShape {
  int64_t outputs = 0, inputs = 0;
  llvm::SmallVector<int64_t, 3> taps;

  int64_t countTaps() const;
  /// Weights of one output.
  int64_t getSize() const { return inputs * countTaps(); }
};

/// Channels between the parts of a decomposition.
struct Ranks {
  int64_t rank = 0;
  /// Channels that Tucker's method reduces the input to; 0 for others.
  int64_t inputRank = 0;

  friend bool operator==(const Ranks &lhs, const Ranks &rhs) {
    return lhs.rank == rhs.rank && lhs.inputRank == rhs.inputRank;
  }
};

/// One filter of a chain.
struct FactorShape {
  int64_t outputs = 0, inputs = 0;
  /// Those of the original filter in some dimensions, 1 in the others.
  llvm::SmallVector<int64_t, 3> taps;
  /// In these dimensions it has the original's stride, dilation and padding.
  llvm::SmallVector<bool, 3> slides;
  /// Output i needs input i only.
  bool isDepthwise = false;

  int64_t getInputsPerOutput() const { return isDepthwise ? 1 : inputs; }
  int64_t countTaps() const;
  int64_t countWeights() const {
    return outputs * getInputsPerOutput() * countTaps();
  }
};

/// `weights` are outputs x (inputs per output * taps).
struct Factor {
  FactorShape shape;
  Matrix weights;
};

using FactorChain = llvm::SmallVector<Factor, 4>;

/// The filter that has the effect of a chain, applied from the first to the
/// last; in each dimension at most one has more than one tap.
Matrix compose(llvm::ArrayRef<Factor> chain);

/// |D|^2; `covariance` may be null.
double getSquaredNorm(const Matrix &difference, const Matrix *covariance);

/// What the outputs of a filter are multiplied with before it is decomposed:
/// the power -1/4 of the variances of their responses relative to the mean
/// variance (Pareto scaling; van den Berg et al., "Centering, scaling, and
/// transformations", 2006). An output that varies little is not given up for
/// others that vary much, since the layers behind may well amplify it.
Vector getOutputScales(const Matrix &weights, const Matrix &covariance);

/// What `getShrinkage` looks at: the sums of the diagonal of a covariance and
/// of the squares of all its elements, its rows, and of how many samples it is.
struct CovarianceSpread {
  double trace, square, size, samples;
};

/// The oracle approximating shrinkage r of Chen et al., "Shrinkage Algorithms
/// for MMSE Covariance Estimation" (2010), equation 23, at least 0.01 and at
/// most 1: with the mean variance m, (1 - r) C + r m I is better than C.
double getShrinkage(const CovarianceSpread &spread);

/// Moves the covariance of `samples` samples towards the mean variance in all
/// directions, as far as `getShrinkage` says. Directions that few samples have
/// not seen are not free.
void shrinkCovariance(Eigen::MatrixXf &covariance, int64_t samples);

/// What keeps `method` from being applied to filters of a shape, if something
/// does. Only svd applies to fully connected layers: tensor trains are no
/// chains of filters, see TensorTrain.h.
std::optional<llvm::StringRef> findObstacle(LowRankMethod method,
                                            const FilterShape &shape);

/// The least ranks at which nothing is lost.
Ranks getFullRanks(LowRankMethod method, const FilterShape &shape);

/// The chain of a method:
/// ```
/// svd      rank x inputs x taps, then outputs x rank x 1
/// spatial  rank x inputs x U x 1, then outputs x rank x 1 x V
/// tucker   inputRank x inputs x 1, rank x inputRank x taps, outputs x rank x 1
/// cp       rank x inputs x 1, rank of U x 1 and rank of 1 x V depthwise,
///          outputs x rank x 1
/// ```
llvm::SmallVector<FactorShape, 4>
getFactorShapes(LowRankMethod method, const FilterShape &shape, Ranks ranks);

/// A filter that one method approximates.
class Decomposition {
public:
  virtual ~Decomposition() = default;

  /// |D|^2 for each of some ranks, before iterations that only make it smaller.
  virtual std::vector<double> getErrors(llvm::ArrayRef<Ranks> ranks) = 0;

  virtual FactorChain factorize(Ranks ranks) = 0;
};

/// Approximations of a filter; the method must apply. `weights` and
/// `covariance`, which may be null, must live as long.
///
/// - svd: projections to the first singular vectors, which is optimal (Eckart
///   and Young 1936); with a covariance to the principal components of the
///   responses, which is optimal for them (Zhang et al., "Accelerating Very
///   Deep Convolutional Networks for Classification and Detection" (2016),
///   section 3.1).
/// - spatial: Jaderberg et al., "Speeding up Convolutional Neural Networks with
///   Low Rank Expansions" (2014), scheme 2; the SVD of (C * U) x (V * O).
/// - tucker: Kim et al., "Compression of Deep Convolutional Neural Networks for
///   Fast and Low Power Mobile Applications" (2016); HOSVD, then HOOI.
/// - cp: Lebedev et al., "Speeding-up Convolutional Neural Networks Using
///   Fine-tuned CP-Decomposition" (2015); alternating least squares from terms
///   of nested SVDs, nothing random.
///
/// With a covariance the last filter of spatial, tucker and cp is the least
/// squares fit of the responses.
std::unique_ptr<Decomposition> decompose(LowRankMethod method,
                                         const FilterShape &shape,
                                         const Matrix &weights,
                                         const Matrix *covariance);

} // namespace mlir::cnn

#endif // CNNC_COMPRESSION_FACTORS_H
