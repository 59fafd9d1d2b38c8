//===- MatmulToLoops.cpp - The matrix product's loop nest -----------------===//
//
//   parallel: batch, column panel, chunk of rows
//     slab of k, tile of rows                 accumulators: rows x vectors
//       k                                     loop
//         accumulator[row][vector] += a[row, k] * b[k, vector]
//
// A tile of one or few rows has few accumulators; there several k are summed
// apart and added up at the end, to cover the latency of a multiply-add.
// Machines that multiply by one lane of a vector load several k of a row of a
// at once.
// A packed panel that several tiles read and that does not stay near them is
// cut into slabs of k, while the output holds the sums so far.
//
// Weights that are stored in fewer bits are widened in registers.
//
//===----------------------------------------------------------------------===//

#include "ColumnVector.h"
#include "EmitFunction.h"
#include "KernelToLoops.h"
#include "LoopBuilder.h"
#include "MatmulPanels.h"
#include "Slabs.h"
#include "SlidingWindow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

/// Accumulators that cover the latency of a multiply-add.
constexpr int64_t latencyAccumulators = 12;

/// Equal chunks of rows, each of which a thread takes as a whole.
struct RowChunks {
  int64_t first, rows, count;
};

class MatmulEmitter {
public:
  MatmulEmitter(LoopBuilder &builder, MatmulOp op, const cnn::Machine &machine);
  LogicalResult readOperands(MatmulOp op);
  void emit();

private:
  using Values = SmallVector<Value>;

  int64_t getBatch() const;
  Type getRhsElement() const {
    return cast<MemRefType>(rhs.memref.getType()).getElementType();
  }
  int64_t getLineElements() const {
    constexpr int64_t lineBits = 512;
    return lineBits / getRhsElement().getIntOrFloatBitWidth();
  }
  int64_t getLastSlabSize() const {
    return depth - (slabs.count - 1) * slabs.size;
  }
  int64_t getSteps(int64_t accumulators) const;
  SmallVector<ColumnTiles> planTiles(const Panels &panels, int64_t count) const;
  int64_t getChunkRows(const Panels &panels) const;
  void chooseSlabs(const Panels &panels);
  SmallVector<RowChunks> planChunks(const Panels &panels) const;
  void emitPanels(const Panels &panels);
  void emitChunk(const Panels &panels, int64_t count, Value y);
  void emitTile(const Panels &panels, int64_t rows, Position y);
  Values emitInitial(const Panels &panels, int64_t rows, Position y);
  Position getSumPosition(const ColumnVector &column, int64_t row,
                          Position y) const;
  Values emitSteps(const Panels &panels, int64_t rows, Value k, int64_t steps,
                   ValueRange carried);
  Values loadFactors(const Panels &panels, Position at);
  void emitPrefetch(Value k, int64_t steps);
  Values emitEnd(const Panels &panels, ArrayRef<Value> sums);
  void finish(const Panels &panels, Values sums, Position y);

  LoopBuilder &builder;
  const cnn::Machine &machine;
  cnn::FunctionAttr activation;
  bool packed;
  Type element;
  int64_t registers, lanes;
  FlatArray lhs, rhs, scale, bias, output;
  int64_t rows, depth, columns, panelWidth;
  /// Distance of neighbouring k in b.
  int64_t depthStride;

  // Set by the loops that are being emitted.
  Slabs slabs;
  /// Elements of b that a step of one tile fetches ahead, and how far ahead.
  int64_t fetchedElements = 0, fetchDistance = 0;
  Value lhsBase, rhsBase, panelColumn, slab, slabStart, tileNumber;
  /// One for each vector of a panel's columns, or none.
  Values scales;
  int64_t sets = 1;
};

MatmulEmitter::MatmulEmitter(LoopBuilder &builder, MatmulOp op,
                             const cnn::Machine &machine)
    : builder(builder), machine(machine), activation(op.getActivationAttr()),
      packed(op.getPacked()),
      element(op.getOutput().getType().getElementType()),
      registers(machine.vectorRegisters),
      lanes(std::max<int64_t>(
          1, machine.getLanes(element.getIntOrFloatBitWidth()))) {}

