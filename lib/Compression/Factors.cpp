//===- Factors.cpp - Filters as chains of smaller filters -----------------===//

#include "cnnc/Compression/Factors.h"

#include "Decompositions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <cmath>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::SmallVector;
using llvm::StringRef;

static int64_t multiply(ArrayRef<int64_t> extents) {
  int64_t product = 1;
  for (int64_t extent : extents)
    product *= extent;
  return product;
}

int64_t FilterShape::countTaps() const { return multiply(taps); }

int64_t FactorShape::countTaps() const { return multiply(taps); }

StringRef mlir::cnn::getName(LowRankMethod method) {
  switch (method) {
  case LowRankMethod::automatic:
    return "auto";
  case LowRankMethod::svd:
    return "svd";
  case LowRankMethod::spatial:
    return "spatial";
  case LowRankMethod::tucker:
    return "tucker";
  case LowRankMethod::cp:
    return "cp";
  case LowRankMethod::tensorTrain:
    return "tensor-train";
  }
  llvm_unreachable("unknown method");
}

double mlir::cnn::getSquaredNorm(const Matrix &difference,
                                 const Matrix *covariance) {
  if (!covariance)
    return difference.squaredNorm();
  return (difference * *covariance).cwiseProduct(difference).sum();
}

Vector mlir::cnn::getOutputScales(const Matrix &weights,
                                  const Matrix &covariance) {
  // Outputs that are nearly constant get no larger scale than this allows.
  constexpr double leastVariance = 1e-3;
  Vector scales(weights.rows());
  for (int64_t o = 0; o < weights.rows(); ++o)
    scales[o] = getSquaredNorm(weights.row(o), &covariance);
  double mean = scales.mean();
  if (!(mean > 0))
    return Vector::Ones(weights.rows());
  for (double &scale : scales)
    scale = std::pow(scale / mean + leastVariance, -0.25);
  return scales;
}

double mlir::cnn::getShrinkage(const CovarianceSpread &spread) {
  constexpr double leastShrinkage = 0.01;
  double squaredTrace = spread.trace * spread.trace;
  double rest = spread.square - squaredTrace / spread.size;
  if (rest <= 0)
    return 1;
  double part = ((1 - 2 / spread.size) * spread.square + squaredTrace) /
                ((spread.samples + 1 - 2 / spread.size) * rest);
  return std::clamp(part, leastShrinkage, 1.0);
}

void mlir::cnn::shrinkCovariance(Eigen::MatrixXf &covariance, int64_t samples) {
  auto size = static_cast<double>(covariance.rows());
  double trace = covariance.cast<double>().trace();
  double part = getShrinkage({trace, covariance.cast<double>().squaredNorm(),
                              size, static_cast<double>(samples)});
  covariance *= static_cast<float>(1 - part);
  covariance.diagonal().array() += static_cast<float>(part * trace / size);
}

//===----------------------------------------------------------------------===//
// Composition
//===----------------------------------------------------------------------===//

/// The matrix of one tap, outputs x inputs.
static Matrix getTap(const Factor &factor, int64_t tap) {
  int64_t taps = factor.shape.countTaps();
  Matrix matrix(factor.weights.rows(), factor.shape.getInputsPerOutput());
  for (int64_t i = 0; i < matrix.cols(); ++i)
    matrix.col(i) = factor.weights.col(i * taps + tap);
  return matrix;
}

/// The tap of a composition that one tap of each of two filters add to.
static int64_t combineTaps(ArrayRef<int64_t> taps, int64_t first,
                           ArrayRef<int64_t> otherTaps, int64_t second) {
  int64_t combined = 0, stride = 1;
  for (size_t d = taps.size(); d-- > 0;) {
    combined += (first % taps[d] + second % otherTaps[d]) * stride;
    first /= taps[d];
    second /= otherTaps[d];
    stride *= taps[d] * otherTaps[d];
  }
  return combined;
}

/// `second` applied to what `first` computes, which is not depthwise.
static Factor composeTwo(const Factor &first, const Factor &second) {
  Factor both;
  both.shape = first.shape;
  both.shape.outputs = second.shape.outputs;
  for (auto [taps, more] : llvm::zip_equal(both.shape.taps, second.shape.taps))
    taps *= more;
  int64_t taps = both.shape.countTaps();
  both.weights = Matrix::Zero(both.shape.outputs, both.shape.inputs * taps);
  for (int64_t j = 0; j < second.shape.countTaps(); ++j) {
    Matrix left = getTap(second, j);
    for (int64_t i = 0; i < first.shape.countTaps(); ++i) {
      Matrix right = getTap(first, i);
      Matrix product = second.shape.isDepthwise
                           ? Matrix(left.col(0).asDiagonal() * right)
                           : Matrix(left * right);
      int64_t tap = combineTaps(first.shape.taps, i, second.shape.taps, j);
      for (int64_t c = 0; c < both.shape.inputs; ++c)
        both.weights.col(c * taps + tap) += product.col(c);
    }
  }
  return both;
}

