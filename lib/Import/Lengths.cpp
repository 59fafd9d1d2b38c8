//===- Lengths.cpp - Tensors of which only a part is valid ----------------===//

#include "Lengths.h"

#include "cnnc/Dialect/CNN/CNN.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::cnn;

using Dimension = std::optional<int64_t>;

static ArrayRef<int64_t> getShapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static int64_t getProduct(ArrayRef<int64_t> extents) {
  int64_t product = 1;
  for (int64_t extent : extents)
    product *= extent;
  return product;
}

/// The dimension of a reshaped tensor that was `dimension` of the input: of the
/// same extent, behind as many elements.
static Dimension followReshape(ReshapeOp op, int64_t dimension) {
  ArrayRef<int64_t> from = getShapeOf(op.getInput()),
                    to = op.getType().getShape();
  if (llvm::is_contained(from, ShapedType::kDynamic))
    return std::nullopt;
  for (size_t i = 0; i < to.size(); ++i)
    if (to[i] == from[dimension] &&
        getProduct(to.take_front(i)) == getProduct(from.take_front(dimension)))
      return i;
  return std::nullopt;
}

static Dimension followSlice(SliceOp op, int64_t dimension) {
  bool isWhole =
      op.getSizes()[dimension] == getShapeOf(op.getInput())[dimension] &&
      op.getFullSteps()[dimension] == 1;
  return isWhole ? Dimension(dimension) : std::nullopt;
}

static Dimension followGather(GatherOp op, OpOperand &operand,
                              int64_t dimension) {
  int64_t axis = op.getAxis();
  if (operand.getOperandNumber() == 1)
    return axis + dimension;
  if (dimension == axis)
    return std::nullopt;
  int64_t added = getShapeOf(op.getIndices()).size() - 1;
  return dimension < axis ? dimension : dimension + added;
}

/// The dimension of the op's result that dimension `dimension` of an operand
/// becomes, if the elements of the two belong together.
static Dimension follow(OpOperand &operand, int64_t dimension) {
  return llvm::TypeSwitch<Operation *, Dimension>(operand.getOwner())
      .Case<UnaryOp, CastOp>([&](auto) { return dimension; })
      .Case<BinaryOp, CompareOp, SelectOp>([&](auto op) {
        bool isWhole =
            getShapeOf(operand.get()) == getShapeOf(op->getResult(0));
        return isWhole ? Dimension(dimension) : std::nullopt;
      })
      .Case([&](TransposeOp op) -> Dimension {
        return llvm::find(op.getPermutation(), dimension) -
               op.getPermutation().begin();
      })
      .Case([&](ReshapeOp op) { return followReshape(op, dimension); })
      .Case([&](SliceOp op) { return followSlice(op, dimension); })
      .Case([&](GatherOp op) { return followGather(op, operand, dimension); })
      .Case([&](GatherNDOp op) {
        bool isRow = operand.getOperandNumber() == 1 &&
                     dimension + 1 <
                         static_cast<int64_t>(getShapeOf(operand.get()).size());
        return isRow ? Dimension(dimension) : std::nullopt;
      })
      .Default([](Operation *) { return std::nullopt; });
}

std::optional<Length> Lengths::get(Value value) const {
  auto found = lengths.find(value);
  if (found == lengths.end())
    return std::nullopt;
  return found->second;
}

void Lengths::propagate(Operation *op) {
  if (lengths.empty())
    return;
  for (OpOperand &operand : op->getOpOperands()) {
    std::optional<Length> length = get(operand.get());
    if (!length)
      continue;
    if (Dimension dimension = follow(operand, length->dimension))
      return set(op->getResult(0), {*dimension, length->count});
  }
}
