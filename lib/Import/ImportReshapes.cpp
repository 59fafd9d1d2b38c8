//===- ImportReshapes.cpp - New shapes for the same elements --------------===//

#include "Batch.h"
#include "Build.h"
#include "Operators.h"
#include "TensorData.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::cnn;

/// Computes the shape of the result from the shape of the input, in both of
/// which the batch may be dynamic.
using ShapeFunction = SmallVector<int64_t> (*)(Node &, ArrayRef<int64_t>);

/// The product of all extents but the dynamic one, or nothing if it is absurd.
static std::optional<int64_t> getProduct(ArrayRef<int64_t> shape) {
  int64_t product = 1;
  for (int64_t extent : shape)
    if (!ShapedType::isDynamic(extent) &&
        (extent < 0 || llvm::MulOverflow(product, extent, product)))
      return std::nullopt;
  return product;
}

template <ShapeFunction function>
static LogicalResult importShape(Node &node) {
  Value input = node.getInput(0);
  if (node.hasFailed())
    return failure();
  SmallVector<int64_t> shape = function(node, getShape(input));
  if (failed(node.check()))
    return failure();
  return node.setOutput(0, buildReshape(node, input, shape));
}

template <ShapeFunction function>
static LogicalResult evaluateShape(Node &node) {
  const Known *input = node.getKnown(0);
  if (node.hasFailed())
    return failure();
  SmallVector<int64_t> shape = function(node, input->getShape());
  if (failed(node.check()))
    return failure();
  Known result = *input;
  result.type = RankedTensorType::get(shape, input->type.getElementType());
  return node.setOutput(0, std::move(result));
}

//===----------------------------------------------------------------------===//
// Reshape
//===----------------------------------------------------------------------===//

/// The entries of Reshape's shape with zeros and the batch resolved; -1 stays.
static SmallVector<int64_t> readEntries(Node &node, ArrayRef<int64_t> input) {
  bool zeroMeansZero = node.getOpset() >= 14 && node.getFlag("allowzero");
  SmallVector<int64_t> shape;
  const Known *known = node.getKnown(1);
  if (node.hasFailed())
    return shape;
  if (known->isFloat())
    (void)node.fail("expects a list of integers in input 1; got " +
                    debugString(Type(known->type)));
  for (auto [i, number] : llvm::enumerate(known->numbers)) {
    bool copies = number.isConstant() && number.value == 0 && !zeroMeansZero;
    if (copies && i >= input.size())
      (void)node.fail("expects an entry 0 only where the input has a "
                      "dimension; got one at " +
                      Twine(i));
    else if (!number.isConstant() && !number.isBatch())
      (void)node.fail("expects constants or the batch as entries; got another "
                      "number that depends on the batch (--input-shape fixes "
                      "the batch)");
    else if (number.isConstant() && number.getInteger() < -1)
      (void)node.fail("expects entries of at least -1; got " +
                      Twine(number.getInteger()));
    if (node.hasFailed())
      return shape;
    shape.push_back(copies             ? input[i]
                    : number.isBatch() ? ShapedType::kDynamic
                                       : number.getInteger());
  }
  return shape;
}

/// The batch goes where the shape says, or else where its -1 is; the -1 is what
/// remains of the elements of one image.
static SmallVector<int64_t> getReshape(Node &node, ArrayRef<int64_t> input) {
  SmallVector<int64_t> shape = readEntries(node, input);
  if (node.hasFailed())
    return shape;
  std::string requested = describeShape(shape);
  auto *unknown = llvm::find(shape, -1);
  bool isDynamic = llvm::is_contained(input, ShapedType::kDynamic);
  bool targetIsDynamic = llvm::is_contained(shape, ShapedType::kDynamic);
  if (unknown != shape.end() && isDynamic && !targetIsDynamic) {
    *unknown = ShapedType::kDynamic;
    targetIsDynamic = true;
    unknown = shape.end();
  }
  std::optional<int64_t> available = getProduct(input);
  if (unknown != shape.end())
    *unknown = 1;
  std::optional<int64_t> used = getProduct(shape);
  bool fits = used && available && isDynamic == targetIsDynamic &&
              llvm::count(shape, ShapedType::kDynamic) <= 1;
  if (fits && unknown != shape.end()) {
    fits = *used > 0 && *available % *used == 0;
    *unknown = fits ? *available / *used : 0;
  } else if (fits) {
    fits = *available == *used;
  }
  if (!fits)
    (void)node.fail("expects a shape with as many elements as " +
                    describeShape(input) + " has; got " + requested);
  return shape;
}

//===----------------------------------------------------------------------===//
// Flatten, Squeeze, Unsqueeze
//===----------------------------------------------------------------------===//

