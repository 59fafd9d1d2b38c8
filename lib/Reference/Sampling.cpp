//===- Sampling.cpp - The values of samples of images ---------------------===//
//
// Positions are computed in the precision of the positions given, as compiled
// code does: whether a sample is inside must not depend on who computes it. The
// sums are in double precision, as everywhere.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;

namespace {

/// An element along one dimension and its part in a sum; a weight of an element
/// that counts as zero is 0.
struct Tap {
  int64_t index;
  double weight;
};
using Taps = SmallVector<Tap, 4>;

/// The float type whose precision positions of `type` are computed in.
ElementType getPositionType(Value positions) {
  Type type = cast<ShapedType>(positions.getType()).getElementType();
  return type.isF64() ? ElementType::Float64 : ElementType::Float32;
}

/// `x` moved to the range; the lower bound if it is NaN.
template <typename T>
T clampTo(T x, T lower, T upper) {
  return std::fmin(std::fmax(x, lower), upper);
}

//===----------------------------------------------------------------------===//
// Grid sample
//===----------------------------------------------------------------------===//

/// One dimension of an image that a grid of T reads.
template <typename T>
struct GridDim {
  GridDim(GridSampleOp op, int64_t extent)
      : op(op), extent(static_cast<T>(extent)),
        lower(op.getAlignCorners() ? T(0) : T(-0.5)),
        upper(this->extent + (op.getAlignCorners() ? T(-1) : T(-0.5))) {}

  Taps getTaps(T grid) const {
    T x = getInside(getPosition(grid)), floor = std::floor(x), t = x - floor;
    Taps taps;
    switch (op.getMode()) {
    case ResizeMode::nearest:
      add(taps, x, 1);
      break;
    case ResizeMode::linear:
      add(taps, floor, 1 - t);
      add(taps, floor + 1, t);
      break;
    case ResizeMode::cubic:
      for (int i = -1; i <= 2; ++i)
        add(taps, floor + i, getCubicWeight(std::fabs(t - i)));
      break;
    }
    return taps;
  }

private:
  T getPosition(T grid) const {
    T x = op.getAlignCorners() ? (grid + 1) / 2 * (extent - 1)
                               : ((grid + 1) * extent - 1) / 2;
    if (op.getMode() != ResizeMode::nearest)
      return x;
    return getShape(op.getInput()).size() == 4 ? std::rint(x) : std::round(x);
  }

  T getInside(T x) const {
    if (!(x >= lower && x <= upper)) {
      if (op.getPadding() == GridPadding::border &&
          op.getMode() != ResizeMode::cubic)
        x = clampTo<T>(x, 0, extent - 1);
      if (op.getPadding() == GridPadding::reflection)
        x = reflect(x);
    }
    return clampTo<T>(x, -4, extent + 3);
  }

  /// x mirrored at both borders until it is between them.
  T reflect(T x) const {
    T range = upper - lower, distance = std::fabs(x - lower);
    T turns = std::floor(distance / range);
    T rest = distance - turns * range;
    bool isEven = std::floor(turns / 2) == turns / 2;
    return clampTo(isEven ? lower + rest : upper - rest, lower, upper);
  }

  void add(Taps &taps, T position, double weight) const {
    bool isInside = position >= 0 && position <= extent - 1;
    if (op.getPadding() == GridPadding::zeros && !isInside)
      return;
    if (op.getPadding() == GridPadding::reflection &&
        !(position >= lower && position <= upper))
      position = reflect(position);
    taps.push_back(
        {static_cast<int64_t>(clampTo<T>(position, 0, extent - 1)), weight});
  }

  static double getCubicWeight(double t) {
    constexpr double a = -0.75;
    return t <= 1 ? ((a + 2) * t - (a + 3)) * t * t + 1
                  : ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  }

