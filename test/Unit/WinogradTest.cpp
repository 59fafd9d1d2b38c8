//===- WinogradTest.cpp - Winograd's minimal filtering --------------------===//
//
// Rounding error of the default points in float32 against float64, as a
// multiple of that of direct convolution (normal data, 16 channels, F(m x m, r
// x r)):
//
//   F(2,3) 0.6   F(3,3) 1.8   F(4,3) 2.0   F(5,3) 5.6   F(6,3) 9.9   F(8,3) 58
//   F(2,5) 1.4   F(3,5) 3.7   F(4,5) 4.5   F(2,7) 5.0   F(4,7) 19
//
//===----------------------------------------------------------------------===//

#include "cnnc/Support/Winograd.h"

#include "llvm/ADT/STLExtras.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace mlir::cnn;
using llvm::ArrayRef;
using testing::ElementsAre;

namespace {

std::vector<Rational> multiply(const RationalMatrix &matrix,
                               ArrayRef<Rational> vector) {
  std::vector<Rational> result(matrix.rows);
  for (int64_t row = 0; row < matrix.rows; ++row)
    for (int64_t column = 0; column < matrix.columns; ++column)
      result[row] = result[row] + matrix(row, column) * vector[column];
  return result;
}

/// y = A^T [(G g) * (B^T d)]
std::vector<Rational> correlateByWinograd(const WinogradMatrices &matrices,
                                          ArrayRef<Rational> filter,
                                          ArrayRef<Rational> data) {
  std::vector<Rational> products = multiply(matrices.filterTransform, filter);
  std::vector<Rational> transformed = multiply(matrices.inputTransform, data);
  for (auto [product, factor] : llvm::zip_equal(products, transformed))
    product = product * factor;
  return multiply(matrices.outputTransform, products);
}

std::vector<Rational> getRandomIntegers(int64_t count, std::mt19937 &engine) {
  std::uniform_int_distribution<int64_t> distribution(-9, 9);
  std::vector<Rational> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(distribution(engine));
  return values;
}

void expectExact(int64_t outputTile, int64_t taps,
                 const WinogradMatrices &matrices) {
  SCOPED_TRACE("F(" + std::to_string(outputTile) + ", " + std::to_string(taps) +
               ")");
  std::mt19937 engine(1);
  std::vector<Rational> filter = getRandomIntegers(taps, engine);
  std::vector<Rational> data = getRandomIntegers(outputTile + taps - 1, engine);
  std::vector<Rational> outputs = correlateByWinograd(matrices, filter, data);
  for (int64_t i = 0; i < outputTile; ++i) {
    Rational expected;
    for (int64_t k = 0; k < taps; ++k)
      expected = expected + filter[k] * data[i + k];
    EXPECT_EQ(outputs[i].getNumerator(), expected.getNumerator());
    EXPECT_EQ(outputs[i].getDenominator(), 1);
  }
}

TEST(Rational, KeepsLowestTerms) {
  Rational half(3, -6);
  EXPECT_EQ(half.getNumerator(), -1);
  EXPECT_EQ(half.getDenominator(), 2);
  EXPECT_EQ(Rational(1, 6) + Rational(1, 3), Rational(1, 2));
  EXPECT_EQ(Rational(1, 2) - Rational(1, 2), Rational(0));
  EXPECT_EQ(Rational(2, 3) * Rational(9, 4), Rational(3, 2));
  EXPECT_EQ(Rational(2, 3) / Rational(-4, 9), Rational(-3, 2));
}

TEST(RationalDeathTest, RefusesWhatDoesNotFit) {
  Rational large(int64_t(1) << 62);
  EXPECT_DEATH(large * large, "does not fit 64 bits");
  EXPECT_DEATH(Rational(1) / Rational(0), "by zero");
}

TEST(Winograd, IsExactForEveryTile) {
  for (int64_t taps = 1; taps <= maxWinogradTile; ++taps)
    for (int64_t tile = 1; hasWinogradPoints(tile, taps); ++tile)
      expectExact(tile, taps, getWinogradMatrices(tile, taps));
}

TEST(Winograd, IsExactForAnyDistinctPoints) {
  expectExact(2, 4, getWinogradMatrices(2, 4, {3, {-2, 7}, 0, {11, 5}}));
}

TEST(Winograd, RefusesTilesWithoutPoints) {
  EXPECT_TRUE(hasWinogradPoints(8, 3));
  EXPECT_FALSE(hasWinogradPoints(9, 3));
  EXPECT_FALSE(hasWinogradPoints(0, 3));
  EXPECT_FALSE(hasWinogradPoints(2, INT64_MAX));
}

// N of the points 0, 1, -1 is -1, 2, 2; the polynomials are x^2 - 1, x^2 + x,
// x^2 - x and, at infinity, x^3 - x.
TEST(Winograd, DerivesTheMatricesOfF23) {
  WinogradMatrices matrices = getWinogradMatrices(2, 3);
  EXPECT_THAT(matrices.outputTransform.toDoubles(), ElementsAre(1, 1, 1, 0, //
                                                                0, 1, -1, 1));
  EXPECT_THAT(matrices.filterTransform.toDoubles(),
              ElementsAre(-1, 0, 0,       //
                          0.5, 0.5, 0.5,  //
                          0.5, -0.5, 0.5, //
                          0, 0, 1));
  EXPECT_THAT(matrices.inputTransform.toDoubles(), ElementsAre(-1, 0, 1, 0, //
                                                               0, 1, 1, 0,  //
                                                               0, -1, 1, 0, //
                                                               0, -1, 0, 1));
}

// A filter of ones in one channel, and 2 in another: U = (G 1) (G 1)^T, where
// G 1 = (-1, 3/2, 1/2, 1) for F(2, 3).
TEST(Winograd, TransformsFiltersByChannel) {
  std::vector<float> filter(9, 1.0f);
  filter.resize(18, 2.0f);
  std::vector<float> transformed =
      transformFilter(filter, {2, 1, 3, 3}, {2, 2});
  ASSERT_EQ(transformed.size(), 4u * 4 * 2);
  const double ones[] = {-1, 1.5, 0.5, 1};
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) {
      EXPECT_EQ(transformed[(i * 4 + j) * 2], ones[i] * ones[j]);
      EXPECT_EQ(transformed[(i * 4 + j) * 2 + 1], 2 * ones[i] * ones[j]);
    }
}

