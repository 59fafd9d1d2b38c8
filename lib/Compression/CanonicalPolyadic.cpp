//===- CanonicalPolyadic.cpp - Filters as sums of products of vectors -----===//
//
//   W[o, c, u, v] ~ sum over r of A[o, r] B[c, r] D[u, r] E[v, r]
//
//===----------------------------------------------------------------------===//

#include "Decompositions.h"

#include "llvm/ADT/STLExtras.h"

#include <Eigen/Cholesky>
#include <Eigen/SVD>

#include <array>
#include <tuple>

using namespace mlir::cnn;
using llvm::ArrayRef;

namespace {

/// Sweeps of alternating least squares, at most, for an estimate and for a
/// result.
constexpr int estimateSweeps = 3, resultSweeps = 40;

/// A sweep that lowers the error by less, relative to the filter, is the last.
constexpr double leastProgress = 1e-6;

/// What is added to the diagonal of the normal equations, relative to its mean:
/// without it terms that cancel grow without bounds.
constexpr double ridge = 1e-9;

using Extents = std::array<int64_t, 4>;

/// One matrix of extent x rank for each dimension.
using Terms = std::array<Matrix, 4>;

/// A product of vectors, with its norm, and its place before sorting.
struct Term {
  double weight;
  size_t index;
  std::array<Vector, 4> vectors;
};

using SVD = Eigen::BDCSVD<Eigen::MatrixXd>;

SVD getSVD(const Eigen::MatrixXd &matrix) {
  return SVD(matrix, Eigen::ComputeThinU | Eigen::ComputeThinV);
}

/// `vector` as a matrix with `rows` rows.
Matrix fold(const Vector &vector, int64_t rows) {
  return Eigen::Map<const Matrix>(vector.data(), rows, vector.size() / rows);
}

/// All terms of SVDs nested in one another, by falling weight: O x CUV, then
/// each of its right vectors as C x UV, then U x V. Together they are exact.
std::vector<Term> getNestedTerms(const Matrix &weights,
                                 const Extents &extents) {
  std::vector<Term> terms;
  SVD outer = getSVD(weights);
  for (int64_t i = 0; i < outer.singularValues().size(); ++i) {
    SVD middle = getSVD(fold(outer.matrixV().col(i), extents[1]));
    for (int64_t j = 0; j < middle.singularValues().size(); ++j) {
      SVD inner = getSVD(fold(middle.matrixV().col(j), extents[2]));
      for (int64_t k = 0; k < inner.singularValues().size(); ++k)
        terms.push_back(
            {outer.singularValues()[i] * middle.singularValues()[j] *
                 inner.singularValues()[k],
             terms.size(),
             {outer.matrixU().col(i), middle.matrixU().col(j),
              inner.matrixU().col(k), inner.matrixV().col(k)}});
    }
  }
  llvm::sort(terms, [](const Term &lhs, const Term &rhs) {
    return std::tie(rhs.weight, lhs.index) < std::tie(lhs.weight, rhs.index);
  });
  return terms;
}

/// The columns of all matrices but that of `left`, multiplied element by
/// element, a row for each element of these dimensions, the last one fastest.
Matrix multiplyOthers(const Terms &terms, size_t left) {
  int64_t rank = terms[0].cols();
  Matrix product = Matrix::Ones(1, rank);
  for (size_t d = 0; d < terms.size(); ++d) {
    if (d == left)
      continue;
    Matrix longer(product.rows() * terms[d].rows(), rank);
    for (int64_t i = 0; i < product.rows(); ++i)
      for (int64_t j = 0; j < terms[d].rows(); ++j)
        longer.row(i * terms[d].rows() + j) =
            product.row(i).cwiseProduct(terms[d].row(j));
    product = std::move(longer);
  }
  return product;
}

/// The elements of a tensor as a matrix whose rows are dimension `d`, whose
/// columns are the others in order.
Matrix unfold(const Matrix &weights, const Extents &extents, size_t d) {
  int64_t inner = 1;
  for (size_t e = d + 1; e < extents.size(); ++e)
    inner *= extents[e];
  int64_t outer = weights.size() / (inner * extents[d]);
  Matrix result(extents[d], outer * inner);
  for (int64_t i = 0; i < outer; ++i)
    for (int64_t row = 0; row < extents[d]; ++row)
      result.row(row).segment(i * inner, inner) =
          Eigen::Map<const Eigen::RowVectorXd>(
              weights.data() + (i * extents[d] + row) * inner, inner);
  return result;
}

class CP : public Decomposition {
public:
  explicit CP(const FilterData &filter)
      : filter(filter), extents{filter.shape.outputs, filter.shape.inputs,
                                filter.shape.taps[0], filter.shape.taps[1]},
        start(getNestedTerms(filter.weights, extents)) {
    for (size_t d = 0; d < extents.size(); ++d)
      unfolded[d] = unfold(filter.weights, extents, d);
  }

