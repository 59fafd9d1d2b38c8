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

bool isInteger(Value value) {
  return getElementTypeOrSelf(value.getType()).isInteger();
}

/// A constant of the type of `like`, which is a number or a vector of numbers.
Value emitConstant(ImplicitLocOpBuilder &builder, Rational value, Value like) {
  Type type = like.getType(), element = getElementTypeOrSelf(type);
  TypedAttr scalar;
  if (isInteger(like))
    scalar = builder.getIntegerAttr(element, value.getNumerator());
  else
    scalar = builder.getFloatAttr(element, value.toDouble());
  if (auto vector = dyn_cast<VectorType>(type))
    return arith::ConstantOp::create(
        builder, DenseElementsAttr::get(vector, Attribute(scalar)));
  return arith::ConstantOp::create(builder, scalar);
}

Value emitSum(ImplicitLocOpBuilder &builder, Value lhs, Value rhs) {
  if (isInteger(lhs))
    return arith::AddIOp::create(builder, lhs, rhs);
  return arith::AddFOp::create(builder, lhs, rhs);
}

Value emitDifference(ImplicitLocOpBuilder &builder, Value lhs, Value rhs) {
  if (isInteger(lhs))
    return arith::SubIOp::create(builder, lhs, rhs);
  return arith::SubFOp::create(builder, lhs, rhs);
}

Value emitNegative(ImplicitLocOpBuilder &builder, Value value) {
  if (isInteger(value))
    return emitDifference(builder, emitConstant(builder, 0, value), value);
  return arith::NegFOp::create(builder, value);
}

/// factor * value
Value emitMultiple(ImplicitLocOpBuilder &builder, Rational factor,
                   Value value) {
  Value constant = emitConstant(builder, factor, value);
  if (isInteger(value))
    return arith::MulIOp::create(builder, constant, value);
  return arith::MulFOp::create(builder, constant, value);
}

/// sum + term, or the term itself if there is no sum yet.
Value emitAdd(ImplicitLocOpBuilder &builder, Value sum, Term term) {
  auto [factor, value] = term;
  if (factor == Rational(1))
    return sum ? emitSum(builder, sum, value) : value;
  if (sum && factor == Rational(-1))
    return emitDifference(builder, sum, value);
  if (!sum && factor == Rational(-1))
    return emitNegative(builder, value);
  if (!sum)
    return emitMultiple(builder, factor, value);
  if (isa<VectorType>(value.getType()) && !isInteger(value))
    return vector::FMAOp::create(builder, emitConstant(builder, factor, value),
                                 value, sum);
  return emitSum(builder, sum, emitMultiple(builder, factor, value));
}

/// The sum of the terms; there is at least one.
Value emitTerms(ImplicitLocOpBuilder &builder, ArrayRef<Term> terms) {
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
/// by. Factors of integers stay integers.
Rational takeFactorOut(MutableArrayRef<Term> terms) {
  Rational common = terms.back().factor;
  if (llvm::any_of(terms, [&](const Term &term) {
        return term.factor == Rational(1) ||
               (isInteger(term.value) &&
                (term.factor / common).getDenominator() != 1);
      }))
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
      Value sum = emitSum(builder, x[first], x[second]);
      x[second] = emitDifference(builder, x[first], x[second]);
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
      Value same = emitTerms(builder, split->same);
      Value opposite = emitTerms(builder, split->opposite);
      y[row] = emitAdd(builder, same, {factor, opposite});
      y[other] = emitAdd(builder, same, {-factor, opposite});
    }
    if (y[row])
      continue;
    SmallVector<Term> terms;
    for (int64_t column = 0; column < matrix.columns; ++column)
      if (matrix(row, column) != Rational(0))
        terms.push_back({matrix(row, column), x[column]});
    y[row] = terms.empty() ? emitConstant(builder, 0, x.front())
                           : emitTerms(builder, terms);
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
