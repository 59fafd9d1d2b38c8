//===- PropagateLayoutTransposes.cpp - Packing next to transposing --------===//
//
//   transpose(unpack(x))  -->  reshape(transpose(x))     NCHW to NHWC
//   transpose(y)          -->  unpack(transpose(reshape(y)))     NHWC to NCHW
//
// Between blocked images and those whose channels come last, blocks of channels
// move as they are: whole vectors, where a transpose of a plain image moves
// numbers. Channels fill their blocks.
//
//===----------------------------------------------------------------------===//

#include "PropagateLayout.h"
#include "TensorBuilders.h"

#include "cnnc/Dialect/Kernel/Kernel.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::cnn {
namespace {

constexpr int64_t toLast[] = {0, 2, 3, 1}, toFirst[] = {0, 3, 1, 2};

struct UnpackToChannelsLast : OpRewritePattern<linalg::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    Value blocked = getBlocked(op.getInput());
    if (!blocked || op.getPermutation() != ArrayRef(toLast) ||
        getShape(op.getInput())[1] % getShape(blocked).back() != 0)
      return failure();
    Value moved =
        createTranspose(rewriter, op.getLoc(), blocked, {0, 2, 3, 1, 4});
    rewriter.replaceOp(op, createReshape(rewriter, op.getLoc(), moved,
                                         getShape(op.getInit())));
    return success();
  }
};

/// The lanes of the blocks in which `value` is wanted, directly or after
/// elementwise maps; 0 if it is not.
int64_t getWantedLanes(Value value, int depth = 4) {
  for (Operation *user : value.getUsers()) {
    if (auto pack = dyn_cast<kernel::PackOp>(user))
      return getShape(pack.getOutput()).back();
    auto map = dyn_cast<linalg::GenericOp>(user);
    if (!map || map.getNumLoops() != map.getNumParallelLoops() ||
        map.getNumResults() != 1 || depth == 0)
      continue;
    if (int64_t lanes = getWantedLanes(map.getResult(0), depth - 1))
      return lanes;
  }
  return 0;
}

struct PackFromChannelsLast : OpRewritePattern<linalg::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    if (op->getNumResults() != 1 || op.getPermutation() != ArrayRef(toFirst))
      return failure();
    int64_t lanes = getWantedLanes(op->getResult(0));
    SmallVector<int64_t> shape(getShape(op.getInput()));
    int64_t channels = shape.back();
    if (lanes == 0 || channels % lanes != 0)
      return failure();
    shape.back() = channels / lanes;
    shape.push_back(lanes);
    Location loc = op.getLoc();
    Value split = createReshape(rewriter, loc, op.getInput(), shape);
    Value blocked = createTranspose(rewriter, loc, split, {0, 3, 1, 2, 4});
    rewriter.replaceOp(op, createUnpack(rewriter, loc, blocked, channels));
    return success();
  }
};

} // namespace

void populateTransposes(RewritePatternSet &patterns) {
  patterns.add<UnpackToChannelsLast, PackFromChannelsLast>(
      patterns.getContext());
}

} // namespace mlir::cnn
