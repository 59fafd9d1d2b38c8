//===- PropagateLayoutSlices.cpp - Unpacking after slices -----------------===//
//
//   slice(unpack(x))            -->  unpack(slice(x))
//   concat(unpack(x), pack(y))  -->  unpack(concat(x, y))
//
// where channels are cut between blocks. A concatenation, and a pad, is a chain
// of insertions into an empty or a filled tensor.
//
//===----------------------------------------------------------------------===//

#include "PropagateLayout.h"
#include "TensorBuilders.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::cnn {
namespace {

constexpr unsigned channelDim = 1;

/// A box of a plain image that is a box of its blocked form, too.
struct BlockBox {
  SmallVector<int64_t> starts, sizes, steps;
};

/// The box of `op` in an image of `channels` channels in blocked form; nothing
/// if the box starts or ends within a block.
template <typename OpTy>
std::optional<BlockBox> getBlockBox(OpTy op, int64_t channels, int64_t lanes) {
  auto starts = op.getStaticOffsets(), sizes = op.getStaticSizes(),
       steps = op.getStaticStrides();
  if (sizes.size() != 4 || ShapedType::isDynamicShape(starts) ||
      ShapedType::isDynamicShape(sizes) || ShapedType::isDynamicShape(steps))
    return std::nullopt;
  int64_t start = starts[channelDim], size = sizes[channelDim];
  bool endsBlock = size % lanes == 0 || start + size == channels;
  if (start % lanes != 0 || !endsBlock || steps[channelDim] != 1)
    return std::nullopt;
  BlockBox box = {SmallVector<int64_t>(starts), SmallVector<int64_t>(sizes),
                  SmallVector<int64_t>(steps)};
  box.starts[channelDim] /= lanes;
  box.sizes[channelDim] = (size + lanes - 1) / lanes;
  box.starts.push_back(0);
  box.sizes.push_back(lanes);
  box.steps.push_back(1);
  return box;
}

struct SinkUnpackThroughSlice : OpRewritePattern<tensor::ExtractSliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::ExtractSliceOp op,
                                PatternRewriter &rewriter) const override {
    Value blocked = getBlocked(op.getSource());
    if (!blocked || op.getType().getRank() != 4)
      return failure();
    int64_t lanes = getShape(blocked).back();
    auto box = getBlockBox(op, getShape(op.getSource())[channelDim], lanes);
    if (!box)
      return failure();
    Value slice = createSlice(rewriter, op.getLoc(), blocked, box->starts,
                              box->sizes, box->steps);
    rewriter.replaceOp(op, createUnpack(rewriter, op.getLoc(), slice,
                                        op.getType().getDimSize(channelDim)));
    return success();
  }
};

/// Insertions into one tensor, in their order.
struct InsertChain {
  SmallVector<tensor::InsertSliceOp> insertions;
  /// What the first one inserts into: a tensor.empty or a linalg.fill of one.
  Operation *base = nullptr;
};

/// The chain whose last insertion is `last`, or nothing.
std::optional<InsertChain> getChain(tensor::InsertSliceOp last) {
  InsertChain chain;
  Value destination = last.getResult();
  while (auto insertion = destination.getDefiningOp<tensor::InsertSliceOp>()) {
    bool isInner = insertion != last;
    if (isInner && !insertion->hasOneUse())
      return std::nullopt;
    chain.insertions.push_back(insertion);
    destination = insertion.getDest();
  }
  std::reverse(chain.insertions.begin(), chain.insertions.end());
  chain.base = destination.getDefiningOp();
  if (auto fill = dyn_cast_if_present<linalg::FillOp>(chain.base))
    return fill.getOutputs()[0].getDefiningOp<tensor::EmptyOp>()
               ? std::optional(chain)
               : std::nullopt;
  if (!isa_and_present<tensor::EmptyOp>(chain.base))
    return std::nullopt;
  return chain;
}

struct SinkUnpackThroughInsertions : OpRewritePattern<tensor::InsertSliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::InsertSliceOp last,
                                PatternRewriter &rewriter) const override {
    std::optional<InsertChain> chain = getChain(last);
    if (!chain || last.getType().getRank() != 4)
      return failure();
    for (Operation *user : last->getUsers())
      if (auto next = dyn_cast<tensor::InsertSliceOp>(user))
        if (next.getDest() == last.getResult() && last->hasOneUse())
          return rewriter.notifyMatchFailure(last, "the chain goes on");
    int64_t lanes = 0;
    for (tensor::InsertSliceOp insertion : chain->insertions)
      if (Value blocked = getBlocked(insertion.getSource()))
        lanes = getShape(blocked).back();
    if (lanes == 0)
      return failure();
    int64_t channels = last.getType().getDimSize(channelDim);
    SmallVector<BlockBox> boxes;
    for (tensor::InsertSliceOp insertion : chain->insertions) {
      auto box = getBlockBox(insertion, channels, lanes);
      if (!box || insertion.getSourceType().getRank() != 4)
        return failure();
      boxes.push_back(*box);
    }
    Value result = createBlockedBase(rewriter, *chain, lanes);
    for (auto [insertion, box] : llvm::zip_equal(chain->insertions, boxes)) {
      Location loc = insertion.getLoc();
      Value source =
          getOrCreateBlocked(rewriter, loc, insertion.getSource(), lanes);
      result =
          createInsert(rewriter, loc, source, result, box.starts, box.steps);
    }
    rewriter.replaceOp(last,
                       createUnpack(rewriter, last.getLoc(), result, channels));
    return success();
  }

  static Value createBlockedBase(OpBuilder &builder, const InsertChain &chain,
                                 int64_t lanes) {
    Location loc = chain.base->getLoc();
    Value plain = chain.base->getResult(0);
    Value empty =
        createEmpty(builder, loc, getBlockedShape(getShape(plain), lanes),
                    getElementType(plain));
    auto fill = dyn_cast<linalg::FillOp>(chain.base);
    if (!fill)
      return empty;
    return linalg::FillOp::create(builder, loc, fill.getInputs(), empty)
        .getResult(0);
  }
};

} // namespace

void populateSinkThroughSlices(RewritePatternSet &patterns) {
  patterns.add<SinkUnpackThroughSlice, SinkUnpackThroughInsertions>(
      patterns.getContext());
}

} // namespace mlir::cnn
