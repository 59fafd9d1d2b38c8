//===- MatmulToLoops.cpp - The matrix product's loop nest -----------------===//
//
//   parallel: batch, column panel, tile of rows   accumulators: rows x vectors
//     k                                           loop
//       accumulator[row][vector] += a[row, k] * b[k, vector]
//
// A tile of one or few rows has few accumulators; there several k are summed
// apart and added up at the end, to cover the latency of a multiply-add.
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

/// Accumulators that cover the latency of a multiply-add.
constexpr int64_t latencyAccumulators = 12;

/// Neighbouring columns in one register.
struct ColumnVector {
  /// First column within the panel.
  int64_t offset;
  VectorType type;
  /// Columns that exist; the rest of a packed panel is padding.
  int64_t columns;
};

/// Equal panels of columns.
struct Panels {
  /// Number of the first panel and of the panel after the last.
  int64_t first, last;
  SmallVector<ColumnVector> vectors;
};

class MatmulEmitter {
public:
  MatmulEmitter(LoopBuilder &builder, MatmulOp op, const cnn::Machine &machine);
  LogicalResult readOperands(MatmulOp op);
  void emit();

private:
  using Values = SmallVector<Value>;

  SmallVector<Panels> planPanels() const;
  ColumnVector makeVector(int64_t offset, int64_t lanes,
                          int64_t columns) const {
    return {offset, VectorType::get(lanes, element), columns};
  }
  void emitPanels(const Panels &panels);
  void emitTile(const Panels &panels, int64_t rows, Position y);
  Values emitSteps(const Panels &panels, int64_t rows, Value k, int64_t steps,
                   ValueRange carried);
  void finish(const ColumnVector &column, Value sum, Position y);

  LoopBuilder &builder;
  cnn::FunctionAttr activation;
  bool packed;
  Type element;
  int64_t registers, lanes;
  FlatArray lhs, rhs, bias, output;
  int64_t rows, depth, columns, panelWidth;
  /// Distance of neighbouring k in b.
  int64_t depthStride;

  // Set by the loops that are being emitted.
  Value lhsBase, rhsBase, panelColumn;
  int64_t sets = 1;
};

MatmulEmitter::MatmulEmitter(LoopBuilder &builder, MatmulOp op,
                             const cnn::Machine &machine)
    : builder(builder), activation(op.getActivationAttr()),
      packed(op.getPacked()),
      element(op.getOutput().getType().getElementType()),
      registers(machine.vectorRegisters),
      lanes(std::max<int64_t>(
          1, machine.getLanes(element.getIntOrFloatBitWidth()))) {}

