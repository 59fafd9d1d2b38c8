//===- PropagateLayoutMaps.cpp - Unpacking after elementwise maps ---------===//
//
//   map(unpack(x), unpack(y), p)  -->  unpack(map(x, y, pack(p)))
//
// The lanes beyond the last channel take part and must stay finite.
//
//===----------------------------------------------------------------------===//

#include "PropagateLayout.h"
#include "TensorBuilders.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::cnn {
namespace {

constexpr unsigned channelDim = 1, laneDim = 4;

/// The body may turn a finite number into an infinite one or NaN, or trap on
/// some integer. Functions that divide do so by numbers they made positive;
/// what divides by an operand is a division.
bool isRisky(linalg::GenericOp op) {
  // All integers are good, and floats become some whatever they are.
  Type element = getElementType(op.getResult(0));
  bool givesIntegers = element.isInteger(8) || element.isInteger(16);
  for (Operation &nested : *op.getBody()) {
    if (isa<math::SqrtOp, math::RsqrtOp, math::LogOp, math::Log1pOp,
            math::AsinOp, math::AcosOp, math::PowFOp, arith::RemFOp>(nested))
      return true;
    auto division = dyn_cast<arith::DivFOp>(nested);
    bool dividesByOperand = division && isa<BlockArgument>(division.getRhs());
    // 1 / x
    if ((dividesByOperand && !givesIntegers) ||
        isa<arith::DivSIOp, arith::DivUIOp>(nested))
      return true;
  }
  return false;
}

/// Blocked images are of floats, quantized integers and their sums.
bool hasNumbers(linalg::GenericOp op) {
  return llvm::all_of(op->getOperands(), [](Value operand) {
    Type element = getElementTypeOrSelf(operand.getType());
    return isa<FloatType>(element) || element.isSignlessInteger(8) ||
           element.isSignlessInteger(16) || element.isSignlessInteger(32);
  });
}

/// An elementwise map of images of rank 4 that reads no other elements.
bool isImageMap(linalg::GenericOp op) {
  return op.getNumResults() == 1 && op.getNumLoops() == 4 &&
         op.getNumParallelLoops() == 4 && !op.hasIndexSemantics() &&
         hasNumbers(op) && isa<RankedTensorType>(op.getResult(0).getType()) &&
         op.getIndexingMapsArray().back().isIdentity() &&
         op.getBody()->getArguments().back().use_empty();
}

/// How an operand follows the channels of the result.
enum class OperandKind { Image, ChannelVector, Other, Unsupported };

OperandKind getKind(AffineMap map) {
  if (map.isIdentity())
    return OperandKind::Image;
  if (!map.isProjectedPermutation())
    return OperandKind::Unsupported;
  if (!map.isFunctionOfDim(channelDim))
    return OperandKind::Other;
  bool isVector = !map.isFunctionOfDim(2) && !map.isFunctionOfDim(3);
  return isVector ? OperandKind::ChannelVector : OperandKind::Unsupported;
}

/// A [N x] C tensor as [N x] Cb x c.
Value blockChannelVector(OpBuilder &builder, Location loc, Value vector,
                         int64_t lanes) {
  SmallVector<int64_t> shape(getShape(vector));
  SmallVector<int64_t> image = {shape.size() == 1 ? 1 : shape[0], shape.back(),
                                1, 1};
  // An unpacked image of one pixel may have been collapsed to the vector.
  Value pixel;
  if (auto collapse = vector.getDefiningOp<tensor::CollapseShapeOp>())
    if (getShape(collapse.getSrc()) == ArrayRef(image))
      pixel = collapse.getSrc();
  if (!pixel)
    pixel = createReshape(builder, loc, vector, image);
  Value blocked = getOrCreateBlocked(builder, loc, pixel, lanes);
  shape.back() = getShape(blocked)[channelDim];
  shape.push_back(lanes);
  return createReshape(builder, loc, blocked, shape);
}

struct SinkUnpackThroughMap : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    if (!isImageMap(op))
      return failure();
    int64_t lanes = 0;
    for (OpOperand *operand : op.getDpsInputOperands()) {
      OperandKind kind = getKind(op.getMatchingIndexingMap(operand));
      if (kind == OperandKind::Unsupported)
        return failure();
      Value blocked = getBlocked(operand->get());
      if (kind == OperandKind::Image && blocked)
        lanes = getShape(blocked).back();
    }
    ArrayRef<int64_t> shape = getShape(op.getResult(0));
    if (lanes == 0 || (shape[channelDim] % lanes != 0 && isRisky(op)))
      return failure();
    Value blocked = createBlockedMap(rewriter, op, lanes);
    rewriter.replaceOp(
        op, createUnpack(rewriter, op.getLoc(), blocked, shape[channelDim]));
    return success();
  }

  static Value createBlockedMap(PatternRewriter &rewriter, linalg::GenericOp op,
                                int64_t lanes) {
    Location loc = op.getLoc();
    SmallVector<Value> inputs;
    SmallVector<AffineMap> maps;
    for (OpOperand *operand : op.getDpsInputOperands()) {
      Value value = operand->get();
      AffineMap map = op.getMatchingIndexingMap(operand);
      SmallVector<AffineExpr> dims(map.getResults());
      OperandKind kind = getKind(map);
      if (kind == OperandKind::Image)
        value = getOrCreateBlocked(rewriter, loc, value, lanes);
      else if (kind == OperandKind::ChannelVector)
        value = blockChannelVector(rewriter, loc, value, lanes);
      if (kind != OperandKind::Other)
        dims.push_back(rewriter.getAffineDimExpr(laneDim));
      inputs.push_back(value);
      maps.push_back(
          AffineMap::get(laneDim + 1, 0, dims, rewriter.getContext()));
    }
    maps.push_back(rewriter.getMultiDimIdentityMap(laneDim + 1));
    Value empty = createEmpty(rewriter, loc,
                              getBlockedShape(getShape(op.getResult(0)), lanes),
                              getElementType(op.getResult(0)));
    SmallVector<utils::IteratorType> iterators(laneDim + 1,
                                               utils::IteratorType::parallel);
    auto result = linalg::GenericOp::create(rewriter, loc, empty.getType(),
                                            inputs, empty, maps, iterators);
    rewriter.cloneRegionBefore(op.getRegion(), result.getRegion(),
                               result.getRegion().begin());
    return result.getResult(0);
  }
};

} // namespace

void populateSinkThroughMaps(RewritePatternSet &patterns) {
  patterns.add<SinkUnpackThroughMap>(patterns.getContext());
}

} // namespace mlir::cnn
