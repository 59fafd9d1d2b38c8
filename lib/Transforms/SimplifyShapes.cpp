//===- SimplifyShapes.cpp - Ops that move elements ------------------------===//

#include "Rewrites.h"
#include "Simplify.h"

#include <numeric>

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Transposes
//===----------------------------------------------------------------------===//

static SmallVector<int64_t> invert(ArrayRef<int64_t> permutation) {
  SmallVector<int64_t> inverse(permutation.size());
  for (auto [i, dim] : llvm::enumerate(permutation))
    inverse[dim] = static_cast<int64_t>(i);
  return inverse;
}

/// `op` has one user, a transpose or an op that passes a transpose on to one.
static bool leadsToTranspose(Operation *op) {
  while (op->hasOneUse()) {
    op = *op->user_begin();
    if (isa<TransposeOp>(op))
      return true;
    bool passes = isa<UnaryOp>(op) ||
                  (isa<BinaryOp>(op) && (getConstant(op->getOperand(0)) ||
                                         getConstant(op->getOperand(1))));
    if (!passes)
      return false;
  }
  return false;
}

/// f(transpose(x))  -->  transpose(f(x)), if a transpose follows
static LogicalResult sinkBelowUnary(UnaryOp op, PatternRewriter &rewriter) {
  auto transpose = op.getInput().getDefiningOp<TransposeOp>();
  if (!transpose || !transpose->hasOneUse() || !leadsToTranspose(op))
    return rewriter.notifyMatchFailure(op, "it is not between transposes");
  Value value = UnaryOp::create(rewriter, op.getLoc(), op.getFunction(),
                                transpose.getInput());
  rewriter.replaceOpWithNewOp<TransposeOp>(op, value,
                                           transpose.getPermutation());
  return success();
}

/// The value that becomes `operand` by `permutation`, of the rank of the
/// permutation; null if that takes more than rearranging a constant.
static Value untranspose(Value operand, ArrayRef<int64_t> permutation,
                         PatternRewriter &rewriter) {
  auto transpose = operand.getDefiningOp<TransposeOp>();
  if (transpose && transpose.getPermutation() == permutation)
    return transpose.getInput();
  if (!getConstant(operand))
    return {};
  ArrayRef<int64_t> shape = getShape(operand);
  SmallVector<int64_t> full(permutation.size() - shape.size(), 1);
  llvm::append_range(full, shape);
  Location loc = operand.getLoc();
  Value reshaped = rewriter.createOrFold<ReshapeOp>(loc, operand, full);
  return rewriter.createOrFold<TransposeOp>(loc, reshaped, invert(permutation));
}

/// op(transpose(a), transpose(b))  -->  transpose(op(a, b)); a constant is
/// rearranged if a transpose follows that may cancel.
static LogicalResult sinkBelowBinary(BinaryOp op, PatternRewriter &rewriter) {
  auto left = op.getLhs().getDefiningOp<TransposeOp>();
  auto right = op.getRhs().getDefiningOp<TransposeOp>();
  auto transpose = left ? left : right;
  if (!transpose || transpose.getOutput().getType() != op.getType())
    return rewriter.notifyMatchFailure(op, "no operand is a transpose");
  SmallVector<int64_t> permutation(transpose.getPermutation());
  bool isPair =
      left && right && left.getPermutation() == right.getPermutation();
  bool isConstant = getConstant(op.getLhs()) || getConstant(op.getRhs());
  if (!isPair && !(isConstant && leadsToTranspose(op)))
    return rewriter.notifyMatchFailure(op, "the transposes would not cancel");
  for (TransposeOp operand : {left, right})
    if (operand && !llvm::all_of(operand->getUsers(),
                                 [&](Operation *user) { return user == op; }))
      return rewriter.notifyMatchFailure(op, "the transpose has other users");

  Value lhs = untranspose(op.getLhs(), permutation, rewriter);
  Value rhs = untranspose(op.getRhs(), permutation, rewriter);
  Value value = BinaryOp::create(rewriter, op.getLoc(), op.getKind(), lhs, rhs);
  rewriter.replaceOpWithNewOp<TransposeOp>(op, value, permutation);
  return success();
}

