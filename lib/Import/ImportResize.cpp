//===- ImportResize.cpp - Resize and Upsample -----------------------------===//

#include "Box.h"
#include "Node.h"
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

static SmallVector<double> getScales(Node &node, int64_t index) {
  SmallVector<double> scales;
  if (const Known *known = node.getKnown(index))
    for (Number number : known->numbers)
      scales.push_back(number.isConstant() ? number.value : 0);
  return scales;
}

static LogicalResult createResize(Node &node, Value input, Extents extents,
                                  const Interpolation &interpolation) {
  if (failed(node.check()))
    return failure();
  replaceDynamic(extents.shape);
  return node.create<ResizeOp>(interpolation.mode, input, extents.shape,
                               extents.scales, interpolation.coordinates,
                               interpolation.rounding,
                               node.toFloat(interpolation.cubicCoefficient));
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
  Value input = node.getFloats(0);
  if (node.getOpset() < 9)
    return importSimpleResize(node, input, node.getFloatList("scales"));
  return importSimpleResize(node, input, getScales(node, 1));
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
  // Only tf_crop_and_resize, which is refused, reads outside the image.
  node.ignoreAttribute("extrapolation_value");
  if (node.getFlag("exclude_outside"))
    (void)node.fail("expects exclude_outside = 0; got 1");
  if (node.getOpset() >= 18 && node.getFlag("antialias"))
    (void)node.fail("expects antialias = 0; got 1");
  return interpolation;
}

static LogicalResult importResize(Node &node) {
  Value input = node.getFloats(0);
  if (node.getOpset() < 11)
    return importSimpleResize(node, input, getScales(node, 1));
  Interpolation interpolation = readInterpolation(node);
  // The region only matters for tf_crop_and_resize.
  node.ignoreInput(1);
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
  SmallVector<double> scales;
  if (node.hasInput(2))
    scales = getScales(node, 2);
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
