//===- Tensor.cpp - A dense tensor of run-time data -----------------------===//
//
// Element types are visited through codecs: a codec says how an element is
// stored and how it becomes a number, so that conversions are written once.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Support/Tensor.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::cnn;

namespace {

/// A 16-bit float of 1 sign bit, then exponent, then mantissa.
template <int ExponentBits, int MantissaBits>
struct SmallFloat {
  using Storage = uint16_t;
  static_assert(1 + ExponentBits + MantissaBits == 16);
  /// The exponent of the smallest normal number.
  static constexpr int minExponent = 2 - (1 << (ExponentBits - 1));
  static constexpr uint32_t infinity = ((1u << ExponentBits) - 1)
                                       << MantissaBits;

  static double load(uint16_t bits) {
    int64_t magnitude = bits & 0x7fff;
    double sign = bits & 0x8000 ? -1.0 : 1.0;
    if (magnitude >= infinity)
      return magnitude == infinity
                 ? sign * std::numeric_limits<double>::infinity()
                 : std::numeric_limits<double>::quiet_NaN();
    int64_t exponent = magnitude >> MantissaBits;
    int64_t mantissa = magnitude & ((1 << MantissaBits) - 1);
    if (exponent == 0)
      return sign * std::ldexp(mantissa, minExponent - MantissaBits);
    return sign * std::ldexp(mantissa + (1 << MantissaBits),
                             minExponent + exponent - 1 - MantissaBits);
  }

  template <typename T>
  static uint16_t store(T number) {
    double value = number;
    uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    if (std::isnan(value))
      return infinity | 1 << (MantissaBits - 1);
    if (std::isinf(value))
      return sign | infinity;
    if (value == 0)
      return sign;
    int exponent;
    std::frexp(value, &exponent);
    // Of the form 1.x * 2^exponent, or 0.x * 2^minExponent if subnormal.
    exponent = std::max(exponent - 1, minExponent);
    // A count of units in the last place. The default rounding mode is to
    // nearest even; a carry moves into the exponent, as it should.
    double units =
        std::nearbyint(std::ldexp(std::fabs(value), MantissaBits - exponent));
    if (exponent > -minExponent + 1)
      return sign | infinity;
    uint32_t bits =
        (static_cast<uint32_t>(exponent - minExponent) << MantissaBits) +
        static_cast<uint32_t>(units);
    return sign | std::min(bits, infinity);
  }
};

/// A number of the C++ type T.
template <typename T>
struct Plain {
  using Storage = T;
  static T load(T value) { return value; }

  template <typename From>
  static T store(From value) {
    if constexpr (std::is_floating_point_v<From> && std::is_integral_v<T>) {
      // Out of range is undefined in C++ and in ONNX; saturate.
      using Limits = std::numeric_limits<T>;
      if (std::isnan(value))
        return 0;
      if (value <= static_cast<From>(Limits::min()))
        return Limits::min();
      if (value >= static_cast<From>(Limits::max()))
        return Limits::max();
    }
    return static_cast<T>(value);
  }
};

/// A truth value in one byte.
struct Truth {
  using Storage = uint8_t;
  static uint8_t load(uint8_t value) { return value != 0; }
  template <typename From>
  static uint8_t store(From value) {
    return value != 0;
  }
};

/// Calls `visitor` with the codec of `type`.
template <typename Visitor>
auto visit(ElementType type, Visitor visitor) {
  switch (type) {
  case ElementType::Float16:
    return visitor(SmallFloat<5, 10>());
  case ElementType::BFloat16:
    return visitor(SmallFloat<8, 7>());
  case ElementType::Float32:
    return visitor(Plain<float>());
  case ElementType::Float64:
    return visitor(Plain<double>());
  case ElementType::Int8:
    return visitor(Plain<int8_t>());
  case ElementType::Int16:
    return visitor(Plain<int16_t>());
  case ElementType::Int32:
    return visitor(Plain<int32_t>());
  case ElementType::Int64:
    return visitor(Plain<int64_t>());
  case ElementType::UInt8:
    return visitor(Plain<uint8_t>());
  case ElementType::UInt16:
    return visitor(Plain<uint16_t>());
  case ElementType::UInt32:
    return visitor(Plain<uint32_t>());
  case ElementType::UInt64:
    return visitor(Plain<uint64_t>());
  case ElementType::Bool:
    return visitor(Truth());
  }
  llvm_unreachable("every element type has a codec");
}

struct NamedType {
  ElementType type;
  StringRef name;
};

constexpr NamedType namedTypes[] = {
    {ElementType::Float16, "float16"}, {ElementType::BFloat16, "bfloat16"},
    {ElementType::Float32, "float32"}, {ElementType::Float64, "float64"},
    {ElementType::Int8, "int8"},       {ElementType::Int16, "int16"},
    {ElementType::Int32, "int32"},     {ElementType::Int64, "int64"},
    {ElementType::UInt8, "uint8"},     {ElementType::UInt16, "uint16"},
    {ElementType::UInt32, "uint32"},   {ElementType::UInt64, "uint64"},
    {ElementType::Bool, "bool"},
};

int64_t countElements(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t extent : shape) {
    assert(extent >= 0 && "a tensor's extents are known");
    count *= extent;
  }
  return count;
}

} // namespace

