//===- ChannelCosts.h - What channels cost ----------------------*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_CHANNELCOSTS_H
#define CNNC_LIB_COMPRESSION_CHANNELCOSTS_H

#include "Channels.h"

#include "llvm/ADT/DenseSet.h"

namespace mlir::cnn {

/// How often each element of a constant operand is multiplied for one image (a
/// batch that is not dynamic counts whole); 0 of what is no weight of a layer.
double countPositions(OpOperand &operand);

/// Multiply-adds of the layers with constant weights, their weights and biases,
/// and the units that may be removed.
struct NetworkCost {
  double macs = 0, parameters = 0, units = 0;
};

/// The cost of a network while units come and go.
class ChannelCosts {
public:
  ChannelCosts(func::FuncOp function, const ChannelAnalysis &analysis,
               ArrayRef<ChannelGroup> groups);

  const NetworkCost &get() const { return total; }

  /// Units stand for what they are joined with.
  void remove(Unit unit) { change(unit, -1); }
  void restore(Unit unit) { change(unit, 1); }

  /// Without `unit` every tensor still has a channel.
  bool canRemove(Unit unit) const;

private:
  /// A constant that becomes smaller.
  struct Constant {
    SmallVector<int64_t> extents;
    /// Multiply-adds of each element; 0 of what is no weight.
    double positions = 0;
  };
  /// So many indices of a dimension of a constant, or of a tensor, go with a
  /// unit.
  struct Use {
    unsigned index;
    int64_t dim, count;
  };

  void change(Unit unit, int sign);
  void add(const Constant &constant, double sign);

  NetworkCost total;
  SmallVector<Constant> constants;
  SmallVector<int64_t> tensors;
  llvm::DenseMap<Unit, SmallVector<Use>> constantUses, tensorUses;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_CHANNELCOSTS_H
