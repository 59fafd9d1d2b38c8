//===- DepthwiseConvToLoops.cpp - The depthwise convolution's loop nest ---===//
//
//   parallel: image, channel block, output row
//     tile of output columns                   one accumulator each
//       input channel of the groups            unrolled
//         filter row                           loop
//           input column                       unrolled: loaded once
//             x = its channel, in all lanes of the group
//             accumulator[column] += x * filter[tap]      columns and taps
//
//===----------------------------------------------------------------------===//

#include "EmitFunction.h"
#include "KernelToLoops.h"
#include "LoopBuilder.h"
#include "SlidingWindow.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

class DepthwiseConvEmitter {
public:
  DepthwiseConvEmitter(LoopBuilder &builder, DepthwiseConvOp op)
      : builder(builder), window(op.getWindow()),
        activation(op.getActivationAttr()),
        groupChannels(op.getGroupChannels()),
        vector(VectorType::get(op.getOutput().getType().getShape().back(),
                               op.getOutput().getType().getElementType())) {}

  LogicalResult readOperands(DepthwiseConvOp op);
  void emit(const cnn::Machine &machine);

private:
  using Values = SmallVector<Value>;

  void emitTile(const ColumnTiles &tile, Value column);
  Values emitTapRow(const ColumnTiles &tile, Value tap, Position x,
                    int64_t channel, ValueRange carried);
  Value spread(Value value, int64_t channel);
  void finish(const ColumnTiles &tile, Value column, ArrayRef<Value> sums);

  LoopBuilder &builder;
  cnn::Window window;
  cnn::FunctionAttr activation;
  int64_t groupChannels;
  VectorType vector;
  /// The filter has a dimension for the channels of a group, which may be 1.
  FlatArray input, filter, bias, residual, output;

  // Set by the loops that are being emitted.
  Value inputBase, filterBase, biasBase, residualBase, outputBase;
  TapRange taps;
};

LogicalResult DepthwiseConvEmitter::readOperands(DepthwiseConvOp op) {
  FailureOr<FlatArray> arrays[] = {
      builder.flatten(op.getInput()), builder.flatten(op.getFilter()),
      builder.flatten(op.getBias()), builder.flatten(op.getResidual()),
      builder.flatten(op.getOutput())};
  if (llvm::any_of(arrays, [](const auto &array) { return failed(array); }))
    return failure();
  input = *arrays[0];
  filter = *arrays[1];
  if (filter.shape.size() == 4) {
    filter.shape.insert(filter.shape.begin() + 1, 1);
    filter.strides.insert(filter.strides.begin() + 1, 0);
  }
  bias = *arrays[2];
  residual = *arrays[3];
  output = *arrays[4];
  return success();
}

void DepthwiseConvEmitter::emit(const cnn::Machine &machine) {
  int64_t largest =
      std::max<int64_t>(1, getRegisters(machine, vector) * 7 / 16);
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
        biasBase = builder.mul(block, vector.getNumElements());
        outputBase =
            builder.linearize(indices, ArrayRef(output.strides).take_front(3));
        if (residual)
          residualBase = builder.linearize(
              indices, ArrayRef(residual.strides).take_front(3));
        for (const ColumnTiles &tile : plan)
          builder.loop(tile.count, 1, [&](Value number) {
            emitTile(tile, builder.add(builder.mul(number, tile.columns),
                                       tile.first));
          });
      });
}

void DepthwiseConvEmitter::emitTile(const ColumnTiles &tile, Value column) {
  Value initial =
      bias ? builder.load(bias, {biasBase}, vector) : builder.splat(0, vector);
  Value start = builder.add(
      inputBase, builder.mul(column, window[1].stride * input.strides[3]));
  int64_t rowStride = window[0].dilation * input.strides[2];
  Values sums(tile.columns, initial);
  for (int64_t channel = 0; channel < groupChannels; ++channel)
    sums = builder.loop(
        taps.lower, taps.upper, 1, sums, [&](Value tap, ValueRange sums) {
          Position x{builder.add(start, builder.mul(tap, rowStride)),
                     -window[1].padLow * input.strides[3]};
          return emitTapRow(tile, tap, x, channel, sums);
        });
  finish(tile, column, sums);
}

/// Adds the products of one filter row and of one channel of each group.
SmallVector<Value> DepthwiseConvEmitter::emitTapRow(const ColumnTiles &tile,
                                                    Value tap, Position x,
                                                    int64_t channel,
                                                    ValueRange carried) {
  Values sums = llvm::to_vector(carried);
  Position row{builder.add(filterBase, builder.mul(tap, filter.strides[2])),
               channel * filter.strides[1]};
  Values factors;
  for (int64_t i = 0; i < window[1].size; ++i)
    factors.push_back(
        builder.load(filter, row + i * filter.strides[3], vector));
  for (const InputColumn &column : getInputColumns(window[1], tile)) {
    Value value = spread(
        builder.load(input, x + column.offset * input.strides[3], vector),
        channel);
    for (auto [output, tap] : column.columnsAndTaps)
      sums[output] = builder.multiplyAdd(value, factors[tap], sums[output]);
  }
  return sums;
}

/// The vector that holds in every lane channel `channel` of the lane's group.
Value DepthwiseConvEmitter::spread(Value value, int64_t channel) {
  if (groupChannels == 1)
    return value;
  SmallVector<int64_t> lanes;
  for (int64_t lane = 0; lane < vector.getNumElements(); ++lane)
    lanes.push_back(lane / groupChannels * groupChannels + channel);
  return vector::ShuffleOp::create(builder, value, value, lanes);
}

/// Residual, activation and the store.
void DepthwiseConvEmitter::finish(const ColumnTiles &tile, Value column,
                                  ArrayRef<Value> sums) {
  Position y{builder.add(outputBase, builder.mul(column, output.strides[3]))};
  Position other;
  if (residual)
    other.base =
        builder.add(residualBase, builder.mul(column, residual.strides[3]));
  for (int64_t i = 0; i < tile.columns; ++i) {
    Value sum = sums[i];
    if (residual)
      sum = builder.addFloat(
          sum, builder.load(residual, other + i * residual.strides[3], vector));
    sum = cnn::emitFunction(builder, activation, sum);
    builder.store(sum, output, y + i * output.strides[3]);
  }
}

} // namespace

LogicalResult kernel::buildLoops(DepthwiseConvOp op,
                                 const cnn::Machine &machine) {
  LoopBuilder builder(op);
  DepthwiseConvEmitter emitter(builder, op);
  if (failed(emitter.readOperands(op)))
    return failure();
  emitter.emit(machine);
  return success();
}