TEST(Winograd, LeavesADimensionOfOneTapAlone) {
  std::vector<float> transformed =
      transformFilter({1, 1, 1, 4}, {1, 1, 1, 4}, {1, 2});
  // G of F(2, 4) has 5 rows; its last picks the last tap.
  ASSERT_EQ(transformed.size(), 5u);
  EXPECT_EQ(transformed.back(), 4);
}

/// left * x * right^T in T; x is row-major, left.columns x right.columns.
template <typename T>
std::vector<T> transform(const RationalMatrix &left,
                         const RationalMatrix &right, ArrayRef<T> x) {
  std::vector<T> half(left.rows * right.columns), y(left.rows * right.rows);
  for (int64_t i = 0; i < left.rows; ++i)
    for (int64_t k = 0; k < left.columns; ++k)
      for (int64_t j = 0; j < right.columns; ++j)
        half[i * right.columns + j] +=
            static_cast<T>(left(i, k).toDouble()) * x[k * right.columns + j];
  for (int64_t i = 0; i < left.rows; ++i)
    for (int64_t j = 0; j < right.rows; ++j)
      for (int64_t k = 0; k < right.columns; ++k)
        y[i * right.rows + j] += half[i * right.columns + k] *
                                 static_cast<T>(right(j, k).toDouble());
  return y;
}

/// Adds one channel to `sums`, tap by tap as the kernels do.
template <typename T>
void correlate(ArrayRef<T> filter, ArrayRef<T> data, int64_t taps,
               std::vector<T> &sums) {
  int64_t tile = std::llround(std::sqrt(sums.size()));
  int64_t extent = tile + taps - 1;
  for (int64_t i = 0; i < tile * tile; ++i)
    for (int64_t k = 0; k < taps * taps; ++k)
      sums[i] += filter[k] *
                 data[(i / tile + k / taps) * extent + i % tile + k % taps];
}

void add(std::vector<float> &sums, ArrayRef<float> values) {
  sums.resize(values.size());
  for (auto [sum, value] : llvm::zip_equal(sums, values))
    sum += value;
}

/// The sum of squared errors of Winograd's algorithm in float32 and of direct
/// convolution, on normal data of 16 channels.
struct Errors {
  double winograd = 0, direct = 0;
};

void measureTile(int64_t tile, int64_t taps, std::mt19937 &engine,
                 Errors &errors) {
  WinogradMatrices matrices = getWinogradMatrices(tile, taps);
  std::normal_distribution<float> normal;
  int64_t extent = tile + taps - 1;
  std::vector<float> products, direct(tile * tile);
  std::vector<double> exact(tile * tile);
  for (int channel = 0; channel < 16; ++channel) {
    std::vector<float> data(extent * extent), filter(taps * taps);
    std::generate(data.begin(), data.end(), [&] { return normal(engine); });
    std::generate(filter.begin(), filter.end(), [&] { return normal(engine); });
    auto &[output, kernel, input] = matrices;
    std::vector<float> product = transform<float>(input, input, data);
    std::vector<float> weights = transform<float>(kernel, kernel, filter);
    for (auto [value, weight] : llvm::zip_equal(product, weights))
      value *= weight;
    add(products, product);
    correlate<float>(filter, data, taps, direct);
    std::vector<double> wideData(data.begin(), data.end());
    std::vector<double> wideFilter(filter.begin(), filter.end());
    correlate<double>(wideFilter, wideData, taps, exact);
  }
  std::vector<float> outputs = transform<float>(
      matrices.outputTransform, matrices.outputTransform, products);
  for (auto [value, sum, expected] : llvm::zip_equal(outputs, direct, exact)) {
    errors.winograd += (value - expected) * (value - expected);
    errors.direct += (sum - expected) * (sum - expected);
  }
}

double measureErrorGrowth(int64_t tile, int64_t taps) {
  std::mt19937 engine(1);
  Errors errors;
  for (int i = 0; i < 200; ++i)
    measureTile(tile, taps, engine, errors);
  return std::sqrt(errors.winograd / errors.direct);
}

TEST(Winograd, BoundsTheGrowthOfErrors) {
  for (auto [tile, taps] : {std::pair<int64_t, int64_t>{2, 3},
                            {4, 3},
                            {6, 3},
                            {2, 5},
                            {4, 5},
                            {6, 5},
                            {2, 7},
                            {4, 7}}) {
    SCOPED_TRACE("F(" + std::to_string(tile) + ", " + std::to_string(taps) +
                 ")");
    double bound = getWinogradErrorGrowth(tile, taps);
    double measured = measureErrorGrowth(tile, taps);
    EXPECT_LE(measured, bound * bound);
    // And says something.
    EXPECT_GE(measured, bound * bound / 10);
  }
}

TEST(Winograd, AcceptsTilesOfSixUnlessAskedOtherwise) {
  auto growth = [](int64_t tile, int64_t taps) {
    double factor = getWinogradErrorGrowth(tile, taps);
    return factor * factor;
  };
  EXPECT_LE(growth(6, 3), defaultWinogradError);
  EXPECT_GT(growth(6, 5), defaultWinogradError);
}

} // namespace