static SmallVector<int64_t> getFlatten(Node &node, ArrayRef<int64_t> input) {
  int64_t axis = node.normalizeAxis(node.getInteger("axis", 1), input.size(),
                                    /*inclusive=*/true);
  SmallVector<int64_t> shape = {1, 1};
  for (auto [i, extent] : llvm::enumerate(input)) {
    int64_t &target = shape[static_cast<int64_t>(i) < axis ? 0 : 1];
    if (ShapedType::isDynamic(extent)) {
      target = extent;
    } else if (!ShapedType::isDynamic(target)) {
      target *= extent;
    } else if (extent != 1) {
      (void)node.fail("expects an axis right behind the dynamic batch; got " +
                      Twine(axis));
    }
  }
  return shape;
}

/// Axes became an input with opset 13.
static SmallVector<int64_t> readAxes(Node &node) {
  if (node.getOpset() < 13)
    return node.getIntegerList("axes");
  return node.hasInput(1) ? node.getIntegers(1) : SmallVector<int64_t>();
}

static SmallVector<int64_t> getSqueeze(Node &node, ArrayRef<int64_t> input) {
  SmallVector<int64_t> axes = readAxes(node);
  bool takesAll = axes.empty();
  axes = node.normalizeAxes(axes, input.size());
  SmallVector<int64_t> shape;
  for (auto [i, extent] : llvm::enumerate(input)) {
    bool isNamed = llvm::is_contained(axes, static_cast<int64_t>(i));
    if (isNamed && extent != 1)
      (void)node.fail("expects axes of extent 1; got axis " + Twine(i) +
                      " of " + describeShape(input));
    if (!isNamed && !(takesAll && extent == 1))
      shape.push_back(extent);
  }
  return shape;
}

static SmallVector<int64_t> getUnsqueeze(Node &node, ArrayRef<int64_t> input) {
  SmallVector<int64_t> axes = readAxes(node);
  if (axes.empty())
    (void)node.fail("expects axes; got none");
  int64_t rank = input.size() + axes.size();
  axes = node.normalizeAxes(axes, rank);
  if (node.hasFailed())
    return {};
  SmallVector<int64_t> shape;
  for (int64_t i = 0; i < rank; ++i) {
    bool isNew = llvm::is_contained(axes, i);
    shape.push_back(isNew ? 1 : input.front());
    if (!isNew)
      input = input.drop_front();
  }
  return shape;
}

//===----------------------------------------------------------------------===//
// Transpose, Expand, Tile, blocks, Cast
//===----------------------------------------------------------------------===//

static LogicalResult importTranspose(Node &node) {
  Value input = node.getInput(0);
  SmallVector<int64_t> permutation = node.getIntegerList("perm");
  if (failed(node.check()))
    return failure();
  if (permutation.empty()) {
    permutation.resize(getShape(input).size());
    std::iota(permutation.rbegin(), permutation.rend(), 0);
  }
  return node.create<TransposeOp>(input, permutation);
}

/// Both sides broadcast: an extent 1 of the shape keeps the input's.
static LogicalResult importExpand(Node &node) {
  Value input = node.getInput(0);
  const Known *target = node.getKnown(1);
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> extents = getShape(input);
  size_t rank = std::max(extents.size(), target->numbers.size());
  SmallVector<int64_t> shape;
  bool isPerImage = false;
  for (size_t i = 0; i < rank; ++i) {
    size_t skipped = rank - extents.size(),
           free = rank - target->numbers.size();
    int64_t own = i < skipped ? 1 : extents[i - skipped];
    Number wanted = i < free ? Number::constant(1) : target->numbers[i - free];
    bool keeps = (wanted.isConstant() && wanted.value == 1) ||
                 (wanted.isBatch() && ShapedType::isDynamic(own));
    bool copies = i == 0 && wanted.isBatch() && own == 1;
    isPerImage |= copies;
    if (!keeps && !copies && !wanted.isConstant())
      return node.fail("expects constants in input 1, which depends on the "
                       "batch; fix the batch with --input-shape");
    int64_t extent = keeps ? own : copies ? 1 : wanted.getInteger();
    if (!keeps && (extent < 0 || extent > maxTensorBytes))
      return node.fail("expects extents from 0 to 2^40; got " + Twine(extent));
    shape.push_back(extent);
  }
  replaceDynamic(shape);
  Value result = node.build<ExpandOp>(input, shape);
  return node.setOutput(0,
                        isPerImage ? buildCopyPerImage(node, result) : result);
}