  std::vector<double> getErrors(ArrayRef<Ranks> ranks) override {
    std::vector<double> errors;
    for (const Ranks &each : ranks) {
      FactorChain chain =
          getChain(each.rank, iterate(each.rank, estimateSweeps));
      errors.push_back(
          getSquaredNorm(filter.weights - compose(chain), filter.covariance));
    }
    return errors;
  }

  FactorChain factorize(Ranks ranks) override {
    return getChain(ranks.rank, iterate(ranks.rank, resultSweeps));
  }

private:
  Terms getFirstTerms(int64_t rank) const {
    Terms terms;
    for (size_t d = 0; d < terms.size(); ++d) {
      terms[d].resize(extents[d], rank);
      for (int64_t r = 0; r < rank; ++r)
        terms[d].col(r) = start[r].vectors[d];
    }
    for (int64_t r = 0; r < rank; ++r)
      terms[0].col(r) *= start[r].weight;
    return terms;
  }

  double getError(const Terms &terms) const {
    return (unfolded[0] - terms[0] * multiplyOthers(terms, 0).transpose())
        .squaredNorm();
  }

  /// Least squares for one dimension. The norms of columns go to the outputs,
  /// so that the others stay of one magnitude.
  void improve(Terms &terms, size_t d) const {
    int64_t rank = terms[0].cols();
    Matrix normal = Matrix::Ones(rank, rank);
    for (size_t e = 0; e < terms.size(); ++e)
      if (e != d)
        normal.array() *= (terms[e].transpose() * terms[e]).array();
    normal.diagonal().array() +=
        ridge * normal.trace() / static_cast<double>(rank);
    Matrix products = unfolded[d] * multiplyOthers(terms, d);
    terms[d] = normal.ldlt().solve(products.transpose()).transpose();
    if (d == 0)
      return;
    for (int64_t r = 0; r < rank; ++r) {
      double norm = terms[d].col(r).norm();
      if (norm == 0)
        continue;
      terms[d].col(r) /= norm;
      terms[0].col(r) *= norm;
    }
  }

  Terms iterate(int64_t rank, int most) const {
    Terms terms = getFirstTerms(rank), best = terms;
    double bestError = getError(terms);
    double enough = leastProgress * filter.weights.squaredNorm();
    for (int sweep = 0; sweep < most; ++sweep) {
      for (size_t d : {1, 2, 3, 0})
        improve(terms, d);
      double error = getError(terms), progress = bestError - error;
      if (progress > 0) {
        best = terms;
        bestError = error;
      }
      if (!(progress > enough))
        break;
    }
    return best;
  }

  FactorChain getChain(int64_t rank, const Terms &terms) const {
    auto shapes = getFactorShapes(LowRankMethod::cp, filter.shape, {rank});
    FactorChain chain = {{shapes[0], terms[1].transpose()},
                         {shapes[1], terms[2].transpose()},
                         {shapes[2], terms[3].transpose()}};
    Matrix last = terms[0];
    if (filter.covariance)
      last = fitLast(filter.weights, compose(chain), *filter.covariance);
    chain.push_back({shapes[3], last});
    return chain;
  }

  FilterData filter;
  Extents extents;
  std::vector<Term> start;
  std::array<Matrix, 4> unfolded;
};

} // namespace

std::unique_ptr<Decomposition>
mlir::cnn::decomposeCP(const FilterData &filter) {
  return std::make_unique<CP>(filter);
}
