//===- Movement.cpp - The values of ops that move elements ----------------===//
//
// Nearly all of them read, for output index (i, j, ...), the input element at
// offsets[0][i] + offsets[1][j] + ...: a table per dimension says it all.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

#include <cstring>

using namespace mlir;
using namespace mlir::cnn;
using namespace mlir::cnn::reference;

namespace {

/// One table per output dimension. An element whose sum contains `outside` is
/// not read from the input.
using Offsets = SmallVector<SmallVector<int64_t>>;
constexpr int64_t outside = std::numeric_limits<int64_t>::min() / 16;

/// extent entries: 0, stride, 2 * stride, ...
SmallVector<int64_t> getOffsets(int64_t extent, int64_t stride,
                                int64_t start = 0) {
  SmallVector<int64_t> offsets;
  for (int64_t i = 0; i < extent; ++i)
    offsets.push_back(start + i * stride);
  return offsets;
}

template <typename Storage>
void moveElements(Tensor &output, const Tensor &input, const Offsets &offsets,
                  Storage fill) {
  SmallVector<int64_t> shape, index(offsets.size(), 0);
  for (const auto &table : offsets)
    shape.push_back(table.size());
  ArrayRef<Storage> from = input.get<Storage>();
  for (Storage &element : output.get<Storage>()) {
    int64_t position = 0;
    for (size_t dim = 0; dim < shape.size(); ++dim)
      position += offsets[dim][index[dim]];
    element = position < 0 ? fill : from[position];
    for (size_t dim = shape.size(); dim-- > 0;) {
      if (++index[dim] < shape[dim])
        break;
      index[dim] = 0;
    }
  }
}

/// The tensor for `result` read from `input` by tables; elements outside are
/// the first of `fill`, which has the input's type.
Tensor move(Value result, const Tensor &input, const Offsets &offsets,
            const Tensor &fill) {
  Tensor output(input.getType(), getShape(result));
  switch (getByteWidth(input.getType())) {
  case 1:
    moveElements(output, input, offsets, fill.get<uint8_t>()[0]);
    break;
  case 2:
    moveElements(output, input, offsets, fill.get<uint16_t>()[0]);
    break;
  case 4:
    moveElements(output, input, offsets, fill.get<uint32_t>()[0]);
    break;
  default:
    moveElements(output, input, offsets, fill.get<uint64_t>()[0]);
  }
  return output;
}

Tensor move(Value result, const Tensor &input, const Offsets &offsets) {
  return move(result, input, offsets, Tensor(input.getType(), {}));
}

} // namespace

Tensor reference::evaluate(ReshapeOp op, const Operands &operands) {
  return operands.get(op.getInput()).reshape(getShape(op.getOutput()));
}

Tensor reference::evaluate(ConcatOp op, const Operands &operands) {
  ArrayRef<int64_t> shape = getShape(op.getOutput());
  Tensor output(operands.get(op.getInputs().front()).getType(), shape);
  char *to = output.getBytes().data();
  for (int64_t i = 0, count = countElements(shape.take_front(op.getAxis()));
       i < count; ++i)
    for (Value value : op.getInputs()) {
      ArrayRef<char> from = operands.get(value).getBytes();
      int64_t part = from.size() / count;
      to = std::copy_n(from.begin() + i * part, part, to);
    }
  return output;
}

Tensor reference::evaluate(SliceOp op, const Operands &operands) {
  auto strides = getRowMajorStrides(getShape(op.getInput()));
  auto steps = op.getFullSteps();
  Offsets offsets;
  for (auto [extent, stride, start, step] : llvm::zip_equal(
           getShape(op.getOutput()), strides, op.getStarts(), steps))
    offsets.push_back(getOffsets(extent, stride * step, stride * start));
  return move(op.getOutput(), operands.get(op.getInput()), offsets);
}

Tensor reference::evaluate(PadOp op, const Operands &operands) {
  const Tensor &input = operands.get(op.getInput());
  auto strides = getRowMajorStrides(input.getShape());
  Offsets offsets;
  for (auto [dim, extent] : llvm::enumerate(getShape(op.getOutput()))) {
    auto &table = offsets.emplace_back();
    for (int64_t i = 0; i < extent; ++i) {
      std::optional<int64_t> source =
          op.getSource(i - op.getLow()[dim], input.getShape()[dim]);
      table.push_back(source ? *source * strides[dim] : outside);
    }
  }
  Tensor value(ElementType::Float64, {});
  value.get<double>()[0] = op.getValue().convertToDouble();
  return move(op.getOutput(), input, offsets, value.convertTo(input.getType()));
}

