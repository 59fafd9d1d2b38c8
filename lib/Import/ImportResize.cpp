//===- ImportResize.cpp - Resize and Upsample -----------------------------===//

#include "Box.h"
#include "Build.h"
#include "Operators.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlir::cnn;

namespace {

/// The shape of a resized image and the factors its coordinates follow.
struct Extents {
  SmallVector<int64_t> shape;
  SmallVector<double> scales;
};

/// The attributes of cnn.resize.
struct Interpolation {
  ResizeMode mode = ResizeMode::nearest;
  CoordinateMode coordinates = CoordinateMode::asymmetric;
  NearestMode rounding = NearestMode::floor;
  double cubicCoefficient = -0.75;
  bool excludeOutside = false, antialias = false;
  /// The starts and then the ends of the region that is resized, relative to
  /// the input; and what is outside of the input.
  SmallVector<double> roi;
  double extrapolation = 0;
};

} // namespace

/// Nothing changes: the start for resizing some dimensions.
static Extents getSameExtents(ArrayRef<int64_t> input) {
  Extents extents;
  extents.shape.assign(input.begin(), input.end());
  extents.scales.assign(input.size(), 1.0);
  return extents;
}

/// Extents are rounded down in single precision, as exporters compute them.
static Extents getScaled(Node &node, ArrayRef<int64_t> input,
                         ArrayRef<int64_t> axes, ArrayRef<double> scales) {
  Extents extents = getSameExtents(input);
  if (scales.size() != axes.size()) {
    (void)node.fail("expects " + Twine(axes.size()) + " scales; got " +
                    Twine(scales.size()));
    return extents;
  }
  for (auto [axis, scale] : llvm::zip_equal(axes, scales)) {
    if (scale == 1)
      continue;
    double extent =
        std::floor(static_cast<float>(input[axis]) * static_cast<float>(scale));
    if (ShapedType::isDynamic(input[axis]) || !(scale > 0) ||
        !(extent >= 1 && extent <= maxExtent)) {
      (void)node.fail("expects positive scales that give extents from 1 to "
                      "2^31, and 1 for a dynamic batch; got " +
                      std::to_string(scale) + " for axis " + Twine(axis));
      return extents;
    }
    extents.shape[axis] = static_cast<int64_t>(extent);
    extents.scales[axis] = scale;
  }
  return extents;
}

/// Keeps the aspect ratio: the smallest or largest of the scales for all.
static void keepAspectRatio(Extents &extents, ArrayRef<int64_t> input,
                            ArrayRef<int64_t> axes, bool notLarger) {
  double scale = extents.scales[axes.front()];
  for (int64_t axis : axes)
    scale = notLarger ? std::min(scale, extents.scales[axis])
                      : std::max(scale, extents.scales[axis]);
  for (int64_t axis : axes) {
    extents.scales[axis] = scale;
    extents.shape[axis] = std::llround(scale * input[axis]);
  }
}

static Extents getSized(Node &node, ArrayRef<int64_t> input,
                        ArrayRef<int64_t> axes, ArrayRef<Number> sizes) {
  Extents extents = getSameExtents(input);
  if (sizes.size() != axes.size()) {
    (void)node.fail("expects " + Twine(axes.size()) + " sizes; got " +
                    Twine(sizes.size()));
    return extents;
  }
  for (auto [axis, size] : llvm::zip_equal(axes, sizes)) {
    if (size.isBatch() && ShapedType::isDynamic(input[axis]))
      continue;
    if (ShapedType::isDynamic(input[axis]) || !size.isConstant() ||
        !(size.value >= 1 && size.value <= maxExtent) || input[axis] < 1) {
      (void)node.fail("expects sizes from 1 to 2^31 and to keep a dynamic "
                      "batch; got " +
                      Twine(size.getInteger()) + " for axis " + Twine(axis));
      return extents;
    }
    extents.shape[axis] = size.getInteger();
    extents.scales[axis] = size.value / static_cast<double>(input[axis]);
  }
  StringRef policy =
      node.getOpset() < 18
          ? "stretch"
          : node.getString("keep_aspect_ratio_policy", "stretch");
  if (policy == "not_larger" || policy == "not_smaller")
    keepAspectRatio(extents, input, axes, policy == "not_larger");
  else if (policy != "stretch")
    (void)node.fail("expects keep_aspect_ratio_policy = 'stretch', "
                    "'not_larger' or 'not_smaller'; got '" +
                    policy + "'");
  return extents;
}

