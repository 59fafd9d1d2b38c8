//===- ExpandedDepthwiseConvToLoops.cpp - Rows of two convolutions in turn ===//
//
//   parallel: chunk of all rows
//     group of channel blocks, output row      those of the chunk
//       input row that is not in the ring yet
//         filter block of the group
//           ring row = a row of the pointwise convolution
//       channel block of the group
//         output row = a row of the depthwise convolution, read from the ring
//
// The loops within a row are those of the two convolutions.
//
//===----------------------------------------------------------------------===//

#include "ConvRows.h"
#include "KernelToLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

class ExpandedDepthwiseEmitter {
public:
  ExpandedDepthwiseEmitter(LoopBuilder &builder, ExpandedDepthwiseConvOp op,
                           const cnn::Machine &machine)
      : builder(builder), op(op), machine(machine) {}

  LogicalResult readOperands();
  void emit();

private:
  /// The numbers [lower, upper).
  struct Range {
    Value lower, upper;
  };

  void emitRow(Value number, Value isFirst);
  Range emitNewRows(Value row, Value isFirst);
  void emitExpandedRow(Value image, Value row);
  void emitFilterBlocks(Range range, int64_t blocks, Value input,
                        Value ringRow);

  Value quotient(Value value, int64_t divisor) {
    return builder.createOrFold<arith::DivUIOp>(value, builder.index(divisor));
  }
  Value remainder(Value value, int64_t divisor) {
    return builder.createOrFold<arith::RemUIOp>(value, builder.index(divisor));
  }
  Value maximum(Value lhs, int64_t rhs) {
    return builder.createOrFold<arith::MaxSIOp>(lhs, builder.index(rhs));
  }

  LoopBuilder &builder;
  ExpandedDepthwiseConvOp op;
  const cnn::Machine &machine;
  FlatArray input, ring;
  /// The pointwise convolution, of images of one row, and the depthwise one.
  DirectConvolution expansion;
  DepthwiseConvolution depthwise;
  /// Expanded channel blocks, and how many of them a filter block has.
  int64_t blocks = 0, together = 0;
  int64_t filterBlocks = 0, groupFilterBlocks = 0, groups = 0;

  // Set by the loops that are being emitted.
  /// The filter blocks of the group.
  Range filterRange;
  /// Where the first channel block of all would be in the ring, in which the
  /// group's first is the first.
  Value chunkStart, ringStart;
};

LogicalResult ExpandedDepthwiseEmitter::readOperands() {
  FailureOr<FlatArray> arrays[] = {builder.flatten(op.getInput()),
                                   builder.flatten(op.getRing()),
                                   builder.flatten(op.getExpansion()),
                                   builder.flatten(op.getExpansionBias()),
                                   builder.flatten(op.getFilter()),
                                   builder.flatten(op.getBias()),
                                   builder.flatten(op.getOutput())};
  if (llvm::any_of(arrays, [](const auto &array) { return failed(array); }))
    return failure();
  input = *arrays[0];
  ring = *arrays[1];

  expansion.input = input;
  expansion.output = ring;
  expansion.input.shape[2] = expansion.output.shape[2] = 1;
  expansion.input.shape[0] = expansion.output.shape[0] = 1;
  expansion.filter = *arrays[2];
  expansion.bias = *arrays[3];
  expansion.window.resize(2);
  expansion.setStrides(op.getOutput().getType(), /*isBlocked=*/true);

  depthwise.input = ring;
  depthwise.input.shape[2] = input.shape[2];
  depthwise.ringRows = ring.shape[2];
  depthwise.setFilter(*arrays[4]);
  depthwise.bias = *arrays[5];
  depthwise.output = *arrays[6];
  depthwise.window = op.getWindow();
  depthwise.activation = op.getActivationAttr();

  blocks = depthwise.output.shape[1];
  together = op.getExpandedBlocks();
  filterBlocks = expansion.filter.shape[0];
  groupFilterBlocks = std::min(ring.shape[1] / together, filterBlocks);
  groups = llvm::divideCeilSigned(filterBlocks, groupFilterBlocks);
  return success();
}

