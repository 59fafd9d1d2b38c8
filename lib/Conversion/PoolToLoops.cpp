//===- PoolToLoops.cpp - The pool's loop nest -----------------------------===//
//
//   parallel: image, channel block, output row
//     tile of output columns                   one accumulator each
//       window row                             loop
//         input column                         unrolled: loaded once
//
// A window too wide to unroll takes one output column at a time, whose taps are
// dealt to several accumulators.
//
//===----------------------------------------------------------------------===//

#include "KernelToLoops.h"
#include "LoopBuilder.h"
#include "SlidingWindow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

/// Columns of a window that is unrolled, and accumulators of one that is not.
constexpr int64_t widestUnrolled = 16, partialResults = 8;

class PoolEmitter {
public:
  PoolEmitter(LoopBuilder &builder, PoolOp op, FlatArray input,
              FlatArray output)
      : builder(builder), op(op), window(op.getWindow()), input(input),
        output(output),
        stored(VectorType::get(output.shape.back(),
                               op.getOutput().getType().getElementType())),
        vector(stored) {
    // Sums of float16 are of float32.
    if (op.getKind() == PoolKind::avg && stored.getElementType().isF16())
      vector = stored.clone(builder.getF32Type());
  }

  void emit(const cnn::Machine &machine);

private:
  using Values = SmallVector<Value>;

  void emitTiles(const ColumnTiles &tiles);
  void emitTile(const ColumnTiles &tile, Value column);
  void emitWideColumn(Value column);
  Value combine(Value lhs, Value rhs) {
    if (op.getKind() == PoolKind::avg)
      return builder.addFloat(lhs, rhs);
    if (isa<FloatType>(vector.getElementType()))
      return builder.maximum(lhs, rhs);
    if (op.getHasUnsigned())
      return arith::MaxUIOp::create(builder, lhs, rhs);
    return arith::MaxSIOp::create(builder, lhs, rhs);
  }
  Value load(Position position) {
    Value value = builder.load(input, position, stored);
    return stored == vector ? value : builder.widen(value)[0];
  }
  Value getInitial();
  /// The window dimension and input extent that an average counts elements in.
  std::pair<cnn::WindowDim, int64_t> getCountedWindow(int64_t dim);
  Value countRows(Value row);
  void store(Value result, Value columns, Position position);

  LoopBuilder &builder;
  PoolOp op;
  cnn::Window window;
  FlatArray input, output;
  /// Elements as they are stored, and as they are combined.
  VectorType stored, vector;

  // Set by the loops that are being emitted.
  Value inputBase, outputBase, countedRows;
  TapRange taps;
};

/// What combines with any number to that number.
Value PoolEmitter::getInitial() {
  auto integer = dyn_cast<IntegerType>(vector.getElementType());
  if (!integer)
    return builder.splat(op.getKind() == PoolKind::max ? -INFINITY : 0.0,
                         vector);
  unsigned width = integer.getWidth();
  APInt least = op.getHasUnsigned() ? APInt::getMinValue(width)
                                    : APInt::getSignedMinValue(width);
  return arith::ConstantOp::create(builder,
                                   DenseElementsAttr::get(vector, least));
}

std::pair<cnn::WindowDim, int64_t> PoolEmitter::getCountedWindow(int64_t dim) {
  cnn::WindowDim counted = window[dim];
  int64_t extent = input.shape[2 + dim];
  if (op.getIncludePad()) {
    extent += counted.padLow + counted.padHigh;
    counted.padLow = counted.padHigh = 0;
  }
  return {counted, extent};
}

void PoolEmitter::emit(const cnn::Machine &machine) {
  int64_t rows = output.shape[2], columns = output.shape[3];
  int64_t largest =
      std::max<int64_t>(1, getRegisters(machine, vector) * 7 / 16);
  SmallVector<ColumnTiles> plan =
      planColumns(window[1], input.shape[3], splitColumns(columns, largest, 1));
  builder.forAll(
      {0, 0, 0}, {output.shape[0], output.shape[1], rows},
      [&](ValueRange indices) {
        Value row = indices[2];
        taps = emitTapRange(builder, window[0], input.shape[2], rows, row);
        auto [counted, extent] = getCountedWindow(0);
        TapRange range = emitTapRange(builder, counted, extent, rows, row);
        countedRows = builder.sub(range.upper, range.lower);
        Value inputRow =
            builder.add(builder.mul(row, window[0].stride), -window[0].padLow);
        inputBase = builder.linearize({indices[0], indices[1], inputRow},
                                      ArrayRef(input.strides).take_front(3));
        outputBase =
            builder.linearize(indices, ArrayRef(output.strides).take_front(3));
        if (window[1].size > widestUnrolled)
          return builder.loop(columns, 1,
                              [&](Value column) { emitWideColumn(column); });
        for (const ColumnTiles &tile : plan)
          emitTiles(tile);
      });
}

