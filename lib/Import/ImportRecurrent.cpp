//===- ImportRecurrent.cpp - The cells of RNN, GRU and LSTM ---------------===//

#include "Operators.h"
#include "Recurrence.h"

using namespace mlir;
using namespace mlir::cnn;

namespace {

class SimpleCell : public Recurrence {
public:
  explicit SimpleCell(Node &node) : Recurrence(node, 1, functions) {}

private:
  static constexpr StringRef functions[] = {"tanh"};

  State step(const Weights &weights, Value input, State state) override {
    Value sum = add(input, multiply(state.hidden, weights.recurrence));
    return {activateGate(0, sum), {}};
  }
};

/// Gates update, reset and the candidate.
class GRUCell : public Recurrence {
public:
  explicit GRUCell(Node &node) : Recurrence(node, 3, functions) {}

private:
  static constexpr StringRef functions[] = {"sigmoid", "tanh"};

  void readMore() override {
    resetsProduct = node.getFlag("linear_before_reset");
  }
  bool separatesCandidateBias() const override { return resetsProduct; }

  State step(const Weights &weights, Value input, State state) override {
    Value both = buildPart(node, input, 1, 0, 2 * hiddenSize);
    Value recurrence =
        buildPart(node, weights.recurrence, 0, 0, 2 * hiddenSize);
    Value candidateRecurrence =
        buildPart(node, weights.recurrence, 0, 2 * hiddenSize, hiddenSize);
    both = activateGate(0, add(both, multiply(state.hidden, recurrence)));
    Value update = getGate(both, 0), reset = getGate(both, 1), recurrent;
    if (resetsProduct)
      recurrent = mul(reset, add(multiply(state.hidden, candidateRecurrence),
                                 weights.candidateBias));
    else
      recurrent = multiply(mul(reset, state.hidden), candidateRecurrence);
    Value candidate = activateGate(1, add(getGate(input, 2), recurrent));
    if (node.hasFailed())
      return {};
    Value one = buildScalar(node, getElementType(update), 1);
    Value rest = buildBinary(node, BinaryKind::sub, one, update);
    return {add(mul(rest, candidate), mul(update, state.hidden)), {}};
  }

  bool resetsProduct = false;
};

/// Gates input, output, forget and the candidate.
class LSTMCell : public Recurrence {
public:
  explicit LSTMCell(Node &node) : Recurrence(node, 4, functions) {}

private:
  static constexpr StringRef functions[] = {"sigmoid", "tanh", "tanh"};

  void readMore() override {
    if (node.getFlag("input_forget"))
      (void)node.fail("expects input_forget = 0; got 1");
  }

  /// What the cell state adds to gate `gate`.
  Value getPeephole(const Weights &weights, int64_t gate, Value cell) {
    if (!weights.peepholes || !cell)
      return {};
    return mul(cell, buildPart(node, weights.peepholes, 0, gate * hiddenSize,
                               hiddenSize));
  }

  State step(const Weights &weights, Value input, State state) override {
    Value sum = add(input, multiply(state.hidden, weights.recurrence));
    Value in = activateGate(
        0, add(getGate(sum, 0), getPeephole(weights, 0, state.cell)));
    Value forget = activateGate(
        0, add(getGate(sum, 2), getPeephole(weights, 2, state.cell)));
    Value candidate = activateGate(1, getGate(sum, 3));
    Value cell = add(mul(forget, state.cell), mul(in, candidate));
    Value out =
        activateGate(0, add(getGate(sum, 1), getPeephole(weights, 1, cell)));
    return {mul(out, activate(2, cell)), cell};
  }
};

} // namespace

template <typename Cell>
static LogicalResult importCell(Node &node) {
  return Cell(node).import();
}

ArrayRef<OperatorRow> mlir::cnn::getRecurrentOperators() {
  static const OperatorRow rows[] = {
      {"GRU", 7, importCell<GRUCell>},
      {"LSTM", 7, importCell<LSTMCell>},
      {"RNN", 7, importCell<SimpleCell>},
  };
  return rows;
}
