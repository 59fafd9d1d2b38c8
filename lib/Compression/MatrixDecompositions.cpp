//===- MatrixDecompositions.cpp - Filters as products of two matrices -----===//

#include "Decompositions.h"

using namespace mlir::cnn;
using llvm::ArrayRef;

namespace {

/// What is lost when only the first axes are kept, 0, 1, ... of them.
Vector getDiscarded(const Vector &energies) {
  Vector discarded = Vector::Zero(energies.size() + 1);
  for (int64_t i = energies.size(); i-- > 0;)
    discarded[i] = discarded[i + 1] + energies[i];
  return discarded;
}

std::vector<double> lookUp(const Vector &errors, ArrayRef<Ranks> ranks,
                           int64_t step = 1) {
  std::vector<double> result;
  for (const Ranks &each : ranks)
    result.push_back(
        errors[std::min<int64_t>(each.rank * step, errors.size() - 1)]);
  return result;
}

/// A pair of matrices L R with one inner dimension for W.
struct Product {
  Matrix left, right;
};

/// W ~ B (B^T W) or (W B) B^T: projections to principal axes of rows or of
/// columns, whichever are shorter.
class Projection {
public:
  explicit Projection(const Matrix &matrix)
      : matrix(matrix), usesRows(matrix.rows() <= matrix.cols()),
        spectrum(usesRows ? getRowSpectrum(matrix)
                          : getRowSpectrum(matrix.transpose())) {}

  Vector getErrors() const { return getDiscarded(spectrum.energies); }

  Product get(int64_t rank) const {
    Matrix axes = spectrum.basis.leftCols(rank);
    if (usesRows)
      return {axes, axes.transpose() * matrix};
    return {matrix * axes, axes.transpose()};
  }

private:
  const Matrix &matrix;
  bool usesRows;
  Spectrum spectrum;
};

class SVD : public Decomposition {
public:
  explicit SVD(const FilterData &filter) : filter(filter) {
    if (filter.covariance)
      responses =
          getSpectrum(getResponseCovariance(filter.weights, filter.covariance));
    else
      projection.emplace(filter.weights);
  }

  std::vector<double> getErrors(ArrayRef<Ranks> ranks) override {
    return lookUp(projection ? projection->getErrors()
                             : getDiscarded(responses.energies),
                  ranks);
  }

  FactorChain factorize(Ranks ranks) override {
    auto shapes = getFactorShapes(LowRankMethod::svd, filter.shape, ranks);
    Product product;
    if (projection) {
      product = projection->get(ranks.rank);
    } else {
      product.left = responses.basis.leftCols(ranks.rank);
      product.right = product.left.transpose() * filter.weights;
    }
    return {{shapes[0], product.right}, {shapes[1], product.left}};
  }

private:
  FilterData filter;
  std::optional<Projection> projection;
  Spectrum responses;
};

class Spatial : public Decomposition {
public:
  explicit Spatial(const FilterData &filter)
      : filter(filter), unfolded(unfold()), projection(unfolded) {}

  std::vector<double> getErrors(ArrayRef<Ranks> ranks) override {
    if (!filter.covariance)
      return lookUp(projection.getErrors(), ranks);
    int64_t most = 0;
    for (const Ranks &each : ranks)
      most = std::max(most, each.rank);
    return lookUp(
        getErrorsOfFits(filter.weights, getFeatures(most), *filter.covariance),
        ranks, filter.shape.taps[1]);
  }

  FactorChain factorize(Ranks ranks) override {
    auto shapes = getFactorShapes(LowRankMethod::spatial, filter.shape, ranks);
    Product product = projection.get(ranks.rank);
    int64_t columns = filter.shape.taps[1], outputs = filter.shape.outputs;
    Matrix last(outputs, ranks.rank * columns);
    if (filter.covariance)
      last =
          fitLast(filter.weights, getFeatures(ranks.rank), *filter.covariance);
    else
      for (int64_t r = 0; r < ranks.rank; ++r)
        for (int64_t v = 0; v < columns; ++v)
          last.col(r * columns + v) =
              product.right.row(r).segment(v * outputs, outputs).transpose();
    return {{shapes[0], product.left.transpose()}, {shapes[1], last}};
  }

private:
  /// (C * U) x (V * O)
  Matrix unfold() const {
    int64_t columns = filter.shape.taps[1], outputs = filter.shape.outputs;
    Matrix result(filter.shape.inputs * filter.shape.taps[0],
                  columns * outputs);
    for (int64_t row = 0; row < result.rows(); ++row)
      for (int64_t v = 0; v < columns; ++v)
        result.row(row).segment(v * outputs, outputs) =
            filter.weights.col(row * columns + v).transpose();
    return result;
  }

  /// What the second filter is multiplied with, rank * V features of C * U * V
  /// elements.
  Matrix getFeatures(int64_t rank) const {
    Matrix first = projection.get(rank).left.transpose();
    int64_t columns = filter.shape.taps[1];
    Matrix features = Matrix::Zero(rank * columns, first.cols() * columns);
    for (int64_t r = 0; r < rank; ++r)
      for (int64_t i = 0; i < first.cols(); ++i)
        for (int64_t v = 0; v < columns; ++v)
          features(r * columns + v, i * columns + v) = first(r, i);
    return features;
  }

  FilterData filter;
  Matrix unfolded;
  Projection projection;
};

} // namespace

std::unique_ptr<Decomposition>
mlir::cnn::decomposeSVD(const FilterData &filter) {
  return std::make_unique<SVD>(filter);
}

std::unique_ptr<Decomposition>
mlir::cnn::decomposeSpatially(const FilterData &filter) {
  return std::make_unique<Spatial>(filter);
}
