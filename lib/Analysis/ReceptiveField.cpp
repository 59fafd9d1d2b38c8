//===- ReceptiveField.cpp - What of the input a value sees ----------------===//

#include "cnnc/Analysis/ReceptiveField.h"

#include "cnnc/Dialect/CNN/CNN.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

namespace mlir::cnn {
namespace {

ArrayRef<int64_t> getShape(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// The field of all positions of a dimension of `extent` elements together.
FieldAxis coverAll(FieldAxis axis, ArrayRef<int64_t> shape) {
  if (!axis.dim)
    return axis;
  double last = axis.jump * static_cast<double>(shape[*axis.dim] - 1);
  // Where an upsampled position is a fraction, elements are inside of it.
  return {std::nullopt, 0, std::ceil(axis.low + std::min(last, 0.0)),
          std::floor(axis.high + std::max(last, 0.0))};
}

FieldAxis join(const FieldAxis &a, const FieldAxis &b) {
  return {a.dim, a.jump, std::min(a.low, b.low), std::max(a.high, b.high)};
}

/// Changes the axes that follow a dimension of the operand by `change`, which
/// is given the axis and its dimension.
template <typename Change>
ReceptiveField map(ReceptiveField field, Change change) {
  for (FieldAxis &axis : field)
    if (axis.dim)
      change(axis, *axis.dim);
  return field;
}

/// A window slides over the dimensions after N and C.
ReceptiveField slide(const ReceptiveField &field, const Window &window) {
  return map(field, [&](FieldAxis &axis, int64_t dim) {
    if (dim < 2)
      return;
    const WindowDim &taps = window[dim - 2];
    axis.low -= axis.jump * taps.padLow;
    axis.high += axis.jump * (taps.getReach() - 1 - taps.padLow);
    axis.jump *= taps.stride;
  });
}

/// The inputs of output y are those x with x * stride + tap - pad = y.
ReceptiveField spread(const ReceptiveField &field, const Window &window) {
  return map(field, [&](FieldAxis &axis, int64_t dim) {
    if (dim < 2)
      return;
    const WindowDim &taps = window[dim - 2];
    int64_t others = (taps.getReach() - 1) / taps.stride;
    axis.jump /= taps.stride;
    axis.high += axis.jump * taps.padLow;
    axis.low += axis.jump * (taps.padLow - others * taps.stride);
  });
}

ReceptiveField interpolate(const ReceptiveField &field, ResizeOp op) {
  int64_t neighbours = op.getMode() == ResizeMode::nearest  ? 0
                       : op.getMode() == ResizeMode::linear ? 1
                                                            : 3;
  return map(field, [&](FieldAxis &axis, int64_t dim) {
    if (!op.isResized(dim))
      return;
    double scale = op.getScales()[dim];
    double stretch = op.getAntialias() ? std::max(1 / scale, 1.0) : 1.0;
    axis.high += axis.jump * std::ceil(neighbours * stretch);
    axis.jump /= scale;
  });
}

/// Dimensions keep their field if they have the same extent and the same number
/// of elements behind them.
ReceptiveField reshape(const ReceptiveField &field, ReshapeOp op) {
  ArrayRef<int64_t> from = getShape(op.getInput()),
                    to = getShape(op.getOutput());
  auto countBehind = [](ArrayRef<int64_t> shape, int64_t dim) {
    int64_t count = 1;
    for (int64_t extent : shape.drop_front(dim + 1))
      count *= extent;
    return count;
  };
  ReceptiveField result = field;
  for (FieldAxis &axis : result) {
    std::optional<int64_t> kept;
    for (int64_t dim = 0; axis.dim && dim < static_cast<int64_t>(to.size());
         ++dim)
      if (to[dim] == from[*axis.dim] && to[dim] != 1 &&
          countBehind(to, dim) == countBehind(from, *axis.dim))
        kept = dim;
    if (!kept)
      axis = coverAll(axis, from);
    axis.dim = kept;
  }
  return result;
}

ReceptiveField transpose(const ReceptiveField &field, TransposeOp op) {
  return map(field, [&](FieldAxis &axis, int64_t dim) {
    axis.dim =
        llvm::find(op.getPermutation(), dim) - op.getPermutation().begin();
  });
}

ReceptiveField slice(const ReceptiveField &field, SliceOp op) {
  return map(field, [&](FieldAxis &axis, int64_t dim) {
    double start = axis.jump * static_cast<double>(op.getStarts()[dim]);
    axis.low += start;
    axis.high += start;
    axis.jump *= static_cast<double>(op.getFullSteps()[dim]);
  });
}

ReceptiveField pad(const ReceptiveField &field, PadOp op) {
  return map(field, [&](FieldAxis &axis, int64_t dim) {
    double start = axis.jump * static_cast<double>(op.getLow()[dim]);
    axis.low -= start;
    axis.high -= start;
  });
}

/// `block` > 0: that many elements become one; < 0: one becomes so many.
ReceptiveField moveBlocks(const ReceptiveField &field, int64_t block) {
  return map(field, [&](FieldAxis &axis, int64_t dim) {
    if (dim < 2)
      return;
    double count = std::abs(static_cast<double>(block));
    axis.high += block > 0 ? axis.jump * (count - 1) : 0;
    axis.jump *= block > 0 ? count : 1 / count;
  });
}

/// The dimensions are aligned at the last; one that is repeated is seen from
/// everywhere.
ReceptiveField broadcast(const ReceptiveField &field, Value from, Value to) {
  int64_t offset = static_cast<int64_t>(getShape(to).size()) -
                   static_cast<int64_t>(getShape(from).size());
  ReceptiveField result = field;
  for (FieldAxis &axis : result) {
    if (!axis.dim)
      continue;
    int64_t dim = *axis.dim;
    if (getShape(from)[dim] == getShape(to)[dim + offset])
      axis.dim = dim + offset;
    else
      axis = coverAll(axis, getShape(from));
  }
  return result;
}

/// The union of two fields of values of the same shape.
ReceptiveField unite(const ReceptiveField &a, const ReceptiveField &b,
                     ArrayRef<int64_t> shape) {
  if (a.empty() || b.empty())
    return a.empty() ? b : a;
  ReceptiveField result;
  for (auto [left, right] : llvm::zip_equal(a, b))
    result.push_back(left.dim == right.dim && left.jump == right.jump
                         ? join(left, right)
                         : join(coverAll(left, shape), coverAll(right, shape)));
  return result;
}

/// The field of an op whose elements each see the elements of its operands at
/// the same position.
ReceptiveField uniteAligned(Operation *op, ArrayRef<ReceptiveField> operands) {
  Value result = op->getResult(0);
  ReceptiveField united;
  for (auto [operand, field] : llvm::zip_equal(op->getOperands(), operands))
    united = unite(united, broadcast(field, operand, result), getShape(result));
  return united;
}

/// Elements see all positions along the dimensions that `mixes` holds of.
template <typename Mixes>
ReceptiveField mix(const ReceptiveField &field, Value value, Mixes mixes) {
  ReceptiveField result = field;
  for (FieldAxis &axis : result)
    if (axis.dim && mixes(*axis.dim))
      axis = coverAll(axis, getShape(value));
  return result;
}

/// Elements see everything that the operands see.
ReceptiveField mixAll(Operation *op, ArrayRef<ReceptiveField> operands) {
  ReceptiveField united;
  for (auto [operand, field] : llvm::zip_equal(op->getOperands(), operands))
    united =
        unite(united, mix(field, operand, [](int64_t) { return true; }), {});
  return united;
}

ReceptiveField reduce(const ReceptiveField &field, ReduceOp op) {
  ReceptiveField result = mix(field, op.getInput(), [&](int64_t dim) {
    return llvm::is_contained(op.getAxes(), dim);
  });
  if (op.getKeepDims())
    return result;
  return map(result, [&](FieldAxis &axis, int64_t dim) {
    axis.dim = dim - llvm::count_if(op.getAxes(), [&](int64_t reduced) {
                 return reduced < dim;
               });
  });
}

/// A convolution sees its residual at the same position.
template <typename Conv>
ReceptiveField slideConv(Conv conv, ArrayRef<ReceptiveField> operands) {
  ReceptiveField field = slide(operands.front(), conv.getWindow());
  if constexpr (!std::is_same_v<Conv, ConvIntegerOp>)
    if (Value residual = conv.getResidual())
      for (auto [operand, other] :
           llvm::zip_equal(conv->getOperands(), operands))
        if (operand == residual)
          return unite(field, other, getShape(conv.getOutput()));
  return field;
}

} // namespace

ReceptiveField getReceptiveField(Operation *op,
                                 ArrayRef<ReceptiveField> operands) {
  return llvm::TypeSwitch<Operation *, ReceptiveField>(op)
      .Case<ConvOp, WinogradConvOp, ConvIntegerOp>(
          [&](auto conv) { return slideConv(conv, operands); })
      .Case<MaxPoolOp, AvgPoolOp>(
          [&](auto pool) { return slide(operands[0], pool.getWindow()); })
      .Case([&](ConvTransposeOp conv) {
        return spread(operands[0], conv.getWindow());
      })
      .Case([&](ResizeOp op) { return interpolate(operands[0], op); })
      .Case([&](ReshapeOp op) { return reshape(operands[0], op); })
      .Case([&](TransposeOp op) { return transpose(operands[0], op); })
      .Case([&](SliceOp op) { return slice(operands[0], op); })
      .Case([&](PadOp op) { return pad(operands[0], op); })
      .Case([&](DepthToSpaceOp op) {
        return moveBlocks(operands[0],
                          -static_cast<int64_t>(op.getBlockSize()));
      })
      .Case([&](SpaceToDepthOp op) {
        return moveBlocks(operands[0], op.getBlockSize());
      })
      .Case([&](SoftmaxOp op) {
        return mix(operands[0], op.getInput(), [&](int64_t dim) {
          return dim == static_cast<int64_t>(op.getAxis());
        });
      })
      .Case([&](ConcatOp op) {
        ReceptiveField united;
        for (auto [operand, field] : llvm::zip_equal(op.getInputs(), operands))
          united = unite(united,
                         mix(field, operand,
                             [&](int64_t dim) {
                               return dim == static_cast<int64_t>(op.getAxis());
                             }),
                         getShape(op.getOutput()));
        return united;
      })
      .Case([&](ReduceOp op) { return reduce(operands[0], op); })
      .Case<UnaryOp, BinaryOp, CompareOp, SelectOp, CastOp, ExpandOp,
            BatchNormOp, LRNOp, QuantizeOp, DequantizeOp, RequantizeOp,
            LookupOp>([&](auto) { return uniteAligned(op, operands); })
      .Default([&](Operation *) { return mixAll(op, operands); });
}

ReceptiveField getInputField(Value input) {
  ReceptiveField field;
  auto type = dyn_cast<RankedTensorType>(input.getType());
  if (type && type.getRank() >= 3 && type.getRank() <= 5)
    for (int64_t dim = 2; dim < type.getRank(); ++dim)
      field.push_back({dim, 1, 0, 0});
  return field;
}

} // namespace mlir::cnn
