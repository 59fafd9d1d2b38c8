//===- DirectConvToLoops.cpp - The direct convolution's loop nest ---------===//
//
//   parallel: image, filter block, output row
//     tile of output columns                   accumulators: columns x blocks
//       input channel block, filter row        loops
//         filter column, input lane            unrolled as far as code stays
//         small
//           accumulator[column][block] += x[column] * filter[block]
//
// A filter block stays in the second-level cache across the rows. Convolutions
// of a single tap see the image as rows of whatever length tiles best.
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

/// The operands and the extents that the loops run over.
struct Convolution {
  FlatArray input, filter, bias, residual, output;
  cnn::Window window;
  int64_t groups;
  /// Lanes of an output block.
  int64_t lanes;

  /// Input channels of a group: `inputBlocks` times `inputLanes`. A plain image
  /// is one block of all channels.
  int64_t inputBlocks, inputLanes;
  int64_t inputBlockStride, inputLaneStride;
  /// How far the filter's elements lie apart.
  int64_t filterBlockStride, filterInputBlockStride, filterRowStride,
      filterColumnStride, filterLaneStride;
};

FailureOr<Convolution> readConvolution(LoopBuilder &builder, DirectConvOp op) {
  FailureOr<FlatArray> input = builder.flatten(op.getInput()),
                       filter = builder.flatten(op.getFilter()),
                       bias = builder.flatten(op.getBias()),
                       residual = builder.flatten(op.getResidual()),
                       output = builder.flatten(op.getOutput());
  if (failed(input) || failed(filter) || failed(bias) || failed(residual) ||
      failed(output))
    return failure();
  Convolution conv;
  conv.input = *input;
  conv.filter = *filter;
  conv.bias = *bias;
  conv.residual = *residual;
  conv.output = *output;
  conv.window = op.getWindow();
  conv.groups = op.getGroups();
  conv.lanes = op.getLanes();
  int64_t channels = input->shape[1] / conv.groups;
  bool blocked = op.isBlocked();
  conv.inputBlocks = blocked ? channels : 1;
  conv.inputLanes = blocked ? conv.lanes : channels;
  conv.inputBlockStride = input->strides[1];
  conv.inputLaneStride = blocked ? 1 : input->strides[1];
  conv.filterBlockStride = filter->strides[0];
  conv.filterInputBlockStride = filter->strides[1];
  conv.filterRowStride = filter->strides[2];
  conv.filterColumnStride = filter->strides[3];
  conv.filterLaneStride = filter->strides[blocked ? 4 : 1];
  return conv;
}

/// A point of the input and one of the filter, which advance together.
struct Operands {
  Position input, filter;
};

/// Rows follow each other without a gap.
bool hasContiguousRows(const FlatArray &image) {
  return !image || image.strides[2] == image.shape[3] * image.strides[3];
}

/// A rough time of one row: its tiles' multiply-adds, no tile faster than the
/// latency of one.
int64_t estimateRow(ArrayRef<int64_t> widths, int64_t blocks) {
  int64_t time = 0;
  for (int64_t width : widths)
    time += std::max<int64_t>(width * blocks, 8) + blocks;
  return time;
}

class DirectConvEmitter {
public:
  DirectConvEmitter(LoopBuilder &builder, DirectConvOp op,
                    const cnn::Machine &machine, const Convolution &conv)
      : builder(builder), activation(op.getActivationAttr()), conv(conv),
        vector(VectorType::get(conv.lanes,
                               op.getOutput().getType().getElementType())),
        registers(getRegisters(machine, vector)) {}

  void emit(int64_t outputBlocks);

private:
  using Values = SmallVector<Value>;

  /// The loops over filter blocks [first, last) of each group, which have
  /// `blocks` output blocks.
  void emitFilterBlocks(int64_t first, int64_t last);
  int64_t getColumns() const;
  void reshapeRows(int64_t largest);
  void emitRow(Value image, Value filterBlock, Value row);
  void emitTile(const ColumnTiles &tile, Value column);
  Values emitTapRow(const ColumnTiles &tile, Operands at, Values sums);
  Values emitLanes(const ColumnTiles &tile, int64_t tap, int64_t lanes,
                   Operands at, ValueRange sums);
  Values emitSteps(const ColumnTiles &tile, int64_t tap, int64_t steps,
                   Operands at, ValueRange carried);
  /// The operands `count` elements of these strides further on.
  Operands advance(Operands at, Value count, int64_t ofInput, int64_t ofFilter);
  int64_t getSteps(const ColumnTiles &tile) const;
  void finish(const ColumnTiles &tile, Value column, ArrayRef<Value> sums);

