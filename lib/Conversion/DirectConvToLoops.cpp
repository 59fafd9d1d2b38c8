//===- DirectConvToLoops.cpp - The direct convolution's loop nest ---------===//
//
//   parallel: image, group, filter block and chunk of output rows
//     slab of input channel blocks, output row
//       tile of output columns                 accumulators: columns x blocks
//         input channel block, filter row      loops
//           filter column, input lane          unrolled as far as code stays
//           small
//             accumulator[column][block] += x[column] * filter[block]
//
// Where all filter blocks fit the second-level cache, they pass by one row
// after the other; else one block stays in that cache across the rows. A block
// too large for that is cut into slabs that stay in the first-level cache
// across the rows of a chunk, while the output holds the sums so far.
// Convolutions of a single tap see the image as rows of whatever length tiles
// best. Of a plain image, machines that multiply by one lane of a vector load
// what all taps of a row read as vectors, once.
//
//===----------------------------------------------------------------------===//

#include "ConvRows.h"
#include "DirectConvEmitter.h"
#include "EmitFunction.h"
#include "KernelToLoops.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

/// Bytes of a cache line.
constexpr int64_t lineBytes = 64;

/// Sums of floats, which may go on where another slab has stopped.
class FloatConvEmitter : public DirectConvEmitter {
public:
  FloatConvEmitter(LoopBuilder &builder, const cnn::Machine &machine,
                   const DirectConvolution &conv, cnn::FunctionAttr activation)
      : DirectConvEmitter(builder, machine, conv), activation(activation) {}

private:
  Values emitInitial(const ColumnTiles &tile, Value column) override;
  Values emitSteps(const ColumnTiles &tile, int64_t tap, int64_t steps,
                   Operands at, ValueRange carried) override;
  Values emitTapRow(const ColumnTiles &tile, Operands at, Values sums) override;
  Values loadRow(Position start, int64_t extent);
  Values emitTaps(const ColumnTiles &tile, Operands at, ValueRange carried);
  void finish(const ColumnTiles &tile, Value column, Values sums) override;
  Value load(const FlatArray &array, Position start, int64_t column,
             int64_t block);

  cnn::FunctionAttr activation;
};

} // namespace

void DirectConvEmitter::emit(int64_t outputBlocks) {
  fullBlocks = outputBlocks;
  groupBlocks = conv.output.shape[1] / conv.groups;
  filterBlocksPerGroup = llvm::divideCeilSigned(groupBlocks, fullBlocks);
  int64_t full = groupBlocks / fullBlocks;
  if (full > 0)
    emitFilterBlocks(0, full, fullBlocks);
  if (full < filterBlocksPerGroup)
    emitFilterBlocks(full, filterBlocksPerGroup,
                     groupBlocks - full * fullBlocks);
}

void DirectConvEmitter::emitFilterBlocks(int64_t first, int64_t last,
                                         int64_t blocks) {
  tiling = DirectConvTiling::get(conv, blocks, machine);
  int64_t images = conv.output.shape[0], rows = conv.output.shape[2];
  int64_t chunks = llvm::divideCeilSigned(rows, tiling.chunkRows);
  SmallVector<int64_t> lower = {0, 0, first * conv.blockParts, 0};
  SmallVector<int64_t> upper = {images, conv.groups, last * conv.blockParts,
                                chunks};
  int blockDim = 2, chunkDim = 3;
  if (tiling.rowsFirst) {
    std::swap(lower[blockDim], lower[chunkDim]);
    std::swap(upper[blockDim], upper[chunkDim]);
    std::swap(blockDim, chunkDim);
  }
  builder.forAll(lower, upper, [&](ValueRange indices) {
    Value image = indices[0], group = indices[1];
    auto [block, part] = builder.divide(indices[blockDim], conv.blockParts);
    Value filterBlock =
        builder.add(builder.mul(group, filterBlocksPerGroup), block);
    filterBase = builder.add(builder.mul(filterBlock, conv.filterBlockStride),
                             builder.mul(part, conv.filterPartStride));
    outputBlock = builder.add(builder.mul(group, groupBlocks),
                              builder.mul(block, fullBlocks));
    outputStart = builder.mul(part, conv.lanes);
    biasBase = builder.add(
        builder.mul(outputBlock, conv.blockParts * conv.lanes), outputStart);
    Value firstRow = builder.mul(indices[chunkDim], tiling.chunkRows);
    Value lastRow = builder.add(firstRow, tiling.chunkRows);
    if (rows % tiling.chunkRows != 0)
      lastRow = builder.minimum(lastRow, rows);
    emitSlabs(image, group, firstRow, lastRow);
  });
}

