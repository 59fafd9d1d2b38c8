//===- TensorFile.cpp - What all tensor files share -----------------------===//

#include "cnnc/Data/TensorFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::StringRef;
using llvm::Twine;

std::string mlir::cnn::describe(ElementType type, ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (int64_t extent : shape) {
    if (extent < 0)
      stream << '?';
    else
      stream << extent;
    stream << 'x';
  }
  stream << getName(type);
  return text;
}

llvm::SmallVector<int64_t> TensorInfo::getShape(int64_t batch) const {
  llvm::SmallVector<int64_t> known = shape;
  if (hasDynamicBatch())
    known[0] = batch;
  return known;
}

std::string mlir::cnn::describe(const TensorInfo &info) {
  return info.name + ": " + describe(info.type, info.shape);
}

llvm::Expected<Tensor> mlir::cnn::makeTensor(ElementType type,
                                             ArrayRef<int64_t> shape,
                                             StringRef bytes) {
  if (llvm::any_of(shape, [](int64_t extent) { return extent < 0; }))
    return llvm::createStringError("a shape has no negative extents, got " +
                                   describe(type, shape));
  // Checked before anything is allocated: a header can claim any size.
  int64_t needed = getByteWidth(type);
  bool tooLarge = false;
  for (int64_t extent : shape)
    tooLarge |= __builtin_mul_overflow(needed, extent, &needed);
  if (tooLarge || needed != static_cast<int64_t>(bytes.size()))
    return llvm::createStringError(
        describe(type, shape) + " needs " +
        (tooLarge ? Twine("more than 2^63") : Twine(needed)) +
        " bytes of data, got " + Twine(bytes.size()));
  Tensor tensor(type, shape);
  if (!bytes.empty())
    std::memcpy(tensor.getBytes().data(), bytes.data(), bytes.size());
  return tensor;
}
