//===- Selection.cpp - Which elements indices and values select -----------===//

#include "cnnc/Support/Selection.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <cmath>
#include <limits>
#include <map>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::Expected;
using llvm::SmallVector;

static SmallVector<int64_t> getStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t dim = shape.size(); dim-- > 1;)
    strides[dim - 1] = strides[dim] * shape[dim];
  return strides;
}

/// `index` counted from the start of a dimension of `extent` elements.
static Expected<int64_t> normalize(int64_t index, int64_t extent) {
  if (index < -extent || index >= extent)
    return llvm::createStringError(
        "expects indices from " + std::to_string(-extent) + " to " +
        std::to_string(extent - 1) + ", got " + std::to_string(index));
  return index < 0 ? index + extent : index;
}

/// Moves to the next index of `shape` in row-major order.
static void advance(SmallVector<int64_t> &index, ArrayRef<int64_t> shape) {
  for (size_t dim = shape.size(); dim-- > 0;) {
    if (++index[dim] < shape[dim])
      return;
    index[dim] = 0;
  }
}

Expected<std::vector<int64_t>>
mlir::cnn::getElementPositions(ArrayRef<int64_t> shape, const Tensor &indices,
                               int64_t axis) {
  const Tensor integers = indices.convertTo(ElementType::Int64);
  SmallVector<int64_t> strides = getStrides(shape);
  SmallVector<int64_t> place(shape.size(), 0);
  std::vector<int64_t> positions;
  for (int64_t index : integers.get<int64_t>()) {
    Expected<int64_t> along = normalize(index, shape[axis]);
    if (!along)
      return along.takeError();
    int64_t position = *along * strides[axis];
    for (size_t dim = 0; dim < place.size(); ++dim)
      if (static_cast<int64_t>(dim) != axis)
        position += place[dim] * strides[dim];
    positions.push_back(position);
    advance(place, indices.getShape());
  }
  return positions;
}

Expected<std::vector<int64_t>>
mlir::cnn::getSlicePositions(ArrayRef<int64_t> shape, const Tensor &indices,
                             int64_t batchDims) {
  const Tensor integers = indices.convertTo(ElementType::Int64);
  ArrayRef<int64_t> rest = integers.get<int64_t>();
  ArrayRef<int64_t> rows = indices.getShape().drop_back();
  int64_t width = indices.getShape().back();
  SmallVector<int64_t> strides = getStrides(shape);
  SmallVector<int64_t> place(rows.size(), 0);
  std::vector<int64_t> positions;
  for (; !rest.empty(); rest = rest.drop_front(width)) {
    int64_t position = 0;
    for (int64_t dim = 0; dim < batchDims; ++dim)
      position += place[dim] * strides[dim];
    for (int64_t i = 0; i < width; ++i) {
      Expected<int64_t> along = normalize(rest[i], shape[batchDims + i]);
      if (!along)
        return along.takeError();
      position += *along * strides[batchDims + i];
    }
    positions.push_back(position);
    advance(place, rows);
  }
  return positions;
}

std::vector<int64_t> mlir::cnn::findNonZero(const Tensor &tensor) {
  std::vector<int64_t> positions;
  std::vector<double> values = tensor.toDoubles();
  for (auto [position, value] : llvm::enumerate(values))
    if (value != 0)
      positions.push_back(position);
  return positions;
}

std::vector<uint64_t> mlir::cnn::getOrderKeys(const Tensor &tensor) {
  constexpr uint64_t sign = uint64_t(1) << 63;
  std::vector<uint64_t> keys;
  switch (tensor.getType()) {
  case ElementType::Float16:
  case ElementType::BFloat16:
  case ElementType::Float32:
  case ElementType::Float64:
    for (double value : tensor.toDoubles()) {
      // The bits of a positive number are in its order; 0 has one key.
      uint64_t bits = llvm::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
      uint64_t key = bits & sign ? ~bits : bits | sign;
      keys.push_back(std::isnan(value) ? std::numeric_limits<uint64_t>::max()
                                       : key);
    }
    return keys;
  case ElementType::UInt64:
    llvm::append_range(keys, tensor.get<uint64_t>());
    return keys;
  default:
    const Tensor integers = tensor.convertTo(ElementType::Int64);
    for (int64_t value : integers.get<int64_t>())
      keys.push_back(static_cast<uint64_t>(value) ^ sign);
    return keys;
  }
}

std::vector<int64_t> mlir::cnn::rankDistinct(const Tensor &matrix,
                                             bool unsorted) {
  int64_t rows = matrix.getShape()[0], columns = matrix.getShape()[1];
  std::vector<uint64_t> keys = getOrderKeys(matrix);
  std::map<std::vector<uint64_t>, int64_t> ranks;
  std::vector<decltype(ranks)::iterator> entries;
  for (int64_t row = 0; row < rows; ++row) {
    auto begin = keys.begin() + row * columns;
    entries.push_back(
        ranks.try_emplace({begin, begin + columns}, ranks.size()).first);
  }
  if (!unsorted)
    for (auto [rank, entry] : llvm::enumerate(ranks))
      entry.second = rank;
  std::vector<int64_t> result;
  for (auto entry : entries)
    result.push_back(entry->second);
  return result;
}
