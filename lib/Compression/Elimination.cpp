//===- Elimination.cpp - Inputs that others make up for -------------------===//

#include "cnnc/Compression/Elimination.h"

#include "cnnc/Compression/Factors.h"

#include <Eigen/Cholesky>

#include <limits>
#include <optional>

using namespace mlir::cnn;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

/// A layer of which inputs go.
class ShrinkingLayer {
public:
  explicit ShrinkingLayer(EliminationLayer &&layer)
      : inputs(std::move(layer.inputs)), weights(std::move(layer.weights)) {
    MatrixXd &covariance = layer.covariance;
    double power = layer.power;
    if (power == 0)
      power = (weights * covariance).cwiseProduct(weights).sum();
    scale = power > 0 ? 1 / power : 0;
    double mean = covariance.diagonal().mean();
    double part =
        getShrinkage({covariance.trace(), covariance.squaredNorm(),
                      static_cast<double>(covariance.rows()), layer.samples});
    covariance *= 1 - part;
    covariance.diagonal().array() += mean > 0 ? part * mean : 1;
    inverse = covariance.llt().solve(
        MatrixXd::Identity(covariance.rows(), covariance.cols()));
  }

  double getLoss(size_t unit) const {
    const std::vector<Index> &own = inputs[unit];
    if (own.empty())
      return 0;
    MatrixXd columns = weights(Eigen::all, own);
    MatrixXd solved =
        MatrixXd(inverse(own, own)).llt().solve(columns.transpose());
    return scale * columns.transpose().cwiseProduct(solved).sum();
  }

  void remove(size_t unit) {
    const std::vector<Index> &own = inputs[unit];
    if (own.empty())
      return;
    MatrixXd rows = inverse(own, Eigen::all);
    MatrixXd solved = MatrixXd(inverse(own, own)).llt().solve(rows);
    weights -= weights(Eigen::all, own).eval() * solved;
    inverse -= rows.transpose() * solved;
    // What is gone stays gone, whatever rounding leaves; the diagonal keeps the
    // blocks of others regular.
    weights(Eigen::all, own).setZero();
    inverse(own, Eigen::all).setZero();
    inverse(Eigen::all, own).setZero();
  }

private:
  std::vector<std::vector<Index>> inputs;
  MatrixXd weights, inverse;
  double scale = 0;
};

} // namespace

Elimination mlir::cnn::eliminate(std::vector<EliminationLayer> layers,
                                 size_t units) {
  std::vector<ShrinkingLayer> shrinking;
  for (EliminationLayer &layer : layers)
    shrinking.emplace_back(std::move(layer));
  std::vector<bool> isGone(units, false);
  Elimination result;
  result.losses.push_back(0);
  while (result.order.size() < units) {
    std::optional<size_t> best;
    double least = std::numeric_limits<double>::infinity();
    for (size_t unit = 0; unit < units; ++unit) {
      if (isGone[unit])
        continue;
      double loss = 0;
      for (const ShrinkingLayer &layer : shrinking)
        loss += layer.getLoss(unit);
      if (!best || loss < least) {
        best = unit;
        least = loss;
      }
    }
    for (ShrinkingLayer &layer : shrinking)
      layer.remove(*best);
    isGone[*best] = true;
    result.order.push_back(*best);
    result.losses.push_back(result.losses.back() + std::max(least, 0.0));
  }
  return result;
}
