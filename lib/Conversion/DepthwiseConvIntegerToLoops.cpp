//===- DepthwiseConvIntegerToLoops.cpp - Depthwise layers of integers -----===//
//
//   parallel: image, channel block, output row
//     tile of output columns                   one accumulator each
//       filter row                             loop
//         input column                         unrolled: loaded once
//           x = float(its integers - zero point)
//           accumulator[column] += x * filter[tap]      columns and taps
//     requantized, and stored
//
// All sums are below 2^24, and so exact; where they are not, x and the sums are
// integers of 32 bits. Where an instruction adds up products of bytes, t of
// them, input columns are taken t at a time instead:
//
//           x = t neighbouring pixels, channel by channel
//           accumulator[column] += sums of products of x and t taps
//
// Pixels outside the input are zero points there, and the sums start without
// what zero points add to them.
//
//===----------------------------------------------------------------------===//

#include "EmitQuantized.h"
#include "KernelToLoops.h"
#include "LoopBuilder.h"
#include "SlidingWindow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <map>

using namespace mlir;
using namespace mlir::kernel;

namespace {

class DepthwiseConvIntegerEmitter {
public:
  DepthwiseConvIntegerEmitter(LoopBuilder &builder, DepthwiseConvIntegerOp op,
                              const cnn::Machine &machine)
      : builder(builder), op(op), machine(machine), window(op.getWindow()),
        lanes(op.getOutput().getType().getShape().back()) {}
  virtual ~DepthwiseConvIntegerEmitter() = default;

  LogicalResult readOperands();
  void emit();

protected:
  using Values = SmallVector<Value>;

  /// What sums start from in the rows that are being emitted.
  virtual Value emitInitial();
  /// The window whose taps a tile's columns read.
  virtual cnn::WindowDim getReadWindow() { return window[1]; }
  /// Adds the products of one filter row.
  virtual Values emitTapRow(const ColumnTiles &tile, Value tap, Position x,
                            ValueRange carried);

  VectorType getVector(Type element) { return VectorType::get(lanes, element); }
  Type getElement(const FlatArray &array) {
    return cast<MemRefType>(array.memref.getType()).getElementType();
  }
  void emitTile(const ColumnTiles &tile, Value column);
  /// What sums, and the factors that they are of, are computed in.
  Type getSumElement() {
    Type element = getElement(filter);
    return element.isF32() ? element : builder.getI32Type();
  }
  Value loadFactor(Position position);
  Value loadPixel(Position x);
  Value multiplyAdd(Value x, Value y, Value sum);
  Value splatInteger(int64_t value, VectorType type);
  Value finish(Value sum);

  LoopBuilder &builder;
  DepthwiseConvIntegerOp op;
  const cnn::Machine &machine;
  cnn::Window window;
  int64_t lanes;
  FlatArray input, filter, bias, multiplier, output;

