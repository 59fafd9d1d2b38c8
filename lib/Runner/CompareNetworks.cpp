//===- CompareNetworks.cpp - Two versions of one network ------------------===//
//
// Both are simplified, so that they have the same layers, and interpreted;
// layers of the same name are compared.
//
//===----------------------------------------------------------------------===//

#include "CompareNetworks.h"
#include "LayerValues.h"
#include "cnnc/Runner/ModelFile.h"

#include "cnnc/Reference/Interpreter.h"
#include "cnnc/Runner/Inputs.h"
#include "cnnc/Support/Progress.h"
#include "cnnc/Transforms/Passes.h"

#include "mlir/IR/TypeUtilities.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

namespace {

/// A network, open to look at what its layers compute.
struct Network {
  std::string path;
  std::shared_ptr<ModelFile> file;
  func::FuncOp function;
  std::unique_ptr<Engine> engine;
};

/// Removes what hides that two networks have the same layers.
Error simplify(ModelFile &file) {
  return collectErrors(file.context.get(), [&]() -> Error {
    PassManager manager(file.context.get(), ModuleOp::getOperationName());
    manager.addNestedPass<func::FuncOp>(createSimplify());
    manager.addNestedPass<func::FuncOp>(createFoldBN());
    if (failed(manager.run(*file.module)))
      return createStringError("the network cannot be simplified");
    return Error::success();
  });
}

Expected<Network> openNetwork(const RunOptions &options) {
  Progress progress;
  progress.setStep("reading " + options.model);
  Expected<ModelFile> file = readModelFile(options.model, options.import);
  if (!file)
    return file.takeError();
  Network network;
  network.path = options.model;
  network.file = std::make_shared<ModelFile>(std::move(*file));
  progress.finish();
  if (Error error = quantizeModel(*network.file, options.compile))
    return std::move(error);
  if (options.compile.optimize)
    if (Error error = simplify(*network.file))
      return std::move(error);
  if (Error error = getFunction(*network.file).moveInto(network.function))
    return std::move(error);
  if (Error error = makeReferenceEngine(network.file).moveInto(network.engine))
    return createFileError(options.model, std::move(error));
  return network;
}

/// The options for the network to compare with.
RunOptions getReferenceOptions(const RunOptions &options) {
  RunOptions reference = options;
  reference.model = options.compareWith;
  reference.compile.quantization.reset();
  reference.compile.weightsOnly.reset();
  return reference;
}

std::string listInputs(const Network &network) {
  std::string text = "\n'" + network.path + "' has";
  for (const TensorInfo &info : network.engine->getInputs())
    text += "\n  " + describe(info);
  return text;
}

/// Inputs of one network are inputs of the other.
Error checkInputs(const Network &network, const Network &reference) {
  auto isSame = [](const TensorInfo &one, const TensorInfo &other) {
    int64_t batch = one.hasDynamicBatch() ? 1
                    : one.shape.empty()   ? 1
                                          : one.shape[0];
    return one.name == other.name && one.type == other.type &&
           one.getShape(batch) == other.getShape(batch);
  };
  ArrayRef<TensorInfo> inputs = network.engine->getInputs();
  ArrayRef<TensorInfo> others = reference.engine->getInputs();
  if (inputs.size() == others.size() &&
      llvm::all_of(llvm::zip(inputs, others), [&](const auto &pair) {
        return isSame(std::get<0>(pair), std::get<1>(pair));
      }))
    return Error::success();
  return createStringError("expected two networks with the same inputs, in "
                           "names, element types and shapes;" +
                           listInputs(network) + listInputs(reference));
}

/// A layer in both networks, and where its error is added up.
struct LayerPair {
  LayerValue expected, actual;
  TensorError *error;
};

bool haveSameShape(Value one, Value other) {
  return succeeded(verifyCompatibleShape(one.getType(), other.getType()));
}

/// Compares the tensors of two networks run by run.
class LayerComparison {
public:
  LayerComparison(Network &network, Network &reference)
      : network(network), reference(reference) {
    result.model = network.path;
    result.reference = reference.path;
  }

  /// Finds the layers and outputs that both networks have.
  Error match();

  /// Runs both networks.
  Error run(ArrayRef<Tensor> inputs);

