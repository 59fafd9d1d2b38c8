//===- WinogradConvToLoops.cpp - Loop nests of kernel.winograd_conv -------===//
//
// A chunk takes its blocks of tiles one after the other. A block goes through
// three loops: the input transform writes V, the products of V with the filter
// are a small matrix product for each of the T points, and the output transform
// of one filter block follows its products while they are in the cache.
//
//===----------------------------------------------------------------------===//

#include "EmitFunction.h"
#include "EmitTransform.h"
#include "KernelToLoops.h"
#include "LoopBuilder.h"

#include "cnnc/Dialect/Kernel/Kernel.h"
#include "cnnc/Support/Machine.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/Support/MathExtras.h"

namespace mlir::kernel {
namespace {

using cnn::RationalMatrix;
using cnn::WindowDim;

/// One dimension of F(m, r): the tiles along it and the matrices.
struct TileDim {
  int64_t outputs, points, tiles, padLow, inputExtent, outputExtent;
  RationalMatrix inputTransform, outputTransform;

  /// Every tile reads only inside the input.
  bool readsInside() const {
    return padLow == 0 && (tiles - 1) * outputs + points <= inputExtent;
  }
  /// Every tile reads something outside the input.
  bool readsOutside() const { return points > inputExtent; }
  /// Every tile is whole.
  bool writesInside() const { return tiles * outputs == outputExtent; }
};

RationalMatrix getIdentity(int64_t size) {
  RationalMatrix matrix(size, size);
  for (int64_t i = 0; i < size; ++i)
    matrix(i, i) = cnn::Rational(1);
  return matrix;
}

TileDim getTileDim(WinogradConvOp op, int64_t dim) {
  int64_t outputs = op.getTile()[dim];
  WindowDim window = op.getWindow()[dim];
  int64_t points = outputs + window.size - 1;
  int64_t inputExtent = op.getInput().getType().getShape()[dim + 2];
  int64_t outputExtent = op.getOutput().getType().getShape()[dim + 2];
  TileDim result = {
      outputs,
      points,
      static_cast<int64_t>(llvm::divideCeil(outputExtent, outputs)),
      window.padLow,
      inputExtent,
      outputExtent,
      getIdentity(points),
      getIdentity(points)};
  // With one tap there is nothing to transform.
  if (window.size > 1) {
    cnn::WinogradMatrices matrices =
        cnn::getWinogradMatrices(outputs, window.size);
    result.inputTransform = std::move(matrices.inputTransform);
    result.outputTransform = std::move(matrices.outputTransform);
  }
  return result;
}

/// Where a tile lies: its image, and its row and column of tiles.
struct TilePosition {
  Value image, row, column;
};

/// Emits the loop nest of one op.
class WinogradEmitter {
public:
  WinogradEmitter(WinogradConvOp op, const cnn::Machine &machine)
      : builder(op), op(op), machine(machine), vertical(getTileDim(op, 0)),
        horizontal(getTileDim(op, 1)),
        lanes(op.getOutput().getType().getShape().back()),
        channels(op.getFilter().getType().getShape()[2]),
        parts(op.getFilter().getType().getShape()[3] / lanes),
        tileBlock(op.getTileBlock()),
        vectorType(VectorType::get({lanes}, builder.getF32Type())) {}

  LogicalResult emit();

private:
  void emitBlock(Value chunk, Value block, int64_t tileCount);
  void emitInputTile(Value tile, Value slot);
  void emitInputTransform(Value slot, TilePosition position, bool inside);
  void emitProducts(Value filterBlock, Value tiles);
  void emitRows(Value point, Value filterBlock, Value slot, int64_t rows);
  void emitOutputTile(Value filterBlock, Value tile, Value slot);
  void emitOutputTransform(Value slot, TilePosition position,
                           Value channelBlock, int64_t part);
  void emitStores(ArrayRef<Value> values, Value channelBlock,
                  TilePosition position, bool checked);

  TilePosition locate(Value tile);
  Value less(Value lhs, int64_t rhs);
  Value notNegative(Value value);
  Value both(Value lhs, Value rhs);
  Value clamp(Value value, int64_t last);
  /// for (i = 0; i < end; i += step) body(i)
  void forEach(Value end, int64_t step, function_ref<void(Value)> body);
  /// if (condition) then() else otherwise()
  void branch(Value condition, function_ref<void()> then,
              function_ref<void()> otherwise = {});

