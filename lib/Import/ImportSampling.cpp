//===- ImportSampling.cpp - Grids, regions and patches --------------------===//

#include "Box.h"
#include "Build.h"
#include "Operators.h"

#include <numeric>

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Grids
//===----------------------------------------------------------------------===//

/// Opset 20 renamed the modes.
static ResizeMode readGridMode(Node &node) {
  StringRef name =
      node.getString("mode", node.getOpset() < 20 ? "bilinear" : "linear");
  StringRef newName = llvm::StringSwitch<StringRef>(name)
                          .Case("bilinear", "linear")
                          .Case("bicubic", "cubic")
                          .Default(name);
  std::optional<ResizeMode> mode = symbolizeResizeMode(newName);
  if (!mode)
    (void)node.fail("expects mode = 'nearest', 'linear' or 'cubic'; got '" +
                    name + "'");
  return mode.value_or(ResizeMode::linear);
}

static LogicalResult importGridSample(Node &node) {
  Value input = node.getImage(0), grid = node.getFloats(1);
  ResizeMode mode = readGridMode(node);
  StringRef name = node.getString("padding_mode", "zeros");
  std::optional<GridPadding> padding = symbolizeGridPadding(name);
  bool alignCorners = node.getFlag("align_corners");
  if (!padding)
    return node.fail("expects padding_mode = 'zeros', 'border' or "
                     "'reflection'; got '" +
                     name + "'");
  if (failed(node.check()))
    return failure();
  return node.create<GridSampleOp>(mode, input, grid, *padding, alignCorners);
}

/// The coordinates from -1 to 1 of `extent` elements.
static SmallVector<double> getCoordinates(int64_t extent, bool alignCorners) {
  SmallVector<double> coordinates;
  auto count = static_cast<double>(extent);
  for (int64_t i = 0; i < extent; ++i) {
    auto position = static_cast<double>(i);
    if (!alignCorners)
      coordinates.push_back((2 * position + 1) / count - 1);
    else
      coordinates.push_back(extent > 1 ? 2 * position / (count - 1) - 1 : -1);
  }
  return coordinates;
}

/// Rows of (x, y, 1) or (x, y, z, 1) for all elements of an image.
static Value buildUniformGrid(Node &node, Type element,
                              ArrayRef<int64_t> extents, bool alignCorners) {
  // Extents are not more than 2^31 in all.
  int64_t count = extents.size() + 1;
  for (int64_t extent : extents)
    count *= extent;
  if (failed(checkConstantSize(node, count)))
    return {};
  SmallVector<SmallVector<double>> coordinates;
  for (int64_t extent : extents)
    coordinates.push_back(getCoordinates(extent, alignCorners));
  std::vector<double> grid;
  forEachIndex(extents, [&](ArrayRef<int64_t> index) {
    for (size_t dim = extents.size(); dim-- > 0;)
      grid.push_back(coordinates[dim][index[dim]]);
    grid.push_back(1);
  });
  int64_t columns = extents.size() + 1;
  int64_t rows = static_cast<int64_t>(grid.size()) / columns;
  return buildConstant(node, element, {rows, columns}, grid);
}

/// The product of a constant grid and the transposed matrices.
static LogicalResult importAffineGrid(Node &node) {
  Value theta = node.getFloats(0);
  const Known *size = node.getKnown(1);
  bool alignCorners = node.getFlag("align_corners");
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> shape = getShape(theta);
  int64_t dims = static_cast<int64_t>(size->numbers.size()) - 2;
  if ((dims != 2 && dims != 3) || shape.size() != 3 || shape[1] != dims ||
      shape[2] != dims + 1)
    return node.fail("expects N matrices of 2x3 and a size of 4 numbers, or of "
                     "3x4 and 5; got " +
                     debugString(theta.getType()) + " and " +
                     Twine(size->numbers.size()));
  SmallVector<int64_t> extents;
  int64_t count = 1;
  for (Number number : ArrayRef(size->numbers).drop_front(2)) {
    int64_t extent = number.isConstant() ? number.getInteger() : 0;
    if (extent < 1 || extent > maxExtent || (count *= extent) > maxExtent)
      return node.fail("expects a size of positive extents, and of less than "
                       "2^31 elements, known at compile time");
    extents.push_back(extent);
  }
  Number images = size->numbers[0];
  if (ShapedType::isDynamic(shape[0]) ? !images.isBatch()
                                      : images.value != shape[0])
    return node.fail("expects a size that starts with the number of matrices");
  Value grid =
      buildUniformGrid(node, getElementType(theta), extents, alignCorners);
  Value transposed = buildTranspose(node, theta, {0, 2, 1});
  Value points = node.build<MatmulOp>(grid, transposed);
  SmallVector<int64_t> target = {shape[0]};
  llvm::append_range(target, extents);
  target.push_back(dims);
  return node.setOutput(0, buildReshape(node, points, target));
}

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

