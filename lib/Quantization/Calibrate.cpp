//===- Calibrate.cpp - What the tensors of a network hold -----------------===//
//
// A copy of the network, whose results are the tensors to observe, runs on
// every image.
//
//===----------------------------------------------------------------------===//

#include "Calibrate.h"

#include "cnnc/Reference/Interpreter.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cnn;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

namespace {

/// A module with a copy of `function` that returns `values`.
OwningOpRef<ModuleOp> makeObserved(func::FuncOp function,
                                   ArrayRef<Value> values) {
  OpBuilder builder(function.getContext());
  OwningOpRef<ModuleOp> module = ModuleOp::create(function.getLoc());
  IRMapping mapping;
  auto copy = cast<func::FuncOp>(function->clone(mapping));
  module->push_back(copy);
  Operation *terminator = copy.front().getTerminator();
  SmallVector<Value> results;
  for (Value value : values)
    results.push_back(mapping.lookup(value));
  terminator->setOperands(results);
  copy.setType(builder.getFunctionType(copy.getArgumentTypes(),
                                       ValueRange(results).getTypes()));
  copy.removeResAttrsAttr();
  return module;
}

/// What the network says of its one input.
Expected<TensorInfo> getInput(func::FuncOp function) {
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

/// Groups of images as large as the network's batch.
class Batches {
public:
  Batches(const DataSet &data, const TensorInfo &info, int64_t count)
      : data(data), info(info), count(count),
        batch(info.hasDynamicBatch() ? 1 : info.shape[0]) {}

  int64_t getBatch() const { return batch; }

  /// The images from `first` on; a last group begins anew where they end.
  Expected<Tensor> get(int64_t first) const {
    Tensor input(info.type, info.getShape(batch));
    size_t size = input.getBytes().size() / batch;
    for (int64_t i = 0; i < batch; ++i) {
      int64_t index = (first + i) % count;
      Expected<Tensor> image = data.getImage(index);
      if (!image)
        return image.takeError();
      for (double number : image->toDoubles())
        if (!std::isfinite(number))
          return createFileError(
              data.describe(index),
              createStringError(
                  "expected finite numbers, got one that is " +
                  Twine(std::isnan(number) ? "NaN" : "infinite")));
      llvm::copy(std::as_const(*image).getBytes(),
                 input.getBytes().begin() + i * size);
    }
    return input;
  }

private:
  const DataSet &data;
  const TensorInfo &info;
  int64_t count, batch;
};

/// Adds the means of the channels of one run, weighted with `share`.
void addChannelMeans(const Tensor &tensor, double share,
                     std::vector<double> &means) {
  ArrayRef<int64_t> shape = tensor.getShape();
  if (shape.size() < 2 || tensor.getElementCount() == 0)
    return;
  means.resize(shape[1], 0);
  int64_t plane = tensor.getElementCount() / (shape[0] * shape[1]);
  double weight = share / static_cast<double>(plane * shape[0]);
  ArrayRef<float> values = tensor.get<float>();
  for (int64_t row = 0; row < shape[0] * shape[1]; ++row) {
    double sum = 0;
    for (float value : values.slice(row * plane, plane))
      sum += value;
    means[row % shape[1]] += sum * weight;
  }
}

Error observe(ArrayRef<Value> values, ArrayRef<Tensor> tensors, double share,
              const QuantizationOptions &options, Statistics &statistics) {
  for (auto [value, tensor] : llvm::zip_equal(values, tensors)) {
    TensorStatistics &known = statistics[value];
    if (!known.observer.add(tensor.get<float>(), options.range.momentum)) {
      std::string location;
      llvm::raw_string_ostream(location) << value.getLoc();
      return createStringError("the result of " + location +
                               " has numbers that are not finite");
    }
    addChannelMeans(tensor, share, known.channelMeans);
  }
  return Error::success();
}

Expected<RunFunction> loadReference(ModuleOp module) {
  auto function = *module.getOps<func::FuncOp>().begin();
  return [function](ArrayRef<Tensor> inputs) {
    return interpret(function, inputs);
  };
}

} // namespace

Expected<Statistics> mlir::cnn::calibrate(func::FuncOp function,
                                          ArrayRef<Value> values,
                                          const QuantizationOptions &options) {
  Expected<TensorInfo> input = getInput(function);
  if (!input)
    return input.takeError();
  auto data = openDataSet(options.calibration, *input, options.data,
                          DataPurpose::Calibration);
  if (!data)
    return data.takeError();
  int64_t count = (*data)->getCount();
  if (options.calibrationCount)
    count = std::min(count, options.calibrationCount);
  Batches batches(**data, *input, count);
  // A picture that cannot be read is found before the network is compiled.
  Expected<Tensor> images = batches.get(0);
  if (!images)
    return images.takeError();

  // Arguments are known without running anything.
  SmallVector<Value> results, arguments;
  for (Value value : values)
    (isa<BlockArgument>(value) ? arguments : results).push_back(value);
  OwningOpRef<ModuleOp> module = makeObserved(function, results);
  bool compiles = options.load && !options.useReference;
  Expected<RunFunction> run =
      compiles ? options.load(*module) : loadReference(*module);
  if (!run)
    return run.takeError();
  Statistics statistics;
  double share = batches.getBatch() /
                 static_cast<double>(llvm::alignTo(count, batches.getBatch()));
  for (int64_t first = 0; first < count; first += batches.getBatch()) {
    if (options.progress)
      options.progress->setStep("calibrating", first, count);
    if (first > 0)
      images = batches.get(first);
    if (!images)
      return images.takeError();
    Expected<std::vector<Tensor>> tensors = (*run)(*images);
    if (!tensors)
      return tensors.takeError();
    if (Error error = observe(results, *tensors, share, options, statistics))
      return std::move(error);
    SmallVector<Tensor> inputs(arguments.size(), *images);
    if (Error error = observe(arguments, inputs, share, options, statistics))
      return std::move(error);
  }
  return statistics;
}
