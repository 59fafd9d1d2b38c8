//===- FoldBN.cpp - Scales and shifts into the layers beside them ---------===//
//
// The arithmetic is in ChannelMap.cpp; here is which neighbour takes it.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Transforms/Passes.h"

#include "ChannelMap.h"

#include "llvm/ADT/STLExtras.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_FOLDBN
#include "cnnc/Transforms/Passes.h.inc"

namespace {

/// Maps that follow each other, each the only user of the one before.
struct MapChain {
  SmallVector<Operation *> ops;
  Value input;
  ChannelMap map;

  Value getResult() const { return ops.back()->getResult(0); }
};

MapChain collectChain(MapOp first) {
  MapChain chain{{first.op}, first.input, std::move(first.map)};
  while (chain.getResult().hasOneUse()) {
    Operation *user = *chain.getResult().user_begin();
    std::optional<MapOp> next = getMapOp(user);
    if (!next || next->input != chain.getResult())
      break;
    chain.ops.push_back(user);
    chain.map = compose(chain.map, next->map);
  }
  return chain;
}

void remarkAbsorbed(const MapChain &chain, Location host) {
  for (Operation *op : chain.ops)
    absorbed(op, "FoldBN", host);
}

void replaceChain(const MapChain &chain, Value value, RewriterBase &rewriter) {
  rewriter.replaceAllUsesWith(chain.getResult(), value);
  for (Operation *op : llvm::reverse(chain.ops))
    rewriter.eraseOp(op);
}

/// Every user must be a convolution that can take the map; then all do.
std::optional<StringRef> foldIntoUsers(const MapChain &chain,
                                       RewriterBase &rewriter) {
  SmallVector<ConvOp> convs;
  for (OpOperand &use : chain.getResult().getUses()) {
    auto conv = dyn_cast<ConvOp>(use.getOwner());
    if (!conv || use.getOperandNumber() != 0)
      return "a user is not a convolution";
    if (std::optional<StringRef> why = findObstacleBefore(conv, chain.map))
      return why;
    convs.push_back(conv);
  }
  if (convs.empty())
    return "it has no user";
  remarkAbsorbed(chain, convs.front().getLoc());
  for (ConvOp conv : convs)
    foldBeforeConv(conv, chain.input, chain.map, rewriter);
  for (Operation *op : llvm::reverse(chain.ops))
    rewriter.eraseOp(op);
  return std::nullopt;
}

/// What is left is at most one multiplication and one addition.
void spellOut(const MapChain &chain, RewriterBase &rewriter) {
  Operation *last = chain.ops.back();
  for (Operation *op : ArrayRef(chain.ops).drop_back())
    absorbed(op, "FoldBN", last->getLoc());
  rewriter.setInsertionPoint(last);
  auto type = cast<RankedTensorType>(chain.getResult().getType());
  SmallVector<int64_t> shape(type.getRank() - 1, 1);
  shape[0] = type.getDimSize(1);
  auto constantType = RankedTensorType::get(shape, type.getElementType());
  Value value = chain.input;
  auto append = [&](BinaryKind kind, ArrayRef<double> values) {
    Value constant =
        createConstant(rewriter, last->getLoc(), constantType, values);
    value = BinaryOp::create(rewriter, last->getLoc(), kind, value, constant);
  };
  if (!chain.map.isShift())
    append(BinaryKind::mul, chain.map.gain);
  if (!chain.map.isScale())
    append(BinaryKind::add, chain.map.offset);
  replaceChain(chain, value, rewriter);
}

/// The ops that spellOut would create are fewer, or are no batch norm.
bool isWorthSpellingOut(const MapChain &chain) {
  size_t newOps = !chain.map.isShift() + !chain.map.isScale();
  return newOps < chain.ops.size() ||
         llvm::any_of(chain.ops, llvm::IsaPred<BatchNormOp>);
}

void fold(const MapChain &chain, RewriterBase &rewriter) {
  Operation *first = chain.ops.front();
  unsigned inputNumber = first->getOperand(0) == chain.input ? 0 : 1;
  Operation *layer = chain.input.getDefiningOp();
  Location host = layer ? layer->getLoc() : first->getLoc();
  std::optional<StringRef> before = foldAfterLayer(layer, chain.map, rewriter);
  if (!before) {
    remarkAbsorbed(chain, host);
    // Not chain.input: a matmul has become a gemm.
    replaceChain(chain, first->getOperand(inputNumber), rewriter);
    return;
  }
  std::optional<StringRef> after = foldIntoUsers(chain, rewriter);
  if (!after)
    return;
  (void)missed(first, "FoldBN",
               "not into a layer before: " + *before +
                   "; not into those after: " + *after);
  if (isWorthSpellingOut(chain))
    spellOut(chain, rewriter);
}

struct FoldBN : impl::FoldBNBase<FoldBN> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    // Chains run forward and shrink the list as they are replaced.
    SmallVector<Operation *> candidates;
    getOperation().walk([&](Operation *op) {
      if (isa<BatchNormOp, BinaryOp>(op))
        candidates.push_back(op);
    });
    DenseSet<Operation *> done;
    for (Operation *op : candidates) {
      if (done.contains(op))
        continue;
      std::optional<MapOp> map = getMapOp(op);
      if (!map) {
        if (isa<BatchNormOp>(op))
          (void)missed(op, "FoldBN", "a parameter is not a constant");
        continue;
      }
      MapChain chain = collectChain(std::move(*map));
      done.insert(chain.ops.begin(), chain.ops.end());
      fold(chain, rewriter);
    }
    eraseUnusedConstants(getOperation());
  }
};

} // namespace
} // namespace mlir::cnn