void ExpandedDepthwiseEmitter::emit() {
  ArrayRef<int64_t> output = depthwise.output.shape;
  int64_t rows = output[0] * groups * output[2], chunks = ring.shape[0];
  builder.forAll({0}, {chunks}, [&](ValueRange indices) {
    Value chunk = indices[0];
    chunkStart = builder.mul(chunk, ring.strides[0]);
    Value first = quotient(builder.mul(chunk, rows), chunks);
    Value last = quotient(builder.mul(builder.add(chunk, 1), rows), chunks);
    builder.loop(first, last, [&](Value number) {
      Value isFirst = builder.createOrFold<arith::CmpIOp>(
          arith::CmpIPredicate::eq, number, first);
      emitRow(number, isFirst);
    });
  });
}

/// An output row of a group; `isFirst` tells whether the chunk begins with it.
void ExpandedDepthwiseEmitter::emitRow(Value number, Value isFirst) {
  int64_t rows = depthwise.output.shape[2];
  Value row = remainder(number, rows), part = quotient(number, rows);
  Value group = remainder(part, groups), image = quotient(part, groups);
  filterRange.lower = builder.mul(group, groupFilterBlocks);
  filterRange.upper = builder.minimum(
      builder.add(filterRange.lower, groupFilterBlocks), filterBlocks);
  ringStart = builder.sub(
      chunkStart, builder.mul(filterRange.lower, together * ring.strides[1]));

  Range newRows = emitNewRows(row, isFirst);
  builder.loop(newRows.lower, newRows.upper,
               [&](Value inputRow) { emitExpandedRow(image, inputRow); });
  Value lastBlock =
      builder.minimum(builder.mul(filterRange.upper, together), blocks);
  builder.loop(
      builder.mul(filterRange.lower, together), lastBlock, [&](Value block) {
        Value start =
            builder.add(ringStart, builder.mul(block, ring.strides[1]));
        buildRow(builder, machine, depthwise, {image, block, row, start});
      });
}

/// The input rows that the windows of an output row reach and that are not in
/// the ring, where those of the row before are unless there is none.
ExpandedDepthwiseEmitter::Range
ExpandedDepthwiseEmitter::emitNewRows(Value row, Value isFirst) {
  const cnn::WindowDim &window = depthwise.window[0];
  Value first = builder.add(builder.mul(row, window.stride), -window.padLow);
  Value last =
      builder.minimum(builder.add(first, window.getReach()), input.shape[2]);
  int64_t kept = std::max<int64_t>(0, window.getReach() - window.stride);
  Value isAlone =
      builder.createOrFold<arith::OrIOp>(isFirst, builder.isEqual(row, 0));
  first = builder.createOrFold<arith::SelectOp>(isAlone, first,
                                                builder.add(first, kept));
  return {maximum(first, 0), last};
}

/// A row of the expanded image, all blocks of the group.
void ExpandedDepthwiseEmitter::emitExpandedRow(Value image, Value row) {
  Value start =
      builder.linearize({image, row}, {input.strides[0], input.strides[2]});
  Value ringRow = builder.add(
      ringStart, builder.mul(remainder(row, ring.shape[2]), ring.strides[2]));
  int64_t full = blocks / together;
  emitFilterBlocks(
      {filterRange.lower, builder.minimum(filterRange.upper, full)}, together,
      start, ringRow);
  if (full < filterBlocks)
    emitFilterBlocks({maximum(filterRange.lower, full), filterRange.upper},
                     blocks - full * together, start, ringRow);
}

/// The row of these filter blocks, which have `blocks` output blocks.
void ExpandedDepthwiseEmitter::emitFilterBlocks(Range range, int64_t blocks,
                                                Value input, Value ringRow) {
  builder.loop(range.lower, range.upper, [&](Value number) {
    Value start =
        builder.add(ringRow, builder.mul(number, together * ring.strides[1]));
    buildRow(builder, machine, expansion,
             {number, blocks, input, start, op.getExpansionActivationAttr()});
  });
}

} // namespace

LogicalResult kernel::buildLoops(ExpandedDepthwiseConvOp op,
                                 const cnn::Machine &machine) {
  LoopBuilder builder(op);
  ExpandedDepthwiseEmitter emitter(builder, op, machine);
  if (failed(emitter.readOperands()))
    return failure();
  emitter.emit();
  return success();
}