void PoolEmitter::emitTiles(const ColumnTiles &tiles) {
  if (tiles.isInterior())
    return builder.loop(tiles.count, 1, [&](Value number) {
      emitTile(tiles,
               builder.add(builder.mul(number, tiles.columns), tiles.first));
    });
  // Tiles that read the same taps may still count padding differently.
  for (int64_t i = 0; i < tiles.count; ++i) {
    ColumnTiles tile = tiles;
    tile.first += i * tiles.columns;
    emitTile(tile, builder.index(tile.first));
  }
}

void PoolEmitter::emitTile(const ColumnTiles &tile, Value column) {
  Value start = builder.add(
      inputBase, builder.mul(column, window[1].stride * input.strides[3]));
  int64_t rowStride = window[0].dilation * input.strides[2];
  Values results = builder.loop(
      taps.lower, taps.upper, 1, Values(tile.columns, getInitial()),
      [&](Value tap, ValueRange carried) {
        Values results = llvm::to_vector(carried);
        Position x{builder.add(start, builder.mul(tap, rowStride)),
                   -window[1].padLow * input.strides[3]};
        for (const InputColumn &source : getInputColumns(window[1], tile)) {
          Value value = load(x + source.offset * input.strides[3]);
          for (auto [column, tap] : source.columnsAndTaps)
            results[column] = combine(results[column], value);
        }
        return results;
      });
  Position y{builder.add(outputBase, builder.mul(column, output.strides[3]))};
  auto [counted, extent] = getCountedWindow(1);
  for (int64_t i = 0; i < tile.columns; ++i) {
    int64_t columns =
        llvm::count_if(llvm::seq<int64_t>(0, counted.size),
                       [&, counted = counted, extent = extent](int64_t tap) {
                         int64_t x = (tile.first + i) * counted.stride -
                                     counted.padLow + tap * counted.dilation;
                         return x >= 0 && x < extent;
                       });
    store(results[i], builder.index(columns), y + i * output.strides[3]);
  }
}

/// One output column of a window that is not unrolled.
void PoolEmitter::emitWideColumn(Value column) {
  int64_t columns = output.shape[3];
  TapRange range =
      emitTapRange(builder, window[1], input.shape[3], columns, column);
  // The taps up to here come in full groups.
  Value count = builder.sub(range.upper, range.lower);
  Value rest = builder.createOrFold<arith::RemSIOp>(
      count, builder.index(partialResults));
  Value middle = builder.sub(range.upper, rest);
  Position start{
      builder.add(inputBase,
                  builder.mul(column, window[1].stride * input.strides[3])),
      -window[1].padLow * input.strides[3]};
  int64_t rowStride = window[0].dilation * input.strides[2];
  int64_t tapStride = window[1].dilation * input.strides[3];
  Values results = builder.loop(
      taps.lower, taps.upper, 1, Values(partialResults, getInitial()),
      [&](Value row, ValueRange results) {
        Position x = start;
        x.base = builder.add(x.base, builder.mul(row, rowStride));
        auto take = [&](int64_t count) {
          return [&, count](Value tap, ValueRange carried) {
            Values results = llvm::to_vector(carried);
            Position at = x;
            at.base = builder.add(at.base, builder.mul(tap, tapStride));
            for (int64_t i = 0; i < count; ++i)
              results[i] = combine(results[i], load(at + i * tapStride));
            return results;
          };
        };
        Values next = builder.loop(range.lower, middle, partialResults, results,
                                   take(partialResults));
        return builder.loop(middle, range.upper, 1, next, take(1));
      });
  Value result = results[0];
  for (Value other : ArrayRef(results).drop_front())
    result = combine(result, other);
  auto [counted, extent] = getCountedWindow(1);
  TapRange valid = emitTapRange(builder, counted, extent, columns, column);
  store(result, builder.sub(valid.upper, valid.lower),
        {builder.add(outputBase, builder.mul(column, output.strides[3]))});
}

/// Divides an average by its rows times `columns`, and stores.
void PoolEmitter::store(Value result, Value columns, Position position) {
  if (op.getKind() == PoolKind::avg) {
    Type element = vector.getElementType();
    Value count = builder.createOrFold<arith::MulIOp>(countedRows, columns);
    // A window in the padding only has the average 0.
    count = builder.createOrFold<arith::MaxSIOp>(count, builder.index(1));
    Value integer =
        builder.createOrFold<arith::IndexCastOp>(builder.getI32Type(), count);
    Value number = builder.createOrFold<arith::SIToFPOp>(element, integer);
    Value one =
        arith::ConstantOp::create(builder, builder.getFloatAttr(element, 1.0));
    Value factor = builder.createOrFold<arith::DivFOp>(one, number);
    result = builder.mulFloat(result, builder.broadcast(factor, vector));
  }
  if (stored != vector)
    result = builder.narrow(result)[0];
  builder.store(result, output, position);
}

} // namespace

LogicalResult kernel::buildLoops(PoolOp op, const cnn::Machine &machine) {
  LoopBuilder builder(op);
  FailureOr<FlatArray> input = builder.flatten(op.getInput()),
                       output = builder.flatten(op.getOutput());
  if (failed(input) || failed(output))
    return failure();
  PoolEmitter(builder, op, *input, *output).emit(machine);
  return success();
}
