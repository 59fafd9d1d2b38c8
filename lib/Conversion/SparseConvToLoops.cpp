//===- SparseConvToLoops.cpp - Loop nest of kernel.sparse_conv ------------===//
//
//   parallel: chunk; its tiles of pixels
//     input block                              transposed to rows of a channel
//     output block
//       output channel                         accumulators: pixels
//         value that is not zero
//           accumulator[pixels] += value * row[column][pixels]
//       pixels                                 transposed back
//
// Where tiles are fewer than chunks, all are transposed first, in a parallel
// loop of their own, and chunks share tiles and output blocks. Rows of an image
// that follow each other in memory are one row.
//
//===----------------------------------------------------------------------===//

#include "EmitFunction.h"
#include "KernelToLoops.h"
#include "LoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

/// Neighbouring tiles of a row of pixels that have as many vectors.
struct PixelTiles {
  /// Number of the first tile, and its first pixel.
  int64_t number, pixel;
  int64_t count, vectors;
  /// Pixels of the last vector that do not exist.
  int64_t missing;
};

/// A tile, as the positions of its first pixel and of its memory.
struct TilePlace {
  Value input, residual, output, rows;
};

class SparseConvEmitter {
public:
  SparseConvEmitter(LoopBuilder &builder, SparseConvOp op)
      : builder(builder), op(op), plan(op.getPlan()),
        scratchPlan(getScratchPlan(op)),
        lanes(op.getOutput().getType().getShape().back()),
        type(VectorType::get({lanes}, builder.getF32Type())) {}

  LogicalResult readOperands();
  void emit();

private:
  static cnn::SparseConvScratch getScratchPlan(SparseConvOp op);
  bool hasContiguousRows() const;
  SmallVector<PixelTiles> splitTiles() const;
  void emitChunksOfTiles();
  void emitSharedTiles();
  TilePlace getPlace(const PixelTiles &tiles, Value number);
  void forShare(Value chunk, int64_t total, function_ref<void(Value)> body);
  void emitInputBlock(const PixelTiles &tiles, TilePlace place, Value block);
  void emitOutputBlock(const PixelTiles &tiles, TilePlace place, Value block,
                       Value results);
  void emitChannel(const PixelTiles &tiles, Value rows, Value channel,
                   Value result);
  void forEachVector(const PixelTiles &tiles,
                     function_ref<void(Value vector, int64_t pixels)> body);
  void emitPixels(Value results, Value added, Value target, int64_t pixels);

  LoopBuilder &builder;
  SparseConvOp op;
  cnn::SparseConvPlan plan;
  cnn::SparseConvScratch scratchPlan;
  int64_t lanes;
  VectorType type;
  FlatArray input, values, columns, starts, bias, residual, output, scratch;
  /// Rows of all images, those that are one counted once, and their pixels.
  int64_t imageRows = 1, rowPixels = 0;
};

cnn::SparseConvScratch SparseConvEmitter::getScratchPlan(SparseConvOp op) {
  ArrayRef<int64_t> shape = op.getInput().getType().getShape();
  return {op.getPlan(), shape[0], shape[2] * shape[3], shape[1] * shape[4],
          shape[4]};
}

LogicalResult SparseConvEmitter::readOperands() {
  return builder.flatten({{&input, op.getInput()},
                          {&values, op.getValues()},
                          {&columns, op.getColumns()},
                          {&starts, op.getStarts()},
                          {&bias, op.getBias()},
                          {&residual, op.getResidual()},
                          {&output, op.getOutput()},
                          {&scratch, op.getScratch()}});
}

bool SparseConvEmitter::hasContiguousRows() const {
  return llvm::all_of(
      ArrayRef{&input, &output, &residual}, [](const FlatArray *array) {
        return !*array ||
               array->strides[2] == array->shape[3] * array->strides[3];
      });
}

void SparseConvEmitter::emit() {
  imageRows = hasContiguousRows() ? 1 : output.shape[2];
  rowPixels = output.shape[2] * output.shape[3] / imageRows;
  // Memory for all tiles is that of tiles across rows.
  if (plan.sharesTiles && imageRows > 1) {
    plan.sharesTiles = false;
    plan.chunks = std::min(plan.chunks, scratchPlan.tiles);
  }
  if (plan.sharesTiles)
    emitSharedTiles();
  else
    emitChunksOfTiles();
}

