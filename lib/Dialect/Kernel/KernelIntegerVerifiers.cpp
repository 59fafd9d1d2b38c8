//===- KernelIntegerVerifiers.cpp - Checks of kernels of integers ---------===//

#include "KernelChecks.h"
#include "cnnc/Dialect/Kernel/Signs.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::kernel;

static Type getElement(Value value) { return getElementTypeOrSelf(value); }

/// Quantized integers, without a sign.
static bool isQuantized(Type type) {
  return type.isSignlessInteger(8) || type.isSignlessInteger(16);
}

/// Checks the type of the output and what only some of them allow: a multiplier
/// makes sums quantized integers or floats.
template <typename OpTy>
static LogicalResult checkResult(OpTy op) {
  Type output = getElement(op.getOutput());
  bool isRaw = output.isSignlessInteger(32);
  if (!isRaw && !output.isF32() && !isQuantized(output))
    return op.emitOpError("expects an output of i8, i16, i32 or f32, got ")
           << output;
  if (isRaw != !op.getMultiplier())
    return op.emitOpError("expects a multiplier if and only if the output is "
                          "not of i32");
  if (op.getMultiplier() && !getElement(op.getMultiplier()).isF32())
    return op.emitOpError("expects a multiplier of f32, got ")
           << getElement(op.getMultiplier());
  return success();
}

/// Checks the zero point and the range of the output, which only quantized
/// integers have.
template <typename OpTy>
static LogicalResult checkRange(OpTy op) {
  ArrayRef<int64_t> range = op.getRange();
  Type output = getElement(op.getOutput());
  if (!isQuantized(output)) {
    if (!range.empty() || op.getZeroPoint() != 0)
      return op.emitOpError("expects a range and a zero point only of an "
                            "output of i8 or i16");
    return success();
  }
  int64_t half = int64_t(1) << (output.getIntOrFloatBitWidth() - 1);
  if (range.size() != 2 || range[0] > range[1] || range[0] < -half ||
      range[1] >= (range[0] < 0 ? half : 2 * half))
    return op.emitOpError("expects a range within [")
           << -half << ", " << half - 1 << "] or [0, " << 2 * half - 1 << "]";
  int64_t zero = op.getZeroPoint();
  if (zero < -half || zero >= 2 * half)
    return op.emitOpError("expects a zero point of the output's type ")
           << output << ", got " << zero;
  return success();
}

/// Checks the zero point of the input, which is one of its integers.
template <typename OpTy>
static LogicalResult checkInputZeroPoint(OpTy op) {
  int64_t levels = int64_t(1)
                   << getElement(op.getInput()).getIntOrFloatBitWidth();
  int64_t least = op.getUnsignedInput() ? 0 : -levels / 2;
  int64_t inputZero = op.getInputZeroPoint();
  if (inputZero < least || inputZero >= least + levels)
    return op.emitOpError("expects a zero point of the input from ")
           << least << " to " << least + levels - 1 << ", got " << inputZero;
  return success();
}

//===----------------------------------------------------------------------===//
// conv_integer
//===----------------------------------------------------------------------===//

Window ConvIntegerOp::getWindow() {
  return cnn::getVerifiedWindow(getTaps(getFilter(), 2), getStrides(),
                                getPads(), getDilations());
}

bool kernel::hasSigns(ConvIntegerOp op) {
  return getElement(op.getInput()).isSignlessInteger(32);
}

int64_t kernel::getGroupChannels(ConvIntegerOp op) {
  if (hasSigns(op))
    return getShape(op.getFilter())[1] * wordBits;
  return op.getGroupChannels();
}

/// Checks that signs are two images of words in one, of one group.
static LogicalResult checkSigns(ConvIntegerOp op) {
  ArrayRef<int64_t> input = getShape(op.getInput());
  if (hasSigns(op) && (input[1] % 2 != 0 || input[4] != 1 ||
                       op.getGroups() != 1 || op.getTerms() != 1))
    return op.emitOpError("expects signs in an even number of blocks of one "
                          "lane, one group and filters of one term");
  return success();
}

/// Checks the element types, and the attributes that only some of them allow.
static LogicalResult checkIntegers(ConvIntegerOp op) {
  Type input = getElement(op.getInput());
  if (!isQuantized(input) && !hasSigns(op))
    return op.emitOpError("expects an input of i8, i16 or, for signs, i32, "
                          "got ")
           << input;
  if (getElement(op.getFilter()) != input)
    return op.emitOpError("expects a filter of the input's type ")
           << input << ", got " << getElement(op.getFilter());
  if ((op.getUnsignedInput() || op.getFlip()) && !input.isInteger(8))
    return op.emitOpError("expects bytes where they are unsigned or flipped");
  if (!getElement(op.getBias()).isSignlessInteger(32))
    return op.emitOpError("expects a bias of i32, got ")
           << getElement(op.getBias());
  return checkResult(op);
}

