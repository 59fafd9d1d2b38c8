//===- KernelSparseVerifiers.cpp - How shapes of sparse kernels fit -------===//

#include "KernelChecks.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::kernel;

/// All operands are tensors or all are memrefs, of float32 but for `columns`
/// and `starts`, which fit `values` and `rows`.
template <typename OpTy>
static LogicalResult checkSparse(OpTy op, int64_t rows, int64_t columns) {
  if (failed(checkKinds(op)))
    return failure();
  for (Value operand : op->getOperands()) {
    Type element = getElementTypeOrSelf(operand.getType());
    unsigned bits = operand == op.getColumns()  ? 16
                    : operand == op.getStarts() ? 32
                                                : 0;
    if (bits == 0 ? !element.isF32() : !element.isInteger(bits))
      return op.emitOpError("expects columns of i16, starts of i32 and all "
                            "else of f32, got ")
             << operand.getType();
  }
  if (columns > cnn::SparseMatrix::mostColumns)
    return op.emitOpError("expects at most ")
           << cnn::SparseMatrix::mostColumns << " columns, got " << columns;
  if (failed(
          checkShape(op, "columns", op.getColumns(), getShape(op.getValues()))))
    return failure();
  return checkShape(op, "starts", op.getStarts(), {rows + 1});
}

cnn::SparseConvPlan SparseConvOp::getPlan() {
  return {static_cast<int64_t>(getTile()), static_cast<int64_t>(getChunks()),
          getSharesTiles()};
}

LogicalResult SparseConvOp::verify() {
  ArrayRef<int64_t> input = getShape(getInput()),
                    output = getShape(getOutput());
  int64_t lanes = input[4];
  if (failed(checkSparse(*this, output[1] * lanes, input[1] * lanes)))
    return failure();
  cnn::SparseConvPlan plan = getPlan();
  if (!llvm::isPowerOf2_64(lanes))
    return emitOpError("expects blocks of a power of two of lanes, got ")
           << lanes;
  if (plan.tile < 1 || plan.tile % lanes != 0)
    return emitOpError("expects a tile of a multiple of ")
           << lanes << " pixels, got " << plan.tile;
  if (plan.chunks < 1)
    return emitOpError("expects at least one chunk, got ") << plan.chunks;
  if (failed(checkShape(*this, "output", getOutput(),
                        {input[0], output[1], input[2], input[3], lanes})) ||
      failed(checkEpilogue(*this)))
    return failure();
  cnn::SparseConvScratch scratch(plan, input[0], input[2] * input[3],
                                 input[1] * lanes, lanes);
  return checkShape(*this, "scratch", getScratch(), {scratch.size});
}

LogicalResult SparseMatmulOp::verify() {
  ArrayRef<int64_t> input = getShape(getInput()),
                    output = getShape(getOutput());
  if (failed(checkSparse(*this, output[1], input[1])) ||
      failed(checkShape(*this, "output", getOutput(), {input[0], output[1]})))
    return failure();
  return checkShape(*this, "bias", getBias(), output[1]);
}
