//===- CNNToKernelShapeOps.cpp - Movements of elements as tensor ops ------===//

#include "CNNToKernel.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::cnn {
namespace {

/// Parts are written one by one into the result, so that their producers can
/// write there after bufferization.
struct LowerConcat : OpRewritePattern<ConcatOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ConcatOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = getShape(op.getOutput());
    Value result = createEmpty(rewriter, op.getLoc(), shape,
                               getElementType(op.getOutput()));
    SmallVector<int64_t> starts(shape.size(), 0);
    for (Value part : op.getInputs()) {
      if (getShape(part)[op.getAxis()] == 0)
        continue;
      result = createInsert(rewriter, op.getLoc(), part, result, starts);
      starts[op.getAxis()] += getShape(part)[op.getAxis()];
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// Dimensions with a negative step are turned round by an index table.
struct LowerSlice : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SliceOp op,
                                PatternRewriter &rewriter) const override {
    Value value = op.getInput();
    ArrayRef<int64_t> sizes = getShape(op.getOutput());
    SmallVector<int64_t> starts(op.getStarts()), steps = op.getFullSteps();
    for (size_t axis = 0; axis < steps.size(); ++axis) {
      if (steps[axis] > 0)
        continue;
      SmallVector<int64_t> indices;
      for (int64_t i = 0; i < sizes[axis]; ++i)
        indices.push_back(starts[axis] + i * steps[axis]);
      value = createGatherAlong(rewriter, op.getLoc(), value, axis, indices);
      starts[axis] = 0;
      steps[axis] = 1;
    }
    rewriter.replaceOp(
        op, createSlice(rewriter, op.getLoc(), value, starts, sizes, steps));
    return success();
  }
};

struct LowerPad : OpRewritePattern<PadOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PadOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value value = op.getInput();
    SmallVector<int64_t> low(op.getLow()), high(op.getHigh());
    if (op.getMode() != PadMode::constant) {
      for (size_t axis = 0; axis < low.size(); ++axis) {
        if (low[axis] == 0 && high[axis] == 0)
          continue;
        int64_t extent = getShape(value)[axis];
        SmallVector<int64_t> indices;
        for (int64_t i = -low[axis]; i < extent + high[axis]; ++i)
          indices.push_back(*op.getSource(i, extent));
        value = createGatherAlong(rewriter, loc, value, axis, indices);
      }
      rewriter.replaceOp(op, value);
      return success();
    }
    // Negative pads crop first.
    SmallVector<int64_t> starts, sizes(getShape(value));
    for (size_t axis = 0; axis < low.size(); ++axis) {
      starts.push_back(std::max<int64_t>(0, -low[axis]));
      sizes[axis] -= starts[axis] + std::max<int64_t>(0, -high[axis]);
      low[axis] = std::max<int64_t>(0, low[axis]);
      high[axis] = std::max<int64_t>(0, high[axis]);
    }
    value = createSlice(rewriter, loc, value, starts, sizes);
    rewriter.replaceOp(op, createPad(rewriter, loc, value, low, high,
                                     op.getValue().convertToDouble()));
    return success();
  }
};

struct LowerReshape : OpRewritePattern<ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ReshapeOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, createReshape(rewriter, op.getLoc(), op.getInput(),
                                         getShape(op.getOutput())));
    return success();
  }
};

/// A transpose that moves only dimensions of extent 1 is a reshape.
struct LowerTranspose : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = getShape(op.getInput());
    SmallVector<int64_t> moved;
    for (int64_t dim : op.getPermutation())
      if (shape[dim] != 1)
        moved.push_back(dim);
    Value result = llvm::is_sorted(moved)
                       ? createReshape(rewriter, op.getLoc(), op.getInput(),
                                       getShape(op.getOutput()))
                       : createTranspose(rewriter, op.getLoc(), op.getInput(),
                                         op.getPermutation());
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct LowerDepthToSpace : OpRewritePattern<DepthToSpaceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(DepthToSpaceOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> in = getShape(op.getInput()),
                      out = getShape(op.getOutput());
    int64_t block = op.getBlockSize();
    SmallVector<int64_t> split = {in[0], block, block, out[1], in[2], in[3]};
    SmallVector<int64_t> permutation = {0, 3, 4, 1, 5, 2};
    if (op.getOrder() == BlockOrder::column_row_depth) {
      split = {in[0], out[1], block, block, in[2], in[3]};
      permutation = {0, 1, 4, 2, 5, 3};
    }
    Value value = createReshape(rewriter, op.getLoc(), op.getInput(), split);
    value = createTranspose(rewriter, op.getLoc(), value, permutation);
    rewriter.replaceOp(op, createReshape(rewriter, op.getLoc(), value, out));
    return success();
  }
};

