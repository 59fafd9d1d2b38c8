//===- Reductions.cpp - The values of pools and reductions ----------------===//

#include "Evaluate.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;

namespace {

/// NaN wins, as it does in numpy.
double getMaximum(double a, double b) { return a > b || std::isnan(a) ? a : b; }

/// The taps of a window that are inside the input at one position.
using Taps = std::array<std::pair<int64_t, int64_t>, 3>;

Taps getTaps(const std::array<WindowDim, 3> &window,
             const std::array<int64_t, 3> &position,
             const std::array<int64_t, 3> &extents) {
  Taps taps;
  for (int dim = 0; dim < 3; ++dim)
    taps[dim] = window[dim].getValidTaps(position[dim], extents[dim]);
  return taps;
}

int64_t countTaps(const Taps &taps) {
  int64_t count = 1;
  for (auto [first, last] : taps)
    count *= std::max<int64_t>(last - first, 0);
  return count;
}

/// Calls `body(x)` with each input element of `plane` the window covers at
/// `position`.
template <typename Body>
void forEachTap(const std::array<WindowDim, 3> &window,
                const std::array<int64_t, 3> &position,
                const std::array<int64_t, 3> &extents, const double *plane,
                Body body) {
  Taps taps = getTaps(window, position, extents);
  auto getIndex = [&](int dim, int64_t tap) {
    return position[dim] * window[dim].stride + tap * window[dim].dilation -
           window[dim].padLow;
  };
  for (int64_t t = taps[0].first; t < taps[0].second; ++t)
    for (int64_t u = taps[1].first; u < taps[1].second; ++u)
      for (int64_t v = taps[2].first; v < taps[2].second; ++v)
        body(plane[(getIndex(0, t) * extents[1] + getIndex(1, u)) * extents[2] +
                   getIndex(2, v)]);
}

/// Sets every output element of a pool to `pool(plane, position)`, where
/// `plane` is its input channel.
template <typename Op, typename Pool>
Tensor evaluatePool(Op op, const Operands &operands, Pool pool) {
  ImageShape in(op.getInput()), out(op.getOutput());
  Tensor input = operands.getDoubles(op.getInput());
  Tensor output = makeDoubles(op.getOutput());
  parallelFor(operands.getThreads(), out.getPlanes(), [&](int64_t index) {
    const double *plane = input.get<double>().data() + index * in.getPlane();
    double *to = output.get<double>().data() + index * out.getPlane();
    for (int64_t d = 0; d < out.extents[0]; ++d)
      for (int64_t h = 0; h < out.extents[1]; ++h)
        for (int64_t w = 0; w < out.extents[2]; ++w)
          *to++ = pool(plane, std::array<int64_t, 3>{d, h, w});
  });
  return roundTo(op.getOutput(), output);
}

} // namespace

Tensor reference::evaluate(MaxPoolOp op, const Operands &operands) {
  ImageShape in(op.getInput());
  auto window = getWindow3D(op.getWindow());
  return evaluatePool(
      op, operands,
      [&](const double *plane, const std::array<int64_t, 3> &position) {
        double best = -std::numeric_limits<double>::infinity();
        forEachTap(window, position, in.extents, plane,
                   [&](double x) { best = getMaximum(x, best); });
        return best;
      });
}

Tensor reference::evaluate(AvgPoolOp op, const Operands &operands) {
  ImageShape in(op.getInput());
  auto window = getWindow3D(op.getWindow());
  // The window whose taps are counted, and what it slides over.
  auto counted = window;
  auto extents = in.extents;
  if (op.getIncludePad())
    for (int dim = 0; dim < 3; ++dim) {
      extents[dim] += window[dim].padLow + window[dim].padHigh;
      counted[dim].padLow = counted[dim].padHigh = 0;
    }
  return evaluatePool(
      op, operands,
      [&](const double *plane, const std::array<int64_t, 3> &position) {
        double sum = 0;
        forEachTap(window, position, in.extents, plane,
                   [&](double x) { sum += x; });
        int64_t count = countTaps(getTaps(counted, position, extents));
        return count == 0 ? 0 : sum / static_cast<double>(count);
      });
}

//===----------------------------------------------------------------------===//
// Reduce
//===----------------------------------------------------------------------===//

