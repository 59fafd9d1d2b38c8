//===- Layers.cpp - What the layers of a network take ---------------------===//

#include "cnnc/Analysis/Layers.h"

#include "LiveBytes.h"

#include "cnnc/Analysis/MultiplyAdds.h"
#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::cnn {
namespace {

/// Measures the layers of a function.
class Meter {
public:
  explicit Meter(func::FuncOp function);

  NetworkFigures measure();

private:
  bool isConstant(Value value) const { return constants.contains(value); }
  bool isLayer(Operation &op) const;
  void seeInput(Operation *op);
  LayerFigures measureLayer(ArrayRef<Operation *> ops);
  void addConstants(LayerFigures &figures, Operation *op, OpOperand &operand,
                    llvm::SetVector<Value> &read);

  Block &block;
  /// Values that do not depend on the inputs.
  llvm::DenseSet<Value> constants;
  /// Those that are counted as some layer's.
  llvm::DenseSet<Value> counted;
  llvm::DenseMap<Value, ReceptiveField> fields;
  llvm::DenseMap<Operation *, int64_t> liveBytes;
};

Meter::Meter(func::FuncOp function) : block(function.getBody().front()) {
  for (Operation &op : block)
    if (llvm::all_of(op.getOperands(),
                     [&](Value operand) { return isConstant(operand); }))
      constants.insert_range(op.getResults());
  // The first image is what the others' fields are of.
  for (Value input : function.getArguments())
    if (ReceptiveField field = getInputField(input); !field.empty()) {
      fields[input] = field;
      break;
    }
  liveBytes =
      getLiveBytes(block, [&](Value value) { return !isConstant(value); });
}

bool Meter::isLayer(Operation &op) const {
  return op.getNumResults() > 0 && !isConstant(op.getResult(0));
}

void Meter::seeInput(Operation *op) {
  SmallVector<ReceptiveField> operands;
  for (Value operand : op->getOperands())
    operands.push_back(fields.lookup(operand));
  ReceptiveField field = getReceptiveField(op, operands);
  for (Value result : op->getResults())
    fields[result] = field;
}

/// Counts the constants that `operand` is made of, and notes those it reads.
void Meter::addConstants(LayerFigures &figures, Operation *op,
                         OpOperand &operand, llvm::SetVector<Value> &read) {
  Value value = operand.get();
  Operation *source = value.getDefiningOp();
  if (!source->getOperands().empty()) {
    for (OpOperand &inner : source->getOpOperands())
      addConstants(figures, source, inner, read);
    return;
  }
  read.insert(value);
  if (!counted.insert(value).second)
    return;
  figures.weightBytes += countBytes(value);
  // batch_norm: input, scale, shift, mean, variance.
  if (!isa<BatchNormOp>(op) || operand.getOperandNumber() < 3)
    figures.parameters += countElements(value);
}

std::string getLayerName(Operation *op) {
  if (auto name = dyn_cast<NameLoc>(op->getLoc()))
    return name.getName().str();
  return op->getName().stripDialect().str();
}

/// By the first operand: sums are wider than what is added up.
Arithmetic getArithmetic(Operation *op) {
  Type element = getElementTypeOrSelf(op->getOperand(0));
  unsigned bits = element.getIntOrFloatBitWidth();
  if (isa<FloatType>(element))
    return bits <= 16 ? Arithmetic::float16 : Arithmetic::float32;
  return bits <= 8 ? Arithmetic::int8 : Arithmetic::int32;
}

LayerFigures Meter::measureLayer(ArrayRef<Operation *> ops) {
  LayerFigures figures;
  figures.ops.assign(ops.begin(), ops.end());
  figures.layer = getLayerName(ops.front());
  const auto *found = llvm::find_if(
      ops, [](Operation *op) { return countMultiplyAdds(op) > 0; });
  Operation *main = found == ops.end() ? ops.front() : *found;
  figures.op = main->getName().stripDialect().str();
  figures.arithmetic = getArithmetic(main);
  llvm::SetVector<Value> moved;
  auto isInside = [&](Operation *op) { return llvm::is_contained(ops, op); };
  for (Operation *op : ops) {
    seeInput(op);
    figures.multiplyAdds += countMultiplyAdds(op);
    figures.operations += countOperations(op);
    figures.liveBytes = std::max(figures.liveBytes, liveBytes.lookup(op));
    bool isView = isa<ReshapeOp>(op);
    for (OpOperand &operand : op->getOpOperands())
      if (isConstant(operand.get()))
        addConstants(figures, op, operand, moved);
      else if (!isView && !isInside(operand.get().getDefiningOp()))
        moved.insert(operand.get());
    for (Value result : op->getResults()) {
      if (!result.use_empty() && llvm::all_of(result.getUsers(), isInside))
        continue;
      ArrayRef<int64_t> shape =
          cast<RankedTensorType>(result.getType()).getShape();
      figures.shapes.emplace_back(shape.begin(), shape.end());
      figures.field = fields.lookup(result);
      figures.activations += isView ? 0 : countElements(result);
      if (!isView)
        moved.insert(result);
    }
  }
  for (Value value : moved) {
    figures.movedBytes += countBytes(value);
    figures.constantBytes += isConstant(value) ? countBytes(value) : 0;
  }
  return figures;
}

/// Ops that stand one after the other are of one node if they say so.
bool isSameNode(Operation *a, Operation *b) {
  return isa<NameLoc>(a->getLoc()) && a->getLoc() == b->getLoc();
}

void add(LayerFigures &total, const LayerFigures &layer) {
  total.multiplyAdds += layer.multiplyAdds;
  total.operations += layer.operations;
  total.parameters += layer.parameters;
  total.weightBytes += layer.weightBytes;
  total.activations += layer.activations;
  total.movedBytes += layer.movedBytes;
  total.constantBytes += layer.constantBytes;
  total.liveBytes = std::max(total.liveBytes, layer.liveBytes);
}

NetworkFigures Meter::measure() {
  std::vector<SmallVector<Operation *>> nodes;
  for (Operation &op : block)
    if (isLayer(op)) {
      if (nodes.empty() || !isSameNode(nodes.back().back(), &op))
        nodes.emplace_back();
      nodes.back().push_back(&op);
    }
  NetworkFigures network;
  network.total.layer = "total";
  for (ArrayRef<Operation *> ops : nodes) {
    const LayerFigures &layer = network.layers.emplace_back(measureLayer(ops));
    if (layer.liveBytes > network.total.liveBytes)
      network.peakLayer = layer.layer;
    add(network.total, layer);
  }
  return network;
}

/// The one function of `module`, if it is a network that can be measured.
FailureOr<func::FuncOp> getNetwork(ModuleOp module) {
  auto functions = llvm::to_vector(module.getOps<func::FuncOp>());
  if (functions.size() != 1 || functions.front().isDeclaration())
    return module.emitError("expected one function, the network, got ")
           << functions.size();
  for (Type type : functions.front().getArgumentTypes())
    if (!isa<RankedTensorType>(type))
      return functions.front().emitError(
                 "expected inputs that are tensors of known rank, got ")
             << type;
  for (Operation &op : functions.front().getBody().front())
    if (!isa<CNNDialect>(op.getDialect()) &&
        !isa<arith::ConstantOp, func::ReturnOp>(op))
      return op.emitError("cannot be measured: '")
             << op.getName()
             << "' is no op of the cnn dialect; expected an ONNX file, or what "
                "cnn-opt writes before it converts to the kernel dialect";
  return functions.front();
}

} // namespace

double LayerFigures::getIntensity() const {
  return movedBytes > 0 ? operations / static_cast<double>(movedBytes) : 0;
}

FailureOr<NetworkFigures> measureLayers(ModuleOp module) {
  FailureOr<func::FuncOp> function = getNetwork(module);
  if (failed(function))
    return failure();
  return Meter(*function).measure();
}

} // namespace mlir::cnn
