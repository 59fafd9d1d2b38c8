//===- Regression.h - Weights for the least error ---------------*- C++ -*-===//
//
// Plain maths: what a layer takes and what it should make, as moments, and the
// weights that fit them best.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_COMPRESSION_REGRESSION_H
#define CNNC_COMPRESSION_REGRESSION_H

#include "llvm/ADT/ArrayRef.h"

#include <Eigen/Core>

#include <algorithm>
#include <limits>

namespace mlir::cnn {

/// First and second moments of samples of x, what the weights of an output
/// channel are multiplied with, and y, what a layer's outputs should be. A
/// column is a sample.
class RegressionMoments {
public:
  RegressionMoments(Eigen::Index inputs, Eigen::Index outputs);

  /// Adds columns of x, with the y of each.
  void add(const Eigen::MatrixXf &x, const Eigen::MatrixXf &y);

  double getCount() const { return count; }
  /// E[x], E[y]
  Eigen::VectorXd getInputMean() const { return inputSum / count; }
  Eigen::VectorXd getOutputMean() const { return outputSum / count; }
  /// E[(x - E[x]) (x - E[x])^T]
  Eigen::MatrixXd getInputCovariance() const;
  /// E[(y - E[y]) (x - E[x])^T]
  Eigen::MatrixXd getCrossCovariance() const;
  /// Of each output.
  Eigen::VectorXd getOutputVariance() const;

private:
  double count = 0;
  Eigen::VectorXd inputSum, outputSum, outputSquares;
  /// The part on and below the diagonal.
  Eigen::MatrixXd inputProducts;
  Eigen::MatrixXd crossProducts;
};

/// A layer y = W x + b: one row of weights per output.
struct LinearLayer {
  Eigen::MatrixXd weights;
  Eigen::VectorXd bias;
};

/// The mean squared error of each output, bias included.
Eigen::VectorXd getOutputErrors(const RegressionMoments &moments,
                                const LinearLayer &layer);

/// Replaces weights that are not 0 by W + D, with the D of the least
///
///   E|y - (W + D) x - b|^2 + ridge * (mean of the variances of x) * |D|^2
///
/// and the best b, where ridge is tr(C)^2 / tr(C^2) / n at least, with the
/// covariance C of n samples, the dimensions that they have for each: ridge
/// regression to the weights that are there, by normal equations for each set
/// of kept weights. No error grows.
void refit(const RegressionMoments &moments, double ridge, LinearLayer &layer);

/// Multiplies the weights of each output such that its variance is that of y,
/// by at most 2 and at least 1/2, and sets b such that its mean is.
void matchVariance(const RegressionMoments &moments, LinearLayer &layer);

/// An activation that is x between two limits and constant beyond them.
struct Limits {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();

  float apply(float x) const { return std::min(std::max(x, low), high); }
};

/// The s for which mean(f(x + s)) is mean(f(y)), with f = `limits`: found by
/// Newton's method, from 0 on, as the mean grows with s. No step is taken where
/// fewer than one of 50 x + s are between the limits.
double matchMean(llvm::ArrayRef<float> x, llvm::ArrayRef<float> y,
                 Limits limits);

} // namespace mlir::cnn

#endif // CNNC_COMPRESSION_REGRESSION_H
