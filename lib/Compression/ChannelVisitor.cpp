//===- ChannelVisitor.cpp - What layers do with channels ------------------===//

#include "ChannelVisitor.h"

#include "cnnc/Calibration/Layers.h"
#include "cnnc/Support/Weights.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Units
//===----------------------------------------------------------------------===//

void ChannelVisitor::fix(ArrayRef<Unit> units, const Twine &why) {
  for (Unit unit : units)
    analysis.fixed.try_emplace(unit, why.str());
}

void ChannelVisitor::fixOperands(Operation *op, const Twine &why) {
  for (Value operand : op->getOperands())
    if (const ChannelMap *map = find(operand))
      fix(map->units, "'" + getNodeName(op) + "' " + why);
}

void ChannelVisitor::join(ArrayRef<Unit> a, ArrayRef<Unit> b) {
  for (auto [x, y] : llvm::zip_equal(a, b))
    analysis.classes.join(x, y);
}

SmallVector<Unit> ChannelVisitor::makeUnits(int64_t count) {
  Unit first = analysis.count;
  analysis.count += static_cast<unsigned>(count);
  analysis.classes.grow(analysis.count);
  return llvm::to_vector(llvm::seq<Unit>(first, analysis.count));
}

SmallVector<Unit> ChannelVisitor::require(Value value, int64_t axis) {
  const ChannelMap *map = find(value);
  if (map && map->axis == axis)
    return map->units;
  if (map)
    fix(map->units, "they meet channels of another dimension");
  SmallVector<Unit> units = makeUnits(getShape(value)[axis]);
  fix(units, isa<BlockArgument>(value)
                 ? Twine("they meet an input of the network")
                 : "they meet the result of '" +
                       getNodeName(value.getDefiningOp()) +
                       "', whose channels are not known");
  return units;
}

void ChannelVisitor::visit(Operation *op) {
  if (isa<arith::ConstantOp>(op))
    return;
  if (isa<func::ReturnOp>(op)) {
    for (Value operand : op->getOperands())
      if (const ChannelMap *map = find(operand))
        fix(map->units, "they are a result of the network");
    return;
  }
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](ConvOp conv) { visitConv(conv); })
      .Case([&](ConvTransposeOp conv) { visitConvTranspose(conv); })
      .Case([&](GemmOp gemm) { visitGemm(gemm); })
      .Case([&](MatmulOp matmul) { visitMatmul(matmul); })
      .Case<BatchNormOp, InstanceNormOp>([&](auto) { visitNorm(op); })
      .Case<MaxPoolOp, AvgPoolOp>([&](auto) { visitPool(op); })
      .Case<UnaryOp, CastOp, BinaryOp, CompareOp, SelectOp>(
          [&](auto) { visitElementwise(op); })
      .Case([&](SoftmaxOp softmax) { visitSoftmax(softmax); })
      .Case([&](ReduceOp reduce) { visitReduce(reduce); })
      .Case([&](ConcatOp concat) { visitConcat(concat); })
      .Case([&](SliceOp slice) { visitSlice(slice); })
      .Case([&](PadOp pad) { visitPad(pad); })
      .Case([&](ReshapeOp reshape) { visitReshape(reshape); })
      .Case([&](TransposeOp transpose) { visitTranspose(transpose); })
      .Case([&](ExpandOp expand) { visitExpand(expand); })
      .Case([&](ResizeOp resize) { visitResize(resize); })
      .Case([&](DepthToSpaceOp move) { visitDepthToSpace(move); })
      .Case([&](SpaceToDepthOp move) { visitSpaceToDepth(move); })
      .Default([&](auto) {
        fixOperands(op, "(" + op->getName().getStringRef() +
                            ") is not known to keep channels apart");
      });
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

static constexpr StringLiteral notConstant = "has weights that are no constant";

static bool isConstantOrNone(Value value) {
  return !value || getConstant(value);
}

void ChannelVisitor::visitBias(Operation *op, Value bias,
                               ArrayRef<Unit> units) {
  if (!bias)
    return;
  ArrayRef<int64_t> shape = getShape(bias);
  if (shape.empty() || shape.back() != static_cast<int64_t>(units.size()))
    return;
  for (OpOperand &operand : op->getOpOperands())
    if (operand.get() == bias)
      cut(operand, static_cast<int64_t>(shape.size()) - 1, units,
          CutRole::Carried);
}