//===----------------------------------------------------------------------===//
// Depth to space
//===----------------------------------------------------------------------===//

namespace {

/// reshape(transpose(reshape(x))) of an image, by way of six dimensions.
struct BlockMove {
  Value input;
  SmallVector<int64_t> split, permutation, output;
};

} // namespace

static std::optional<BlockMove> getBlockMove(ReshapeOp op) {
  auto transpose = op.getInput().getDefiningOp<TransposeOp>();
  if (!transpose)
    return std::nullopt;
  auto split = transpose.getInput().getDefiningOp<ReshapeOp>();
  if (!split || getShape(split.getInput()).size() != 4 ||
      getShape(split.getOutput()).size() != 6 ||
      getShape(op.getOutput()).size() != 4 ||
      getShape(split.getInput())[0] != getShape(split.getOutput())[0])
    return std::nullopt;
  return BlockMove{split.getInput(),
                   SmallVector<int64_t>(getShape(split.getOutput())),
                   SmallVector<int64_t>(transpose.getPermutation()),
                   SmallVector<int64_t>(getShape(op.getOutput()))};
}

/// The six dimensions are N b b C H W (depth_column_row) or N C b b H W
/// (column_row_depth); the transpose makes them N C H b W b.
static LogicalResult formDepthToSpace(ReshapeOp op, PatternRewriter &rewriter) {
  std::optional<BlockMove> move = getBlockMove(op);
  if (!move)
    return rewriter.notifyMatchFailure(op, "it does not move blocks");
  bool depthLast = move->permutation == ArrayRef<int64_t>{0, 3, 4, 1, 5, 2};
  bool depthFirst = move->permutation == ArrayRef<int64_t>{0, 1, 4, 2, 5, 3};
  size_t first = depthLast ? 1 : 2;
  int64_t block = move->split[first];
  ArrayRef<int64_t> input = getShape(move->input);
  if ((!depthLast && !depthFirst) || move->split[first + 1] != block ||
      move->split[4] != input[2] || move->split[5] != input[3] ||
      move->output[0] != input[0] || move->output[2] != input[2] * block ||
      move->output[3] != input[3] * block)
    return rewriter.notifyMatchFailure(op, "its blocks are not square");
  rewriter.replaceOpWithNewOp<DepthToSpaceOp>(
      op,
      depthLast ? BlockOrder::depth_column_row : BlockOrder::column_row_depth,
      move->input, block);
  return success();
}

/// The six dimensions are N C H b W b; the transpose makes them N b b C H W.
static LogicalResult formSpaceToDepth(ReshapeOp op, PatternRewriter &rewriter) {
  std::optional<BlockMove> move = getBlockMove(op);
  if (!move || move->permutation != ArrayRef<int64_t>{0, 3, 5, 1, 2, 4})
    return rewriter.notifyMatchFailure(op, "it does not move blocks");
  int64_t block = move->split[3];
  ArrayRef<int64_t> input = getShape(move->input);
  if (move->split[5] != block || move->split[1] != input[1] ||
      move->split[2] * block != input[2] ||
      move->output != ArrayRef<int64_t>{input[0], input[1] * block * block,
                                        move->split[2], move->split[4]})
    return rewriter.notifyMatchFailure(op, "its blocks are not square");
  rewriter.replaceOpWithNewOp<SpaceToDepthOp>(op, move->input, block);
  return success();
}

//===----------------------------------------------------------------------===//
// Slices and concats
//===----------------------------------------------------------------------===//

/// slice(slice(x))  -->  slice(x)
static LogicalResult mergeSlices(SliceOp op, PatternRewriter &rewriter) {
  auto inner = op.getInput().getDefiningOp<SliceOp>();
  if (!inner)
    return rewriter.notifyMatchFailure(op, "its input is not a slice");
  SmallVector<int64_t> starts(inner.getStarts()), steps = inner.getFullSteps();
  SmallVector<int64_t> outerSteps = op.getFullSteps();
  for (size_t i = 0; i < starts.size(); ++i) {
    starts[i] += op.getStarts()[i] * steps[i];
    steps[i] *= outerSteps[i];
  }
  rewriter.replaceOpWithNewOp<SliceOp>(op, inner.getInput(), starts,
                                       op.getSizes(), steps);
  return success();
}

