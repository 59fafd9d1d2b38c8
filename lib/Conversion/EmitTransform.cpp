//===- EmitTransform.cpp - Constant matrices applied to vectors -----------===//

#include "EmitTransform.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::cnn;

namespace {

struct Term {
  Rational factor;
  Value value;
};

/// A constant of the type of `like`, which is a float or a vector of floats.
Value emitConstant(ImplicitLocOpBuilder &builder, double value, Value like) {
  Type type = like.getType();
  FloatAttr scalar = builder.getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    return arith::ConstantOp::create(builder,
                                     DenseElementsAttr::get(vector, scalar));
  return arith::ConstantOp::create(builder, scalar);
}

/// sum + term, or the term itself if there is no sum yet.
Value emitAdd(ImplicitLocOpBuilder &builder, Value sum, Term term) {
  if (term.factor == Rational(1))
    return sum ? arith::AddFOp::create(builder, sum, term.value).getResult()
               : term.value;
  if (sum && term.factor == Rational(-1))
    return arith::SubFOp::create(builder, sum, term.value);
  if (!sum && term.factor == Rational(-1))
    return arith::NegFOp::create(builder, term.value);
  Value factor = emitConstant(builder, term.factor.toDouble(), term.value);
  if (!sum)
    return arith::MulFOp::create(builder, factor, term.value);
  if (isa<VectorType>(term.value.getType()))
    return vector::FMAOp::create(builder, factor, term.value, sum);
  Value product = arith::MulFOp::create(builder, factor, term.value);
  return arith::AddFOp::create(builder, sum, product);
}

/// The sum of the terms; there is at least one.
Value emitSum(ImplicitLocOpBuilder &builder, ArrayRef<Term> terms) {
  Value sum;
  // A factor of one starts the sum for free.
  for (bool isOne : {true, false})
    for (const Term &term : terms)
      if ((term.factor == Rational(1)) == isOne)
        sum = emitAdd(builder, sum, term);
  return sum;
}

/// Divides `terms` by the factor of the last if none is one, so that a sum of
/// them starts for free; returns the factor that the sum is to be multiplied
/// by.
Rational takeFactorOut(MutableArrayRef<Term> terms) {
  Rational common = terms.back().factor;
  if (llvm::any_of(terms,
                   [](const Term &term) { return term.factor == Rational(1); }))
    return 1;
  for (Term &term : terms)
    term.factor = term.factor / common;
  return common;
}

/// Replaces pairs of columns that differ only in signs, as those of the points
/// p and -p do, by the sum and the difference of their operands.
void mergeColumns(ImplicitLocOpBuilder &builder, RationalMatrix &matrix,
                  MutableArrayRef<Value> x) {
  for (int64_t first = 0; first < matrix.columns; ++first)
    for (int64_t second = first + 1; second < matrix.columns; ++second) {
      int64_t shared = 0, different = 0;
      for (int64_t row = 0; row < matrix.rows; ++row) {
        Rational a = matrix(row, first), b = matrix(row, second);
        shared += a != Rational(0) && (a == b || a == -b);
        different += a != b && a != -b;
      }
      // Two operations are added and one is saved in each row.
      if (different != 0 || shared <= 2)
        continue;
      Value sum = arith::AddFOp::create(builder, x[first], x[second]);
      x[second] = arith::SubFOp::create(builder, x[first], x[second]);
      x[first] = sum;
      for (int64_t row = 0; row < matrix.rows; ++row) {
        bool isSame = matrix(row, first) == matrix(row, second);
        matrix(row, second) = isSame ? Rational(0) : matrix(row, first);
        matrix(row, first) = isSame ? matrix(row, first) : Rational(0);
      }
    }
}

/// The terms of one row, split by whether a second row has the same sign.
struct SplitRow {
  SmallVector<Term> same, opposite;
};

/// Splits row `first` against row `second`, or nothing if they differ in more
/// than signs or in none.
std::optional<SplitRow> splitRows(const RationalMatrix &matrix, int64_t first,
                                  int64_t second, ArrayRef<Value> x) {
  SplitRow split;
  for (int64_t column = 0; column < matrix.columns; ++column) {
    Rational a = matrix(first, column), b = matrix(second, column);
    if (a == Rational(0) && b == Rational(0))
      continue;
    if (a == b)
      split.same.push_back({a, x[column]});
    else if (a == -b)
      split.opposite.push_back({a, x[column]});
    else
      return std::nullopt;
  }
  if (split.same.empty() || split.opposite.empty())
    return std::nullopt;
  return split;
}

} // namespace

SmallVector<Value> mlir::cnn::emitTransform(ImplicitLocOpBuilder &builder,
                                            RationalMatrix matrix,
                                            ArrayRef<Value> operands) {
  SmallVector<Value> x(operands), y(matrix.rows);
  mergeColumns(builder, matrix, x);
  for (int64_t row = 0; row < matrix.rows; ++row) {
    for (int64_t other = row + 1; !y[row] && other < matrix.rows; ++other) {
      std::optional<SplitRow> split = splitRows(matrix, row, other, x);
      if (!split)
        continue;
      Rational factor = takeFactorOut(split->opposite);
      Value same = emitSum(builder, split->same);
      Value opposite = emitSum(builder, split->opposite);
      y[row] = emitAdd(builder, same, {factor, opposite});
      y[other] = emitAdd(builder, same, {-factor, opposite});
    }
    if (y[row])
      continue;
    SmallVector<Term> terms;
    for (int64_t column = 0; column < matrix.columns; ++column)
      if (matrix(row, column) != Rational(0))
        terms.push_back({matrix(row, column), x[column]});
    y[row] = terms.empty() ? emitConstant(builder, 0.0, x.front())
                           : emitSum(builder, terms);
  }
  return y;
}

SmallVector<Value> mlir::cnn::emitTransform2D(ImplicitLocOpBuilder &builder,
                                              const RationalMatrix &left,
                                              const RationalMatrix &right,
                                              ArrayRef<Value> x) {
  int64_t columns = right.columns;
  SmallVector<Value> half(left.rows * columns);
  for (int64_t column = 0; column < columns; ++column) {
    SmallVector<Value> input;
    for (int64_t row = 0; row < left.columns; ++row)
      input.push_back(x[row * columns + column]);
    for (auto [row, value] :
         llvm::enumerate(emitTransform(builder, left, input)))
      half[row * columns + column] = value;
  }
  SmallVector<Value> y;
  for (int64_t row = 0; row < left.rows; ++row)
    llvm::append_range(
        y, emitTransform(builder, right,
                         ArrayRef(half).slice(row * columns, columns)));
  return y;
}
