//===- MergeInsertions.cpp - Insert neighbouring pieces as one ------------===//

#include "TensorBuilders.h"
#include "cnnc/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_MERGEINSERTIONS
#include "cnnc/Conversion/Passes.h.inc"

namespace {

/// The start and the extents of the box of a slice or an insertion with static
/// extents and steps of one that keeps the rank.
struct Box {
  SmallVector<int64_t> starts, sizes;
};

template <typename OpTy>
std::optional<Box> getBox(OpTy op, int64_t rank) {
  ArrayRef<int64_t> starts = op.getStaticOffsets(), sizes = op.getStaticSizes();
  if (ShapedType::isDynamicShape(starts) || !op.hasUnitStride() ||
      static_cast<int64_t>(sizes.size()) != rank)
    return std::nullopt;
  return Box{SmallVector<int64_t>(starts), SmallVector<int64_t>(sizes)};
}

/// The dimension along which `second` continues `first`, or nothing.
std::optional<size_t> getSeam(const Box &first, const Box &second) {
  std::optional<size_t> seam;
  for (size_t i = 0; i < first.sizes.size(); ++i) {
    if (first.starts[i] == second.starts[i] &&
        first.sizes[i] == second.sizes[i])
      continue;
    if (seam || second.starts[i] != first.starts[i] + first.sizes[i])
      return std::nullopt;
    seam = i;
  }
  return seam;
}

/// Two neighbouring pieces of an image that are inserted as neighbours are one
/// piece; often it is the whole image.
struct MergeNeighbours : OpRewritePattern<tensor::InsertSliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::InsertSliceOp second,
                                PatternRewriter &rewriter) const override {
    auto first = second.getDest().getDefiningOp<tensor::InsertSliceOp>();
    if (!first || !first->hasOneUse())
      return failure();
    auto firstPiece = first.getSource().getDefiningOp<tensor::ExtractSliceOp>();
    auto secondPiece =
        second.getSource().getDefiningOp<tensor::ExtractSliceOp>();
    if (!firstPiece || !secondPiece ||
        firstPiece.getSource() != secondPiece.getSource())
      return failure();
    int64_t rank = second.getType().getRank();
    auto firstTarget = getBox(first, rank), secondTarget = getBox(second, rank);
    auto firstSource = getBox(firstPiece, rank);
    auto secondSource = getBox(secondPiece, rank);
    if (!firstTarget || !secondTarget || !firstSource || !secondSource ||
        firstPiece.getType().getRank() != rank ||
        secondPiece.getType().getRank() != rank)
      return failure();
    std::optional<size_t> seam = getSeam(*firstTarget, *secondTarget);
    if (!seam || getSeam(*firstSource, *secondSource) != seam)
      return failure();

    SmallVector<int64_t> sizes = firstSource->sizes;
    sizes[*seam] += secondSource->sizes[*seam];
    Value piece =
        createSlice(rewriter, firstPiece.getLoc(), firstPiece.getSource(),
                    firstSource->starts, sizes);
    rewriter.replaceOp(second,
                       createInsert(rewriter, second.getLoc(), piece,
                                    first.getDest(), firstTarget->starts));
    return success();
  }
};

/// Both insert the same at the same place.
bool insertsAlike(tensor::InsertSliceOp one, tensor::InsertSliceOp other) {
  int64_t rank = one.getType().getRank();
  auto box = getBox(one, rank), otherBox = getBox(other, rank);
  return one.getSource() == other.getSource() && box && otherBox &&
         box->starts == otherBox->starts && box->sizes == otherBox->sizes;
}

/// The insertions into a tensor.empty up to `last`, in their order, if nothing
/// reads what lies between; or nothing.
SmallVector<tensor::InsertSliceOp> getChain(tensor::InsertSliceOp last) {
  SmallVector<tensor::InsertSliceOp> chain = {last};
  while (auto next =
             chain.back().getDest().getDefiningOp<tensor::InsertSliceOp>()) {
    if (!next->hasOneUse())
      return {};
    chain.push_back(next);
  }
  if (!chain.back().getDest().getDefiningOp<tensor::EmptyOp>())
    return {};
  std::reverse(chain.begin(), chain.end());
  return chain;
}

/// The insertions write every element; they do not overlap.
bool fills(ArrayRef<tensor::InsertSliceOp> chain) {
  int64_t elements = 0;
  for (tensor::InsertSliceOp insertion : chain)
    elements += insertion.getSourceType().getNumElements();
  tensor::InsertSliceOp last = chain.back();
  return elements == last.getType().getNumElements();
}

/// A concatenation that starts as another one does inserts that one. All
/// concatenations of a dense block grow into one buffer that way.
struct InsertConcatenation : OpRewritePattern<tensor::InsertSliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::InsertSliceOp last,
                                PatternRewriter &rewriter) const override {
    SmallVector<tensor::InsertSliceOp> chain = getChain(last);
    if (chain.size() < 2 || !fills(chain))
      return failure();
    for (Operation *user : chain.front().getSource().getUsers()) {
      auto end = dyn_cast<tensor::InsertSliceOp>(user);
      if (!end || end == chain.front() || !insertsAlike(chain.front(), end) ||
          !end.getDest().getDefiningOp<tensor::EmptyOp>())
        continue;
      Value base = end.getDest();
      end = followAlike(end, ArrayRef(chain).drop_front());
      if (!end || end.getType() == Type(last.getType()) ||
          end->getBlock() != last->getBlock() || !last->isBeforeInBlock(end))
        continue;
      rewriter.setInsertionPoint(end);
      rewriter.replaceOp(end,
                         createInsert(rewriter, end.getLoc(), last.getResult(),
                                      base, chain.front().getStaticOffsets()));
      return success();
    }
    return failure();
  }

  /// The last of the insertions after `first` that are like `rest`, or null.
  static tensor::InsertSliceOp
  followAlike(tensor::InsertSliceOp first,
              ArrayRef<tensor::InsertSliceOp> rest) {
    tensor::InsertSliceOp end = first;
    for (tensor::InsertSliceOp insertion : rest) {
      if (!end->hasOneUse())
        return {};
      auto next = dyn_cast<tensor::InsertSliceOp>(*end->user_begin());
      if (!next || next.getDest() != end.getResult() ||
          !insertsAlike(insertion, next))
        return {};
      end = next;
    }
    return end;
  }
};

struct MergeInsertions : impl::MergeInsertionsBase<MergeInsertions> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<MergeNeighbours, InsertConcatenation>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::cnn
