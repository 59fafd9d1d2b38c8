//===- ImportTables.cpp - Tensors made of what is known -------------------===//
//
// Ranges, windows and masks depend on shapes and parameters only, so they
// become constants.
//
//===----------------------------------------------------------------------===//

#include "Build.h"
#include "Operators.h"
#include "TensorData.h"

#include "cnnc/Support/Weights.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

/// The type that an attribute names; float32, or `otherwise`, if it is absent.
static Type readType(Node &node, StringRef attribute, Type otherwise = {}) {
  constexpr int64_t float32 = 1;
  if (otherwise && !node.hasAttribute(attribute))
    return otherwise;
  auto element = getElementTypeOf(
      static_cast<int32_t>(node.getInteger(attribute, float32)));
  if (element)
    return getMLIRType(*element, node.getContext());
  (void)node.fail(llvm::toString(element.takeError()));
  return {};
}

/// A tensor of float64 to fill; nothing, and an error, if it is too large.
static std::optional<Tensor> makeTable(Node &node, ArrayRef<int64_t> shape,
                                       Type elementType) {
  auto type = getCheckedType(shape, elementType);
  if (!type) {
    (void)node.fail(llvm::toString(type.takeError()));
    return std::nullopt;
  }
  if (!type->hasStaticShape())
    (void)node.fail("expects a result of known shape; got " +
                    describeShape(shape));
  if (node.hasFailed() ||
      failed(checkConstantSize(node, type->getNumElements())))
    return std::nullopt;
  return Tensor(ElementType::Float64, shape);
}

//===----------------------------------------------------------------------===//
// Ranges and windows
//===----------------------------------------------------------------------===//

/// What is too long to be evaluated as known numbers.
static LogicalResult importRange(Node &node) {
  RankedTensorType input = node.getInputType(0);
  double start = node.getScalar(0, 0), limit = node.getScalar(1, 0),
         step = node.getScalar(2, 1);
  if (failed(node.check()))
    return failure();
  double count = std::max(0.0, std::ceil((limit - start) / step));
  if (!(count <= static_cast<double>(maxTensorBytes)))
    return node.fail("expects at most 2^40 numbers; got " +
                     std::to_string(start) + " to " + std::to_string(limit) +
                     " by " + std::to_string(step));
  auto table =
      makeTable(node, static_cast<int64_t>(count), input.getElementType());
  if (!table)
    return failure();
  for (auto [i, value] : llvm::enumerate(table->get<double>()))
    value = start + static_cast<double>(i) * step;
  return node.setOutput(0,
                        buildConstant(node, input.getElementType(),
                                      table->getShape(), table->get<double>()));
}

/// The coefficients of 1, cos(x) and cos(2 x).
struct Cosines {
  double zeroth, first, second;
};
static constexpr Cosines hann = {0.5, -0.5, 0};
static constexpr Cosines hamming = {25.0 / 46, -21.0 / 46, 0};
static constexpr Cosines blackman = {0.42, -0.5, 0.08};

/// A window is a sum of cosines over one period, which has as many steps as the
/// window has elements or, if it is symmetric, one less.
template <const Cosines &cosines>
static LogicalResult importWindow(Node &node) {
  double size = node.getScalar(0, 0);
  bool isPeriodic = node.getFlag("periodic", true);
  Type type = readType(node, "output_datatype");
  if (failed(node.check()))
    return failure();
  if (size < 0 || size > static_cast<double>(maxTensorBytes))
    return node.fail("expects a size from 0 to 2^40; got " +
                     std::to_string(size));
  auto table = makeTable(node, static_cast<int64_t>(size), type);
  if (!table)
    return failure();
  double steps = isPeriodic ? size : size - 1;
  for (auto [i, value] : llvm::enumerate(table->get<double>())) {
    double angle = steps == 0 ? 0 : 2 * M_PI * static_cast<double>(i) / steps;
    value = cosines.zeroth + cosines.first * std::cos(angle) +
            cosines.second * std::cos(2 * angle);
  }
  return node.setOutput(
      0, buildConstant(node, type, table->getShape(), table->get<double>()));
}

//===----------------------------------------------------------------------===//
// Diagonals
//===----------------------------------------------------------------------===//

