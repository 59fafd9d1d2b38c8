//===- Accuracy.cpp - How often a classifier is right ---------------------===//

#include "cnnc/Runner/Accuracy.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

namespace {

/// Runs the network on groups of images as large as its batch.
class Classifier {
public:
  Classifier(Engine &engine, const DataSet &data)
      : engine(engine), data(data) {}

  /// Classifies images from `first` on, at most as many as the batch has; a
  /// smaller group leaves the rest of the batch zero.
  Error classify(int64_t first, Accuracy &accuracy) {
    Expected<Tensor> input = readImages(data, engine.getInputs()[0], first);
    if (!input)
      return input.takeError();
    if (Error error = engine.runInto(*input, outputs))
      return error;
    int64_t batch = input->getShape()[0];
    int64_t count = std::min(batch, data.getCount() - first);
    std::vector<double> scores = outputs[0].toDoubles();
    int64_t classes = scores.size() / batch;
    for (int64_t i = 0; i < count; ++i) {
      int64_t label = data.getLabel(first + i);
      if (label >= classes)
        return createFileError(
            data.describe(first + i),
            createStringError("its class is " + Twine(label) +
                              ", but the network's first output has " +
                              Twine(classes) + " scores"));
      ArrayRef<double> own =
          ArrayRef<double>(scores).slice(i * classes, classes);
      int64_t rank = getRank(own, label);
      ++accuracy.images;
      accuracy.classes.push_back(getBest(own));
      accuracy.firstRight += rank < 1;
      accuracy.amongFirstFive += rank < 5;
    }
    return Error::success();
  }

private:
  Engine &engine;
  const DataSet &data;
  std::vector<Tensor> outputs;
};

} // namespace

int64_t mlir::cnn::getRank(ArrayRef<double> scores, int64_t label) {
  if (std::isnan(scores[label]))
    return scores.size();
  int64_t rank = 0;
  for (auto [index, score] : llvm::enumerate(scores))
    rank += score > scores[label] ||
            (score == scores[label] && static_cast<int64_t>(index) < label);
  return rank;
}

int64_t mlir::cnn::getBest(ArrayRef<double> scores) {
  int64_t best = -1;
  for (auto [index, score] : llvm::enumerate(scores))
    if (!std::isnan(score) && (best < 0 || score > scores[best]))
      best = index;
  return best;
}

Expected<Tensor> mlir::cnn::readImages(const DataSet &data,
                                       const TensorInfo &info, int64_t first) {
  int64_t batch = info.hasDynamicBatch() ? 1 : info.shape[0];
  Tensor input(info.type, info.getShape(batch));
  int64_t bytesPerImage = input.getBytes().size() / batch;
  int64_t count = std::min(batch, data.getCount() - first);
  for (int64_t i = 0; i < count; ++i) {
    Expected<Tensor> image = data.getImage(first + i);
    if (!image)
      return image.takeError();
    llvm::copy(std::as_const(*image).getBytes(),
               input.getBytes().begin() + i * bytesPerImage);
  }
  return input;
}

Expected<Accuracy> mlir::cnn::measureAccuracy(
    Engine &engine, StringRef path, const DataOptions &options,
    llvm::function_ref<void(int64_t, int64_t)> progress) {
  if (engine.getInputs().size() != 1 || engine.getOutputs().empty())
    return createStringError(
        "a data set needs a network with one input and an output, got " +
        Twine(engine.getInputs().size()) + " inputs and " +
        Twine(engine.getOutputs().size()) + " outputs");
  auto data = openDataSet(path, engine.getInputs()[0], options,
                          DataPurpose::Validation);
  if (!data)
    return data.takeError();
  Classifier classifier(engine, **data);
  Accuracy accuracy;
  while (accuracy.images < (*data)->getCount()) {
    if (Error error = classifier.classify(accuracy.images, accuracy))
      return std::move(error);
    progress(accuracy.images, (*data)->getCount());
  }
  return accuracy;
}
