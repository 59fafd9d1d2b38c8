//===- MatrixProductEmitter.cpp - Integer convolutions by 2 x 2 tiles -----===//
//
// A vector of factors is two rows of eight bytes: eight input channels of two
// pixels, or of two output channels. Blocks of the image have four channels, so
// that eight of two pixels are zipped from two blocks:
//
//   block b:     p0 p1 p2 p3                    of four bytes each
//   block b + 1: q0 q1 q2 q3   -->   p0 q0 p1 q1   and   p2 q2 p3 q3
//
//===----------------------------------------------------------------------===//

#include "ConvIntegerEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::kernel;

/// Channels of a block that others are zipped with, and bytes of such a pixel.
static constexpr int64_t blockBytes = 4;

/// From vectors of one column to those of two, and back.
SmallVector<Value> MatrixProductEmitter::exchangeHalves(Values sums) {
  auto blocks = static_cast<size_t>(tiling.blocks);
  for (size_t start = 0; start < sums.size(); start += 2 * blocks)
    for (size_t i = start; i < start + blocks; ++i) {
      Value &first = sums[i], &second = sums[i + blocks];
      Value low = vector::ShuffleOp::create(builder, first, second,
                                            ArrayRef<int64_t>{0, 1, 4, 5});
      second = vector::ShuffleOp::create(builder, first, second,
                                         ArrayRef<int64_t>{2, 3, 6, 7});
      first = low;
    }
  return sums;
}

SmallVector<Value> MatrixProductEmitter::emitInitial(const ColumnTiles &tile,
                                                     Value column) {
  Values sums = ConvIntegerEmitter::emitInitial(tile, column);
  // The second column of the last unit may be missing; it starts from anything.
  if (tile.columns % 2 != 0)
    sums.append(Values(ArrayRef<Value>(sums).take_back(tiling.blocks)));
  return exchangeHalves(std::move(sums));
}

void MatrixProductEmitter::finish(const ColumnTiles &tile, Value column,
                                  Values sums) {
  sums = exchangeHalves(std::move(sums));
  sums.truncate(tile.columns * tiling.blocks);
  ConvIntegerEmitter::finish(tile, column, std::move(sums));
}

/// Eight channels of each of `count` pixels from two blocks. What is loaded
/// lies between the first and the last pixel.
SmallVector<Value> MatrixProductEmitter::loadBlockPixels(int64_t count,
                                                         Position position) {
  int64_t stride = conv.window[1].stride;
  int64_t extent = (count - 1) * stride + 1;
  int64_t size = extent >= 4 ? 4 : extent >= 2 ? 2 : 1;
  if (conv.input.strides[3] != blockBytes)
    size = 1;
  VectorType bytes = VectorType::get(size * blockBytes, builder.getI8Type());
  VectorType words = VectorType::get(size, builder.getI32Type());
  int64_t start = -size;
  Value block, next;
  Values pixels;
  for (int64_t pixel = 0; pixel < extent; pixel += stride) {
    if (pixel >= start + size) {
      start = std::min(pixel, extent - size);
      Position at = position + start * conv.input.strides[3];
      auto load = [&](Position at) -> Value {
        return vector::BitCastOp::create(builder, words,
                                         builder.load(conv.input, at, bytes));
      };
      block = load(at);
      next = load(at + conv.input.strides[1]);
    }
    pixels.push_back(vector::ShuffleOp::create(
        builder, block, next,
        ArrayRef<int64_t>{pixel - start, pixel - start + size}));
  }
  return pixels;
}

/// Eight channels of each of `count` pixels, as two numbers of 32 bits.
SmallVector<Value> MatrixProductEmitter::loadPixels(int64_t count,
                                                    Position position) {
  if (conv.input.shape[4] == blockBytes)
    return loadBlockPixels(count, position);
  int64_t stride = conv.window[1].stride * conv.input.strides[3];
  VectorType bytes = VectorType::get(product.terms, builder.getI8Type());
  Values pixels;
  for (int64_t i = 0; i < count; ++i)
    pixels.push_back(vector::BitCastOp::create(
        builder, VectorType::get(2, builder.getI32Type()),
        builder.load(conv.input, position + i * stride, bytes)));
  return pixels;
}

/// Eight channels of the pixels of columns [first, last), in vectors of two
/// neighbours, the first of which is an even one. What is missing is zero.
SmallVector<Value>
MatrixProductEmitter::loadFactors(std::pair<int64_t, int64_t> columns,
                                  Position position) {
  auto [first, last] = columns;
  int64_t stride = conv.window[1].stride * conv.input.strides[3];
  Value none = arith::ConstantOp::create(
      builder, builder.getZeroAttr(VectorType::get(2, builder.getI32Type())));
  Values pixels;
  // A first column that is odd is loaded alone: those behind are zipped.
  if (first % 2 != 0) {
    pixels = {none, loadPixels(1, position).front()};
    position = position + stride;
    ++first;
  }
  if (first < last)
    pixels.append(loadPixels(last - first, position));
  if (pixels.size() % 2 != 0)
    pixels.push_back(none);
  Values factors;
  for (size_t i = 0; i < pixels.size(); i += 2)
    factors.push_back(vector::BitCastOp::create(
        builder, VectorType::get(2 * product.terms, builder.getI8Type()),
        vector::ShuffleOp::create(builder, pixels[i], pixels[i + 1],
                                  ArrayRef<int64_t>{0, 1, 2, 3})));
  return factors;
}

SmallVector<Value> MatrixProductEmitter::emitSteps(const ColumnTiles &tile,
                                                   int64_t tap, int64_t steps,
                                                   Operands at,
                                                   ValueRange carried) {
  Values sums = llvm::to_vector(carried);
  std::pair<int64_t, int64_t> columns = tile.taps[tap];
  at.input =
      at.input + columns.first * conv.window[1].stride * conv.input.strides[3];
  for (int64_t step = 0; step < steps; ++step) {
    Values inputs =
        loadFactors(columns, at.input + step * conv.inputLaneStride);
    Position filters = at.filter + step * conv.filterLaneStride;
    for (int64_t half = 0; half < 2 * tiling.blocks; ++half) {
      Value filter =
          builder.load(conv.filter, filters + half * 2 * product.terms,
                       cast<VectorType>(inputs.front().getType()));
      for (auto [i, input] : llvm::enumerate(inputs)) {
        Value &sum = sums[(2 * i + half % 2) * tiling.blocks + half / 2];
        sum = call(product, vector, {sum, input, filter});
      }
    }
  }
  return sums;
}
