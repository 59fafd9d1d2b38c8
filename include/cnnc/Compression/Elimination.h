//===- Elimination.h - Inputs that others make up for -----------*- C++ -*-===//
//
// Plain maths.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_COMPRESSION_ELIMINATION_H
#define CNNC_COMPRESSION_ELIMINATION_H

#include <Eigen/Core>

#include <vector>

namespace mlir::cnn {

/// A layer y = W x, and which of its inputs belong to each unit that can go.
struct EliminationLayer {
  /// Of `samples` samples of x; moved towards the mean variance as Factors.h's
  /// `getShrinkage` says.
  Eigen::MatrixXd covariance;
  double samples = 0;
  Eigen::MatrixXd weights;
  /// The variance that errors are compared with; 0 stands for that of y.
  double power = 0;
  /// One list for each unit.
  std::vector<std::vector<Eigen::Index>> inputs;
};

/// In which order units go, and the loss without the first k of them.
struct Elimination {
  std::vector<size_t> order;
  std::vector<double> losses;
};

/// Takes `units` units out one after the other, always the one without which
/// the variance of the outputs that the remaining inputs cannot make is least:
/// with S the inputs of the unit, and H^-1 the inverse covariance of those
/// left,
///
///   error = trace(W_S (H^-1_SS)^-1 W_S^T)
///   W     -= W_S (H^-1_SS)^-1 H^-1_S
///   H^-1  -= H^-1_S^T (H^-1_SS)^-1 H^-1_S
///
/// Hassibi and Stork, "Second Order Derivatives for Network Pruning: Optimal
/// Brain Surgeon" (1993), for blocks as in Kurtic et al., "ZipLM" (2023). The
/// loss is the sum over the layers of the error as a share of their power.
Elimination eliminate(std::vector<EliminationLayer> layers, size_t units);

} // namespace mlir::cnn

#endif // CNNC_COMPRESSION_ELIMINATION_H