LogicalResult MatmulEmitter::readOperands(MatmulOp op) {
  FailureOr<FlatArray> arrays[] = {
      builder.flatten(op.getLhs()), builder.flatten(op.getRhs()),
      builder.flatten(op.getScale()), builder.flatten(op.getBias()),
      builder.flatten(op.getOutput())};
  if (llvm::any_of(arrays, [](const auto &array) { return failed(array); }))
    return failure();
  lhs = *arrays[0];
  rhs = *arrays[1];
  scale = *arrays[2];
  bias = *arrays[3];
  output = *arrays[4];
  depth = lhs.shape.back();
  columns = output.shape.back();
  rows = output.shape[output.shape.size() - 2];
  depthStride = rhs.strides[rhs.strides.size() - 2];
  // Four vectors a panel where there is one row to multiply with, two where
  // there are many.
  int64_t vectors = rows < 4 ? 4 : 2;
  panelWidth = packed ? rhs.shape[2] : std::min(vectors * lanes, columns);
  return success();
}

void MatmulEmitter::emit() {
  for (const Panels &panels :
       planPanels({columns, panelWidth, lanes, packed, element}))
    emitPanels(panels);
}

int64_t MatmulEmitter::getBatch() const {
  return output.shape.size() == 3 ? output.shape[0] : 1;
}

SmallVector<ColumnTiles> MatmulEmitter::planTiles(const Panels &panels,
                                                  int64_t count) const {
  int64_t vectors = panels.vectors.size();
  int64_t largest = getLargestRows(machine, depth, vectors);
  return planColumns(
      cnn::WindowDim(), count,
      splitColumns(count, largest,
                   llvm::divideCeilSigned(latencyAccumulators, vectors)));
}

/// Rows that pass by a slab before the next one comes.
int64_t MatmulEmitter::getChunkRows(const Panels &panels) const {
  // Enough rows that reading a slab, and sums once per slab, is little; but
  // also parts for threads to share.
  constexpr int64_t largestChunk = 256, minParts = 4;
  int64_t parts = getBatch() * (panels.last - panels.first);
  int64_t chunks = std::max(llvm::divideCeilSigned(rows, largestChunk),
                            llvm::divideCeilSigned(minParts, parts));
  return llvm::divideCeilSigned(rows, chunks);
}

/// Cuts k into slabs if several tiles would read a panel that does not stay
/// near, and decides what is fetched: a part of the next slab in each tile; or
/// what follows soon, if one tile reads all.
void MatmulEmitter::chooseSlabs(const Panels &panels) {
  constexpr int64_t unit = 8, linesAhead = 64;
  slabs = {1, depth};
  fetchedElements = 0;
  // Processors see a single stream themselves.
  if (!packed || rows == 1)
    return;
  int64_t tiles = 0, chunkRows = getChunkRows(panels);
  for (const ColumnTiles &tile : planTiles(panels, chunkRows))
    tiles += tile.count;
  int64_t elementBytes = getRhsElement().getIntOrFloatBitWidth() / 8;
  if (tiles == 1) {
    fetchedElements = depthStride;
    fetchDistance = linesAhead * getLineElements();
    return;
  }
  slabs = Slabs::get(
      depth, unit, panelWidth * elementBytes,
      getNearBytes(llvm::divideCeilSigned(rows, chunkRows), machine), machine);
  if (slabs.count == 1)
    return;
  fetchedElements = llvm::divideCeilSigned(depthStride, tiles);
  fetchDistance = slabs.size * depthStride;
}

/// Without slabs, tiles are what threads share.
SmallVector<RowChunks> MatmulEmitter::planChunks(const Panels &panels) const {
  SmallVector<RowChunks> plan;
  if (slabs.count == 1) {
    for (const ColumnTiles &tile : planTiles(panels, rows))
      plan.push_back({tile.first, tile.columns, tile.count});
    return plan;
  }
  int64_t size = getChunkRows(panels), whole = rows / size * size;
  plan.push_back({0, size, rows / size});
  if (whole < rows)
    plan.push_back({whole, rows - whole, 1});
  return plan;
}

void MatmulEmitter::emitPanels(const Panels &panels) {
  auto batchStride = [](const FlatArray &array) {
    return array.shape.size() == 3 ? array.strides[0] : 0;
  };
  chooseSlabs(panels);
  for (const RowChunks &chunks : planChunks(panels)) {
    builder.forAll(
        {0, panels.first, 0}, {getBatch(), panels.last, chunks.count},
        [&](ValueRange indices) {
          Value row =
              builder.add(builder.mul(indices[2], chunks.rows), chunks.first);
          Value panel = indices[1];
          panelColumn = builder.mul(panel, panelWidth);
          lhsBase = builder.add(
              builder.mul(indices[0], batchStride(lhs)),
              builder.mul(row, lhs.strides[lhs.strides.size() - 2]));
          rhsBase = packed
                        ? builder.mul(panel, rhs.strides[0])
                        : builder.add(builder.mul(indices[0], batchStride(rhs)),
                                      panelColumn);
          Value y =
              builder.linearize({indices[0], row, panelColumn},
                                {batchStride(output),
                                 output.strides[output.strides.size() - 2], 1});
          emitChunk(panels, chunks.rows, y);
        });
  }
}