Tensor reference::evaluate(TransposeOp op, const Operands &operands) {
  auto strides = getRowMajorStrides(getShape(op.getInput()));
  Offsets offsets;
  for (auto [extent, dim] :
       llvm::zip_equal(getShape(op.getOutput()), op.getPermutation()))
    offsets.push_back(getOffsets(extent, strides[dim]));
  return move(op.getOutput(), operands.get(op.getInput()), offsets);
}

Tensor reference::evaluate(ExpandOp op, const Operands &operands) {
  ArrayRef<int64_t> shape = getShape(op.getOutput());
  Offsets offsets;
  for (auto [extent, stride] : llvm::zip_equal(
           shape, getBroadcastStrides(getShape(op.getInput()), shape)))
    offsets.push_back(getOffsets(extent, stride));
  return move(op.getOutput(), operands.get(op.getInput()), offsets);
}

/// The table for an output extent of outer * inner elements that come from two
/// dimensions of the input.
static SmallVector<int64_t> getOffsets2D(int64_t outer, int64_t outerStride,
                                         int64_t inner, int64_t innerStride) {
  SmallVector<int64_t> offsets;
  for (int64_t i = 0; i < outer; ++i)
    for (int64_t j = 0; j < inner; ++j)
      offsets.push_back(i * outerStride + j * innerStride);
  return offsets;
}

Tensor reference::evaluate(DepthToSpaceOp op, const Operands &operands) {
  const Tensor &input = operands.get(op.getInput());
  auto strides = getRowMajorStrides(input.getShape());
  int64_t block = op.getBlockSize();
  int64_t channels = getShape(op.getOutput())[1];
  // Channel of the input per channel, row and column in the block.
  bool depthFirst = op.getOrder() == BlockOrder::depth_column_row;
  int64_t depth = depthFirst ? 1 : block * block;
  int64_t column = depthFirst ? channels : 1;
  Offsets offsets = {getOffsets(input.getShape()[0], strides[0]),
                     getOffsets(channels, depth * strides[1]),
                     getOffsets2D(input.getShape()[2], strides[2], block,
                                  column * block * strides[1]),
                     getOffsets2D(input.getShape()[3], strides[3], block,
                                  column * strides[1])};
  return move(op.getOutput(), input, offsets);
}

Tensor reference::evaluate(SpaceToDepthOp op, const Operands &operands) {
  const Tensor &input = operands.get(op.getInput());
  auto strides = getRowMajorStrides(input.getShape());
  ArrayRef<int64_t> shape = getShape(op.getOutput());
  int64_t block = op.getBlockSize();
  // Output channel (i * block + j) * C + c is (c, i, j) of the input.
  SmallVector<int64_t> channels;
  for (int64_t i = 0; i < block; ++i)
    llvm::append_range(
        channels,
        llvm::map_range(
            getOffsets2D(block, strides[3], input.getShape()[1], strides[1]),
            [&](int64_t offset) { return offset + i * strides[2]; }));
  Offsets offsets = {getOffsets(shape[0], strides[0]), channels,
                     getOffsets(shape[2], block * strides[2]),
                     getOffsets(shape[3], block * strides[3])};
  return move(op.getOutput(), input, offsets);
}

llvm::Expected<Tensor> reference::evaluate(GatherOp op,
                                           const Operands &operands) {
  const Tensor &input = operands.get(op.getInput());
  Tensor indices = operands.get(op.getIndices()).convertTo(ElementType::Int64);
  ArrayRef<int64_t> shape = input.getShape();
  int64_t axis = op.getAxis(), extent = shape[axis];
  int64_t inner = countElements(shape.drop_front(axis + 1));
  SmallVector<int64_t> rows;
  for (int64_t index : indices.get<int64_t>()) {
    if (index < -extent || index >= extent)
      return llvm::createStringError(
          "gather expects indices from " + std::to_string(-extent) + " to " +
          std::to_string(extent - 1) + ", got " + std::to_string(index));
    rows.push_back((index < 0 ? index + extent : index) * inner);
  }
  Offsets offsets = {
      getOffsets(countElements(shape.take_front(axis)), extent * inner), rows,
      getOffsets(inner, 1)};
  return move(op.getOutput(), input, offsets);
}
