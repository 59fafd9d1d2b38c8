//===- DataSet.cpp - How often a classifier is right ----------------------===//

#include "cnnc/Runner/DataSet.h"
#include "cnnc/Runner/Inputs.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <cmath>
#include <cstring>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::SmallString;
using llvm::StringRef;
using llvm::Twine;

namespace {

/// Runs the network on groups of pictures as large as its batch.
class Classifier {
public:
  Classifier(Engine &engine, const PictureOptions &options)
      : engine(engine), options(options) {}

  Error checkNetwork() {
    if (engine.getInputs().size() != 1 || engine.getOutputs().empty())
      return createStringError(
          "a data set needs a network with one input and an output, got " +
          Twine(engine.getInputs().size()) + " inputs and " +
          Twine(engine.getOutputs().size()) + " outputs");
    const TensorInfo &info = engine.getInputs()[0];
    image = info;
    if (image.shape.empty() || image.shape[0] == 0)
      return createStringError("a data set needs an input with a batch, got " +
                               describe(info));
    batch = info.hasDynamicBatch() ? 1 : info.shape[0];
    image.shape[0] = 1;
    return Error::success();
  }

  int64_t getBatch() const { return batch; }

  /// Classifies at most `getBatch()` files; a smaller group leaves the rest of
  /// the batch zero.
  Error classify(StringRef directory, ArrayRef<LabelledFile> files,
                 Accuracy &accuracy) {
    Tensor input(image.type, engine.getInputs()[0].getShape(batch));
    int64_t bytesPerImage = input.getBytes().size() / batch;
    for (auto [index, file] : llvm::enumerate(files)) {
      Expected<Tensor> picture = readImage(directory, file.file);
      if (!picture)
        return picture.takeError();
      std::memcpy(input.getBytes().data() + index * bytesPerImage,
                  picture->getBytes().data(), bytesPerImage);
    }
    if (Error error = engine.runInto(input, outputs))
      return error;
    std::vector<double> scores = outputs[0].toDoubles();
    int64_t classes = scores.size() / batch;
    for (auto [index, file] : llvm::enumerate(files)) {
      if (file.label >= classes)
        return createFileError(
            directory,
            createStringError(file.file + " has class " + Twine(file.label) +
                              ", but the network's first output has " +
                              Twine(classes) + " scores"));
      int64_t rank = getRank(
          ArrayRef<double>(scores).slice(index * classes, classes), file.label);
      ++accuracy.images;
      accuracy.firstRight += rank < 1;
      accuracy.amongFirstFive += rank < 5;
    }
    return Error::success();
  }

private:
  Expected<Tensor> readImage(StringRef directory, StringRef file) {
    SmallString<128> path(directory);
    llvm::sys::path::append(path, file);
    Expected<Tensor> tensor = readTensorFile(path, image, options);
    if (tensor && (tensor->getType() != image.type ||
                   tensor->getShape() != ArrayRef(image.shape)))
      return createFileError(
          path,
          createStringError("expected " + describe(image.type, image.shape) +
                            ", got " + describe(*tensor)));
    return tensor;
  }

  Engine &engine;
  const PictureOptions &options;
  /// The network's input for one image.
  TensorInfo image;
  int64_t batch = 1;
  std::vector<Tensor> outputs;
};

Expected<std::vector<LabelledFile>> readLabels(StringRef directory) {
  SmallString<128> path(directory);
  llvm::sys::path::append(path, "labels.tsv");
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return createFileError(path, buffer.getError());
  Expected<std::vector<LabelledFile>> files =
      parseLabels((*buffer)->getBuffer());
  if (!files)
    return createFileError(path, files.takeError());
  return files;
}

} // namespace

Expected<std::vector<LabelledFile>> mlir::cnn::parseLabels(StringRef text) {
  std::vector<LabelledFile> files;
  int64_t number = 0;
  for (StringRef line : llvm::split(text, '\n')) {
    ++number;
    line = line.rtrim('\r');
    if (line.empty())
      continue;
    auto [file, label] = line.split('\t');
    LabelledFile labelled{file.str(), 0};
    if (file.empty() || label.trim().getAsInteger(10, labelled.label) ||
        labelled.label < 0)
      return createStringError("line " + Twine(number) +
                               ": expected a file, a tab and the index of a "
                               "class, got " +
                               line.take_front(60));
    files.push_back(std::move(labelled));
  }
  if (files.empty())
    return createStringError("expected at least one file");
  return files;
}

int64_t mlir::cnn::getRank(ArrayRef<double> scores, int64_t label) {
  if (std::isnan(scores[label]))
    return scores.size();
  int64_t rank = 0;
  for (auto [index, score] : llvm::enumerate(scores))
    rank += score > scores[label] ||
            (score == scores[label] && static_cast<int64_t>(index) < label);
  return rank;
}

Expected<Accuracy> mlir::cnn::measureAccuracy(
    Engine &engine, StringRef directory, const PictureOptions &options,
    llvm::function_ref<void(int64_t, int64_t)> progress) {
  Classifier classifier(engine, options);
  if (Error error = classifier.checkNetwork())
    return std::move(error);
  Expected<std::vector<LabelledFile>> files = readLabels(directory);
  if (!files)
    return files.takeError();
  Accuracy accuracy;
  for (ArrayRef<LabelledFile> rest = *files; !rest.empty();) {
    auto group = rest.take_front(classifier.getBatch());
    if (Error error = classifier.classify(directory, group, accuracy))
      return std::move(error);
    rest = rest.drop_front(group.size());
    progress(accuracy.images, files->size());
  }
  return accuracy;
}
