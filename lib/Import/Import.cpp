//===- Import.cpp - From ONNX to the cnn dialect --------------------------===//

#include "cnnc/Import/Import.h"

#include "Graph.h"
#include "InputTypes.h"
#include "Operators.h"

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/ModelInterface.h"

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
// The file
//===----------------------------------------------------------------------===//

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

static Expected<std::unique_ptr<llvm::MemoryBuffer>> readFile(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return makeError("cannot be read: " + buffer.getError().message());
  return std::move(*buffer);
}

static Error parseModel(StringRef bytes, onnx::ModelProto &model) {
  if (bytes.size() > std::numeric_limits<int>::max())
    return makeError("expects a file of at most 2 GB, the limit of the format "
                     "(larger weights are external data); got " +
                     Twine(bytes.size()) + " bytes");
  if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return makeError("expects an ONNX file; got one that is truncated, that "
                     "nests messages more than 100 deep, or of another format");
  if (!model.has_graph())
    return makeError("expects an ONNX file; got one without a graph");
  return Error::success();
}

static Expected<Opsets> getOpsets(const onnx::ModelProto &model) {
  Opsets opsets;
  for (const onnx::OperatorSetIdProto &entry : model.opset_import())
    opsets.try_emplace(entry.domain() == "ai.onnx" ? "" : entry.domain(),
                       entry.version());
  // Opsets came with IR version 3.
  if (opsets.empty() && model.ir_version() < 3)
    opsets[""] = 1;
  if (!opsets.contains(""))
    return makeError("expects an opset of the domain ai.onnx; got none");
  int64_t version = opsets[""];
  if (version < firstOpset || version > lastOpset)
    return makeError("expects opset " + Twine(firstOpset) + " to " +
                     Twine(lastOpset) + "; got " + Twine(version));
  return opsets;
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

namespace {

/// Builds the module of one model.
class ModelImporter {
public:
  ModelImporter(onnx::ModelProto &model, const ImportOptions &options,
                MLIRContext *context)
      : model(model), proto(*model.mutable_graph()), options(options),
        builder(context) {}

  Expected<OwningOpRef<ModuleOp>> run(StringRef path);

  /// After a run without an error: what the model has, a line per operator.
  StringRef getSummary() const { return summary; }

private:
  Error addInputs(Graph &graph, func::FuncOp function);
  Error addOutputs(Graph &graph, func::FuncOp function);
  Error addLengths(Graph &graph, func::FuncOp function,
                   SmallVectorImpl<Value> &results);
  Error addNodes(Graph &graph, func::FuncOp function);

  onnx::ModelProto &model;
  onnx::GraphProto &proto;
  const ImportOptions &options;
  OpBuilder builder;
  std::string summary;
};

} // namespace

Error ModelImporter::addInputs(Graph &graph, func::FuncOp function) {
  for (const onnx::ValueInfoProto &input : proto.input()) {
    // An initializer, which up to IR version 3 is listed as an input, too.
    if (graph.isBound(input.name()))
      continue;
    auto type = getInputType(input, proto, options, builder.getContext());
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
  if (Error error = addLengths(graph, function, results))
    return error;
  func::ReturnOp::create(builder, function.getLoc(), results);
  return Error::success();
}

/// Adds the counts of valid rows that outputs need as outputs of their own;
/// outputs with the same count share it.
Error ModelImporter::addLengths(Graph &graph, func::FuncOp function,
                                SmallVectorImpl<Value> &results) {
  llvm::DenseMap<Value, StringAttr> counts;
  for (int64_t i = 0; i < proto.output_size(); ++i) {
    std::optional<Length> length = graph.getLengths().get(results[i]);
    if (!length)
      continue;
    StringAttr &name = counts[length->count];
    if (!name) {
      name = builder.getStringAttr(proto.output(i).name() + "_count");
      auto attributes =
          builder.getDictionaryAttr(builder.getNamedAttr("cnn.name", name));
      if (failed(function.insertResult(results.size(), length->count.getType(),
                                       attributes)))
        return makeError("output '" + name.getValue() +
                         "': cannot be a result");
      results.push_back(length->count);
    }
    function.setResultAttr(
        i, interface::length,
        interface::makeLength({name.str(), length->dimension},
                              builder.getContext()));
  }
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

Error ModelImporter::addNodes(Graph &graph, func::FuncOp function) {
  if (Error error = graph.addFunctions(model))
    return error;
  if (Error error = graph.addInitializers(proto))
    return error;
  if (Error error = addInputs(graph, function))
    return error;
  if (Error error = graph.importNodes(*proto.mutable_node()))
    return error;
  if (graph.getReport().hasRefusals())
    return makeError(graph.getReport().describeRefusals());
  return addOutputs(graph, function);
}

Expected<OwningOpRef<ModuleOp>> ModelImporter::run(StringRef path) {
  Expected<Opsets> opsets = getOpsets(model);
  if (!opsets)
    return opsets.takeError();
  if (Error error = checkInputShapes(proto, options))
    return error;
  OwningOpRef<ModuleOp> module = ModuleOp::create(
      NameLoc::get(builder.getStringAttr(llvm::sys::path::filename(path))));
  std::string name = getEntryName(path, proto, options);
  builder.setInsertionPointToEnd(module->getBody());
  auto function =
      func::FuncOp::create(builder, NameLoc::get(builder.getStringAttr(name)),
                           name, builder.getFunctionType({}, {}));
  builder.setInsertionPointToEnd(function.addEntryBlock());

  Graph graph(builder, *opsets, llvm::sys::path::parent_path(path),
              options.maxCopiedNodes);
  if (Error error = addNodes(graph, function))
    return error;
  eraseDeadOps(function);
  summary = graph.getReport().summarize();
  return module;
}

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

/// Imports the model in `buffer`, and puts into `summary` what it has.
static Expected<OwningOpRef<ModuleOp>>
importModel(llvm::MemoryBufferRef buffer, MLIRContext *context,
            const ImportOptions &options, std::string *summary = nullptr) {
  context->loadDialect<CNNDialect, arith::ArithDialect, func::FuncDialect>();
  onnx::ModelProto model;
  if (Error error = parseModel(buffer.getBuffer(), model))
    return error;
  ModelImporter importer(model, options, context);
  auto module = importer.run(buffer.getBufferIdentifier());
  if (module && summary)
    *summary = importer.getSummary().str();
  return module;
}

static LogicalResult emitProblem(MLIRContext *context, StringRef path,
                                 Error error) {
  return emitError(UnknownLoc::get(context))
         << path << ": " << llvm::toString(std::move(error));
}

FailureOr<OwningOpRef<ModuleOp>>
mlir::cnn::importONNX(llvm::MemoryBufferRef buffer, MLIRContext *context,
                      const ImportOptions &options) {
  auto module = importModel(buffer, context, options);
  if (module)
    return std::move(*module);
  return emitProblem(context, buffer.getBufferIdentifier(), module.takeError());
}

FailureOr<OwningOpRef<ModuleOp>>
mlir::cnn::importONNX(StringRef path, MLIRContext *context,
                      const ImportOptions &options) {
  auto buffer = readFile(path);
  if (!buffer)
    return emitProblem(context, path, buffer.takeError());
  return importONNX((*buffer)->getMemBufferRef(), context, options);
}

LogicalResult mlir::cnn::checkONNX(StringRef path, MLIRContext *context,
                                   const ImportOptions &options,
                                   raw_ostream &stream) {
  auto report = [&](Error error) {
    stream << path << ": " << llvm::toString(std::move(error)) << "\n";
    return failure();
  };
  auto buffer = readFile(path);
  if (!buffer)
    return report(buffer.takeError());
  std::string summary;
  auto module =
      importModel((*buffer)->getMemBufferRef(), context, options, &summary);
  if (!module)
    return report(module.takeError());
  stream << path << ":\n" << summary;
  return success();
}

std::vector<std::string> mlir::cnn::listOperators() {
  std::vector<std::string> names;
  for (const OperatorRow *row : getOperators())
    names.push_back(row->getQualifiedName());
  llvm::sort(names);
  return names;
}
