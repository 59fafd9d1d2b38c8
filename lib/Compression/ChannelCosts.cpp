//===- ChannelCosts.cpp - What channels cost ------------------------------===//

#include "ChannelCosts.h"

#include "cnnc/Calibration/Layers.h"
#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

double mlir::cnn::countPositions(OpOperand &operand) {
  Operation *op = operand.getOwner();
  auto multiply = [](ArrayRef<int64_t> extents) {
    double product = 1;
    for (int64_t extent : extents)
      product *=
          ShapedType::isDynamic(extent) ? 1 : static_cast<double>(extent);
    return product;
  };
  if (operand.getOperandNumber() != 1)
    return 0;
  auto getImage = [&](Value value) {
    ArrayRef<int64_t> shape = getShape(value);
    return multiply(shape.take_front(1)) * multiply(shape.drop_front(2));
  };
  if (isa<ConvOp>(op))
    return getImage(op->getResult(0));
  if (isa<ConvTransposeOp>(op))
    return getImage(op->getOperand(0));
  if (isa<GemmOp, MatmulOp>(op))
    return multiply(getShape(op->getResult(0)).drop_back());
  return 0;
}

ChannelCosts::ChannelCosts(func::FuncOp function,
                           const ChannelAnalysis &analysis,
                           ArrayRef<ChannelGroup> groups) {
  llvm::DenseMap<OpOperand *, unsigned> indices;
  for (Operation &op : function.front())
    if (isa<ConvOp, ConvTransposeOp, GemmOp, MatmulOp>(op))
      for (OpOperand &operand : op.getOpOperands())
        if (getConstant(operand.get())) {
          indices[&operand] = constants.size();
          constants.push_back({SmallVector<int64_t>(getShape(operand.get())),
                               countPositions(operand)});
          add(constants.back(), 1);
        }
  auto addUses = [&](llvm::DenseMap<Unit, SmallVector<Use>> &uses,
                     ArrayRef<Unit> units, unsigned index, int64_t dim) {
    for (Unit unit : units) {
      SmallVector<Use> &known = uses[analysis.find(unit)];
      if (!known.empty() && known.back().index == index &&
          known.back().dim == dim)
        ++known.back().count;
      else
        known.push_back({index, dim, 1});
    }
  };
  for (const Cut &cut : analysis.getCuts())
    if (auto found = indices.find(&cut.op->getOpOperand(cut.operand));
        found != indices.end())
      addUses(constantUses, cut.units, found->second, cut.dim);
  for (const auto &[value, map] : analysis.getAllChannels()) {
    addUses(tensorUses, map.units, tensors.size(), 0);
    tensors.push_back(map.units.size());
  }
  for (const ChannelGroup &group : groups)
    total.units += static_cast<double>(group.units.size());
}

void ChannelCosts::add(const Constant &constant, double sign) {
  double elements = sign;
  for (int64_t extent : constant.extents)
    elements *= static_cast<double>(extent);
  total.parameters += elements;
  total.macs += elements * constant.positions;
}

void ChannelCosts::change(Unit unit, int sign) {
  total.units += sign;
  for (const Use &use : constantUses.lookup(unit)) {
    Constant &constant = constants[use.index];
    add(constant, -1);
    constant.extents[use.dim] += sign * use.count;
    add(constant, 1);
  }
  for (const Use &use : tensorUses.lookup(unit))
    tensors[use.index] += sign * use.count;
}

bool ChannelCosts::canRemove(Unit unit) const {
  return llvm::all_of(tensorUses.lookup(unit), [&](const Use &use) {
    return tensors[use.index] > use.count;
  });
}
