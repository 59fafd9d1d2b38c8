//===- KernelChecks.h - What verifiers of kernels share ---------*- C++ -*-===//

#ifndef CNNC_LIB_DIALECT_KERNEL_KERNELCHECKS_H
#define CNNC_LIB_DIALECT_KERNEL_KERNELCHECKS_H

#include "../CNN/Shapes.h"
#include "cnnc/Dialect/Kernel/Kernel.h"

#include "llvm/Support/MathExtras.h"

namespace mlir::kernel {

using cnn::describe;
using cnn::Window;

inline ArrayRef<int64_t> getShape(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

inline LogicalResult checkShape(Operation *op, StringRef name, Value value,
                                ArrayRef<int64_t> expected) {
  if (!value || getShape(value) == expected)
    return success();
  return op->emitOpError("expects ")
         << name << " of shape " << describe(expected) << ", got "
         << describe(getShape(value));
}

/// All operands are tensors or all are memrefs.
inline LogicalResult checkKinds(Operation *op) {
  bool isBuffer = isa<MemRefType>(op->getOperand(0).getType());
  for (Type type : op->getOperandTypes())
    if (isa<MemRefType>(type) != isBuffer)
      return op->emitOpError(
          "expects either tensors or memrefs, got both kinds of operand");
  return success();
}

/// All operands are tensors or all are memrefs, of one element type.
inline LogicalResult checkOperands(Operation *op) {
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
inline SmallVector<int64_t> getSlidingShape(ArrayRef<int64_t> input,
                                            int64_t blocks,
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

/// How an op of Winograd's algorithm cuts its layer into parts.
template <typename OpTy>
cnn::WinogradPlan getWinogradPlan(OpTy op) {
  return {static_cast<int64_t>(op.getTileBlock()),
          static_cast<int64_t>(op.getChunks()), op.getSharesTiles()};
}

template <typename OpTy>
cnn::WinogradExtents getWinogradExtents(OpTy op, int64_t filterLanes) {
  ArrayRef<int64_t> tile = op.getTile(), taps = op.getTaps();
  ArrayRef<int64_t> input = getShape(op.getInput());
  return {(tile[0] + taps[0] - 1) * (tile[1] + taps[1] - 1),
          input[1] * input[4], filterLanes};
}

/// Filter blocks of an op of Winograd's algorithm.
template <typename OpTy>
int64_t countFilterBlocks(OpTy op) {
  ArrayRef<int64_t> output = getShape(op.getOutput());
  return llvm::divideCeilSigned(output[1] * output[4],
                                op.getExtents().filterLanes);
}

/// Checks tile, window, parts and output of an op of Winograd's algorithm.
template <typename OpTy>
LogicalResult checkWinograd(OpTy op) {
  ArrayRef<int64_t> tile = op.getTile(), taps = op.getTaps();
  if (tile.size() != 2 || taps.size() != 2 || tile[0] < 1 || tile[1] < 1)
    return op.emitOpError("expects two positive extents in tile and in taps");
  FailureOr<Window> window = cnn::makeWindow(op.getLoc(), op.getOperationName(),
                                             taps, {}, op.getPads(), {});
  if (failed(window))
    return failure();
  cnn::WinogradPlan plan = op.getPlan();
  if (plan.tileBlock < 1)
    return op.emitOpError("expects a positive tileBlock, got ")
           << plan.tileBlock;
  if (plan.chunks < 1)
    return op.emitOpError("expects at least one chunk, got ") << plan.chunks;
  ArrayRef<int64_t> input = getShape(op.getInput());
  int64_t blocks = getShape(op.getOutput())[1];
  return checkShape(op, "output", op.getOutput(),
                    getSlidingShape(input, blocks, *window, input[4]));
}

/// The extents U x V of a filter whose dimensions 2 and 3 they are.
inline ArrayRef<int64_t> getTaps(Value filter, int64_t position) {
  return getShape(filter).slice(position, 2);
}

} // namespace mlir::kernel

#endif // CNNC_LIB_DIALECT_KERNEL_KERNELCHECKS_H