/// The tiles of a chunk of rows, for each slab. `y` is the chunk's first sum.
void MatmulEmitter::emitChunk(const Panels &panels, int64_t count, Value y) {
  int64_t lhsStride = lhs.strides[lhs.strides.size() - 2];
  int64_t outputStride = output.strides[output.strides.size() - 2];
  Value firstLhs = lhsBase;
  builder.loop(slabs.count, 1, [&](Value number) {
    slab = number;
    slabStart = builder.mul(slab, slabs.size);
    int64_t firstTile = 0;
    for (const ColumnTiles &tile : planTiles(panels, count)) {
      builder.loop(tile.count, 1, [&](Value number) {
        Value row = builder.add(builder.mul(number, tile.columns), tile.first);
        tileNumber = builder.add(number, firstTile);
        lhsBase = builder.add(firstLhs, builder.mul(row, lhsStride));
        emitTile(panels, tile.columns,
                 {builder.add(y, builder.mul(row, outputStride))});
      });
      firstTile += tile.count;
    }
  });
}

/// Neighbouring k that one loop body takes, which is about one multiply-add a
/// register.
int64_t MatmulEmitter::getSteps(int64_t accumulators) const {
  if (loadsLanes(machine, depth))
    return laneSteps;
  int64_t steps = std::clamp<int64_t>(registers / accumulators, 1, 8);
  while (slabs.size % steps != 0 || getLastSlabSize() % steps != 0)
    --steps;
  return steps;
}

void MatmulEmitter::emitTile(const Panels &panels, int64_t rows, Position y) {
  int64_t vectors = panels.vectors.size(), accumulators = rows * vectors;
  scales.clear();
  for (const ColumnVector &column : panels.vectors)
    if (scale)
      scales.push_back(
          builder.load(scale, {panelColumn, column.offset}, column.type));
  int64_t lastSize = getLastSlabSize(), steps = getSteps(accumulators);
  sets = 1;
  int64_t free =
      loadsLanes(machine, depth) ? registers - rows - vectors : registers;
  while (sets * accumulators < latencyAccumulators &&
         2 * sets * accumulators <= free && steps % (2 * sets) == 0)
    sets *= 2;
  Values initial = emitInitial(panels, rows, y);
  for (int64_t i = rows; i < sets * rows; ++i)
    for (const ColumnVector &column : panels.vectors)
      initial.push_back(builder.splat(0, column.type));
  Value end = builder.add(slabStart, slabs.size);
  if (lastSize != slabs.size)
    end = builder.minimum(end, depth);
  int64_t part = element.isF16() ? llvm::alignTo(longestHalfSum, steps) : 0;
  Values sums = builder.sum(slabStart, end, steps, slabs.size, part, initial,
                            [&](Value k, ValueRange sums) {
                              emitPrefetch(k, steps);
                              return emitSteps(panels, rows, k, steps, sums);
                            });
  for (int64_t i = accumulators; i < sets * accumulators; ++i)
    sums[i % accumulators] = builder.addFloat(sums[i % accumulators], sums[i]);
  sums.resize(accumulators);
  finish(panels, sums, y);
}

/// What the sums of a tile start from: zero, or what the slabs before have
/// added up.
SmallVector<Value> MatmulEmitter::emitInitial(const Panels &panels,
                                              int64_t rows, Position y) {
  auto repeat = [&](function_ref<Value(const ColumnVector &, Position)> get) {
    Values values;
    for (int64_t row = 0; row < rows; ++row)
      for (const ColumnVector &column : panels.vectors)
        values.push_back(get(column, getSumPosition(column, row, y)));
    return values;
  };
  auto zeros = [&] {
    return repeat([&](const ColumnVector &column, Position) {
      return builder.splat(0, column.type);
    });
  };
  if (slabs.count == 1)
    return zeros();
  SmallVector<Type> types;
  for (int64_t row = 0; row < rows; ++row)
    for (const ColumnVector &column : panels.vectors)
      types.push_back(column.type);
  return builder.branch(builder.isEqual(slab, 0), types, zeros, [&] {
    return repeat([&](const ColumnVector &column, Position at) {
      return loadColumns(builder, output, column, at);
    });
  });
}

