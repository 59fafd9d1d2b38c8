//===- NpyFile.cpp - Numpy's file format ----------------------------------===//
//
// A magic string, a version, the length of a header, and the header: a Python
// dictionary with the keys 'descr', 'fortran_order' and 'shape'. The rest is
// data. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
//
//===----------------------------------------------------------------------===//

#include "cnnc/Data/TensorFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;

namespace {

constexpr StringRef magic("\x93NUMPY", 6);

/// Numpy's code of an element type, after the byte order.
struct TypeCode {
  ElementType type;
  StringRef code;
};

constexpr TypeCode typeCodes[] = {
    {ElementType::Float16, "f2"}, {ElementType::Float32, "f4"},
    {ElementType::Float64, "f8"}, {ElementType::Int8, "i1"},
    {ElementType::Int16, "i2"},   {ElementType::Int32, "i4"},
    {ElementType::Int64, "i8"},   {ElementType::UInt8, "u1"},
    {ElementType::UInt16, "u2"},  {ElementType::UInt32, "u4"},
    {ElementType::UInt64, "u8"},  {ElementType::Bool, "b1"},
};

struct Header {
  ElementType type;
  bool columnMajor;
  SmallVector<int64_t> shape;
};

/// The text after `'key':` in the dictionary, or an error.
Expected<StringRef> findValue(StringRef dictionary, StringRef key) {
  for (char quote : {'\'', '"'}) {
    std::string quoted = (Twine(quote) + key + Twine(quote)).str();
    size_t position = dictionary.find(quoted);
    if (position == StringRef::npos)
      continue;
    StringRef rest = dictionary.substr(position + quoted.size()).ltrim();
    if (rest.consume_front(":"))
      return rest.ltrim();
  }
  return createStringError("the npy header has no '" + key +
                           "': " + dictionary.rtrim());
}

Expected<ElementType> parseDescription(StringRef dictionary) {
  Expected<StringRef> value = findValue(dictionary, "descr");
  if (!value)
    return value.takeError();
  StringRef quote = value->take_front(1);
  StringRef text = "";
  if (quote == "'" || quote == "\"")
    text = value->drop_front().split(quote).first;
  bool isLittle = text.consume_front("<") || text.consume_front("|") ||
                  text.consume_front("=");
  for (const TypeCode &code : typeCodes)
    if (isLittle && code.code == text)
      return code.type;
  return createStringError(
      "expected an element type of '<f2', '<f4', '<f8', '|i1' to '<i8', '|u1' "
      "to '<u8' or '|b1' in the npy header, got " +
      value->split(',').first);
}

Expected<SmallVector<int64_t>> parseShape(StringRef dictionary) {
  Expected<StringRef> value = findValue(dictionary, "shape");
  if (!value)
    return value.takeError();
  size_t end = value->find(')');
  StringRef text = value->take_front(end);
  auto refuse = [&] {
    return createStringError("expected a shape like (1, 3) in the npy header, "
                             "got " +
                             value->take_front(40));
  };
  if (end == StringRef::npos || !text.consume_front("("))
    return refuse();
  SmallVector<StringRef> extents;
  text.trim().split(extents, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  SmallVector<int64_t> shape;
  for (StringRef extent : extents)
    // Python 2 wrote long integers with an L.
    if (extent.trim().rtrim('L').getAsInteger(10, shape.emplace_back()))
      return refuse();
  return shape;
}

Expected<Header> parseHeader(StringRef dictionary) {
  Expected<ElementType> type = parseDescription(dictionary);
  if (!type)
    return type.takeError();
  Expected<SmallVector<int64_t>> shape = parseShape(dictionary);
  if (!shape)
    return shape.takeError();
  Expected<StringRef> order = findValue(dictionary, "fortran_order");
  if (!order)
    return order.takeError();
  bool columnMajor = order->starts_with("True");
  if (!columnMajor && !order->starts_with("False"))
    return createStringError("expected 'fortran_order' to be True or False in "
                             "the npy header, got " +
                             order->split(',').first);
  return Header{*type, columnMajor, std::move(*shape)};
}

/// The same elements in row-major order; `tensor` holds them in column-major
/// order.
Tensor transposeToRowMajor(const Tensor &tensor) {
  Tensor result(tensor.getType(), tensor.getShape());
  ArrayRef<int64_t> shape = tensor.getShape();
  int64_t width = getByteWidth(tensor.getType());
  SmallVector<int64_t> index(shape.size(), 0);
  for (int64_t target = 0; target < tensor.getElementCount(); ++target) {
    int64_t source = 0;
    for (size_t i = shape.size(); i-- > 0;)
      source = source * shape[i] + index[i];
    std::memcpy(result.getBytes().data() + target * width,
                tensor.getBytes().data() + source * width, width);
    for (size_t i = shape.size(); i-- > 0;) {
      if (++index[i] < shape[i])
        break;
      index[i] = 0;
    }
  }
  return result;
}

/// Splits off the header; what is left in `bytes` is data.
Expected<StringRef> takeHeader(StringRef &bytes) {
  if (!bytes.consume_front(magic))
    return createStringError(
        "not an npy file: it does not begin with \\x93NUMPY");
  if (bytes.size() < 2)
    return createStringError("the npy file ends before its header");
  int version = static_cast<uint8_t>(bytes[0]);
  if (version < 1 || version > 3)
    return createStringError("expected npy version 1, 2 or 3, got " +
                             Twine(version));
  bytes = bytes.drop_front(2);
  size_t lengthBytes = version == 1 ? 2 : 4;
  if (bytes.size() < lengthBytes)
    return createStringError("the npy file ends before its header");
  size_t length = version == 1 ? llvm::support::endian::read16le(bytes.data())
                               : llvm::support::endian::read32le(bytes.data());
  bytes = bytes.drop_front(lengthBytes);
  if (bytes.size() < length)
    return createStringError("the npy header should have " + Twine(length) +
                             " bytes, but the file ends after " +
                             Twine(bytes.size()));
  StringRef header = bytes.take_front(length);
  bytes = bytes.drop_front(length);
  return header;
}

} // namespace

Expected<Tensor> mlir::cnn::parseNpy(StringRef bytes) {
  Expected<StringRef> dictionary = takeHeader(bytes);
  if (!dictionary)
    return dictionary.takeError();
  Expected<Header> header = parseHeader(*dictionary);
  if (!header)
    return header.takeError();
  Expected<Tensor> tensor = makeTensor(header->type, header->shape, bytes);
  if (tensor && header->columnMajor)
    return transposeToRowMajor(*tensor);
  return tensor;
}

void mlir::cnn::printNpy(const Tensor &tensor, llvm::raw_ostream &stream) {
  if (tensor.getType() == ElementType::BFloat16)
    return printNpy(tensor.convertTo(ElementType::Float32), stream);
  StringRef code = llvm::find_if(typeCodes, [&](const TypeCode &typeCode) {
                     return typeCode.type == tensor.getType();
                   })->code;
  std::string header;
  llvm::raw_string_ostream text(header);
  text << "{'descr': '" << (code.ends_with("1") ? '|' : '<') << code
       << "', 'fortran_order': False, 'shape': (";
  llvm::interleave(tensor.getShape(), text, ", ");
  text << (tensor.getRank() == 1 ? ",), }" : "), }");
  // The data begin at a multiple of 64 bytes; the header ends in a newline.
  constexpr size_t prefix = magic.size() + 4;
  header.append(63 - (prefix + header.size()) % 64, ' ');
  header += '\n';

  stream << magic << '\1' << '\0';
  char length[2];
  llvm::support::endian::write16le(length, header.size());
  stream.write(length, 2);
  stream << header;
  stream.write(tensor.getBytes().data(), tensor.getBytes().size());
}
