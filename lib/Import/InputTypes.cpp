//===- InputTypes.cpp - The inputs of a model -----------------------------===//

#include "InputTypes.h"

#include "TensorData.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

static Error makeError(const Twine &message) {
  return createStringError(llvm::inconvertibleErrorCode(), message);
}

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

Error mlir::cnn::parseInputShape(StringRef text, ImportOptions &options) {
  auto [name, extents] = text.rsplit(':');
  SmallVector<StringRef> parts;
  if (!extents.empty())
    extents.split(parts, 'x');
  SmallVector<int64_t> shape;
  for (StringRef part : parts) {
    int64_t extent = 0;
    bool isBatch = shape.empty() && (part == "?" || part == "-1");
    if (!isBatch && (part.getAsInteger(10, extent) || extent < 0))
      return makeError("--input-shape expects extents, not negative; got '" +
                       part + "' in '" + text + "'");
    shape.push_back(isBatch ? ShapedType::kDynamic : extent);
  }
  if (name.empty() || !text.contains(':'))
    return makeError("--input-shape expects name:1x3x224x224; got '" + text +
                     "'");
  options.inputShapes[name] = shape;
  return Error::success();
}

/// Up to IR version 3 initializers are listed as inputs, too.
static bool isInitializer(const onnx::GraphProto &graph, StringRef name) {
  return llvm::any_of(
      graph.initializer(),
      [&](const onnx::TensorProto &tensor) { return tensor.name() == name; });
}

Error mlir::cnn::checkInputShapes(const onnx::GraphProto &graph,
                                  const ImportOptions &options) {
  for (const auto &entry : options.inputShapes) {
    SmallVector<StringRef> names;
    for (const onnx::ValueInfoProto &input : graph.input())
      names.push_back(input.name());
    if (!llvm::is_contained(names, entry.first()))
      return makeError("expects --input-shape for one of the inputs " +
                       llvm::join(names, ", ") + "; got '" + entry.first() +
                       "'");
  }
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Examples
//===----------------------------------------------------------------------===//

static bool isOpen(const onnx::TensorShapeProto_Dimension &dim) {
  return !dim.has_dim_value() || dim.dim_value() < 0;
}

/// Whether the file leaves open more than the batch.
static bool needsShape(const onnx::ValueInfoProto &input) {
  const auto &type = input.type().tensor_type();
  if (!type.has_shape())
    return input.type().has_tensor_type();
  const auto &dims = type.shape().dim();
  return !dims.empty() &&
         (llvm::any_of(llvm::drop_begin(dims), isOpen) ||
          (dims.Get(0).has_dim_value() && dims.Get(0).dim_value() < 0));
}

/// What a user would type to give `input` a shape, with guesses where it is
/// open.
static std::string makeOption(const onnx::ValueInfoProto &input) {
  std::string text = "--input-shape=" + input.name() + ":";
  const auto &type = input.type().tensor_type();
  if (!type.has_shape())
    return text + "1x3x224x224";
  constexpr int64_t guesses[] = {1, 3, 224, 224};
  for (auto [i, dim] : llvm::enumerate(type.shape().dim())) {
    int64_t guess = guesses[std::min<size_t>(i, 3)];
    text +=
        (i ? "x" : "") + std::to_string(isOpen(dim) ? guess : dim.dim_value());
  }
  return text;
}

/// The options for all inputs that need one, as far as they are not given.
static std::string makeOptions(const onnx::GraphProto &graph,
                               const ImportOptions &options) {
  std::string text;
  for (const onnx::ValueInfoProto &input : graph.input())
    if (needsShape(input) && !options.inputShapes.contains(input.name()) &&
        !isInitializer(graph, input.name()))
      text += " " + makeOption(input);
  return "(give it with" + text + ")";
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// The shape the file gives an input, where it is known.
static Expected<SmallVector<int64_t>>
getDeclaredShape(const onnx::ValueInfoProto &input,
                 llvm::function_ref<std::string()> makeExample) {
  const auto &type = input.type().tensor_type();
  if (!type.has_shape())
    return makeError("expects a shape; got none " + makeExample());
  SmallVector<int64_t> shape;
  for (const auto &dim : type.shape().dim()) {
    bool isBatch = shape.empty() && !dim.has_dim_value();
    if (!isBatch && isOpen(dim))
      return makeError("expects a known extent in dimension " +
                       Twine(shape.size()) + "; got " +
                       (dim.has_dim_value() ? Twine(dim.dim_value()).str()
                                            : "'" + dim.dim_param() + "'") +
                       " " + makeExample());
    shape.push_back(isBatch ? ShapedType::kDynamic : dim.dim_value());
  }
  return shape;
}

static StringRef describeKind(const onnx::TypeProto &type) {
  if (type.has_sequence_type())
    return "a sequence";
  if (type.has_optional_type())
    return "an optional value";
  if (type.has_map_type())
    return "a map";
  if (type.has_sparse_tensor_type())
    return "a sparse tensor";
  return "no type";
}

Expected<RankedTensorType>
mlir::cnn::getInputType(const onnx::ValueInfoProto &input,
                        const onnx::GraphProto &graph,
                        const ImportOptions &options, MLIRContext *context) {
  if (!input.type().has_tensor_type())
    return makeError("expects a tensor; got " + describeKind(input.type()));
  const auto &type = input.type().tensor_type();
  auto element = getElementTypeOf(type.elem_type());
  if (!element)
    return element.takeError();
  Type elementType = getMLIRType(*element, context);
  auto given = options.inputShapes.find(input.name());
  if (given == options.inputShapes.end()) {
    auto shape =
        getDeclaredShape(input, [&] { return makeOptions(graph, options); });
    if (!shape)
      return shape.takeError();
    return getCheckedType(*shape, elementType);
  }
  SmallVector<int64_t> shape(given->second);
  if (!shape.empty() && shape.front() == -1)
    shape.front() = ShapedType::kDynamic;
  if (type.has_shape() &&
      type.shape().dim_size() != static_cast<int>(shape.size()))
    return makeError("expects --input-shape with " +
                     Twine(type.shape().dim_size()) + " extents; got " +
                     Twine(shape.size()));
  return getCheckedType(shape, elementType);
}