  /// Input lanes are loaded as one vector and broadcast from there.
  bool loadsLanes() const {
    return conv.lanes == 4 && conv.inputLanes == 4 && conv.inputLaneStride == 1;
  }

  LoopBuilder &builder;
  cnn::FunctionAttr activation;
  Convolution conv;
  VectorType vector;
  int64_t registers;

  // Set by the loops that are being emitted.
  int64_t blocks = 0, filterBlocksPerGroup = 0;
  int64_t groupBlocks = 0, fullBlocks = 0;
  SmallVector<ColumnTiles> plan;
  Value inputBase, filterBase, outputBase, residualBase, biasBase;
  TapRange taps;
};

void DirectConvEmitter::emit(int64_t outputBlocks) {
  fullBlocks = outputBlocks;
  groupBlocks = conv.output.shape[1] / conv.groups;
  filterBlocksPerGroup = llvm::divideCeilSigned(groupBlocks, fullBlocks);
  int64_t full = groupBlocks / fullBlocks;
  if (full > 0) {
    blocks = fullBlocks;
    emitFilterBlocks(0, full);
  }
  if (full < filterBlocksPerGroup) {
    blocks = groupBlocks - full * fullBlocks;
    emitFilterBlocks(full, filterBlocksPerGroup);
  }
}

/// Columns of a tile such that accumulators, one filter vector per block and
/// what is multiplied with them stay in registers.
int64_t DirectConvEmitter::getColumns() const {
  if (loadsLanes())
    return std::max<int64_t>(1, (registers - blocks) / (blocks + 1));
  // Four registers are left for LLVM to schedule with, and more where the input
  // lanes are apart and unrolled.
  int64_t spared =
      conv.inputLaneStride == 1 ? 4 : std::max<int64_t>(4, registers / 4);
  int64_t accumulators = std::min(registers - blocks - 1, registers - spared);
  return std::max<int64_t>(1, accumulators / blocks);
}

/// Sees the image of a pointwise convolution as other rows of columns, such
/// that they tile well and there are rows to share among threads.
void DirectConvEmitter::reshapeRows(int64_t largest) {
  FlatArray *images[] = {&conv.input, &conv.output, &conv.residual};
  if (!cnn::isPointwise(conv.window) ||
      !llvm::all_of(images,
                    [](FlatArray *image) { return hasContiguousRows(*image); }))
    return;
  int64_t pixels = conv.output.shape[2] * conv.output.shape[3];
  int64_t best = conv.output.shape[3];
  auto estimate = [&](int64_t columns) {
    int64_t smallest = llvm::divideCeilSigned(8, blocks);
    return pixels / columns *
           estimateRow(splitColumns(columns, largest, smallest), blocks);
  };
  for (int64_t columns = 1; columns <= std::min(pixels, 16 * largest);
       ++columns)
    if (pixels % columns == 0 && estimate(columns) < estimate(best))
      best = columns;
  for (FlatArray *image : images) {
    if (!*image)
      continue;
    image->shape[2] = pixels / best;
    image->shape[3] = best;
    image->strides[2] = best * image->strides[3];
  }
}

