//===- Recurrence.cpp - Recurrent operators, unrolled ---------------------===//

#include "Recurrence.h"

using namespace mlir;
using namespace mlir::cnn;

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// The functions of the standard.
static std::optional<Activation> findActivation(StringRef name) {
  using K = FunctionKind;
  return llvm::StringSwitch<std::optional<Activation>>(name.lower())
      .Case("relu", Activation{K::relu})
      .Case("tanh", Activation{K::tanh})
      .Case("sigmoid", Activation{K::sigmoid})
      .Case("affine", Activation{K::tanh, 1, 0, Activation::Affine})
      .Case("leakyrelu", Activation{K::leaky_relu, 0.01})
      .Case("thresholdedrelu", Activation{K::thresholded_relu, 1})
      .Case("scaledtanh", Activation{K::tanh, 1, 1, Activation::ScaledTanh})
      .Case("hardsigmoid", Activation{K::hard_sigmoid, 0.2, 0.5})
      .Case("elu", Activation{K::elu, 1})
      .Case("softsign", Activation{K::softsign})
      .Case("softplus", Activation{K::softplus})
      .Default(std::nullopt);
}

/// How many parameters the function called `name` takes.
static int countParameters(StringRef name) {
  return llvm::StringSwitch<int>(name.lower())
      .Cases({"affine", "scaledtanh", "hardsigmoid"}, 2)
      .Cases({"leakyrelu", "thresholdedrelu", "elu"}, 1)
      .Default(0);
}

/// Parameters are listed for the functions that take some, in their order.
void Recurrence::readActivations() {
  SmallVector<StringRef> names;
  for (int64_t i = 0; i < directions; ++i)
    llvm::append_range(names, functions);
  SmallVector<StringRef> given = node.getStringList("activations");
  SmallVector<double> alphas = node.getFloatList("activation_alpha");
  SmallVector<double> betas = node.getFloatList("activation_beta");
  if (!given.empty() && given.size() != names.size()) {
    (void)node.fail("expects " + Twine(names.size()) + " activations; got " +
                    Twine(given.size()));
    return;
  }
  if (!given.empty())
    names = given;
  size_t nextAlpha = 0, nextBeta = 0;
  for (StringRef name : names) {
    std::optional<Activation> activation = findActivation(name);
    if (!activation) {
      (void)node.fail("expects known activations; got '" + name + "'");
      return;
    }
    int count = countParameters(name);
    if (count > 0 && nextAlpha < alphas.size())
      activation->alpha = alphas[nextAlpha++];
    if (count > 1 && nextBeta < betas.size())
      activation->beta = betas[nextBeta++];
    activations.push_back(*activation);
  }
}

void Recurrence::readLengths() {
  if (!node.hasInput(4))
    return;
  lengths = node.getIntegers(4);
  if (node.hasFailed())
    return;
  ArrayRef<int64_t> shape = getShape(input);
  int64_t batch = shape[batchFirst ? 0 : 1];
  if (static_cast<int64_t>(lengths.size()) != batch)
    (void)node.fail("expects the length of the sequence of each image (" +
                    describeShape({batch}) + "); got " + Twine(lengths.size()));
  for (int64_t length : lengths)
    if (length < 0 || length > time)
      (void)node.fail("expects lengths from 0 to " + Twine(time) + "; got " +
                      Twine(length));
  if (llvm::all_of(lengths, [&](int64_t length) { return length == time; }))
    lengths.clear();
}

void Recurrence::readOperands() {
  auto read = [&](int64_t index, bool isOptional) -> Value {
    if (isOptional && !node.hasInput(index))
      return {};
    Value value = node.getFloats(index);
    if (node.hasFailed())
      return {};
    element = getElementType(value);
    return buildCast(node, value, getWideType(element));
  };
  input = read(0, false);
  filter = read(1, false);
  recurrence = read(2, false);
  bias = read(3, true);
  hidden = read(5, true);
  cell = read(6, true);
  peepholes = read(7, true);
}

