//===- TensorData.cpp - Constant data in ONNX files -----------------------===//

#include "TensorData.h"

#include "Known.h"

#include "cnnc/Support/Weights.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include "onnx.pb.h"

using namespace mlir;
using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Expected;

static_assert(llvm::sys::IsLittleEndianHost,
              "data in ONNX files are little-endian");

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

Expected<ElementType> mlir::cnn::getElementTypeOf(int32_t dataType) {
  switch (dataType) {
  case onnx::TensorProto::FLOAT:
    return ElementType::Float32;
  case onnx::TensorProto::DOUBLE:
    return ElementType::Float64;
  case onnx::TensorProto::FLOAT16:
    return ElementType::Float16;
  case onnx::TensorProto::BFLOAT16:
    return ElementType::BFloat16;
  case onnx::TensorProto::INT8:
    return ElementType::Int8;
  case onnx::TensorProto::INT16:
    return ElementType::Int16;
  case onnx::TensorProto::INT32:
    return ElementType::Int32;
  case onnx::TensorProto::INT64:
    return ElementType::Int64;
  case onnx::TensorProto::UINT8:
    return ElementType::UInt8;
  case onnx::TensorProto::UINT16:
    return ElementType::UInt16;
  case onnx::TensorProto::UINT32:
    return ElementType::UInt32;
  case onnx::TensorProto::UINT64:
    return ElementType::UInt64;
  case onnx::TensorProto::BOOL:
    return ElementType::Bool;
  default:
    return createStringError(
        "expects an element type among FLOAT, DOUBLE, FLOAT16, BFLOAT16, BOOL "
        "and the integers of 8 to 64 bits; got " +
        (onnx::TensorProto::DataType_IsValid(dataType)
             ? onnx::TensorProto::DataType_Name(
                   static_cast<onnx::TensorProto::DataType>(dataType))
             : "type number " + std::to_string(dataType)));
  }
}

Expected<RankedTensorType> mlir::cnn::getCheckedType(ArrayRef<int64_t> shape,
                                                     Type elementType) {
  std::string text = describeShape(shape);
  int64_t bytes = 8;
  for (int64_t extent : shape) {
    if (extent < 0 && !ShapedType::isDynamic(extent))
      return createStringError("expects extents that are not negative; got %s",
                               text.c_str());
    int64_t factor = ShapedType::isDynamic(extent) || extent == 0 ? 1 : extent;
    if (llvm::MulOverflow(bytes, factor, bytes) || bytes > maxTensorBytes)
      return createStringError("expects a tensor of less than 2^40 bytes; got "
                               "shape %s",
                               text.c_str());
  }
  return RankedTensorType::get(shape, elementType);
}

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

namespace {

/// Bytes and what keeps them alive.
struct Data {
  ArrayRef<char> bytes;
  std::shared_ptr<void> owner;
};

/// One tensor of the file on its way to a constant.
class TensorReader {
public:
  TensorReader(onnx::TensorProto &tensor, StringRef folder)
      : tensor(tensor), folder(folder) {}

  Expected<ElementsAttr> read(MLIRContext *context);

private:
  Expected<Data> takeData(ElementType type, int64_t count);
  Expected<Data> readExternal(int64_t expected);
  Expected<std::string> getExternalPath(StringRef location);

  template <typename Field>
  Expected<Data> takeField(Field *field, int64_t count);
  template <typename Target, typename Field>
  Expected<Data> narrowField(Field *field, int64_t count);

  onnx::TensorProto &tensor;
  StringRef folder;
};

} // namespace

static llvm::Error makeCountError(int64_t expected, int64_t actual) {
  return createStringError("expects %lld elements by its shape; got %lld",
                           static_cast<long long>(expected),
                           static_cast<long long>(actual));
}

static llvm::Error checkBytes(int64_t expected, int64_t actual) {
  if (expected == actual)
    return llvm::Error::success();
  return createStringError(
      "expects %lld bytes of data by its shape and element type; got %lld",
      static_cast<long long>(expected), static_cast<long long>(actual));
}

/// Takes over a repeated field whose elements have the width of the tensor's.
template <typename Field>
Expected<Data> TensorReader::takeField(Field *field, int64_t count) {
  if (field->size() != count)
    return makeCountError(count, field->size());
  auto owner = std::make_shared<Field>();
  owner->Swap(field);
  ArrayRef<char> bytes(reinterpret_cast<const char *>(owner->data()),
                       count * sizeof(*owner->data()));
  return Data{bytes, owner};
}

