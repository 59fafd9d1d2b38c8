//===- EngineReference.cpp - The interpreter as an engine -----------------===//

#include "ModelFile.h"

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
  for (auto [index, extent] : llvm::enumerate(tensor.getShape())) {
    bool isDynamic = ShapedType::isDynamic(extent);
    if (isDynamic && index > 0)
      return createStringError("extent " + Twine(index) + " of '" + info.name +
                               "' is not known; --input-shape gives it");
    info.shape.push_back(isDynamic ? -1 : extent);
  }
  return info;
}

class ReferenceEngine : public Engine {
public:
  ReferenceEngine(std::shared_ptr<ModelFile> model, func::FuncOp function)
      : model(std::move(model)), function(function) {}

  /// Reads the types of the function's arguments and results.
  Error readTypes() {
    for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
      Expected<TensorInfo> info = readInfo(
          type, function.getArgAttrOfType<StringAttr>(index, "cnn.name"),
          "input_" + Twine(index));
      if (!info)
        return info.takeError();
      inputs.push_back(std::move(*info));
    }
    for (auto [index, type] : llvm::enumerate(function.getResultTypes())) {
      Expected<TensorInfo> info = readInfo(
          type, function.getResultAttrOfType<StringAttr>(index, "cnn.name"),
          "output_" + Twine(index));
      if (!info)
        return info.takeError();
      info->length = interface::readLength(
          function.getResultAttr(index, interface::length));
      outputs.push_back(std::move(*info));
    }
    return Error::success();
  }

  ArrayRef<TensorInfo> getInputs() const override { return inputs; }
  ArrayRef<TensorInfo> getOutputs() const override { return outputs; }

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
  std::vector<TensorInfo> inputs, outputs;
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

Expected<std::unique_ptr<Engine>>
mlir::cnn::makeReferenceEngine(std::shared_ptr<ModelFile> model) {
  Expected<func::FuncOp> function = getFunction(*model);
  if (!function)
    return function.takeError();
  auto engine = std::make_unique<ReferenceEngine>(std::move(model), *function);
  if (Error error = engine->readTypes())
    return std::move(error);
  return engine;
}