/// The constants of an input; 0 for a number that is none.
static SmallVector<double> getNumbers(Node &node, int64_t index) {
  SmallVector<double> numbers;
  if (const Known *known = node.getKnown(index))
    for (Number number : known->numbers)
      numbers.push_back(number.isConstant() ? number.value : 0);
  return numbers;
}

/// `value` resized, where positions outside of the image become the
/// extrapolation value.
static Value buildCrop(Node &node, Value value, double extrapolation) {
  if (node.hasFailed())
    return {};
  auto resize = value.getDefiningOp<ResizeOp>();
  ArrayRef<int64_t> shape = getShape(value);
  Box box = getWholeBox(shape);
  SmallVector<int64_t> high(shape.size(), 0);
  for (int64_t axis = 0, rank = shape.size(); axis < rank; ++axis) {
    if (!resize.isResized(axis))
      continue;
    double last = static_cast<double>(getShape(resize.getInput())[axis] - 1);
    // Rounding does not put the last element outside.
    double tolerance = 1e-6 * (last + 1);
    auto isInside = [&](int64_t i) {
      double x = resize.getCoordinate(axis, i);
      return x >= -tolerance && x <= last + tolerance;
    };
    auto positions = llvm::seq<int64_t>(0, shape[axis]);
    auto first = llvm::find_if(positions, isInside);
    int64_t count = llvm::count_if(positions, isInside);
    if (count == 0) {
      (void)node.fail("expects a region that the image is a part of; got one "
                      "outside for axis " +
                      Twine(axis));
      return {};
    }
    box.starts[axis] = *first;
    box.sizes[axis] = count;
    high[axis] = shape[axis] - count - *first;
  }
  Value inside = buildSlice(node, value, box);
  return node.build<PadOp>(PadMode::constant, inside, box.starts, high,
                           node.toFloat(extrapolation));
}

static Value buildResize(Node &node, Value input, const Extents &extents,
                         const Interpolation &interpolation) {
  Value result = node.build<ResizeOp>(
      interpolation.mode, input, extents.shape, extents.scales,
      interpolation.coordinates, interpolation.rounding,
      node.toFloat(interpolation.cubicCoefficient), interpolation.roi,
      interpolation.excludeOutside, interpolation.antialias);
  if (interpolation.coordinates == CoordinateMode::tf_crop_and_resize)
    return buildCrop(node, result, interpolation.extrapolation);
  return result;
}

/// Integers are interpolated in double precision, kept in the range of their
/// type and truncated.
static Value buildIntegerResize(Node &node, Value input, const Extents &extents,
                                const Interpolation &interpolation) {
  auto type = cast<IntegerType>(getElementType(input));
  Value doubles = buildCast(node, input, Float64Type::get(node.getContext()));
  Value result = buildResize(node, doubles, extents, interpolation);
  if (type.getWidth() < 32) {
    bool isUnsigned = type.isUnsigned();
    int64_t values = int64_t(1) << type.getWidth();
    result =
        buildUnary(node, FunctionKind::clip, result,
                   static_cast<double>(isUnsigned ? 0 : -values / 2),
                   static_cast<double>((isUnsigned ? values : values / 2) - 1));
  }
  return buildCast(node, result, type);
}

static LogicalResult createResize(Node &node, Value input, Extents extents,
                                  const Interpolation &interpolation) {
  if (failed(node.check()))
    return failure();
  replaceDynamic(extents.shape);
  bool isInteger = isa<IntegerType>(getElementType(input));
  Value result = isInteger && interpolation.mode != ResizeMode::nearest
                     ? buildIntegerResize(node, input, extents, interpolation)
                     : buildResize(node, input, extents, interpolation);
  return node.setOutput(0, result);
}

/// The value `symbolize` gives attribute `name`, or a diagnostic.
template <typename Enum>
static Enum readEnum(Node &node, StringRef name, StringRef defaultValue,
                     std::optional<Enum> (*symbolize)(StringRef)) {
  StringRef text = node.getString(name, defaultValue);
  std::optional<Enum> value = symbolize(text);
  if (!value)
    (void)node.fail("expects another " + name + "; got '" + text +
                    "', which is not supported");
  return value.value_or(*symbolize(defaultValue));
}

