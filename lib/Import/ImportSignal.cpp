//===- ImportSignal.cpp - Spectra as products with constants --------------===//

#include "Build.h"
#include "Operators.h"
#include "TensorData.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

/// Longer transforms would need too large a matrix.
static constexpr int64_t maxLength = 1 << 14;

namespace {

/// A discrete Fourier transform of `length` real or complex numbers of which
/// the first `outputs` frequencies are computed.
struct Transform {
  int64_t length, outputs;
  bool isComplex, isInverse;

  int64_t getParts() const { return isComplex ? 2 : 1; }
  /// Of the matrix that computes it.
  int64_t getElementCount() const { return length * getParts() * 2 * outputs; }

  /// What part `from` (0 is real) of number `n` adds to part `to` of frequency
  /// `k`.
  double getWeight(int64_t k, int64_t to, int64_t n, int64_t from) const {
    double angle = 2 * M_PI * static_cast<double>(k * n % length) /
                   static_cast<double>(length);
    // x * exp(-i * angle); the inverse has the other sign and the factor 1 / n.
    double sine = isInverse ? std::sin(angle) : -std::sin(angle);
    double weight = to == from ? std::cos(angle) : to > from ? sine : -sine;
    return isInverse ? weight / static_cast<double>(length) : weight;
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// DFT
//===----------------------------------------------------------------------===//

/// Numbers and their parts as rows, frequencies and their parts as columns.
static Value buildMatrix(Node &node, Type element, const Transform &transform) {
  int64_t parts = transform.getParts();
  if (failed(checkConstantSize(node, transform.getElementCount())))
    return {};
  std::vector<double> matrix;
  for (int64_t n = 0; n < transform.length; ++n)
    for (int64_t from = 0; from < parts; ++from)
      for (int64_t k = 0; k < transform.outputs; ++k)
        for (int64_t to = 0; to < 2; ++to)
          matrix.push_back(transform.getWeight(k, to, n, from));
  return buildConstant(
      node, element, {transform.length * parts, 2 * transform.outputs}, matrix);
}

/// Numbers beyond `length` are left out, missing ones are 0.
static Value buildLength(Node &node, Value value, int64_t axis,
                         int64_t length) {
  if (node.hasFailed() || getShape(value)[axis] == length)
    return value;
  SmallVector<int64_t> low(getShape(value).size(), 0), high(low);
  high[axis] = length - getShape(value)[axis];
  return node.build<PadOp>(PadMode::constant, value, low, high,
                           node.toFloat(0));
}

static LogicalResult importDFT(Node &node) {
  Value input = node.getFloats(0);
  auto length = static_cast<int64_t>(node.getScalar(1, 0));
  int64_t axis = node.getOpset() < 20
                     ? node.getInteger("axis", 1)
                     : static_cast<int64_t>(node.getScalar(2, -2));
  bool isInverse = node.getFlag("inverse"), isHalf = node.getFlag("onesided");
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> shape = getShape(input);
  int64_t rank = shape.size();
  axis = node.normalizeAxis(axis, rank);
  if (node.hasFailed())
    return failure();
  if (axis == rank - 1 || (shape.back() != 1 && shape.back() != 2) ||
      ShapedType::isDynamic(shape[axis]))
    return node.fail("expects a static axis before the last, which holds the "
                     "parts of 1 or 2 per number; got " +
                     debugString(input.getType()));
  if (isHalf && isInverse)
    return node.fail("expects onesided = 0 of an inverse transform; got 1");
  if (length == 0)
    length = shape[axis];
  if (length < 1 || length > maxLength)
    return node.fail("expects a length from 1 to " + Twine(maxLength) +
                     "; got " + Twine(length));
  Transform transform = {length, isHalf ? length / 2 + 1 : length,
                         shape.back() == 2, isInverse};
  // The axis goes next to the parts; both are one dimension of a product.
  SmallVector<int64_t> permutation, inverse(rank), flat, split;
  for (int64_t i = 0; i < rank - 1; ++i)
    if (i != axis) {
      permutation.push_back(i);
      flat.push_back(shape[i]);
    }
  permutation.append({axis, rank - 1});
  for (auto [i, dim] : llvm::enumerate(permutation))
    inverse[dim] = i;
  split = flat;
  flat.push_back(length * transform.getParts());
  split.append({transform.outputs, 2});
  Value value = buildLength(node, input, axis, length);
  value = buildReshape(node, buildTranspose(node, value, permutation), flat);
  value = node.build<MatmulOp>(
      value, buildMatrix(node, getElementType(input), transform));
  value = buildReshape(node, value, split);
  return node.setOutput(0, buildTranspose(node, value, inverse));
}

//===----------------------------------------------------------------------===//
// STFT
//===----------------------------------------------------------------------===//

/// A filter per frequency and part, weighted by the window.
static Value buildFilters(Node &node, Type element, const Transform &transform,
                          ArrayRef<double> window) {
  int64_t parts = transform.getParts();
  if (failed(checkConstantSize(node, transform.getElementCount())))
    return {};
  std::vector<double> filters;
  for (int64_t k = 0; k < transform.outputs; ++k)
    for (int64_t to = 0; to < 2; ++to)
      for (int64_t from = 0; from < parts; ++from)
        for (int64_t n = 0; n < transform.length; ++n)
          filters.push_back(window[n] * transform.getWeight(k, to, n, from));
  return buildConstant(
      node, element, {2 * transform.outputs, parts, transform.length}, filters);
}

static SmallVector<double> readWindow(Node &node) {
  SmallVector<double> window;
  if (node.hasInput(2))
    if (const Known *known = node.getKnown(2))
      for (Number number : known->numbers)
        window.push_back(number.value);
  return window;
}

/// The transforms of all frames are a convolution whose stride is the step.
static LogicalResult importSTFT(Node &node) {
  Value signal = node.getFloats(0);
  auto step = static_cast<int64_t>(node.getScalar(1, 0));
  SmallVector<double> window = readWindow(node);
  auto length = static_cast<int64_t>(
      node.getScalar(3, static_cast<double>(window.size())));
  bool isHalf = node.getFlag("onesided", true);
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> shape = getShape(signal);
  if (shape.size() == 2)
    signal = buildReshape(node, signal, {shape[0], shape[1], 1});
  if (node.hasFailed())
    return failure();
  shape = getShape(signal);
  if (shape.size() != 3 || (shape[2] != 1 && shape[2] != 2) || step < 1)
    return node.fail("expects a signal of one or two parts per number and a "
                     "positive step; got " +
                     debugString(signal.getType()) + " and " + Twine(step));
  if (window.empty())
    window.assign(std::max<int64_t>(length, 0), 1.0);
  if (length < 1 || length > std::min(shape[1], maxLength) ||
      static_cast<int64_t>(window.size()) != length)
    return node.fail("expects a frame that is not longer than the signal or " +
                     Twine(maxLength) + ", and a window of its length; got " +
                     Twine(length) + " and " + Twine(window.size()));
  Transform transform = {length, isHalf ? length / 2 + 1 : length,
                         shape[2] == 2, /*isInverse=*/false};
  Value channels = shape[2] == 1
                       ? buildReshape(node, signal, {shape[0], 1, shape[1]})
                       : buildTranspose(node, signal, {0, 2, 1});
  Value filters = buildFilters(node, getElementType(signal), transform, window);
  Value frames = node.build<ConvOp>(channels, filters, Value(), Value(), step,
                                    ArrayRef<int64_t>(), ArrayRef<int64_t>(),
                                    /*groups=*/1, FunctionAttr());
  int64_t count = (shape[1] - length) / step + 1;
  return node.setOutput(
      0, buildReshape(node, buildTranspose(node, frames, {0, 2, 1}),
                      {shape[0], count, transform.outputs, 2}));
}

//===----------------------------------------------------------------------===//
// MelWeightMatrix
//===----------------------------------------------------------------------===//

/// The spectrogram bins at which triangles of the mel scale begin, peak and
/// end.
static SmallVector<int64_t> getMelBins(int64_t count, double length,
                                       double rate, double low, double high) {
  auto toMel = [](double hertz) { return 2595 * std::log10(1 + hertz / 700); };
  double first = toMel(low);
  double step = (toMel(high) - first) / static_cast<double>(count + 2);
  SmallVector<int64_t> bins;
  for (int64_t i = 0; i < count + 2; ++i) {
    double mel = static_cast<double>(i) * step + first;
    double hertz = 700 * (std::pow(10, mel / 2595) - 1);
    bins.push_back(
        static_cast<int64_t>(std::floor((length + 1) * hertz / rate)));
  }
  return bins;
}

static LogicalResult importMelWeightMatrix(Node &node) {
  auto count = static_cast<int64_t>(node.getScalar(0, 0));
  auto length = static_cast<int64_t>(node.getScalar(1, 0));
  double rate = node.getScalar(2, 0);
  double low = node.getScalar(3, 0), high = node.getScalar(4, 0);
  auto type = getElementTypeOf(
      static_cast<int32_t>(node.getInteger("output_datatype", 1)));
  if (!type)
    return node.fail(llvm::toString(type.takeError()));
  if (failed(node.check()))
    return failure();
  if (count < 1 || count > maxLength || length < 1 || length > maxLength ||
      !(rate > 0) || !(low >= 0 && low <= high && high <= rate / 2))
    return node.fail("expects positive numbers of bins, a positive rate, and "
                     "edges from 0 to half of it");
  int64_t rows = length / 2 + 1;
  if (failed(checkConstantSize(node, rows * count)))
    return failure();
  std::vector<double> matrix(rows * count, 0.0);
  auto bins = getMelBins(count, static_cast<double>(length), rate, low, high);
  auto set = [&](int64_t row, int64_t i, int64_t distance, int64_t width) {
    if (row >= 0 && row < rows)
      matrix[row * count + i] =
          static_cast<double>(distance) / static_cast<double>(width);
  };
  for (int64_t i = 0; i < count; ++i) {
    int64_t left = bins[i], centre = bins[i + 1], right = bins[i + 2];
    if (left == centre)
      set(centre, i, 1, 1);
    for (int64_t row = left; left != centre && row <= centre; ++row)
      set(row, i, row - left, centre - left);
    for (int64_t row = centre; row < right; ++row)
      set(row, i, right - row, right - centre);
  }
  return node.setOutput(0, buildConstant(node,
                                         getMLIRType(*type, node.getContext()),
                                         {rows, count}, matrix));
}

ArrayRef<OperatorRow> mlir::cnn::getSignalOperators() {
  static const OperatorRow rows[] = {
      {"DFT", 17, importDFT},
      {"MelWeightMatrix", 17, importMelWeightMatrix},
      {"STFT", 17, importSTFT},
  };
  return rows;
}
