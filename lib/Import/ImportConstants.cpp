//===- ImportConstants.cpp - Constants, shapes --------------------------===//

#include "Node.h"
#include "Operators.h"
#include "TensorData.h"

#include "cnnc/Support/Weights.h"

using namespace mlir;
using namespace mlir::cnn;

/// A list of numbers given as an attribute, a scalar if `isScalar`.
template <typename T>
static Known makeList(Type elementType, ArrayRef<T> values, bool isScalar) {
  SmallVector<int64_t> shape;
  if (!isScalar)
    shape.push_back(values.size());
  Known known = {RankedTensorType::get(shape, elementType), {}};
  for (T value : values)
    if constexpr (std::is_integral_v<T>)
      known.numbers.push_back(Number::integer(value));
    else
      known.numbers.push_back(Number::constant(value));
  return known;
}

static LogicalResult importSparseConstant(Node &node) {
  const onnx::SparseTensorProto *sparse = node.getSparseTensor("sparse_value");
  if (failed(node.check()))
    return failure();
  Graph &graph = node.getGraph();
  auto data = takeSparseData(*sparse, graph.getFolder(), node.getContext());
  if (!data)
    return node.fail(llvm::toString(data.takeError()));
  return node.setOutput(
      0, createConstant(graph.getBuilder(), node.getLoc(), *data));
}

static LogicalResult importConstant(Node &node) {
  MLIRContext *context = node.getContext();
  Type f32 = Float32Type::get(context), i64 = IntegerType::get(context, 64);
  std::optional<Known> known;
  Binding binding;
  if (node.hasAttribute("value"))
    binding.initializer = node.getTensor("value");
  else if (node.hasAttribute("sparse_value"))
    return importSparseConstant(node);
  else if (node.hasAttribute("value_float"))
    known = makeList<double>(f32, node.getFloat("value_float", 0), true);
  else if (node.hasAttribute("value_floats"))
    known = makeList<double>(f32, node.getFloatList("value_floats"), false);
  else if (node.hasAttribute("value_int"))
    known = makeList<int64_t>(i64, node.getInteger("value_int", 0), true);
  else if (node.hasAttribute("value_ints"))
    known = makeList<int64_t>(i64, node.getIntegerList("value_ints"), false);
  else
    return node.fail("expects an attribute 'value', 'sparse_value', "
                     "'value_float', 'value_floats', 'value_int' or "
                     "'value_ints'");
  if (failed(node.check()))
    return failure();
  if (known)
    return node.setOutput(0, std::move(*known));
  return node.setOutput(0, std::move(binding));
}

static LogicalResult importConstantOfShape(Node &node) {
  SmallVector<int64_t> shape = node.getIntegers(0);
  onnx::TensorProto *value = node.getTensor("value");
  if (failed(node.check()))
    return failure();
  MLIRContext *context = node.getContext();
  ElementsAttr element = makeConstant(
      RankedTensorType::get({1}, Float32Type::get(context)), ArrayRef(0.0f));
  if (value) {
    auto data = takeTensorData(*value, node.getGraph().getFolder(), context);
    if (!data)
      return node.fail(llvm::toString(data.takeError()));
    element = *data;
  }
  if (element.getNumElements() != 1)
    return node.fail("expects a 'value' of one element; got " +
                     Twine(element.getNumElements()));
  auto type = getCheckedType(shape, element.getElementType());
  if (!type || llvm::is_contained(shape, ShapedType::kDynamic))
    return node.fail(type ? "expects extents that are not negative"
                          : llvm::toString(type.takeError()));
  ElementsAttr result =
      type->getNumElements() == 0
          ? makeConstant(*type, ArrayRef<char>())
          : cast<DenseElementsAttr>(element).resizeSplat(*type);
  return node.setOutput(
      0, createConstant(node.getGraph().getBuilder(), node.getLoc(), result));
}

static SmallVector<Number> getExtents(ArrayRef<int64_t> shape) {
  return llvm::map_to_vector(shape, [](int64_t extent) {
    return ShapedType::isDynamic(extent)
               ? Number::batch()
               : Number::constant(static_cast<double>(extent));
  });
}

static LogicalResult importShape(Node &node) {
  RankedTensorType type = node.getInputType(0);
  if (node.hasFailed())
    return failure();
  int64_t rank = type.getRank();
  int64_t start = 0, end = rank;
  if (node.getOpset() >= 15) {
    start = node.getInteger("start", 0);
    end = node.getInteger("end", rank);
  }
  if (failed(node.check()))
    return failure();
  for (int64_t *position : {&start, &end})
    *position = std::clamp<int64_t>(
        *position < 0 ? *position + rank : *position, 0, rank);
  SmallVector<Number> extents = getExtents(type.getShape());
  ArrayRef<Number> part =
      ArrayRef(extents).slice(start, std::max<int64_t>(end - start, 0));
  return node.setOutput(0, makeKnown(node.getContext(), part));
}

static LogicalResult importSize(Node &node) {
  RankedTensorType type = node.getInputType(0);
  if (failed(node.check()))
    return failure();
  Number size = Number::constant(1);
  for (Number extent : getExtents(type.getShape())) {
    size.value *= extent.value;
    if (!extent.isConstant())
      size.kind = extent.kind;
  }
  Known known = makeKnown(node.getContext(), size);
  known.type = RankedTensorType::get({}, known.type.getElementType());
  return node.setOutput(0, std::move(known));
}

ArrayRef<OperatorRow> mlir::cnn::getConstantOperators() {
  static const OperatorRow rows[] = {
      {"Constant", 1, importConstant},
      {"ConstantOfShape", 9, importConstantOfShape},
      {"Shape", 1, importShape},
      {"Size", 1, importSize},
  };
  return rows;
}
