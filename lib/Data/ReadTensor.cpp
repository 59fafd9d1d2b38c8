//===- ReadTensor.cpp - Tensors of a network, from files ------------------===//

#include "Pixels.h"

#include "cnnc/Data/TensorFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <random>

using namespace mlir::cnn;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Expected;
using llvm::StringRef;

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
  return convertPicture(*picture, info.type);
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
