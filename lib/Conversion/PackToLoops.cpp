//===- PackToLoops.cpp - Loops between plain and blocked images -----------===//
//
//   parallel: image, channel block
//     c pixels                                 loop; the last c may overlap
//       c vectors of pixels <-> c vectors of channels, transposed in registers
//
// Images of fewer than c pixels go element by element. Blocks that are less
// than a register are packed from more pixels at once.
//
//===----------------------------------------------------------------------===//

#include "KernelToLoops.h"
#include "LoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

/// Elements of the rows in turn, as one vector; there are 2^n rows.
Value interleave(LoopBuilder &builder, SmallVector<Value> rows) {
  while (rows.size() > 1) {
    size_t half = rows.size() / 2;
    for (size_t i = 0; i < half; ++i)
      rows[i] = vector::InterleaveOp::create(builder, rows[i], rows[i + half]);
    rows.truncate(half);
  }
  return rows.front();
}

/// Both directions differ only in which side is read.
class PackEmitter {
public:
  PackEmitter(LoopBuilder &builder, FlatArray plain, FlatArray blocked,
              Type element, bool packs)
      : builder(builder), plain(plain), blocked(blocked), packs(packs),
        lanes(blocked.shape.back()), pixelsAtOnce(lanes),
        vector(VectorType::get(lanes, element)) {
    // Few bytes of a pixel are less than a register.
    constexpr int64_t registerBits = 128;
    int64_t bits = element.getIntOrFloatBitWidth();
    if (packs && lanes * bits < registerBits &&
        this->blocked.strides[3] == lanes)
      pixelsAtOnce = registerBits / bits;
  }

  void emit();

private:
  /// The blocks [first, last) of each image, which have `channels` channels.
  void emitBlocks(int64_t first, int64_t last, int64_t channels);
  void emitPixels(Position ofPlain, Position ofBlocked, int64_t channels);
  void emitElements(Position ofPlain, Position ofBlocked, int64_t channels);
  bool hasContiguousRows() const {
    return plain.strides[2] == plain.shape[3] &&
           blocked.strides[2] == blocked.shape[3] * blocked.strides[3];
  }

  LoopBuilder &builder;
  FlatArray plain, blocked;
  bool packs;
  int64_t lanes, pixelsAtOnce;
  VectorType vector;
};

void PackEmitter::emit() {
  int64_t channels = plain.shape[1], full = channels / lanes;
  if (full > 0)
    emitBlocks(0, full, lanes);
  if (channels % lanes != 0)
    emitBlocks(full, full + 1, channels % lanes);
}

void PackEmitter::emitBlocks(int64_t first, int64_t last, int64_t channels) {
  // Rows without a gap between them are one long row.
  int64_t rows = hasContiguousRows() ? 1 : plain.shape[2];
  int64_t pixels = plain.shape[2] * plain.shape[3] / rows;
  builder.forAll(
      {0, first, 0}, {plain.shape[0], last, rows}, [&](ValueRange indices) {
        Value ofPlain = builder.linearize(
            indices,
            {plain.strides[0], plain.strides[1] * lanes, plain.strides[2]});
        Value ofBlocked =
            builder.linearize(indices, ArrayRef(blocked.strides).take_front(3));
        auto at = [&](Value base, Value pixel, int64_t stride) {
          return Position{builder.add(base, builder.mul(pixel, stride))};
        };
        if (pixels < pixelsAtOnce || !llvm::isPowerOf2_64(lanes))
          return builder.loop(pixels, 1, [&](Value pixel) {
            emitElements(at(ofPlain, pixel, 1),
                         at(ofBlocked, pixel, blocked.strides[3]), channels);
          });
        auto emitAt = [&](Value pixel) {
          emitPixels(at(ofPlain, pixel, 1),
                     at(ofBlocked, pixel, blocked.strides[3]), channels);
        };
        builder.loop(pixels / pixelsAtOnce * pixelsAtOnce, pixelsAtOnce,
                     emitAt);
        if (pixels % pixelsAtOnce != 0)
          emitAt(builder.index(pixels - pixelsAtOnce));
      });
}

/// As many pixels as a block has lanes, or as fill a register.
void PackEmitter::emitPixels(Position ofPlain, Position ofBlocked,
                             int64_t channels) {
  const FlatArray &source = packs ? plain : blocked,
                  &target = packs ? blocked : plain;
  Position from = packs ? ofPlain : ofBlocked, to = packs ? ofBlocked : ofPlain;
  int64_t fromStride = packs ? plain.strides[1] : blocked.strides[3];
  int64_t toStride = packs ? blocked.strides[3] : plain.strides[1];
  auto row = VectorType::get(pixelsAtOnce, vector.getElementType());
  SmallVector<Value> rows;
  for (int64_t i = 0; i < lanes; ++i)
    rows.push_back(
        packs && i >= channels
            ? arith::ConstantOp::create(builder, builder.getZeroAttr(row))
                  .getResult()
            : builder.load(source, from + i * fromStride, row));
  if (pixelsAtOnce != lanes)
    return builder.store(interleave(builder, rows), target, to);
  rows = builder.transpose(rows);
  for (int64_t i = 0; i < (packs ? lanes : channels); ++i)
    builder.store(rows[i], target, to + i * toStride);
}

/// One pixel.
void PackEmitter::emitElements(Position ofPlain, Position ofBlocked,
                               int64_t channels) {
  if (packs) {
    Value zero = arith::ConstantOp::create(
        builder, builder.getZeroAttr(vector.getElementType()));
    SmallVector<Value> elements(lanes, zero);
    for (int64_t i = 0; i < channels; ++i)
      elements[i] = builder.load(plain, ofPlain + i * plain.strides[1]);
    builder.store(vector::FromElementsOp::create(builder, vector, elements),
                  blocked, ofBlocked);
    return;
  }
  Value all = builder.load(blocked, ofBlocked, vector);
  for (int64_t i = 0; i < channels; ++i)
    builder.store(vector::ExtractOp::create(builder, all, i), plain,
                  ofPlain + i * plain.strides[1]);
}

template <typename OpTy>
LogicalResult build(OpTy op, bool packs) {
  LoopBuilder builder(op);
  FailureOr<FlatArray> input = builder.flatten(op.getInput()),
                       output = builder.flatten(op.getOutput());
  if (failed(input) || failed(output))
    return failure();
  PackEmitter(builder, packs ? *input : *output, packs ? *output : *input,
              op.getOutput().getType().getElementType(), packs)
      .emit();
  return success();
}

} // namespace

LogicalResult kernel::buildLoops(PackOp op, const cnn::Machine &) {
  return build(op, /*packs=*/true);
}

LogicalResult kernel::buildLoops(UnpackOp op, const cnn::Machine &) {
  return build(op, /*packs=*/false);
}