static LogicalResult importEyeLike(Node &node) {
  RankedTensorType input = node.getInputType(0);
  int64_t offset = node.getInteger("k", 0);
  if (node.hasFailed())
    return failure();
  Type type = readType(node, "dtype", input.getElementType());
  if (failed(node.check()))
    return failure();
  if (input.getRank() != 2)
    return node.fail("expects a matrix; got " + debugString(Type(input)));
  auto table = makeTable(node, input.getShape(), type);
  if (!table)
    return failure();
  int64_t columns = input.getDimSize(1);
  for (auto [i, value] : llvm::enumerate(table->get<double>())) {
    int64_t row = static_cast<int64_t>(i) / columns;
    value = static_cast<int64_t>(i) % columns == row + offset;
  }
  return node.setOutput(
      0, buildConstant(node, type, table->getShape(), table->get<double>()));
}

static LogicalResult importTrilu(Node &node) {
  Value input = node.getInput(0);
  double offset = node.getScalar(1, 0);
  bool isUpper = node.getFlag("upper", true);
  if (failed(node.check()))
    return failure();
  ArrayRef<int64_t> shape = getShape(input);
  if (shape.size() < 2)
    return node.fail("expects at least two dimensions; got " +
                     describeShape(shape));
  Type truth = IntegerType::get(node.getContext(), 1);
  auto mask = makeTable(node, shape.take_back(2), truth);
  if (!mask)
    return failure();
  for (auto [i, value] : llvm::enumerate(mask->get<double>())) {
    int64_t row = static_cast<int64_t>(i) / shape.back();
    int64_t distance = static_cast<int64_t>(i) % shape.back() - row;
    value = isUpper ? distance >= offset : distance <= offset;
  }
  Value isKept =
      buildConstant(node, truth, mask->getShape(), mask->get<double>());
  Value zero = buildScalar(node, getElementType(input), 0);
  return node.create<SelectOp>(isKept, input, zero);
}

//===----------------------------------------------------------------------===//
// One-hot vectors
//===----------------------------------------------------------------------===//

/// `values` is the list [off, on].
static Value pickValue(Node &node, Value values, int64_t position) {
  Value picked = node.build<SliceOp>(values, ArrayRef<int64_t>(position),
                                     ArrayRef<int64_t>(1), ArrayRef<int64_t>());
  return buildReshape(node, picked, {});
}

/// An index counts from the end if it is negative, so there are two numbers
/// that stand for every position.
static LogicalResult importOneHot(Node &node) {
  Value indices = node.getInput(0), values = node.getInput(2);
  double depth = node.getScalar(1, 0);
  int64_t axis = node.getInteger("axis", -1);
  if (failed(node.check()))
    return failure();
  SmallVector<int64_t> shape(getShape(indices));
  axis = node.normalizeAxis(axis, shape.size() + 1);
  if (!(depth >= 1 && depth <= INT32_MAX))
    return node.fail("expects a depth from 1 to 2^31 - 1; got " +
                     std::to_string(depth));
  if (getShape(values) != ArrayRef<int64_t>(2))
    return node.fail("expects two values, for off and on; got " +
                     debugString(values.getType()));
  if (node.hasFailed())
    return failure();
  Type i64 = IntegerType::get(node.getContext(), 64);
  shape.insert(shape.begin() + axis, 1);
  indices = buildReshape(node, buildCast(node, indices, i64), shape);
  shape[axis] = static_cast<int64_t>(depth);
  Value fromStart = node.build<CompareOp>(CompareKind::eq, indices,
                                          buildIndices(node, i64, shape, axis));
  Value fromEnd =
      node.build<CompareOp>(CompareKind::eq, indices,
                            buildIndices(node, i64, shape, axis, -shape[axis]));
  Value isHot = node.build<BinaryOp>(BinaryKind::bit_or, fromStart, fromEnd);
  Value on = pickValue(node, values, 1), off = pickValue(node, values, 0);
  return node.create<SelectOp>(isHot, on, off);
}

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

static LogicalResult refuseRandom(Node &node) {
  return node.fail("draws random numbers, which a compiled network does not "
                   "do; expects the graph without the node");
}

ArrayRef<OperatorRow> mlir::cnn::getTableOperators() {
  static const OperatorRow rows[] = {
      {"Bernoulli", 15, refuseRandom},
      {"BlackmanWindow", 17, importWindow<blackman>},
      {"EyeLike", 9, importEyeLike},
      {"HammingWindow", 17, importWindow<hamming>},
      {"HannWindow", 17, importWindow<hann>},
      {"Multinomial", 7, refuseRandom},
      {"OneHot", 9, importOneHot},
      {"RandomNormal", 1, refuseRandom},
      {"RandomNormalLike", 1, refuseRandom},
      {"RandomUniform", 1, refuseRandom},
      {"RandomUniformLike", 1, refuseRandom},
      {"Range", 11, importRange, evaluateRange},
      {"Trilu", 14, importTrilu},
  };
  return rows;
}