  // Set by the loops that are being emitted.
  Value inputBase, filterBase, outputBase, biases, multipliers, initial;
  TapRange taps;
};

LogicalResult DepthwiseConvIntegerEmitter::readOperands() {
  FailureOr<FlatArray> arrays[] = {
      builder.flatten(op.getInput()), builder.flatten(op.getFilter()),
      builder.flatten(op.getBias()), builder.flatten(op.getMultiplier()),
      builder.flatten(op.getOutput())};
  if (llvm::any_of(arrays, [](const auto &array) { return failed(array); }))
    return failure();
  input = *arrays[0];
  filter = *arrays[1];
  bias = *arrays[2];
  multiplier = *arrays[3];
  output = *arrays[4];
  return success();
}

void DepthwiseConvIntegerEmitter::emit() {
  VectorType sums = getVector(builder.getF32Type());
  // Without vectors the integers of one block take most registers.
  int64_t largest =
      lanes > machine.getLanes() && !getSumElement().isF32()
          ? 1
          : std::max<int64_t>(1, getRegisters(machine, sums) * 7 / 16);
  SmallVector<ColumnTiles> plan =
      planColumns(getReadWindow(), input.shape[3],
                  splitColumns(output.shape[3], largest, /*smallest=*/4));
  builder.forAll(
      {0, 0, 0}, {output.shape[0], output.shape[1], output.shape[2]},
      [&](ValueRange indices) {
        Value block = indices[1], row = indices[2];
        taps = emitTapRange(builder, window[0], input.shape[2], output.shape[2],
                            row);
        Value inputRow =
            builder.add(builder.mul(row, window[0].stride), -window[0].padLow);
        inputBase = builder.linearize({indices[0], block, inputRow},
                                      ArrayRef(input.strides).take_front(3));
        filterBase = builder.mul(block, filter.strides[0]);
        outputBase =
            builder.linearize(indices, ArrayRef(output.strides).take_front(3));
        Position channel{builder.mul(block, lanes)};
        if (bias)
          biases = builder.load(bias, channel, getVector(getElement(bias)));
        if (multiplier)
          multipliers = builder.load(multiplier, channel, sums);
        initial = emitInitial();
        for (const ColumnTiles &tile : plan)
          builder.loop(tile.count, 1, [&](Value number) {
            emitTile(tile, builder.add(builder.mul(number, tile.columns),
                                       tile.first));
          });
      });
}

Value DepthwiseConvIntegerEmitter::emitInitial() {
  VectorType vector = getVector(getSumElement());
  return biases && biases.getType() == vector ? biases
                                              : builder.splat(0, vector);
}

void DepthwiseConvIntegerEmitter::emitTile(const ColumnTiles &tile,
                                           Value column) {
  Value start = builder.add(
      inputBase, builder.mul(column, window[1].stride * input.strides[3]));
  int64_t rowStride = window[0].dilation * input.strides[2];
  Values sums =
      builder.loop(taps.lower, taps.upper, 1, Values(tile.columns, initial),
                   [&](Value tap, ValueRange sums) {
                     Position x{builder.add(start, builder.mul(tap, rowStride)),
                                -window[1].padLow * input.strides[3]};
                     return emitTapRow(tile, tap, x, sums);
                   });
  Position y{builder.add(outputBase, builder.mul(column, output.strides[3]))};
  for (auto [i, sum] : llvm::enumerate(sums))
    builder.store(finish(sum), output,
                  y + static_cast<int64_t>(i) * output.strides[3]);
}

SmallVector<Value>
DepthwiseConvIntegerEmitter::emitTapRow(const ColumnTiles &tile, Value tap,
                                        Position x, ValueRange carried) {
  Values sums = llvm::to_vector(carried);
  Position row{builder.add(filterBase, builder.mul(tap, filter.strides[1]))};
  Values factors;
  for (int64_t i = 0; i < window[1].size; ++i)
    factors.push_back(loadFactor(row + i * filter.strides[2]));
  for (const InputColumn &column : getInputColumns(window[1], tile)) {
    Value pixel = loadPixel(x + column.offset * input.strides[3]);
    for (auto [output, tap] : column.columnsAndTaps)
      sums[output] = multiplyAdd(pixel, factors[tap], sums[output]);
  }
  return sums;
}

/// The weights of one tap, in the type of the sums.
Value DepthwiseConvIntegerEmitter::loadFactor(Position position) {
  VectorType wide = getVector(getSumElement());
  Value factor = builder.load(filter, position, getVector(getElement(filter)));
  if (factor.getType() == wide)
    return factor;
  return arith::ExtSIOp::create(builder, wide, factor);
}

/// x * y + sum
Value DepthwiseConvIntegerEmitter::multiplyAdd(Value x, Value y, Value sum) {
  if (getSumElement().isF32())
    return builder.multiplyAdd(x, y, sum);
  return arith::AddIOp::create(builder, arith::MulIOp::create(builder, x, y),
                               sum);
}

/// The integers of a pixel, without the zero point, in the type of the sums.
Value DepthwiseConvIntegerEmitter::loadPixel(Position x) {
  Value numbers = builder.load(input, x, getVector(getElement(input)));
  VectorType wide = getVector(builder.getI32Type());
  Value integers;
  if (op.getUnsignedInput())
    integers = arith::ExtUIOp::create(builder, wide, numbers);
  else
    integers = arith::ExtSIOp::create(builder, wide, numbers);
  if (int64_t zeroPoint = op.getInputZeroPoint()) {
    Value zeros = arith::ConstantOp::create(
        builder,
        DenseElementsAttr::get(
            wide, builder.getI32IntegerAttr(static_cast<int32_t>(zeroPoint))));
    integers = arith::SubIOp::create(builder, integers, zeros);
  }
  if (getSumElement() == wide.getElementType())
    return integers;
  return arith::SIToFPOp::create(builder, getVector(builder.getF32Type()),
                                 integers);
}

Value DepthwiseConvIntegerEmitter::splatInteger(int64_t value,
                                                VectorType type) {
  APInt bits(type.getElementTypeBitWidth(), value, /*isSigned=*/false,
             /*implicitTrunc=*/true);
  return arith::ConstantOp::create(builder, DenseElementsAttr::get(type, bits));
}

/// A vector of the output from one of sums.
Value DepthwiseConvIntegerEmitter::finish(Value sum) {
  VectorType integers = getVector(builder.getI32Type());
  VectorType floats = getVector(builder.getF32Type());
  bool hasFloatSum = sum.getType() == floats;
  bool isLate = hasFloatSum && biases && biases.getType() == integers;
  if (hasFloatSum && (isLate || !multiplier))
    sum = arith::FPToSIOp::create(builder, integers, sum);
  if (isLate)
    sum = arith::AddIOp::create(builder, sum, biases);
  if (!multiplier)
    return sum;
  if (sum.getType() == integers)
    sum = arith::SIToFPOp::create(builder, floats, sum);
  Value product = cnn::emitRoundedProduct(builder, sum, multipliers);
  if (getElement(output).isF32())
    return product;
  ArrayRef<int64_t> range = op.getRange();
  return cnn::emitQuantized(
      builder, product, op.getZeroPoint(),
      {range[0], range[1], getElement(output).getIntOrFloatBitWidth()});
}

/// Sums of products of bytes by an instruction.
class DotProductEmitter : public DepthwiseConvIntegerEmitter {
public:
  DotProductEmitter(LoopBuilder &builder, DepthwiseConvIntegerOp op,
                    const cnn::Machine &machine)
      : DepthwiseConvIntegerEmitter(builder, op, machine),
        product(*machine.byteProduct), terms(product.terms),
        pixels(VectorType::get(lanes * terms, builder.getI8Type())) {}

private:
  Value emitInitial() override;
  cnn::WindowDim getReadWindow() override;
  Values emitTapRow(const ColumnTiles &tile, Value tap, Position x,
                    ValueRange carried) override;
  Value loadPixels(const ColumnTiles &tile, int64_t column, int64_t tap,
                   Position x);
  Value concatenate(Values parts);
  Value emitProducts(Value sum, Value x, Value filter);
  Value loadFilter(Value tap, int64_t group);
  /// Bytes have the sign that the instruction expects only without their
  /// highest bit.
  bool isFlipped() { return op.getUnsignedInput() != product.isMixed; }
  int64_t getGroups() { return filter.shape[2]; }

