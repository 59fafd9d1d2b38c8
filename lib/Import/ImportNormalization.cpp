//===- ImportNormalization.cpp - Normalizations, softmax, dropout ---------===//

#include "Build.h"
#include "Operators.h"

#include <limits>

using namespace mlir;
using namespace mlir::cnn;

/// Parameters as values of one type, the widest of theirs; in float64 networks
/// all are.
static void unifyTypes(Node &node, Value input,
                       MutableArrayRef<Value> parameters) {
  Type widest = getElementType(parameters.front());
  for (Value value : parameters)
    if (getElementType(value).getIntOrFloatBitWidth() >
        widest.getIntOrFloatBitWidth())
      widest = getElementType(value);
  if (getElementType(input).isF64())
    widest = getElementType(input);
  for (Value &parameter : parameters)
    parameter = buildCast(node, parameter, widest);
}

static LogicalResult importBatchNormalization(Node &node) {
  Value input = node.getFloats(0);
  Value scale = node.getVector(1), shift = node.getVector(2);
  Value mean = node.getVector(3), variance = node.getVector(4);
  double epsilon = node.getFloat("epsilon", 1e-5);
  node.ignoreAttribute("momentum");
  if (node.getOpset() < 9 && !node.getFlag("spatial", true))
    return node.fail("expects spatial = 1, one parameter per channel; got 0");
  if (node.getOpset() >= 14 && node.getFlag("training_mode"))
    return node.fail("expects training_mode = 0; got 1");
  if (failed(node.check()))
    return failure();
  Value parameters[] = {scale, shift, mean, variance};
  unifyTypes(node, input, parameters);
  if (node.hasFailed())
    return failure();
  for (Value parameter : parameters)
    if (parameter.getType() != parameters[0].getType())
      return node.fail("expects four parameters of one shape; got " +
                       debugString(scale.getType()) + " and " +
                       debugString(parameter.getType()));
  return node.create<BatchNormOp>(input, parameters[0], parameters[1],
                                  parameters[2], parameters[3],
                                  node.toFloat(epsilon));
}

static LogicalResult importInstanceNormalization(Node &node) {
  Value input = node.getFloats(0);
  Value scale = node.getVector(1), shift = node.getVector(2);
  double epsilon = node.getFloat("epsilon", 1e-5);
  // Before opset 6 a hint to save memory.
  node.ignoreAttribute("consumed_inputs");
  node.requireSameType(input, scale);
  if (failed(node.check()))
    return failure();
  if (shift.getType() != scale.getType())
    return node.fail("expects two parameters of one type; got " +
                     debugString(scale.getType()) + " and " +
                     debugString(shift.getType()));
  return node.create<InstanceNormOp>(input, scale, shift,
                                     node.toFloat(epsilon));
}

/// The means over `axes` of x and the inverse deviations
/// 1 / sqrt(variance + epsilon), in the type `element`.
static std::pair<Value, Value> buildMoments(Node &node, Value input,
                                            ArrayRef<int64_t> axes,
                                            double epsilon, Type element) {
  Value x = buildCast(node, input, element);
  Value mean = buildReduce(node, ReduceKind::mean, x, axes);
  Value centred = buildBinary(node, BinaryKind::sub, x, mean);
  Value variance =
      buildReduce(node, ReduceKind::mean,
                  buildBinary(node, BinaryKind::mul, centred, centred), axes);
  Value sum = buildBinary(node, BinaryKind::add, variance, epsilon);
  Value deviation = buildUnary(node, FunctionKind::sqrt, sum);
  return {mean, buildUnary(node, FunctionKind::reciprocal, deviation)};
}

static LogicalResult importLayerNormalization(Node &node) {
  Value input = node.getFloats(0), scale = node.getFloats(1);
  Value shift = node.hasInput(2) ? node.getFloats(2) : Value();
  double epsilon = node.getFloat("epsilon", 1e-5);
  int64_t axis = node.getInteger("axis", -1);
  // The precision of the statistics, which is the interpreter's business.
  node.ignoreAttribute("stash_type");
  node.requireSameType(input, scale);
  node.requireSameType(input, shift);
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> shape = getShape(input);
  axis = node.normalizeAxis(axis, shape.size());
  ArrayRef<int64_t> normalized = shape.drop_front(axis);
  if (llvm::is_contained(normalized, ShapedType::kDynamic))
    return node.failAtBatch();
  // Parameters may broadcast to the normalized dimensions.
  if (getShape(scale) != normalized)
    scale = node.build<ExpandOp>(scale, normalized);
  if (shift && getShape(shift) != normalized)
    shift = node.build<ExpandOp>(shift, normalized);
  if (node.hasOutput(1) || node.hasOutput(2)) {
    auto axes = llvm::to_vector(llvm::seq<int64_t>(axis, shape.size()));
    auto [mean, inverseDeviation] = buildMoments(
        node, input, axes, epsilon, getWideType(getElementType(input)));
    if (failed(node.setOutput(1, mean)) ||
        failed(node.setOutput(2, inverseDeviation)))
      return failure();
  }
  return node.create<LayerNormOp>(input, scale, shift, axis,
                                  node.toFloat(epsilon));
}

