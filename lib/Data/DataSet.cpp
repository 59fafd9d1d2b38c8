//===- DataSet.cpp - Images in folders ------------------------------------===//

#include "cnnc/Data/DataSet.h"

#include "ArrayDataSet.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

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

constexpr StringRef fileKinds[] = {".png", ".jpg", ".jpeg", ".npy", ".pb"};

/// The files of a folder.
class Folder : public DataSet {
public:
  Folder(StringRef directory, std::vector<LabelledFile> files,
         const TensorInfo &image, const PictureOptions &options)
      : directory(directory), files(std::move(files)), image(image),
        options(options) {}

  int64_t getCount() const override { return files.size(); }
  int64_t getLabel(int64_t index) const override { return files[index].label; }
  std::string describe(int64_t index) const override {
    SmallString<128> path(directory);
    llvm::sys::path::append(path, files[index].file);
    return path.str().str();
  }

  Expected<Tensor> getImage(int64_t index) const override {
    std::string path = describe(index);
    Expected<Tensor> tensor = readTensorFile(path, image, options);
    if (tensor && (tensor->getType() != image.type ||
                   tensor->getShape() != ArrayRef(image.shape)))
      return createFileError(
          path, createStringError("expected " +
                                  mlir::cnn::describe(image.type, image.shape) +
                                  ", got " + mlir::cnn::describe(*tensor)));
    return tensor;
  }

private:
  std::string directory;
  std::vector<LabelledFile> files;
  TensorInfo image;
  PictureOptions options;
};

Expected<std::vector<LabelledFile>> readLabels(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return createFileError(path, buffer.getError());
  Expected<std::vector<LabelledFile>> files =
      parseLabels((*buffer)->getBuffer());
  if (!files)
    return createFileError(path, files.takeError());
  return files;
}

/// All pictures and tensors of a folder, without classes.
Expected<std::vector<LabelledFile>> listFiles(StringRef directory) {
  std::vector<LabelledFile> files;
  std::error_code code;
  for (llvm::sys::fs::directory_iterator it(directory, code), end;
       it != end && !code; it.increment(code)) {
    StringRef path = it->path();
    if (llvm::is_contained(fileKinds, llvm::sys::path::extension(path).lower()))
      files.push_back({llvm::sys::path::filename(path).str(), -1});
  }
  if (code)
    return createFileError(directory, code);
  if (files.empty())
    return createFileError(
        directory,
        createStringError("expected a folder with pictures or tensors (" +
                          llvm::join(ArrayRef(fileKinds), ", ") +
                          ") or with a labels.tsv, got none"));
  llvm::sort(files, [](const LabelledFile &a, const LabelledFile &b) {
    return a.file < b.file;
  });
  return files;
}

Expected<std::unique_ptr<DataSet>> openFolder(StringRef directory,
                                              const TensorInfo &image,
                                              const DataOptions &options,
                                              DataPurpose purpose) {
  SmallString<128> labels(directory);
  llvm::sys::path::append(labels, "labels.tsv");
  bool readsLabels =
      purpose == DataPurpose::Validation || llvm::sys::fs::exists(labels);
  Expected<std::vector<LabelledFile>> files =
      readsLabels ? readLabels(labels) : listFiles(directory);
  if (!files)
    return files.takeError();
  return std::make_unique<Folder>(directory, std::move(*files), image,
                                  options.picture);
}

} // namespace

DataSet::~DataSet() = default;

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

Expected<std::unique_ptr<DataSet>>
mlir::cnn::openDataSet(StringRef path, const TensorInfo &input,
                       const DataOptions &options, DataPurpose purpose) {
  if (input.shape.empty() || input.shape[0] == 0)
    return createStringError("a data set needs an input with a batch, got " +
                             describe(input));
  TensorInfo image = input;
  image.shape[0] = 1;
  std::string extension = llvm::sys::path::extension(path).lower();
  if (extension == ".npz" || extension == ".npy")
    return openArrays(path, image, options, purpose);
  return openFolder(path, image, options, purpose);
}
