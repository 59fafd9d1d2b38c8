//===- WinogradInteger.cpp - Winograd's algorithm on integers -------------===//
//
// The integers of F(4, 3): scale 24, and
//
//        4  0 -5  0  1  0         6  0  0
//        0 -4 -4  1  1  0         2  2  2
//  B^T = 0  4 -4 -1  1  0    G' = 2 -2  2    A'^T = 1  2  2  1  1  0 ...
//        0 -2 -1  2  1  0         1  2  4
//        0  2 -1 -2  1  0         1 -2  4
//        0  4  0 -5  0  1         0  0  8
//
//===----------------------------------------------------------------------===//

#include "cnnc/Support/Winograd.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cassert>
#include <limits>
#include <numeric>

using namespace mlir::cnn;
using llvm::ArrayRef;

/// The most that magnitudes of a row of G' add up to: its square times 255 fits
/// 16 bits.
static constexpr int64_t mostRowSum = 11;

/// The interpolation points; more of them would be fractions or make numbers
/// too large.
static constexpr int64_t integerPoints[] = {0, 1, -1, 2, -2};

static ArrayRef<Rational> getRow(const RationalMatrix &matrix, int64_t row) {
  return ArrayRef(matrix.elements).slice(row * matrix.columns, matrix.columns);
}

/// The largest divisor of `scale` that makes the numbers integers of small
/// magnitudes; nothing if none does.
static std::optional<int64_t> chooseFactor(ArrayRef<Rational> numbers,
                                           int64_t scale) {
  for (int64_t factor = scale; factor > 0; --factor) {
    if (scale % factor != 0)
      continue;
    int64_t sum = 0;
    bool areIntegers = true;
    for (Rational number : numbers) {
      Rational product = number * factor;
      areIntegers &= product.getDenominator() == 1;
      sum += std::abs(product.getNumerator());
    }
    if (areIntegers && sum <= mostRowSum)
      return factor;
  }
  return std::nullopt;
}

std::optional<IntegerWinogradMatrices>
mlir::cnn::getIntegerWinogradMatrices(int64_t outputTile, int64_t taps) {
  size_t count = outputTile + taps - 2;
  if (count > std::size(integerPoints))
    return std::nullopt;
  llvm::ArrayRef<int64_t> known = integerPoints;
  llvm::SmallVector<Rational> points(known.take_front(count));
  IntegerWinogradMatrices result = {
      getWinogradMatrices(outputTile, taps, points), 1};
  auto &[outputTransform, filterTransform, inputTransform] = result.matrices;
  for (Rational element : filterTransform.elements)
    result.scale = std::lcm(result.scale, element.getDenominator());
  for (int64_t row = 0; row < filterTransform.rows; ++row) {
    std::optional<int64_t> factor =
        chooseFactor(getRow(filterTransform, row), result.scale);
    if (!factor)
      return std::nullopt;
    for (int64_t tap = 0; tap < taps; ++tap)
      filterTransform(row, tap) = filterTransform(row, tap) * *factor;
    for (int64_t i = 0; i < outputTile; ++i)
      outputTransform(i, row) =
          outputTransform(i, row) * Rational(result.scale / *factor);
  }
  return result;
}

/// The number that `odd` times is 1 modulo 2^32.
static uint32_t invert(uint32_t odd) {
  // Right in the last three bits; each step doubles them.
  uint32_t inverse = odd;
  for (int step = 0; step < 4; ++step)
    inverse *= 2 - odd * inverse;
  return inverse;
}

std::optional<IntegerWinograd>
mlir::cnn::getIntegerWinograd(std::array<int64_t, 2> tile,
                              std::array<int64_t, 2> taps) {
  auto rows = getIntegerWinogradMatrices(tile[0], taps[0]);
  auto columns = getIntegerWinogradMatrices(tile[1], taps[1]);
  if (!rows || !columns)
    return std::nullopt;
  auto scale = static_cast<uint32_t>(rows->scale * columns->scale);
  int shift = llvm::countr_zero(scale);
  return IntegerWinograd{
      {*rows, *columns}, shift, static_cast<int32_t>(invert(scale >> shift))};
}

namespace {

/// The least and the largest value of a sum.
struct Bounds {
  int64_t low = 0, high = 0;

  /// Adds `factor` times a number from `least` to `largest`.
  void add(int64_t factor, int64_t least, int64_t largest) {
    low += std::min(factor * least, factor * largest);
    high += std::max(factor * least, factor * largest);
  }
  /// All magnitudes are below `limit`.
  bool isBelow(int64_t limit) const { return -limit < low && high < limit; }
};

} // namespace

bool mlir::cnn::isExact(const IntegerWinograd &winograd,
                        const IntegerFilter &filter, int64_t low,
                        int64_t high) {
  const RationalMatrix &left = winograd.dims[0].matrices.inputTransform;
  const RationalMatrix &right = winograd.dims[1].matrices.inputTransform;
  constexpr int64_t mostFactor = std::numeric_limits<int16_t>::max();
  for (int64_t i = 0; i < left.rows; ++i)
    for (int64_t j = 0; j < right.rows; ++j) {
      Bounds transformed;
      for (Rational a : getRow(left, i))
        for (Rational b : getRow(right, j))
          transformed.add(a.getNumerator() * b.getNumerator(), low, high);
      if (!transformed.isBelow(mostFactor))
        return false;
    }
  int64_t size = filter.inputs * filter.taps[0] * filter.taps[1];
  for (int64_t o = 0; o < filter.outputs; ++o) {
    Bounds sum;
    for (int16_t weight : filter.weights.slice(o * size, size)) {
      if (std::abs(weight) > 255)
        return false;
      sum.add(weight, low, high);
    }
    if (!sum.isBelow(int64_t(1) << (31 - winograd.shift)))
      return false;
  }
  return true;
}

std::vector<int16_t>
mlir::cnn::transformFilter(const IntegerFilter &filter,
                           const IntegerWinograd &winograd) {
  const RationalMatrix &left = winograd.dims[0].matrices.filterTransform;
  const RationalMatrix &right = winograd.dims[1].matrices.filterTransform;
  int64_t rowTaps = filter.taps[0], columnTaps = filter.taps[1];
  int64_t filters = filter.outputs * filter.inputs;
  std::vector<int16_t> result(left.rows * right.rows * filters);
  for (int64_t i = 0; i < left.rows; ++i)
    for (int64_t j = 0; j < right.rows; ++j) {
      std::vector<int64_t> factors;
      for (Rational a : getRow(left, i))
        for (Rational b : getRow(right, j))
          factors.push_back(a.getNumerator() * b.getNumerator());
      for (int64_t index = 0; index < filters; ++index) {
        int64_t sum = 0;
        for (int64_t tap = 0; tap < rowTaps * columnTaps; ++tap)
          sum +=
              factors[tap] * filter.weights[index * rowTaps * columnTaps + tap];
        result[(i * right.rows + j) * filters + index] =
            static_cast<int16_t>(sum);
      }
    }
  return result;
}