struct LowerSpaceToDepth : OpRewritePattern<SpaceToDepthOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SpaceToDepthOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> in = getShape(op.getInput()),
                      out = getShape(op.getOutput());
    int64_t block = op.getBlockSize();
    Value value = createReshape(rewriter, op.getLoc(), op.getInput(),
                                {in[0], in[1], out[2], block, out[3], block});
    value = createTranspose(rewriter, op.getLoc(), value, {0, 3, 5, 1, 2, 4});
    rewriter.replaceOp(op, createReshape(rewriter, op.getLoc(), value, out));
    return success();
  }
};

struct LowerGather : OpRewritePattern<GatherOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(GatherOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    int64_t axis = op.getAxis(), extent = getShape(op.getInput())[axis];
    auto indices = getIntegers(op.getIndices());
    if (!indices) {
      rewriter.replaceOp(op, createComputedGather(rewriter, op));
      return success();
    }
    for (int64_t &index : *indices) {
      if (index < -extent || index >= extent)
        return op.emitOpError("expects indices from ")
               << -extent << " to " << extent - 1 << " for dimension " << axis
               << ", got " << index;
      index += index < 0 ? extent : 0;
    }
    Value value;
    if (isRange(*indices)) {
      SmallVector<int64_t> sizes(getShape(op.getInput()));
      SmallVector<int64_t> starts(sizes.size(), 0);
      sizes[axis] = indices->size();
      starts[axis] = indices->front();
      value = createSlice(rewriter, loc, op.getInput(), starts, sizes);
    } else {
      value = createGatherAlong(rewriter, loc, op.getInput(), axis, *indices);
    }
    rewriter.replaceOp(
        op, createReshape(rewriter, loc, value, getShape(op.getOutput())));
    return success();
  }

  static bool isRange(ArrayRef<int64_t> indices) {
    for (size_t i = 1; i < indices.size(); ++i)
      if (indices[i] != indices[i - 1] + 1)
        return false;
    return !indices.empty();
  }

  /// Indices that are known at run time only; those outside are clamped.
  static Value createComputedGather(OpBuilder &builder, GatherOp op) {
    auto type = cast<RankedTensorType>(op.getType());
    int64_t axis = op.getAxis();
    ArrayRef<int64_t> source = getShape(op.getInput());
    int64_t indexRank = getShape(op.getIndices()).size();
    SmallVector<AffineExpr> dims;
    for (int64_t i = 0; i < indexRank; ++i)
      dims.push_back(builder.getAffineDimExpr(axis + i));
    AffineMap map =
        AffineMap::get(type.getRank(), 0, dims, builder.getContext());
    return createMap(
        builder, op.getLoc(), type, MapOperand{op.getIndices(), map},
        [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
          SmallVector<Value> position;
          for (int64_t i = 0; i < type.getRank(); ++i)
            if (i < axis || i >= axis + indexRank)
              position.push_back(linalg::IndexOp::create(b, i));
          position.insert(position.begin() + axis,
                          createPosition(b, elements[0], source[axis]));
          return createLoad(b, op.getInput(), position);
        });
  }
};

} // namespace

void populateShapeOpsToKernel(RewritePatternSet &patterns) {
  patterns.add<LowerConcat, LowerSlice, LowerPad, LowerReshape, LowerTranspose,
               LowerDepthToSpace, LowerSpaceToDepth, LowerGather>(
      patterns.getContext());
}

} // namespace mlir::cnn
