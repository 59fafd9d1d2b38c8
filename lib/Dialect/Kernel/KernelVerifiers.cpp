//===- KernelVerifiers.cpp - How the shapes of kernels fit together -------===//

#include "KernelChecks.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::kernel;

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

cnn::WinogradPlan WinogradConvOp::getPlan() { return getWinogradPlan(*this); }

cnn::WinogradExtents WinogradConvOp::getExtents() {
  return getWinogradExtents(*this, getShape(getFilter()).back());
}

LogicalResult WinogradConvOp::verify() {
  ArrayRef<int64_t> filter = getShape(getFilter());
  int64_t lanes = getShape(getOutput()).back();
  if (failed(checkOperands(*this)))
    return failure();
  if (filter[3] % lanes != 0 || filter[3] < lanes)
    return emitOpError("expects filter blocks of a multiple of ")
           << lanes << " output channels, got " << filter[3];
  if (failed(checkWinograd(*this)))
    return failure();
  cnn::WinogradExtents extents = getExtents();
  if (failed(checkShape(*this, "filter", getFilter(),
                        {countFilterBlocks(*this), extents.points,
                         extents.channels, extents.filterLanes})) ||
      failed(checkShape(*this, "scratch", getScratch(),
                        {cnn::WinogradScratch(extents, getPlan()).size})))
    return failure();
  return checkEpilogue(*this);
}

//===----------------------------------------------------------------------===//
// matmul
//===----------------------------------------------------------------------===//

/// Checks the element types: all are the same but for a packed rhs in fewer
/// bits, whose integers have scales.
static LogicalResult checkElements(MatmulOp op) {
  auto getElement = [](Value value) {
    return getElementTypeOrSelf(value.getType());
  };
  Type rhs = getElement(op.getRhs()), element = getElement(op.getLhs());
  bool isStored = op.getPacked() && element.isF32() &&
                  (rhs.isF16() || rhs.isBF16() || rhs.isSignlessInteger(8));
  if (op.getScale() ? !isStored || !rhs.isInteger(8) : rhs.isInteger(8))
    return op.emitOpError("expects a scale if and only if a packed rhs is of "
                          "i8 and lhs of f32");
  for (Value operand : op->getOperands())
    if (Type other = getElement(operand);
        other != element && !(isStored && operand == op.getRhs()))
      return op.emitOpError("expects operands of one element type, got ")
             << element << " and " << other;
  return success();
}

LogicalResult MatmulOp::verify() {
  ArrayRef<int64_t> lhs = getShape(getLhs()), rhs = getShape(getRhs());
  ArrayRef<int64_t> output = getShape(getOutput());
  if (failed(checkKinds(*this)) || failed(checkElements(*this)))
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
      failed(checkShape(*this, "output", getOutput(), expectedOutput)) ||
      failed(checkShape(*this, "scale", getScale(), rhs[0] * rhs.back())))
    return failure();
  return checkShape(*this, "bias", getBias(), columns);
}

LogicalResult LookupMatmulOp::verify() {
  if (failed(checkKinds(*this)))
    return failure();
  Type words = getElementTypeOrSelf(getWords());
  if (!words.isSignlessInteger(32))
    return emitOpError("expects words of i32, got ") << words;
  for (Value value :
       {getLhs(), getCodebook(), getScale(), getBias(), getOutput()})
    if (value && !getElementTypeOrSelf(value).isF32())
      return emitOpError("expects numbers of f32, got ")
             << getElementTypeOrSelf(value);
  int64_t bits = getBits(), vectors = getVectors();
  if (vectors > 32 / bits)
    return emitOpError("expects at most ")
           << 32 / bits << " vectors of codes of " << bits << " bits, got "
           << vectors;
  int64_t rows = getShape(getLhs())[0], depth = getShape(getLhs())[1];
  int64_t columns = getShape(getOutput())[1], lanes = getShape(getWords())[2];
  if (failed(checkShape(*this, "words", getWords(),
                        {llvm::divideCeilSigned(columns, vectors * lanes),
                         llvm::divideCeilSigned(depth, getSteps()), lanes})) ||
      failed(
          checkShape(*this, "codebook", getCodebook(), int64_t(1) << bits)) ||
      failed(checkShape(*this, "output", getOutput(), {rows, columns})) ||
      failed(checkShape(*this, "scale", getScale(), columns)))
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
