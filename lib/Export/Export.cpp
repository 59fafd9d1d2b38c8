//===- Export.cpp - From the cnn dialect to ONNX --------------------------===//

#include "cnnc/Export/Export.h"

#include "ModelFile.h"
#include "OpWriter.h"

#include "cnnc/Support/ModelInterface.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::Error;

llvm::Error mlir::cnn::checkExportOptions(const ExportOptions &options) {
  if (options.opset >= firstExportOpset && options.opset <= lastExportOpset)
    return Error::success();
  return llvm::createStringError(
      llvm::formatv("expects an opset from {0} to {1}; got {2}",
                    firstExportOpset, lastExportOpset, options.opset));
}

/// The version of the format that came with an opset.
static int64_t getFormatVersion(int64_t opset) {
  if (opset >= 21)
    return 10;
  if (opset >= 19)
    return 9;
  return opset >= 15 ? 8 : 7;
}

namespace {

/// Writes the entry of a module as one graph.
class ModelExporter {
public:
  ModelExporter(func::FuncOp function, const ExportOptions &options)
      : function(function), graph(*model.mutable_graph(), options) {}

  LogicalResult run();
  Error write(StringRef path) { return writeModelFile(model, graph, path); }

private:
  void describe();
  void addInputs();
  LogicalResult collectOutputs();
  LogicalResult addNodes();
  void addOutput(int64_t index);
  Name getResultName(int64_t index);
  std::optional<OutputLength> getLength(int64_t index);
  llvm::DenseSet<Operation *> findNeeded();
  Name addValidPart(int64_t index, const OutputLength &length);
  Name addOutputTensor(int64_t index);
  void noteBatch(Operation &op);
  onnx::TensorShapeProto &addShape(onnx::ValueInfoProto &info, Value value);

  func::FuncOp function;
  onnx::ModelProto model;
  GraphWriter graph;
  /// Rows of a value with a dynamic first extent for each image.
  llvm::DenseMap<Value, double> rowsPerImage;
  SmallVector<Value> results;
  /// Results that say how long others are, and which those replace.
  llvm::StringMap<Value> lengths;
};

} // namespace

//===----------------------------------------------------------------------===//
// The interface
//===----------------------------------------------------------------------===//

void ModelExporter::describe() {
  model.set_ir_version(getFormatVersion(graph.getOptions().opset));
  model.set_producer_name("cnnc");
  model.set_producer_version(CNNC_VERSION);
  onnx::OperatorSetIdProto &opset = *model.add_opset_import();
  opset.set_domain("");
  opset.set_version(graph.getOptions().opset);
  if (graph.usesMicrosoftDomain()) {
    onnx::OperatorSetIdProto &microsoft = *model.add_opset_import();
    microsoft.set_domain(microsoftDomain.str());
    microsoft.set_version(1);
  }
  graph.getProto().set_name(function.getName().str());
}

/// The type of a tensor; its dynamic extent has a name if it is the batch.
onnx::TensorShapeProto &ModelExporter::addShape(onnx::ValueInfoProto &info,
                                                Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  onnx::TypeProto::Tensor &tensor = *info.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(getDataType(type.getElementType()));
  onnx::TensorShapeProto &shape = *tensor.mutable_shape();
  for (int64_t extent : type.getShape()) {
    onnx::TensorShapeProto::Dimension &dimension = *shape.add_dim();
    if (!ShapedType::isDynamic(extent))
      dimension.set_dim_value(extent);
    else if (rowsPerImage.lookup(value) == 1)
      dimension.set_dim_param("batch");
  }
  return shape;
}

static bool hasDynamicExtent(Value value) {
  return llvm::is_contained(getShape(value), ShapedType::kDynamic);
}

void ModelExporter::addInputs() {
  for (BlockArgument argument : function.getArguments()) {
    unsigned index = argument.getArgNumber();
    auto name = function.getArgAttrOfType<StringAttr>(index, "cnn.name");
    onnx::ValueInfoProto &input = *graph.getProto().add_input();
    input.set_name(
        graph.makeUnique(name ? name.str() : "input_" + std::to_string(index)));
    if (hasDynamicExtent(argument))
      rowsPerImage[argument] = 1;
    addShape(input, argument);
    graph.set(argument, input.name());
  }
}

Name ModelExporter::getResultName(int64_t index) {
  auto name = function.getResultAttrOfType<StringAttr>(index, "cnn.name");
  return name ? name.str() : "output_" + std::to_string(index);
}

/// Nothing for a result that is valid as a whole.
std::optional<OutputLength> ModelExporter::getLength(int64_t index) {
  return interface::readLength(
      function.getResultAttr(index, interface::length));
}