/// Copies a repeated field into elements of a narrower type.
template <typename Target, typename Field>
Expected<Data> TensorReader::narrowField(Field *field, int64_t count) {
  if (field->size() != count)
    return makeCountError(count, field->size());
  auto owner = std::make_shared<std::vector<Target>>();
  owner->reserve(count);
  for (auto value : *field)
    owner->push_back(static_cast<Target>(value));
  ArrayRef<char> bytes(reinterpret_cast<const char *>(owner->data()),
                       count * sizeof(Target));
  return Data{bytes, owner};
}

/// The file a tensor names, which must lie in the model's folder whatever links
/// lead there: a model must not be able to read other files.
Expected<std::string> TensorReader::getExternalPath(StringRef location) {
  namespace path = llvm::sys::path;
  auto refuse = [&](const char *reason) {
    return createStringError("expects external data in a file inside the "
                             "model's folder; got '%s', %s",
                             location.str().c_str(), reason);
  };
  if (location.empty() || location.contains('\0'))
    return refuse("which is no file name");
  if (path::is_absolute(location))
    return refuse("an absolute path");
  for (StringRef component :
       llvm::make_range(path::begin(location), path::end(location)))
    if (component == "..")
      return refuse("which leaves it");
  SmallString<128> joined(folder.empty() ? "." : folder);
  path::append(joined, location);
  SmallString<128> file, home;
  if (std::error_code error = llvm::sys::fs::real_path(joined, file))
    return refuse(error.message().c_str());
  if (std::error_code error =
          llvm::sys::fs::real_path(folder.empty() ? "." : folder, home))
    return refuse(error.message().c_str());
  path::append(home, "");
  if (!StringRef(file).starts_with(home))
    return refuse("a link that leaves it");
  if (!llvm::sys::fs::is_regular_file(file))
    return refuse("which is not a regular file");
  return file.str().str();
}

Expected<Data> TensorReader::readExternal(int64_t expected) {
  std::string location;
  uint64_t offset = 0, length = expected;
  for (const onnx::StringStringEntryProto &entry : tensor.external_data()) {
    if (entry.key() == "location")
      location = entry.value();
    uint64_t *number = entry.key() == "offset"   ? &offset
                       : entry.key() == "length" ? &length
                                                 : nullptr;
    if (number && StringRef(entry.value()).getAsInteger(10, *number))
      return createStringError(
          "expects a number for the %s of external data; got '%s'",
          entry.key().c_str(), entry.value().c_str());
  }
  Expected<std::string> path = getExternalPath(location);
  if (!path)
    return path.takeError();
  if (llvm::Error error = checkBytes(expected, length))
    return error;
  uint64_t size = 0;
  if (std::error_code error = llvm::sys::fs::file_size(*path, size))
    return createStringError(error, "cannot read '%s'", path->c_str());
  if (offset > size || length > size - offset)
    return createStringError(
        "expects %llu bytes at offset %llu of '%s'; got a file of %llu bytes",
        static_cast<unsigned long long>(length),
        static_cast<unsigned long long>(offset), location.c_str(),
        static_cast<unsigned long long>(size));
  if (length == 0)
    return Data{};
  // Volatile: read, not mapped, so that a file that changes later does no harm.
  auto buffer = llvm::MemoryBuffer::getFileSlice(*path, length, offset,
                                                 /*IsVolatile=*/true);
  if (!buffer)
    return createStringError(buffer.getError(), "cannot read '%s'",
                             path->c_str());
  std::shared_ptr<llvm::MemoryBuffer> owner = std::move(*buffer);
  ArrayRef<char> bytes(owner->getBufferStart(), owner->getBufferSize());
  if (llvm::Error error = checkBytes(expected, bytes.size()))
    return error;
  return Data{bytes, owner};
}

Expected<Data> TensorReader::takeData(ElementType type, int64_t count) {
  int64_t bytes = count * getByteWidth(type);
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL)
    return readExternal(bytes);
  if (tensor.has_raw_data()) {
    auto owner = std::make_shared<std::string>();
    owner->swap(*tensor.mutable_raw_data());
    if (llvm::Error error = checkBytes(bytes, owner->size()))
      return error;
    return Data{ArrayRef<char>(owner->data(), owner->size()), owner};
  }
  switch (type) {
  case ElementType::Float32:
    return takeField(tensor.mutable_float_data(), count);
  case ElementType::Float64:
    return takeField(tensor.mutable_double_data(), count);
  case ElementType::Int64:
    return takeField(tensor.mutable_int64_data(), count);
  case ElementType::UInt64:
    return takeField(tensor.mutable_uint64_data(), count);
  case ElementType::UInt32:
    return narrowField<uint32_t>(tensor.mutable_uint64_data(), count);
  case ElementType::Int32:
    return takeField(tensor.mutable_int32_data(), count);
  case ElementType::Float16:
  case ElementType::BFloat16:
  case ElementType::Int16:
  case ElementType::UInt16:
    return narrowField<uint16_t>(tensor.mutable_int32_data(), count);
  case ElementType::Int8:
  case ElementType::UInt8:
  case ElementType::Bool:
    return narrowField<uint8_t>(tensor.mutable_int32_data(), count);
  }
  llvm_unreachable("every element type is handled");
}

