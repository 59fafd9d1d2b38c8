//===- DepthwiseConvIntegerToLoops.cpp - Depthwise layers of bytes --------===//
//
//   parallel: image, channel block, output row
//     tile of output columns                   one accumulator each
//       filter row                             loop
//         input column                         unrolled: loaded once
//           x = float(its bytes - zero point)
//           accumulator[column] += x * filter[tap]      columns and taps
//     requantized, and stored as bytes
//
// All sums are below 2^24, and so exact.
//
//===----------------------------------------------------------------------===//

#include "EmitQuantized.h"
#include "KernelToLoops.h"
#include "LoopBuilder.h"
#include "SlidingWindow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

class DepthwiseConvIntegerEmitter {
public:
  DepthwiseConvIntegerEmitter(LoopBuilder &builder, DepthwiseConvIntegerOp op)
      : builder(builder), op(op), window(op.getWindow()),
        lanes(op.getOutput().getType().getShape().back()) {}

  LogicalResult readOperands();
  void emit(const cnn::Machine &machine);

private:
  using Values = SmallVector<Value>;

  VectorType getVector(Type element) { return VectorType::get(lanes, element); }
  Type getElement(const FlatArray &array) {
    return cast<MemRefType>(array.memref.getType()).getElementType();
  }
  void emitTile(const ColumnTiles &tile, Value column);
  Values emitTapRow(const ColumnTiles &tile, Value tap, Position x,
                    ValueRange carried);
  Value loadPixel(Position x);
  Value finish(Value sum);

  LoopBuilder &builder;
  DepthwiseConvIntegerOp op;
  cnn::Window window;
  int64_t lanes;
  FlatArray input, filter, bias, multiplier, output;

  // Set by the loops that are being emitted.
  Value inputBase, filterBase, outputBase, biases, multipliers;
  TapRange taps;
};

LogicalResult DepthwiseConvIntegerEmitter::readOperands() {
  FailureOr<FlatArray> arrays[] = {
      builder.flatten(op.getInput()), builder.flatten(op.getFilter()),
      builder.flatten(op.getBias()), builder.flatten(op.getMultiplier()),
      builder.flatten(op.getOutput())};
  if (llvm::any_of(arrays, [](const auto &array) { return failed(array); }))
    return failure();
  input = *arrays[0];
  filter = *arrays[1];
  bias = *arrays[2];
  multiplier = *arrays[3];
  output = *arrays[4];
  return success();
}

void DepthwiseConvIntegerEmitter::emit(const cnn::Machine &machine) {
  VectorType sums = getVector(builder.getF32Type());
  int64_t largest = std::max<int64_t>(1, getRegisters(machine, sums) * 7 / 16);
  SmallVector<ColumnTiles> plan =
      planColumns(window[1], input.shape[3],
                  splitColumns(output.shape[3], largest, /*smallest=*/4));
  builder.forAll(
      {0, 0, 0}, {output.shape[0], output.shape[1], output.shape[2]},
      [&](ValueRange indices) {
        Value block = indices[1], row = indices[2];
        taps = emitTapRange(builder, window[0], input.shape[2], output.shape[2],
                            row);
        Value inputRow =
            builder.add(builder.mul(row, window[0].stride), -window[0].padLow);
        inputBase = builder.linearize({indices[0], block, inputRow},
                                      ArrayRef(input.strides).take_front(3));
        filterBase = builder.mul(block, filter.strides[0]);
        outputBase =
            builder.linearize(indices, ArrayRef(output.strides).take_front(3));
        Position channel{builder.mul(block, lanes)};
        if (bias)
          biases = builder.load(bias, channel, getVector(getElement(bias)));
        if (multiplier)
          multipliers = builder.load(multiplier, channel, sums);
        for (const ColumnTiles &tile : plan)
          builder.loop(tile.count, 1, [&](Value number) {
            emitTile(tile, builder.add(builder.mul(number, tile.columns),
                                       tile.first));
          });
      });
}