/// Reserves the names of the results. Counts of valid rows are no results of
/// their own: in ONNX, the tensor that they belong to has as many rows.
LogicalResult ModelExporter::collectOutputs() {
  auto terminator = cast<func::ReturnOp>(function.front().getTerminator());
  llvm::append_range(results, terminator.getOperands());
  for (auto [index, value] : llvm::enumerate(results)) {
    graph.reserve(getResultName(index));
    if (auto length = getLength(index))
      lengths[length->output] = Value();
    else if (value.getDefiningOp() && !getConstant(value))
      graph.setOutputName(value, getResultName(index));
  }
  for (auto [index, value] : llvm::enumerate(results))
    if (auto found = lengths.find(getResultName(index)); found != lengths.end())
      found->second = value;
  for (const auto &length : lengths)
    if (!length.second)
      return function.emitError("cannot be written as ONNX; expects that "
                                "'cnn.length' names a result; got '")
             << length.first() << "'";
  return success();
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

static double getImageSize(Value value, double rows) {
  for (int64_t extent : getShape(value))
    rows *= ShapedType::isDynamic(extent) ? 1 : static_cast<double>(extent);
  return rows;
}

/// Follows the batch: reshapes may make several rows of one image.
void ModelExporter::noteBatch(Operation &op) {
  Value result = op.getResult(0);
  auto operand = llvm::find_if(op.getOperands(), hasDynamicExtent);
  if (!hasDynamicExtent(result) || operand == op.operand_end())
    return;
  double rows = rowsPerImage.lookup(*operand);
  if (isa<ReshapeOp>(op) && getImageSize(result, 1) != 0)
    rows = getImageSize(*operand, rows) / getImageSize(result, 1);
  rowsPerImage[result] = rows;
}

static bool isCutOff(Operation *op) {
  return isa_and_present<NonZeroOp, NonMaxSuppressionOp>(op);
}

/// The ops that some output needs and that are not written as a part of
/// another.
llvm::DenseSet<Operation *> ModelExporter::findNeeded() {
  llvm::DenseSet<Operation *> needed;
  auto add = [&](Value value) {
    if (!value)
      return;
    graph.setRead(value);
    if (value.getDefiningOp())
      needed.insert(value.getDefiningOp());
  };
  for (auto [index, value] : llvm::enumerate(results)) {
    if (lengths.contains(getResultName(index)))
      continue;
    std::optional<OutputLength> length = getLength(index);
    // These ops know themselves how many rows are valid.
    if (length && isCutOff(value.getDefiningOp())) {
      needed.insert(value.getDefiningOp());
      continue;
    }
    add(value);
    if (length)
      add(lengths.lookup(length->output));
  }
  for (Operation &op : llvm::reverse(function.front().without_terminator()))
    if (needed.contains(&op))
      for (Value operand :
           getOperandsToWrite(&op, graph.getOptions().quantized))
        add(operand);
  return needed;
}

LogicalResult ModelExporter::addNodes() {
  llvm::DenseSet<Operation *> needed = findNeeded();
  for (Operation &op : function.front().without_terminator()) {
    if (isa<arith::ConstantOp>(op) || !needed.contains(&op))
      continue;
    const ExportRow *row = findExportRow(op.getName().getStringRef());
    if (!row)
      return op.emitOpError("cannot be written as ONNX; expects ops of the cnn "
                            "dialect, as there are at boundaries A and B");
    OpWriter writer(graph, &op);
    if (failed(row->write(writer)))
      return failure();
    noteBatch(op);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

/// The first rows of a result, as many as another says.
Name ModelExporter::addValidPart(int64_t index, const OutputLength &length) {
  auto list = [&](int64_t value) {
    return graph.addConstant(
        makeConstant(int64_t(1), value, function.getContext()), "constant");
  };
  std::string name = getResultName(index);
  Name count = graph.addNode(
      {"Reshape", {graph.get(lengths.lookup(length.output)), list(1)}, {}},
      name + "_rows")[0];
  Name part = graph.addNode(
      {"Slice",
       {graph.get(results[index]), list(0), count, list(length.dimension)},
       {}},
      name)[0];
  graph.renameLast(part, name);
  return name;
}

Name ModelExporter::addOutputTensor(int64_t index) {
  std::optional<OutputLength> length = getLength(index);
  if (!length)
    return graph.get(results[index]);
  Name part = graph.getValidPart(results[index]);
  return part.empty() ? addValidPart(index, *length) : part;
}

void ModelExporter::addOutput(int64_t index) {
  std::string name = getResultName(index);
  if (lengths.contains(name))
    return;
  Name tensor = addOutputTensor(index);
  if (tensor != name) {
    Name same = graph.addNode({"Identity", {tensor}, {}}, name)[0];
    graph.renameLast(same, name);
  }
  onnx::ValueInfoProto &output = *graph.getProto().add_output();
  output.set_name(name);
  onnx::TensorShapeProto &shape = addShape(output, results[index]);
  if (auto length = getLength(index))
    shape.mutable_dim(static_cast<int>(length->dimension))
        ->set_dim_param(length->output);
}

LogicalResult ModelExporter::run() {
  if (!llvm::hasSingleElement(function.getBody()))
    return function.emitError("cannot be written as ONNX; expects one block");
  addInputs();
  if (failed(collectOutputs()) || failed(addNodes()))
    return failure();
  for (int64_t i = 0, count = results.size(); i < count; ++i)
    addOutput(i);
  describe();
  return success();
}

LogicalResult mlir::cnn::exportONNX(ModuleOp module, StringRef path,
                                    const ExportOptions &options) {
  if (Error error = checkExportOptions(options))
    return module.emitError(llvm::toString(std::move(error)));
  FailureOr<Operation *> entry = findEntry(module);
  if (failed(entry))
    return failure();
  auto function = dyn_cast<func::FuncOp>(*entry);
  if (!function)
    return (*entry)->emitError(
        "cannot be written as ONNX; expects a func.func");
  ModelExporter exporter(function, options);
  if (failed(exporter.run()))
    return failure();
  if (Error error = exporter.write(path))
    return emitError(UnknownLoc::get(module.getContext()))
           << path << ": " << llvm::toString(std::move(error));
  return success();
}
