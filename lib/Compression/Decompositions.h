//===- Decompositions.h - What decompositions are made of -------*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_DECOMPOSITIONS_H
#define CNNC_LIB_COMPRESSION_DECOMPOSITIONS_H

#include "cnnc/Compression/Factors.h"

namespace mlir::cnn {

/// Eigenvectors, the columns of `basis`, by falling eigenvalues, which are not
/// negative.
struct Spectrum {
  Matrix basis;
  Vector energies;
};

Spectrum getSpectrum(const Matrix &symmetric);

/// The first principal axes of the rows of `matrix`: as getSpectrum of
/// matrix * matrix^T.
Spectrum getRowSpectrum(const Matrix &matrix);

/// W C W^T; `covariance` may be null.
Matrix getResponseCovariance(const Matrix &weights, const Matrix *covariance);

/// The factor L for which L F is nearest to W, for responses of inputs with a
/// covariance.
Matrix fitLast(const Matrix &weights, const Matrix &features,
               const Matrix &covariance);

/// |W - L F|^2 for the best L, for the first 0, 1, ... of the features, which
/// are the rows of F.
Vector getErrorsOfFits(const Matrix &weights, const Matrix &features,
                       const Matrix &covariance);

/// A filter and what it is multiplied with.
struct FilterData {
  FilterShape shape;
  const Matrix &weights;
  const Matrix *covariance;
};

std::unique_ptr<Decomposition> decomposeSVD(const FilterData &filter);
std::unique_ptr<Decomposition> decomposeSpatially(const FilterData &filter);
std::unique_ptr<Decomposition> decomposeTucker(const FilterData &filter);
std::unique_ptr<Decomposition> decomposeCP(const FilterData &filter);

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_DECOMPOSITIONS_H