/// Where the sum of a row of the tile at `y` is.
Position MatmulEmitter::getSumPosition(const ColumnVector &column, int64_t row,
                                       Position y) const {
  return y + (row * output.strides[output.strides.size() - 2] + column.offset);
}

/// Adds the products of `steps` neighbouring k, each to the next set of sums.
SmallVector<Value> MatmulEmitter::emitSteps(const Panels &panels, int64_t rows,
                                            Value k, int64_t steps,
                                            ValueRange carried) {
  Values sums = llvm::to_vector(carried);
  int64_t vectors = panels.vectors.size();
  Value lhsStart = builder.add(lhsBase, k);
  Value rhsStart = builder.add(rhsBase, builder.mul(k, depthStride));
  int64_t rowStride = lhs.strides[lhs.strides.size() - 2];
  Values lanes;
  for (int64_t row = 0; loadsLanes(machine, depth) && row < rows; ++row)
    lanes.push_back(builder.load(lhs, {lhsStart, row * rowStride},
                                 VectorType::get(steps, element)));
  for (int64_t step = 0; step < steps; ++step) {
    Values factors = loadFactors(panels, {rhsStart, step * depthStride});
    for (int64_t row = 0; row < rows; ++row) {
      Value scalar =
          lanes.empty()
              ? builder.load(lhs, {lhsStart, row * rowStride + step})
              : Value(vector::ExtractOp::create(builder, lanes[row], step));
      for (int64_t i = 0; i < vectors; ++i) {
        Value &sum = sums[((step % sets) * rows + row) * vectors + i];
        sum = builder.multiplyAdd(
            builder.broadcast(scalar, panels.vectors[i].type), factors[i], sum);
      }
    }
  }
  return sums;
}

/// The elements of b in one row of a panel, widened.
SmallVector<Value> MatmulEmitter::loadFactors(const Panels &panels,
                                              Position at) {
  Type stored = getRhsElement();
  Values factors;
  for (auto [i, column] : llvm::enumerate(panels.vectors)) {
    Value factor =
        builder.load(rhs, at + column.offset,
                     VectorType::get(column.type.getShape(), stored));
    if (stored.isInteger(8))
      factor = builder.mulFloat(
          arith::SIToFPOp::create(builder, column.type, factor), scales[i]);
    else if (stored != element)
      factor = arith::ExtFOp::create(builder, column.type, factor);
    factors.push_back(factor);
  }
  return factors;
}

/// Fetches the part of what follows that falls to `steps` steps of this tile.
void MatmulEmitter::emitPrefetch(Value k, int64_t steps) {
  if (fetchedElements == 0)
    return;
  Value step = builder.linearize({tileNumber, builder.sub(k, slabStart)},
                                 {slabs.size, 1});
  Value start = builder.add(rhsBase, builder.mul(slabStart, depthStride));
  Position next{builder.add(start, builder.mul(step, fetchedElements)),
                fetchDistance};
  for (int64_t i = 0; i < steps * fetchedElements; i += getLineElements())
    builder.prefetch(rhs, next + i);
}

/// Bias and activation of sums that are whole.
SmallVector<Value> MatmulEmitter::emitEnd(const Panels &panels,
                                          ArrayRef<Value> sums) {
  Values biases, results;
  for (const ColumnVector &column : panels.vectors)
    if (bias)
      biases.push_back(
          loadColumns(builder, bias, column, {panelColumn, column.offset}));
  for (size_t i = 0; i != sums.size(); ++i) {
    Value sum = sums[i];
    if (bias)
      sum = builder.addFloat(sum, biases[i % biases.size()]);
    results.push_back(cnn::emitFunction(builder, activation, sum));
  }
  return results;
}

/// What follows the last slab, and the store.
void MatmulEmitter::finish(const Panels &panels, Values sums, Position y) {
  auto end = [&] { return emitEnd(panels, sums); };
  if (slabs.count == 1)
    sums = end();
  else if (bias || activation)
    sums =
        builder.branch(builder.isEqual(slab, slabs.count - 1),
                       ValueRange(sums).getTypes(), end, [&] { return sums; });
  int64_t vectors = panels.vectors.size();
  for (size_t i = 0; i != sums.size(); ++i) {
    const ColumnVector &column = panels.vectors[i % vectors];
    storeColumns(builder, sums[i], output, column,
                 getSumPosition(column, i / vectors, y));
  }
}

} // namespace

LogicalResult kernel::buildLoops(MatmulOp op, const cnn::Machine &machine) {
  LoopBuilder builder(op);
  MatmulEmitter emitter(builder, op, machine);
  if (failed(emitter.readOperands(op)))
    return failure();
  emitter.emit();
  return success();
}