Matrix mlir::cnn::compose(ArrayRef<Factor> chain) {
  Factor all = chain.front();
  for (const Factor &factor : chain.drop_front())
    all = composeTwo(all, factor);
  return std::move(all.weights);
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

std::optional<StringRef> mlir::cnn::findObstacle(LowRankMethod method,
                                                 const FilterShape &shape) {
  bool isSquare =
      shape.taps.size() == 2 && shape.taps[0] > 1 && shape.taps[1] > 1;
  switch (method) {
  case LowRankMethod::svd:
    if (shape.outputs == 1)
      return "svd needs more than one output channel per group";
    if (shape.getSize() == 1)
      return "svd needs more than one weight per output channel";
    return std::nullopt;
  case LowRankMethod::spatial:
    if (!isSquare)
      return "spatial needs filters of more than one tap in both of two "
             "dimensions";
    return std::nullopt;
  case LowRankMethod::tucker:
    if (shape.countTaps() == 1)
      return "tucker needs filters of more than one tap";
    if (shape.inputs == 1 || shape.outputs == 1)
      return "tucker needs more than one input and output channel per group";
    return std::nullopt;
  case LowRankMethod::cp:
    if (!isSquare)
      return "cp needs filters of more than one tap in both of two dimensions";
    if (shape.inputs == 1 || shape.outputs == 1)
      return "cp needs more than one input and output channel per group";
    return std::nullopt;
  case LowRankMethod::tensorTrain:
    return "tensor-train needs a fully connected layer";
  case LowRankMethod::automatic:
    break;
  }
  llvm_unreachable("no method");
}

Ranks mlir::cnn::getFullRanks(LowRankMethod method, const FilterShape &shape) {
  int64_t taps = shape.countTaps();
  switch (method) {
  case LowRankMethod::svd:
    return {std::min(shape.outputs, shape.getSize())};
  case LowRankMethod::spatial:
    return {
        std::min(shape.inputs * shape.taps[0], shape.taps[1] * shape.outputs)};
  case LowRankMethod::tucker:
    return {std::min(shape.outputs, shape.getSize()),
            std::min(shape.inputs, shape.outputs * taps)};
  case LowRankMethod::cp:
    return {std::min(shape.outputs, shape.getSize()) *
            std::min(shape.inputs, taps) *
            std::min(shape.taps[0], shape.taps[1])};
  default:
    llvm_unreachable("no method of filters");
  }
}

SmallVector<FactorShape, 4> mlir::cnn::getFactorShapes(LowRankMethod method,
                                                       const FilterShape &shape,
                                                       Ranks ranks) {
  size_t dims = shape.taps.size();
  SmallVector<int64_t, 3> one(dims, 1);
  SmallVector<bool, 3> all(dims, true), none(dims, false);
  FactorShape last = {shape.outputs, ranks.rank, one, none};
  switch (method) {
  case LowRankMethod::svd:
    return {{ranks.rank, shape.inputs, shape.taps, all}, last};
  case LowRankMethod::tucker:
    return {{ranks.inputRank, shape.inputs, one, none},
            {ranks.rank, ranks.inputRank, shape.taps, all},
            last};
  default:
    break;
  }
  SmallVector<int64_t, 3> rows = {shape.taps[0], 1},
                          columns = {1, shape.taps[1]};
  SmallVector<bool, 3> down = {true, false}, across = {false, true};
  if (method == LowRankMethod::spatial)
    return {{ranks.rank, shape.inputs, rows, down},
            {shape.outputs, ranks.rank, columns, across}};
  return {{ranks.rank, shape.inputs, one, none},
          {ranks.rank, ranks.rank, rows, down, /*isDepthwise=*/true},
          {ranks.rank, ranks.rank, columns, across, /*isDepthwise=*/true},
          last};
}

std::unique_ptr<Decomposition> mlir::cnn::decompose(LowRankMethod method,
                                                    const FilterShape &shape,
                                                    const Matrix &weights,
                                                    const Matrix *covariance) {
  FilterData filter = {shape, weights, covariance};
  switch (method) {
  case LowRankMethod::svd:
    return decomposeSVD(filter);
  case LowRankMethod::spatial:
    return decomposeSpatially(filter);
  case LowRankMethod::tucker:
    return decomposeTucker(filter);
  case LowRankMethod::cp:
    return decomposeCP(filter);
  default:
    llvm_unreachable("no method of filters");
  }
}
