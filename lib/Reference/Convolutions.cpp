//===- Convolutions.cpp - The values of convolutions ----------------------===//

#include "Evaluate.h"

#include "cnnc/Support/Winograd.h"

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;

namespace {

/// A window that slides over the plane `outer` and has its positions numbered
/// by the plane `inner`: in a convolution input and output, in a transposed
/// convolution output and input.
struct Slide {
  std::array<WindowDim, 3> window;
  std::array<int64_t, 3> outer, inner;

  /// A window of one element leaves rows as long as the plane.
  void mergeRows() {
    if (!llvm::all_of(window, [](WindowDim dim) { return dim.isPointwise(); }))
      return;
    outer = inner = {1, 1, inner[0] * inner[1] * inner[2]};
  }
};

/// The positions at which one tap is inside the outer extent.
struct Range {
  int64_t first, last, offset, stride;

  int64_t getOuter(int64_t position) const {
    return position * stride + offset;
  }
};

Range getRange(const Slide &slide, int dim, int64_t tap) {
  const WindowDim &window = slide.window[dim];
  int64_t offset = tap * window.dilation - window.padLow;
  int64_t first = offset < 0 ? llvm::divideCeil(-offset, window.stride) : 0;
  int64_t room = slide.outer[dim] - offset;
  int64_t last = room > 0 ? llvm::divideCeil(room, window.stride) : 0;
  return {first, std::min(last, slide.inner[dim]), offset, window.stride};
}

/// Calls `row(inner, outer, count, stride)` for each run of positions of the
/// tap with indices `taps`: element inner + i of the inner plane meets element
/// outer + i * stride of the outer.
template <typename Row>
void forEachRow(const Slide &slide, const std::array<int64_t, 3> &taps,
                Row row) {
  Range depths = getRange(slide, 0, taps[0]);
  Range heights = getRange(slide, 1, taps[1]);
  Range widths = getRange(slide, 2, taps[2]);
  if (widths.first >= widths.last)
    return;
  for (int64_t d = depths.first; d < depths.last; ++d)
    for (int64_t h = heights.first; h < heights.last; ++h)
      row((d * slide.inner[1] + h) * slide.inner[2] + widths.first,
          (depths.getOuter(d) * slide.outer[1] + heights.getOuter(h)) *
                  slide.outer[2] +
              widths.getOuter(widths.first),
          widths.last - widths.first, widths.stride);
}

/// Calls `tap(index, taps)` for each tap in row-major order.
template <typename Tap>
void forEachTap(const std::array<WindowDim, 3> &window, Tap tap) {
  int64_t index = 0;
  for (int64_t t = 0; t < window[0].size; ++t)
    for (int64_t u = 0; u < window[1].size; ++u)
      for (int64_t v = 0; v < window[2].size; ++v)
        tap(index++, std::array<int64_t, 3>{t, u, v});
}

} // namespace

Tensor reference::startOutput(Value output, Value bias, Value residual,
                              const Operands &operands) {
  if (residual && !bias)
    return operands.getDoubles(residual);
  Tensor result =
      residual ? operands.getDoubles(residual) : makeDoubles(output);
  if (!bias)
    return result;
  Tensor biases = operands.getDoubles(bias);
  ImageShape shape(output);
  for (int64_t plane = 0; plane < shape.getPlanes(); ++plane)
    for (double &value :
         result.get<double>().slice(plane * shape.getPlane(), shape.getPlane()))
      value += biases.get<double>()[plane % shape.channels];
  return result;
}

void reference::addConvolution(const Convolution &conv, const Tensor &input,
                               const Tensor &filter, Tensor &output,
                               unsigned threads) {
  ImageShape in(input.getShape()), out(output.getShape());
  Slide slide = {getWindow3D(conv.window), in.extents, out.extents};
  slide.mergeRows();
  int64_t inputs = in.channels / conv.groups;
  int64_t outputs = out.channels / conv.groups;
  int64_t taps = ImageShape(filter.getShape()).getPlane();
  parallelFor(threads, out.getPlanes(), [&](int64_t plane) {
    int64_t n = plane / out.channels, o = plane % out.channels;
    double *y = output.get<double>().data() + plane * out.getPlane();
    for (int64_t c = 0; c < inputs; ++c) {
      int64_t channel = n * in.channels + o / outputs * inputs + c;
      const double *x = input.get<double>().data() + channel * in.getPlane();
      const double *weights =
          filter.get<double>().data() + (o * inputs + c) * taps;
      forEachTap(slide.window, [&](int64_t tap, auto position) {
        double weight = weights[tap];
        forEachRow(
            slide, position,
            [&](int64_t to, int64_t from, int64_t count, int64_t stride) {
              for (int64_t i = 0; i < count; ++i)
                y[to + i] += weight * x[from + i * stride];
            });
      });
    }
  });
}

