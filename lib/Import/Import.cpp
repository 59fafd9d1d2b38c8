//===- Import.cpp - From ONNX to the cnn dialect --------------------------===//

#include "cnnc/Import/Import.h"

#include "Graph.h"
#include "Operators.h"
#include "TensorData.h"

#include "cnnc/Dialect/CNN/CNN.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

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
    if (!isBatch && (part.getAsInteger(10, extent) || extent < 1))
      return makeError("--input-shape expects positive extents; got '" + part +
                       "' in '" + text + "'");
    shape.push_back(isBatch ? ShapedType::kDynamic : extent);
  }
  if (name.empty() || !text.contains(':'))
    return makeError("--input-shape expects name:1x3x224x224; got '" + text +
                     "'");
  options.inputShapes[name] = shape;
  return Error::success();
}

/// `name` with everything that C does not allow in identifiers replaced.
static std::string makeIdentifier(StringRef name) {
  std::string identifier;
  for (char c : name)
    identifier += llvm::isAlnum(c) ? c : '_';
  if (identifier.empty() || llvm::isDigit(identifier.front()))
    identifier.insert(0, "_");
  return identifier;
}

static std::string getEntryName(StringRef path, const onnx::GraphProto &graph,
                                const ImportOptions &options) {
  if (!options.name.empty())
    return makeIdentifier(options.name);
  if (!graph.name().empty())
    return makeIdentifier(graph.name());
  return makeIdentifier(llvm::sys::path::stem(path));
}

//===----------------------------------------------------------------------===//
// The file
//===----------------------------------------------------------------------===//

static Error readModel(StringRef path, onnx::ModelProto &model) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return makeError("cannot be read: " + buffer.getError().message());
  size_t size = (*buffer)->getBufferSize();
  if (size > std::numeric_limits<int>::max())
    return makeError("expects a file of at most 2 GB, the limit of the format "
                     "(larger weights are external data); got " +
                     Twine(size) + " bytes");
  if (!model.ParseFromArray((*buffer)->getBufferStart(),
                            static_cast<int>(size)))
    return makeError("expects an ONNX file; got one that is truncated or of "
                     "another format");
  if (!model.has_graph())
    return makeError("expects an ONNX file; got one without a graph");
  if (model.functions_size() > 0)
    return makeError("expects a model without functions of its own; got '" +
                     model.functions(0).name() + "'");
  return Error::success();
}

