//===- Recurrence.h - Recurrent operators, unrolled -------------*- C++ -*-===//
//
// The length of the sequence is known, so each of its steps becomes the ops of
// the cell. What the steps take from the input alone is one product for all.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_IMPORT_RECURRENCE_H
#define CNNC_LIB_IMPORT_RECURRENCE_H

#include "Build.h"

namespace mlir::cnn {

/// A function of a gate: `kind` with its parameters, alpha * x + beta, or
/// alpha * tanh(beta * x).
struct Activation {
  enum Form { Plain, Affine, ScaledTanh };

  FunctionKind kind = FunctionKind::tanh;
  double alpha = 0, beta = 0;
  Form form = Plain;
};

/// What a cell remembers; a null value is zero. Only an LSTM has a cell state.
struct State {
  Value hidden, cell;
};

/// The parameters of one direction.
struct Weights {
  /// What each step takes from the input, with the biases that can be added
  /// before.
  Value inputs;
  /// R, gates * H x H.
  Value recurrence;
  /// The bias of a GRU's candidate that the reset gate multiplies; may be null.
  Value candidateBias;
  /// Peepholes, input, output, forget, each of H numbers; may be null.
  Value peepholes;
};

/// The operator's inputs and attributes, and the ops of its cells.
class Recurrence {
public:
  Recurrence(Node &node, int64_t gates, ArrayRef<StringRef> functions)
      : node(node), gates(gates), functions(functions) {}
  virtual ~Recurrence() = default;

  LogicalResult import();

protected:
  /// The state after a step that takes `input`, B x gates * H.
  virtual State step(const Weights &weights, Value input, State state) = 0;
  /// Attributes of one kind of cell.
  virtual void readMore() {}
  virtual bool separatesCandidateBias() const { return false; }

  /// The columns of gate `gate`.
  Value getGate(Value value, int64_t gate) {
    return buildPart(node, value, /*axis=*/1, gate * hiddenSize, hiddenSize);
  }
  /// hidden * R^T, or null if it is zero.
  Value multiply(Value hidden, Value recurrence);
  /// Function `index` of the direction that is built. The sum of a gate is
  /// clipped before it.
  Value activateGate(size_t index, Value value);
  Value activate(size_t index, Value value);
  Value add(Value lhs, Value rhs) {
    if (!lhs || !rhs)
      return lhs ? lhs : rhs;
    return buildBinary(node, BinaryKind::add, lhs, rhs);
  }
  Value mul(Value lhs, Value rhs) {
    if (!lhs || !rhs)
      return {};
    return buildBinary(node, BinaryKind::mul, lhs, rhs);
  }

  Node &node;
  int64_t gates, hiddenSize = 0;

private:
  void readOperands();
  void readLengths();
  void readActivations();
  LogicalResult check();

  /// Part `direction` of a parameter D x ..., without that dimension.
  Value getPart(Value value, int64_t direction, int64_t axis = 0);
  Weights getWeights(int64_t direction);
  Value buildInputs(Value filter, Value bias);
  State runStep(const Weights &weights, int64_t time, State state,
                Value &output);
  Value mask(Value next, Value previous, Value isActive);
  void runDirection(int64_t direction, bool isReverse);
  /// B x H as 1 x 1 x B x H or, with the batch first, B x 1 x 1 x H; `ones` of
  /// them.
  Value expand(Value value, int64_t ones);
  LogicalResult setOutputs();

  ArrayRef<StringRef> functions;
  StringRef direction;
  bool batchFirst = false;
  double clip = 0;
  Type element;
  Value input, filter, recurrence, bias, hidden, cell, peepholes;
  /// Steps of each image; empty if all take all.
  SmallVector<int64_t> lengths;
  SmallVector<Activation> activations;
  int64_t time = 0, directions = 1;

  // Set by the direction that is built, and what it adds to.
  int64_t current = 0;
  SmallVector<Value> outputs, lastHidden, lastCell;
};

} // namespace mlir::cnn

#endif // CNNC_LIB_IMPORT_RECURRENCE_H