Tensor reference::evaluate(ConvOp op, const Operands &operands) {
  Tensor output =
      startOutput(op.getOutput(), op.getBias(), op.getResidual(), operands);
  addConvolution({op.getWindow(), static_cast<int64_t>(op.getGroups())},
                 operands.getDoubles(op.getInput()),
                 operands.getDoubles(op.getFilter()), output,
                 operands.getThreads());
  applyFunction(op.getActivationAttr(), output, operands.getThreads());
  return roundTo(op.getOutput(), output);
}

Tensor reference::evaluate(ConvTransposeOp op, const Operands &operands) {
  ImageShape in(op.getInput()), out(op.getOutput());
  Tensor input = operands.getDoubles(op.getInput());
  Tensor filter = operands.getDoubles(op.getFilter());
  Tensor output = startOutput(op.getOutput(), op.getBias(), {}, operands);
  Slide slide = {getWindow3D(op.getWindow()), out.extents, in.extents};
  int64_t inputs = in.channels / op.getGroups();
  int64_t outputs = out.channels / op.getGroups();
  int64_t taps = ImageShape(op.getFilter()).getPlane();
  parallelFor(operands.getThreads(), out.getPlanes(), [&](int64_t plane) {
    int64_t n = plane / out.channels, o = plane % out.channels;
    double *y = output.get<double>().data() + plane * out.getPlane();
    for (int64_t i = 0; i < inputs; ++i) {
      int64_t c = o / outputs * inputs + i;
      const double *x =
          input.get<double>().data() + (n * in.channels + c) * in.getPlane();
      const double *weights =
          filter.get<double>().data() + (c * outputs + o % outputs) * taps;
      forEachTap(slide.window, [&](int64_t tap, auto position) {
        double weight = weights[tap];
        forEachRow(
            slide, position,
            [&](int64_t from, int64_t to, int64_t count, int64_t stride) {
              for (int64_t k = 0; k < count; ++k)
                y[to + k * stride] += weight * x[from + k];
            });
      });
    }
  });
  applyFunction(op.getActivationAttr(), output, operands.getThreads());
  return roundTo(op.getOutput(), output);
}

//===----------------------------------------------------------------------===//
// Winograd
//===----------------------------------------------------------------------===//

namespace {

/// Winograd's algorithm in two dimensions, for one output tile at a time.
class WinogradTiles {
public:
  WinogradTiles(WinogradConvOp op, const Operands &operands)
      : rows(makeTransforms(op, 0)), columns(makeTransforms(op, 1)),
        in(op.getInput()), out(op.getOutput()), window(op.getWindow()),
        input(operands.getDoubles(op.getInput())),
        filter(transformFilter(operands.getDoubles(op.getFilter()))) {}

  /// Tiles of a column of tiles, and of a row.
  int64_t getTileRows() const {
    return llvm::divideCeil(out.extents[1], rows.tile);
  }
  int64_t getTileColumns() const {
    return llvm::divideCeil(out.extents[2], columns.tile);
  }

  /// Adds the tile whose top-left output is (top, left) to image `n` of
  /// `output`.
  void addTile(Tensor &output, int64_t n, int64_t top, int64_t left) const {
    std::vector<double> inputs = transformInputs(n, top, left);
    int64_t points = rows.extent * columns.extent;
    std::vector<double> products(points);
    for (int64_t o = 0; o < out.channels; ++o) {
      for (int64_t point = 0; point < points; ++point) {
        const double *weights =
            filter.data() + (point * out.channels + o) * in.channels;
        const double *values = inputs.data() + point * in.channels;
        double sum = 0;
        for (int64_t c = 0; c < in.channels; ++c)
          sum += weights[c] * values[c];
        products[point] = sum;
      }
      std::vector<double> tile =
          transform(rows.output, columns.output, products);
      for (int64_t i = 0; i < rows.tile && top + i < out.extents[1]; ++i)
        for (int64_t j = 0; j < columns.tile && left + j < out.extents[2]; ++j)
          output.get<double>()[((n * out.channels + o) * out.extents[1] + top +
                                i) *
                                   out.extents[2] +
                               left + j] += tile[i * columns.tile + j];
    }
  }

private:
  struct Matrix {
    int64_t rows, columns;
    std::vector<double> elements;
  };

