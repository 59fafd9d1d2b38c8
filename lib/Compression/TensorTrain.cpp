//===- TensorTrain.cpp - Matrices as tensor trains ------------------------===//

#include "cnnc/Compression/TensorTrain.h"

#include "Decompositions.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::SmallVector;

//===----------------------------------------------------------------------===//
// Modes and ranks
//===----------------------------------------------------------------------===//

static SmallVector<int64_t> splitEvenly(int64_t extent, int64_t parts) {
  SmallVector<int64_t> primes;
  for (int64_t p = 2; p * p <= extent; ++p)
    for (; extent % p == 0; extent /= p)
      primes.push_back(p);
  if (extent > 1)
    primes.push_back(extent);
  SmallVector<int64_t> result(parts, 1);
  for (int64_t prime : llvm::reverse(primes))
    *llvm::min_element(result) *= prime;
  llvm::sort(result);
  return result;
}

TensorModes mlir::cnn::chooseModes(int64_t inputs, int64_t outputs,
                                   int64_t cores) {
  return {splitEvenly(inputs, cores), splitEvenly(outputs, cores)};
}

SmallVector<int64_t> mlir::cnn::getTrainRanks(const TensorModes &modes,
                                              int64_t rank) {
  size_t cores = modes.inputs.size();
  SmallVector<int64_t> ranks(cores + 1, rank);
  ranks.front() = ranks.back() = 1;
  // An unfolded tensor has no larger rank than it has rows or columns.
  for (size_t k = 1; k < cores; ++k)
    ranks[k] = std::min(ranks[k], ranks[k - 1] * modes.inputs[k - 1] *
                                      modes.outputs[k - 1]);
  for (size_t k = cores; k-- > 1;)
    ranks[k] =
        std::min(ranks[k], ranks[k + 1] * modes.inputs[k] * modes.outputs[k]);
  return ranks;
}

//===----------------------------------------------------------------------===//
// Cores
//===----------------------------------------------------------------------===//

/// The digits of `index`, the last one fastest.
static SmallVector<int64_t> getDigits(int64_t index, ArrayRef<int64_t> modes) {
  SmallVector<int64_t> digits(modes.size());
  for (size_t d = modes.size(); d-- > 0; index /= modes[d])
    digits[d] = index % modes[d];
  return digits;
}

/// For each of `modes` and each number of that many digits, its part of the
/// position in a tensor whose dimensions are pairs (o1 i1), (o2 i2), ...
static std::vector<int64_t> getOffsets(const TensorModes &modes,
                                       ArrayRef<int64_t> digitModes,
                                       bool isOutput) {
  int64_t count = 1;
  for (int64_t extent : digitModes)
    count *= extent;
  std::vector<int64_t> offsets(count);
  for (int64_t index = 0; index < count; ++index) {
    SmallVector<int64_t> digits = getDigits(index, digitModes);
    int64_t offset = 0;
    for (size_t k = 0; k < digits.size(); ++k)
      offset = offset * modes.outputs[k] * modes.inputs[k] +
               digits[k] * (isOutput ? modes.inputs[k] : 1);
    offsets[index] = offset;
  }
  return offsets;
}

/// A core of TT-SVD, (rank k-1 * output * input) x rank k, as TensorTrain has
/// it.
static Matrix arrange(const Matrix &core, int64_t before, int64_t output,
                      int64_t input) {
  int64_t after = core.cols();
  Matrix result(input * after, output * before);
  for (int64_t b = 0; b < before; ++b)
    for (int64_t o = 0; o < output; ++o)
      for (int64_t i = 0; i < input; ++i)
        for (int64_t a = 0; a < after; ++a)
          result(i * after + a, o * before + b) =
              core((b * output + o) * input + i, a);
  return result;
}

/// The first `rank` left singular vectors.
static Matrix getLeftVectors(const Matrix &matrix, int64_t rank) {
  if (matrix.rows() <= matrix.cols())
    return getRowSpectrum(matrix).basis.leftCols(rank);
  Spectrum spectrum = getRowSpectrum(matrix.transpose());
  Matrix vectors = matrix * spectrum.basis.leftCols(rank);
  for (int64_t i = 0; i < rank; ++i)
    vectors.col(i).stableNormalize();
  return vectors;
}

TensorTrain mlir::cnn::decomposeTrain(const Matrix &weights,
                                      const TensorModes &modes, int64_t rank) {
  TensorTrain train = {modes, getTrainRanks(modes, rank), {}};
  std::vector<int64_t> outputs = getOffsets(modes, modes.outputs, true);
  std::vector<int64_t> inputs = getOffsets(modes, modes.inputs, false);
  std::vector<double> tensor(weights.size());
  for (int64_t o = 0; o < weights.rows(); ++o)
    for (int64_t i = 0; i < weights.cols(); ++i)
      tensor[outputs[o] + inputs[i]] = weights(o, i);
  for (size_t k = 0; k + 1 < modes.inputs.size(); ++k) {
    int64_t before = train.ranks[k];
    int64_t rows = before * modes.outputs[k] * modes.inputs[k];
    Matrix rest = Eigen::Map<const Matrix>(
        tensor.data(), rows, static_cast<int64_t>(tensor.size()) / rows);
    Matrix core = getLeftVectors(rest, train.ranks[k + 1]);
    train.cores.push_back(
        arrange(core, before, modes.outputs[k], modes.inputs[k]));
    Matrix product = core.transpose() * rest;
    tensor.assign(product.data(), product.data() + product.size());
  }
  Matrix last = Eigen::Map<const Matrix>(
      tensor.data(), static_cast<int64_t>(tensor.size()), 1);
  train.cores.push_back(arrange(last, train.ranks[train.ranks.size() - 2],
                                modes.outputs.back(), modes.inputs.back()));
  return train;
}

Matrix mlir::cnn::compose(const TensorTrain &train) {
  const TensorModes &modes = train.modes;
  // Rows are pairs (o1 i1) ... (ok ik), columns the rank after them.
  Matrix tensor = Matrix::Ones(1, 1);
  for (size_t k = 0; k < train.cores.size(); ++k) {
    int64_t before = train.ranks[k], after = train.ranks[k + 1];
    int64_t pairs = modes.outputs[k] * modes.inputs[k];
    Matrix core(before, pairs * after);
    for (int64_t o = 0; o < modes.outputs[k]; ++o)
      for (int64_t i = 0; i < modes.inputs[k]; ++i)
        for (int64_t a = 0; a < after; ++a)
          core.col((o * modes.inputs[k] + i) * after + a) =
              train.cores[k]
                  .row(i * after + a)
                  .segment(o * before, before)
                  .transpose();
    Matrix product = tensor * core;
    tensor =
        Eigen::Map<const Matrix>(product.data(), tensor.rows() * pairs, after);
  }
  std::vector<int64_t> outputs = getOffsets(modes, modes.outputs, true);
  std::vector<int64_t> inputs = getOffsets(modes, modes.inputs, false);
  Matrix weights(outputs.size(), inputs.size());
  for (int64_t o = 0; o < weights.rows(); ++o)
    for (int64_t i = 0; i < weights.cols(); ++i)
      weights(o, i) = tensor(outputs[o] + inputs[i], 0);
  return weights;
}