void DirectConvEmitter::emitFilterBlocks(int64_t first, int64_t last) {
  int64_t largest = getColumns();
  reshapeRows(largest);
  int64_t smallest = llvm::divideCeilSigned(8, blocks);
  plan = planColumns(conv.window[1], conv.input.shape[3],
                     splitColumns(conv.output.shape[3], largest, smallest));
  int64_t images = conv.output.shape[0], rows = conv.output.shape[2];
  builder.forAll(
      {0, 0, first, 0}, {images, conv.groups, last, rows},
      [&](ValueRange indices) {
        Value image = indices[0], group = indices[1], block = indices[2],
              row = indices[3];
        int64_t groupChannels = conv.input.shape[1] / conv.groups;
        Value outputBlock = builder.add(builder.mul(group, groupBlocks),
                                        builder.mul(block, fullBlocks));
        Value filterBlock =
            builder.add(builder.mul(group, filterBlocksPerGroup), block);
        taps = emitTapRange(builder, conv.window[0], conv.input.shape[2], rows,
                            row);
        // The row of the first tap may be outside: it is only a number to add
        // to.
        Value inputRow = builder.add(builder.mul(row, conv.window[0].stride),
                                     -conv.window[0].padLow);
        inputBase = builder.linearize(
            {image, builder.mul(group, groupChannels), inputRow},
            ArrayRef(conv.input.strides).take_front(3));
        filterBase = builder.mul(filterBlock, conv.filterBlockStride);
        biasBase = builder.mul(outputBlock, conv.lanes);
        outputBase =
            builder.linearize({image, outputBlock, row},
                              ArrayRef(conv.output.strides).take_front(3));
        if (conv.residual)
          residualBase =
              builder.linearize({image, outputBlock, row},
                                ArrayRef(conv.residual.strides).take_front(3));
        for (const ColumnTiles &tile : plan)
          builder.loop(tile.count, 1, [&](Value number) {
            emitTile(tile, builder.add(builder.mul(number, tile.columns),
                                       tile.first));
          });
      });
}

void DirectConvEmitter::emitTile(const ColumnTiles &tile, Value column) {
  Values sums;
  for (int64_t block = 0; block < blocks; ++block)
    sums.push_back(
        conv.bias
            ? builder.load(conv.bias, {biasBase, block * conv.lanes}, vector)
            : builder.splat(0, vector));
  Values initial;
  for (int64_t i = 0; i < tile.columns; ++i)
    llvm::append_range(initial, sums);
  Value start =
      builder.add(inputBase, builder.mul(column, conv.window[1].stride *
                                                     conv.input.strides[3]));
  Operands first{{start, -conv.window[1].padLow * conv.input.strides[3]},
                 {filterBase}};
  auto addRow = [&](Operands at, Value tap, ValueRange sums) {
    int64_t rowStride = conv.window[0].dilation * conv.input.strides[2];
    return emitTapRow(tile, advance(at, tap, rowStride, conv.filterRowStride),
                      llvm::to_vector(sums));
  };
  sums = builder.loop(
      conv.inputBlocks, 1, initial, [&](Value block, ValueRange sums) {
        Operands at = advance(first, block, conv.inputBlockStride,
                              conv.filterInputBlockStride);
        return builder.loop(
            taps.lower, taps.upper, 1, sums,
            [&](Value tap, ValueRange sums) { return addRow(at, tap, sums); });
      });
  finish(tile, column, sums);
}

/// Adds the products of one filter row and one input block. Loop bodies are
/// kept small: in a large one LLVM moves loads up until registers spill.
SmallVector<Value> DirectConvEmitter::emitTapRow(const ColumnTiles &tile,
                                                 Operands at, Values sums) {
  int64_t taps = conv.window[1].size;
  int64_t tapStride = conv.window[1].dilation * conv.input.strides[3];
  // Taps whose lanes follow those of the tap before are one loop.
  bool merged =
      tapStride == conv.inputLanes * conv.inputLaneStride &&
      conv.filterColumnStride == conv.inputLanes * conv.filterLaneStride;
  if (tile.isInterior() && merged)
    return emitLanes(tile, 0, taps * conv.inputLanes, at, sums);
  if (tile.isInterior())
    return builder.loop(taps, 1, sums, [&](Value tap, ValueRange sums) {
      return emitLanes(tile, 0, conv.inputLanes,
                       advance(at, tap, tapStride, conv.filterColumnStride),
                       sums);
    });
  // At a border each tap has its own columns.
  for (int64_t tap = 0; tap < taps; ++tap)
    sums = emitLanes(
        tile, tap, conv.inputLanes,
        {at.input + tap * tapStride, at.filter + tap * conv.filterColumnStride},
        sums);
  return sums;
}

/// Input lanes that one loop body takes: about one multiply-add a register. In
/// a larger body LLVM moves loads up until registers spill.
int64_t DirectConvEmitter::getSteps(const ColumnTiles &tile) const {
  if (loadsLanes())
    return conv.inputLanes;
  // The few channels of a first layer are one body, but at borders, where taps
  // would grow together.
  if (conv.inputLanes <= 4)
    return tile.isInterior() ? conv.inputLanes : 1;
  int64_t steps =
      std::clamp<int64_t>(registers / (tile.columns * blocks), 1, 8);
  while (conv.inputLanes % steps != 0)
    --steps;
  return steps;
}

