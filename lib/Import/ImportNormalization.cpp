//===- ImportNormalization.cpp - Normalizations, softmax, dropout ---------===//

#include "Node.h"
#include "Operators.h"

using namespace mlir;
using namespace mlir::cnn;

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
  for (Value parameter : {shift, mean, variance})
    if (parameter.getType() != scale.getType())
      return node.fail("expects four parameters of one type; got " +
                       debugString(scale.getType()) + " and " +
                       debugString(parameter.getType()));
  return node.create<BatchNormOp>(input, scale, shift, mean, variance,
                                  node.toFloat(epsilon));
}

static LogicalResult importInstanceNormalization(Node &node) {
  Value input = node.getFloats(0);
  Value scale = node.getVector(1), shift = node.getVector(2);
  double epsilon = node.getFloat("epsilon", 1e-5);
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
    return node.fail("expects an axis behind the dynamic batch; got 0");
  // Parameters may broadcast to the normalized dimensions.
  if (getShape(scale) != normalized)
    scale = node.build<ExpandOp>(scale, normalized);
  if (shift && getShape(shift) != normalized)
    shift = node.build<ExpandOp>(shift, normalized);
  return node.create<LayerNormOp>(input, scale, shift, axis,
                                  node.toFloat(epsilon));
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
  axis = node.normalizeAxis(axis, shape.size());
  if (node.hasFailed())
    return failure();
  if (ShapedType::isDynamic(shape[axis]))
    return node.fail("expects an axis behind the dynamic batch; got 0");
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
      {"InstanceNormalization", 1, importInstanceNormalization},
      {"LayerNormalization", 17, importLayerNormalization},
      {"LogSoftmax", 1, importSoftmax<true>},
      {"LRN", 1, importLRN},
      {"Softmax", 1, importSoftmax<false>},
  };
  return rows;
}
