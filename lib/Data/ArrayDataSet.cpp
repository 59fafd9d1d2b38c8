//===- ArrayDataSet.cpp - Images in numpy's files -------------------------===//

#include "ArrayDataSet.h"
#include "Pixels.h"

#include "cnnc/Data/NpzFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <cstring>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;

namespace {

bool isFloat(ElementType type) { return getName(type).contains("float"); }

/// Images and, for validation, their classes.
struct Arrays {
  std::string name;
  Tensor images;
  std::vector<int64_t> labels;
};

class ArrayDataSet : public DataSet {
public:
  ArrayDataSet(StringRef path, Arrays arrays, const TensorInfo &image,
               const PictureOptions &options)
      : path(path), arrays(std::move(arrays)), image(image), options(options) {}

  int64_t getCount() const override { return arrays.images.getShape()[0]; }
  int64_t getLabel(int64_t index) const override {
    return arrays.labels.empty() ? -1 : arrays.labels[index];
  }
  std::string describe(int64_t index) const override {
    return path + ": " + arrays.name + "[" + std::to_string(index) + "]";
  }

  Expected<Tensor> getImage(int64_t index) const override {
    ArrayRef<char> all = arrays.images.getBytes();
    size_t size = all.size() / getCount();
    ArrayRef<char> bytes = all.slice(index * size, size);
    Expected<Tensor> tensor = isFloat(arrays.images.getType())
                                  ? takeFloats(bytes)
                                  : takePicture(bytes);
    if (!tensor)
      return createFileError(describe(index), tensor.takeError());
    return tensor;
  }

private:
  /// What the network takes, only in another element type perhaps.
  Expected<Tensor> takeFloats(ArrayRef<char> bytes) const {
    ArrayRef<int64_t> shape = arrays.images.getShape().drop_front();
    if (shape != ArrayRef(image.shape).drop_front())
      return createStringError(
          "expected " + mlir::cnn::describe(image.type, image.shape) +
          ", or pictures of uint8, got " +
          mlir::cnn::describe(arrays.images.getType(), shape));
    Tensor tensor(arrays.images.getType(), image.shape);
    llvm::copy(bytes, tensor.getBytes().begin());
    return tensor.convertTo(image.type);
  }

  Expected<Tensor> takePicture(ArrayRef<char> bytes) const {
    SmallVector<int64_t> shape(arrays.images.getShape().drop_front());
    if (shape.size() == 2)
      shape.push_back(1);
    if (shape.size() != 3)
      return createStringError(
          "expected pictures of HxWxC, CxHxW or HxW, got " +
          mlir::cnn::describe(arrays.images.getType(), shape));
    auto isChannels = [](int64_t extent) { return extent == 1 || extent == 3; };
    bool channelsFirst = isChannels(shape[0]) && !isChannels(shape[2]);
    int64_t channels = channelsFirst ? shape[0] : shape[2];
    Pixels pixels{channelsFirst ? shape[1] : shape[0],
                  channelsFirst ? shape[2] : shape[1], channels,
                  std::vector<uint8_t>(bytes.begin(), bytes.end())};
    if (channelsFirst) {
      int64_t plane = pixels.height * pixels.width;
      for (int64_t c = 0; c < channels; ++c)
        for (int64_t i = 0; i < plane; ++i)
          pixels.values[i * channels + c] = bytes[c * plane + i];
    }
    Expected<Tensor> tensor =
        fitPicture(std::move(pixels), image.shape, options);
    if (!tensor)
      return tensor;
    return convertPicture(*tensor, image.type);
  }