static LogicalResult importRoiAlign(Node &node) {
  Value input = node.getImage(0), rois = node.getFloats(1);
  Value indices = node.getInput(2);
  bool isOld = node.getOpset() < 16;
  StringRef coordinates =
      node.getString("coordinate_transformation_mode",
                     isOld ? "output_half_pixel" : "half_pixel");
  StringRef name = node.getString("mode", "avg");
  std::optional<RoiMode> mode = symbolizeRoiMode(name);
  SmallVector<int64_t> size = {node.getInteger("output_height", 1),
                               node.getInteger("output_width", 1)};
  int64_t samples = node.getInteger("sampling_ratio", 0);
  double scale = node.getFloat("spatial_scale", 1);
  if (!mode)
    return node.fail("expects mode = 'avg' or 'max'; got '" + name + "'");
  if (coordinates != "half_pixel" && coordinates != "output_half_pixel")
    return node.fail("expects coordinate_transformation_mode = 'half_pixel' or "
                     "'output_half_pixel'; got '" +
                     coordinates + "'");
  if (failed(node.check()))
    return failure();
  return node.create<RoiAlignOp>(*mode, input, rois, indices, size, samples,
                                 node.toFloat(scale),
                                 coordinates == "half_pixel");
}

static LogicalResult importMaxRoiPool(Node &node) {
  Value input = node.getImage(0), rois = node.getFloats(1);
  SmallVector<int64_t> size = node.getIntegerList("pooled_shape");
  double scale = node.getFloat("spatial_scale", 1);
  if (failed(node.check()))
    return failure();
  return node.create<MaxRoiPoolOp>(input, rois, size, node.toFloat(scale));
}

//===----------------------------------------------------------------------===//
// Patches
//===----------------------------------------------------------------------===//