namespace {

/// The value a reduction starts from.
template <typename T>
T getStart(ReduceKind kind) {
  using Limits = std::numeric_limits<T>;
  switch (kind) {
  case ReduceKind::sum:
  case ReduceKind::mean:
    return 0;
  case ReduceKind::prod:
    return 1;
  case ReduceKind::min:
    return Limits::has_infinity ? Limits::infinity() : Limits::max();
  case ReduceKind::max:
    return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  }
  llvm_unreachable("every reduction is handled");
}

double combine(ReduceKind kind, double a, double b) {
  switch (kind) {
  case ReduceKind::sum:
  case ReduceKind::mean:
    return a + b;
  case ReduceKind::prod:
    return a * b;
  case ReduceKind::min:
    return cnn::evaluate(BinaryKind::min, a, b);
  case ReduceKind::max:
    return cnn::evaluate(BinaryKind::max, a, b);
  }
  llvm_unreachable("every reduction is handled");
}

/// Integers wrap; signed ones are computed as unsigned, where that is defined.
template <typename Integer>
Integer combine(ReduceKind kind, Integer a, Integer b) {
  switch (kind) {
  case ReduceKind::sum:
  case ReduceKind::mean:
    return static_cast<uint64_t>(a) + static_cast<uint64_t>(b);
  case ReduceKind::prod:
    return static_cast<uint64_t>(a) * static_cast<uint64_t>(b);
  case ReduceKind::min:
    return std::min(a, b);
  case ReduceKind::max:
    return std::max(a, b);
  }
  llvm_unreachable("every reduction is handled");
}

/// Reduces in T, which `type` names.
template <typename T>
Tensor reduceIn(ElementType type, ReduceOp op, const Operands &operands) {
  ArrayRef<int64_t> shape = getShape(op.getInput());
  // The result's shape with reduced dimensions kept.
  SmallVector<int64_t> kept(shape);
  for (int64_t axis : op.getAxes())
    kept[axis] = 1;
  Tensor input = operands.get(op.getInput()).convertTo(type);
  Tensor result(type, getShape(op.getOutput()));
  ArrayRef<T> from = std::as_const(input).template get<T>();
  MutableArrayRef<T> to = result.get<T>();
  llvm::fill(to, getStart<T>(op.getKind()));
  forEachOffset(shape, getRowMajorStrides(shape),
                getBroadcastStrides(kept, shape), [&](int64_t i, int64_t j) {
                  to[j] = combine(op.getKind(), to[j], from[i]);
                });
  // Of nothing there is no mean, and no integer that says so.
  T count = to.empty() ? 0 : from.size() / to.size();
  if (op.getKind() == ReduceKind::mean &&
      (count != 0 || std::is_floating_point_v<T>))
    for (T &value : to)
      value /= count;
  return roundTo(op.getOutput(), result);
}

} // namespace

Tensor reference::evaluate(ReduceOp op, const Operands &operands) {
  Type element = op.getInput().getType().getElementType();
  if (isa<FloatType>(element))
    return reduceIn<double>(ElementType::Float64, op, operands);
  // The start of a minimum would not fit into a narrower integer.
  bool isExtremum =
      op.getKind() == ReduceKind::min || op.getKind() == ReduceKind::max;
  if (isExtremum && operands.get(op.getInput()).getElementCount() == 0)
    return reduceIn<double>(ElementType::Float64, op, operands);
  if (element.isUnsignedInteger())
    return reduceIn<uint64_t>(ElementType::UInt64, op, operands);
  return reduceIn<int64_t>(ElementType::Int64, op, operands);
}

//===----------------------------------------------------------------------===//
// Along one dimension
//===----------------------------------------------------------------------===//

namespace {

/// A dimension of a row-major tensor.
struct Lines {
  Lines(ArrayRef<int64_t> shape, int64_t axis)
      : count(countElements(shape.take_front(axis))), extent(shape[axis]),
        stride(countElements(shape.drop_front(axis + 1))) {}

  /// Calls `body(first)` with the offset of the first element of each line.
  template <typename Body>
  void forEach(Body body) const {
    for (int64_t i = 0; i < count; ++i)
      for (int64_t j = 0; j < stride; ++j)
        body(i * extent * stride + j);
  }

  int64_t count, extent, stride;
};

template <typename T>
bool isNaN(T value) {
  return value != value;
}

/// True if `x` takes the place of the extremum `best`, which stands before it.
template <typename T>
bool isBetter(ArgReduceOp op, T x, T best) {
  if (x == best || (isNaN(x) && isNaN(best)))
    return op.getLast();
  if (isNaN(x) || isNaN(best))
    return isNaN(x);
  return op.getKind() == ArgReduceKind::max ? x > best : x < best;
}

template <typename T>
Tensor findIn(ElementType type, ArgReduceOp op, const Operands &operands) {
  const Tensor input = operands.get(op.getInput()).convertTo(type);
  ArrayRef<T> from = input.get<T>();
  Tensor result(ElementType::Int64, getShape(op.getOutput()));
  int64_t *to = result.get<int64_t>().data();
  Lines lines(input.getShape(), op.getAxis());
  lines.forEach([&](int64_t first) {
    int64_t best = 0;
    for (int64_t i = 1; i < lines.extent; ++i)
      if (isBetter(op, from[first + i * lines.stride],
                   from[first + best * lines.stride]))
        best = i;
    *to++ = best;
  });
  return result;
}

/// Sums in T, which `type` names; integers wrap.
template <typename T>
Tensor accumulateIn(ElementType type, CumulativeSumOp op,
                    const Operands &operands) {
  Tensor result = operands.get(op.getInput()).convertTo(type);
  MutableArrayRef<T> values = result.get<T>();
  Lines lines(result.getShape(), op.getAxis());
  lines.forEach([&](int64_t first) {
    T sum = 0;
    for (int64_t i = 0; i < lines.extent; ++i) {
      int64_t position = op.getReverse() ? lines.extent - 1 - i : i;
      T &value = values[first + position * lines.stride];
      T before = sum;
      sum += value;
      value = op.getExclusive() ? before : sum;
    }
  });
  return roundTo(op.getOutput(), result);
}

} // namespace

Tensor reference::evaluate(ArgReduceOp op, const Operands &operands) {
  Type element = op.getInput().getType().getElementType();
  if (isa<FloatType>(element))
    return findIn<double>(ElementType::Float64, op, operands);
  if (element.isUnsignedInteger())
    return findIn<uint64_t>(ElementType::UInt64, op, operands);
  return findIn<int64_t>(ElementType::Int64, op, operands);
}

Tensor reference::evaluate(CumulativeSumOp op, const Operands &operands) {
  if (isa<FloatType>(
          cast<ShapedType>(op.getInput().getType()).getElementType()))
    return accumulateIn<double>(ElementType::Float64, op, operands);
  // Sums of signed integers are those of unsigned ones.
  return accumulateIn<uint64_t>(ElementType::UInt64, op, operands);
}