/// A repeated dimension [d] is [1, d], expanded to [r, d], reshaped to [r * d].
static LogicalResult importTile(Node &node) {
  Value input = node.getInput(0);
  bool isPerImage = false;
  SmallVector<int64_t> repeats = readExtents(node, 1, isPerImage);
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> extents = getShape(input);
  if (isPerImage && !extents.empty() && extents.front() != 1)
    return node.fail("expects to repeat one image for the batch; got " +
                     describeShape(extents));
  if (repeats.size() != extents.size())
    return node.fail("expects " + Twine(extents.size()) + " repeats; got " +
                     Twine(repeats.size()));
  SmallVector<int64_t> split, expanded, merged;
  for (auto [extent, count] : llvm::zip_equal(extents, repeats)) {
    bool isDynamic = ShapedType::isDynamic(extent);
    if (count < 0 || count > maxTensorBytes || (isDynamic && count != 1))
      return node.fail("expects repeats that are not negative and 1 for a "
                       "dynamic batch; got " +
                       Twine(count));
    if (count != 1) {
      split.push_back(1);
      expanded.push_back(count);
    }
    split.push_back(extent);
    expanded.push_back(isDynamic ? -1 : extent);
    merged.push_back(isDynamic ? extent : extent * count);
  }
  if (!getProduct(merged))
    return node.fail("expects a result of less than 2^40 bytes");
  auto finish = [&](Value value) {
    return node.setOutput(0,
                          isPerImage ? buildCopyPerImage(node, value) : value);
  };
  if (llvm::equal(merged, extents))
    return finish(input);
  Value separate = buildReshape(node, input, split);
  Value repeated = node.build<ExpandOp>(separate, expanded);
  if (!repeated)
    return failure();
  return finish(buildReshape(node, repeated, merged));
}

static LogicalResult importDepthToSpace(Node &node) {
  Value input = node.getAnyImage(0);
  int64_t block = node.getInteger("blocksize", std::nullopt);
  StringRef mode = node.getOpset() < 11 ? "DCR" : node.getString("mode", "DCR");
  if (mode != "DCR" && mode != "CRD")
    return node.fail("expects mode = 'DCR' or 'CRD'; got '" + mode + "'");
  if (failed(node.check()))
    return failure();
  if (block < 1 || block > 65536)
    return node.fail("expects a blocksize from 1 to 65536; got " +
                     Twine(block));
  return node.create<DepthToSpaceOp>(mode == "DCR"
                                         ? BlockOrder::depth_column_row
                                         : BlockOrder::column_row_depth,
                                     input, block);
}

static LogicalResult importSpaceToDepth(Node &node) {
  Value input = node.getAnyImage(0);
  int64_t block = node.getInteger("blocksize", std::nullopt);
  if (failed(node.check()))
    return failure();
  if (block < 1 || block > 65536)
    return node.fail("expects a blocksize from 1 to 65536; got " +
                     Twine(block));
  return node.create<SpaceToDepthOp>(input, block);
}

static LogicalResult importCast(Node &node) {
  Value input = node.getInput(0);
  int64_t to = node.getInteger("to", std::nullopt);
  node.ignoreAttribute("saturate");
  if (failed(node.check()))
    return failure();
  auto element = getElementTypeOf(static_cast<int32_t>(to));
  if (!element)
    return node.fail(llvm::toString(element.takeError()));
  return node.create<CastOp>(input, getMLIRType(*element, node.getContext()));
}

static LogicalResult importCastLike(Node &node) {
  Value input = node.getInput(0);
  RankedTensorType like = node.getInputType(1);
  node.ignoreAttribute("saturate");
  if (failed(node.check()))
    return failure();
  return node.create<CastOp>(input, like.getElementType());
}

/// Of a tensor or of a sequence.
static LogicalResult importIdentity(Node &node) {
  Binding input = node.getBinding(0);
  if (failed(node.check()))
    return failure();
  return node.setOutput(0, std::move(input));
}

static SmallVector<int64_t> getSameShape(Node &, ArrayRef<int64_t> input) {
  return SmallVector<int64_t>(input);
}

ArrayRef<OperatorRow> mlir::cnn::getReshapeOperators() {
  static const OperatorRow rows[] = {
      {"Cast", 1, importCast, evaluateCast},
      {"CastLike", 15, importCastLike},
      {"DepthToSpace", 1, importDepthToSpace},
      {"Expand", 8, importExpand, evaluateExpand},
      {"Flatten", 1, importShape<getFlatten>, evaluateShape<getFlatten>},
      {"Identity", 1, importIdentity, evaluateShape<getSameShape>},
      {"Reshape", 1, importShape<getReshape>, evaluateShape<getReshape>},
      {"SpaceToDepth", 1, importSpaceToDepth},
      {"Squeeze", 1, importShape<getSqueeze>, evaluateShape<getSqueeze>},
      {"Tile", 1, importTile},
      {"Transpose", 1, importTranspose},
      {"Unsqueeze", 1, importShape<getUnsqueeze>, evaluateShape<getUnsqueeze>},
  };
  return rows;
}