/// Tiles of nearly as many vectors each. The last one stands alone if its last
/// vector is not full.
SmallVector<PixelTiles> SparseConvEmitter::splitTiles() const {
  int64_t vectors = llvm::divideCeilSigned(rowPixels, lanes);
  int64_t tiles = llvm::divideCeilSigned(rowPixels, plan.tile);
  int64_t few = vectors / tiles, large = vectors % tiles;
  int64_t missing = vectors * lanes - rowPixels;
  SmallVector<PixelTiles> split;
  int64_t number = 0, pixel = 0;
  auto add = [&](int64_t count, int64_t size, int64_t missing) {
    if (count > 0)
      split.push_back({number, pixel, count, size, missing});
    number += count;
    pixel += count * size * lanes;
  };
  add(large, few + 1, 0);
  int64_t partial = missing > 0 ? 1 : 0;
  add(tiles - large - partial, few, 0);
  add(partial, few, missing);
  return split;
}

void SparseConvEmitter::forShare(Value chunk, int64_t total,
                                 function_ref<void(Value)> body) {
  builder.loop(builder.share(chunk, total, plan.chunks),
               builder.share(builder.add(chunk, 1), total, plan.chunks), body);
}

void SparseConvEmitter::emitChunksOfTiles() {
  int64_t inputBlocks = input.shape[1], outputBlocks = output.shape[1];
  builder.forAll({0}, {plan.chunks}, [&](ValueRange indices) {
    Value chunk = indices.front();
    Value rows = builder.mul(chunk, scratchPlan.tileStride);
    Value results = builder.add(builder.mul(chunk, scratchPlan.resultStride),
                                scratchPlan.resultBegin);
    for (const PixelTiles &tiles : splitTiles()) {
      int64_t total = output.shape[0] * imageRows * tiles.count;
      forShare(chunk, total, [&](Value number) {
        TilePlace place = getPlace(tiles, number);
        place.rows = rows;
        builder.loop(inputBlocks, 1,
                     [&](Value block) { emitInputBlock(tiles, place, block); });
        builder.loop(outputBlocks, 1, [&](Value block) {
          emitOutputBlock(tiles, place, block, results);
        });
      });
    }
  });
}

void SparseConvEmitter::emitSharedTiles() {
  int64_t images = output.shape[0], outputBlocks = output.shape[1];
  for (const PixelTiles &tiles : splitTiles())
    builder.forAll({0, 0}, {images * tiles.count, input.shape[1]},
                   [&](ValueRange indices) {
                     emitInputBlock(tiles, getPlace(tiles, indices[0]),
                                    indices[1]);
                   });
  builder.beginPhase();
  builder.forAll({0}, {plan.chunks}, [&](ValueRange indices) {
    Value chunk = indices.front();
    Value results = builder.add(builder.mul(chunk, scratchPlan.resultStride),
                                scratchPlan.resultBegin);
    for (const PixelTiles &tiles : splitTiles())
      forShare(chunk, images * tiles.count * outputBlocks, [&](Value number) {
        Value parts = builder.index(outputBlocks);
        Value tile = arith::DivUIOp::create(builder, number, parts);
        Value block = arith::RemUIOp::create(builder, number, parts);
        emitOutputBlock(tiles, getPlace(tiles, tile), block, results);
      });
  });
}

/// The place of a tile, numbered through all rows of all images; its memory is
/// that of a tile that is shared.
TilePlace SparseConvEmitter::getPlace(const PixelTiles &tiles, Value number) {
  auto split = [&](Value number, int64_t count) -> std::pair<Value, Value> {
    if (count == 1)
      return {number, builder.index(0)};
    Value size = builder.index(count);
    return {arith::DivUIOp::create(builder, number, size),
            arith::RemUIOp::create(builder, number, size)};
  };
  auto [row, tile] = split(number, tiles.count);
  std::pair<Value, Value> imageAndRow = split(row, imageRows);
  Value pixel =
      builder.add(builder.mul(tile, tiles.vectors * lanes), tiles.pixel);
  auto locate = [&](const FlatArray &array) {
    if (!array)
      return Value();
    return builder.linearize(
        {imageAndRow.first, imageAndRow.second, pixel},
        {array.strides[0], array.strides[2], array.strides[3]});
  };
  int64_t tilesPerImage = llvm::divideCeilSigned(rowPixels, plan.tile);
  Value shared = builder.add(
      builder.add(builder.mul(imageAndRow.first, tilesPerImage), tile),
      tiles.number);
  return {locate(input), locate(residual), locate(output),
          builder.mul(shared, scratchPlan.tileStride)};
}

/// Calls `body` for each vector of pixels of a tile, in a loop for those that
/// are full.
void SparseConvEmitter::forEachVector(const PixelTiles &tiles,
                                      function_ref<void(Value, int64_t)> body) {
  int64_t full = tiles.missing > 0 ? tiles.vectors - 1 : tiles.vectors;
  if (full > 0)
    builder.loop(full, 1, [&](Value vector) { body(vector, lanes); });
  if (tiles.missing > 0)
    body(builder.index(full), lanes - tiles.missing);
}

