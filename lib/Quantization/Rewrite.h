//===- Rewrite.h - A function in integers -----------------------*- C++ -*-===//

#ifndef CNNC_LIB_QUANTIZATION_REWRITE_H
#define CNNC_LIB_QUANTIZATION_REWRITE_H

#include "Plan.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::cnn {

/// Rewrites the ops of a function, in order, as a plan says. Every tensor may
/// exist as floats, as integers, or as both; what is missing is computed where
/// it is needed first.
class IntegerRewriter {
public:
  IntegerRewriter(func::FuncOp function, const Plan &plan,
                  const Statistics &statistics,
                  const QuantizationOptions &options);

  void run();

private:
  // Layers, in RewriteLayers.cpp.
  void rewriteLayer(Operation *op, const Layer &layer);
  Value createSum(Operation *op, const Layer &layer,
                  const QuantizedWeights &weights, ArrayRef<int32_t> bias);
  Value createBias(ArrayRef<int32_t> bias);
  void finishLayer(Operation *op, const Layer &layer, Value sum,
                   ArrayRef<float> sumScales);

  // What lies between them, in RewriteMaps.cpp.
  void rewriteMap(Operation *op);
  Value createTable(UnaryOp op);
  Value createFunction(UnaryOp op);
  Value createConcat(ConcatOp op);
  Value createMean(ReduceOp op);
  Value createAverage(AvgPoolOp op);

  void rewrite(Operation &op);
  void rewriteCarrier(Operation *op);
  void rewriteFloat(Operation *op);

  /// The tensor, a value of the original function, as integers or floats.
  Value getIntegers(Value value);
  Value getFloats(Value value);

  /// Integers of `value` as `target`, a tensor of the plan, is quantized.
  Value createRequantized(Value value, Value target);

  /// `integers`, those of `target`, within the limits that `function`, which
  /// may be null, and the plan set.
  Value createLimits(Value integers, FunctionAttr function, Value target);

  Value createFloat(double value);
  Value createScale(const QuantizationParameters &parameters) {
    return createFloat(parameters.scale);
  }
  /// An integer of the activations' type, shape [].
  Value createInteger(int64_t value);
  /// The zero point, or null if it is 0.
  Value createZeroPoint(const QuantizationParameters &parameters);

  func::FuncOp function;
  const Plan &plan;
  const Statistics &statistics;
  const QuantizationOptions &options;
  ImplicitLocOpBuilder builder;
  NumberFormat format;
  Type element;
  llvm::DenseMap<Value, Value> integers, floats;
  SmallVector<Operation *> replaced;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_QUANTIZATION_REWRITE_H