LogicalResult MatmulEmitter::readOperands(MatmulOp op) {
  FailureOr<FlatArray> arrays[] = {
      builder.flatten(op.getLhs()), builder.flatten(op.getRhs()),
      builder.flatten(op.getBias()), builder.flatten(op.getOutput())};
  if (llvm::any_of(arrays, [](const auto &array) { return failed(array); }))
    return failure();
  lhs = *arrays[0];
  rhs = *arrays[1];
  bias = *arrays[2];
  output = *arrays[3];
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

/// All full panels, then what is left. The end of a packed panel is computed in
/// full and stored as far as it exists; without packing it takes vectors of
/// fewer lanes.
SmallVector<Panels> MatmulEmitter::planPanels() const {
  SmallVector<Panels> plan;
  auto add = [&](int64_t first, int64_t last, int64_t width) {
    Panels panels{first, last, {}};
    for (int64_t offset = 0; offset < width;) {
      int64_t size = lanes;
      int64_t available = packed ? panelWidth - offset : width - offset;
      while (size > available)
        size /= 2;
      panels.vectors.push_back(
          makeVector(offset, size, std::min(size, width - offset)));
      offset += size;
    }
    plan.push_back(panels);
  };
  int64_t full = columns / panelWidth, rest = columns % panelWidth;
  if (full > 0)
    add(0, full, panelWidth);
  if (rest > 0)
    add(full, full + 1, rest);
  return plan;
}

void MatmulEmitter::emit() {
  for (const Panels &panels : planPanels())
    emitPanels(panels);
}

void MatmulEmitter::emitPanels(const Panels &panels) {
  int64_t vectors = panels.vectors.size();
  int64_t largest = std::max<int64_t>(
      1, std::min(registers - vectors - 1, registers - 4) / vectors);
  int64_t batch = output.shape.size() == 3 ? output.shape[0] : 1;
  auto batchStride = [](const FlatArray &array) {
    return array.shape.size() == 3 ? array.strides[0] : 0;
  };
  cnn::WindowDim single;
  SmallVector<int64_t> heights = splitColumns(
      rows, largest, llvm::divideCeilSigned(latencyAccumulators, vectors));
  for (const ColumnTiles &tiles : planColumns(single, rows, heights)) {
    builder.forAll(
        {0, panels.first, 0}, {batch, panels.last, tiles.count},
        [&](ValueRange indices) {
          Value row =
              builder.add(builder.mul(indices[2], tiles.columns), tiles.first);
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
          emitTile(panels, tiles.columns, {y});
        });
  }
}

void MatmulEmitter::emitTile(const Panels &panels, int64_t rows, Position y) {
  int64_t vectors = panels.vectors.size(), accumulators = rows * vectors;
  int64_t steps = std::clamp<int64_t>(registers / accumulators, 1, 8);
  while (depth % steps != 0)
    --steps;
  sets = 1;
  while (sets * accumulators < latencyAccumulators && steps % (2 * sets) == 0)
    sets *= 2;
  Values initial;
  for (int64_t i = 0; i < sets * rows; ++i)
    for (const ColumnVector &column : panels.vectors)
      initial.push_back(builder.splat(0, column.type));
  Values sums =
      builder.loop(depth, steps, initial, [&](Value k, ValueRange sums) {
        return emitSteps(panels, rows, k, steps, sums);
      });
  for (int64_t i = accumulators; i < sets * accumulators; ++i)
    sums[i % accumulators] = builder.addFloat(sums[i % accumulators], sums[i]);
  int64_t rowStride = output.strides[output.strides.size() - 2];
  for (int64_t row = 0; row < rows; ++row)
    for (auto [i, column] : llvm::enumerate(panels.vectors))
      finish(column, sums[row * vectors + i],
             y + (row * rowStride + column.offset));
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
  for (int64_t step = 0; step < steps; ++step) {
    Values factors;
    for (const ColumnVector &column : panels.vectors)
      factors.push_back(builder.load(
          rhs, {rhsStart, step * depthStride + column.offset}, column.type));
    for (int64_t row = 0; row < rows; ++row) {
      Value scalar = builder.load(lhs, {lhsStart, row * rowStride + step});
      for (int64_t i = 0; i < vectors; ++i) {
        Value &sum = sums[((step % sets) * rows + row) * vectors + i];
        sum = builder.multiplyAdd(
            builder.broadcast(scalar, panels.vectors[i].type), factors[i], sum);
      }
    }
  }
  return sums;
}

/// Bias, activation and the store, of as many columns at a time as exist.
void MatmulEmitter::finish(const ColumnVector &column, Value sum, Position y) {
  int64_t size = column.type.getNumElements();
  for (int64_t done = 0; done < column.columns; done += size) {
    while (size > column.columns - done)
      size /= 2;
    auto type = VectorType::get(size, element);
    Value part = sum;
    if (type != column.type)
      part = vector::ExtractStridedSliceOp::create(
          builder, sum, ArrayRef<int64_t>{done}, ArrayRef<int64_t>{size},
          ArrayRef<int64_t>{1});
    if (bias)
      part = builder.addFloat(
          part, builder.load(bias, {panelColumn, column.offset + done}, type));
    builder.store(cnn::emitFunction(builder, activation, part), output,
                  y + done);
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
