//===- CNNToKernelIndexing.cpp - Gather and scatter -----------------------===//
//
// Gathers are maps whose elements are read where an index says. Scatters are
// loops that write one update after the other, on one thread: two updates may
// meet the same element, and the result must not depend on luck.
//
//===----------------------------------------------------------------------===//

#include "CNNToKernel.h"
#include "EmitArithmetic.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::cnn {
namespace {

/// Fails if a constant index is outside of its dimension; indices take turns in
/// `extents`.
LogicalResult checkIndices(Operation *op, Value indices,
                           ArrayRef<int64_t> extents) {
  auto numbers = getIntegers(indices);
  if (!numbers)
    return success();
  for (auto [i, index] : llvm::enumerate(*numbers)) {
    int64_t extent = extents[i % extents.size()];
    if (index < -extent || index >= extent)
      return op->emitOpError("expects indices from ")
             << -extent << " to " << extent - 1 << ", got " << index;
  }
  return success();
}

struct LowerGatherElements : OpRewritePattern<GatherElementsOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(GatherElementsOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    int64_t axis = op.getAxis(), extent = getShape(op.getInput())[axis];
    if (failed(checkIndices(op, op.getIndices(), extent)))
      return failure();
    MapOperand indices = {op.getIndices(),
                          rewriter.getMultiDimIdentityMap(type.getRank())};
    rewriter.replaceOp(
        op, createMap(rewriter, op.getLoc(), type, indices,
                      [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                        SmallVector<Value> position;
                        for (int64_t i = 0; i < type.getRank(); ++i)
                          position.push_back(linalg::IndexOp::create(b, i));
                        position[axis] = createPosition(b, x[0], extent);
                        return createLoad(b, op.getInput(), position);
                      }));
    return success();
  }
};

/// The start of an index into a tensor: what the row of `indices` at `row`
/// says of dimensions of these extents.
SmallVector<Value> readRow(ImplicitLocOpBuilder &builder, Value indices,
                           ValueRange row, ArrayRef<int64_t> extents) {
  SmallVector<Value> positions;
  for (auto [i, extent] : llvm::enumerate(extents)) {
    SmallVector<Value> place(row);
    place.push_back(arith::ConstantIndexOp::create(builder, i));
    positions.push_back(
        createPosition(builder, createLoad(builder, indices, place), extent));
  }
  return positions;
}

struct LowerGatherND : OpRewritePattern<GatherNDOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(GatherNDOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    ArrayRef<int64_t> indices = getShape(op.getIndices());
    int64_t batchDims = op.getBatchDims(), rows = indices.size() - 1;
    ArrayRef<int64_t> extents =
        getShape(op.getInput()).slice(batchDims, indices.back());
    if (failed(checkIndices(op, op.getIndices(), extents)))
      return failure();
    rewriter.replaceOp(
        op, createMap(rewriter, op.getLoc(), type, {},
                      [&](ImplicitLocOpBuilder &b, ValueRange) -> Value {
                        SmallVector<Value> place;
                        for (int64_t i = 0; i < type.getRank(); ++i)
                          place.push_back(linalg::IndexOp::create(b, i));
                        ArrayRef<Value> all(place);
                        SmallVector<Value> position(all.take_front(batchDims));
                        llvm::append_range(
                            position, readRow(b, op.getIndices(),
                                              all.take_front(rows), extents));
                        llvm::append_range(position, all.drop_front(rows));
                        return createLoad(b, op.getInput(), position);
                      }));
    return success();
  }
};

/// An update and where it goes.
struct Update {
  SmallVector<Value> position;
  Value number;
};

/// Combines `update` with an element of `tensor`, whose element type may have a
/// sign.
Value createUpdate(ImplicitLocOpBuilder &builder, ScatterKind kind,
                   Value tensor, const Update &update) {
  Value number = update.number;
  if (std::optional<BinaryKind> function =
          symbolizeBinaryKind(stringifyScatterKind(kind)))
    number = emitBinary(builder, *function, getElementType(tensor),
                        {createLoad(builder, tensor, update.position), number});
  return createStore(builder, number, tensor, update.position);
}

struct LowerScatterElements : OpRewritePattern<ScatterElementsOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ScatterElementsOp op,
                                PatternRewriter &rewriter) const override {
    int64_t axis = op.getAxis(), extent = getShape(op.getInput())[axis];
    if (failed(checkIndices(op, op.getIndices(), extent)))
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    rewriter.replaceOp(
        op,
        createLoops(builder, getShape(op.getUpdates()), op.getInput(),
                    [&](ImplicitLocOpBuilder &b, ValueRange place,
                        ValueRange state) -> SmallVector<Value> {
                      Update update = {SmallVector<Value>(place),
                                       createLoad(b, op.getUpdates(), place)};
                      update.position[axis] = createPosition(
                          b, createLoad(b, op.getIndices(), place), extent);
                      return {createUpdate(b, op.getKind(), state[0], update)};
                    }));
    return success();
  }
};

struct LowerScatterND : OpRewritePattern<ScatterNDOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ScatterNDOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> indices = getShape(op.getIndices());
    ArrayRef<int64_t> extents =
        getShape(op.getInput()).take_front(indices.back());
    if (failed(checkIndices(op, op.getIndices(), extents)))
      return failure();
    size_t rows = indices.size() - 1;
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    rewriter.replaceOp(
        op, createLoops(
                builder, getShape(op.getUpdates()), op.getInput(),
                [&](ImplicitLocOpBuilder &b, ValueRange place,
                    ValueRange state) -> SmallVector<Value> {
                  Update update = {readRow(b, op.getIndices(),
                                           place.take_front(rows), extents),
                                   createLoad(b, op.getUpdates(), place)};
                  llvm::append_range(update.position, place.drop_front(rows));
                  return {createUpdate(b, op.getKind(), state[0], update)};
                }));
    return success();
  }
};

} // namespace

void populateIndexingToKernel(RewritePatternSet &patterns) {
  patterns.add<LowerGatherElements, LowerGatherND, LowerScatterElements,
               LowerScatterND>(patterns.getContext());
}

} // namespace mlir::cnn
