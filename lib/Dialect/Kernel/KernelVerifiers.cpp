//===- KernelVerifiers.cpp - How the shapes of kernels fit together -------===//

#include "../CNN/Shapes.h"
#include "cnnc/Dialect/Kernel/Kernel.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::kernel;
using cnn::describe;
using cnn::Window;

namespace {

ArrayRef<int64_t> getShape(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

LogicalResult checkShape(Operation *op, StringRef name, Value value,
                         ArrayRef<int64_t> expected) {
  if (!value || getShape(value) == expected)
    return success();
  return op->emitOpError("expects ")
         << name << " of shape " << describe(expected) << ", got "
         << describe(getShape(value));
}

/// All operands are tensors or all are memrefs.
LogicalResult checkKinds(Operation *op) {
  bool isBuffer = isa<MemRefType>(op->getOperand(0).getType());
  for (Type type : op->getOperandTypes())
    if (isa<MemRefType>(type) != isBuffer)
      return op->emitOpError(
          "expects either tensors or memrefs, got both kinds of operand");
  return success();
}

/// All operands are tensors or all are memrefs, of one element type.
LogicalResult checkOperands(Operation *op) {
  if (failed(checkKinds(op)))
    return failure();
  auto first = cast<ShapedType>(op->getOperand(0).getType());
  for (Type type : op->getOperandTypes()) {
    Type element = cast<ShapedType>(type).getElementType();
    if (element != first.getElementType())
      return op->emitOpError("expects operands of one element type, got ")
             << first.getElementType() << " and " << element;
  }
  return success();
}

/// Builds the window from the attributes of `op`, or says why they make none.
template <typename OpTy>
FailureOr<Window> checkWindow(OpTy op, ArrayRef<int64_t> sizes) {
  if (sizes.size() != 2)
    return op.emitOpError("expects a window over two dimensions, got ")
           << sizes.size();
  return cnn::makeWindow(op.getLoc(), op.getOperationName(), sizes,
                         op.getStrides(), op.getPads(), op.getDilations());
}

/// The output extents of the window over an image N x C x H x W [x c], in a
/// blocked image of `blocks` blocks.
SmallVector<int64_t> getSlidingShape(ArrayRef<int64_t> input, int64_t blocks,
                                     const Window &window, int64_t lanes,
                                     bool ceil = false) {
  return {input[0], blocks, window[0].getOutputExtent(input[2], ceil),
          window[1].getOutputExtent(input[3], ceil), lanes};
}

/// Fails unless bias has one number per lane and residual the output's shape.
template <typename OpTy>
LogicalResult checkEpilogue(OpTy op) {
  ArrayRef<int64_t> output = getShape(op.getOutput());
  if (failed(checkShape(op, "bias", op.getBias(), output[1] * output.back())))
    return failure();
  return checkShape(op, "residual", op.getResidual(), output);
}

/// Checks filter and output of a depthwise convolution of an image of shape
/// `input`.
template <typename OpTy>
LogicalResult checkDepthwise(OpTy op, ArrayRef<int64_t> input) {
  ArrayRef<int64_t> filter = getShape(op.getFilter());
  ArrayRef<int64_t> taps = filter.slice(filter.size() - 3, 2);
  FailureOr<Window> window = checkWindow(op, taps);
  if (failed(window))
    return failure();
  int64_t groupChannels = op.getGroupChannels();
  if (groupChannels < 1 || input[4] % groupChannels != 0)
    return op.emitOpError("expects groups that divide ")
           << input[4] << " lanes, got " << groupChannels << " channels";
  SmallVector<int64_t> expected = {input[1], taps[0], taps[1], input[4]};
  if (filter.size() == 5)
    expected.insert(expected.begin() + 1, groupChannels);
  if (failed(checkShape(op, "filter", op.getFilter(), expected)))
    return failure();
  return checkShape(op, "output", op.getOutput(),
                    getSlidingShape(input, input[1], *window, input[4]));
}

/// The extents U x V of a filter whose dimensions 2 and 3 they are.
ArrayRef<int64_t> getTaps(Value filter, int64_t position) {
  return getShape(filter).slice(position, 2);
}

} // namespace

//===----------------------------------------------------------------------===//
// direct_conv
//===----------------------------------------------------------------------===//

Window DirectConvOp::getWindow() {
  return cnn::getVerifiedWindow(getTaps(getFilter(), 2), getStrides(),
                                getPads(), getDilations());
}

LogicalResult DirectConvOp::verify() {
  ArrayRef<int64_t> input = getShape(getInput());
  ArrayRef<int64_t> filter = getShape(getFilter());
  ArrayRef<int64_t> output = getShape(getOutput());
  if (failed(checkOperands(*this)))
    return failure();
  if (filter.size() != input.size() + 1)
    return emitOpError("expects a filter of rank ")
           << input.size() + 1 << " for an input of rank " << input.size()
           << ", got " << filter.size();
  int64_t lanes = output.back(), groups = getGroups();
  if (filter.back() % lanes != 0 || filter.back() < lanes ||
      filter.back() > 4 * lanes)
    return emitOpError("expects filter blocks of 1 to 4 times ")
           << lanes << " output channels, got " << filter.back();
  if (groups < 1 || input[1] % groups != 0 || output[1] % groups != 0)
    return emitOpError("expects groups to divide ")
           << input[1] << " and " << output[1] << ", got " << groups;
  if (isBlocked() && input.back() != lanes)
    return emitOpError("expects an input of ")
           << lanes << " lanes like the output, got " << input.back();
  FailureOr<Window> window = checkWindow(*this, filter.slice(2, 2));
  if (failed(window))
    return failure();
  int64_t filterBlocks =
      groups * llvm::divideCeilSigned(output[1] / groups, getOutputBlocks());
  SmallVector<int64_t> expected = {filterBlocks, input[1] / groups, filter[2],
                                   filter[3]};
  if (isBlocked())
    expected.push_back(lanes);
  expected.push_back(filter.back());
  if (failed(checkShape(*this, "filter", getFilter(), expected)) ||
      failed(checkShape(*this, "output", getOutput(),
                        getSlidingShape(input, output[1], *window, lanes))))
    return failure();
  return checkEpilogue(*this);
}

//===----------------------------------------------------------------------===//
// conv_integer
//===----------------------------------------------------------------------===//

Window ConvIntegerOp::getWindow() {
  return cnn::getVerifiedWindow(getTaps(getFilter(), 2), getStrides(),
                                getPads(), getDilations());
}

static Type getElement(Value value) { return getElementTypeOrSelf(value); }

/// Checks the element types, and the attributes that only some of them allow.
static LogicalResult checkIntegers(ConvIntegerOp op) {
  Type input = getElement(op.getInput()), output = getElement(op.getOutput());
  if (!input.isSignlessInteger(8) && !input.isSignlessInteger(16))
    return op.emitOpError("expects an input of i8 or i16, got ") << input;
  if (getElement(op.getFilter()) != input)
    return op.emitOpError("expects a filter of the input's type ")
           << input << ", got " << getElement(op.getFilter());
  if ((op.getUnsignedInput() || op.getFlip()) && !input.isInteger(8))
    return op.emitOpError("expects bytes where they are unsigned or flipped");
  if (!getElement(op.getBias()).isSignlessInteger(32))
    return op.emitOpError("expects a bias of i32, got ")
           << getElement(op.getBias());
  bool isRaw = output.isSignlessInteger(32);
  if (!isRaw && !output.isF32() && !output.isSignlessInteger(8))
    return op.emitOpError("expects an output of i8, i32 or f32, got ")
           << output;
  if (isRaw != !op.getMultiplier())
    return op.emitOpError("expects a multiplier if and only if the output is "
                          "not of i32");
  if (op.getMultiplier() && !getElement(op.getMultiplier()).isF32())
    return op.emitOpError("expects a multiplier of f32, got ")
           << getElement(op.getMultiplier());
  return success();
}

/// Checks the range of the output's bytes, which others do not have.
static LogicalResult checkRange(ConvIntegerOp op) {
  ArrayRef<int64_t> range = op.getRange();
  if (!getElement(op.getOutput()).isInteger(8)) {
    if (!range.empty() || op.getZeroPoint() != 0)
      return op.emitOpError("expects a range and a zero point only of bytes");
    return success();
  }
  bool isRange = range.size() == 2 && range[0] <= range[1];
  if (!isRange ||
      (range[0] < 0 ? range[0] < -128 || range[1] > 127 : range[1] > 255))
    return op.emitOpError("expects a range within [-128, 127] or [0, 255]");
  int64_t zero = op.getZeroPoint();
  if (zero < -128 || zero > 255)
    return op.emitOpError("expects a zero point of a byte, got ") << zero;
  return success();
}

LogicalResult ConvIntegerOp::verify() {
  ArrayRef<int64_t> input = getShape(getInput());
  ArrayRef<int64_t> filter = getShape(getFilter());
  ArrayRef<int64_t> output = getShape(getOutput());
  if (failed(checkKinds(*this)) || failed(checkIntegers(*this)) ||
      failed(checkRange(*this)))
    return failure();
  int64_t groups = getGroups(), terms = getTerms(), channels = output[1];
  if (groups < 1 || input[1] % groups != 0 || channels % groups != 0)
    return emitOpError("expects groups to divide ")
           << input[1] << " and " << channels << ", got " << groups;
  if (input[4] % terms != 0)
    return emitOpError("expects the ")
           << input[4] << " lanes of the input in whole sums of " << terms
           << " products";
  FailureOr<Window> window = checkWindow(*this, filter.slice(2, 2));
  if (failed(window))
    return failure();
  channels *= output[4];
  int64_t filterBlocks =
      groups * llvm::divideCeilSigned(channels / groups, filter[5]);
  if (failed(checkShape(*this, "filter", getFilter(),
                        {filterBlocks, input[1] / groups, filter[2], filter[3],
                         input[4] / terms, filter[5], terms})) ||
      failed(
          checkShape(*this, "output", getOutput(),
                     getSlidingShape(input, output[1], *window, output[4]))) ||
      failed(checkShape(*this, "multiplier", getMultiplier(), channels)))
    return failure();
  SmallVector<int64_t> bias;
  if (getShape(getBias()).size() > 1)
    for (int64_t i : {0, 1}) {
      auto [before, after] =
          (*window)[i].getMostOutside(input[i + 2], output[i + 2]);
      bias.append({before + 1, after + 1});
    }
  bias.push_back(channels);
  return checkShape(*this, "bias", getBias(), bias);
}

//===----------------------------------------------------------------------===//
// depthwise_conv
//===----------------------------------------------------------------------===//

Window DepthwiseConvOp::getWindow() {
  int64_t position = getFilter().getType().getRank() - 3;
  return cnn::getVerifiedWindow(getTaps(getFilter(), position), getStrides(),
                                getPads(), getDilations());
}

LogicalResult DepthwiseConvOp::verify() {
  if (failed(checkOperands(*this)) ||
      failed(checkDepthwise(*this, getShape(getInput()))))
    return failure();
  return checkEpilogue(*this);
}

//===----------------------------------------------------------------------===//
// depthwise_conv_integer
//===----------------------------------------------------------------------===//

Window DepthwiseConvIntegerOp::getWindow() {
  // Packed by terms, the filter does not say how many columns it has.
  SmallVector<int64_t> taps(getTaps(getFilter(), 1));
  if (hasDotProducts())
    taps[1] = getColumns();
  return cnn::getVerifiedWindow(taps, getStrides(), getPads(), getDilations());
}

/// Checks the element types, and the attributes that only some of them allow.
static LogicalResult checkIntegers(DepthwiseConvIntegerOp op) {
  auto getElement = [](Value value) { return getElementTypeOrSelf(value); };
  Type output = getElement(op.getOutput());
  Type sum = op.hasDotProducts() ? IntegerType::get(op.getContext(), 32)
                                 : Type(Float32Type::get(op.getContext()));
  Type filter = op.hasDotProducts() ? IntegerType::get(op.getContext(), 8)
                                    : Type(Float32Type::get(op.getContext()));
  if (!getElement(op.getInput()).isSignlessInteger(8))
    return op.emitOpError("expects an input of i8, got ")
           << getElement(op.getInput());
  if (getElement(op.getFilter()) != filter)
    return op.emitOpError("expects a filter of ")
           << filter << ", got " << getElement(op.getFilter());
  if (op.getBias() && !getElement(op.getBias()).isSignlessInteger(32) &&
      getElement(op.getBias()) != sum)
    return op.emitOpError("expects a bias of i32 or of the type of sums ")
           << sum << ", got " << getElement(op.getBias());
  if (!output.isSignlessInteger(32) && !output.isF32() &&
      !output.isSignlessInteger(8))
    return op.emitOpError("expects an output of i8, i32 or f32, got ")
           << output;
  if (output.isInteger(32) == static_cast<bool>(op.getMultiplier()))
    return op.emitOpError("expects a multiplier if and only if the output is "
                          "not of i32");
  if (op.getMultiplier() && !getElement(op.getMultiplier()).isF32())
    return op.emitOpError("expects a multiplier of f32, got ")
           << getElement(op.getMultiplier());
  return success();
}

/// Checks the zero points, and the range, which only bytes have.
static LogicalResult checkRange(DepthwiseConvIntegerOp op) {
  bool isUnsigned = op.getUnsignedInput();
  int64_t least = isUnsigned ? 0 : -128, inputZero = op.getInputZeroPoint();
  if (inputZero < least || inputZero > least + 255)
    return op.emitOpError("expects a zero point of the input from ")
           << least << " to " << least + 255 << ", got " << inputZero;
  ArrayRef<int64_t> range = op.getRange();
  if (!getElementTypeOrSelf(op.getOutput()).isInteger(8)) {
    if (!range.empty() || op.getZeroPoint() != 0)
      return op.emitOpError("expects a range and a zero point only of bytes");
    return success();
  }
  if (range.size() != 2 || range[0] > range[1] || range[0] < -128 ||
      range[1] > (range[0] < 0 ? 127 : 255))
    return op.emitOpError("expects a range within [-128, 127] or [0, 255]");
  int64_t zero = op.getZeroPoint();
  if (zero < -128 || zero > 255)
    return op.emitOpError("expects a zero point of a byte, got ") << zero;
  return success();
}

LogicalResult DepthwiseConvIntegerOp::verify() {
  ArrayRef<int64_t> input = getShape(getInput());
  ArrayRef<int64_t> filter = getShape(getFilter());
  if (failed(checkKinds(*this)) || failed(checkIntegers(*this)) ||
      failed(checkRange(*this)))
    return failure();
  int64_t columns = hasDotProducts() ? getColumns() : filter[2];
  if (columns < 1 || hasDotProducts() != (getColumns() > 0))
    return emitOpError("expects columns if and only if the filter is packed by "
                       "terms");
  FailureOr<Window> window = checkWindow(*this, {filter[1], columns});
  if (failed(window))
    return failure();
  if (hasDotProducts() && (*window)[1].dilation != 1)
    return emitOpError("expects a dilation of 1 in W where the filter is "
                       "packed by terms, got ")
           << (*window)[1].dilation;
  SmallVector<int64_t> expected = {input[1], filter[1], columns, input[4]};
  if (hasDotProducts())
    expected = {input[1], filter[1], llvm::divideCeilSigned(columns, filter[4]),
                input[4], filter[4]};
  int64_t channels = input[1] * input[4];
  if (failed(checkShape(*this, "filter", getFilter(), expected)) ||
      failed(checkShape(*this, "bias", getBias(), channels)) ||
      failed(checkShape(*this, "multiplier", getMultiplier(), channels)))
    return failure();
  return checkShape(*this, "output", getOutput(),
                    getSlidingShape(input, input[1], *window, input[4]));
}

//===----------------------------------------------------------------------===//
// expanded_depthwise_conv
//===----------------------------------------------------------------------===//

Window ExpandedDepthwiseConvOp::getWindow() {
  int64_t position = getFilter().getType().getRank() - 3;
  return cnn::getVerifiedWindow(getTaps(getFilter(), position), getStrides(),
                                getPads(), getDilations());
}

LogicalResult ExpandedDepthwiseConvOp::verify() {
  ArrayRef<int64_t> input = getShape(getInput());
  ArrayRef<int64_t> expansion = getShape(getExpansion());
  ArrayRef<int64_t> output = getShape(getOutput()), ring = getShape(getRing());
  int64_t lanes = output.back(), blocks = output[1];
  if (failed(checkOperands(*this)))
    return failure();
  if (expansion.back() % lanes != 0 || expansion.back() < lanes)
    return emitOpError("expects expansion blocks of a multiple of ")
           << lanes << " channels, got " << expansion.back();
  int64_t together = getExpandedBlocks();
  if (failed(checkShape(*this, "expansion", getExpansion(),
                        {llvm::divideCeilSigned(blocks, together), input[1], 1,
                         1, input.back(), together * lanes})) ||
      failed(checkDepthwise(
          *this, {input[0], blocks, input[2], input[3], input.back()})))
    return failure();
  if (ring[0] < 1 || ring[1] < together || ring[1] % together != 0)
    return emitOpError("expects a ring with chunks, and blocks in a multiple "
                       "of ")
           << together << ", got " << describe(ring);
  if (failed(checkShape(
          *this, "ring", getRing(),
          {ring[0], ring[1], getWindow()[0].getReach(), input[3], lanes})) ||
      failed(checkShape(*this, "expansionBias", getExpansionBias(),
                        blocks * lanes)))
    return failure();
  return checkShape(*this, "bias", getBias(), blocks * lanes);
}

//===----------------------------------------------------------------------===//
// winograd_conv
//===----------------------------------------------------------------------===//

Window WinogradConvOp::getWindow() {
  return cnn::getVerifiedWindow(getTaps(), {}, getPads(), {});
}

int64_t WinogradConvOp::getTileCount(ArrayRef<int64_t> outputShape,
                                     ArrayRef<int64_t> tile) {
  return outputShape[0] * llvm::divideCeilSigned(outputShape[2], tile[0]) *
         llvm::divideCeilSigned(outputShape[3], tile[1]);
}

cnn::WinogradPlan WinogradConvOp::getPlan() {
  return {static_cast<int64_t>(getTileBlock()),
          static_cast<int64_t>(getChunks()), getSharesTiles()};
}

cnn::WinogradExtents WinogradConvOp::getExtents() {
  ArrayRef<int64_t> tile = getTile(), taps = getTaps();
  ArrayRef<int64_t> input = getShape(getInput());
  return {(tile[0] + taps[0] - 1) * (tile[1] + taps[1] - 1),
          input[1] * input[4], getShape(getFilter()).back()};
}

/// The shape of the packed filter.
static SmallVector<int64_t> getFilterShape(WinogradConvOp op) {
  cnn::WinogradExtents extents = op.getExtents();
  ArrayRef<int64_t> output = getShape(op.getOutput());
  int64_t blocks =
      llvm::divideCeilSigned(output[1] * output[4], extents.filterLanes);
  return {blocks, extents.points, extents.channels, extents.filterLanes};
}

/// Checks how the layer is cut into parts.
static LogicalResult checkPlan(WinogradConvOp op) {
  cnn::WinogradPlan plan = op.getPlan();
  if (plan.tileBlock < 1)
    return op.emitOpError("expects a positive tileBlock, got ")
           << plan.tileBlock;
  if (plan.chunks < 1)
    return op.emitOpError("expects at least one chunk, got ") << plan.chunks;
  return success();
}

LogicalResult WinogradConvOp::verify() {
  ArrayRef<int64_t> input = getShape(getInput());
  ArrayRef<int64_t> filter = getShape(getFilter());
  ArrayRef<int64_t> output = getShape(getOutput());
  ArrayRef<int64_t> tile = getTile(), taps = getTaps();
  int64_t lanes = output.back();
  if (failed(checkOperands(*this)))
    return failure();
  if (tile.size() != 2 || taps.size() != 2 || tile[0] < 1 || tile[1] < 1)
    return emitOpError("expects two positive extents in tile and in taps");
  if (filter[3] % lanes != 0 || filter[3] < lanes)
    return emitOpError("expects filter blocks of a multiple of ")
           << lanes << " output channels, got " << filter[3];
  FailureOr<Window> window =
      cnn::makeWindow(getLoc(), getOperationName(), taps, {}, getPads(), {});
  if (failed(window))
    return failure();
  if (failed(checkPlan(*this)) ||
      failed(
          checkShape(*this, "output", getOutput(),
                     getSlidingShape(input, output[1], *window, input[4]))) ||
      failed(checkShape(*this, "filter", getFilter(), getFilterShape(*this))) ||
      failed(checkShape(*this, "scratch", getScratch(),
                        {cnn::WinogradScratch(getExtents(), getPlan()).size})))
    return failure();
  return checkEpilogue(*this);
}

//===----------------------------------------------------------------------===//
// matmul
//===----------------------------------------------------------------------===//

LogicalResult MatmulOp::verify() {
  ArrayRef<int64_t> lhs = getShape(getLhs()), rhs = getShape(getRhs());
  ArrayRef<int64_t> output = getShape(getOutput());
  if (failed(checkOperands(*this)))
    return failure();
  if (getPacked() && (lhs.size() != 2 || rhs.size() != 3 || output.size() != 2))
    return emitOpError("expects a packed rhs of rank 3, and lhs and output of "
                       "rank 2, got ranks ")
           << rhs.size() << ", " << lhs.size() << " and " << output.size();
  int64_t rows = lhs[lhs.size() - 2], depth = lhs.back();
  int64_t columns = output.back();
  SmallVector<int64_t> expectedRhs = {depth, columns};
  SmallVector<int64_t> expectedOutput = {rows, columns};
  if (getPacked()) {
    expectedRhs = {llvm::divideCeilSigned(columns, rhs[2]), depth, rhs[2]};
  } else {
    if (rhs.size() == 3)
      expectedRhs.insert(expectedRhs.begin(),
                         lhs.size() == 3 ? lhs[0] : rhs[0]);
    if (lhs.size() == 3 || rhs.size() == 3)
      expectedOutput.insert(expectedOutput.begin(),
                            lhs.size() == 3 ? lhs[0] : rhs[0]);
  }
  if (failed(checkShape(*this, "rhs", getRhs(), expectedRhs)) ||
      failed(checkShape(*this, "output", getOutput(), expectedOutput)))
    return failure();
  return checkShape(*this, "bias", getBias(), columns);
}

//===----------------------------------------------------------------------===//
// pool, pack, unpack
//===----------------------------------------------------------------------===//

Window PoolOp::getWindow() {
  return cnn::getVerifiedWindow(getKernel(), getStrides(), getPads(),
                                getDilations());
}

LogicalResult PoolOp::verify() {
  ArrayRef<int64_t> input = getShape(getInput());
  ArrayRef<int64_t> output = getShape(getOutput());
  if (failed(checkOperands(*this)))
    return failure();
  FailureOr<Window> window = checkWindow(*this, getKernel());
  if (failed(window))
    return failure();
  Type element = getElementTypeOrSelf(getInput());
  if (!isa<FloatType>(element) && getKind() != PoolKind::max)
    return emitOpError("expects floats to average, got ") << element;
  if (isa<FloatType>(element) && getHasUnsigned())
    return emitOpError("expects integers that are unsigned, got ") << element;
  SmallVector<int64_t> expected =
      getSlidingShape(input, input[1], *window, input[4]);
  // Each dimension may or may not count a last, partial window.
  for (int64_t i : {0, 1}) {
    int64_t extent = (*window)[i].getOutputExtent(input[i + 2], /*ceil=*/true);
    if (output[i + 2] == extent)
      expected[i + 2] = extent;
  }
  return checkShape(*this, "output", getOutput(), expected);
}

/// Fails unless `blocked` holds the plain image and no block of padding only.
static LogicalResult checkBlocking(Operation *op, Value plain, Value blocked) {
  if (failed(checkOperands(op)))
    return failure();
  ArrayRef<int64_t> shape = getShape(plain);
  int64_t lanes = getShape(blocked).back();
  return checkShape(op, "a blocked image", blocked,
                    {shape[0], llvm::divideCeilSigned(shape[1], lanes),
                     shape[2], shape[3], lanes});
}

LogicalResult PackOp::verify() {
  return checkBlocking(*this, getInput(), getOutput());
}

LogicalResult UnpackOp::verify() {
  return checkBlocking(*this, getOutput(), getInput());
}