LogicalResult Recurrence::check() {
  SmallVector<int64_t> in(getShape(input)), w(getShape(filter)),
      r(getShape(recurrence));
  int64_t rows = gates * hiddenSize;
  bool fits = w == ArrayRef<int64_t>({directions, rows, in[2]}) &&
              r == ArrayRef<int64_t>({directions, rows, hiddenSize});
  if (bias)
    fits &= getShape(bias) == ArrayRef<int64_t>({directions, 2 * rows});
  if (peepholes)
    fits &=
        getShape(peepholes) == ArrayRef<int64_t>({directions, 3 * hiddenSize});
  int64_t batch = in[batchFirst ? 0 : 1];
  SmallVector<int64_t> state = {directions, batch, hiddenSize};
  if (batchFirst)
    std::swap(state[0], state[1]);
  for (Value value : {hidden, cell})
    fits &= !value || getShape(value) == ArrayRef(state);
  if (!fits)
    return node.fail("expects parameters of " + Twine(directions) +
                     " directions, " + Twine(gates) + " gates of " +
                     Twine(hiddenSize) + " numbers and " +
                     describeShape(in[2]) + " inputs; got other shapes");
  return success();
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

Value Recurrence::activate(size_t index, Value value) {
  const Activation &activation =
      activations[current * functions.size() + index];
  if (activation.form == Activation::Plain)
    return buildUnary(node, activation.kind, value, activation.alpha,
                      activation.beta);
  if (activation.form == Activation::Affine) {
    value = buildBinary(node, BinaryKind::mul, value, activation.alpha);
    return buildBinary(node, BinaryKind::add, value, activation.beta);
  }
  value = buildBinary(node, BinaryKind::mul, value, activation.beta);
  value = buildUnary(node, activation.kind, value);
  return buildBinary(node, BinaryKind::mul, value, activation.alpha);
}

Value Recurrence::activateGate(size_t index, Value value) {
  if (clip > 0)
    value = buildUnary(node, FunctionKind::clip, value, -clip, clip);
  return activate(index, value);
}

Value Recurrence::multiply(Value hidden, Value recurrence) {
  if (!hidden)
    return {};
  return node.build<GemmOp>(hidden, recurrence, Value(),
                            /*transposeLhs=*/false, /*transposeRhs=*/true,
                            node.toFloat(1), node.toFloat(1), FunctionAttr());
}

Value Recurrence::getPart(Value value, int64_t direction, int64_t axis) {
  if (!value || node.hasFailed())
    return {};
  SmallVector<int64_t> shape(getShape(value));
  shape.erase(shape.begin() + axis);
  return buildReshape(node, buildPart(node, value, axis, direction, 1), shape);
}

/// The products of all steps, T x B x gates * H.
Value Recurrence::buildInputs(Value filter, Value bias) {
  Value product =
      node.build<MatmulOp>(input, buildTranspose(node, filter, {1, 0}));
  return add(product, bias);
}

Weights Recurrence::getWeights(int64_t direction) {
  Weights weights;
  weights.recurrence = getPart(recurrence, direction);
  weights.peepholes = getPart(peepholes, direction);
  Value sum;
  if (Value both = getPart(bias, direction)) {
    int64_t rows = gates * hiddenSize, candidate = rows - hiddenSize;
    sum = buildPart(node, both, 0, 0, rows);
    Value recurrent = buildPart(node, both, 0, rows, rows);
    if (separatesCandidateBias()) {
      weights.candidateBias =
          buildPart(node, recurrent, 0, candidate, hiddenSize);
      recurrent = node.build<PadOp>(
          PadMode::constant, buildPart(node, recurrent, 0, 0, candidate),
          ArrayRef<int64_t>(0), ArrayRef<int64_t>(hiddenSize), node.toFloat(0));
    }
    sum = add(sum, recurrent);
  }
  weights.inputs = buildInputs(getPart(filter, direction), sum);
  return weights;
}

/// `next` where `isActive` is 1, and `previous` where it is 0.
Value Recurrence::mask(Value next, Value previous, Value isActive) {
  if (!isActive || !next)
    return next;
  Value isDone =
      buildBinary(node, BinaryKind::sub,
                  buildScalar(node, getElementType(isActive), 1), isActive);
  return add(mul(next, isActive), mul(previous, isDone));
}

/// One step of all images; those that have ended keep their state and give
/// zeros.
State Recurrence::runStep(const Weights &weights, int64_t time, State state,
                          Value &output) {
  int64_t axis = batchFirst ? 1 : 0;
  Value taken = getPart(weights.inputs, time, axis);
  if (node.hasFailed())
    return {};
  Value isActive;
  if (!lengths.empty()) {
    SmallVector<double> active;
    for (int64_t length : lengths)
      active.push_back(time < length);
    isActive = buildConstant(node, getElementType(taken),
                             {static_cast<int64_t>(active.size()), 1}, active);
  }
  State next = step(weights, taken, state);
  output = mask(next.hidden, Value(), isActive);
  return {mask(next.hidden, state.hidden, isActive),
          mask(next.cell, state.cell, isActive)};
}

Value Recurrence::expand(Value value, int64_t ones) {
  if (node.hasFailed())
    return {};
  SmallVector<int64_t> shape(getShape(value));
  shape.insert(shape.begin() + (batchFirst ? 1 : 0), ones, 1);
  return buildReshape(node, value, shape);
}

void Recurrence::runDirection(int64_t direction, bool isReverse) {
  current = direction;
  int64_t axis = batchFirst ? 1 : 0;
  Weights weights = getWeights(direction);
  State state = {getPart(hidden, direction, axis),
                 getPart(cell, direction, axis)};
  SmallVector<Value> steps(time);
  for (int64_t i = 0; i < time && !node.hasFailed(); ++i) {
    int64_t position = isReverse ? time - 1 - i : i;
    Value output;
    state = runStep(weights, position, state, output);
    steps[position] = expand(output, 2);
  }
  outputs.push_back(node.build<ConcatOp>(steps, axis));
  lastHidden.push_back(expand(state.hidden, 1));
  if (state.cell)
    lastCell.push_back(expand(state.cell, 1));
}

LogicalResult Recurrence::setOutputs() {
  auto set = [&](int64_t index, ArrayRef<Value> parts, int64_t axis) {
    if (node.hasFailed() || parts.empty() || !node.hasOutput(index))
      return;
    Value all =
        parts.size() == 1 ? parts[0] : node.build<ConcatOp>(parts, axis);
    (void)node.setOutput(index, buildCast(node, all, element));
  };
  set(0, outputs, batchFirst ? 2 : 1);
  set(1, lastHidden, batchFirst ? 1 : 0);
  set(2, lastCell, batchFirst ? 1 : 0);
  return failure(node.hasFailed());
}

LogicalResult Recurrence::import() {
  readOperands();
  direction = node.getString("direction", "forward");
  directions = direction == "bidirectional" ? 2 : 1;
  batchFirst = node.getOpset() >= 14 && node.getFlag("layout");
  clip = node.getFloat("clip", 0);
  readActivations();
  readMore();
  if (direction != "forward" && direction != "reverse" && directions == 1)
    return node.fail("expects direction = 'forward', 'reverse' or "
                     "'bidirectional'; got '" +
                     direction + "'");
  if (node.hasFailed())
    return failure();
  if (getShape(input).size() != 3 || getShape(recurrence).size() != 3)
    return node.fail("expects an input and weights of rank 3; got " +
                     debugString(input.getType()) + " and " +
                     debugString(recurrence.getType()));
  time = getShape(input)[batchFirst ? 1 : 0];
  hiddenSize = node.getInteger("hidden_size", getShape(recurrence)[2]);
  if (ShapedType::isDynamic(time) || time < 1)
    return node.fail("expects a sequence whose length is known at compile "
                     "time and positive; got " +
                     debugString(input.getType()));
  readLengths();
  if (failed(node.check()) || failed(check()))
    return failure();
  for (int64_t i = 0; i < directions; ++i)
    runDirection(i, i == 1 || direction == "reverse");
  return setOutputs();
}