int64_t cnn::getByteWidth(ElementType type) {
  return visit(type, [](auto codec) -> int64_t {
    return sizeof(typename decltype(codec)::Storage);
  });
}

StringRef cnn::getName(ElementType type) {
  return llvm::find_if(
             namedTypes,
             [&](const NamedType &named) { return named.type == type; })
      ->name;
}

std::optional<ElementType> cnn::parseElementType(StringRef name) {
  for (const NamedType &named : namedTypes)
    if (named.name == name)
      return named.type;
  return std::nullopt;
}

std::optional<ElementType> cnn::getElementType(Type type) {
  if (type.isF16())
    return ElementType::Float16;
  if (type.isBF16())
    return ElementType::BFloat16;
  if (type.isF32())
    return ElementType::Float32;
  if (type.isF64())
    return ElementType::Float64;
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return std::nullopt;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    if (integer.isSignless())
      return ElementType::Bool;
    return std::nullopt;
  case 8:
    return isUnsigned ? ElementType::UInt8 : ElementType::Int8;
  case 16:
    return isUnsigned ? ElementType::UInt16 : ElementType::Int16;
  case 32:
    return isUnsigned ? ElementType::UInt32 : ElementType::Int32;
  case 64:
    return isUnsigned ? ElementType::UInt64 : ElementType::Int64;
  }
  return std::nullopt;
}

Type cnn::getMLIRType(ElementType type, MLIRContext *context) {
  switch (type) {
  case ElementType::Float16:
    return Float16Type::get(context);
  case ElementType::BFloat16:
    return BFloat16Type::get(context);
  case ElementType::Float32:
    return Float32Type::get(context);
  case ElementType::Float64:
    return Float64Type::get(context);
  case ElementType::Bool:
    return IntegerType::get(context, 1);
  case ElementType::Int8:
  case ElementType::Int16:
  case ElementType::Int32:
  case ElementType::Int64:
    return IntegerType::get(context, 8 * getByteWidth(type));
  case ElementType::UInt8:
  case ElementType::UInt16:
  case ElementType::UInt32:
  case ElementType::UInt64:
    return IntegerType::get(context, 8 * getByteWidth(type),
                            IntegerType::Unsigned);
  }
  llvm_unreachable("every element type has an MLIR type");
}

Tensor::Tensor(ElementType type, ArrayRef<int64_t> shape)
    : type(type), shape(shape),
      bytes(countElements(shape) * getByteWidth(type)) {}

Tensor Tensor::fromFloats(ArrayRef<int64_t> shape, ArrayRef<float> values) {
  Tensor tensor(ElementType::Float32, shape);
  assert(tensor.getElementCount() == static_cast<int64_t>(values.size()) &&
         "as many values as the shape has elements");
  llvm::copy(values, tensor.get<float>().begin());
  return tensor;
}

int64_t Tensor::getElementCount() const {
  return static_cast<int64_t>(bytes.size()) / getByteWidth(type);
}

std::vector<double> Tensor::toDoubles() const {
  return visit(type, [&](auto codec) {
    using Codec = decltype(codec);
    std::vector<double> values;
    values.reserve(getElementCount());
    for (auto stored : get<typename Codec::Storage>())
      values.push_back(static_cast<double>(Codec::load(stored)));
    return values;
  });
}

Tensor Tensor::convertTo(ElementType newType) const {
  if (newType == type)
    return *this;
  Tensor result(newType, shape);
  visit(type, [&](auto from) {
    using From = decltype(from);
    visit(newType, [&](auto to) {
      using To = decltype(to);
      llvm::transform(
          get<typename From::Storage>(),
          result.get<typename To::Storage>().begin(),
          [](auto stored) { return To::store(From::load(stored)); });
    });
  });
  return result;
}

Tensor Tensor::reshape(ArrayRef<int64_t> newShape) const {
  assert(countElements(newShape) == getElementCount() &&
         "reshape keeps the number of elements");
  Tensor result = *this;
  result.shape.assign(newShape.begin(), newShape.end());
  return result;
}

int64_t cnn::getBroadcastPosition(ArrayRef<int64_t> shape,
                                  ArrayRef<int64_t> result, int64_t index) {
  int64_t position = 0, stride = 1;
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t extent = result[result.size() - 1 - i];
    int64_t own = shape[shape.size() - 1 - i];
    position += own == 1 ? 0 : index % extent * stride;
    index /= extent;
    stride *= own;
  }
  return position;
}

std::string cnn::describe(const Tensor &tensor) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (int64_t extent : tensor.getShape())
    stream << extent << 'x';
  stream << getName(tensor.getType());
  return text;
}
