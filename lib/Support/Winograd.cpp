//===- Winograd.cpp - Winograd's minimal filtering ------------------------===//
//
// The product of polynomials g (degree r - 1) and y (degree m - 1) is known
// from its values at a - 1 points and its leading coefficient, "the value at
// infinity". With N_j = prod over l != j of (p_j - p_l) Lagrange gives
//
//   g y = sum over j of g(p_j) y(p_j) / N_j * prod over l != j of (x - p_l)
//         + g[r-1] y[m-1] * prod over l of (x - p_l)
//
// Correlation is the transpose of that map in y: G evaluates g and divides by
// N_j, A^T is the transpose of evaluating y, and B^T holds the coefficients of
// the polynomials.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Support/Winograd.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

using namespace mlir::cnn;
using llvm::ArrayRef;

//===----------------------------------------------------------------------===//
// Fractions
//===----------------------------------------------------------------------===//

/// Products of two 64-bit numbers, and sums of two such products, fit.
__extension__ typedef __int128 Wide;

static Wide getGreatestDivisor(Wide a, Wide b) {
  while (b != 0) {
    Wide rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

static Rational reduce(Wide numerator, Wide denominator) {
  if (denominator == 0)
    llvm::report_fatal_error("division of a fraction by zero");
  Wide divisor = getGreatestDivisor(numerator, denominator);
  if (denominator < 0)
    divisor = -divisor;
  numerator /= divisor;
  denominator /= divisor;
  constexpr Wide limit = std::numeric_limits<int64_t>::max();
  if (numerator > limit || numerator < -limit || denominator > limit)
    llvm::report_fatal_error("a fraction does not fit 64 bits");
  // Already in lowest terms: the constructor has nothing left to divide.
  return Rational(static_cast<int64_t>(numerator),
                  static_cast<int64_t>(denominator));
}

Rational::Rational(int64_t numerator, int64_t denominator)
    : numerator(numerator), denominator(denominator) {
  if (denominator <= 0 || std::gcd(numerator, denominator) != 1)
    *this = reduce(numerator, denominator);
}

Rational Rational::operator-() const { return Rational() - *this; }

Rational mlir::cnn::operator+(Rational lhs, Rational rhs) {
  return reduce(Wide(lhs.getNumerator()) * rhs.getDenominator() +
                    Wide(rhs.getNumerator()) * lhs.getDenominator(),
                Wide(lhs.getDenominator()) * rhs.getDenominator());
}

Rational mlir::cnn::operator-(Rational lhs, Rational rhs) {
  return reduce(Wide(lhs.getNumerator()) * rhs.getDenominator() -
                    Wide(rhs.getNumerator()) * lhs.getDenominator(),
                Wide(lhs.getDenominator()) * rhs.getDenominator());
}

Rational mlir::cnn::operator*(Rational lhs, Rational rhs) {
  return reduce(Wide(lhs.getNumerator()) * rhs.getNumerator(),
                Wide(lhs.getDenominator()) * rhs.getDenominator());
}

Rational mlir::cnn::operator/(Rational lhs, Rational rhs) {
  return reduce(Wide(lhs.getNumerator()) * rhs.getDenominator(),
                Wide(lhs.getDenominator()) * rhs.getNumerator());
}

std::vector<double> RationalMatrix::toDoubles() const {
  std::vector<double> values;
  values.reserve(elements.size());
  for (Rational element : elements)
    values.push_back(element.toDouble());
  return values;
}

//===----------------------------------------------------------------------===//
// Points and matrices
//===----------------------------------------------------------------------===//

bool mlir::cnn::hasWinogradPoints(int64_t outputTile, int64_t taps) {
  // Not their sum, which may overflow.
  return outputTile >= 1 && taps >= 1 && taps <= maxWinogradTile &&
         outputTile <= maxWinogradTile + 1 - taps;
}

llvm::SmallVector<Rational> mlir::cnn::getDefaultPoints(int64_t outputTile,
                                                        int64_t taps) {
  assert(hasWinogradPoints(outputTile, taps) && "the tile is small enough");
  // Found by searching pairs of small fractions for the least rounding error of
  // F(m, r) in float32; test/Unit/WinogradTest.cpp says what they reach.
  switch (outputTile + taps - 2) {
  case 0:
    return {};
  case 1:
    return {0};
  case 2:
    return {0, -1};
  case 3:
    return {0, 1, -1};
  case 4:
    return {0, {3, 4}, {-3, 4}, {-7, 4}};
  case 5:
    return {0, {5, 8}, {-5, 8}, {3, 2}, {-3, 2}};
  case 6:
    return {0, 1, -1, {7, 4}, {-7, 4}, {-3, 8}};
  case 7:
    return {0, {1, 2}, {-1, 2}, 1, -1, 2, -2};
  case 8:
    return {0, {1, 2}, {-1, 2}, {7, 8}, {-7, 8}, {5, 4}, {-5, 4}, -4};
  case 9:
    return {0,      {3, 8},  {-3, 8}, {3, 4}, {-3, 4},
            {5, 4}, {-5, 4}, {5, 2},  {-5, 2}};
  }
  llvm_unreachable("the tile is small enough");
}

/// The coefficients, lowest first, of the product of x - p over all points but
/// the one at `skipped`.
static std::vector<Rational> getProduct(ArrayRef<Rational> points,
                                        size_t skipped) {
  std::vector<Rational> product = {1};
  for (size_t i = 0; i < points.size(); ++i) {
    if (i == skipped)
      continue;
    product.insert(product.begin(), Rational(0));
    for (size_t k = 0; k + 1 < product.size(); ++k)
      product[k] = product[k] - points[i] * product[k + 1];
  }
  return product;
}

static Rational getPower(Rational base, int64_t exponent) {
  Rational power = 1;
  for (int64_t i = 0; i < exponent; ++i)
    power = power * base;
  return power;
}

WinogradMatrices mlir::cnn::getWinogradMatrices(int64_t outputTile,
                                                int64_t taps,
                                                ArrayRef<Rational> points) {
  int64_t extent = outputTile + taps - 1, infinity = extent - 1;
  assert(outputTile >= 1 && taps >= 1 && "a tile has outputs and taps");
  assert(static_cast<int64_t>(points.size()) == infinity &&
         "F(m, r) needs m + r - 2 points beside infinity");
  WinogradMatrices matrices = {RationalMatrix(outputTile, extent),
                               RationalMatrix(extent, taps),
                               RationalMatrix(extent, extent)};
  auto &[outputTransform, filterTransform, inputTransform] = matrices;
  for (int64_t j = 0; j < infinity; ++j) {
    Rational divisor = 1;
    for (int64_t l = 0; l < infinity; ++l)
      if (l != j)
        divisor = divisor * (points[j] - points[l]);
    for (int64_t i = 0; i < outputTile; ++i)
      outputTransform(i, j) = getPower(points[j], i);
    for (int64_t k = 0; k < taps; ++k)
      filterTransform(j, k) = getPower(points[j], k) / divisor;
    std::vector<Rational> product = getProduct(points, j);
    llvm::copy(product, &inputTransform(j, 0));
  }
  outputTransform(outputTile - 1, infinity) = 1;
  filterTransform(infinity, taps - 1) = 1;
  std::vector<Rational> product = getProduct(points, points.size());
  llvm::copy(product, &inputTransform(infinity, 0));
  return matrices;
}

WinogradMatrices mlir::cnn::getWinogradMatrices(int64_t outputTile,
                                                int64_t taps) {
  return getWinogradMatrices(outputTile, taps,
                             getDefaultPoints(outputTile, taps));
}

/// The sum of the squares of a row.
static double getSquaredNorm(const RationalMatrix &matrix, int64_t row) {
  double sum = 0;
  for (int64_t column = 0; column < matrix.columns; ++column) {
    double element = matrix(row, column).toDouble();
    sum += element * element;
  }
  return sum;
}

double mlir::cnn::getWinogradErrorGrowth(int64_t outputTile, int64_t taps) {
  auto [outputTransform, filterTransform, inputTransform] =
      getWinogradMatrices(outputTile, taps);
  double sum = 0;
  for (int64_t i = 0; i < outputTile; ++i)
    for (int64_t j = 0; j < outputTransform.columns; ++j) {
      double factor = outputTransform(i, j).toDouble();
      sum += factor * factor * getSquaredNorm(filterTransform, j) *
             getSquaredNorm(inputTransform, j);
    }
  return std::sqrt(sum / static_cast<double>(outputTile * taps));
}

std::vector<float> mlir::cnn::transformFilter(ArrayRef<float> filter,
                                              ArrayRef<int64_t> shape,
                                              ArrayRef<int64_t> tile) {
  assert(shape.size() == 4 && tile.size() == 2 &&
         "an image has two dimensions");
  int64_t rowTaps = shape[2], columnTaps = shape[3];
  int64_t rows = tile[0] + rowTaps - 1, columns = tile[1] + columnTaps - 1;
  int64_t filters = shape[0] * shape[1];
  auto left = getWinogradMatrices(tile[0], rowTaps).filterTransform.toDoubles();
  auto right =
      getWinogradMatrices(tile[1], columnTaps).filterTransform.toDoubles();
  std::vector<float> result(rows * columns * filters);
  std::vector<double> half(rows * columnTaps);
  for (int64_t index = 0; index < filters; ++index) {
    const float *taps = filter.data() + index * rowTaps * columnTaps;
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t v = 0; v < columnTaps; ++v) {
        double sum = 0;
        for (int64_t u = 0; u < rowTaps; ++u)
          sum += left[i * rowTaps + u] * taps[u * columnTaps + v];
        half[i * columnTaps + v] = sum;
      }
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < columns; ++j) {
        double sum = 0;
        for (int64_t v = 0; v < columnTaps; ++v)
          sum += half[i * columnTaps + v] * right[j * columnTaps + v];
        result[(i * columns + j) * filters + index] = static_cast<float>(sum);
      }
  }
  return result;
}

/// `size` and a gap: an odd number of cache lines of 64 bytes.
static int64_t separate(int64_t size) {
  constexpr int64_t line = 16;
  return ((size + line - 1) / line | 1) * line;
}

WinogradScratch::WinogradScratch(WinogradExtents extents,
                                 const WinogradPlan &plan)
    : inputPointStride(separate(plan.tileBlock * extents.channels)),
      productPointStride(separate(plan.tileBlock * extents.filterLanes)),
      inputStride(plan.sharesTiles ? 0 : extents.points * inputPointStride),
      productStride(extents.points * productPointStride),
      productBegin(extents.points * inputPointStride *
                   (plan.sharesTiles ? 1 : plan.chunks)),
      size(productBegin + plan.chunks * productStride) {}