static Expected<int64_t> getOpset(const onnx::ModelProto &model) {
  for (const onnx::OperatorSetIdProto &entry : model.opset_import()) {
    if (!entry.domain().empty() && entry.domain() != "ai.onnx")
      continue;
    if (entry.version() < firstOpset || entry.version() > lastOpset)
      return makeError("expects opset " + Twine(firstOpset) + " to " +
                       Twine(lastOpset) + "; got " + Twine(entry.version()));
    return entry.version();
  }
  // Opsets came with IR version 3.
  if (model.opset_import_size() == 0 && model.ir_version() < 3)
    return 1;
  return makeError("expects an opset of the domain ai.onnx; got none");
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

/// The shape the file gives an input, where it is known.
static Expected<SmallVector<int64_t>>
getDeclaredShape(const onnx::ValueInfoProto &input, StringRef example) {
  const auto &type = input.type().tensor_type();
  if (!type.has_shape())
    return makeError("expects a shape; got none (" + example + ")");
  SmallVector<int64_t> shape;
  for (const auto &dim : type.shape().dim()) {
    bool isBatch = shape.empty() && !dim.has_dim_value();
    if (!isBatch && (!dim.has_dim_value() || dim.dim_value() < 1))
      return makeError("expects a positive extent in dimension " +
                       Twine(shape.size()) + "; got " +
                       (dim.has_dim_value() ? Twine(dim.dim_value()).str()
                                            : "'" + dim.dim_param() + "'") +
                       " (" + example + ")");
    shape.push_back(isBatch ? ShapedType::kDynamic : dim.dim_value());
  }
  return shape;
}

/// What a user would type to give `input` a shape.
static std::string makeExample(const onnx::ValueInfoProto &input) {
  std::string text = "give it with --input-shape=" + input.name() + ":";
  const auto &shape = input.type().tensor_type().shape();
  if (shape.dim_size() == 0)
    return text + "1x3x224x224";
  for (auto [i, dim] : llvm::enumerate(shape.dim())) {
    int64_t guess = i == 0 ? 1 : i == 1 ? 3 : 224;
    text += (i ? "x" : "") +
            std::to_string(dim.dim_value() > 0 ? dim.dim_value() : guess);
  }
  return text;
}

static Expected<RankedTensorType>
getInputType(const onnx::ValueInfoProto &input, const ImportOptions &options,
             MLIRContext *context) {
  if (!input.type().has_tensor_type())
    return makeError("expects a tensor; got another type");
  auto element = getElementTypeOf(input.type().tensor_type().elem_type());
  if (!element)
    return element.takeError();
  Type elementType = getMLIRType(*element, context);
  auto given = options.inputShapes.find(input.name());
  if (given == options.inputShapes.end()) {
    auto shape = getDeclaredShape(input, makeExample(input));
    if (!shape)
      return shape.takeError();
    return getCheckedType(*shape, elementType);
  }
  SmallVector<int64_t> shape(given->second);
  for (auto [i, extent] : llvm::enumerate(shape))
    if (i == 0 && extent == -1)
      extent = ShapedType::kDynamic;
  const auto &type = input.type().tensor_type();
  if (type.has_shape() &&
      type.shape().dim_size() != static_cast<int>(shape.size()))
    return makeError("expects --input-shape with " +
                     Twine(type.shape().dim_size()) + " extents; got " +
                     Twine(shape.size()));
  return getCheckedType(shape, elementType);
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

namespace {

/// Builds the module of one model.
class ModelImporter {
public:
  ModelImporter(onnx::GraphProto &proto, const ImportOptions &options,
                MLIRContext *context)
      : proto(proto), options(options), builder(context) {}

  Error run(ModuleOp module, StringRef path, int64_t opset);

private:
  Error addInputs(Graph &graph, func::FuncOp function);
  Error addOutputs(Graph &graph, func::FuncOp function);
  Error checkInputShapes();

  onnx::GraphProto &proto;
  const ImportOptions &options;
  OpBuilder builder;
};

} // namespace

/// Shapes the user gave must belong to inputs.
Error ModelImporter::checkInputShapes() {
  for (const auto &entry : options.inputShapes) {
    auto isNamed = [&](const onnx::ValueInfoProto &input) {
      return input.name() == entry.first();
    };
    if (llvm::any_of(proto.input(), isNamed))
      continue;
    SmallVector<StringRef> names;
    for (const onnx::ValueInfoProto &input : proto.input())
      names.push_back(input.name());
    return makeError("expects --input-shape for one of the inputs " +
                     llvm::join(names, ", ") + "; got '" + entry.first() + "'");
  }
  return Error::success();
}

Error ModelImporter::addInputs(Graph &graph, func::FuncOp function) {
  for (const onnx::ValueInfoProto &input : proto.input()) {
    // Up to IR version 3 initializers are listed as inputs, too.
    if (graph.isBound(input.name()))
      continue;
    auto type = getInputType(input, options, builder.getContext());
    if (!type)
      return makeError("input '" + input.name() +
                       "': " + llvm::toString(type.takeError()));
    auto name = builder.getStringAttr(input.name());
    unsigned index = function.getNumArguments();
    auto attributes =
        builder.getDictionaryAttr(builder.getNamedAttr("cnn.name", name));
    if (failed(function.insertArgument(index, *type, attributes,
                                       NameLoc::get(name))))
      return makeError("input '" + input.name() + "': cannot be an argument");
    Binding binding;
    binding.value = function.getArgument(index);
    if (Error error = graph.bind(input.name(), std::move(binding)))
      return error;
  }
  return Error::success();
}

Error ModelImporter::addOutputs(Graph &graph, func::FuncOp function) {
  if (proto.output_size() == 0)
    return makeError("expects at least one output; got none");
  SmallVector<Value> results;
  for (const onnx::ValueInfoProto &output : proto.output()) {
    Expected<Value> value = graph.getValue(output.name());
    if (!value)
      return makeError("output '" + output.name() +
                       "': " + llvm::toString(value.takeError()));
    auto attributes = builder.getDictionaryAttr(
        builder.getNamedAttr("cnn.name", builder.getStringAttr(output.name())));
    if (failed(function.insertResult(results.size(), value->getType(),
                                     attributes)))
      return makeError("output '" + output.name() + "': cannot be a result");
    results.push_back(*value);
  }
  func::ReturnOp::create(builder, function.getLoc(), results);
  return Error::success();
}

/// Removes shapes, weights that were folded into others, and layers whose
/// results nobody reads.
static void eraseDeadOps(func::FuncOp function) {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(function.front())))
    if (isOpTriviallyDead(&op))
      op.erase();
}

Error ModelImporter::run(ModuleOp module, StringRef path, int64_t opset) {
  if (Error error = checkInputShapes())
    return error;
  std::string name = getEntryName(path, proto, options);
  builder.setInsertionPointToEnd(module.getBody());
  auto function =
      func::FuncOp::create(builder, NameLoc::get(builder.getStringAttr(name)),
                           name, builder.getFunctionType({}, {}));
  builder.setInsertionPointToEnd(function.addEntryBlock());

  Graph graph(builder, opset, llvm::sys::path::parent_path(path));
  if (Error error = graph.addInitializers(proto))
    return error;
  if (Error error = addInputs(graph, function))
    return error;
  if (Error error = graph.importNodes(proto))
    return error;
  if (Error error = addOutputs(graph, function))
    return error;
  eraseDeadOps(function);
  return Error::success();
}

static Expected<OwningOpRef<ModuleOp>>
importModel(StringRef path, MLIRContext *context,
            const ImportOptions &options) {
  onnx::ModelProto model;
  if (Error error = readModel(path, model))
    return error;
  Expected<int64_t> opset = getOpset(model);
  if (!opset)
    return opset.takeError();
  OwningOpRef<ModuleOp> module = ModuleOp::create(
      NameLoc::get(StringAttr::get(context, llvm::sys::path::filename(path))));
  ModelImporter importer(*model.mutable_graph(), options, context);
  if (Error error = importer.run(*module, path, *opset))
    return error;
  return module;
}

FailureOr<OwningOpRef<ModuleOp>>
mlir::cnn::importONNX(StringRef path, MLIRContext *context,
                      const ImportOptions &options) {
  context->loadDialect<CNNDialect, arith::ArithDialect, func::FuncDialect>();
  auto module = importModel(path, context, options);
  if (module)
    return std::move(*module);
  return emitError(UnknownLoc::get(context))
         << path << ": " << llvm::toString(module.takeError());
}
