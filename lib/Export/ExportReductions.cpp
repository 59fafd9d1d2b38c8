//===- ExportReductions.cpp - Reductions and scans along dimensions -------===//

#include "OpWriter.h"

using namespace mlir;
using namespace mlir::cnn;

static LogicalResult writeSoftmax(OpWriter &writer, SoftmaxOp op) {
  return writer.finish(writer.add(
      op.getLog() ? "LogSoftmax" : "Softmax", {writer.get(op.getInput())},
      {{"axis", static_cast<int64_t>(op.getAxis())}}));
}

static StringRef getOperator(ReduceKind kind) {
  switch (kind) {
  case ReduceKind::sum:
    return "ReduceSum";
  case ReduceKind::mean:
    return "ReduceMean";
  case ReduceKind::prod:
    return "ReduceProd";
  case ReduceKind::min:
    return "ReduceMin";
  case ReduceKind::max:
    return "ReduceMax";
  }
  llvm_unreachable("every kind is handled");
}

/// Reductions have no small integers but the extrema of bytes. A sum wraps
/// alike in a wider type.
static Type getReducedType(ReduceOp op) {
  Type element = getElement(op.getInput());
  auto integer = dyn_cast<IntegerType>(element);
  bool isExtremum =
      op.getKind() == ReduceKind::min || op.getKind() == ReduceKind::max;
  if (!integer || integer.getWidth() >= 32 ||
      (isExtremum && integer.getWidth() == 8))
    return element;
  return IntegerType::get(op.getContext(), 32);
}

/// The operator that reduces all spatial dimensions of an image, if this does.
static StringRef getGlobalPool(ReduceOp op) {
  int64_t rank = getShape(op.getInput()).size();
  auto spatial = llvm::seq<int64_t>(2, std::max<int64_t>(rank, 2));
  if (!op.getKeepDims() || rank < 3 || !llvm::equal(op.getAxes(), spatial) ||
      !isa<FloatType>(getElement(op.getInput())))
    return {};
  if (op.getKind() == ReduceKind::mean)
    return "GlobalAveragePool";
  return op.getKind() == ReduceKind::max ? "GlobalMaxPool" : StringRef();
}

static LogicalResult writeReduce(OpWriter &writer, ReduceOp op) {
  Type element = getElement(op.getInput()), computed = getReducedType(op);
  Name x = writer.get(op.getInput());
  if (StringRef pool = getGlobalPool(op); !pool.empty())
    return writer.finish(writer.add(pool, {x}));
  // No axes are no reduction here, and all dimensions in ONNX.
  if (op.getAxes().empty())
    return writer.finish(x);
  x = writer.cast(x, element, computed);
  NodeAttributes attributes = {{"keepdims", op.getKeepDims()}};
  std::vector<Name> inputs = {x};
  if (op.getKind() == ReduceKind::sum || writer.getOpset() >= 18)
    inputs.push_back(writer.integers(op.getAxes()));
  else
    attributes.push_back({"axes", op.getAxes()});
  Name result = writer.add(getOperator(op.getKind()), std::move(inputs),
                           std::move(attributes));
  return writer.finish(writer.cast(result, computed, element));
}

static LogicalResult writeArgReduce(OpWriter &writer, ArgReduceOp op) {
  NodeAttributes attributes = {{"axis", static_cast<int64_t>(op.getAxis())},
                               {"keepdims", op.getKeepDims()}};
  if (op.getLast())
    attributes.push_back({"select_last_index", 1});
  StringRef operatorName =
      op.getKind() == ArgReduceKind::max ? "ArgMax" : "ArgMin";
  return writer.finish(writer.add(operatorName, {writer.get(op.getInput())},
                                  std::move(attributes)));
}

/// CumSum has integers of 32 bits and more, and until opset 14 no float16.
static LogicalResult writeCumulativeSum(OpWriter &writer, CumulativeSumOp op) {
  Type element = getElement(op.getInput()), computed = element;
  if (auto integer = dyn_cast<IntegerType>(element);
      integer && integer.getWidth() < 32)
    computed = IntegerType::get(op.getContext(), 32);
  if ((element.isF16() || element.isBF16()) &&
      failed(writer.require(14, "a cumulative sum of 16-bit floats")))
    return failure();
  Name x = writer.cast(writer.get(op.getInput()), element, computed);
  Name result = writer.add(
      "CumSum", {x, writer.integer(op.getAxis())},
      {{"exclusive", op.getExclusive()}, {"reverse", op.getReverse()}});
  return writer.finish(writer.cast(result, computed, element));
}

ArrayRef<ExportRow> mlir::cnn::getReductionRows() {
  static const ExportRow rows[] = {
      makeRow<ArgReduceOp, writeArgReduce>(),
      makeRow<CumulativeSumOp, writeCumulativeSum>(),
      makeRow<ReduceOp, writeReduce>(),
      makeRow<SoftmaxOp, writeSoftmax>(),
  };
  return rows;
}
