//===- Channels.h - Which channels of a network go together -----*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_CHANNELS_H
#define CNNC_LIB_COMPRESSION_CHANNELS_H

#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::cnn {

/// A number for what can only be removed as a whole: a channel, and what is
/// joined with it.
using Unit = unsigned;

/// The dimension of a tensor that channels are in, and what each index of it
/// belongs to. A tensor that was flattened has several indices of one unit.
struct ChannelMap {
  int64_t axis;
  SmallVector<Unit> units;
};

/// What a dimension of a constant stands for.
enum class CutRole {
  /// Outputs of a layer, which makes these channels.
  Output,
  /// Inputs of a layer, which takes them.
  Input,
  /// Parameters of something that computes each channel by itself.
  Carried
};

/// A dimension of a constant operand that becomes shorter with the channels.
struct Cut {
  Operation *op;
  unsigned operand;
  int64_t dim;
  SmallVector<Unit> units;
  CutRole role;
};

/// Channels that the same layers make, each a unit that may be removed.
struct ChannelGroup {
  /// In the order of the function.
  SmallVector<Operation *> producers;
  SmallVector<Unit> units;

  /// The names of the producers, joined by '+'.
  std::string getName() const;
};

/// How the channels of all tensors of a function of one block are connected.
///
/// Layers with constant weights (conv, conv_transpose, gemm, matmul) make new
/// channels from all of their inputs; a depthwise convolution keeps them, and
/// one of several groups makes the same channels in each. Ops that work element
/// by element, batch and instance norms, pools, and ops that move elements
/// without mixing channels carry them, and join those that meet. What any other
/// op takes, and the results of the function, stay.
class ChannelAnalysis {
public:
  explicit ChannelAnalysis(func::FuncOp function);

  /// The unit that stands for all that `unit` is joined with.
  Unit find(Unit unit) const { return classes.findLeader(unit); }

  /// The channels of `value`, or null if nothing is known of them.
  const ChannelMap *getChannels(Value value) const;
  const llvm::MapVector<Value, ChannelMap> &getAllChannels() const {
    return channels;
  }
  ArrayRef<Cut> getCuts() const { return cuts; }

  /// The groups of channels that may be removed.
  SmallVector<ChannelGroup> getGroups() const;

  /// Why the channels of `producer` that stay do, or nothing if none does.
  std::string getObstacle(Operation *producer) const;

private:
  friend class ChannelVisitor;

  llvm::IntEqClasses classes;
  unsigned count = 0;
  llvm::MapVector<Value, ChannelMap> channels;
  SmallVector<Cut> cuts;
  /// Units that stay, and why.
  llvm::DenseMap<Unit, std::string> fixed;
};

/// The name of the node that `op` comes from.
std::string getNodeName(Operation *op);

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_CHANNELS_H