Expected<ElementsAttr> TensorReader::read(MLIRContext *context) {
  if (tensor.has_segment())
    return createStringError("expects whole tensors; got a segment");
  Expected<ElementType> element = getElementTypeOf(tensor.data_type());
  if (!element)
    return element.takeError();
  SmallVector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  for (int64_t extent : shape)
    if (extent < 0)
      return createStringError("expects extents that are not negative; got "
                               "%lld",
                               static_cast<long long>(extent));
  auto type = getCheckedType(shape, getMLIRType(*element, context));
  if (!type)
    return type.takeError();
  Expected<Data> data = takeData(*element, type->getNumElements());
  if (!data)
    return data.takeError();
  StringRef name = tensor.name();
  if (name.empty())
    name = "weights";
  return makeConstant(*type, data->bytes, std::move(data->owner), name);
}

Expected<ElementsAttr> mlir::cnn::takeTensorData(onnx::TensorProto &tensor,
                                                 StringRef folder,
                                                 MLIRContext *context) {
  return TensorReader(tensor, folder).read(context);
}

//===----------------------------------------------------------------------===//
// Sparse data
//===----------------------------------------------------------------------===//

/// The position in row-major order that entry `i` of `indices` names: one
/// number, or one per dimension.
static Expected<int64_t> getPosition(const Tensor &indices, int64_t i,
                                     ArrayRef<int64_t> shape) {
  ArrayRef<int64_t> numbers = indices.get<int64_t>();
  if (indices.getRank() == 1)
    return numbers[i];
  int64_t position = 0;
  for (auto [dim, extent] : llvm::enumerate(shape)) {
    int64_t index = numbers[i * shape.size() + dim];
    if (index < 0 || index >= extent)
      return createStringError("expects indices within the shape; got %lld",
                               static_cast<long long>(index));
    position = position * extent + index;
  }
  return position;
}

static Expected<Tensor> takeTensor(const onnx::TensorProto &proto,
                                   StringRef folder, MLIRContext *context) {
  onnx::TensorProto copy = proto;
  Expected<ElementsAttr> data = takeTensorData(copy, folder, context);
  if (!data)
    return data.takeError();
  std::optional<Tensor> tensor = getTensor(*data);
  if (!tensor)
    return createStringError("expects an element type that tensors have");
  return std::move(*tensor);
}

Expected<ElementsAttr>
mlir::cnn::takeSparseData(const onnx::SparseTensorProto &sparse,
                          StringRef folder, MLIRContext *context) {
  // Few numbers can claim any shape.
  constexpr int64_t maxElements = int64_t(1) << 28;
  Expected<Tensor> values = takeTensor(sparse.values(), folder, context);
  if (!values)
    return values.takeError();
  Expected<Tensor> indices = takeTensor(sparse.indices(), folder, context);
  if (!indices)
    return indices.takeError();
  SmallVector<int64_t> shape(sparse.dims().begin(), sparse.dims().end());
  Expected<RankedTensorType> type =
      getCheckedType(shape, getMLIRType(values->getType(), context));
  if (!type)
    return type.takeError();
  int64_t count = values->getElementCount(), rank = shape.size();
  bool isLinear = indices->getShape() == ArrayRef(count);
  bool isFull = indices->getShape() == ArrayRef({count, rank});
  if (indices->getType() != ElementType::Int64 || (!isLinear && !isFull) ||
      !type->hasStaticShape() || type->getNumElements() > maxElements)
    return createStringError("expects a static shape of at most 2^28 elements, "
                             "and one index of type INT64 per value");
  Tensor dense(values->getType(), shape);
  int64_t width = getByteWidth(values->getType());
  for (int64_t i = 0; i < count; ++i) {
    Expected<int64_t> position = getPosition(*indices, i, shape);
    if (!position)
      return position.takeError();
    if (*position < 0 || *position >= type->getNumElements())
      return createStringError("expects indices within the shape; got %lld",
                               static_cast<long long>(*position));
    std::copy_n(values->getBytes().begin() + i * width, width,
                dense.getBytes().begin() + *position * width);
  }
  return makeConstant(*type, std::as_const(dense).getBytes(),
                      sparse.values().name());
}
