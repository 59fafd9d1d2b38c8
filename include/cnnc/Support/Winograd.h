//===- Winograd.h - Winograd's minimal filtering ----------------*- C++ -*-===//
//
// The matrices of F(m, r): m outputs of a correlation with r taps from
// m + r - 1 multiplications. They are derived by Cook-Toom interpolation in
// exact rational arithmetic; nothing is typed in but the points.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_WINOGRAD_H
#define CNNC_SUPPORT_WINOGRAD_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace mlir::cnn {

/// An exact fraction in lowest terms with a positive denominator. A result that
/// does not fit 64 bits, and a division by zero, end the program; the default
/// points never come near.
class Rational {
public:
  Rational(int64_t numerator = 0, int64_t denominator = 1);

  int64_t getNumerator() const { return numerator; }
  int64_t getDenominator() const { return denominator; }
  double toDouble() const {
    return static_cast<double>(numerator) / static_cast<double>(denominator);
  }

  Rational operator-() const;
  friend bool operator==(Rational lhs, Rational rhs) {
    return lhs.numerator == rhs.numerator && lhs.denominator == rhs.denominator;
  }
  friend bool operator!=(Rational lhs, Rational rhs) { return !(lhs == rhs); }

private:
  int64_t numerator, denominator;
};

Rational operator+(Rational lhs, Rational rhs);
Rational operator-(Rational lhs, Rational rhs);
Rational operator*(Rational lhs, Rational rhs);
Rational operator/(Rational lhs, Rational rhs);

/// A row-major matrix of fractions.
struct RationalMatrix {
  RationalMatrix(int64_t rows, int64_t columns)
      : rows(rows), columns(columns), elements(rows * columns) {}

  Rational &operator()(int64_t row, int64_t column) {
    return elements[row * columns + column];
  }
  Rational operator()(int64_t row, int64_t column) const {
    return elements[row * columns + column];
  }
  /// The elements, each rounded to the nearest double.
  std::vector<double> toDoubles() const;

  int64_t rows, columns;
  std::vector<Rational> elements;
};

/// With m = outputTile, r = taps and a = m + r - 1, the matrices for which
/// ```
/// y = A^T [(G g) * (B^T d)]     y[i] = sum over k of g[k] d[i + k]
/// ```
/// in the notation of Lavin and Gray, "Fast Algorithms for Convolutional Neural
/// Networks" (2016).
struct WinogradMatrices {
  /// A^T, m x a: the products become outputs.
  RationalMatrix outputTransform;
  /// G, a x r.
  RationalMatrix filterTransform;
  /// B^T, a x a. Its rows but the last are monic polynomials of degree a - 2.
  RationalMatrix inputTransform;
};

/// The largest m + r - 1 for which default points are known.
constexpr int64_t maxWinogradTile = 10;

/// There are default points for tiles of `outputTile` outputs and `taps` taps.
bool hasWinogradPoints(int64_t outputTile, int64_t taps);

/// The outputTile + taps - 2 interpolation points with the smallest rounding
/// error we know; the last point is always infinity and not among them.
llvm::SmallVector<Rational> getDefaultPoints(int64_t outputTile, int64_t taps);

/// The matrices of F(outputTile, taps) for the given distinct points and
/// infinity.
WinogradMatrices getWinogradMatrices(int64_t outputTile, int64_t taps,
                                     llvm::ArrayRef<Rational> points);

/// The matrices for the default points.
WinogradMatrices getWinogradMatrices(int64_t outputTile, int64_t taps);

/// How rounding errors grow in F(outputTile, taps), relative to direct
/// convolution with independent data of one variance:
/// ```
/// sqrt(mean over i of sum over j of (A^T[i, j] |G[j]| |B^T[j]|)^2 / r)
/// ```
/// with Euclidean norms of the rows. The factors of two dimensions multiply. It
/// is the statistical form of the bound of Barabasz et al., "Error analysis and
/// improving the accuracy of Winograd convolution for deep neural networks"
/// (2020), theorem 1, which has norms of whole matrices in its place, and is
/// larger than the measured root mean square error
/// (test/Unit/WinogradTest.cpp).
double getWinogradErrorGrowth(int64_t outputTile, int64_t taps);