/// A parameter of N x G x ... or N x C x ...: one number per dimension 1.
static Value alignToChannels(Node &node, Value parameter, int64_t rank) {
  if (node.hasFailed())
    return {};
  SmallVector<int64_t> shape(rank - 1, 1);
  shape[0] = getShape(parameter)[0];
  return buildReshape(node, parameter, shape);
}

/// Groups of channels are the channels of an instance normalization. Before
/// opset 21 there is a parameter per group, since then one per channel.
static LogicalResult importGroupNormalization(Node &node) {
  Value input = node.getFloats(0);
  Value scale = node.getVector(1), shift = node.getVector(2);
  double epsilon = node.getFloat("epsilon", 1e-5);
  int64_t groups = node.getInteger("num_groups", std::nullopt);
  node.ignoreAttribute("stash_type");
  node.requireSameType(input, scale);
  node.requireSameType(input, shift);
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> shape = getShape(input);
  int64_t rank = shape.size();
  if (rank < 2 || groups < 1 || shape[1] % groups != 0)
    return node.fail("expects num_groups to divide the channels; got " +
                     Twine(groups) + " for " + debugString(input.getType()));
  bool perGroup = node.getOpset() < 21;
  int64_t parameters = perGroup ? groups : shape[1];
  for (Value parameter : {scale, shift})
    if (getShape(parameter)[0] != parameters)
      return node.fail("expects " + Twine(parameters) + " parameters; got " +
                       debugString(parameter.getType()));
  SmallVector<int64_t> grouped = {shape[0], groups, 1};
  for (int64_t extent : shape.drop_front())
    grouped[2] *= extent;
  grouped[2] /= groups;
  Type element = getElementType(input);
  SmallVector<double> ones(groups, 1.0), zeros(groups, 0.0);
  Value normalized = node.build<InstanceNormOp>(
      buildReshape(node, input, grouped),
      perGroup ? scale : buildConstant(node, element, groups, ones),
      perGroup ? shift : buildConstant(node, element, groups, zeros),
      node.toFloat(epsilon));
  Value result = buildReshape(node, normalized, shape);
  if (perGroup)
    return node.setOutput(0, result);
  result = buildBinary(node, BinaryKind::mul, result,
                       alignToChannels(node, scale, rank));
  return node.setOutput(0, buildBinary(node, BinaryKind::add, result,
                                       alignToChannels(node, shift, rank)));
}

/// Rows of norm 0 stay 0.
static LogicalResult importLpNormalization(Node &node) {
  Value input = node.getFloats(0);
  int64_t axis = node.getInteger("axis", -1), p = node.getInteger("p", 2);
  if (p != 1 && p != 2)
    return node.fail("expects p = 1 or 2; got " + Twine(p));
  if (failed(node.check()))
    return failure();
  axis = node.normalizeStaticAxis(axis, getShape(input));
  Type element = getElementType(input);
  Value x = buildCast(node, input, getWideType(element));
  Value magnitude = p == 1 ? buildUnary(node, FunctionKind::abs, x)
                           : buildBinary(node, BinaryKind::mul, x, x);
  Value norm = buildReduce(node, ReduceKind::sum, magnitude, axis);
  if (p == 2)
    norm = buildUnary(node, FunctionKind::sqrt, norm);
  norm = buildBinary(node, BinaryKind::max, norm,
                     std::numeric_limits<float>::min());
  Value result = buildBinary(node, BinaryKind::div, x, norm);
  return node.setOutput(0, buildCast(node, result, element));
}

