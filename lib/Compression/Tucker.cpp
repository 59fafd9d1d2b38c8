//===- Tucker.cpp - Filters between matrices of channels ------------------===//

#include "Decompositions.h"

#include "llvm/ADT/DenseMap.h"

using namespace mlir::cnn;
using llvm::ArrayRef;

namespace {

/// Sweeps of HOOI; a few are enough.
constexpr int sweeps = 5;

/// outputs x inputs x taps  -->  inputs x (outputs * taps)
Matrix swapChannels(const Matrix &weights, int64_t inputs) {
  int64_t taps = weights.cols() / inputs;
  Matrix result(inputs, weights.rows() * taps);
  for (int64_t o = 0; o < weights.rows(); ++o)
    for (int64_t i = 0; i < inputs; ++i)
      result.row(i).segment(o * taps, taps) =
          weights.row(o).segment(i * taps, taps);
  return result;
}

class Tucker : public Decomposition {
public:
  explicit Tucker(const FilterData &filter)
      : filter(filter),
        swapped(swapChannels(filter.weights, filter.shape.inputs)),
        inputAxes(getRowSpectrum(swapped).basis) {
    Matrix responses = getResponseCovariance(filter.weights, filter.covariance);
    outputAxes = getSpectrum(responses).basis;
  }

  std::vector<double> getErrors(ArrayRef<Ranks> ranks) override {
    // By the rank of the input, of every rank of the output.
    llvm::DenseMap<int64_t, Vector> errors;
    std::vector<double> result;
    for (const Ranks &each : ranks) {
      Vector &known = errors[each.inputRank];
      if (known.size() == 0)
        known = getErrorsOfInputRank(each.inputRank);
      result.push_back(known[each.rank]);
    }
    return result;
  }

  FactorChain factorize(Ranks ranks) override {
    auto shapes = getFactorShapes(LowRankMethod::tucker, filter.shape, ranks);
    Matrix inputs = inputAxes.leftCols(ranks.inputRank);
    Matrix outputs = outputAxes.leftCols(ranks.rank);
    // HOOI: each side is optimal for what the other keeps.
    for (int sweep = 0; sweep < sweeps; ++sweep) {
      if (!filter.covariance)
        outputs =
            getRowSpectrum(reduceInputs(inputs)).basis.leftCols(ranks.rank);
      Matrix reduced = outputs.transpose() * filter.weights;
      inputs = getRowSpectrum(swapChannels(reduced, filter.shape.inputs))
                   .basis.leftCols(ranks.inputRank);
    }
    Matrix core = outputs.transpose() * reduceInputs(inputs);
    FactorChain chain = {{shapes[0], inputs.transpose()}, {shapes[1], core}};
    if (filter.covariance)
      outputs = fitLast(filter.weights, compose(chain), *filter.covariance);
    chain.push_back({shapes[2], outputs});
    return chain;
  }

private:
  /// The filter for `axes` of the input: outputs x (rank * taps).
  Matrix reduceInputs(const Matrix &axes) const {
    return swapChannels(axes.transpose() * swapped, filter.shape.outputs);
  }

  Vector getErrorsOfInputRank(int64_t rank) const {
    Matrix axes = inputAxes.leftCols(rank);
    Matrix core = outputAxes.transpose() * reduceInputs(axes);
    if (filter.covariance) {
      auto shapes = getFactorShapes(LowRankMethod::tucker, filter.shape,
                                    {filter.shape.outputs, rank});
      return getErrorsOfFits(
          filter.weights,
          compose({{shapes[0], axes.transpose()}, {shapes[1], core}}),
          *filter.covariance);
    }
    Vector errors(core.rows() + 1);
    errors[0] = filter.weights.squaredNorm();
    for (int64_t i = 0; i < core.rows(); ++i)
      errors[i + 1] = std::max(errors[i] - core.row(i).squaredNorm(), 0.0);
    return errors;
  }

  FilterData filter;
  Matrix swapped, inputAxes, outputAxes;
};

} // namespace

std::unique_ptr<Decomposition>
mlir::cnn::decomposeTucker(const FilterData &filter) {
  return std::make_unique<Tucker>(filter);
}
