//===- ConvIntegerEmitter.h - Loops of integer convolutions -----*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_CONVINTEGEREMITTER_H
#define CNNC_LIB_CONVERSION_CONVINTEGEREMITTER_H

#include "DirectConvEmitter.h"

namespace mlir::kernel {

/// What integer convolutions have in common, however products are added up:
/// where sums start, and what becomes of them.
class ConvIntegerEmitter : public DirectConvEmitter {
public:
  ConvIntegerEmitter(LoopBuilder &builder, const cnn::Machine &machine,
                     const DirectConvolution &conv, ConvIntegerOp op,
                     FlatArray multiplier, const cnn::DotProduct &product)
      : DirectConvEmitter(builder, machine, conv), op(op),
        multiplier(std::move(multiplier)), product(product) {}

protected:
  Values emitInitial(const ColumnTiles &tile, Value column) override;
  void finish(const ColumnTiles &tile, Value column, Values sums) override;

  Value call(const cnn::DotProduct &product, VectorType type,
             SmallVector<Value> operands);
  VectorType getVector(Type element) const {
    return VectorType::get(conv.lanes, element);
  }

  ConvIntegerOp op;
  FlatArray multiplier;
  const cnn::DotProduct &product;

private:
  Position getBias(const ColumnTiles &tile, int64_t column);
};

/// Sums by an instruction that multiplies two pixels with two output channels.
/// While they are added up, the four sums of a block of two columns are in two
/// vectors: the first has the first two channels of both columns.
class MatrixProductEmitter : public ConvIntegerEmitter {
public:
  using ConvIntegerEmitter::ConvIntegerEmitter;

private:
  Values emitInitial(const ColumnTiles &tile, Value column) override;
  Values emitSteps(const ColumnTiles &tile, int64_t tap, int64_t steps,
                   Operands at, ValueRange carried) override;
  void finish(const ColumnTiles &tile, Value column, Values sums) override;

  Values exchangeHalves(Values sums);
  Values loadFactors(std::pair<int64_t, int64_t> columns, Position position);
  Values loadPixels(int64_t count, Position position);
  Values loadBlockPixels(int64_t count, Position position);
};

/// Sums by an instruction that adds up two products of 16 bits, which bytes are
/// widened to where they are loaded. A tile is two columns of two output
/// channels: that many sums, pairs of four channels and addresses are what
/// registers of a machine without vectors hold.
class PairProductEmitter : public ConvIntegerEmitter {
public:
  PairProductEmitter(LoopBuilder &builder, const cnn::Machine &machine,
                     const DirectConvolution &conv, ConvIntegerOp op,
                     FlatArray multiplier, const cnn::DotProduct &product)
      : ConvIntegerEmitter(builder, machine, conv, op, std::move(multiplier),
                           product),
        word(builder.getI32Type()) {}

  /// The columns and the output channels of a tile.
  static constexpr int64_t columns = 2, channels = 2;

private:
  /// The channels of a word with even and with odd numbers.
  using Pairs = std::array<Value, 2>;

  Values emitSteps(const ColumnTiles &tile, int64_t tap, int64_t steps,
                   Operands at, ValueRange carried) override;
  int64_t getSteps(const ColumnTiles &tile) const override;

  Pairs loadPairs(const FlatArray &array, Position position, bool isUnsigned);
  Value callOnWords(StringRef intrinsic, ValueRange operands);

  Type word;
};

/// Sums that count the channels whose signs are those of the weights.
class SignProductEmitter : public ConvIntegerEmitter {
public:
  using ConvIntegerEmitter::ConvIntegerEmitter;

private:
  Values emitSteps(const ColumnTiles &tile, int64_t tap, int64_t steps,
                   Operands at, ValueRange carried) override;
  /// LLVM adds up in another order what a larger body adds to one sum, for
  /// which it needs more registers.
  int64_t getSteps(const ColumnTiles &) const override { return 1; }
};

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_CONVINTEGEREMITTER_H