static LogicalResult importMeanVarianceNormalization(Node &node) {
  Value input = node.getFloats(0);
  SmallVector<int64_t> axes = node.getIntegerList("axes");
  if (failed(node.check()))
    return failure();
  if (axes.empty())
    axes = {0, 2, 3};
  axes = node.normalizeAxes(axes, getShape(input).size());
  llvm::sort(axes);
  if (!node.hasFailed() && llvm::any_of(axes, [&](int64_t axis) {
        return ShapedType::isDynamic(getShape(input)[axis]);
      }))
    return node.fail("expects axes behind the dynamic batch; got 0 "
                     "(--input-shape fixes the batch)");
  Type element = getElementType(input), wide = getWideType(element);
  Value x = buildCast(node, input, wide);
  Value mean = buildReduce(node, ReduceKind::mean, x, axes);
  Value centred = buildBinary(node, BinaryKind::sub, x, mean);
  Value variance =
      buildReduce(node, ReduceKind::mean,
                  buildBinary(node, BinaryKind::mul, centred, centred), axes);
  // The operator adds this much to the deviation.
  Value deviation =
      buildBinary(node, BinaryKind::add,
                  buildUnary(node, FunctionKind::sqrt, variance), 1e-9);
  Value result = buildBinary(node, BinaryKind::div, centred, deviation);
  return node.setOutput(0, buildCast(node, result, element));
}

static LogicalResult importLRN(Node &node) {
  Value input = node.getFloats(0);
  double alpha = node.getFloat("alpha", 1e-4);
  double beta = node.getFloat("beta", 0.75);
  double bias = node.getFloat("bias", 1);
  int64_t size = node.getInteger("size", std::nullopt);
  if (failed(node.check()))
    return failure();
  return node.create<LRNOp>(input, size, node.toFloat(alpha),
                            node.toFloat(beta), node.toFloat(bias));
}

/// Before opset 13 the dimensions from `axis` on are normalized together.
static LogicalResult importFlatSoftmax(Node &node, Value input, int64_t axis,
                                       bool log) {
  ArrayRef<int64_t> shape = getShape(input);
  SmallVector<int64_t> large;
  int64_t count = 1;
  for (int64_t i = axis, rank = shape.size(); i < rank; ++i) {
    if (shape[i] != 1)
      large.push_back(i);
    count *= shape[i];
  }
  if (large.size() <= 1)
    return node.create<SoftmaxOp>(input, large.empty() ? axis : large.front(),
                                  log);
  SmallVector<int64_t> flat(shape.take_front(axis)), back(shape);
  flat.push_back(count);
  for (SmallVector<int64_t> *target : {&flat, &back})
    if (ShapedType::isDynamic(target->front()))
      target->front() = -1;
  Value flattened = node.build<ReshapeOp>(input, flat);
  Value result = node.build<SoftmaxOp>(flattened, axis, log);
  return node.create<ReshapeOp>(result, back);
}

template <bool log>
static LogicalResult importSoftmax(Node &node) {
  Value input = node.getFloats(0);
  bool isFlat = node.getOpset() < 13;
  int64_t axis = node.getInteger("axis", isFlat ? 1 : -1);
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> shape = getShape(input);
  axis = node.normalizeStaticAxis(axis, shape);
  if (node.hasFailed())
    return failure();
  if (isFlat)
    return importFlatSoftmax(node, input, axis, log);
  return node.create<SoftmaxOp>(input, axis, log);
}

/// Inference leaves out nothing. The mask has no value.
static LogicalResult importDropout(Node &node) {
  Value input = node.getInput(0);
  node.ignoreInput(1);
  node.ignoreAttribute("ratio");
  node.ignoreAttribute("seed");
  if (node.getOpset() >= 12 && node.getScalar(2, 0) != 0)
    return node.fail("expects training_mode = 0; got 1");
  if (failed(node.check()))
    return failure();
  return node.setOutput(0, input);
}

ArrayRef<OperatorRow> mlir::cnn::getNormalizationOperators() {
  static const OperatorRow rows[] = {
      {"BatchNormalization", 1, importBatchNormalization},
      {"Dropout", 1, importDropout},
      {"GroupNormalization", 18, importGroupNormalization},
      {"InstanceNormalization", 1, importInstanceNormalization},
      {"LayerNormalization", 17, importLayerNormalization},
      {"LogSoftmax", 1, importSoftmax<true>},
      {"LpNormalization", 1, importLpNormalization},
      {"LRN", 1, importLRN},
      {"MeanVarianceNormalization", 9, importMeanVarianceNormalization},
      {"Softmax", 1, importSoftmax<false>},
  };
  return rows;
}
