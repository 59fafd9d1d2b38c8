//===- SignProductEmitter.cpp - Convolutions that count signs -------------===//
//
// A word is 32 channels, all of which one operation of three operands compares:
//
//   sum += popcount(isNotZero & (isPositive ^ filter))
//
//===----------------------------------------------------------------------===//

#include "ConvIntegerEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::kernel;

SmallVector<Value> SignProductEmitter::emitSteps(const ColumnTiles &tile,
                                                 int64_t tap, int64_t,
                                                 Operands at,
                                                 ValueRange carried) {
  Values sums = llvm::to_vector(carried);
  auto [first, last] = tile.taps[tap];
  int64_t stride = conv.window[1].stride * conv.input.strides[3];
  int64_t toNotZero = conv.inputLanes * conv.inputLaneStride;
  Values filters;
  for (int64_t j = 0; j < tiling.blocks; ++j)
    filters.push_back(
        builder.load(conv.filter, at.filter + j * conv.lanes, vector));
  for (int64_t i = first; i < last; ++i) {
    auto load = [&](int64_t offset) {
      return builder.broadcast(
          builder.load(conv.input, at.input + (i * stride + offset)), vector);
    };
    Value isPositive = load(0), isNotZero = load(toNotZero);
    for (int64_t j = 0; j < tiling.blocks; ++j) {
      Value differ = arith::AndIOp::create(
          builder, isNotZero,
          arith::XOrIOp::create(builder, isPositive, filters[j]));
      Value &sum = sums[(i - first) * tiling.blocks + j];
      sum = arith::AddIOp::create(builder, sum,
                                  math::CtPopOp::create(builder, differ));
    }
  }
  return sums;
}
