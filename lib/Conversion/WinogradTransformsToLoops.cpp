//===- WinogradTransformsToLoops.cpp - Input and output transform ---------===//
//
// Each is a constant matrix on the left and on the right of a small matrix of
// vectors: one vector holds the lanes of a channel block.
//
//===----------------------------------------------------------------------===//

#include "EmitTransform.h"
#include "WinogradEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::kernel {

/// How many tiles before it is read or written a tile is asked for. Memory
/// takes as long as transforming so many.
static constexpr int64_t inputTilesAhead = 4, outputTilesAhead = 2;

TilePosition WinogradEmitter::locate(Value tile) {
  Value columns = builder.index(horizontal.tiles);
  Value rows = builder.index(vertical.tiles);
  Value line = arith::DivUIOp::create(builder, tile, columns);
  return {arith::DivUIOp::create(builder, line, rows),
          arith::RemUIOp::create(builder, line, rows),
          arith::RemUIOp::create(builder, tile, columns)};
}

//===----------------------------------------------------------------------===//
// Input transform
//===----------------------------------------------------------------------===//

/// Asks for `rows` x `columns` pixels of one channel block. Unasked, the
/// processor does not foresee reads in so many rows, and waits for each tile.
/// Images of bytes are small, and stay near.
void WinogradEmitter::prefetchPixels(const FlatArray &image, Value first,
                                     std::array<int64_t, 2> rowsColumns,
                                     bool isWritten) {
  if (getElementTypeOrSelf(image.memref.getType()).isInteger(8))
    return;
  for (int64_t row = 0; row < rowsColumns[0]; ++row)
    for (int64_t column = 0; column < rowsColumns[1]; ++column)
      builder.prefetchNear(
          image, {first, row * image.strides[2] + column * image.strides[3]},
          isWritten);
}

/// Asks for a tile that is read a few tiles after `slot`: of this channel
/// block, of the next, or of the next block of tiles.
void WinogradEmitter::prefetchInput(TileRange tiles, Value slot,
                                    Value channelBlock) {
  Value ahead = builder.add(slot, inputTilesAhead);
  Value nextBlock = builder.add(channelBlock, 1);
  Value stays = arith::CmpIOp::create(builder, arith::CmpIPredicate::slt, ahead,
                                      tiles.count);
  Value isLast = builder.isEqual(nextBlock, extents.channels / lanes);
  auto select = [&](Value condition, Value yes, Value no) -> Value {
    return arith::SelectOp::create(builder, condition, yes, no);
  };
  Value otherSlot = select(isLast, ahead, builder.sub(ahead, tiles.count));
  Value otherBlock = select(isLast, builder.index(0), nextBlock);
  TilePosition position =
      locate(builder.add(tiles.first, select(stays, ahead, otherSlot)));
  // What the tile shares with the one to its left has been asked for before.
  int64_t shared = horizontal.points - horizontal.outputs;
  Value top = builder.add(builder.mul(position.row, vertical.outputs),
                          -vertical.padLow);
  Value left = builder.add(builder.mul(position.column, horizontal.outputs),
                           shared - horizontal.padLow);
  Value first = builder.linearize(
      {position.image, select(stays, channelBlock, otherBlock), top, left},
      ArrayRef(input.strides).take_front(4));
  prefetchPixels(input, first, {vertical.points, horizontal.outputs},
                 /*isWritten=*/false);
}

void WinogradEmitter::emitInputTile(TileRange tiles, Value slot,
                                    Value channelBlock) {
  prefetchInput(tiles, slot, channelBlock);
  TilePosition position = locate(builder.add(tiles.first, slot));
  if (vertical.readsInside() && horizontal.readsInside())
    return emitInputTransform(slot, position, channelBlock, true);
  if (vertical.readsOutside() || horizontal.readsOutside())
    return emitInputTransform(slot, position, channelBlock, false);
  auto isInside = [&](Value index, const TileDim &dim) -> Value {
    Value start = builder.add(builder.mul(index, dim.outputs), -dim.padLow);
    return both(notNegative(start),
                less(start, dim.inputExtent - dim.points + 1));
  };
  branch(
      both(isInside(position.row, vertical),
           isInside(position.column, horizontal)),
      [&] { emitInputTransform(slot, position, channelBlock, true); },
      [&] { emitInputTransform(slot, position, channelBlock, false); });
}

