//===- Decompositions.cpp - What decompositions are made of ---------------===//
//
// Gram matrices in double precision stand in for singular value
// decompositions: weights have 24 bits, and the smaller side of a filter is
// short.
//
//===----------------------------------------------------------------------===//

#include "Decompositions.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

using namespace mlir::cnn;

/// What is added to the diagonal of normal equations, relative to its mean.
static constexpr double ridge = 1e-10;

Spectrum mlir::cnn::getSpectrum(const Matrix &symmetric) {
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(symmetric);
  return {solver.eigenvectors().rowwise().reverse(),
          solver.eigenvalues().reverse().cwiseMax(0.0)};
}

Spectrum mlir::cnn::getRowSpectrum(const Matrix &matrix) {
  return getSpectrum(matrix * matrix.transpose());
}

Matrix mlir::cnn::getResponseCovariance(const Matrix &weights,
                                        const Matrix *covariance) {
  if (!covariance)
    return weights * weights.transpose();
  return weights * *covariance * weights.transpose();
}

/// F C F^T without zeros on its diagonal.
static Eigen::MatrixXd getFeatureCovariance(const Matrix &features,
                                            const Matrix &covariance) {
  Eigen::MatrixXd result = features * covariance * features.transpose();
  double mean = result.trace() / static_cast<double>(result.rows());
  result.diagonal().array() += mean > 0 ? ridge * mean : 1;
  return result;
}

Matrix mlir::cnn::fitLast(const Matrix &weights, const Matrix &features,
                          const Matrix &covariance) {
  Eigen::LDLT<Eigen::MatrixXd> solver(
      getFeatureCovariance(features, covariance));
  Eigen::MatrixXd products = features * covariance * weights.transpose();
  return solver.solve(products).transpose();
}

Vector mlir::cnn::getErrorsOfFits(const Matrix &weights, const Matrix &features,
                                  const Matrix &covariance) {
  Eigen::LLT<Eigen::MatrixXd> solver(
      getFeatureCovariance(features, covariance));
  // The squared norms of orthonormal features' parts of the responses.
  Eigen::MatrixXd parts = features * covariance * weights.transpose();
  solver.matrixL().solveInPlace(parts);
  Vector errors(features.rows() + 1);
  errors[0] = getSquaredNorm(weights, &covariance);
  for (int64_t i = 0; i < features.rows(); ++i)
    errors[i + 1] = std::max(errors[i] - parts.row(i).squaredNorm(), 0.0);
  return errors;
}