  cnn::DotProduct product;
  int64_t terms;
  /// t pixels.
  VectorType pixels;
};

/// All groups of t taps are read, although taps that fill up the last one count
/// nothing.
cnn::WindowDim DotProductEmitter::getReadWindow() {
  cnn::WindowDim padded = window[1];
  padded.size = getGroups() * terms;
  return padded;
}

/// sum + x * filter, whose order depends on the instruction.
Value DotProductEmitter::emitProducts(Value sum, Value x, Value filter) {
  SmallVector<Value> operands = {sum, x, filter};
  if (!product.isMixed)
    std::swap(operands[1], operands[2]);
  return LLVM::CallIntrinsicOp::create(builder, sum.getType(),
                                       builder.getStringAttr(product.intrinsic),
                                       operands)
      .getResult(0);
}

Value DotProductEmitter::loadFilter(Value tap, int64_t group) {
  Value row = builder.add(filterBase, builder.mul(tap, filter.strides[1]));
  return builder.load(filter, Position{row} + group * filter.strides[2],
                      pixels);
}

/// The bias, without what the zero points of all taps in rows of the input will
/// add.
Value DotProductEmitter::emitInitial() {
  VectorType vector = getVector(builder.getI32Type());
  Value start = biases ? biases : builder.splat(0, vector);
  int64_t bit = isFlipped() ? 0x80 : 0;
  int64_t zeroPoint = (op.getInputZeroPoint() ^ bit) & 0xff;
  if (zeroPoint == 0)
    return start;
  Value zeros = splatInteger(zeroPoint, pixels);
  Value sum =
      builder.loop(taps.lower, taps.upper, 1, builder.splat(0, vector),
                   [&](Value tap, ValueRange carried) {
                     Value sum = carried[0];
                     for (int64_t group = 0; group < getGroups(); ++group)
                       sum = emitProducts(sum, zeros, loadFilter(tap, group));
                     return Values{sum};
                   })[0];
  return arith::SubIOp::create(builder, start, sum);
}

SmallVector<Value> DotProductEmitter::emitTapRow(const ColumnTiles &tile,
                                                 Value tap, Position x,
                                                 ValueRange carried) {
  Values sums = llvm::to_vector(carried);
  // Groups of neighbouring columns may be the same pixels.
  std::map<int64_t, Value> loaded;
  for (int64_t group = 0; group < getGroups(); ++group) {
    Value factors = loadFilter(tap, group);
    for (int64_t column = 0; column < tile.columns; ++column) {
      Value &value = loaded[column * window[1].stride + group * terms];
      if (!value)
        value = loadPixels(tile, column, group * terms, x);
      sums[column] = emitProducts(sums[column], value, factors);
    }
  }
  return sums;
}

/// Vectors of one length, as many as a power of two, as one.
Value DotProductEmitter::concatenate(Values parts) {
  for (; parts.size() > 1; parts.resize(parts.size() / 2))
    for (size_t i = 0; i < parts.size() / 2; ++i) {
      Value first = parts[2 * i], second = parts[2 * i + 1];
      int64_t length = cast<VectorType>(first.getType()).getNumElements();
      auto order = llvm::to_vector(llvm::seq<int64_t>(0, 2 * length));
      parts[i] = vector::ShuffleOp::create(builder, first, second, order);
    }
  return parts.front();
}

/// The t pixels from tap `tap` of a column on, those of each channel side by
/// side. Outside the input they are zero points.
Value DotProductEmitter::loadPixels(const ColumnTiles &tile, int64_t column,
                                    int64_t tap, Position x) {
  auto isInside = [&](int64_t number) {
    auto [first, last] = tile.taps[tap + number];
    return first <= column && column < last;
  };
  x = x + (column * window[1].stride + tap) * input.strides[3];
  Value all;
  // Pixels are neighbours but in a part of a larger image.
  bool isDense = input.strides[3] == lanes;
  if (isDense && llvm::all_of(llvm::seq<int64_t>(0, terms), isInside)) {
    all = builder.load(input, x, pixels);
  } else {
    VectorType pixel = getVector(builder.getI8Type());
    Values parts;
    for (int64_t i = 0; i < terms; ++i)
      parts.push_back(isInside(i)
                          ? builder.load(input, x + i * input.strides[3], pixel)
                          : splatInteger(op.getInputZeroPoint(), pixel));
    all = concatenate(parts);
  }
  SmallVector<int64_t> order;
  for (int64_t lane = 0; lane < lanes; ++lane)
    for (int64_t i = 0; i < terms; ++i)
      order.push_back(i * lanes + lane);
  all = vector::ShuffleOp::create(builder, all, all, order);
  if (isFlipped())
    all = arith::XOrIOp::create(builder, all, splatInteger(0x80, pixels));
  return all;
}

} // namespace

