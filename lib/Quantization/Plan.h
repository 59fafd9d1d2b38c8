//===- Plan.h - What is computed in integers --------------------*- C++ -*-===//

#ifndef CNNC_LIB_QUANTIZATION_PLAN_H
#define CNNC_LIB_QUANTIZATION_PLAN_H

#include "Calibrate.h"

#include "cnnc/Calibration/Layers.h"

#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::cnn {

/// Layers that stay in float, and why.
using FloatLayers = llvm::MapVector<Operation *, std::string>;

/// Which ops of a function compute in integers, and how tensors are quantized.
class Plan {
public:
  /// Chooses the ops, and remarks why others stay, among them `floatLayers` and
  /// what the options name. Fails if an op that is to be kept in float does not
  /// exist.
  static llvm::Expected<Plan> make(func::FuncOp function,
                                   const QuantizationOptions &options,
                                   const FloatLayers &floatLayers = {});

  /// The tensors that are wanted as integers, whose ranges must be known.
  ArrayRef<Value> getTensors() const { return tensors; }

  /// Derives scales and zero points.
  void setStatistics(const Statistics &statistics);

  /// The integers that the tensor has: all of the activations' type, or those
  /// from -n to n for `setLargest(value, n)`.
  NumberFormat getFormat(Value value) const;
  /// Lets the tensor, and all that are quantized as it is, have integers up to
  /// `largest` only. Their scale grows.
  void setLargest(Value value, int64_t largest);

  /// `op` computes in integers.
  bool isInteger(Operation *op) const { return integerOps.contains(op); }
  /// It only moves or compares them: its result is quantized as its operand.
  bool isCarrier(Operation *op) const;
  /// Some op takes the tensor as integers.
  bool isWanted(Value value) const { return wanted.contains(value); }
  /// The relu or clip behind `op` that limits of its integers replace, or null.
  UnaryOp getAbsorbed(Operation *op) const { return absorbed.lookup(op); }
  bool isAbsorbed(UnaryOp op) const {
    Operation *source = op.getInput().getDefiningOp();
    return source && getAbsorbed(source) == op;
  }
  /// The result of `op`, or of the function that it absorbs.
  Value getTarget(Operation *op) const {
    UnaryOp function = getAbsorbed(op);
    return function ? Value(function.getOutput()) : op->getResult(0);
  }
  QuantizationParameters getParameters(Value value) const {
    return parameters.lookup(value);
  }

private:
  explicit Plan(const QuantizationOptions &options) : options(options) {}

  void chooseOps(func::FuncOp function, const FloatLayers &kept);
  void want(Value value);
  void wantOperands(Operation *op, const FloatLayers &kept);
  bool absorb(UnaryOp unary, const FloatLayers &kept);
  void shareParameters();
  void deriveParameters();
  bool canShareWith(Value part) const;

  const QuantizationOptions &options;
  llvm::DenseSet<Operation *> integerOps;
  /// What computes in floats between integers.
  llvm::DenseSet<Operation *> innerOps;
  llvm::DenseSet<Value> wanted;
  SmallVector<Value> tensors;
  llvm::DenseMap<Operation *, UnaryOp> absorbed;
  /// Tensors with the same scale and zero point.
  llvm::EquivalenceClasses<Value> groups;
  /// Of the leader of a group: the numbers that it represents, and the largest
  /// integer if the type's would be too large.
  llvm::DenseMap<Value, NumberRange> ranges;
  llvm::DenseMap<Value, int64_t> largest;
  llvm::DenseMap<Value, QuantizationParameters> parameters;
};

/// The largest magnitude of a weight as an integer.
int64_t getLargestWeight(const QuantizationOptions &options);

/// The weights of an integer layer of `plan`, each as the nearest integer.
QuantizedWeights quantizeToNearest(const Layer &layer, const Plan &plan,
                                   const QuantizationOptions &options);

/// The numbers of an integer layer.
struct LayerIntegers {
  QuantizedWeights weights;
  /// One per output channel, or none.
  std::vector<int32_t> bias;
};

/// The weights and biases of `op`, an integer layer: weights as `statistics`
/// have them, else as the nearest integers.
LayerIntegers quantizeLayer(Operation *op, const Layer &layer, const Plan &plan,
                            const Statistics &statistics,
                            const QuantizationOptions &options);

} // namespace mlir::cnn

#endif // CNNC_LIB_QUANTIZATION_PLAN_H