/// Adds the products of `lanes` input lanes for the columns of one tap. The
/// loop carries only what it adds to.
SmallVector<Value> DirectConvEmitter::emitLanes(const ColumnTiles &tile,
                                                int64_t tap, int64_t lanes,
                                                Operands at, ValueRange sums) {
  auto [first, last] = tile.taps[tap];
  if (first == last)
    return llvm::to_vector(sums);
  int64_t begin = first * blocks, size = (last - first) * blocks;
  int64_t steps = getSteps(tile);
  Values next = builder.loop(
      lanes, steps, sums.slice(begin, size), [&](Value lane, ValueRange sums) {
        return emitSteps(
            tile, tap, steps,
            advance(at, lane, conv.inputLaneStride, conv.filterLaneStride),
            sums);
      });
  Values all = llvm::to_vector(sums);
  llvm::copy(next, all.begin() + begin);
  return all;
}

Operands DirectConvEmitter::advance(Operands at, Value count, int64_t ofInput,
                                    int64_t ofFilter) {
  at.input.base = builder.add(at.input.base, builder.mul(count, ofInput));
  at.filter.base = builder.add(at.filter.base, builder.mul(count, ofFilter));
  return at;
}

/// Adds the products of one tap and `steps` input lanes. `carried` are the sums
/// of the tap's columns.
SmallVector<Value> DirectConvEmitter::emitSteps(const ColumnTiles &tile,
                                                int64_t tap, int64_t steps,
                                                Operands at,
                                                ValueRange carried) {
  Values sums = llvm::to_vector(carried);
  auto [first, last] = tile.taps[tap];
  int64_t columnStride = conv.window[1].stride * conv.input.strides[3];
  Values lanes(tile.columns);
  if (loadsLanes())
    for (int64_t column = first; column < last; ++column)
      lanes[column] =
          builder.load(conv.input, at.input + column * columnStride, vector);
  for (int64_t step = 0; step < steps; ++step) {
    Values filters;
    for (int64_t block = 0; block < blocks; ++block)
      filters.push_back(builder.load(
          conv.filter,
          at.filter + (step * conv.filterLaneStride + block * conv.lanes),
          vector));
    for (int64_t column = first; column < last; ++column) {
      Value scalar =
          loadsLanes()
              ? Value(vector::ExtractOp::create(builder, lanes[column], step))
              : builder.load(conv.input,
                             at.input + (column * columnStride +
                                         step * conv.inputLaneStride));
      Value factor = builder.broadcast(scalar, vector);
      for (int64_t block = 0; block < blocks; ++block) {
        Value &sum = sums[(column - first) * blocks + block];
        sum = builder.multiplyAdd(factor, filters[block], sum);
      }
    }
  }
  return sums;
}

/// Residual, activation and the store.
void DirectConvEmitter::finish(const ColumnTiles &tile, Value column,
                               ArrayRef<Value> sums) {
  Value output =
      builder.add(outputBase, builder.mul(column, conv.output.strides[3]));
  Value residual;
  if (conv.residual)
    residual = builder.add(residualBase,
                           builder.mul(column, conv.residual.strides[3]));
  for (int64_t i = 0; i < tile.columns; ++i)
    for (int64_t block = 0; block < blocks; ++block) {
      Value sum = sums[i * blocks + block];
      if (residual)
        sum = builder.addFloat(
            sum, builder.load(conv.residual,
                              {residual, i * conv.residual.strides[3] +
                                             block * conv.residual.strides[1]},
                              vector));
      sum = cnn::emitFunction(builder, activation, sum);
      builder.store(sum, conv.output,
                    {output, i * conv.output.strides[3] +
                                 block * conv.output.strides[1]});
    }
}

} // namespace

LogicalResult kernel::buildLoops(DirectConvOp op, const cnn::Machine &machine) {
  LoopBuilder builder(op);
  FailureOr<Convolution> conv = readConvolution(builder, op);
  if (failed(conv))
    return failure();
  DirectConvEmitter(builder, op, machine, *conv).emit(op.getOutputBlocks());
  return success();
}