  NetworkComparison takeResult() { return std::move(result); }

private:
  void matchLayer(StringRef name, ArrayRef<LayerValue> actual,
                  ArrayRef<LayerValue> expected);
  void matchOutputs();
  Error makeNoLayerError(const LayerValues &layers,
                         const LayerValues &expected) const;
  static void add(const LayerPair &pair, const Tensor &expected,
                  const Tensor &actual);

  Network &network, &reference;
  NetworkComparison result;
  std::vector<LayerPair> layers, outputs;
};

void LayerComparison::matchLayer(StringRef name, ArrayRef<LayerValue> actual,
                                 ArrayRef<LayerValue> expected) {
  auto refuse = [&](const Twine &reason) {
    result.unmatched.push_back({name.str(), reason.str()});
  };
  if (actual.empty() || expected.empty())
    return refuse("integers of unknown scale in '" +
                  (actual.empty() ? network : reference).path + "'");
  // What a layer has become computes its value last.
  for (const LayerValue &value : llvm::reverse(actual)) {
    if (!haveSameShape(value.value, expected.back().value))
      continue;
    layers.push_back({expected.back(), value, nullptr});
    result.layers.push_back({name.str(),
                             value.getKind().str(),
                             expected.back().getKind().str(),
                             {},
                             {}});
    return;
  }
  refuse("of different shapes");
}

void LayerComparison::matchOutputs() {
  for (auto [index, info] : llvm::enumerate(network.engine->getOutputs())) {
    ArrayRef<TensorInfo> others = reference.engine->getOutputs();
    auto other = llvm::find_if(others, [&, &name = info.name](const auto &one) {
      return one.name == name;
    });
    if (other == others.end()) {
      result.unmatched.push_back(
          {info.name, "an output of '" + network.path + "' only"});
      continue;
    }
    LayerValue actual = getResultValue(network.function, index);
    LayerValue expected =
        getResultValue(reference.function, other - others.begin());
    if (!haveSameShape(actual.value, expected.value)) {
      result.unmatched.push_back({info.name, "outputs of different shapes"});
      continue;
    }
    outputs.push_back({expected, actual, nullptr});
    result.outputs.push_back(
        {info.name, actual.getKind().str(), expected.getKind().str(), {}, {}});
  }
}

Error LayerComparison::makeNoLayerError(const LayerValues &actual,
                                        const LayerValues &expected) const {
  for (auto [values, path] : {std::pair(&actual, &network.path),
                              std::pair(&expected, &reference.path)})
    if (values->empty())
      return createFileError(
          *path,
          createStringError("no layer has a name to be matched by; files that "
                            "cnn-opt writes with -o, .mlirbc and .mlir, keep "
                            "the names of ONNX nodes"));
  return createStringError("no layer of '" + network.path +
                           "' has the name of a layer of '" + reference.path +
                           "'; the first ones are '" + actual.front().first +
                           "' and '" + expected.front().first + "'");
}

Error LayerComparison::match() {
  LayerValues actual = findLayerValues(network.function);
  LayerValues expected = findLayerValues(reference.function);
  for (auto &[name, values] : actual) {
    auto other = expected.find(name);
    if (other != expected.end())
      matchLayer(name, values, other->second);
    else
      result.unmatched.push_back(
          {name.str(), "only in '" + network.path + "'"});
  }
  for (auto &[name, values] : expected)
    if (!actual.contains(name))
      result.unmatched.push_back(
          {name.str(), "only in '" + reference.path + "'"});
  if (layers.empty())
    return makeNoLayerError(actual, expected);
  matchOutputs();
  for (auto [pair, error] : llvm::zip_equal(layers, result.layers))
    pair.error = &error;
  for (auto [pair, error] : llvm::zip_equal(outputs, result.outputs))
    pair.error = &error;
  return Error::success();
}

void LayerComparison::add(const LayerPair &pair, const Tensor &expected,
                          const Tensor &actual) {
  pair.error->shape = llvm::to_vector(actual.getShape());
  pair.error->error.add(pair.expected.toNumbers(expected),
                        pair.actual.toNumbers(actual));
}

Error LayerComparison::run(ArrayRef<Tensor> inputs) {
  llvm::DenseMap<Value, const LayerPair *> wanted;
  for (const LayerPair &pair : layers)
    wanted[pair.expected.value] = &pair;
  llvm::DenseMap<const LayerPair *, Tensor> known;
  InterpreterOptions options;
  options.observer = [&](Operation *op, ArrayRef<Tensor> results) {
    if (const LayerPair *pair = wanted.lookup(op->getResult(0)))
      known[pair] = results.front();
  };
  auto expected = interpret(reference.function, inputs, options);
  if (!expected)
    return createFileError(reference.path, expected.takeError());

  wanted.clear();
  for (const LayerPair &pair : layers)
    wanted[pair.actual.value] = &pair;
  options.observer = [&](Operation *op, ArrayRef<Tensor> results) {
    const LayerPair *pair = wanted.lookup(op->getResult(0));
    if (!pair)
      return;
    add(*pair, known[pair], results.front());
    known.erase(pair);
  };
  auto actual = interpret(network.function, inputs, options);
  if (!actual)
    return createFileError(network.path, actual.takeError());
  auto getResult = [](const auto &results, Network &of, Value value) {
    auto operands = of.function.front().getTerminator()->getOperands();
    return results[llvm::find(operands, value) - operands.begin()];
  };
  for (const LayerPair &pair : outputs)
    add(pair, getResult(*expected, reference, pair.expected.value),
        getResult(*actual, network, pair.actual.value));
  ++result.runs;
  return Error::success();
}

/// Runs both networks on the first images of the data set.
Error compareOnDataSet(LayerComparison &comparison, const Network &network,
                       const RunOptions &options) {
  if (network.engine->getInputs().size() != 1)
    return createStringError("a data set needs a network with one input, got " +
                             Twine(network.engine->getInputs().size()) +
                             " inputs");
  const TensorInfo &input = network.engine->getInputs()[0];
  auto data = openDataSet(options.dataSet, input, options.data,
                          DataPurpose::Validation);
  if (!data)
    return data.takeError();
  int64_t count = std::min((*data)->getCount(), options.compareCount);
  Progress progress;
  for (int64_t first = 0; first < count;) {
    progress.setStep("comparing layers", first, count);
    Expected<Tensor> images = readImages(**data, input, first);
    if (!images)
      return images.takeError();
    if (Error error = comparison.run(*images))
      return error;
    first += images->getShape()[0];
  }
  return Error::success();
}

Error compareOnInputs(LayerComparison &comparison, const Network &network,
                      const RunOptions &options) {
  Progress progress;
  progress.setStep("comparing layers");
  for (StringRef directory : options.testData) {
    Expected<TestData> data = readTestData(*network.engine, directory);
    if (!data)
      return data.takeError();
    if (Error error = comparison.run(data->inputs))
      return error;
  }
  if (!options.testData.empty())
    return Error::success();
  Expected<std::vector<Tensor>> inputs =
      readInputs(*network.engine, options.inputs, options.data.picture,
                 options.randomInputs);
  if (!inputs)
    return inputs.takeError();
  return comparison.run(*inputs);
}

/// How often the network is right; compiles it, unless the options say no.
Expected<Accuracy> measure(Network &network, const RunOptions &options) {
  if (!options.useReference) {
    if (Error error = compileModel(*network.file, options.compile)
                          .moveInto(network.engine))
      return createFileError(network.path, std::move(error));
  }
  Progress progress;
  return measureAccuracy(*network.engine, options.dataSet, options.data,
                         [&](int64_t done, int64_t all) {
                           progress.setStep("pictures", done, all);
                         });
}

} // namespace

Expected<NetworkComparison>
mlir::cnn::compareNetworks(const RunOptions &options) {
  Expected<Network> network = openNetwork(options);
  if (!network)
    return network.takeError();
  Expected<Network> reference = openNetwork(getReferenceOptions(options));
  if (!reference)
    return reference.takeError();
  if (Error error = checkInputs(*network, *reference))
    return std::move(error);
  LayerComparison comparison(*network, *reference);
  if (Error error = comparison.match())
    return std::move(error);
  bool hasDataSet = !options.dataSet.empty();
  if (Error error = hasDataSet ? compareOnDataSet(comparison, *network, options)
                               : compareOnInputs(comparison, *network, options))
    return std::move(error);
  NetworkComparison result = comparison.takeResult();
  if (!hasDataSet)
    return result;
  for (auto [of, accuracy] :
       {std::pair(&*network, &result.accuracy),
        std::pair(&*reference, &result.referenceAccuracy)}) {
    Expected<Accuracy> measured = measure(*of, options);
    if (!measured)
      return measured.takeError();
    *accuracy = std::move(*measured);
  }
  return result;
}