void DepthwiseConvIntegerEmitter::emitTile(const ColumnTiles &tile,
                                           Value column) {
  VectorType vector = getVector(builder.getF32Type());
  Value initial =
      biases && biases.getType() == vector ? biases : builder.splat(0, vector);
  Value start = builder.add(
      inputBase, builder.mul(column, window[1].stride * input.strides[3]));
  int64_t rowStride = window[0].dilation * input.strides[2];
  Values sums =
      builder.loop(taps.lower, taps.upper, 1, Values(tile.columns, initial),
                   [&](Value tap, ValueRange sums) {
                     Position x{builder.add(start, builder.mul(tap, rowStride)),
                                -window[1].padLow * input.strides[3]};
                     return emitTapRow(tile, tap, x, sums);
                   });
  Position y{builder.add(outputBase, builder.mul(column, output.strides[3]))};
  for (auto [i, sum] : llvm::enumerate(sums))
    builder.store(finish(sum), output,
                  y + static_cast<int64_t>(i) * output.strides[3]);
}

/// Adds the products of one filter row.
SmallVector<Value>
DepthwiseConvIntegerEmitter::emitTapRow(const ColumnTiles &tile, Value tap,
                                        Position x, ValueRange carried) {
  Values sums = llvm::to_vector(carried);
  Position row{builder.add(filterBase, builder.mul(tap, filter.strides[1]))};
  Values factors;
  for (int64_t i = 0; i < window[1].size; ++i)
    factors.push_back(builder.load(filter, row + i * filter.strides[2],
                                   getVector(builder.getF32Type())));
  for (const InputColumn &column : getInputColumns(window[1], tile)) {
    Value pixel = loadPixel(x + column.offset * input.strides[3]);
    for (auto [output, tap] : column.columnsAndTaps)
      sums[output] = builder.multiplyAdd(pixel, factors[tap], sums[output]);
  }
  return sums;
}

/// The bytes of a pixel, without the zero point, as floats.
Value DepthwiseConvIntegerEmitter::loadPixel(Position x) {
  Value bytes = builder.load(input, x, getVector(builder.getI8Type()));
  VectorType wide = getVector(builder.getI32Type());
  Value integers;
  if (op.getUnsignedInput())
    integers = arith::ExtUIOp::create(builder, wide, bytes);
  else
    integers = arith::ExtSIOp::create(builder, wide, bytes);
  if (int64_t zeroPoint = op.getInputZeroPoint()) {
    Value zeros = arith::ConstantOp::create(
        builder,
        DenseElementsAttr::get(
            wide, builder.getI32IntegerAttr(static_cast<int32_t>(zeroPoint))));
    integers = arith::SubIOp::create(builder, integers, zeros);
  }
  return arith::SIToFPOp::create(builder, getVector(builder.getF32Type()),
                                 integers);
}

/// A vector of the output from one of sums.
Value DepthwiseConvIntegerEmitter::finish(Value sum) {
  VectorType integers = getVector(builder.getI32Type());
  bool isLate = biases && biases.getType() == integers;
  if (isLate || !multiplier)
    sum = arith::FPToSIOp::create(builder, integers, sum);
  if (isLate)
    sum = arith::AddIOp::create(builder, sum, biases);
  if (!multiplier)
    return sum;
  if (isLate)
    sum = arith::SIToFPOp::create(builder, multipliers.getType(), sum);
  Value product = cnn::emitRoundedProduct(builder, sum, multipliers);
  if (getElement(output).isF32())
    return product;
  ArrayRef<int64_t> range = op.getRange();
  return cnn::emitQuantized(builder, product, op.getZeroPoint(),
                            {range[0], range[1], /*width=*/8});
}

} // namespace

LogicalResult kernel::buildLoops(DepthwiseConvIntegerOp op,
                                 const cnn::Machine &machine) {
  LoopBuilder builder(op);
  DepthwiseConvIntegerEmitter emitter(builder, op);
  if (failed(emitter.readOperands()))
    return failure();
  emitter.emit(machine);
  return success();
}