void DirectConvEmitter::emit(const PointwiseRow &row) {
  tiling = DirectConvTiling::get(conv, row.blocks, machine);
  // The row may have become several.
  tiling.chunkRows = conv.output.shape[2];
  // Filters stay near from row to row.
  tiling.fetchedElements = 0;
  filterBase = builder.mul(row.filterBlock, conv.filterBlockStride);
  biasBase = builder.mul(row.filterBlock, conv.filter.shape.back());
  inputStart = row.input;
  outputStart = row.output;
  outputBlock = builder.index(0);
  emitSlabs(builder.index(0), builder.index(0), builder.index(0),
            builder.index(tiling.chunkRows));
}

/// All slabs of the rows [firstRow, lastRow) of one filter block.
void DirectConvEmitter::emitSlabs(Value image, Value group, Value firstRow,
                                  Value lastRow) {
  builder.loop(tiling.slabs, 1, [&](Value number) {
    slab = number;
    if (tiling.chunkRows == 1)
      return emitRow(image, group, firstRow, firstRow);
    builder.loop(firstRow, lastRow,
                 [&](Value row) { emitRow(image, group, row, firstRow); });
  });
}

void DirectConvEmitter::emitRow(Value image, Value group, Value row,
                                Value firstRow) {
  taps = emitTapRange(builder, conv.window[0], conv.input.shape[2],
                      conv.output.shape[2], row);
  int64_t groupChannels = conv.input.shape[1] / conv.groups;
  // The row of the first tap may be outside: it is only a number to add to.
  Value inputRow = builder.add(builder.mul(row, conv.window[0].stride),
                               -conv.window[0].padLow);
  inputBase = builder.add(
      builder.linearize({image, builder.mul(group, groupChannels), inputRow},
                        ArrayRef(conv.input.strides).take_front(3)),
      inputStart);
  outputBase = builder.add(
      builder.linearize({image, outputBlock, row},
                        ArrayRef(conv.output.strides).take_front(3)),
      outputStart);
  if (conv.residual)
    residualBase =
        builder.linearize({image, outputBlock, row},
                          ArrayRef(conv.residual.strides).take_front(3));
  Value firstTile = builder.mul(
      tiling.slabs > 1 ? builder.sub(row, firstRow) : row, tiling.tilesPerRow);
  for (const ColumnTiles &tile : tiling.tiles) {
    builder.loop(tile.count, 1, [&](Value number) {
      tileNumber = builder.add(firstTile, number);
      emitTile(tile,
               builder.add(builder.mul(number, tile.columns), tile.first));
    });
    firstTile = builder.add(firstTile, tile.count);
  }
}

/// Fetches a part of the filter that comes after this slab, which is the next
/// slab or filter block.
void DirectConvEmitter::emitPrefetch(Value inSlab, Value tapRow) {
  if (tiling.fetchedElements == 0)
    return;
  Value number = builder.linearize(
      {tileNumber, inSlab, tapRow},
      {tiling.slabBlocks * conv.window[0].size, conv.window[0].size, 1});
  Value slabStart =
      builder.mul(slab, tiling.slabBlocks * conv.filterInputBlockStride);
  Position next{builder.add(builder.add(filterBase, slabStart),
                            builder.mul(number, tiling.fetchedElements)),
                tiling.getSlabElements(conv)};
  for (int64_t i = 0; i < tiling.fetchedElements;
       i += lineBytes / conv.elementBytes)
    builder.prefetch(conv.filter, next + i);
}

SmallVector<Value>
DirectConvEmitter::repeat(const ColumnTiles &tile,
                          function_ref<Value(int64_t, int64_t)> get) const {
  Values values;
  for (int64_t i = 0; i < tile.columns; ++i)
    for (int64_t block = 0; block < tiling.blocks; ++block)
      values.push_back(get(i, block));
  return values;
}

/// What the sums of a tile start from: the bias; with several slabs bias and
/// residual, or what the slabs before have added up.
SmallVector<Value> FloatConvEmitter::emitInitial(const ColumnTiles &tile,
                                                 Value column) {
  auto loadBiases = [&] {
    Values biases;
    for (int64_t block = 0; block < tiling.blocks; ++block)
      biases.push_back(
          conv.bias
              ? builder.load(conv.bias, {biasBase, block * conv.lanes}, vector)
              : builder.splat(0, vector));
    return biases;
  };
  auto first = [&] {
    Values biases = loadBiases();
    if (tiling.slabs == 1 || !conv.residual)
      return repeat(tile,
                    [&](int64_t, int64_t block) { return biases[block]; });
    Position start = getStart(conv.residual, residualBase, column);
    return repeat(tile, [&](int64_t i, int64_t block) {
      return builder.addFloat(biases[block],
                              load(conv.residual, start, i, block));
    });
  };
  if (tiling.slabs == 1)
    return first();
  SmallVector<Type> types(tile.columns * tiling.blocks, vector);
  return builder.branch(builder.isEqual(slab, 0), types, first, [&] {
    Position start = getStart(conv.output, outputBase, column);
    return repeat(tile, [&](int64_t i, int64_t block) {
      return load(conv.output, start, i, block);
    });
  });
}

