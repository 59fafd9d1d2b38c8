//===- Regression.cpp - Weights for the least error -----------------------===//

#include "cnnc/Compression/Regression.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

using namespace mlir::cnn;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::MatrixXf;
using Eigen::VectorXd;

RegressionMoments::RegressionMoments(Index inputs, Index outputs)
    : inputSum(VectorXd::Zero(inputs)), outputSum(VectorXd::Zero(outputs)),
      outputSquares(VectorXd::Zero(outputs)),
      inputProducts(MatrixXd::Zero(inputs, inputs)),
      crossProducts(MatrixXd::Zero(outputs, inputs)) {}

void RegressionMoments::add(const MatrixXf &x, const MatrixXf &y) {
  count += static_cast<double>(x.cols());
  inputSum += x.cast<double>().rowwise().sum();
  outputSum += y.cast<double>().rowwise().sum();
  outputSquares += y.cast<double>().cwiseAbs2().rowwise().sum();
  MatrixXf products = MatrixXf::Zero(x.rows(), x.rows());
  products.selfadjointView<Eigen::Lower>().rankUpdate(x);
  inputProducts += products.cast<double>();
  crossProducts += (y * x.transpose()).cast<double>();
}

MatrixXd RegressionMoments::getInputCovariance() const {
  VectorXd mean = getInputMean();
  MatrixXd covariance = inputProducts.selfadjointView<Eigen::Lower>();
  return covariance / count - mean * mean.transpose();
}

MatrixXd RegressionMoments::getCrossCovariance() const {
  return crossProducts / count - getOutputMean() * getInputMean().transpose();
}

VectorXd RegressionMoments::getOutputVariance() const {
  return outputSquares / count - getOutputMean().cwiseAbs2();
}

VectorXd mlir::cnn::getOutputErrors(const RegressionMoments &moments,
                                    const LinearLayer &layer) {
  MatrixXd covariance = moments.getInputCovariance();
  MatrixXd cross = moments.getCrossCovariance();
  VectorXd variance = moments.getOutputVariance();
  VectorXd offsets = moments.getOutputMean() - layer.bias -
                     layer.weights * moments.getInputMean();
  // What no bias takes away.
  VectorXd errors =
      variance - 2 * layer.weights.cwiseProduct(cross).rowwise().sum() +
      (layer.weights * covariance).cwiseProduct(layer.weights).rowwise().sum();
  return errors.cwiseMax(0) + offsets.cwiseAbs2();
}

/// The weights of the outputs `outputs`, of which those at `kept` are not 0.
static void refitOutputs(const std::vector<Index> &kept,
                         const std::vector<Index> &outputs,
                         const MatrixXd &covariance, const MatrixXd &cross,
                         double damping, MatrixXd &weights) {
  auto size = static_cast<Index>(kept.size());
  MatrixXd normal = covariance(kept, kept);
  normal.diagonal().array() += damping;
  MatrixXd old = weights(outputs, kept);
  // (C + damping) D^T = (cross - W C)^T; W C only has kept weights.
  MatrixXd rest = cross(outputs, kept) - old * covariance(kept, kept);
  Eigen::LLT<MatrixXd> solver(normal);
  if (size == 0 || solver.info() != Eigen::Success)
    return;
  MatrixXd change = solver.solve(rest.transpose()).transpose();
  if (change.allFinite())
    weights(outputs, kept) = old + change;
}

/// What is added to the variances of `samples` samples: few of them have not
/// seen all directions.
static double getDamping(const MatrixXd &covariance, double samples,
                         double ridge) {
  double trace = covariance.trace(), square = covariance.squaredNorm();
  double dimensions = square > 0 ? trace * trace / square : 0;
  return std::max(ridge, dimensions / samples) * covariance.diagonal().mean();
}

void mlir::cnn::refit(const RegressionMoments &moments, double ridge,
                      LinearLayer &layer) {
  MatrixXd covariance = moments.getInputCovariance();
  MatrixXd cross = moments.getCrossCovariance();
  std::map<std::vector<Index>, std::vector<Index>> groups;
  for (Index o = 0; o < layer.weights.rows(); ++o) {
    std::vector<Index> kept;
    for (Index i = 0; i < layer.weights.cols(); ++i)
      if (layer.weights(o, i) != 0)
        kept.push_back(i);
    groups[std::move(kept)].push_back(o);
  }
  MatrixXd weights = layer.weights;
  double damping = getDamping(covariance, moments.getCount(), ridge);
  if (damping > 0)
    for (const auto &[kept, outputs] : groups)
      refitOutputs(kept, outputs, covariance, cross, damping, weights);
  layer.weights = weights;
  layer.bias = moments.getOutputMean() - layer.weights * moments.getInputMean();
}

void mlir::cnn::matchVariance(const RegressionMoments &moments,
                              LinearLayer &layer) {
  MatrixXd covariance = moments.getInputCovariance();
  VectorXd variance = moments.getOutputVariance();
  for (Index o = 0; o < layer.weights.rows(); ++o) {
    VectorXd weights = layer.weights.row(o);
    double own = weights.dot(covariance * weights);
    if (own > 0 && variance[o] > 0)
      layer.weights.row(o) *=
          std::clamp(std::sqrt(variance[o] / own), 0.5, 2.0);
  }
  layer.bias = moments.getOutputMean() - layer.weights * moments.getInputMean();
}

double mlir::cnn::matchMean(llvm::ArrayRef<float> x, llvm::ArrayRef<float> y,
                            Limits limits) {
  // Newton's method is exact from where no x crosses a limit any more.
  constexpr int mostSteps = 8;
  double expected = 0;
  for (float value : y)
    expected += limits.apply(value);
  double shift = 0;
  for (int step = 0; step < mostSteps; ++step) {
    double missing = expected;
    size_t between = 0;
    for (float value : x) {
      float shifted = value + static_cast<float>(shift);
      float limited = limits.apply(shifted);
      missing -= limited;
      between += limited == shifted;
    }
    if (between * 50 < x.size() || between == 0)
      break;
    shift += missing / static_cast<double>(between);
  }
  return shift;
}