/// V[.., slot, channels] = B^T d B for one channel block. Unless `inside`,
/// elements outside the input are read from somewhere inside and replaced by
/// what is outside.
void WinogradEmitter::emitInputTransform(Value slot, TilePosition position,
                                         Value channelBlock, bool inside) {
  Value top = builder.add(builder.mul(position.row, vertical.outputs),
                          -vertical.padLow);
  Value left = builder.add(builder.mul(position.column, horizontal.outputs),
                           -horizontal.padLow);
  Value image = builder.linearize({position.image, channelBlock},
                                  ArrayRef(input.strides).take_front(2));
  Value outside = getOutside();
  SmallVector<Position> positions;
  SmallVector<Value> isValid;
  for (int64_t row = 0; row < vertical.points; ++row)
    for (int64_t column = 0; column < horizontal.points; ++column) {
      if (inside) {
        positions.push_back(
            {builder.add(image,
                         builder.linearize({top, left}, {input.strides[2],
                                                         input.strides[3]})),
             row * input.strides[2] + column * input.strides[3]});
        continue;
      }
      Value y = builder.add(top, row), x = builder.add(left, column);
      isValid.push_back(both(both(notNegative(y), less(y, input.shape[2])),
                             both(notNegative(x), less(x, input.shape[3]))));
      positions.push_back({builder.add(
          image, builder.linearize({clamp(y, input.shape[2] - 1),
                                    clamp(x, input.shape[3] - 1)},
                                   {input.strides[2], input.strides[3]}))});
    }
  SmallVector<Value> data;
  for (auto [i, position] : llvm::enumerate(positions)) {
    data.push_back(loadPixel(position));
    if (!inside)
      data.back() =
          arith::SelectOp::create(builder, isValid[i], data.back(), outside);
  }
  SmallVector<Value> transformed =
      cnn::emitTransform2D(builder, vertical.matrices.inputTransform,
                           horizontal.matrices.inputTransform, data);
  Position target = {
      builder.add(inputBase, builder.linearize({slot, channelBlock},
                                               {extents.channels, lanes}))};
  for (auto [point, value] : llvm::enumerate(transformed))
    builder.store(value, tileScratch, target + point * layout.inputPointStride);
}

//===----------------------------------------------------------------------===//
// Output transform
//===----------------------------------------------------------------------===//

/// Asks for the pixels of a tile that is written a few tiles after `tile`.
void WinogradEmitter::prefetchOutput(Value tile, Value channelBlock) {
  TilePosition position = locate(builder.add(tile, outputTilesAhead));
  Value top = builder.mul(position.row, vertical.outputs);
  Value left = builder.mul(position.column, horizontal.outputs);
  for (const FlatArray &image : {output, residual})
    if (image)
      prefetchPixels(
          image,
          builder.linearize({position.image, channelBlock, top, left},
                            ArrayRef(image.strides).take_front(4)),
          {vertical.outputs, horizontal.outputs},
          /*isWritten=*/image.memref == output.memref);
}

void WinogradEmitter::emitOutputTile(const FilterWork &work, Value tile,
                                     Value slot) {
  TilePosition position = locate(tile);
  int64_t blocks = output.shape[1];
  Position source = {
      builder.add(work.products, builder.mul(slot, extents.filterLanes))};
  for (int64_t part = 0; part < parts; ++part) {
    Value channelBlock =
        builder.add(builder.mul(work.filterBlock, parts), part);
    auto transform = [&] {
      prefetchOutput(tile, channelBlock);
      emitOutputTransform(source + part * lanes, position, channelBlock);
    };
    // The last filter block may have parts that are no channels.
    if (blocks % parts == 0)
      transform();
    else
      branch(less(channelBlock, blocks), transform);
  }
}

/// Y = A^T P A for one channel block of one tile, and what becomes of it.
void WinogradEmitter::emitOutputTransform(Position source,
                                          TilePosition position,
                                          Value channelBlock) {
  SmallVector<Value> sums;
  for (int64_t point = 0; point < extents.points; ++point)
    sums.push_back(builder.load(productScratch,
                                source + point * layout.productPointStride,
                                vectors.product));
  SmallVector<Value> outputs =
      cnn::emitTransform2D(builder, vertical.matrices.outputTransform,
                           horizontal.matrices.outputTransform, sums);
  finishTile(outputs, channelBlock);
  if (vertical.writesInside() && horizontal.writesInside())
    return emitStores(outputs, channelBlock, position, /*checked=*/false);
  Value isWhole =
      both(less(position.row, vertical.outputExtent / vertical.outputs),
           less(position.column, horizontal.outputExtent / horizontal.outputs));
  branch(
      isWhole,
      [&] { emitStores(outputs, channelBlock, position, /*checked=*/false); },
      [&] { emitStores(outputs, channelBlock, position, /*checked=*/true); });
}

/// Finishes the elements of a tile and stores them; if `checked`, only those
/// inside the output.
void WinogradEmitter::emitStores(ArrayRef<Value> values, Value channelBlock,
                                 TilePosition position, bool checked) {
  Value top = builder.mul(position.row, vertical.outputs);
  Value left = builder.mul(position.column, horizontal.outputs);
  Value base = builder.linearize({position.image, channelBlock, top, left},
                                 ArrayRef(output.strides).take_front(4));
  Value residualBase;
  if (residual)
    residualBase = builder.linearize({position.image, channelBlock, top, left},
                                     ArrayRef(residual.strides).take_front(4));
  for (auto [i, element] : llvm::enumerate(values)) {
    int64_t row = i / horizontal.outputs, column = i % horizontal.outputs;
    auto store = [&, element = element] {
      Position position;
      if (residual)
        position = {residualBase,
                    row * residual.strides[2] + column * residual.strides[3]};
      builder.store(
          finishElement(element, position), output,
          {base, row * output.strides[2] + column * output.strides[3]});
    };
    if (checked)
      branch(both(less(builder.add(top, row), vertical.outputExtent),
                  less(builder.add(left, column), horizontal.outputExtent)),
             store);
    else
      store();
  }
}

} // namespace mlir::kernel