  mutable GridSampleOp op;
  T extent, lower, upper;
};

/// The sum over all combinations of taps; `strides` are those of the image.
double sumTaps(ArrayRef<Taps> taps, ArrayRef<int64_t> strides,
               const double *image) {
  if (taps.empty())
    return *image;
  double sum = 0;
  for (Tap tap : taps.front())
    sum += tap.weight * sumTaps(taps.drop_front(), strides.drop_front(),
                                image + tap.index * strides.front());
  return sum;
}

template <typename T>
Tensor sampleGrid(GridSampleOp op, const Operands &operands) {
  Tensor input = operands.getDoubles(op.getInput());
  Tensor grid =
      operands.get(op.getGrid()).convertTo(getPositionType(op.getGrid()));
  Tensor output = makeDoubles(op.getOutput());
  ArrayRef<int64_t> extents = input.getShape().drop_front(2);
  SmallVector<int64_t> strides = getRowMajorStrides(extents);
  SmallVector<GridDim<T>, 3> dims;
  for (int64_t extent : extents)
    dims.emplace_back(op, extent);
  int64_t plane = countElements(extents), channels = input.getShape()[1];
  int64_t points = countElements(output.getShape().drop_front(2));
  parallelFor(operands.getThreads(), output.getShape()[0], [&](int64_t n) {
    for (int64_t i = 0; i < points; ++i) {
      ArrayRef<T> point = std::as_const(grid).template get<T>().slice(
          (n * points + i) * dims.size(), dims.size());
      SmallVector<Taps> taps;
      for (auto [dim, coordinate] : llvm::zip_equal(dims, llvm::reverse(point)))
        taps.push_back(dim.getTaps(coordinate));
      for (int64_t c = n * channels; c < (n + 1) * channels; ++c)
        output.get<double>()[c * points + i] =
            sumTaps(taps, strides, input.get<double>().data() + c * plane);
    }
  });
  return roundTo(op.getOutput(), output);
}

} // namespace

Tensor reference::evaluate(GridSampleOp op, const Operands &operands) {
  if (getPositionType(op.getGrid()) == ElementType::Float64)
    return sampleGrid<double>(op, operands);
  return sampleGrid<float>(op, operands);
}

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

namespace {

/// One dimension of a region, from `start` to `end`, divided into bins.
template <typename T>
struct RoiDim {
  RoiDim(RoiAlignOp op, int dim, T start, T end)
      : extent(getShape(op.getInput())[2 + dim]) {
    T scale = static_cast<T>(op.getSpatialScale().convertToDouble());
    T offset = op.getHalfPixel() ? T(0.5) : T(0);
    this->start = start * scale - offset;
    T length = end * scale - offset - this->start;
    if (!op.getHalfPixel())
      length = std::fmax(length, T(1));
    bin = length / static_cast<T>(op.getSize()[dim]);
    constexpr T most = RoiAlignOp::maxSamples;
    samples = op.getSamples() != 0
                  ? op.getSamples()
                  : static_cast<int64_t>(clampTo<T>(std::ceil(bin), 0, most));
  }

  /// The neighbours of a sample of a bin; none if it is outside.
  Taps getTaps(int64_t number, int64_t sample) const {
    T part = (static_cast<T>(sample) + T(0.5)) * bin;
    T x = start + static_cast<T>(number) * bin + part / static_cast<T>(samples);
    if (!(x >= -1 && x <= static_cast<T>(extent)))
      return {};
    T inside = clampTo<T>(x, 0, static_cast<T>(extent - 1));
    int64_t low = static_cast<int64_t>(inside);
    double weight = inside - static_cast<T>(low);
    return {{low, 1 - weight}, {std::min(low + 1, extent - 1), weight}};
  }

