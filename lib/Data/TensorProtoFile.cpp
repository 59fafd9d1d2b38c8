//===- TensorProtoFile.cpp - The file format of ONNX test data ------------===//
//
// A TensorProto holds its elements as raw little-endian bytes, or in one of
// five typed fields; small types share the field of a larger one.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Data/TensorFile.h"

#include "onnx.pb.h"
#include "llvm/ADT/STLExtras.h"

#include <limits>

using namespace mlir::cnn;
using llvm::createStringError;
using llvm::Expected;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;
using onnx::TensorProto;

namespace {

struct ElementTypeRow {
  TensorProto::DataType onnxType;
  ElementType type;
};

constexpr ElementTypeRow elementTypes[] = {
    {TensorProto::FLOAT16, ElementType::Float16},
    {TensorProto::BFLOAT16, ElementType::BFloat16},
    {TensorProto::FLOAT, ElementType::Float32},
    {TensorProto::DOUBLE, ElementType::Float64},
    {TensorProto::INT8, ElementType::Int8},
    {TensorProto::INT16, ElementType::Int16},
    {TensorProto::INT32, ElementType::Int32},
    {TensorProto::INT64, ElementType::Int64},
    {TensorProto::UINT8, ElementType::UInt8},
    {TensorProto::UINT16, ElementType::UInt16},
    {TensorProto::UINT32, ElementType::UInt32},
    {TensorProto::UINT64, ElementType::UInt64},
    {TensorProto::BOOL, ElementType::Bool},
};

/// The elements of a typed field as the bytes a tensor stores: each is narrowed
/// to the element's width by dropping the high bytes.
template <typename Field>
std::string narrow(const Field &field, int64_t width) {
  std::string bytes;
  for (auto value : field)
    bytes.append(reinterpret_cast<const char *>(&value), width);
  return bytes;
}

/// The bytes of the typed field that holds elements of `type`.
std::string readTypedField(const TensorProto &proto, ElementType type) {
  int64_t width = getByteWidth(type);
  switch (type) {
  case ElementType::Float32:
    return narrow(proto.float_data(), width);
  case ElementType::Float64:
    return narrow(proto.double_data(), width);
  case ElementType::Int64:
    return narrow(proto.int64_data(), width);
  case ElementType::UInt32:
  case ElementType::UInt64:
    return narrow(proto.uint64_data(), width);
  case ElementType::Float16:
  case ElementType::BFloat16:
  case ElementType::Int8:
  case ElementType::Int16:
  case ElementType::Int32:
  case ElementType::UInt8:
  case ElementType::UInt16:
  case ElementType::Bool:
    return narrow(proto.int32_data(), width);
  }
  llvm_unreachable("every element type has a field");
}

} // namespace

Expected<Tensor> mlir::cnn::parseTensorProto(StringRef bytes) {
  TensorProto proto;
  if (bytes.size() > std::numeric_limits<int>::max() ||
      !proto.ParseFromArray(bytes.data(), bytes.size()))
    return createStringError("not a serialized ONNX TensorProto");
  const auto *row = llvm::find_if(elementTypes, [&](const auto &candidate) {
    return candidate.onnxType == proto.data_type();
  });
  if (row == std::end(elementTypes))
    return createStringError(
        "expected an ONNX TensorProto of numbers, got " +
        (proto.data_type() ? "ONNX element type " + Twine(proto.data_type())
                           : Twine("a message without an element type")));
  if (proto.data_location() == TensorProto::EXTERNAL)
    return createStringError("expected the data inside the TensorProto, got "
                             "data in another file");
  SmallVector<int64_t> shape(proto.dims().begin(), proto.dims().end());
  if (proto.has_raw_data())
    return makeTensor(row->type, shape, proto.raw_data());
  return makeTensor(row->type, shape, readTypedField(proto, row->type));
}
