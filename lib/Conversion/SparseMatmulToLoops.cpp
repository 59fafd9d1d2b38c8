//===- SparseMatmulToLoops.cpp - Loop nest of kernel.sparse_matmul --------===//
//
//   parallel: row of the input, block of outputs
//     output
//       vector of values that are not zero     accumulators: vectors
//         accumulator += values * input[columns]
//       the rest of them                       one by one
//
// Elements of the input are gathered one by one, which costs as much as an
// instruction that gathers, and what waits for memory are the values.
//
//===----------------------------------------------------------------------===//

#include "EmitFunction.h"
#include "KernelToLoops.h"
#include "LoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

/// Outputs that a thread computes as a whole, and products in the body of the
/// innermost loop.
constexpr int64_t blockOutputs = 16, unrolledProducts = 16;

class SparseMatmulEmitter {
public:
  SparseMatmulEmitter(LoopBuilder &builder, SparseMatmulOp op,
                      const cnn::Machine &machine)
      : builder(builder), op(op),
        type(VectorType::get(
            {std::min(unrolledProducts,
                      std::max<int64_t>(1, machine.getLanes()))},
            builder.getF32Type())) {}

  LogicalResult readOperands();
  void emit();

private:
  Value loadIndex(const FlatArray &array, Position position);
  Value gather(Value element, int64_t first);
  Value addUp(Value sums);
  Value emitProducts(Value first, Value last);
  void emitOutput(Value output);

  LoopBuilder &builder;
  SparseMatmulOp op;
  VectorType type;
  FlatArray input, values, columns, starts, bias, output;
  /// Where the row of the input and that of the output start.
  Value inputRow, outputRow;
};

LogicalResult SparseMatmulEmitter::readOperands() {
  return builder.flatten({{&input, op.getInput()},
                          {&values, op.getValues()},
                          {&columns, op.getColumns()},
                          {&starts, op.getStarts()},
                          {&bias, op.getBias()},
                          {&output, op.getOutput()}});
}

void SparseMatmulEmitter::emit() {
  int64_t rows = output.shape[0], outputs = output.shape[1];
  builder.forAll({0, 0}, {rows, llvm::divideCeilSigned(outputs, blockOutputs)},
                 [&](ValueRange indices) {
                   inputRow = builder.mul(indices[0], input.strides[0]);
                   outputRow = builder.mul(indices[0], output.strides[0]);
                   Value first = builder.mul(indices[1], blockOutputs);
                   Value last = builder.add(first, blockOutputs);
                   if (outputs % blockOutputs != 0)
                     last = builder.minimum(last, outputs);
                   builder.loop(first, last,
                                [&](Value output) { emitOutput(output); });
                 });
}

/// A number as an index; columns have no sign.
Value SparseMatmulEmitter::loadIndex(const FlatArray &array,
                                     Position position) {
  return arith::IndexCastUIOp::create(builder, builder.getIndexType(),
                                      builder.load(array, position));
}

/// The input's elements for a vector of values.
Value SparseMatmulEmitter::gather(Value element, int64_t first) {
  SmallVector<Value> elements;
  for (int64_t i = 0; i < type.getNumElements(); ++i)
    elements.push_back(builder.load(
        input,
        {builder.add(inputRow, loadIndex(columns, {element, first + i}))}));
  return vector::FromElementsOp::create(builder, type, elements);
}

/// The sum of the elements of a vector, of its halves and so on.
Value SparseMatmulEmitter::addUp(Value sums) {
  for (int64_t size = type.getNumElements() / 2; size > 0; size /= 2) {
    auto half = [&](int64_t first) -> Value {
      return vector::ExtractStridedSliceOp::create(
          builder, sums, ArrayRef<int64_t>{first}, ArrayRef<int64_t>{size},
          ArrayRef<int64_t>{1});
    };
    sums = builder.addFloat(half(0), half(size));
  }
  return vector::ExtractOp::create(builder, sums, 0);
}

/// The sum of products of the values from `first` to `last`.
Value SparseMatmulEmitter::emitProducts(Value first, Value last) {
  int64_t lanes = type.getNumElements();
  Value count = builder.sub(last, first);
  Value rest =
      arith::RemUIOp::create(builder, count, builder.index(unrolledProducts));
  Value whole = builder.sub(last, rest);
  SmallVector<Value> sums(unrolledProducts / lanes, builder.splat(0, type));
  sums = builder.loop(first, whole, unrolledProducts, sums,
                      [&](Value element, ValueRange carried) {
                        SmallVector<Value> next(carried);
                        for (auto [i, sum] : llvm::enumerate(next)) {
                          int64_t offset = i * lanes;
                          sum = builder.multiplyAdd(
                              builder.load(values, {element, offset}, type),
                              gather(element, offset), sum);
                        }
                        return next;
                      });
  for (size_t i = 1; i < sums.size(); ++i)
    sums[0] = builder.addFloat(sums[0], sums[i]);
  Value sum = addUp(sums[0]);
  return builder
      .loop(whole, last, 1, {sum},
            [&](Value element, ValueRange carried) {
              Value column = loadIndex(columns, {element});
              Value product = builder.mulFloat(
                  builder.load(values, {element}),
                  builder.load(input, {builder.add(inputRow, column)}));
              return SmallVector<Value>{
                  builder.addFloat(carried.front(), product)};
            })
      .front();
}

void SparseMatmulEmitter::emitOutput(Value number) {
  Value sum =
      emitProducts(loadIndex(starts, {number}), loadIndex(starts, {number, 1}));
  if (bias)
    sum = builder.addFloat(sum, builder.load(bias, {number}));
  sum = cnn::emitFunction(builder, op.getActivationAttr(), sum);
  builder.store(sum, output, {builder.add(outputRow, number)});
}

} // namespace

LogicalResult kernel::buildLoops(SparseMatmulOp op,
                                 const cnn::Machine &machine) {
  LoopBuilder builder(op);
  SparseMatmulEmitter emitter(builder, op, machine);
  if (failed(emitter.readOperands()))
    return failure();
  emitter.emit();
  return success();
}