Position DirectConvEmitter::getStart(const FlatArray &array, Value base,
                                     Value column) {
  return {builder.add(base, builder.mul(column, array.strides[3]))};
}

/// A vector of the tile that starts there.
Value FloatConvEmitter::load(const FlatArray &array, Position start,
                             int64_t column, int64_t block) {
  return builder.load(
      array, start + (column * array.strides[3] + block * array.strides[1]),
      vector);
}

void DirectConvEmitter::emitTile(const ColumnTiles &tile, Value column) {
  Values sums = emitInitial(tile, column);
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
  Value firstBlock = builder.mul(slab, tiling.slabBlocks);
  Value count = builder.index(tiling.slabBlocks);
  if (conv.inputBlocks % tiling.slabBlocks != 0)
    count = builder.minimum(
        builder.sub(builder.index(conv.inputBlocks), firstBlock),
        tiling.slabBlocks);
  auto addBlock = [&](Value number, ValueRange sums) {
    Value block = builder.add(firstBlock, number);
    Operands at = advance(first, block, conv.inputBlockStride,
                          conv.filterInputBlockStride);
    for (int64_t i = 0; tiling.fetchesInput && i < tile.columns; ++i)
      builder.prefetch(conv.input,
                       at.input + (tile.columns + i) * conv.input.strides[3]);
    return builder.loop(taps.lower, taps.upper, 1, sums,
                        [&](Value tap, ValueRange sums) {
                          emitPrefetch(number, tap);
                          return addRow(at, tap, sums);
                        });
  };
  finish(tile, column,
         builder.sum(builder.index(0), count, 1, tiling.slabBlocks,
                     conv.partBlocks, sums, addBlock));
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
  for (int64_t tap = 0, next; tap < taps; tap = next) {
    next = tap + 1;
    // Bodies of tiles would grow together: taps of all columns are a loop.
    while (conv.columnUnit > 1 && next < taps && tile.isWhole(tap) &&
           tile.isWhole(next))
      ++next;
    Operands first = {at.input + tap * tapStride,
                      at.filter + tap * conv.filterColumnStride};
    sums =
        builder.loop(next - tap, 1, sums, [&](Value number, ValueRange sums) {
          return emitLanes(
              tile, tap, conv.inputLanes,
              advance(first, number, tapStride, conv.filterColumnStride), sums);
        });
  }
  return sums;
}

