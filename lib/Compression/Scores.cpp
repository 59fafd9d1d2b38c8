//===- Scores.cpp - Which weights and channels matter least ---------------===//

#include "cnnc/Compression/Scores.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlir::cnn;
using llvm::ArrayRef;

std::vector<double> mlir::cnn::getMeanMagnitudes(ArrayRef<float> weights,
                                                 int64_t size) {
  std::vector<double> means;
  for (size_t row = 0; row < weights.size(); row += size) {
    double sum = 0;
    for (float weight : weights.slice(row, size))
      sum += std::fabs(weight);
    means.push_back(sum / static_cast<double>(size));
  }
  return means;
}

std::vector<double> mlir::cnn::getMedianDistances(ArrayRef<float> weights,
                                                  int64_t size) {
  size_t rows = weights.size() / size;
  std::vector<double> distances(rows, 0);
  for (size_t a = 0; a < rows; ++a)
    for (size_t b = 0; b < a; ++b) {
      double sum = 0;
      for (int64_t i = 0; i < size; ++i) {
        double difference =
            static_cast<double>(weights[a * size + i]) - weights[b * size + i];
        sum += difference * difference;
      }
      distances[a] += std::sqrt(sum);
      distances[b] += std::sqrt(sum);
    }
  return distances;
}

void mlir::cnn::normalize(std::vector<double> &scores) {
  double sum = 0;
  for (double score : scores)
    sum += score;
  if (sum <= 0)
    return;
  for (double &score : scores)
    score *= static_cast<double>(scores.size()) / sum;
}

/// The positions of `magnitudes`, the smallest first.
static std::vector<size_t> sortBySize(ArrayRef<double> magnitudes) {
  std::vector<size_t> order(magnitudes.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](size_t a, size_t b) {
    return std::pair(magnitudes[a], a) < std::pair(magnitudes[b], b);
  });
  return order;
}

std::vector<char> mlir::cnn::maskSmallest(ArrayRef<float> weights,
                                          int64_t count) {
  std::vector<char> mask(weights.size(), 1);
  if (count == 0)
    return mask;
  std::vector<float> magnitudes;
  for (float weight : weights)
    magnitudes.push_back(std::fabs(weight));
  std::vector<float> sorted = magnitudes;
  std::nth_element(sorted.begin(), sorted.begin() + (count - 1), sorted.end());
  float limit = sorted[count - 1];
  int64_t equal = count - llvm::count_if(magnitudes, [&](float magnitude) {
                    return magnitude < limit;
                  });
  for (auto [magnitude, keeps] : llvm::zip_equal(magnitudes, mask))
    if (magnitude < limit || (magnitude == limit && equal-- > 0))
      keeps = 0;
  return mask;
}

std::vector<char> mlir::cnn::maskPattern(ArrayRef<float> weights,
                                         int64_t inputs, int64_t taps,
                                         KeptPattern pattern) {
  std::vector<char> mask(weights.size(), 1);
  for (size_t row = 0; row < weights.size(); row += inputs * taps)
    for (int64_t tap = 0; tap < taps; ++tap)
      for (int64_t first = 0; first < inputs; first += pattern.of) {
        int64_t length = std::min(pattern.of, inputs - first);
        std::vector<double> magnitudes;
        auto getPosition = [&](int64_t i) {
          return row + (first + i) * taps + tap;
        };
        for (int64_t i = 0; i < length; ++i)
          magnitudes.push_back(std::fabs(weights[getPosition(i)]));
        int64_t removed = std::max<int64_t>(length - pattern.kept, 0);
        std::vector<size_t> order = sortBySize(magnitudes);
        for (size_t i : ArrayRef(order).take_front(removed))
          mask[getPosition(static_cast<int64_t>(i))] = 0;
      }
  return mask;
}

std::vector<char> mlir::cnn::maskBlocks(ArrayRef<float> weights, int64_t size,
                                        int64_t length, double sparsity) {
  auto rows = static_cast<int64_t>(weights.size()) / size;
  int64_t blockRows = llvm::divideCeil(rows, length);
  std::vector<double> magnitudes(blockRows * size, 0);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < size; ++i)
      magnitudes[row / length * size + i] += std::fabs(weights[row * size + i]);
  std::vector<char> keeps(magnitudes.size(), 1), mask(weights.size());
  std::vector<size_t> order = sortBySize(magnitudes);
  auto removed = static_cast<size_t>(
      std::llround(sparsity * static_cast<double>(magnitudes.size())));
  for (size_t block : ArrayRef(order).take_front(removed))
    keeps[block] = 0;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < size; ++i)
      mask[row * size + i] = keeps[row / length * size + i];
  return mask;
}