/// Fails unless the filter is packed for the machine's instruction.
static LogicalResult checkTerms(DepthwiseConvIntegerOp op,
                                const cnn::Machine &machine) {
  ArrayRef<int64_t> filter = op.getFilter().getType().getShape();
  if (!machine.byteProduct)
    return op.emitOpError("expects a filter of f32: the machine has no "
                          "instruction for sums of products of bytes");
  int64_t terms = machine.byteProduct->terms;
  if (filter[4] == terms && filter[3] == machine.getLanes())
    return success();
  return op.emitOpError("expects a filter packed by ")
         << machine.getLanes() << " lanes and " << terms
         << " terms for the machine's instruction, got " << filter[3] << " and "
         << filter[4];
}

LogicalResult kernel::buildLoops(DepthwiseConvIntegerOp op,
                                 const cnn::Machine &machine) {
  LoopBuilder builder(op);
  auto emit = [&](auto &&emitter) -> LogicalResult {
    if (failed(emitter.readOperands()))
      return failure();
    emitter.emit();
    return success();
  };
  if (!op.hasDotProducts())
    return emit(DepthwiseConvIntegerEmitter(builder, op, machine));
  if (failed(checkTerms(op, machine)))
    return failure();
  return emit(DotProductEmitter(builder, op, machine));
}
