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

#include <cstdint>
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

/// U = G g G'^T for every output and input channel of `filter`, which is
/// O x C x U x V (`shape`); the result is a x a' x O x C for output tiles of
/// `tile` = {m, m'}. Computed in double precision.
std::vector<float> transformFilter(llvm::ArrayRef<float> filter,
                                   llvm::ArrayRef<int64_t> shape,
                                   llvm::ArrayRef<int64_t> tile);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_WINOGRAD_H