/// The channels of one input block, as rows of the tile's pixels.
void SparseConvEmitter::emitInputBlock(const PixelTiles &tiles, TilePlace place,
                                       Value block) {
  Value from = builder.add(place.input, builder.mul(block, input.strides[1]));
  Value to = builder.add(place.rows, builder.mul(block, lanes * plan.tile));
  forEachVector(tiles, [&](Value vector, int64_t pixels) {
    Position source = {
        builder.add(from, builder.mul(vector, lanes * input.strides[3]))};
    Position target = {builder.add(to, builder.mul(vector, lanes))};
    SmallVector<Value> rows(lanes);
    for (int64_t i = 0; i < lanes; ++i)
      rows[i] = i < pixels
                    ? builder.load(input, source + i * input.strides[3], type)
                    : builder.splat(0, type);
    rows = builder.transpose(rows);
    for (int64_t i = 0; i < lanes; ++i)
      builder.store(rows[i], scratch, target + i * plan.tile);
  });
}

void SparseConvEmitter::emitOutputBlock(const PixelTiles &tiles,
                                        TilePlace place, Value block,
                                        Value results) {
  Value firstChannel = builder.mul(block, lanes);
  builder.loop(lanes, 1, [&](Value lane) {
    emitChannel(tiles, place.rows, builder.add(firstChannel, lane),
                builder.add(results, builder.mul(lane, plan.tile)));
  });
  forEachVector(tiles, [&](Value vector, int64_t pixels) {
    auto locate = [&](const FlatArray &array, Value start) {
      if (!array)
        return Value();
      Value first = builder.add(start, builder.mul(block, array.strides[1]));
      return builder.add(first, builder.mul(vector, lanes * array.strides[3]));
    };
    emitPixels(builder.add(results, builder.mul(vector, lanes)),
               locate(residual, place.residual), locate(output, place.output),
               pixels);
  });
}

/// The sums of one output channel, for all pixels of the tile.
void SparseConvEmitter::emitChannel(const PixelTiles &tiles, Value rows,
                                    Value channel, Value result) {
  auto loadStart = [&](int64_t offset) -> Value {
    return arith::IndexCastOp::create(
        builder, builder.getIndexType(),
        builder.load(starts, Position{channel, offset}));
  };
  Value first = bias ? builder.broadcast(builder.load(bias, {channel}), type)
                     : builder.splat(0, type);
  SmallVector<Value> sums(tiles.vectors, first);
  sums = builder.loop(
      loadStart(0), loadStart(1), 1, sums,
      [&](Value element, ValueRange carried) {
        SmallVector<Value> next(carried);
        Value column = arith::IndexCastUIOp::create(
            builder, builder.getIndexType(), builder.load(columns, {element}));
        Value weight = builder.broadcast(builder.load(values, {element}), type);
        Position row = {builder.add(rows, builder.mul(column, plan.tile))};
        for (auto [i, sum] : llvm::enumerate(next))
          sum = builder.multiplyAdd(
              weight, builder.load(scratch, row + i * lanes, type), sum);
        return next;
      });
  for (auto [i, sum] : llvm::enumerate(sums)) {
    // With a residual the function waits for it.
    if (!residual)
      sum = cnn::emitFunction(builder, op.getActivationAttr(), sum);
    builder.store(sum, scratch, Position{result} + i * lanes);
  }
}

/// Writes the results of one block for `pixels` neighbouring pixels from
/// `target` on; `added` is where their residual is.
void SparseConvEmitter::emitPixels(Value results, Value added, Value target,
                                   int64_t pixels) {
  SmallVector<Value> rows(lanes);
  for (int64_t i = 0; i < lanes; ++i)
    rows[i] = builder.load(scratch, Position{results} + i * plan.tile, type);
  rows = builder.transpose(rows);
  for (int64_t i = 0; i < pixels; ++i) {
    if (residual) {
      Value more = builder.load(
          residual, Position{added} + i * residual.strides[3], type);
      rows[i] = cnn::emitFunction(builder, op.getActivationAttr(),
                                  builder.addFloat(rows[i], more));
    }
    builder.store(rows[i], output, Position{target} + i * output.strides[3]);
  }
}

} // namespace

LogicalResult kernel::buildLoops(SparseConvOp op, const cnn::Machine &) {
  LoopBuilder builder(op);
  SparseConvEmitter emitter(builder, op);
  if (failed(emitter.readOperands()))
    return failure();
  emitter.emit();
  return success();
}
