//===- Calibrate.cpp - What the tensors of a network hold -----------------===//
//
// A copy of the network, whose results are the tensors to observe, runs on
// every image.
//
//===----------------------------------------------------------------------===//

#include "Calibrate.h"

#include "cnnc/Calibration/Images.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

namespace {

/// A module with a copy of `function` that returns `values`.
OwningOpRef<ModuleOp> makeObserved(func::FuncOp function,
                                   ArrayRef<Value> values) {
  IRMapping mapping;
  OwningOpRef<ModuleOp> module = copyNetwork(function, mapping);
  SmallVector<Value> results;
  for (Value value : values)
    results.push_back(mapping.lookup(value));
  setResults(*module, results);
  return module;
}

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

} // namespace

Expected<Statistics> mlir::cnn::calibrate(func::FuncOp function,
                                          ArrayRef<Value> values,
                                          const QuantizationOptions &options) {
  // A picture that cannot be read is found before the network is compiled.
  Expected<CalibrationImages> images =
      CalibrationImages::open(function, options.calibration);
  if (!images)
    return images.takeError();
  // Arguments are known without running anything.
  SmallVector<Value> results, arguments;
  for (Value value : values)
    (isa<BlockArgument>(value) ? arguments : results).push_back(value);
  OwningOpRef<ModuleOp> module = makeObserved(function, results);
  Expected<RunFunction> run = loadNetwork(*module, options.calibration);
  if (!run)
    return run.takeError();
  Statistics statistics;
  double share = 1 / static_cast<double>(images->getRunCount());
  Error error =
      images->forEachRun("calibrating", [&](const Tensor &input) -> Error {
        Expected<std::vector<Tensor>> tensors = (*run)(input);
        if (!tensors)
          return tensors.takeError();
        if (Error error =
                observe(results, *tensors, share, options, statistics))
          return error;
        SmallVector<Tensor> inputs(arguments.size(), input);
        return observe(arguments, inputs, share, options, statistics);
      });
  if (error)
    return std::move(error);
  return statistics;
}