/// The only dimension in which `op`, whose steps are ones, does not keep all of
/// its input; nothing if there are several.
static std::optional<int64_t> getSlicedAxis(SliceOp op) {
  std::optional<int64_t> axis;
  ArrayRef<int64_t> input = getShape(op.getInput());
  ArrayRef<int64_t> output = getShape(op.getOutput());
  SmallVector<int64_t> steps = op.getFullSteps();
  for (size_t i = 0; i < input.size(); ++i) {
    if (input[i] == output[i] && steps[i] == 1)
      continue;
    if (axis || steps[i] != 1)
      return std::nullopt;
    axis = static_cast<int64_t>(i);
  }
  return axis;
}

/// slice(concat(a, b))  -->  slice(a), if nothing of b is in it
static LogicalResult sliceOneInput(SliceOp op, PatternRewriter &rewriter) {
  auto concat = op.getInput().getDefiningOp<ConcatOp>();
  std::optional<int64_t> sliced = getSlicedAxis(op);
  if (!concat || sliced != static_cast<int64_t>(concat.getAxis()))
    return rewriter.notifyMatchFailure(op, "it does not cut a concat");
  SmallVector<int64_t> starts(op.getStarts());
  int64_t &start = starts[*sliced];
  for (Value input : concat.getInputs()) {
    int64_t extent = getShape(input)[*sliced];
    if (ShapedType::isDynamic(extent) || start < 0)
      break;
    if (start + op.getSizes()[*sliced] <= extent) {
      rewriter.replaceOpWithNewOp<SliceOp>(op, input, starts, op.getSizes(),
                                           op.getSteps());
      return success();
    }
    start -= extent;
  }
  return rewriter.notifyMatchFailure(op, "several inputs are in it");
}

/// concat(all slices of x in order)  -->  x
static LogicalResult joinSlices(ConcatOp op, PatternRewriter &rewriter) {
  auto first = op.getInputs().front().getDefiningOp<SliceOp>();
  if (!first || first.getInput().getType() != op.getType())
    return rewriter.notifyMatchFailure(op, "it does not restore a tensor");
  int64_t position = 0, axis = op.getAxis();
  for (Value input : op.getInputs()) {
    auto slice = input.getDefiningOp<SliceOp>();
    if (!slice || slice.getInput() != first.getInput() ||
        getSlicedAxis(slice) != axis || slice.getStarts()[axis] != position)
      return rewriter.notifyMatchFailure(op, "a part is not the next slice");
    position += slice.getSizes()[axis];
  }
  rewriter.replaceOp(op, first.getInput());
  return success();
}

//===----------------------------------------------------------------------===//
// Broadcasts
//===----------------------------------------------------------------------===//

/// op(expand(x), y)  -->  op(x, y), where broadcasting does the same
static LogicalResult dropExpand(BinaryOp op, PatternRewriter &rewriter) {
  for (unsigned i = 0; i < 2; ++i) {
    auto expand = op->getOperand(i).getDefiningOp<ExpandOp>();
    if (!expand)
      continue;
    auto shape = getBroadcastShape(getShape(expand.getInput()),
                                   getShape(op->getOperand(1 - i)));
    if (failed(shape) || ArrayRef<int64_t>(*shape) != getShape(op.getOutput()))
      continue;
    rewriter.modifyOpInPlace(op, [&] { op->setOperand(i, expand.getInput()); });
    return success();
  }
  return rewriter.notifyMatchFailure(op, "no operand is expanded in vain");
}

void mlir::cnn::populateSimplifyShapes(RewritePatternSet &patterns) {
  patterns.add(sinkBelowUnary)
      .add(sinkBelowBinary)
      .add(formDepthToSpace)
      .add(formSpaceToDepth)
      .add(mergeSlices)
      .add(sliceOneInput)
      .add(joinSlices)
      .add(dropExpand);
}