/// Every `count / parts`-th of `units` is the same as that of the first part.
static SmallVector<Unit> repeatFirst(ArrayRef<Unit> units, int64_t parts) {
  SmallVector<Unit> repeated;
  for (int64_t part = 0; part < parts; ++part)
    llvm::append_range(repeated, units);
  return repeated;
}

/// Each of `units`, `times` times.
static SmallVector<Unit> repeatEach(ArrayRef<Unit> units, int64_t times) {
  SmallVector<Unit> repeated;
  for (Unit unit : units)
    repeated.append(times, unit);
  return repeated;
}

void ChannelVisitor::visitConv(ConvOp op) {
  if (!getConstant(op.getFilter()) || !isConstantOrNone(op.getBias()))
    return fixOperands(op, notConstant);
  ArrayRef<int64_t> filter = getShape(op.getFilter());
  auto groups = static_cast<int64_t>(op.getGroups());
  SmallVector<Unit> inputs = require(op.getInput(), 1), outputs;
  OpOperand &operand = op.getFilterMutable();
  if (groups > 1 && filter[1] == 1) {
    outputs = repeatEach(inputs, filter[0] / groups);
    cut(operand, 0, outputs, CutRole::Carried);
  } else {
    ArrayRef<Unit> first = ArrayRef(inputs).take_front(filter[1]);
    join(inputs, repeatFirst(first, groups));
    cut(operand, 1, first, CutRole::Input);
    outputs = repeatFirst(makeUnits(filter[0] / groups), groups);
    cut(operand, 0, outputs, CutRole::Output);
  }
  visitBias(op, op.getBias(), outputs);
  if (Value residual = op.getResidual())
    join(outputs, require(residual, 1));
  set(op.getOutput(), 1, outputs);
}

void ChannelVisitor::visitConvTranspose(ConvTransposeOp op) {
  if (!getConstant(op.getFilter()) || !isConstantOrNone(op.getBias()))
    return fixOperands(op, notConstant);
  ArrayRef<int64_t> filter = getShape(op.getFilter());
  auto groups = static_cast<int64_t>(op.getGroups());
  SmallVector<Unit> inputs = require(op.getInput(), 1), outputs;
  OpOperand &operand = op.getFilterMutable();
  if (groups > 1 && filter[0] == groups) {
    outputs = repeatEach(inputs, filter[1]);
    cut(operand, 0, inputs, CutRole::Carried);
  } else {
    ArrayRef<Unit> first = ArrayRef(inputs).take_front(filter[0] / groups);
    join(inputs, repeatFirst(first, groups));
    cut(operand, 0, inputs, CutRole::Input);
    SmallVector<Unit> own = makeUnits(filter[1]);
    cut(operand, 1, own, CutRole::Output);
    outputs = repeatFirst(own, groups);
  }
  visitBias(op, op.getBias(), outputs);
  set(op.getOutput(), 1, outputs);
}

void ChannelVisitor::visitGemm(GemmOp op) {
  if (!getConstant(op.getRhs()) || !isConstantOrNone(op.getBias()))
    return fixOperands(op, notConstant);
  if (op.getTransposeLhs())
    return fixOperands(op, "transposes its input");
  int64_t inputDim = op.getTransposeRhs() ? 1 : 0;
  OpOperand &operand = op.getRhsMutable();
  cut(operand, inputDim, require(op.getLhs(), 1), CutRole::Input);
  SmallVector<Unit> outputs = makeUnits(getShape(op.getOutput())[1]);
  cut(operand, 1 - inputDim, outputs, CutRole::Output);
  visitBias(op, op.getBias(), outputs);
  set(op.getOutput(), 1, outputs);
}

void ChannelVisitor::visitMatmul(MatmulOp op) {
  auto axis = static_cast<int64_t>(getShape(op.getLhs()).size()) - 1;
  if (!getConstant(op.getRhs()) || getShape(op.getRhs()).size() != 2)
    return fixOperands(op, "has no constant matrix on its right");
  if (axis == 0)
    return fixOperands(op, "multiplies a vector");
  OpOperand &operand = op.getRhsMutable();
  cut(operand, 0, require(op.getLhs(), axis), CutRole::Input);
  SmallVector<Unit> outputs = makeUnits(getShape(op.getRhs())[1]);
  cut(operand, 1, outputs, CutRole::Output);
  set(op.getOutput(), axis, outputs);
}
