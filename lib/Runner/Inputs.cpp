//===- Inputs.cpp - The inputs of a network, from files -------------------===//

#include "cnnc/Runner/Inputs.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Expected;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;

namespace {

/// What a network takes, for messages.
std::string listInputs(const Engine &engine) {
  std::string text;
  for (const TensorInfo &info : engine.getInputs())
    text += "\n  " + describe(info);
  return text;
}

/// The position of an input and the file it comes from.
struct Assignment {
  size_t index;
  StringRef path;
};

/// Takes "name=file" apart, or "file" for a network with one input.
Expected<Assignment> parseAssignment(const Engine &engine, StringRef text) {
  ArrayRef<TensorInfo> infos = engine.getInputs();
  auto parts = text.split('=');
  if (text.contains('=')) {
    for (size_t index = 0; index < infos.size(); ++index)
      if (infos[index].name == parts.first)
        return Assignment{index, parts.second};
    return createStringError("the network has no input '" + parts.first +
                             "'; its inputs are" + listInputs(engine));
  }
  if (infos.size() != 1)
    return createStringError("expected name=file, as the network has " +
                             Twine(infos.size()) + " inputs, got " + text +
                             listInputs(engine));
  return Assignment{0, text};
}

/// Reads PREFIX_0.pb, PREFIX_1.pb and so on for each of `infos`.
Expected<std::vector<Tensor>> readNumbered(StringRef directory,
                                           StringRef prefix,
                                           ArrayRef<TensorInfo> infos) {
  auto getPath = [&](size_t index) {
    llvm::SmallString<128> path(directory);
    llvm::sys::path::append(path, prefix + "_" + Twine(index) + ".pb");
    return path;
  };
  std::vector<Tensor> tensors;
  for (const auto &[index, info] : llvm::enumerate(infos)) {
    Expected<Tensor> tensor = readTensorFile(getPath(index), info, {});
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }
  if (llvm::sys::fs::exists(getPath(infos.size())))
    return createFileError(getPath(infos.size()),
                           createStringError("the network has only " +
                                             Twine(infos.size()) + " " +
                                             prefix + "s"));
  return tensors;
}

} // namespace

Expected<std::vector<Tensor>>
mlir::cnn::readInputs(const Engine &engine, ArrayRef<std::string> files,
                      const PictureOptions &options, bool randomIfAbsent) {
  ArrayRef<TensorInfo> infos = engine.getInputs();
  std::vector<std::optional<Tensor>> given(infos.size());
  for (const std::string &text : files) {
    Expected<Assignment> assignment = parseAssignment(engine, text);
    if (!assignment)
      return assignment.takeError();
    const TensorInfo &info = infos[assignment->index];
    std::optional<Tensor> &slot = given[assignment->index];
    if (slot)
      return createStringError("input '" + info.name + "' is given twice");
    Expected<Tensor> tensor = readTensorFile(assignment->path, info, options);
    if (!tensor)
      return tensor.takeError();
    slot = std::move(*tensor);
  }
  std::vector<Tensor> inputs;
  std::string missing;
  for (auto [slot, info] : llvm::zip_equal(given, infos)) {
    if (!slot && !randomIfAbsent)
      missing += "\n  " + describe(info);
    else
      inputs.push_back(slot ? std::move(*slot) : makeRandomTensor(info));
  }
  if (!missing.empty())
    return createStringError("these inputs need a file (--input name=file) or "
                             "--random-inputs:" +
                             missing);
  return inputs;
}

Expected<TestData> mlir::cnn::readTestData(const Engine &engine,
                                           StringRef directory) {
  if (!llvm::sys::fs::is_directory(directory))
    return createFileError(directory, createStringError("not a folder"));
  TestData data;
  Expected<std::vector<Tensor>> inputs =
      readNumbered(directory, "input", engine.getInputs());
  if (!inputs)
    return inputs.takeError();
  Expected<std::vector<Tensor>> outputs =
      readNumbered(directory, "output", engine.getModelOutputs());
  if (!outputs)
    return outputs.takeError();
  return TestData{std::move(*inputs), std::move(*outputs)};
}
