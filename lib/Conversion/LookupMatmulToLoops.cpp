//===- LookupMatmulToLoops.cpp - Products with codes, as loops ------------===//
//
//   parallel: column panel, tile of rows        accumulators: rows x vectors
//     word of k
//       code of the word                        b = codebook[code], in a
//       register
//         accumulator[row][vector] += a[row, k] * b
//
// A fully connected layer of one image reads its matrix once, from memory, and
// takes as long as that: codes are what is read.
//
//===----------------------------------------------------------------------===//

#include "ColumnVector.h"
#include "EmitFunction.h"
#include "KernelToLoops.h"
#include "LoopBuilder.h"
#include "SlidingWindow.h"
#include "TableLookup.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

class LookupMatmulEmitter {
public:
  LookupMatmulEmitter(LoopBuilder &builder, LookupMatmulOp op,
                      const cnn::Machine &machine)
      : builder(builder), machine(machine), op(op),
        vector(VectorType::get(std::max<int64_t>(1, machine.getLanes()),
                               builder.getF32Type())) {}

  LogicalResult readOperands();
  void emit();

private:
  using Values = SmallVector<Value>;

  void emitPanels(int64_t first, int64_t last, int64_t width);
  void emitTile(const TableLookup &table, int64_t count, Value row,
                Value panel);
  Values addWord(const TableLookup &table, int64_t count, Value word,
                 int64_t steps, ValueRange carried);
  void finish(Values sums, int64_t count, Value row, Value panel);

  LoopBuilder &builder;
  const cnn::Machine &machine;
  LookupMatmulOp op;
  VectorType vector;
  FlatArray lhs, words, codebook, scale, bias, output;
  int64_t rows, depth, columns, steps, panelWidth;
  /// Vectors of the panels that are being emitted.
  SmallVector<ColumnVector> vectors;
  Value lhsBase, wordsBase;
};

LogicalResult LookupMatmulEmitter::readOperands() {
  if (failed(builder.flatten({{&lhs, op.getLhs()},
                              {&words, op.getWords()},
                              {&codebook, op.getCodebook()},
                              {&scale, op.getScale()},
                              {&bias, op.getBias()},
                              {&output, op.getOutput()}})))
    return failure();
  int64_t lanes = vector.getNumElements();
  if (words.shape[2] != lanes)
    return op.emitOpError("expects rows of ")
           << lanes << " words on this machine, got " << words.shape[2];
  rows = lhs.shape[0];
  depth = lhs.shape[1];
  columns = output.shape[1];
  steps = op.getSteps();
  panelWidth = static_cast<int64_t>(op.getVectors()) * lanes;
  return success();
}

void LookupMatmulEmitter::emit() {
  int64_t full = columns / panelWidth, rest = columns % panelWidth;
  if (full > 0)
    emitPanels(0, full, panelWidth);
  if (rest > 0)
    emitPanels(full, full + 1, rest);
}

/// Panels of which `width` columns exist.
void LookupMatmulEmitter::emitPanels(int64_t first, int64_t last,
                                     int64_t width) {
  int64_t lanes = vector.getNumElements();
  vectors.clear();
  for (int64_t offset = 0; offset < width; offset += lanes)
    vectors.push_back({offset, vector, std::min(lanes, width - offset)});
  TableLookup planned(builder, machine, codebook, op.getBits());
  int64_t largest = getLargestTile(
      machine.vectorRegisters - planned.getRegisters(), vectors.size());
  for (const ColumnTiles &tile :
       planColumns(cnn::WindowDim(), rows, splitColumns(rows, largest, 1)))
    builder.forAll({first, 0}, {last, tile.count}, [&](ValueRange indices) {
      Value row =
          builder.add(builder.mul(indices[1], tile.columns), tile.first);
      TableLookup table(builder, machine, codebook, op.getBits());
      table.loadTables();
      emitTile(table, tile.columns, row, indices[0]);
    });
}

void LookupMatmulEmitter::emitTile(const TableLookup &table, int64_t count,
                                   Value row, Value panel) {
  lhsBase = builder.mul(row, lhs.strides[0]);
  wordsBase = builder.mul(panel, words.strides[0]);
  Values sums(count * vectors.size(), builder.splat(0, vector));
  int64_t whole = depth / steps, rest = depth % steps;
  if (whole > 0)
    sums = builder.loop(whole, 1, sums, [&](Value word, ValueRange carried) {
      return addWord(table, count, word, steps, carried);
    });
  if (rest > 0)
    sums = addWord(table, count, builder.index(whole), rest, sums);
  finish(sums, count, row, panel);
}

/// Adds the products of `steps` neighbouring k.
SmallVector<Value> LookupMatmulEmitter::addWord(const TableLookup &table,
                                                int64_t count, Value word,
                                                int64_t steps,
                                                ValueRange carried) {
  Values sums = llvm::to_vector(carried);
  auto integers =
      VectorType::get(vector.getNumElements(), builder.getI32Type());
  Value codes = builder.load(
      words, {builder.add(wordsBase, builder.mul(word, words.strides[1]))},
      integers);
  Value start = builder.add(lhsBase, builder.mul(word, this->steps));
  int64_t bits = op.getBits(), perStep = op.getVectors();
  for (int64_t step = 0; step < steps; ++step) {
    Values factors;
    for (int64_t row = 0; row < count; ++row)
      factors.push_back(builder.broadcast(
          builder.load(lhs, {start, row * lhs.strides[0] + step}), vector));
    for (size_t i = 0; i < vectors.size(); ++i) {
      Value weights = table.lookUp(
          codes, (step * perStep + static_cast<int64_t>(i)) * bits);
      for (int64_t row = 0; row < count; ++row) {
        Value &sum = sums[row * vectors.size() + i];
        sum = builder.multiplyAdd(factors[row], weights, sum);
      }
    }
  }
  return sums;
}

/// Scale, bias, function, and the store.
void LookupMatmulEmitter::finish(Values sums, int64_t count, Value row,
                                 Value panel) {
  Value column = builder.mul(panel, panelWidth);
  auto loadRow = [&](const FlatArray &array) {
    Values parts;
    for (const ColumnVector &part : vectors)
      if (array)
        parts.push_back(
            loadColumns(builder, array, part, {column, part.offset}));
    return parts;
  };
  Values scales = loadRow(scale), biases = loadRow(bias);
  Value first = builder.linearize({row, column}, {output.strides[0], 1});
  for (auto [i, sum] : llvm::enumerate(sums)) {
    size_t part = i % vectors.size();
    int64_t line = i / vectors.size();
    if (!scales.empty())
      sum = builder.mulFloat(sum, scales[part]);
    if (!biases.empty())
      sum = builder.addFloat(sum, biases[part]);
    sum = cnn::emitFunction(builder, op.getActivationAttr(), sum);
    storeColumns(builder, sum, output, vectors[part],
                 {first, line * output.strides[0] + vectors[part].offset});
  }
}

} // namespace

LogicalResult kernel::buildLoops(LookupMatmulOp op,
                                 const cnn::Machine &machine) {
  LoopBuilder builder(op);
  LookupMatmulEmitter emitter(builder, op, machine);
  if (failed(emitter.readOperands()))
    return failure();
  emitter.emit();
  return success();
}
