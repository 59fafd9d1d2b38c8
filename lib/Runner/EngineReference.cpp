//===- EngineReference.cpp - The interpreter as an engine -----------------===//

#include "cnnc/Runner/ModelFile.h"

#include "cnnc/Reference/Interpreter.h"
#include "cnnc/Support/ModelInterface.h"
#include "cnnc/Support/Progress.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

namespace {

/// What the function says of one argument or result.
Expected<TensorInfo> readInfo(Type type, StringAttr name, Twine defaultName) {
  TensorInfo info;
  info.name = name ? name.str() : defaultName.str();
  auto tensor = dyn_cast<RankedTensorType>(type);
  std::optional<ElementType> element;
  if (tensor)
    element = getElementType(tensor.getElementType());
  if (!element) {
    std::string text;
    llvm::raw_string_ostream(text) << type;
    return createStringError("expected '" + info.name +
                             "' to be a ranked tensor of numbers, got " + text);
  }
  info.type = *element;
  for (int64_t extent : tensor.getShape())
    info.shape.push_back(ShapedType::isDynamic(extent) ? -1 : extent);
  return info;
}

/// An error if an extent behind the first is not known.
Error checkExtents(ArrayRef<TensorInfo> infos) {
  for (const TensorInfo &info : infos)
    for (auto [index, extent] : llvm::enumerate(info.shape))
      if (extent < 0 && index > 0)
        return createStringError("extent " + Twine(index) + " of '" +
                                 info.name +
                                 "' is not known; --input-shape gives it");
  return Error::success();
}

class ReferenceEngine : public Engine {
public:
  ReferenceEngine(std::shared_ptr<ModelFile> model, func::FuncOp function,
                  EntryTypes types)
      : model(std::move(model)), function(function), types(std::move(types)) {}

  ArrayRef<TensorInfo> getInputs() const override { return types.inputs; }
  ArrayRef<TensorInfo> getOutputs() const override { return types.outputs; }

  Error runInto(ArrayRef<Tensor> tensors,
                std::vector<Tensor> &results) override {
    Expected<int64_t> batch = checkInputs(tensors);
    if (!batch)
      return batch.takeError();
    Progress progress;
    int64_t count =
        std::distance(function.front().begin(), function.front().end());
    InterpreterOptions options;
    options.observer = [&, done = int64_t(0)](Operation *op,
                                              const auto &) mutable {
      progress.setStep(op->getName().getStringRef(), ++done, count);
    };
    Expected<std::vector<Tensor>> computed =
        interpret(function, tensors, options);
    if (!computed)
      return computed.takeError();
    results = std::move(*computed);
    return Error::success();
  }

private:
  std::shared_ptr<ModelFile> model;
  func::FuncOp function;
  EntryTypes types;
};

} // namespace

Expected<func::FuncOp> mlir::cnn::getFunction(ModelFile &model) {
  FailureOr<Operation *> entry;
  Error error = collectErrors(model.context.get(), [&]() -> Error {
    entry = findEntry(*model.module);
    if (failed(entry))
      return createStringError("the model has no entry");
    return Error::success();
  });
  if (error)
    return std::move(error);
  auto function = dyn_cast<func::FuncOp>(*entry);
  if (!function)
    return createStringError("the interpreter runs a func.func, got " +
                             (*entry)->getName().getStringRef());
  return function;
}

Expected<EntryTypes> mlir::cnn::readTypes(func::FuncOp function) {
  EntryTypes types;
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
    Expected<TensorInfo> info =
        readInfo(type, function.getArgAttrOfType<StringAttr>(index, "cnn.name"),
                 "input_" + Twine(index));
    if (!info)
      return info.takeError();
    types.inputs.push_back(std::move(*info));
  }
  for (auto [index, type] : llvm::enumerate(function.getResultTypes())) {
    Expected<TensorInfo> info = readInfo(
        type, function.getResultAttrOfType<StringAttr>(index, "cnn.name"),
        "output_" + Twine(index));
    if (!info)
      return info.takeError();
    info->length =
        interface::readLength(function.getResultAttr(index, interface::length));
    types.outputs.push_back(std::move(*info));
  }
  return types;
}

Expected<std::unique_ptr<Engine>>
mlir::cnn::makeReferenceEngine(std::shared_ptr<ModelFile> model) {
  Expected<func::FuncOp> function = getFunction(*model);
  if (!function)
    return function.takeError();
  Expected<EntryTypes> types = readTypes(*function);
  if (!types)
    return types.takeError();
  if (Error error = checkExtents(types->inputs))
    return std::move(error);
  if (Error error = checkExtents(types->outputs))
    return std::move(error);
  return std::make_unique<ReferenceEngine>(std::move(model), *function,
                                           std::move(*types));
}
