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

#include "ConvRows.h"
#include "EmitFunction.h"
#include "KernelToLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

class DepthwiseConvEmitter {
public:
  DepthwiseConvEmitter(LoopBuilder &builder, const cnn::Machine &machine,
                       const DepthwiseConvolution &conv)
      : builder(builder), conv(conv), window(conv.window), input(conv.input),
        filter(conv.filter), bias(conv.bias), residual(conv.residual),
        output(conv.output), groupChannels(filter.shape[1]),
        vector(VectorType::get(
            output.shape.back(),
            cast<MemRefType>(output.memref.getType()).getElementType())) {
    int64_t largest =
        std::max<int64_t>(1, getRegisters(machine, vector) * 7 / 16);
    plan = planColumns(window[1], input.shape[3],
                       splitColumns(output.shape[3], largest, /*smallest=*/4));
  }

  void emit();
  void emitRow(const DepthwiseRow &row);

private:
  using Values = SmallVector<Value>;

  Value getRowStart(Value tap);
  void emitTile(const ColumnTiles &tile, Value column);
  Values emitTapRow(const ColumnTiles &tile, Value tap, Position x,
                    int64_t channel, ValueRange carried);
  Value spread(Value value, int64_t channel);
  void finish(const ColumnTiles &tile, Value column, ArrayRef<Value> sums);

  LoopBuilder &builder;
  const DepthwiseConvolution &conv;
  const cnn::Window &window;
  const FlatArray &input, &filter, &bias, &residual, &output;
  int64_t groupChannels;
  VectorType vector;
  SmallVector<ColumnTiles> plan;

  // Set by the loops that are being emitted.
  Value inputBase, filterBase, biasBase, residualBase, outputBase;
  /// Where the row of the first tap is in a ring.
  Value ringRow;
  TapRange taps;
};

void DepthwiseConvEmitter::emit() {
  builder.forAll({0, 0, 0}, {output.shape[0], output.shape[1], output.shape[2]},
                 [&](ValueRange indices) {
                   Value start =
                       builder.linearize(indices.take_front(2),
                                         ArrayRef(input.strides).take_front(2));
                   emitRow({indices[0], indices[1], indices[2], start});
                 });
}

void DepthwiseConvEmitter::emitRow(const DepthwiseRow &row) {
  taps = emitTapRange(builder, window[0], input.shape[2], output.shape[2],
                      row.row);
  Value inputRow =
      builder.add(builder.mul(row.row, window[0].stride), -window[0].padLow);
  inputBase = row.input;
  if (conv.ringRows)
    ringRow = builder.createOrFold<arith::RemUIOp>(
        builder.add(inputRow, llvm::alignTo(window[0].padLow, conv.ringRows)),
        builder.index(conv.ringRows));
  else
    inputBase = builder.add(inputBase, builder.mul(inputRow, input.strides[2]));
  filterBase = builder.mul(row.block, filter.strides[0]);
  biasBase = builder.mul(row.block, vector.getNumElements());
  Value position[] = {row.image, row.block, row.row};
  outputBase =
      builder.linearize(position, ArrayRef(output.strides).take_front(3));
  if (residual)
    residualBase =
        builder.linearize(position, ArrayRef(residual.strides).take_front(3));
  for (const ColumnTiles &tile : plan)
    builder.loop(tile.count, 1, [&](Value number) {
      emitTile(tile,
               builder.add(builder.mul(number, tile.columns), tile.first));
    });
}

/// Where the row of a tap is, seen from that of the first.
Value DepthwiseConvEmitter::getRowStart(Value tap) {
  if (!conv.ringRows)
    return builder.mul(tap, window[0].dilation * input.strides[2]);
  Value row = builder.add(ringRow, builder.mul(tap, window[0].dilation));
  Value wrapped = builder.add(row, -conv.ringRows);
  Value isBeyond = arith::CmpIOp::create(builder, arith::CmpIPredicate::sge,
                                         wrapped, builder.index(0));
  return builder.mul(arith::SelectOp::create(builder, isBeyond, wrapped, row),
                     input.strides[2]);
}

void DepthwiseConvEmitter::emitTile(const ColumnTiles &tile, Value column) {
  Value initial =
      bias ? builder.load(bias, {biasBase}, vector) : builder.splat(0, vector);
  Value start = builder.add(
      inputBase, builder.mul(column, window[1].stride * input.strides[3]));
  Values sums(tile.columns, initial);
  for (int64_t channel = 0; channel < groupChannels; ++channel)
    sums = builder.loop(taps.lower, taps.upper, 1, sums,
                        [&](Value tap, ValueRange sums) {
                          Position x{builder.add(start, getRowStart(tap)),
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
    sum = cnn::emitFunction(builder, conv.activation, sum);
    builder.store(sum, output, y + i * output.strides[3]);
  }
}

} // namespace

void DepthwiseConvolution::setFilter(const FlatArray &array) {
  filter = array;
  if (filter.shape.size() == 4) {
    filter.shape.insert(filter.shape.begin() + 1, 1);
    filter.strides.insert(filter.strides.begin() + 1, 0);
  }
}

void kernel::buildRow(LoopBuilder &builder, const cnn::Machine &machine,
                      const DepthwiseConvolution &conv,
                      const DepthwiseRow &row) {
  DepthwiseConvEmitter(builder, machine, conv).emitRow(row);
}

LogicalResult kernel::buildLoops(DepthwiseConvOp op,
                                 const cnn::Machine &machine) {
  LoopBuilder builder(op);
  FailureOr<FlatArray> input = builder.flatten(op.getInput()),
                       filter = builder.flatten(op.getFilter()),
                       bias = builder.flatten(op.getBias()),
                       residual = builder.flatten(op.getResidual()),
                       output = builder.flatten(op.getOutput());
  if (failed(input) || failed(filter) || failed(bias) || failed(residual) ||
      failed(output))
    return failure();
  DepthwiseConvolution conv{*input,
                            {},
                            *bias,
                            *residual,
                            *output,
                            op.getWindow(),
                            op.getActivationAttr()};
  conv.setFilter(*filter);
  DepthwiseConvEmitter(builder, machine, conv).emit();
  return success();
}