/// The growth that is accepted unless another is asked for: F(6x6, 3x3) has 21,
/// F(4x4, 5x5) 19, F(6x6, 5x5) 102.
constexpr double defaultWinogradError = 32;

/// U = G g G'^T for every output and input channel of `filter`, which is
/// O x C x U x V (`shape`); the result is a x a' x O x C for output tiles of
/// `tile` = {m, m'}. Computed in double precision.
std::vector<float> transformFilter(llvm::ArrayRef<float> filter,
                                   llvm::ArrayRef<int64_t> shape,
                                   llvm::ArrayRef<int64_t> tile);

/// F(outputTile, taps) in integers. With the points 0, 1, -1, 2, -2 all of B^T
/// are integers. Rows of G are multiplied by divisors of `scale` until theirs
/// are, and columns of A^T by what is left of it:
/// ```
/// scale * y = A'^T [(G' g) * (B^T d)]
/// ```
/// The magnitudes of a row of G' add up to 11 at most, so that transformed
/// filters of two dimensions fit 16 bits whatever weights below 2^8 are.
struct IntegerWinogradMatrices {
  WinogradMatrices matrices;
  int64_t scale;
};

/// The matrices, or nothing if the tile needs other points.
std::optional<IntegerWinogradMatrices>
getIntegerWinogradMatrices(int64_t outputTile, int64_t taps);

/// A convolution of integers, exact although its factors have 16 bits and its
/// sums 32.
///
/// Sums wrap, so one that is too large only while it is computed is right in
/// the end. The output transform yields s * scale, where scale is the product
/// of those of both dimensions, odd * 2^shift. An odd factor has an inverse
/// modulo 2^32, so only 2^shift costs bits:
/// ```
/// s = (A'^T [...] A' * inverse) >> shift        if |s| < 2^(31 - shift)
/// ```
struct IntegerWinograd {
  /// Of the rows, and of the columns of tiles and taps.
  std::array<IntegerWinogradMatrices, 2> dims;
  int64_t shift;
  int32_t inverse;
};

/// F(tile x tile', taps x taps'), or nothing if it needs other points. A
/// dimension of one tap has a tile of 1.
std::optional<IntegerWinograd> getIntegerWinograd(std::array<int64_t, 2> tile,
                                                  std::array<int64_t, 2> taps);

/// Weights O x C x U x V below 2^8 in magnitude.
struct IntegerFilter {
  llvm::ArrayRef<int16_t> weights;
  int64_t outputs, inputs;
  std::array<int64_t, 2> taps;
};

/// It is proven that every sum of products of a window with inputs from `low`
/// to `high`, and everything that `winograd` computes on the way, fits.
bool isExact(const IntegerWinograd &winograd, const IntegerFilter &filter,
             int64_t low, int64_t high);

/// U = G' g G''^T of every output and input channel: a x a' x O x C.
std::vector<int16_t> transformFilter(const IntegerFilter &filter,
                                     const IntegerWinograd &winograd);

/// How a kernel cuts a layer into parts.
struct WinogradPlan {
  /// Tiles that are transformed and multiplied at once.
  int64_t tileBlock = 1;
  /// Parts that may run in parallel. They are blocks of tiles or, with
  /// `sharesTiles`, filter blocks that read the same tiles.
  int64_t chunks = 1;
  bool sharesTiles = false;
};

/// Extents of a layer as the kernel sees them; channels are whole blocks.
struct WinogradExtents {
  int64_t points, channels, filterLanes;
};

/// Where a kernel keeps what it has transformed, counted in elements: V of
/// points x tiles x channels, then for each chunk P of points x tiles x
/// filterLanes. Values of one point follow each other; a gap between points
/// keeps those of one tile in different sets of the caches.
struct WinogradScratch {
  WinogradScratch(WinogradExtents extents, const WinogradPlan &plan);

  int64_t inputPointStride, productPointStride;
  /// From one chunk to the next; 0 for a V that is shared.
  int64_t inputStride, productStride;
  int64_t productBegin, size;
};

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_WINOGRAD_H
