//===- ChannelVisitor.h - What ops do with channels -------------*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_CHANNELVISITOR_H
#define CNNC_LIB_COMPRESSION_CHANNELVISITOR_H

#include "Channels.h"

namespace mlir::cnn {

/// Fills in a ChannelAnalysis, op by op.
class ChannelVisitor {
public:
  explicit ChannelVisitor(ChannelAnalysis &analysis) : analysis(analysis) {}

  void visit(Operation *op);

private:
  // Layers that make channels.
  void visitConv(ConvOp op);
  void visitConvTranspose(ConvTransposeOp op);
  void visitGemm(GemmOp op);
  void visitMatmul(MatmulOp op);
  void visitBias(Operation *op, Value bias, ArrayRef<Unit> units);

  // Ops that carry them.
  void visitNorm(Operation *op);
  void visitPool(Operation *op);
  void visitElementwise(Operation *op);
  void visitSoftmax(SoftmaxOp op);
  void visitReduce(ReduceOp op);
  void visitConcat(ConcatOp op);
  void visitSlice(SliceOp op);
  void visitPad(PadOp op);
  void visitReshape(ReshapeOp op);
  void visitTranspose(TransposeOp op);
  void visitExpand(ExpandOp op);
  void visitResize(ResizeOp op);
  void visitDepthToSpace(DepthToSpaceOp op);
  void visitSpaceToDepth(SpaceToDepthOp op);

  /// Lets the operands keep their channels, because `op` is what it is.
  void fixOperands(Operation *op, const Twine &why);
  void fix(ArrayRef<Unit> units, const Twine &why);
  void join(ArrayRef<Unit> a, ArrayRef<Unit> b);
  SmallVector<Unit> makeUnits(int64_t count);
  const ChannelMap *find(Value value) const {
    return analysis.getChannels(value);
  }
  /// The channels of `value` in dimension `axis`; if nothing is known of them
  /// they stay.
  SmallVector<Unit> require(Value value, int64_t axis);
  void set(Value value, int64_t axis, ArrayRef<Unit> units) {
    analysis.channels[value] = {axis, SmallVector<Unit>(units)};
  }
  void cut(OpOperand &operand, int64_t dim, ArrayRef<Unit> units,
           CutRole role) {
    analysis.cuts.push_back({operand.getOwner(), operand.getOperandNumber(),
                             dim, SmallVector<Unit>(units), role});
  }

  ChannelAnalysis &analysis;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_CHANNELVISITOR_H
