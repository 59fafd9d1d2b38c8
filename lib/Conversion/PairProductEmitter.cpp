//===- PairProductEmitter.cpp - Integer convolutions without vectors ------===//
//
// Four channels are a word of bytes in memory, and two pairs of 16 bits in
// registers:
//
//   even = widen(word), odd = widen(word rotated by 8 bits)
//   sum += even of x * even of w + odd of x * odd of w        two instructions
//
//===----------------------------------------------------------------------===//

#include "ConvIntegerEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::kernel;

Value PairProductEmitter::callOnWords(StringRef intrinsic,
                                      ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(
             builder, word, builder.getStringAttr(intrinsic), operands)
      .getResult(0);
}

PairProductEmitter::Pairs PairProductEmitter::loadPairs(const FlatArray &array,
                                                        Position position,
                                                        bool isUnsigned) {
  auto bytes =
      VectorType::get(cnn::PairProduct::terms, builder.getIntegerType(8));
  Value even = LLVM::BitcastOp::create(builder, word,
                                       builder.load(array, position, bytes));
  Value bits = arith::ConstantOp::create(builder, builder.getI32IntegerAttr(8));
  Value odd = LLVM::FshrOp::create(builder, even, even, bits);
  StringRef widen = isUnsigned ? machine.pairProduct->widenUnsigned
                               : machine.pairProduct->widenSigned;
  return {callOnWords(widen, even), callOnWords(widen, odd)};
}

/// The taps of a row, which are few as a rule, or a part of them.
int64_t PairProductEmitter::getSteps(const ColumnTiles &tile) const {
  // Dilated taps do not follow each other; each is a loop of its lanes.
  bool isMerged = tile.isInterior() && conv.window[1].dilation == 1;
  int64_t lanes = conv.inputLanes * (isMerged ? conv.window[1].size : 1);
  for (int64_t steps = 4; steps > 1; --steps)
    if (lanes % steps == 0)
      return steps;
  return 1;
}

SmallVector<Value> PairProductEmitter::emitSteps(const ColumnTiles &tile,
                                                 int64_t tap, int64_t steps,
                                                 Operands at,
                                                 ValueRange carried) {
  Values sums = llvm::to_vector(carried);
  auto [first, last] = tile.taps[tap];
  int64_t stride = conv.window[1].stride * conv.input.strides[3];
  for (int64_t step = 0; step < steps; ++step) {
    SmallVector<Pairs> filters, inputs;
    for (int64_t channel = 0; channel < conv.lanes; ++channel)
      filters.push_back(
          loadPairs(conv.filter,
                    at.filter + (step * conv.filterLaneStride +
                                 channel * cnn::PairProduct::terms),
                    /*isUnsigned=*/false));
    for (int64_t i = first; i < last; ++i) {
      Pairs input = loadPairs(
          conv.input, at.input + (step * conv.inputLaneStride + i * stride),
          product.isMixed);
      Value &tileSums = sums[i - first];
      for (auto [channel, filter] : llvm::enumerate(filters)) {
        Value sum = vector::ExtractOp::create(builder, tileSums, channel);
        for (auto [x, w] : llvm::zip_equal(input, filter))
          sum = callOnWords(machine.pairProduct->multiplyAdd, {x, w, sum});
        tileSums = vector::InsertOp::create(builder, sum, tileSums, channel);
      }
    }
  }
  return sums;
}