/// Upsample, and Resize of opset 10: coordinates are y / scale, rounded down
/// (up where the image shrinks, as ONNX Runtime does).
static LogicalResult importSimpleResize(Node &node, Value input,
                                        ArrayRef<double> scales) {
  if (node.hasFailed())
    return failure();
  Interpolation interpolation;
  StringRef mode = node.getString("mode", "nearest");
  interpolation.mode =
      mode == "bilinear"
          ? ResizeMode::linear
          : readEnum<ResizeMode>(node, "mode", "nearest", symbolizeResizeMode);
  ArrayRef<int64_t> shape = getShape(input);
  SmallVector<int64_t> axes(shape.size());
  std::iota(axes.begin(), axes.end(), 0);
  Extents extents = getScaled(node, shape, axes, scales);
  if (llvm::any_of(scales, [](double scale) { return scale < 1; }))
    interpolation.rounding = NearestMode::ceil;
  return createResize(node, input, extents, interpolation);
}

static LogicalResult importUpsample(Node &node) {
  Value input = node.getInput(0);
  if (node.getOpset() < 9)
    return importSimpleResize(node, input, node.getFloatList("scales"));
  return importSimpleResize(node, input, getNumbers(node, 1));
}

static Interpolation readInterpolation(Node &node) {
  Interpolation interpolation;
  interpolation.mode =
      readEnum<ResizeMode>(node, "mode", "nearest", symbolizeResizeMode);
  interpolation.coordinates =
      readEnum<CoordinateMode>(node, "coordinate_transformation_mode",
                               "half_pixel", symbolizeCoordinateMode);
  interpolation.rounding = readEnum<NearestMode>(
      node, "nearest_mode", "round_prefer_floor", symbolizeNearestMode);
  interpolation.cubicCoefficient = node.getFloat("cubic_coeff_a", -0.75);
  interpolation.extrapolation = node.getFloat("extrapolation_value", 0);
  interpolation.excludeOutside = node.getFlag("exclude_outside");
  if (node.getOpset() >= 18)
    interpolation.antialias =
        node.getFlag("antialias") && interpolation.mode != ResizeMode::nearest;
  return interpolation;
}

/// The region of interest, in all dimensions, that tf_crop_and_resize reads and
/// others ignore.
static void readRoi(Node &node, int64_t rank, ArrayRef<int64_t> axes,
                    Interpolation &interpolation) {
  if (interpolation.coordinates != CoordinateMode::tf_crop_and_resize)
    return node.ignoreInput(1);
  SmallVector<double> bounds = getNumbers(node, 1);
  if (bounds.size() != 2 * axes.size()) {
    (void)node.fail("expects a roi of " + Twine(2 * axes.size()) +
                    " numbers; got " + Twine(bounds.size()));
    return;
  }
  interpolation.roi.assign(rank, 0);
  interpolation.roi.append(rank, 1);
  for (auto [i, axis] : llvm::enumerate(axes)) {
    interpolation.roi[axis] = bounds[i];
    interpolation.roi[axis + rank] = bounds[i + axes.size()];
  }
}

static LogicalResult importResize(Node &node) {
  Value input = node.getInput(0);
  if (node.getOpset() < 11)
    return importSimpleResize(node, input, getNumbers(node, 1));
  Interpolation interpolation = readInterpolation(node);
  if (node.hasFailed())
    return failure();
  ArrayRef<int64_t> shape = getShape(input);
  SmallVector<int64_t> axes;
  if (node.getOpset() >= 18)
    axes = node.normalizeAxes(node.getIntegerList("axes"), shape.size());
  if (axes.empty()) {
    axes.resize(shape.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  readRoi(node, shape.size(), axes, interpolation);
  SmallVector<double> scales;
  if (node.hasInput(2))
    scales = getNumbers(node, 2);
  if (node.hasFailed())
    return failure();
  if (scales.empty()) {
    const Known *sizes = node.getKnown(3);
    if (!sizes || axes.empty())
      return node.fail("expects scales or sizes");
    return createResize(node, input,
                        getSized(node, shape, axes, sizes->numbers),
                        interpolation);
  }
  // Exporters leave sizes beside scales empty.
  node.ignoreInput(3);
  if (node.getOpset() >= 18)
    node.ignoreAttribute("keep_aspect_ratio_policy");
  return createResize(node, input, getScaled(node, shape, axes, scales),
                      interpolation);
}

ArrayRef<OperatorRow> mlir::cnn::getResizeOperators() {
  static const OperatorRow rows[] = {
      {"Resize", 10, importResize},
      {"Upsample", 1, importUpsample, nullptr, /*last=*/9},
  };
  return rows;
}
