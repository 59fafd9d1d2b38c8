//===- WinogradToLoops.cpp - Loop nests of Winograd convolutions ----------===//
//
//   block of tiles
//     channel block, tile         V = B^T d B
//     filter block
//       point, block of tiles     accumulators: tiles x blocks of outputs
//         input channel           P[tile][block] += V[tile] * U[block]
//       tile                      Y = A^T P A
//
// Parallel are blocks of tiles or, where tiles are few, both loops inside of
// one. The products read U once from the first to the last byte; where it comes
// from memory, the next part of it is asked for while one is multiplied.
//
//===----------------------------------------------------------------------===//

#include "KernelToLoops.h"
#include "WinogradEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/Support/MathExtras.h"

namespace mlir::kernel {

static constexpr int64_t cacheLineBytes = 64;

//===----------------------------------------------------------------------===//
// Small helpers
//===----------------------------------------------------------------------===//

void WinogradEmitter::forEach(Value first, Value last,
                              function_ref<void(Value)> body) {
  builder.loop(first, last, 1, {}, [&](Value i, ValueRange) {
    body(i);
    return SmallVector<Value>();
  });
}

void WinogradEmitter::branch(Value condition, function_ref<void()> then,
                             function_ref<void()> otherwise) {
  auto branch = scf::IfOp::create(builder, condition,
                                  /*withElseRegion=*/bool(otherwise));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  then();
  if (!otherwise)
    return;
  builder.setInsertionPointToStart(branch.elseBlock());
  otherwise();
}

Value WinogradEmitter::less(Value lhs, int64_t rhs) {
  return arith::CmpIOp::create(builder, arith::CmpIPredicate::slt, lhs,
                               builder.index(rhs));
}

Value WinogradEmitter::notNegative(Value value) {
  return arith::CmpIOp::create(builder, arith::CmpIPredicate::sge, value,
                               builder.index(0));
}

Value WinogradEmitter::both(Value lhs, Value rhs) {
  return arith::AndIOp::create(builder, lhs, rhs);
}

Value WinogradEmitter::clamp(Value value, int64_t last) {
  Value low = arith::MaxSIOp::create(builder, value, builder.index(0));
  return arith::MinSIOp::create(builder, low, builder.index(last));
}

//===----------------------------------------------------------------------===//
// The nest
//===----------------------------------------------------------------------===//

LogicalResult WinogradEmitter::emit() {
  if (failed(bind()))
    return failure();
  int64_t blocks = llvm::divideCeilSigned(tileCount, plan.tileBlock);
  if (plan.sharesTiles)
    emitChunksOfFilters(blocks);
  else
    emitChunksOfTiles(blocks);
  return success();
}

void WinogradEmitter::emitChunksOfTiles(int64_t blocks) {
  builder.forAll({0}, {plan.chunks}, [&](ValueRange indices) {
    Value chunk = indices.front();
    inputBase = builder.mul(chunk, layout.inputStride);
    auto begin = [&](Value chunk) {
      return builder.share(chunk, blocks, plan.chunks);
    };
    forEach(begin(chunk), begin(builder.add(chunk, 1)), [&](Value block) {
      TileRange tiles = getTiles(block);
      builder.loop(extents.channels / lanes, 1, [&](Value channelBlock) {
        forEach(builder.index(0), tiles.count,
                [&](Value slot) { emitInputTile(tiles, slot, channelBlock); });
      });
      emitFilterBlocks(builder.index(0), builder.index(filter.shape[0]), chunk,
                       tiles);
    });
  });
}

void WinogradEmitter::emitChunksOfFilters(int64_t blocks) {
  inputBase = builder.index(0);
  forEach(builder.index(0), builder.index(blocks), [&](Value block) {
    TileRange tiles = getTiles(block);
    builder.beginPhase();
    builder.forAll(
        {0, 0}, {extents.channels / lanes, plan.tileBlock},
        [&](ValueRange indices) {
          Value channelBlock = indices[0], slot = indices[1];
          auto transform = [&] { emitInputTile(tiles, slot, channelBlock); };
          if (tileCount % plan.tileBlock == 0)
            return transform();
          branch(arith::CmpIOp::create(builder, arith::CmpIPredicate::slt, slot,
                                       tiles.count),
                 transform);
        });
    builder.beginPhase();
    builder.forAll({0}, {plan.chunks}, [&](ValueRange indices) {
      Value chunk = indices.front();
      auto begin = [&](Value chunk) {
        return builder.share(chunk, filter.shape[0], plan.chunks);
      };
      emitFilterBlocks(begin(chunk), begin(builder.add(chunk, 1)), chunk,
                       tiles);
    });
  });
}

TileRange WinogradEmitter::getTiles(Value block) {
  Value first = builder.mul(block, plan.tileBlock);
  if (tileCount % plan.tileBlock == 0)
    return {first, builder.index(plan.tileBlock)};
  Value rest = builder.sub(builder.index(tileCount), first);
  return {first,
          arith::MinSIOp::create(builder, rest, builder.index(plan.tileBlock))};
}

void WinogradEmitter::emitFilterBlocks(Value first, Value last, Value chunk,
                                       TileRange tiles) {
  Value begin =
      builder.add(builder.mul(chunk, layout.productStride), productBegin);
  forEach(first, last, [&](Value filterBlock) {
    FilterWork work = {begin, filterBlock};
    emitProducts(work, tiles.count);
    forEach(builder.index(0), tiles.count, [&](Value slot) {
      emitOutputTile(work, builder.add(tiles.first, slot), slot);
    });
  });
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// Blocks of tiles as equal as can be, which the registers hold.
SmallVector<RowBlocks> WinogradEmitter::splitRows() const {
  int64_t registers = parts * std::max<int64_t>(1, lanes / machine.getLanes());
  int64_t mostRows = std::max<int64_t>(
      1, (machine.vectorRegisters - registers - 1) / registers);
  int64_t blocks = llvm::divideCeilSigned(plan.tileBlock, mostRows);
  int64_t rows = llvm::divideCeilSigned(plan.tileBlock, blocks);
  int64_t large = plan.tileBlock - blocks * (rows - 1);
  SmallVector<RowBlocks> split = {{rows, 0, large, 0}};
  if (large < blocks)
    split.push_back({rows - 1, large * rows, blocks - large, large});
  return split;
}

/// How many elements of the filter to ask for in each innermost iteration, so
/// that one point's iterations fetch the next point's. Nothing if the filter
/// stays in the second cache, and if each element serves so many tiles that
/// waiting for it does not matter.
int64_t WinogradEmitter::getElementsAhead() const {
  constexpr int64_t manyTiles = 64;
  int64_t elementBytes = vectors.filter.getElementTypeBitWidth() / 8;
  int64_t bytes = filter.shape[0] * filter.strides[0] * elementBytes;
  int64_t unroll = getUnrolledChannels();
  if (plan.tileBlock > manyTiles || 2 * bytes < machine.level2Bytes ||
      extents.channels % unroll != 0)
    return 0;
  int64_t line = cacheLineBytes / elementBytes;
  RowBlocks last = splitRows().back();
  int64_t iterations = (last.number + last.count) * extents.channels / unroll;
  return llvm::divideCeilSigned(filter.strides[1], iterations * line) * line;
}

/// P[t] = V[t] * U[t] for every point t. What a block has beyond its tiles is
/// computed and never read.
void WinogradEmitter::emitProducts(const FilterWork &work, Value tiles) {
  Value begin = builder.mul(work.filterBlock, filter.strides[0]);
  builder.loop(extents.points, 1, [&](Value point) {
    Value slab = builder.add(begin, builder.mul(point, filter.strides[1]));
    for (const RowBlocks &blocks : splitRows()) {
      Value end = builder.index(blocks.first + blocks.rows * blocks.count);
      if (tileCount % plan.tileBlock != 0)
        end = arith::MinSIOp::create(builder, end, tiles);
      builder.loop(builder.index(blocks.first), end, blocks.rows, {},
                   [&](Value slot, ValueRange) {
                     Value number = arith::DivUIOp::create(
                         builder,
                         builder.sub(slot, builder.index(blocks.first)),
                         builder.index(blocks.rows));
                     Value iteration =
                         builder.mul(builder.add(number, blocks.number),
                                     extents.channels / getUnrolledChannels());
                     emitRows(work, point, slot, blocks.rows, slab, iteration);
                     return SmallVector<Value>();
                   });
    }
  });
}

/// The products of `rows` tiles from `slot` on with the filter from `slab` on.
/// `iteration` is how many innermost iterations of this slab came before.
void WinogradEmitter::emitRows(const FilterWork &work, Value point, Value slot,
                               int64_t rows, Value slab, Value iteration) {
  Value tileBase = builder.add(
      inputBase, builder.linearize({point, slot}, {layout.inputPointStride,
                                                   extents.channels}));
  Position target = {
      builder.add(work.products,
                  builder.linearize({point, slot}, {layout.productPointStride,
                                                    extents.filterLanes}))};
  SmallVector<Value> zeros(rows * parts, getZeroSum());
  int64_t unroll = getUnrolledChannels(), terms = vectors.terms;
  if (extents.channels % unroll != 0)
    unroll = terms;
  SmallVector<Value> sums = builder.loop(
      extents.channels, unroll, zeros, [&](Value channel, ValueRange carried) {
        SmallVector<Value> next(carried);
        Position image = {builder.add(tileBase, channel)};
        Position weights = {
            builder.add(slab, builder.mul(channel, extents.filterLanes))};
        if (getElementsAhead() != 0)
          emitPrefetch(builder.add(slab, filter.strides[1]),
                       builder.add(iteration, arith::DivUIOp::create(
                                                  builder, channel,
                                                  builder.index(unroll))));
        for (int64_t step = 0; step < unroll; step += terms)
          emitStep(image + step, weights + step * extents.filterLanes, next);
        return next;
      });
  for (auto [i, sum] : llvm::enumerate(sums))
    builder.store(sum, productScratch, target + i * lanes);
}

/// Asks for the part of the next slab that iteration `iteration` is to fetch.
void WinogradEmitter::emitPrefetch(Value next, Value iteration) {
  int64_t elements = getElementsAhead();
  Value begin = builder.add(next, builder.mul(iteration, elements));
  int64_t last = filter.shape[0] * filter.strides[0] - elements;
  begin = arith::MinSIOp::create(builder, begin, builder.index(last));
  int64_t line = cacheLineBytes * 8 / vectors.filter.getElementTypeBitWidth();
  for (int64_t i = 0; i < elements; i += line)
    memref::PrefetchOp::create(builder, filter.memref, builder.add(begin, i),
                               /*isWrite=*/false, /*localityHint=*/2,
                               /*isDataCache=*/true);
}

} // namespace mlir::kernel