/// Crops or pads some dimensions at both ends, the odd element at the end.
static LogicalResult importCenterCropPad(Node &node) {
  Value input = node.getInput(0);
  const Known *target = node.getKnown(1);
  SmallVector<int64_t> axes = node.getIntegerList("axes");
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> shape = getShape(input);
  axes = node.normalizeAxes(axes, shape.size());
  if (axes.empty()) {
    axes.resize(shape.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (node.hasFailed())
    return failure();
  if (axes.size() != target->numbers.size())
    return node.fail("expects one extent per axis (" + Twine(axes.size()) +
                     "); got " + Twine(target->numbers.size()));
  SmallVector<int64_t> low(shape.size(), 0), high(shape.size(), 0);
  for (auto [axis, number] : llvm::zip_equal(axes, target->numbers)) {
    if (number.isBatch() && ShapedType::isDynamic(shape[axis]))
      continue;
    int64_t extent = number.isConstant() ? number.getInteger() : -1;
    if (ShapedType::isDynamic(shape[axis]) || extent < 0 || extent > maxExtent)
      return node.fail("expects extents known at compile time, and to keep a "
                       "dynamic batch");
    int64_t total = std::abs(extent - shape[axis]);
    int64_t sign = extent < shape[axis] ? -1 : 1;
    low[axis] = sign * (total / 2);
    high[axis] = sign * (total - total / 2);
  }
  return node.create<PadOp>(PadMode::constant, input, low, high,
                            node.toFloat(0));
}

namespace {

/// What Col2Im says about patches of an image; one entry per dimension, pads
/// twice as many.
struct Patches {
  SmallVector<int64_t> image, block, strides, dilations, pads;
  /// Patches along each dimension, and elements behind the last.
  SmallVector<int64_t> counts, rest;
};

} // namespace

/// Counts the patches; fails if the lists do not fit together.
static LogicalResult countPatches(Node &node, Patches &patches) {
  size_t dims = patches.image.size();
  auto complete = [](SmallVector<int64_t> &list, size_t size, int64_t value) {
    if (list.empty())
      list.assign(size, value);
    return list.size() == size && llvm::all_of(list, [&](int64_t entry) {
             return entry >= value && entry < (int64_t(1) << 20);
           });
  };
  if (dims < 1 || dims > 3 || patches.block.size() != dims ||
      !complete(patches.image, dims, 1) || !complete(patches.block, dims, 1) ||
      !complete(patches.strides, dims, 1) ||
      !complete(patches.dilations, dims, 1) ||
      !complete(patches.pads, 2 * dims, 0))
    return node.fail("expects lists of positive numbers for one to three "
                     "spatial dimensions");
  for (size_t i = 0; i < dims; ++i) {
    int64_t reach = (patches.block[i] - 1) * patches.dilations[i] + 1;
    int64_t room =
        patches.image[i] + patches.pads[i] + patches.pads[i + dims] - reach;
    if (room < 0)
      return node.fail("expects blocks that fit into the padded image");
    patches.counts.push_back(room / patches.strides[i] + 1);
    patches.rest.push_back(room % patches.strides[i]);
  }
  return success();
}

/// Filters of the shape `block`: number k is 1 at tap k and 0 elsewhere.
static Value buildIdentityFilters(Node &node, Type element, int64_t taps,
                                  ArrayRef<int64_t> block) {
  SmallVector<int64_t> shape = {taps, 1};
  llvm::append_range(shape, block);
  std::vector<double> identity(taps * taps, 0.0);
  for (int64_t i = 0; i < taps; ++i)
    identity[i * taps + i] = 1;
  return buildConstant(node, element, shape, identity);
}

/// Column k of the input is the patch at position k of the image: a transposed
/// convolution with one filter for each element of a patch.
static LogicalResult importCol2Im(Node &node) {
  Value input = node.getFloats(0);
  Patches patches;
  patches.image = node.getIntegers(1);
  patches.block = node.getIntegers(2);
  patches.strides = node.getIntegerList("strides");
  patches.dilations = node.getIntegerList("dilations");
  patches.pads = node.getIntegerList("pads");
  if (failed(node.check()) || failed(countPatches(node, patches)))
    return failure();
  ArrayRef<int64_t> shape = getShape(input);
  int64_t taps = 1;
  for (int64_t extent : patches.block)
    taps = std::min<int64_t>(taps * extent, 1 << 20);
  if (taps > 4096 || shape.size() != 3 || shape[1] % taps != 0)
    return node.fail("expects blocks of at most 4096 elements that divide the "
                     "rows of the columns; got " +
                     debugString(input.getType()));
  SmallVector<int64_t> columns = {-1, taps};
  llvm::append_range(columns, patches.counts);
  Value filters =
      buildIdentityFilters(node, getElementType(input), taps, patches.block);
  Value result = node.build<ConvTransposeOp>(
      node.build<ReshapeOp>(input, columns), filters, Value(), patches.strides,
      patches.pads, patches.dilations, patches.rest, /*groups=*/1,
      FunctionAttr());
  SmallVector<int64_t> target = {shape[0], shape[1] / taps};
  llvm::append_range(target, patches.image);
  return node.setOutput(0, buildReshape(node, result, target));
}

ArrayRef<OperatorRow> mlir::cnn::getSamplingOperators() {
  static const OperatorRow rows[] = {
      {"AffineGrid", 20, importAffineGrid},
      {"CenterCropPad", 18, importCenterCropPad},
      {"Col2Im", 18, importCol2Im},
      {"GridSample", 16, importGridSample},
      {"MaxRoiPool", 1, importMaxRoiPool},
      {"RoiAlign", 10, importRoiAlign},
  };
  return rows;
}
