//===- Inputs.cpp - The inputs of a network, from files -------------------===//

#include "cnnc/Runner/Inputs.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <random>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Expected;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;

namespace {

/// Raw bytes in the element type of `info`; they decide a dynamic batch.
Expected<Tensor> parseRaw(StringRef bytes, const TensorInfo &info) {
  int64_t bytesPerImage = Tensor(info.type, info.getShape(1)).getBytes().size();
  int64_t batch = bytesPerImage ? bytes.size() / bytesPerImage : 0;
  return makeTensor(info.type, info.getShape(batch), bytes);
}

Expected<Tensor> parsePictureFor(StringRef bytes, const TensorInfo &info,
                                 const PictureOptions &options) {
  Expected<Tensor> picture = parsePicture(bytes, info.getShape(1), options);
  if (!picture)
    return picture;
  switch (info.type) {
  case ElementType::Float16:
  case ElementType::BFloat16:
  case ElementType::Float32:
  case ElementType::Float64:
    return picture->convertTo(info.type);
  default:
    // Integers are truncated, and 254.99997 is meant to be 255.
    for (float &value : picture->get<float>())
      value = std::nearbyint(value);
    return picture->convertTo(info.type);
  }
}

Expected<Tensor> parseTensor(StringRef extension, StringRef bytes,
                             const TensorInfo &info,
                             const PictureOptions &options) {
  if (extension == ".npy")
    return parseNpy(bytes);
  if (extension == ".pb")
    return parseTensorProto(bytes);
  if (extension == ".bin")
    return parseRaw(bytes, info);
  if (extension == ".png" || extension == ".jpg" || extension == ".jpeg")
    return parsePictureFor(bytes, info, options);
  return createStringError("expected a file named .npy, .pb, .bin, .png, .jpg "
                           "or .jpeg");
}

/// What ONNX's test data and numpy, which has no bfloat16, hold in place of
/// one: its bits as uint16.
Tensor takeBitsOfBFloat16(Tensor tensor, const TensorInfo &info) {
  if (info.type != ElementType::BFloat16 ||
      tensor.getType() != ElementType::UInt16)
    return tensor;
  Tensor result(ElementType::BFloat16, tensor.getShape());
  llvm::copy(tensor.getBytes(), result.getBytes().begin());
  return result;
}

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

Expected<Tensor> mlir::cnn::readTensorFile(StringRef path,
                                           const TensorInfo &info,
                                           const PictureOptions &options) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createFileError(path, buffer.getError());
  std::string extension = llvm::sys::path::extension(path).lower();
  Expected<Tensor> tensor =
      parseTensor(extension, (*buffer)->getBuffer(), info, options);
  if (!tensor)
    return createFileError(path, tensor.takeError());
  return takeBitsOfBFloat16(std::move(*tensor), info);
}

Tensor mlir::cnn::makeRandomTensor(const TensorInfo &info) {
  // The engine's numbers are fixed by the C++ standard, its distributions' not.
  std::mt19937 engine;
  Tensor tensor(ElementType::Float32, info.getShape(1));
  bool isFloat = getName(info.type).contains("float");
  for (float &value : tensor.get<float>()) {
    int32_t sixteenBits = engine() >> 16;
    value = isFloat ? (sixteenBits - 0x8000) / 32768.0f : sixteenBits >> 9;
    if (info.type == ElementType::Bool)
      value = sixteenBits & 1;
  }
  return tensor.convertTo(info.type);
}

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
