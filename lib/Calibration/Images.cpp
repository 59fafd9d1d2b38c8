//===- Images.cpp - Runs of a network on images ---------------------------===//

#include "cnnc/Calibration/Images.h"

#include "cnnc/Reference/Interpreter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

/// What the network says of its one input.
static Expected<TensorInfo> getInput(func::FuncOp function) {
  auto type = function.getNumArguments() == 1
                  ? dyn_cast<RankedTensorType>(function.getArgumentTypes()[0])
                  : RankedTensorType();
  std::optional<ElementType> element;
  if (type)
    element = cnn::getElementType(type.getElementType());
  if (!element)
    return createStringError("calibration needs a network with one input, a "
                             "tensor of numbers; got " +
                             Twine(function.getNumArguments()) + " inputs");
  TensorInfo info;
  auto name = function.getArgAttrOfType<StringAttr>(0, "cnn.name");
  info.name = name ? name.str() : "input";
  info.type = *element;
  for (int64_t extent : type.getShape())
    info.shape.push_back(ShapedType::isDynamic(extent) ? -1 : extent);
  return info;
}

Expected<CalibrationImages>
CalibrationImages::open(func::FuncOp function,
                        const CalibrationOptions &options) {
  Expected<TensorInfo> input = getInput(function);
  if (!input)
    return input.takeError();
  auto data = openDataSet(options.images, *input, options.data,
                          DataPurpose::Calibration);
  if (!data)
    return data.takeError();
  CalibrationImages images;
  images.data = std::move(*data);
  images.info = *input;
  images.batch = input->hasDynamicBatch() ? 1 : input->shape[0];
  images.skipped = options.skipped;
  images.count = images.data->getCount() - options.skipped;
  if (images.count <= 0)
    return createStringError("expected more than " + Twine(options.skipped) +
                             " images in '" + options.images + "'");
  if (options.count)
    images.count = std::min(images.count, options.count);
  images.progress = options.progress;
  if (Expected<Tensor> first = images.get(0); !first)
    return first.takeError();
  return images;
}

Expected<Tensor> CalibrationImages::get(int64_t first) const {
  Tensor input(info.type, info.getShape(batch));
  size_t size = input.getBytes().size() / batch;
  for (int64_t i = 0; i < batch; ++i) {
    int64_t index = skipped + (first + i) % count;
    Expected<Tensor> image = data->getImage(index);
    if (!image)
      return image.takeError();
    for (double number : image->toDoubles())
      if (!std::isfinite(number))
        return createFileError(
            data->describe(index),
            createStringError("expected finite numbers, got one that is " +
                              Twine(std::isnan(number) ? "NaN" : "infinite")));
    llvm::copy(std::as_const(*image).getBytes(),
               input.getBytes().begin() + i * size);
  }
  return input;
}

int64_t CalibrationImages::getRunCount() const {
  return llvm::divideCeil(count, batch);
}

Error CalibrationImages::forEachRun(
    StringRef step, llvm::function_ref<Error(const Tensor &)> visit) const {
  for (int64_t first = 0; first < count; first += batch) {
    if (progress)
      progress->setStep(step, first, count);
    Expected<Tensor> input = get(first);
    if (!input)
      return input.takeError();
    if (Error error = visit(*input))
      return error;
  }
  return Error::success();
}

OwningOpRef<ModuleOp> mlir::cnn::copyNetwork(func::FuncOp function,
                                             IRMapping &mapping) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(function.getLoc());
  module->push_back(function->clone(mapping));
  return module;
}

void mlir::cnn::setResults(ModuleOp module, ValueRange results) {
  auto function = *module.getOps<func::FuncOp>().begin();
  function.front().getTerminator()->setOperands(results);
  function.setType(FunctionType::get(
      module.getContext(), function.getArgumentTypes(), results.getTypes()));
  function.removeResAttrsAttr();
}

Expected<RunFunction>
mlir::cnn::loadNetwork(ModuleOp module, const CalibrationOptions &options) {
  if (options.load && !options.useReference)
    return options.load(module);
  auto function = *module.getOps<func::FuncOp>().begin();
  return [function](ArrayRef<Tensor> inputs) {
    return interpret(function, inputs);
  };
}