/// Checks that sums of 16 bits take whole blocks, or are whole in one.
static LogicalResult checkNarrow(ConvIntegerOp op) {
  int64_t narrow = op.getNarrow();
  if (narrow == 0)
    return success();
  ArrayRef<int64_t> input = getShape(op.getInput());
  int64_t products = narrow * op.getTerms(), lanes = input[4];
  bool isWhole =
      products > 0 && (lanes % products == 0 ||
                       (products % lanes == 0 &&
                        (input[1] / op.getGroups() * lanes) % products == 0));
  if (!isWhole || op.getTerms() % 2 != 0 ||
      !getElement(op.getInput()).isInteger(8))
    return op.emitOpError("expects sums of 16 bits only of bytes, and of "
                          "products that divide the ")
           << lanes << " lanes of the input, or whole blocks of them, got "
           << products;
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
  int64_t merged = getMergedBlocks(), mergedLanes = input[4] * merged;
  if (mergedLanes % terms != 0 || input[1] / groups % merged != 0)
    return emitOpError("expects the ")
           << input[4] << " lanes of the input in whole sums of " << terms
           << " products, or whole blocks of a group in each sum";
  if (failed(checkNarrow(*this)) || failed(checkSigns(*this)))
    return failure();
  FailureOr<Window> window = checkWindow(*this, filter.slice(2, 2));
  if (failed(window))
    return failure();
  channels *= output[4];
  int64_t filterBlocks =
      groups * llvm::divideCeilSigned(channels / groups, filter[5]);
  int64_t inputBlocks = input[1] / groups / merged / (hasSigns(*this) ? 2 : 1);
  if (failed(checkShape(*this, "filter", getFilter(),
                        {filterBlocks, inputBlocks, filter[2], filter[3],
                         mergedLanes / terms, filter[5], terms})) ||
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
  Type input = getElement(op.getInput()), filter = getElement(op.getFilter());
  Type sum = filter;
  if (filter.isSignlessInteger(8))
    sum = IntegerType::get(op.getContext(), 32);
  if (!isQuantized(input))
    return op.emitOpError("expects an input of i8 or i16, got ") << input;
  if (op.hasDotProducts() ? !filter.isSignlessInteger(8) || filter != input
                          : !filter.isF32() && !filter.isSignlessInteger(8) &&
                                !filter.isSignlessInteger(32))
    return op.emitOpError("expects a filter of ")
           << (op.hasDotProducts() ? "i8, and such an input" : "f32, i8 or i32")
           << ", got " << filter;
  if (op.getBias() && !getElement(op.getBias()).isSignlessInteger(32) &&
      getElement(op.getBias()) != sum)
    return op.emitOpError("expects a bias of i32 or of the type of sums ")
           << sum << ", got " << getElement(op.getBias());
  return checkResult(op);
}

LogicalResult DepthwiseConvIntegerOp::verify() {
  ArrayRef<int64_t> input = getShape(getInput());
  ArrayRef<int64_t> filter = getShape(getFilter());
  if (failed(checkKinds(*this)) || failed(checkIntegers(*this)) ||
      failed(checkInputZeroPoint(*this)) || failed(checkRange(*this)))
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
// winograd_conv_integer
//===----------------------------------------------------------------------===//

Window WinogradConvIntegerOp::getWindow() {
  return cnn::getVerifiedWindow(getTaps(), {}, getPads(), {});
}

cnn::WinogradPlan WinogradConvIntegerOp::getPlan() {
  return getWinogradPlan(*this);
}

cnn::WinogradExtents WinogradConvIntegerOp::getExtents() {
  return getWinogradExtents(*this, getShape(getFilter())[3]);
}

/// Checks the element types of all operands but the output.
static LogicalResult checkIntegers(WinogradConvIntegerOp op) {
  struct Expected {
    StringRef name;
    Value value;
    unsigned bits;
  };
  for (auto [name, value, bits] : {Expected{"input", op.getInput(), 8},
                                   {"filter", op.getFilter(), 16},
                                   {"bias", op.getBias(), 32},
                                   {"tiles", op.getTiles(), 16},
                                   {"products", op.getProducts(), 32}})
    if (!getElement(value).isSignlessInteger(bits))
      return op.emitOpError("expects ")
             << name << " of i" << bits << ", got " << getElement(value);
  return checkResult(op);
}

LogicalResult WinogradConvIntegerOp::verify() {
  ArrayRef<int64_t> filter = getShape(getFilter());
  ArrayRef<int64_t> output = getShape(getOutput());
  int64_t terms = getTerms(), lanes = output[4];
  if (failed(checkKinds(*this)) || failed(checkIntegers(*this)) ||
      failed(checkInputZeroPoint(*this)) || failed(checkRange(*this)))
    return failure();
  if (filter[3] % lanes != 0 || filter[3] < lanes)
    return emitOpError("expects filter blocks of a multiple of ")
           << lanes << " output channels, got " << filter[3];
  if (lanes % terms != 0)
    return emitOpError("expects the ")
           << lanes << " lanes of the input in whole sums of " << terms
           << " products";
  if (failed(checkWinograd(*this)))
    return failure();
  cnn::WinogradExtents extents = getExtents();
  cnn::WinogradScratch scratch(extents, getPlan());
  int64_t channels = output[1] * lanes, products = scratch.size;
  products -= scratch.productBegin;
  if (failed(
          checkShape(*this, "filter", getFilter(),
                     {countFilterBlocks(*this), extents.points,
                      extents.channels / terms, extents.filterLanes, terms})) ||
      failed(checkShape(*this, "bias", getBias(), channels)) ||
      failed(checkShape(*this, "multiplier", getMultiplier(), channels)) ||
      failed(checkShape(*this, "tiles", getTiles(), scratch.productBegin)))
    return failure();
  return checkShape(*this, "products", getProducts(), products);
}