  /// The transforms of one dimension.
  struct Transforms {
    int64_t tile, extent;
    Matrix input, output, filter;
  };

  static Transforms makeTransforms(WinogradConvOp op, int dim) {
    int64_t tile = op.getTile()[dim], taps = op.getTaps()[dim];
    WinogradMatrices matrices = getWinogradMatrices(tile, taps);
    int64_t extent = tile + taps - 1;
    return {tile,
            extent,
            {extent, extent, matrices.inputTransform.toDoubles()},
            {tile, extent, matrices.outputTransform.toDoubles()},
            {extent, taps, matrices.filterTransform.toDoubles()}};
  }

  /// L d R^T
  static std::vector<double> transform(const Matrix &left, const Matrix &right,
                                       ArrayRef<double> values) {
    std::vector<double> half(left.rows * right.columns, 0.0);
    for (int64_t i = 0; i < left.rows; ++i)
      for (int64_t k = 0; k < left.columns; ++k)
        for (int64_t j = 0; j < right.columns; ++j)
          half[i * right.columns + j] += left.elements[i * left.columns + k] *
                                         values[k * right.columns + j];
    std::vector<double> result(left.rows * right.rows, 0.0);
    for (int64_t i = 0; i < left.rows; ++i)
      for (int64_t j = 0; j < right.rows; ++j)
        for (int64_t k = 0; k < right.columns; ++k)
          result[i * right.rows + j] += half[i * right.columns + k] *
                                        right.elements[j * right.columns + k];
    return result;
  }

  /// U = G g G'^T: points x outputs x inputs.
  std::vector<double> transformFilter(const Tensor &taps) const {
    int64_t points = rows.extent * columns.extent;
    int64_t filters = out.channels * in.channels;
    int64_t tapCount = rows.filter.columns * columns.filter.columns;
    std::vector<double> result(points * filters);
    for (int64_t i = 0; i < filters; ++i) {
      std::vector<double> values =
          transform(rows.filter, columns.filter,
                    ArrayRef(taps.get<double>()).slice(i * tapCount, tapCount));
      for (int64_t point = 0; point < points; ++point)
        result[point * filters + i] = values[point];
    }
    return result;
  }

  /// B^T d B of all channels; channels are innermost.
  std::vector<double> transformInputs(int64_t n, int64_t top,
                                      int64_t left) const {
    int64_t points = rows.extent * columns.extent;
    std::vector<double> result(points * in.channels), patch(points);
    for (int64_t c = 0; c < in.channels; ++c) {
      const double *x =
          input.get<double>().data() + (n * in.channels + c) * in.getPlane();
      for (int64_t i = 0; i < rows.extent; ++i)
        for (int64_t j = 0; j < columns.extent; ++j) {
          int64_t h = top + i - window[0].padLow;
          int64_t w = left + j - window[1].padLow;
          bool inside =
              h >= 0 && h < in.extents[1] && w >= 0 && w < in.extents[2];
          patch[i * columns.extent + j] =
              inside ? x[h * in.extents[2] + w] : 0.0;
        }
      std::vector<double> values = transform(rows.input, columns.input, patch);
      for (int64_t point = 0; point < points; ++point)
        result[point * in.channels + c] = values[point];
    }
    return result;
  }

  Transforms rows, columns;
  ImageShape in, out;
  Window window;
  Tensor input;
  std::vector<double> filter;
};

} // namespace

Tensor reference::evaluate(WinogradConvOp op, const Operands &operands) {
  WinogradTiles tiles(op, operands);
  Tensor output =
      startOutput(op.getOutput(), op.getBias(), op.getResidual(), operands);
  int64_t tileRows = tiles.getTileRows();
  int64_t count = getShape(op.getOutput())[0] * tileRows;
  parallelFor(operands.getThreads(), count, [&](int64_t i) {
    for (int64_t j = 0; j < tiles.getTileColumns(); ++j)
      tiles.addTile(output, i / tileRows, i % tileRows * op.getTile()[0],
                    j * op.getTile()[1]);
  });
  applyFunction(op.getActivationAttr(), output, operands.getThreads());
  return roundTo(op.getOutput(), output);
}