/// Input lanes that one loop body takes: about one multiply-add a register. In
/// a larger body LLVM moves loads up until registers spill.
int64_t DirectConvEmitter::getSteps(const ColumnTiles &tile) const {
  if (conv.loadsLanes())
    return std::min<int64_t>(conv.inputLanes, 4);
  // The few channels of a first layer are one body, but at borders, where taps
  // would grow together.
  if (conv.inputLanes <= 4)
    return tile.isInterior() ? conv.inputLanes : 1;
  int64_t steps = std::clamp<int64_t>(
      getRegisters(machine, vector) / (tile.columns * tiling.blocks), 1, 8);
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
  first -= first % conv.columnUnit;
  int64_t begin = first * tiling.blocks;
  int64_t size = conv.getWholeColumns(last - first) * tiling.blocks;
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

SmallVector<Value> FloatConvEmitter::emitSteps(const ColumnTiles &tile,
                                               int64_t tap, int64_t steps,
                                               Operands at,
                                               ValueRange carried) {
  Values sums = llvm::to_vector(carried);
  auto [first, last] = tile.taps[tap];
  int64_t columnStride = conv.window[1].stride * conv.input.strides[3];
  Values lanes(tile.columns);
  auto loaded = VectorType::get(steps, vector.getElementType());
  if (conv.loadsLanes())
    for (int64_t column = first; column < last; ++column)
      lanes[column] =
          builder.load(conv.input, at.input + column * columnStride, loaded);
  for (int64_t step = 0; step < steps; ++step) {
    Values filters;
    for (int64_t block = 0; block < tiling.blocks; ++block)
      filters.push_back(builder.load(
          conv.filter,
          at.filter + (step * conv.filterLaneStride + block * conv.lanes),
          vector));
    for (int64_t column = first; column < last; ++column) {
      Value scalar =
          conv.loadsLanes()
              ? Value(vector::ExtractOp::create(builder, lanes[column], step))
              : builder.load(conv.input,
                             at.input + (column * columnStride +
                                         step * conv.inputLaneStride));
      Value factor = builder.broadcast(scalar, vector);
      for (int64_t block = 0; block < tiling.blocks; ++block) {
        Value &sum = sums[(column - first) * tiling.blocks + block];
        sum = builder.multiplyAdd(factor, filters[block], sum);
      }
    }
  }
  return sums;
}

/// Vectors with all of `extent` neighbouring elements of a row. The last may
/// overlap the one before, so that nothing behind the row is read.
SmallVector<Value> FloatConvEmitter::loadRow(Position start, int64_t extent) {
  Values vectors;
  for (int64_t i = 0; i < extent; i += conv.lanes)
    vectors.push_back(builder.load(
        conv.input, start + std::min(i, extent - conv.lanes), vector));
  return vectors;
}

/// The products of all taps of a row, whose input is loaded once.
SmallVector<Value> FloatConvEmitter::emitTapRow(const ColumnTiles &tile,
                                                Operands at, Values sums) {
  if (!conv.loadsRows || !tile.isInterior() ||
      conv.getRowExtent(tile.columns) < conv.lanes)
    return DirectConvEmitter::emitTapRow(tile, at, std::move(sums));
  return builder.loop(conv.inputLanes, 1, sums,
                      [&](Value lane, ValueRange sums) {
                        return emitTaps(tile,
                                        advance(at, lane, conv.inputLaneStride,
                                                conv.filterLaneStride),
                                        sums);
                      });
}

/// The products of one input channel.
SmallVector<Value> FloatConvEmitter::emitTaps(const ColumnTiles &tile,
                                              Operands at, ValueRange carried) {
  Values sums = llvm::to_vector(carried);
  int64_t extent = conv.getRowExtent(tile.columns);
  Values row = loadRow(at.input, extent);
  const cnn::WindowDim &window = conv.window[1];
  for (int64_t tap = 0; tap < window.size; ++tap)
    for (int64_t block = 0; block < tiling.blocks; ++block) {
      Value filter = builder.load(
          conv.filter,
          at.filter + (tap * conv.filterColumnStride + block * conv.lanes),
          vector);
      for (int64_t column = 0; column < tile.columns; ++column) {
        int64_t element = column * window.stride + tap * window.dilation;
        int64_t number = element / conv.lanes;
        int64_t start = std::min(number * conv.lanes, extent - conv.lanes);
        Value scalar =
            vector::ExtractOp::create(builder, row[number], element - start);
        Value &sum = sums[column * tiling.blocks + block];
        sum =
            builder.multiplyAdd(builder.broadcast(scalar, vector), filter, sum);
      }
    }
  return sums;
}

/// Residual, activation and the store. Of several slabs the first has added the
/// residual.
void FloatConvEmitter::finish(const ColumnTiles &tile, Value column,
                              Values sums) {
  auto activate = [&](Value sum) {
    return cnn::emitFunction(builder, activation, sum);
  };
  bool isWhole = tiling.slabs == 1;
  if (!isWhole && activation)
    sums = builder.branch(
        builder.isEqual(slab, tiling.slabs - 1), ValueRange(sums).getTypes(),
        [&] { return llvm::map_to_vector(sums, activate); },
        [&] { return sums; });
  Position output = getStart(conv.output, outputBase, column), residual;
  if (conv.residual)
    residual = getStart(conv.residual, residualBase, column);
  for (int64_t i = 0; i < tile.columns; ++i)
    for (int64_t block = 0; block < tiling.blocks; ++block) {
      Value sum = sums[i * tiling.blocks + block];
      if (isWhole && conv.residual)
        sum = builder.addFloat(sum, load(conv.residual, residual, i, block));
      builder.store(isWhole ? activate(sum) : sum, conv.output,
                    output + (i * conv.output.strides[3] +
                              block * conv.output.strides[1]));
    }
}

LogicalResult kernel::buildLoops(DirectConvOp op, const cnn::Machine &machine) {
  LoopBuilder builder(op);
  FailureOr<DirectConvolution> conv = DirectConvolution::get(builder, op);
  if (failed(conv))
    return failure();
  conv->loadsRows = !op.isBlocked() && machine.hasLaneProducts &&
                    conv->lanes == machine.getLanes(8 * conv->elementBytes) &&
                    conv->input.strides[3] == 1 &&
                    !cnn::isPointwise(conv->window);
  FloatConvEmitter(builder, machine, *conv, op.getActivationAttr())
      .emit(op.getOutputBlocks());
  return success();
}

void kernel::buildRow(LoopBuilder &builder, const cnn::Machine &machine,
                      const DirectConvolution &conv, const PointwiseRow &row) {
  FloatConvEmitter(builder, machine, conv, row.activation).emit(row);
}
