//===- LayerValues.cpp - What the layers of a network compute -------------===//
//
// Integers get their meaning where they are made, where they become floats, and
// from what only moves them.
//
//===----------------------------------------------------------------------===//

#include "LayerValues.h"

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/Weights.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::cnn;

namespace {

std::optional<Tensor> getConstantTensor(Value value) {
  ElementsAttr attribute = value ? getConstant(value) : ElementsAttr();
  return attribute ? getTensor(attribute) : std::nullopt;
}

/// 8, 16 or 32 bits, as integers have that stand for other numbers.
bool isQuantized(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isInteger() &&
         type.getElementTypeBitWidth() > 1 &&
         type.getElementTypeBitWidth() <= 32;
}

/// The meanings of the integers of a function.
class Meanings {
public:
  explicit Meanings(func::FuncOp function) {
    for (Operation &op : function.front())
      readScales(&op);
    // Forward behind what makes integers, then back to what only moves them
    // until they are used.
    for (Operation &op : function.front())
      move(&op);
    for (Operation &op : llvm::reverse(function.front()))
      move(&op);
  }

  std::optional<IntegerMeaning> lookup(Value value) const {
    auto found = known.find(value);
    if (found != known.end())
      return found->second;
    return std::nullopt;
  }

private:
  void set(Value value, Value scale, Value zeroPoint) {
    IntegerMeaning meaning{getConstantTensor(scale),
                           getConstantTensor(zeroPoint)};
    if (meaning.scale && (!zeroPoint || meaning.zeroPoint))
      known.try_emplace(value, std::move(meaning));
  }

  void readScales(Operation *op) {
    llvm::TypeSwitch<Operation *>(op)
        .Case([&](QuantizeOp quantize) {
          set(quantize.getOutput(), quantize.getScale(),
              quantize.getZeroPoint());
        })
        .Case([&](DequantizeOp dequantize) {
          set(dequantize.getInput(), dequantize.getScale(),
              dequantize.getZeroPoint());
        })
        .Case([&](RequantizeOp requantize) {
          set(requantize.getOutput(), requantize.getOutputScale(),
              requantize.getZeroPoint());
          if (!requantize.getDivisor())
            set(requantize.getInput(), requantize.getInputScale(), Value());
        });
  }

  /// Between the result and the operands of an op that moves or compares
  /// integers, one scale holds.
  void move(Operation *op) {
    bool moves = isa<MaxPoolOp, ReshapeOp, TransposeOp, SliceOp, ExpandOp,
                     DepthToSpaceOp, SpaceToDepthOp, ConcatOp, PadOp>(op);
    if (auto reduce = dyn_cast<ReduceOp>(op))
      moves = reduce.getKind() == ReduceKind::max ||
              reduce.getKind() == ReduceKind::min;
    if (auto binary = dyn_cast<BinaryOp>(op))
      moves = binary.getKind() == BinaryKind::max ||
              binary.getKind() == BinaryKind::min;
    if (!moves || !isQuantized(op->getResult(0)))
      return;
    // Constants may be shared by tensors of other scales.
    SmallVector<Value> values = llvm::filter_to_vector(
        op->getOperands(), [](Value value) { return !getConstant(value); });
    values.push_back(op->getResult(0));
    for (Value from : values) {
      std::optional<IntegerMeaning> meaning = lookup(from);
      // Where one scale per channel would be afterwards is another question.
      if (!meaning || meaning->scale->getElementCount() != 1 ||
          (meaning->zeroPoint && meaning->zeroPoint->getElementCount() != 1))
        continue;
      for (Value to : values)
        if (getElementTypeOrSelf(to) == getElementTypeOrSelf(from))
          known.try_emplace(to, *meaning);
    }
  }

  llvm::DenseMap<Value, IntegerMeaning> known;
};

std::optional<LayerValue> readValue(Value value, const Meanings &meanings) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !cnn::getElementType(type.getElementType()))
    return std::nullopt;
  if (std::optional<IntegerMeaning> meaning = meanings.lookup(value))
    return LayerValue{value, std::move(*meaning)};
  if (isQuantized(value))
    return std::nullopt;
  return LayerValue{value, {}};
}

/// The name of the ONNX node; of several that became one op, the last.
StringRef getLayerName(Location location) {
  if (auto fused = dyn_cast<FusedLoc>(location))
    return fused.getLocations().empty()
               ? StringRef()
               : getLayerName(fused.getLocations().back());
  auto name = dyn_cast<NameLoc>(location);
  return name ? name.getName().getValue() : StringRef();
}

} // namespace

StringRef LayerValue::getKind() const {
  Operation *op = value.getDefiningOp();
  if (auto unary = dyn_cast_if_present<UnaryOp>(op))
    return stringifyFunctionKind(unary.getFunction().getKind());
  if (auto binary = dyn_cast_if_present<BinaryOp>(op))
    return stringifyBinaryKind(binary.getKind());
  return op ? op->getName().stripDialect() : StringRef("input");
}

std::vector<double> LayerValue::toNumbers(const Tensor &tensor) const {
  std::vector<double> numbers = tensor.toDoubles();
  if (!meaning.scale)
    return numbers;
  std::vector<double> scales = meaning.scale->toDoubles(), zeroPoints = {0};
  ArrayRef<int64_t> zeroShape;
  if (meaning.zeroPoint) {
    zeroPoints = meaning.zeroPoint->toDoubles();
    zeroShape = meaning.zeroPoint->getShape();
  }
  for (auto [index, number] : llvm::enumerate(numbers)) {
    auto find = [&, i = index](ArrayRef<int64_t> shape) {
      return getBroadcastPosition(shape, tensor.getShape(), i);
    };
    number = (number - zeroPoints[find(zeroShape)]) *
             scales[find(meaning.scale->getShape())];
  }
  return numbers;
}

LayerValues mlir::cnn::findLayerValues(func::FuncOp function) {
  Meanings meanings(function);
  LayerValues layers;
  for (Operation &op : function.front().without_terminator()) {
    StringRef name = getLayerName(op.getLoc());
    if (op.getNumResults() != 1 || isa<arith::ConstantOp>(op) || name.empty())
      continue;
    SmallVector<LayerValue> &values = layers[name];
    if (auto value = readValue(op.getResult(0), meanings))
      values.push_back(std::move(*value));
  }
  return layers;
}

LayerValue mlir::cnn::getResultValue(func::FuncOp function, unsigned index) {
  Value value = function.front().getTerminator()->getOperand(index);
  return readValue(value, Meanings(function)).value_or(LayerValue{value, {}});
}
