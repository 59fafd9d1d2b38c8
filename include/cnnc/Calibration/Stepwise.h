//===- Stepwise.h - Networks run part by part -------------------*- C++ -*-===//

#ifndef CNNC_CALIBRATION_STEPWISE_H
#define CNNC_CALIBRATION_STEPWISE_H

#include "cnnc/Calibration/Images.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace mlir::cnn {

/// Runs a function of one block on all images of calibration, a part after the
/// other, and keeps what later parts need. What has not run yet may be changed
/// in between.
class StepwiseRun {
public:
  /// Reads the images. `options` must live as long.
  static llvm::Expected<StepwiseRun> open(func::FuncOp function,
                                          const CalibrationImages &images,
                                          const CalibrationOptions &options);

  /// Keeps `value` when it has been computed until it is released.
  void retain(Value value) { retained.insert(value); }
  void release(Value value);

  /// Runs everything before `op`, or with it.
  llvm::Error runBefore(Operation *op);
  llvm::Error runThrough(Operation *op) { return runBefore(op->getNextNode()); }

  /// Has been computed, and is kept.
  bool has(Value value) const { return tensors.contains(value); }
  /// The tensors of all runs.
  ArrayRef<Tensor> get(Value value) const {
    return tensors.find(value)->second;
  }

  /// The result of `op`, whose operands are there, without going on.
  llvm::Expected<std::vector<Tensor>> evaluate(Operation *op) const;

private:
  using Results = llvm::DenseMap<Value, std::vector<Tensor>>;

  StepwiseRun(func::FuncOp function, const CalibrationOptions &options)
      : next(&function.front().front()), options(&options) {}

  /// What these ops, which follow each other, compute of `wanted`.
  llvm::Expected<Results> run(ArrayRef<Operation *> ops,
                              ArrayRef<Value> wanted) const;
  /// Some op from `op` on needs `value`.
  bool isNeeded(Value value, Operation *op) const;

  Operation *next;
  const CalibrationOptions *options;
  Results tensors;
  llvm::DenseSet<Value> retained;
  size_t runs = 0;
};

} // namespace mlir::cnn

#endif // CNNC_CALIBRATION_STEPWISE_H
