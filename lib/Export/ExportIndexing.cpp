//===- ExportIndexing.cpp - Selections and placements by index ------------===//

#include "OpWriter.h"

#include "mlir/Support/DebugStringHelper.h"

using namespace mlir;
using namespace mlir::cnn;

/// Indices as int64, which every operator that takes some has.
static Name getIndices(OpWriter &writer, Value indices) {
  return writer.cast(writer.get(indices), getElement(indices),
                     IntegerType::get(indices.getContext(), 64));
}

//===----------------------------------------------------------------------===//
// Selections
//===----------------------------------------------------------------------===//

static LogicalResult writeGather(OpWriter &writer, GatherOp op) {
  return writer.finish(writer.add(
      "Gather",
      {writer.get(op.getInput()), getIndices(writer, op.getIndices())},
      {{"axis", static_cast<int64_t>(op.getAxis())}}));
}

static LogicalResult writeGatherElements(OpWriter &writer,
                                         GatherElementsOp op) {
  return writer.finish(writer.add(
      "GatherElements",
      {writer.get(op.getInput()), getIndices(writer, op.getIndices())},
      {{"axis", static_cast<int64_t>(op.getAxis())}}));
}

static LogicalResult writeGatherND(OpWriter &writer, GatherNDOp op) {
  return writer.finish(writer.add(
      "GatherND",
      {writer.get(op.getInput()), getIndices(writer, op.getIndices())},
      {{"batch_dims", static_cast<int64_t>(op.getBatchDims())}}));
}

/// The second result; the first are the elements.
static LogicalResult writeTopK(OpWriter &writer, TopKOp op) {
  int64_t count = op.getCount();
  return writer.finish(writer.addMany(
      "TopK", {writer.get(op.getInput()), writer.integers(count)},
      {{"axis", static_cast<int64_t>(op.getAxis())},
       {"largest", !op.getSmallest()},
       {"sorted", 1}},
      2)[1]);
}

//===----------------------------------------------------------------------===//
// Placements
//===----------------------------------------------------------------------===//

/// The reduction of a scatter; none for `set`.
static LogicalResult addReduction(OpWriter &writer, ScatterKind kind,
                                  NodeAttributes &attributes) {
  switch (kind) {
  case ScatterKind::set:
    return success();
  case ScatterKind::add:
    attributes.push_back({"reduction", "add"});
    return writer.require(16, "a scatter that adds");
  case ScatterKind::mul:
    attributes.push_back({"reduction", "mul"});
    return writer.require(16, "a scatter that multiplies");
  case ScatterKind::min:
    attributes.push_back({"reduction", "min"});
    return writer.require(18, "a scatter that takes the minimum");
  case ScatterKind::max:
    attributes.push_back({"reduction", "max"});
    return writer.require(18, "a scatter that takes the maximum");
  }
  llvm_unreachable("every kind is handled");
}

template <typename OpTy>
static LogicalResult finishScatter(OpWriter &writer, OpTy op,
                                   StringRef operatorName,
                                   NodeAttributes attributes) {
  if (failed(addReduction(writer, op.getKind(), attributes)))
    return failure();
  return writer.finish(writer.add(operatorName,
                                  {writer.get(op.getInput()),
                                   getIndices(writer, op.getIndices()),
                                   writer.get(op.getUpdates())},
                                  std::move(attributes)));
}

static LogicalResult writeScatterElements(OpWriter &writer,
                                          ScatterElementsOp op) {
  return finishScatter(writer, op, "ScatterElements",
                       {{"axis", static_cast<int64_t>(op.getAxis())}});
}

static LogicalResult writeScatterND(OpWriter &writer, ScatterNDOp op) {
  return finishScatter(writer, op, "ScatterND", {});
}

//===----------------------------------------------------------------------===//
// As many results as the data say
//===----------------------------------------------------------------------===//

/// Says that the result is `value`, which has as many rows as the data say, and
/// behind them rows of -1.
static LogicalResult finishRows(OpWriter &writer, Name value) {
  Value result = writer.getOp()->getResult(0);
  writer.getGraph().setValidPart(result, value);
  if (!writer.getGraph().isRead(result))
    return success();
  ArrayRef<int64_t> shape = getShape(result);
  Name missing =
      writer.add("Sub", {writer.integers(shape), writer.add("Shape", {value})});
  SmallVector<int64_t> zeros(shape.size(), 0);
  Name pads =
      writer.add("Concat", {writer.integers(zeros), missing}, {{"axis", 0}});
  Type index = IntegerType::get(writer.getOp()->getContext(), 64);
  return writer.finish(
      writer.add("Pad", {value, pads, writer.scalar(index, -1)}));
}

static LogicalResult writeNonZero(OpWriter &writer, NonZeroOp op) {
  Name columns = writer.add("NonZero", {writer.get(op.getInput())});
  return finishRows(writer, columns);
}

static LogicalResult writeNonMaxSuppression(OpWriter &writer,
                                            NonMaxSuppressionOp op) {
  Type real = Float32Type::get(op.getContext());
  for (Value input : {op.getBoxes(), op.getScores()})
    if (!getElement(input).isF32())
      return writer.fail("expects float32, the only type of "
                         "NonMaxSuppression; got " +
                         debugString(input.getType()));
  Name threshold =
      op.getScoreThreshold()
          ? writer.scalar(real, op.getScoreThreshold()->convertToDouble())
          : Name();
  Name rows = writer.add(
      "NonMaxSuppression",
      {writer.get(op.getBoxes()), writer.get(op.getScores()),
       writer.integers(static_cast<int64_t>(op.getLimit())),
       writer.scalar(real, op.getOverlapThreshold().convertToDouble()),
       threshold},
      {{"center_point_box", op.getCentered()}});
  return finishRows(writer, rows);
}

/// What Unique calls the inverse of its choice.
static LogicalResult writeRankDistinct(OpWriter &writer, RankDistinctOp op) {
  return writer.finish(
      writer.addMany("Unique", {writer.get(op.getInput())},
                     {{"axis", 0}, {"sorted", !op.getUnsorted()}}, 3)[2]);
}

static LogicalResult writeDeterminant(OpWriter &writer, DeterminantOp op) {
  return writer.finish(writer.add("Det", {writer.get(op.getInput())}));
}

ArrayRef<ExportRow> mlir::cnn::getIndexingRows() {
  static const ExportRow rows[] = {
      makeRow<DeterminantOp, writeDeterminant>(),
      makeRow<GatherElementsOp, writeGatherElements>(),
      makeRow<GatherNDOp, writeGatherND>(),
      makeRow<GatherOp, writeGather>(),
      makeRow<NonMaxSuppressionOp, writeNonMaxSuppression>(),
      makeRow<NonZeroOp, writeNonZero>(),
      makeRow<RankDistinctOp, writeRankDistinct>(),
      makeRow<ScatterElementsOp, writeScatterElements>(),
      makeRow<ScatterNDOp, writeScatterND>(),
      makeRow<TopKOp, writeTopK>(),
  };
  return rows;
}