  int64_t extent, samples;
  T start, bin;
};

/// The bin of one region in the plane of one channel, whose rows are `width`
/// elements apart.
template <typename T>
double alignBin(RoiMode mode, ArrayRef<RoiDim<T>> dims,
                std::array<int64_t, 2> bin, const double *plane) {
  double sum = 0, maximum = -std::numeric_limits<double>::infinity();
  int64_t count = dims[0].samples * dims[1].samples;
  for (int64_t i = 0; i < dims[0].samples; ++i) {
    Taps rows = dims[0].getTaps(bin[0], i);
    for (int64_t j = 0; j < dims[1].samples; ++j) {
      Taps columns = dims[1].getTaps(bin[1], j);
      if (rows.empty() || columns.empty())
        maximum = std::fmax(maximum, 0);
      for (Tap row : rows)
        for (Tap column : columns) {
          double value = row.weight * column.weight *
                         plane[row.index * dims[1].extent + column.index];
          sum += value;
          maximum = cnn::evaluate(BinaryKind::max, maximum, value);
        }
    }
  }
  if (mode == RoiMode::avg)
    return sum / static_cast<double>(std::max<int64_t>(count, 1));
  return count > 0 ? maximum : 0;
}

llvm::Error checkImage(StringRef name, double index, int64_t images) {
  if (index >= 0 && index < static_cast<double>(images))
    return llvm::Error::success();
  return llvm::createStringError(name + " expects regions of image 0 to " +
                                 std::to_string(images - 1) + ", got " +
                                 std::to_string(index));
}

/// Calls `pool(region, image plane, bin)` for every element of the result;
/// `images` says which image a region belongs to.
template <typename Op, typename Pool>
Tensor poolRegions(Op op, const Operands &operands, ArrayRef<int64_t> images,
                   Pool pool) {
  ImageShape in(op.getInput()), out(op.getOutput());
  Tensor input = operands.getDoubles(op.getInput());
  Tensor output = makeDoubles(op.getOutput());
  parallelFor(operands.getThreads(), out.getPlanes(), [&](int64_t index) {
    int64_t region = index / out.channels, channel = index % out.channels;
    const double *plane =
        input.get<double>().data() +
        (images[region] * in.channels + channel) * in.getPlane();
    double *to = output.get<double>().data() + index * out.getPlane();
    for (int64_t h = 0; h < out.extents[1]; ++h)
      for (int64_t w = 0; w < out.extents[2]; ++w)
        *to++ = pool(region, plane, std::array<int64_t, 2>{h, w});
  });
  return roundTo(op.getOutput(), output);
}

template <typename T>
llvm::Expected<Tensor> alignRegions(RoiAlignOp op, const Operands &operands) {
  const Tensor rois =
      operands.get(op.getRois()).convertTo(getPositionType(op.getRois()));
  const Tensor indices =
      operands.get(op.getIndices()).convertTo(ElementType::Int64);
  SmallVector<std::array<RoiDim<T>, 2>> regions;
  for (auto [i, image] : llvm::enumerate(indices.get<int64_t>())) {
    if (llvm::Error error = checkImage("roi_align", static_cast<double>(image),
                                       getShape(op.getInput())[0]))
      return std::move(error);
    ArrayRef<T> roi = rois.get<T>().slice(i * 4, 4);
    regions.push_back(
        {RoiDim<T>(op, 0, roi[1], roi[3]), RoiDim<T>(op, 1, roi[0], roi[2])});
  }
  return poolRegions(
      op, operands, indices.get<int64_t>(),
      [&](int64_t region, const double *plane, std::array<int64_t, 2> bin) {
        return alignBin<T>(op.getMode(), regions[region], bin, plane);
      });
}

/// The elements [first, last) of bin `number` of a dimension of `extent`
/// elements, of which the region reaches from `start` to `end`.
template <typename T>
std::pair<int64_t, int64_t> getBin(T start, T end, int64_t bins, int64_t number,
                                   int64_t extent) {
  T bin = std::fmax(end - start + 1, T(1)) / static_cast<T>(bins);
  auto limit = [&](T x) {
    return static_cast<int64_t>(
        clampTo<T>(x + start, 0, static_cast<T>(extent)));
  };
  return {limit(std::floor(static_cast<T>(number) * bin)),
          limit(std::ceil(static_cast<T>(number + 1) * bin))};
}

template <typename T>
llvm::Expected<Tensor> maxPoolRegions(MaxRoiPoolOp op,
                                      const Operands &operands) {
  const Tensor rois =
      operands.get(op.getRois()).convertTo(getPositionType(op.getRois()));
  ArrayRef<int64_t> shape = getShape(op.getInput());
  T scale = static_cast<T>(op.getSpatialScale().convertToDouble());
  SmallVector<int64_t> images;
  for (int64_t i = 0, count = rois.getShape()[0]; i < count; ++i) {
    T image = rois.get<T>()[i * 5];
    if (llvm::Error error = checkImage("max_roi_pool", image, shape[0]))
      return std::move(error);
    images.push_back(static_cast<int64_t>(image));
  }
  auto getBounds = [&](int64_t region, int dim, int64_t number) {
    ArrayRef<T> roi = rois.get<T>().slice(region * 5, 5);
    return getBin<T>(std::round(roi[2 - dim] * scale),
                     std::round(roi[4 - dim] * scale), op.getSize()[dim],
                     number, shape[2 + dim]);
  };
  return poolRegions(
      op, operands, images,
      [&](int64_t region, const double *plane, std::array<int64_t, 2> bin) {
        auto [top, bottom] = getBounds(region, 0, bin[0]);
        auto [left, right] = getBounds(region, 1, bin[1]);
        double maximum = -std::numeric_limits<double>::infinity();
        for (int64_t row = top; row < bottom; ++row)
          for (int64_t column = left; column < right; ++column)
            maximum = cnn::evaluate(BinaryKind::max, maximum,
                                    plane[row * shape[3] + column]);
        return bottom > top && right > left ? maximum : 0;
      });
}

} // namespace

llvm::Expected<Tensor> reference::evaluate(RoiAlignOp op,
                                           const Operands &operands) {
  if (getPositionType(op.getRois()) == ElementType::Float64)
    return alignRegions<double>(op, operands);
  return alignRegions<float>(op, operands);
}

llvm::Expected<Tensor> reference::evaluate(MaxRoiPoolOp op,
                                           const Operands &operands) {
  if (getPositionType(op.getRois()) == ElementType::Float64)
    return maxPoolRegions<double>(op, operands);
  return maxPoolRegions<float>(op, operands);
}
