//===- Known.cpp - Values known while importing ---------------------------===//

#include "Known.h"

#include "llvm/ADT/APInt.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mlir::cnn;

/// Integers of larger magnitude have neighbours that are not doubles.
static constexpr double maxExactDouble = 9007199254740992.0;

Number Number::integer(int64_t value) {
  Number number = constant(static_cast<double>(value));
  // The nearest double may be 2^63, which no int64_t is.
  number.rest =
      static_cast<int64_t>(value - static_cast<__int128>(number.value));
  return number;
}

bool Number::isExact() const {
  return std::fabs(value) <= maxExactDouble || rest != 0;
}

int64_t Number::getInteger() const {
  constexpr double limit = 1e19;
  if (std::isnan(value))
    return 0;
  __int128 integer = static_cast<__int128>(std::clamp(value, -limit, limit));
  integer += rest;
  integer = std::min<__int128>(integer, std::numeric_limits<int64_t>::max());
  integer = std::max<__int128>(integer, std::numeric_limits<int64_t>::min());
  return static_cast<int64_t>(integer);
}

Known mlir::cnn::makeKnown(MLIRContext *context, ArrayRef<Number> numbers) {
  auto type = RankedTensorType::get(static_cast<int64_t>(numbers.size()),
                                    IntegerType::get(context, 64));
  return {type, SmallVector<Number>(numbers)};
}

Number mlir::cnn::roundTo(Number number, Type type) {
  if (number.isUnknown())
    return number;
  if (type.isF32())
    number.value = static_cast<float>(number.value);
  if (isa<FloatType>(type))
    return number;
  if (type.isInteger(1))
    return Number::constant(number.value != 0);
  double truncated = std::trunc(number.value);
  // The batch times a fraction is truncated in a way that depends on the batch.
  if (number.kind == Number::BatchMultiple)
    return truncated == number.value ? number : Number::unknown();
  number.value = truncated;
  if (!number.isExact())
    return Number::unknown();
  unsigned width = type.getIntOrFloatBitWidth();
  llvm::APInt bits(64, static_cast<uint64_t>(number.getInteger()));
  bits = bits.trunc(width);
  if (!type.isUnsignedInteger())
    return Number::integer(bits.getSExtValue());
  return bits.isIntN(63) ? Number::integer(bits.getZExtValue())
                         : Number::unknown();
}

std::string mlir::cnn::describeShape(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "a scalar";
  auto describe = [](int64_t extent) {
    return ShapedType::isDynamic(extent) ? "?" : std::to_string(extent);
  };
  return llvm::join(llvm::map_range(shape, describe), "x");
}

void mlir::cnn::replaceDynamic(SmallVectorImpl<int64_t> &shape) {
  for (int64_t &extent : shape)
    if (ShapedType::isDynamic(extent))
      extent = -1;
}

int64_t mlir::cnn::getBroadcastPosition(ArrayRef<int64_t> shape,
                                        ArrayRef<int64_t> index) {
  int64_t position = 0;
  size_t offset = index.size() - shape.size();
  for (auto [i, extent] : llvm::enumerate(shape))
    position = position * extent + (extent == 1 ? 0 : index[offset + i]);
  return position;
}

void mlir::cnn::forEachIndex(
    ArrayRef<int64_t> shape,
    llvm::function_ref<void(ArrayRef<int64_t>)> visit) {
  if (llvm::is_contained(shape, 0))
    return;
  SmallVector<int64_t> index(shape.size(), 0);
  while (true) {
    visit(index);
    int64_t dim = static_cast<int64_t>(shape.size()) - 1;
    while (dim >= 0 && ++index[dim] == shape[dim])
      index[dim--] = 0;
    if (dim < 0)
      return;
  }
}
