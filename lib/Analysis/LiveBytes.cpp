//===- LiveBytes.cpp - What lives while the ops of a network run ----------===//

#include "LiveBytes.h"

#include "cnnc/Analysis/MultiplyAdds.h"
#include "cnnc/Dialect/CNN/CNN.h"

#include "llvm/Support/MathExtras.h"

namespace mlir::cnn {

int64_t countBytes(Value value) {
  unsigned bits =
      cast<RankedTensorType>(value.getType()).getElementTypeBitWidth();
  // Single bits are stored as bytes; of integers of four bits, two make one.
  return llvm::divideCeil(countElements(value) * (bits == 1 ? 8 : bits), 8);
}

/// The value whose memory `value` is in.
static Value getSource(Value value) {
  while (auto reshape = value.getDefiningOp<ReshapeOp>())
    value = reshape.getInput();
  return value;
}

llvm::DenseMap<Operation *, int64_t>
getLiveBytes(Block &block, llvm::function_ref<bool(Value)> isActivation) {
  llvm::DenseMap<Value, Operation *> lastUses;
  for (Operation &op : block)
    for (Value operand : op.getOperands())
      lastUses[getSource(operand)] = &op;
  int64_t live = 0;
  for (Value argument : block.getArguments())
    live += isActivation(argument) ? countBytes(argument) : 0;
  llvm::DenseMap<Operation *, int64_t> result;
  for (Operation &op : block) {
    SmallVector<Value> ending;
    for (Value value : op.getResults())
      if (getSource(value) == value && isActivation(value)) {
        live += countBytes(value);
        if (!lastUses.contains(value))
          ending.push_back(value);
      }
    result[&op] = live;
    for (Value operand : op.getOperands()) {
      Value source = getSource(operand);
      if (lastUses[source] == &op && isActivation(source) &&
          !llvm::is_contained(ending, source))
        ending.push_back(source);
    }
    for (Value value : ending)
      live -= countBytes(value);
  }
  return result;
}

} // namespace mlir::cnn
