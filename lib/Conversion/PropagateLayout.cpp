//===- PropagateLayout.cpp - Keep images in blocked layout ----------------===//

#include "PropagateLayout.h"
#include "TensorBuilders.h"
#include "cnnc/Conversion/Passes.h"
#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Support/Packing.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::cnn {

#define GEN_PASS_DEF_PROPAGATELAYOUT
#include "cnnc/Conversion/Passes.h.inc"

using kernel::PackOp;
using kernel::UnpackOp;

Value getBlocked(Value value) {
  auto unpack = value.getDefiningOp<UnpackOp>();
  return unpack ? Value(unpack.getInput()) : Value();
}

Value getOrCreateBlocked(OpBuilder &builder, Location loc, Value value,
                         int64_t lanes) {
  Value blocked = getBlocked(value);
  if (blocked && getShape(blocked).back() == lanes)
    return blocked;
  return createPack(builder, loc, value, lanes);
}

namespace {

/// pack(unpack(x))  -->  x
struct CancelPackUnpack : OpRewritePattern<PackOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PackOp pack,
                                PatternRewriter &rewriter) const override {
    Value blocked = getBlocked(pack.getInput());
    if (!blocked || blocked.getType() != pack.getOutput().getType())
      return failure();
    rewriter.replaceOp(pack, blocked);
    return success();
  }
};

/// unpack(pack(x))  -->  x
struct CancelUnpackPack : OpRewritePattern<UnpackOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(UnpackOp unpack,
                                PatternRewriter &rewriter) const override {
    auto pack = unpack.getInput().getDefiningOp<PackOp>();
    if (!pack || pack.getInput().getType() != unpack.getOutput().getType())
      return failure();
    rewriter.replaceOp(unpack, pack.getInput());
    return success();
  }
};

/// pack(constant)  -->  constant
struct PackConstant : OpRewritePattern<PackOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PackOp pack,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(pack.getOutput().getType());
    // Packing computes in float32, which holds bytes.
    Type element = type.getElementType();
    if (element.isF64() || (isa<IntegerType>(element) && !element.isInteger(8)))
      return failure();
    auto values = getFloats(pack.getInput());
    if (!values)
      return failure();
    ArrayRef<int64_t> shape = getShape(pack.getInput());
    std::vector<float> packed =
        packImage(*values, shape[0], shape[1], shape[2] * shape[3],
                  getShape(pack.getOutput()).back());
    if (element.isInteger(8)) {
      std::vector<char> bytes(packed.begin(), packed.end());
      rewriter.replaceOp(pack, createConstant(rewriter, pack.getLoc(),
                                              makeConstant(type, bytes)));
      return success();
    }
    rewriter.replaceOp(pack,
                       createConstant(rewriter, pack.getLoc(), type, packed));
    return success();
  }
};

/// An image of one pixel whose channels fill their blocks has the same order of
/// elements in both layouts.
bool isSameOrder(Value plain, Value blocked) {
  ArrayRef<int64_t> shape = getShape(plain);
  return shape[2] * shape[3] == 1 && shape[1] % getShape(blocked).back() == 0;
}

struct ReshapePackedPixel : OpRewritePattern<PackOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PackOp pack,
                                PatternRewriter &rewriter) const override {
    if (!isSameOrder(pack.getInput(), pack.getOutput()))
      return failure();
    ArrayRef<int64_t> shape = getShape(pack.getInput());
    Value vectors = createReshape(rewriter, pack.getLoc(), pack.getInput(),
                                  {shape[0], shape[1]});
    rewriter.replaceOp(pack, createReshape(rewriter, pack.getLoc(), vectors,
                                           getShape(pack.getOutput())));
    return success();
  }
};

struct ReshapeUnpackedPixel : OpRewritePattern<UnpackOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(UnpackOp unpack,
                                PatternRewriter &rewriter) const override {
    if (!isSameOrder(unpack.getOutput(), unpack.getInput()))
      return failure();
    ArrayRef<int64_t> shape = getShape(unpack.getOutput());
    Value vectors = createReshape(rewriter, unpack.getLoc(), unpack.getInput(),
                                  {shape[0], shape[1]});
    rewriter.replaceOp(
        unpack, createReshape(rewriter, unpack.getLoc(), vectors, shape));
    return success();
  }
};

struct PropagateLayout : impl::PropagateLayoutBase<PropagateLayout> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet moves(context);
    moves.add<CancelPackUnpack, CancelUnpackPack, PackConstant>(context);
    populateSinkThroughMaps(moves);
    populateSinkThroughSlices(moves);
    populateTransposes(moves);
    // Afterwards, because it hides packing from the others.
    RewritePatternSet reshapes(context);
    reshapes.add<ReshapePackedPixel, ReshapeUnpackedPixel>(context);
    // Long chains of concatenations take many rounds.
    GreedyRewriteConfig config;
    config.setMaxIterations(GreedyRewriteConfig::kNoLimit);
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(moves), config)) ||
        failed(applyPatternsGreedily(getOperation(), std::move(reshapes))))
      signalPassFailure();
  }
};

} // namespace
} // namespace mlir::cnn