  LoopBuilder builder;
  WinogradConvOp op;
  const cnn::Machine &machine;
  TileDim vertical, horizontal;
  int64_t lanes, channels, parts, tileBlock;
  VectorType vectorType;
  FlatArray input, filter, bias, residual, output, scratch;
  /// Where the scratch of the current chunk begins.
  Value chunkBase;
};

void WinogradEmitter::forEach(Value end, int64_t step,
                              function_ref<void(Value)> body) {
  builder.loop(builder.index(0), end, step, {}, [&](Value i, ValueRange) {
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

TilePosition WinogradEmitter::locate(Value tile) {
  Value columns = builder.index(horizontal.tiles);
  Value rows = builder.index(vertical.tiles);
  Value line = arith::DivUIOp::create(builder, tile, columns);
  return {arith::DivUIOp::create(builder, line, rows),
          arith::RemUIOp::create(builder, line, rows),
          arith::RemUIOp::create(builder, tile, columns)};
}

LogicalResult WinogradEmitter::emit() {
  for (auto [array, operand] :
       {std::pair<FlatArray &, Value>{input, op.getInput()},
        {filter, op.getFilter()},
        {bias, op.getBias()},
        {residual, op.getResidual()},
        {output, op.getOutput()},
        {scratch, op.getScratch()}}) {
    FailureOr<FlatArray> flat = builder.flatten(operand);
    if (failed(flat))
      return failure();
    array = *flat;
  }
  int64_t tiles = WinogradConvOp::getTileCount(output.shape, op.getTile());
  int64_t blocks = llvm::divideCeil(tiles, tileBlock);
  int64_t chunks = scratch.shape[0];
  builder.forAll({0}, {chunks}, [&](ValueRange indices) {
    Value chunk = indices.front();
    auto bound = [&](Value index) -> Value {
      return arith::DivUIOp::create(builder, builder.mul(index, blocks),
                                    builder.index(chunks));
    };
    chunkBase = builder.mul(chunk, scratch.strides[0]);
    builder.loop(bound(chunk), bound(builder.add(chunk, 1)), 1, {},
                 [&](Value block, ValueRange) {
                   emitBlock(chunk, block, tiles);
                   return SmallVector<Value>();
                 });
  });
  return success();
}

void WinogradEmitter::emitBlock(Value chunk, Value block, int64_t tileCount) {
  Value first = builder.mul(block, tileBlock);
  Value rest = builder.sub(builder.index(tileCount), first);
  Value tiles = arith::MinSIOp::create(builder, rest, builder.index(tileBlock));
  forEach(tiles, 1,
          [&](Value slot) { emitInputTile(builder.add(first, slot), slot); });
  builder.loop(filter.shape[1], 1, [&](Value filterBlock) {
    emitProducts(filterBlock, tiles);
    forEach(tiles, 1, [&](Value slot) {
      emitOutputTile(filterBlock, builder.add(first, slot), slot);
    });
  });
}

//===----------------------------------------------------------------------===//
// Input transform
//===----------------------------------------------------------------------===//

void WinogradEmitter::emitInputTile(Value tile, Value slot) {
  TilePosition position = locate(tile);
  if (vertical.readsInside() && horizontal.readsInside())
    return emitInputTransform(slot, position, /*inside=*/true);
  if (vertical.readsOutside() || horizontal.readsOutside())
    return emitInputTransform(slot, position, /*inside=*/false);
  auto isInside = [&](Value index, const TileDim &dim) -> Value {
    Value start = builder.add(builder.mul(index, dim.outputs), -dim.padLow);
    return both(notNegative(start),
                less(start, dim.inputExtent - dim.points + 1));
  };
  branch(
      both(isInside(position.row, vertical),
           isInside(position.column, horizontal)),
      [&] { emitInputTransform(slot, position, /*inside=*/true); },
      [&] { emitInputTransform(slot, position, /*inside=*/false); });
}

/// V[.., slot, channels] = B^T d B for every channel block. Unless `inside`,
/// elements outside the input are read from somewhere inside and replaced by
/// zero.
void WinogradEmitter::emitInputTransform(Value slot, TilePosition position,
                                         bool inside) {
  Value top = builder.add(builder.mul(position.row, vertical.outputs),
                          -vertical.padLow);
  Value left = builder.add(builder.mul(position.column, horizontal.outputs),
                           -horizontal.padLow);
  Value image = builder.mul(position.image, input.strides[0]);
  Value zero = builder.splat(0.0, vectorType);
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
  Value slotBase =
      builder.add(chunkBase, builder.mul(slot, scratch.strides[2]));
  builder.loop(channels / lanes, 1, [&](Value channelBlock) {
    Value blockBase = builder.mul(channelBlock, input.strides[1]);
    SmallVector<Value> data;
    for (auto [i, position] : llvm::enumerate(positions)) {
      Position element = {builder.add(position.base, blockBase),
                          position.offset};
      data.push_back(builder.load(input, element, vectorType));
      if (!inside)
        data.back() =
            arith::SelectOp::create(builder, isValid[i], data.back(), zero);
    }
    SmallVector<Value> transformed = cnn::emitTransform2D(
        builder, vertical.inputTransform, horizontal.inputTransform, data);
    Position target = {builder.add(slotBase, builder.mul(channelBlock, lanes))};
    for (auto [point, value] : llvm::enumerate(transformed))
      builder.store(value, scratch, target + point * scratch.strides[1]);
  });
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// P[t] = V[t] * U[t] for every point t, in register blocks of some tiles by
/// the lanes of the filter block.
void WinogradEmitter::emitProducts(Value filterBlock, Value tiles) {
  int64_t registers = parts * std::max<int64_t>(1, lanes / machine.getLanes());
  int64_t mostRows = std::max<int64_t>(
      1, (machine.vectorRegisters - registers - 1) / registers);
  int64_t rows =
      llvm::divideCeil(tileBlock, llvm::divideCeil(tileBlock, mostRows));
  builder.loop(filter.shape[0], 1, [&](Value point) {
    forEach(tiles, rows,
            [&](Value slot) { emitRows(point, filterBlock, slot, rows); });
  });
}

/// The products of `rows` tiles from `slot` on. Near the end of a block some
/// are computed twice; what lies beyond the tiles is computed and never read.
void WinogradEmitter::emitRows(Value point, Value filterBlock, Value slot,
                               int64_t rows) {
  Value first =
      arith::MinSIOp::create(builder, slot, builder.index(tileBlock - rows));
  Value tileBase = builder.add(
      chunkBase, builder.linearize({point, first},
                                   {scratch.strides[1], scratch.strides[2]}));
  Value filterBase = builder.linearize({point, filterBlock},
                                       {filter.strides[0], filter.strides[1]});
  int64_t unroll = channels % 4 == 0 ? 4 : 1;
  SmallVector<Value> zeros(rows * parts, builder.splat(0.0, vectorType));
  SmallVector<Value> sums = builder.loop(
      channels, unroll, zeros, [&](Value channel, ValueRange carried) {
        SmallVector<Value> next(carried);
        Position image = {builder.add(tileBase, channel)};
        Position weights = {
            builder.add(filterBase, builder.mul(channel, filter.strides[2]))};
        for (int64_t step = 0; step < unroll; ++step) {
          SmallVector<Value> columns;
          for (int64_t part = 0; part < parts; ++part)
            columns.push_back(builder.load(
                filter, weights + (step * filter.strides[2] + part * lanes),
                vectorType));
          for (int64_t row = 0; row < rows; ++row) {
            Value element = builder.broadcast(
                builder.load(scratch,
                             image + (row * scratch.strides[2] + step)),
                vectorType);
            for (int64_t part = 0; part < parts; ++part) {
              Value &sum = next[row * parts + part];
              sum = builder.multiplyAdd(element, columns[part], sum);
            }
          }
        }
        return next;
      });
  for (auto [i, sum] : llvm::enumerate(sums)) {
    int64_t row = i / parts, part = i % parts;
    builder.store(sum, scratch,
                  Position{tileBase} +
                      (row * scratch.strides[2] + channels + part * lanes));
  }
}

//===----------------------------------------------------------------------===//
// Output transform
//===----------------------------------------------------------------------===//

void WinogradEmitter::emitOutputTile(Value filterBlock, Value tile,
                                     Value slot) {
  TilePosition position = locate(tile);
  int64_t blocks = output.shape[1];
  for (int64_t part = 0; part < parts; ++part) {
    Value channelBlock = builder.add(builder.mul(filterBlock, parts), part);
    auto transform = [&] {
      emitOutputTransform(slot, position, channelBlock, part);
    };
    // The last filter block may have parts that are no channels.
    if (blocks % parts == 0)
      transform();
    else
      branch(less(channelBlock, blocks), transform);
  }
}

/// Y = A^T P A + bias for one channel block of one tile.
void WinogradEmitter::emitOutputTransform(Value slot, TilePosition position,
                                          Value channelBlock, int64_t part) {
  Position source = {
      builder.add(chunkBase, builder.mul(slot, scratch.strides[2])),
      channels + part * lanes};
  SmallVector<Value> products;
  for (int64_t point = 0; point < filter.shape[0]; ++point)
    products.push_back(
        builder.load(scratch, source + point * scratch.strides[1], vectorType));
  SmallVector<Value> outputs = cnn::emitTransform2D(
      builder, vertical.outputTransform, horizontal.outputTransform, products);
  if (bias) {
    Value offset =
        builder.load(bias, {builder.mul(channelBlock, lanes)}, vectorType);
    for (Value &value : outputs)
      value = arith::AddFOp::create(builder, value, offset);
  }
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

/// Applies residual and activation to the elements of a tile and stores them;
/// if `checked`, only those inside the output.
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
    Value value = element;
    auto store = [&] {
      if (residual) {
        Position source = {residualBase, row * residual.strides[2] +
                                             column * residual.strides[3]};
        value = arith::AddFOp::create(
            builder, value, builder.load(residual, source, vectorType));
      }
      value = cnn::emitFunction(builder, op.getActivationAttr(), value);
      builder.store(
          value, output,
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

} // namespace

LogicalResult buildLoops(WinogradConvOp op, const cnn::Machine &machine) {
  return WinogradEmitter(op, machine).emit();
}

} // namespace mlir::kernel