  std::string path;
  Arrays arrays;
  TensorInfo image;
  PictureOptions options;
};

/// The array called `given`, or the first of `<word>_<what>` and `<what>` that
/// there is.
Expected<std::string> findName(const NpzFile &file, StringRef given,
                               StringRef what, ArrayRef<StringRef> words) {
  if (!given.empty())
    return given.str();
  SmallVector<std::string> candidates;
  for (StringRef word : words)
    candidates.push_back((word + "_" + what).str());
  candidates.push_back(what.str());
  for (const std::string &name : candidates)
    if (file.contains(name))
      return name;
  return createStringError("expected an array called " +
                           llvm::join(candidates, " or ") + ", or --npz-" +
                           what + " to name it; there are " +
                           llvm::join(file.getNames(), ", "));
}

Expected<std::vector<int64_t>> readLabels(const NpzFile &file, StringRef name) {
  Expected<Tensor> tensor = file.read(name);
  if (!tensor)
    return tensor.takeError();
  std::vector<int64_t> labels;
  for (double label : tensor->toDoubles()) {
    labels.push_back(static_cast<int64_t>(label));
    if (isFloat(tensor->getType()) || labels.back() < 0)
      return createStringError("array '" + name +
                               "': expected indices of classes, got " +
                               Twine(labels.back()) + " in " + describe(*tensor));
  }
  return labels;
}

Expected<Arrays> readNpz(StringRef bytes, const DataOptions &options,
                         DataPurpose purpose) {
  Expected<NpzFile> file = NpzFile::parse(bytes);
  if (!file)
    return file.takeError();
  bool validates = purpose == DataPurpose::Validation;
  SmallVector<StringRef> words =
      validates ? SmallVector<StringRef>{"validation", "test"}
                : SmallVector<StringRef>{"calibration", "train"};
  Arrays arrays;
  Expected<std::string> name = findName(*file, options.images, "images", words);
  if (!name)
    return name.takeError();
  arrays.name = *name;
  Expected<Tensor> images = file->read(*name);
  if (!images)
    return images.takeError();
  arrays.images = std::move(*images);
  if (!validates)
    return arrays;
  Expected<std::string> labelName =
      findName(*file, options.labels, "labels", words);
  if (!labelName)
    return labelName.takeError();
  Expected<std::vector<int64_t>> labels = readLabels(*file, *labelName);
  if (!labels)
    return labels.takeError();
  arrays.labels = std::move(*labels);
  if (arrays.images.getRank() > 0 &&
      static_cast<int64_t>(arrays.labels.size()) != arrays.images.getShape()[0])
    return createStringError("'" + *labelName + "' has " +
                             Twine(arrays.labels.size()) + " classes for the " +
                             Twine(arrays.images.getShape()[0]) +
                             " images of '" + arrays.name + "'");
  return arrays;
}

Expected<Arrays> readNpy(StringRef bytes, DataPurpose purpose) {
  if (purpose == DataPurpose::Validation)
    return createStringError("an .npy file has no classes; expected a folder "
                             "with a labels.tsv or an .npz file");
  Expected<Tensor> images = parseNpy(bytes);
  if (!images)
    return images.takeError();
  return Arrays{"images", std::move(*images), {}};
}

} // namespace

Expected<std::unique_ptr<DataSet>>
mlir::cnn::openArrays(StringRef path, const TensorInfo &image,
                      const DataOptions &options, DataPurpose purpose) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createFileError(path, buffer.getError());
  StringRef bytes = (*buffer)->getBuffer();
  bool isNpz = llvm::sys::path::extension(path).lower() == ".npz";
  Expected<Arrays> arrays =
      isNpz ? readNpz(bytes, options, purpose) : readNpy(bytes, purpose);
  if (!arrays)
    return createFileError(path, arrays.takeError());
  ElementType type = arrays->images.getType();
  if (arrays->images.getRank() < 2 || arrays->images.getShape()[0] == 0 ||
      !(isFloat(type) || type == ElementType::UInt8))
    return createFileError(
        path, createStringError("'" + arrays->name +
                                "': expected at least one image, of uint8 or "
                                "floats, got " +
                                describe(arrays->images)));
  return std::make_unique<ArrayDataSet>(path, std::move(*arrays), image,
                                        options.picture);
}
