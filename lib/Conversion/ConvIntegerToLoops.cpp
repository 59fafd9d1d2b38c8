//===- ConvIntegerToLoops.cpp - Convolutions of small integers ------------===//
//
// The loops are those of the direct convolution. An input lane is what an
// instruction adds to one sum: as many neighbouring channels as it has terms,
// which are read as one number and repeated along a vector.
//
//===----------------------------------------------------------------------===//

#include "ConvIntegerEmitter.h"
#include "EmitQuantized.h"
#include "KernelToLoops.h"
#include "cnnc/Dialect/Kernel/Signs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::kernel;

namespace {

/// Bytes of a block that are loaded with those of neighbouring pixels.
constexpr int64_t pixelBytes = 4;

/// Sums of neighbouring channels for all lanes at once.
class DotProductEmitter : public ConvIntegerEmitter {
public:
  DotProductEmitter(LoopBuilder &builder, const cnn::Machine &machine,
                    const DirectConvolution &conv, ConvIntegerOp op,
                    FlatArray multiplier, const cnn::DotProduct &product)
      : ConvIntegerEmitter(builder, machine, conv, op, std::move(multiplier),
                           product),
        factors(VectorType::get(conv.lanes * product.terms,
                                builder.getIntegerType(product.bits))),
        pairs(VectorType::get(2 * conv.lanes, builder.getI16Type())),
        blockSteps(conv.input.shape[4] / product.terms),
        narrowSteps(op.getNarrow()) {}

private:
  /// The bytes of one pixel's block, among those of its neighbours.
  struct Pixel {
    Value bytes;
    int64_t index;
  };

  Values emitSteps(const ColumnTiles &tile, int64_t tap, int64_t steps,
                   Operands at, ValueRange carried) override;
  int64_t getSteps(const ColumnTiles &tile) const override;

  bool loadsPixels() const;
  SmallVector<Pixel> loadPixels(int64_t count, Position position);
  Value getFactor(const Pixel &pixel, int64_t lane);
  Value loadInput(Position position);
  Value flip(Value words);
  Value emitProducts(Value sum, Value input, Value filter);
  Value addNarrow(Value narrow, Value input, Value filter);
  Value widen(Value sum, Value narrow);

  /// Factors of as many products as one vector of sums takes.
  VectorType factors;
  /// Two sums of 16 bits for each sum.
  VectorType pairs;
  /// Steps that the channels of one input block take, and those whose products
  /// are added up in 16 bits, or 0.
  int64_t blockSteps, narrowSteps;
};

} // namespace

/// Where the bias of a tile's column is. It depends on the taps that are
/// outside if the input has a zero point.
Position ConvIntegerEmitter::getBias(const ColumnTiles &tile, int64_t column) {
  const FlatArray &bias = conv.bias;
  if (bias.shape.size() == 1)
    return {biasBase};
  Value below = builder.sub(builder.index(conv.window[0].size), taps.upper);
  // Windows wholly below the input count taps that they do not have.
  const cnn::WindowDim &rows = conv.window[0];
  if ((conv.output.shape[2] - 1) * rows.stride - rows.padLow >=
      conv.input.shape[2])
    below = builder.minimum(below, bias.shape[1] - 1);
  Value base = builder.add(
      biasBase, builder.linearize({taps.lower, below},
                                  ArrayRef(bias.strides).take_front(2)));
  auto [first, last] =
      conv.window[1].getValidTaps(tile.first + column, conv.input.shape[3]);
  return {base, first * bias.strides[2] +
                    (conv.window[1].size - last) * bias.strides[3]};
}

SmallVector<Value> ConvIntegerEmitter::emitInitial(const ColumnTiles &tile,
                                                   Value) {
  llvm::SmallDenseMap<int64_t, Values> known;
  return repeat(tile, [&](int64_t column, int64_t block) {
    Position position = getBias(tile, column);
    Values &biases = known[position.offset];
    if (biases.empty())
      for (int64_t i = 0; i < tiling.blocks; ++i)
        biases.push_back(
            builder.load(conv.bias, position + i * conv.lanes, vector));
    return biases[block];
  });
}

Value ConvIntegerEmitter::call(const cnn::DotProduct &product, VectorType type,
                               SmallVector<Value> operands) {
  return LLVM::CallIntrinsicOp::create(
             builder, type, builder.getStringAttr(product.intrinsic), operands)
      .getResult(0);
}

void ConvIntegerEmitter::finish(const ColumnTiles &tile, Value column,
                                Values sums) {
  Type element = getElementTypeOrSelf(op.getOutput().getType());
  VectorType floats = getVector(builder.getF32Type());
  Position output = getStart(conv.output, outputBase, column);
  for (int64_t block = 0; block < tiling.blocks; ++block) {
    Value factor;
    if (multiplier)
      factor = builder.load(multiplier, {biasBase, block * conv.lanes}, floats);
    for (int64_t i = 0; i < tile.columns; ++i) {
      Value result = sums[i * tiling.blocks + block];
      if (factor)
        result = builder.mulFloat(
            arith::SIToFPOp::create(builder, floats, result), factor);
      if (!op.getRange().empty())
        result = cnn::emitQuantized(builder, result, op.getZeroPoint(),
                                    {op.getRange()[0], op.getRange()[1],
                                     element.getIntOrFloatBitWidth()});
      builder.store(result, conv.output,
                    output + (i * conv.output.strides[3] +
                              block * conv.output.strides[1]));
    }
  }
}

/// Inverts the highest bits of a vector of bytes, if the op says so.
Value DotProductEmitter::flip(Value bytes) {
  if (!op.getFlip())
    return bytes;
  auto type = cast<VectorType>(bytes.getType());
  return arith::XOrIOp::create(
      builder, bytes,
      arith::ConstantOp::create(builder,
                                DenseElementsAttr::get(type, APInt(8, 0x80))));
}

/// The neighbouring channels of one sum, for all lanes.
Value DotProductEmitter::loadInput(Position position) {
  if (product.terms == 1)
    return builder.broadcast(builder.load(conv.input, position), factors);
  Value few =
      builder.load(conv.input, position,
                   VectorType::get(product.terms, factors.getElementType()));
  Type word = builder.getIntegerType(product.terms * product.bits);
  Value all = builder.broadcast(LLVM::BitcastOp::create(builder, word, few),
                                getVector(word));
  return flip(vector::BitCastOp::create(builder, factors, all));
}

/// A vector is four sums, and the four channels of a block are those of one sum
/// or two: neighbouring pixels are loaded together.
bool DotProductEmitter::loadsPixels() const {
  return conv.lanes == pixelBytes && product.bits == 8 &&
         conv.input.strides[3] == pixelBytes && conv.window[1].stride == 1;
}

/// `count` neighbouring pixels. The last load may overlap the one before.
SmallVector<DotProductEmitter::Pixel>
DotProductEmitter::loadPixels(int64_t count, Position position) {
  int64_t size = count >= conv.lanes ? conv.lanes : count >= 2 ? 2 : 1;
  SmallVector<Pixel> pixels;
  while (static_cast<int64_t>(pixels.size()) < count) {
    auto done = static_cast<int64_t>(pixels.size());
    int64_t start = std::min(done, count - size);
    Value bytes = flip(
        builder.load(conv.input, position + start * pixelBytes,
                     VectorType::get(size * pixelBytes, builder.getI8Type())));
    for (int64_t i = done - start; i < size; ++i)
      pixels.push_back({bytes, i});
  }
  return pixels;
}

/// The channels of one sum of a pixel's block, for all lanes.
Value DotProductEmitter::getFactor(const Pixel &pixel, int64_t lane) {
  int64_t bits = product.terms * product.bits;
  int64_t bytes = cast<VectorType>(pixel.bytes.getType()).getNumElements();
  Type word = builder.getIntegerType(bits);
  Value words = vector::BitCastOp::create(
      builder, VectorType::get(bytes * 8 / bits, word), pixel.bytes);
  int64_t index = pixel.index * pixelBytes / product.terms + lane;
  return vector::BitCastOp::create(
      builder, factors,
      builder.broadcast(vector::ExtractOp::create(builder, words, index),
                        getVector(word)));
}

/// sum + input * filter. Where both have signs the input comes last, which some
/// instructions take from a lane.
Value DotProductEmitter::emitProducts(Value sum, Value input, Value filter) {
  if (!product.intrinsic.empty()) {
    SmallVector<Value> operands = {input, filter};
    if (!product.isMixed)
      std::swap(operands[0], operands[1]);
    if (product.accumulates)
      operands.insert(operands.begin(), sum);
    Value result = call(product, vector, operands);
    return product.accumulates
               ? result
               : Value(arith::AddIOp::create(builder, sum, result));
  }
  Value wide = arith::MulIOp::create(
      builder, arith::ExtSIOp::create(builder, vector, input),
      arith::ExtSIOp::create(builder, vector, filter));
  return arith::AddIOp::create(builder, sum, wide);
}

/// Pairs of sums of 16 bits and products of bytes; `narrow` is null before the
/// first ones.
Value DotProductEmitter::addNarrow(Value narrow, Value input, Value filter) {
  Value products;
  if (product.intrinsic.empty())
    products = arith::MulIOp::create(
        builder, arith::ExtSIOp::create(builder, pairs, filter),
        arith::ExtSIOp::create(builder, pairs, input));
  else
    products = call(product, pairs, {input, filter});
  return narrow ? Value(arith::AddIOp::create(builder, narrow, products))
                : products;
}

/// sum + the pairs of `narrow`.
Value DotProductEmitter::widen(Value sum, Value narrow) {
  const cnn::NarrowProduct &product = *machine.narrowProduct;
  SmallVector<Value> operands = {narrow};
  if (product.hasUnitFactors)
    operands.push_back(arith::ConstantOp::create(
        builder, DenseElementsAttr::get(pairs, APInt(16, 1))));
  if (product.pairs.accumulates)
    operands.insert(operands.begin(), sum);
  Value result = call(product.pairs, vector, operands);
  return product.pairs.accumulates
             ? result
             : Value(arith::AddIOp::create(builder, sum, result));
}

/// LLVM adds up in another order what several additions add to one sum, for
/// which it needs more registers.
int64_t DotProductEmitter::getSteps(const ColumnTiles &tile) const {
  if (narrowSteps > 0)
    return narrowSteps;
  bool addsApart = !product.accumulates && !conv.loadsLanes();
  return addsApart ? 1 : DirectConvEmitter::getSteps(tile);
}

SmallVector<Value> DotProductEmitter::emitSteps(const ColumnTiles &tile,
                                                int64_t tap, int64_t steps,
                                                Operands at,
                                                ValueRange carried) {
  Values sums = llvm::to_vector(carried), narrow(sums.size());
  auto [first, last] = tile.taps[tap];
  int64_t stride = conv.window[1].stride * conv.input.strides[3];
  at.input = at.input + first * stride;
  Values lanes;
  for (int64_t i = 0; conv.loadsLanes() && i < last - first; ++i)
    lanes.push_back(builder.load(conv.input, at.input + i * stride, factors));
  SmallVector<Pixel> pixels;
  for (int64_t step = 0; step < steps; ++step) {
    // Several blocks may be one.
    int64_t block = step / blockSteps, lane = step % blockSteps;
    Position filter = at.filter + (block * conv.filter.strides[1] +
                                   lane * conv.filterLaneStride);
    Position input = at.input + block * conv.input.strides[1];
    Values filters;
    for (int64_t i = 0; i < tiling.blocks; ++i)
      filters.push_back(builder.load(
          conv.filter, filter + i * conv.lanes * product.terms, factors));
    if (loadsPixels() && lane == 0)
      pixels = loadPixels(last - first, input);
    for (int64_t i = 0; i < last - first; ++i) {
      Value factor;
      if (!lanes.empty())
        factor = builder.broadcast(
            vector::ExtractOp::create(builder, lanes[i], step), factors);
      else if (!pixels.empty())
        factor = getFactor(pixels[i], lane);
      else
        factor = loadInput(input + (lane * conv.inputLaneStride + i * stride));
      for (int64_t j = 0; j < tiling.blocks; ++j) {
        Value &sum = sums[i * tiling.blocks + j];
        Value &pair = narrow[i * tiling.blocks + j];
        if (narrowSteps == 0) {
          sum = emitProducts(sum, factor, filters[j]);
          continue;
        }
        pair = addNarrow(pair, factor, filters[j]);
        if (step + 1 == steps)
          sum = widen(sum, pair);
      }
    }
  }
  return sums;
}

namespace {

/// Sums are added up in tiles of two pixels and two output channels.
bool multipliesTiles(ConvIntegerOp op, const cnn::Machine &machine) {
  return machine.matrixProduct && op.getNarrow() == 0 &&
         op.getTerms() == machine.matrixProduct->terms;
}

/// Sums are added up pair by pair in registers that are no vectors.
bool multipliesPairs(ConvIntegerOp op, const cnn::Machine &machine) {
  return machine.pairProduct &&
         getElementTypeOrSelf(op.getFilter().getType()).isInteger(8);
}

/// How the machine adds up products of the op's types, or an error at the op if
/// its filter was packed for another machine.
FailureOr<cnn::DotProduct> getProduct(ConvIntegerOp op, int64_t lanes,
                                      const cnn::Machine &machine) {
  int64_t bits =
      getElementTypeOrSelf(op.getFilter().getType()).getIntOrFloatBitWidth();
  cnn::DotProduct product = machine.wordProduct;
  if (hasSigns(op))
    return product;
  if (op.getNarrow() > 0 && !machine.narrowProduct)
    return op.emitOpError("expects a machine that adds up products of bytes in "
                          "16 bits");
  if (op.getNarrow() > 0)
    product = machine.narrowProduct->products;
  else if (multipliesPairs(op, machine))
    product = {"", cnn::PairProduct::terms, /*bits=*/8, op.getUnsignedInput()};
  else if (bits == 8 && multipliesTiles(op, machine))
    product = machine.matrixProduct->get(op.getUnsignedInput());
  else if (bits == 8 && machine.byteProduct)
    product = *machine.byteProduct;
  if (bits != product.bits || op.getTerms() != product.terms ||
      (bits == 8 && op.getUnsignedInput() != product.isMixed))
    return op.emitOpError("expects ")
           << product.terms << " terms of " << product.bits << " bits"
           << (product.isMixed ? ", of an unsigned input" : "")
           << ", which this machine adds up, got " << op.getTerms() << " of "
           << bits;
  int64_t inputLanes = op.getInput().getType().getShape()[4];
  if (inputLanes % product.terms != 0 && !multipliesTiles(op, machine))
    return op.emitOpError("expects input blocks of a multiple of ")
           << product.terms << " lanes on this machine, got " << inputLanes;
  bool isWhole = !product.intrinsic.empty() || op.getNarrow() > 0;
  if (isWhole && lanes != machine.getLanes())
    return op.emitOpError("expects output blocks of a multiple of ")
           << machine.getLanes() << " lanes on this machine, got " << lanes;
  return product;
}

/// Sees as many input blocks as one that `steps` steps take.
void mergeBlocks(DirectConvolution &conv, int64_t steps) {
  if (steps <= conv.inputLanes)
    return;
  int64_t count = steps / conv.inputLanes;
  conv.inputBlocks /= count;
  conv.inputLanes *= count;
  conv.inputBlockStride *= count;
  conv.filterInputBlockStride *= count;
}

/// Blocks are words of positive channels, then as many of those not zero.
void seeWordsAsLanes(DirectConvolution &conv) {
  conv.inputLanes = conv.inputBlocks / 2;
  conv.inputBlocks = 1;
  conv.inputLaneStride = conv.inputBlockStride;
  conv.filterLaneStride = conv.filterInputBlockStride;
}

/// Sees blocks as several parts of as many channels as a tile has.
void cutBlocks(DirectConvolution &conv) {
  conv.blockParts = conv.lanes / PairProductEmitter::channels;
  conv.lanes = PairProductEmitter::channels;
  conv.vector = VectorType::get(conv.lanes, conv.vector.getElementType());
  conv.filterPartStride = conv.lanes * cnn::PairProduct::terms;
  conv.mostColumns = PairProductEmitter::columns;
}

/// Sees the operands as those of a direct convolution.
FailureOr<DirectConvolution> getConvolution(LoopBuilder &builder,
                                            ConvIntegerOp op, int64_t lanes) {
  FailureOr<FlatArray> input = builder.flatten(op.getInput()),
                       filter = builder.flatten(op.getFilter()),
                       bias = builder.flatten(op.getBias()),
                       output = builder.flatten(op.getOutput());
  if (failed(input) || failed(filter) || failed(bias) || failed(output))
    return failure();
  // One block of many lanes is many blocks that are neighbours.
  int64_t parts = output->shape[4] / lanes;
  if (parts > 1) {
    output->shape[1] = parts;
    output->strides[1] = lanes;
  }
  DirectConvolution conv;
  conv.input = *input;
  conv.filter = *filter;
  conv.bias = *bias;
  conv.output = *output;
  conv.window = op.getWindow();
  conv.groups = op.getGroups();
  conv.lanes = lanes;
  conv.vector = VectorType::get(lanes, builder.getI32Type());
  conv.elementBytes =
      getElementTypeOrSelf(op.getInput().getType()).getIntOrFloatBitWidth() / 8;
  conv.holdsSums = false;
  int64_t blocks = op.getMergedBlocks();
  conv.inputBlocks = input->shape[1] / conv.groups / blocks;
  conv.inputLanes = input->shape[4] * blocks / op.getTerms();
  conv.inputBlockStride = input->strides[1] * blocks;
  conv.inputLaneStride = op.getTerms();
  conv.filterBlockStride = filter->strides[0];
  conv.filterInputBlockStride = filter->strides[1];
  conv.filterRowStride = filter->strides[2];
  conv.filterColumnStride = filter->strides[3];
  conv.filterLaneStride = filter->strides[4];
  conv.hasNarrowSums = op.getNarrow() > 0;
  mergeBlocks(conv, op.getNarrow());
  return conv;
}

} // namespace

LogicalResult kernel::buildLoops(ConvIntegerOp op,
                                 const cnn::Machine &machine) {
  ArrayRef<int64_t> output = op.getOutput().getType().getShape();
  int64_t lanes = std::min(output[4], machine.getByteLanes());
  if (output[4] % lanes != 0 || (output[4] != lanes && output[1] != 1) ||
      op.getFilterLanes() % lanes != 0)
    return op.emitOpError("expects output and filter blocks of ")
           << lanes << " lanes, or one block of a multiple, got " << output[4]
           << " and " << op.getFilterLanes();
  FailureOr<cnn::DotProduct> product = getProduct(op, lanes, machine);
  if (failed(product))
    return failure();
  LoopBuilder builder(op);
  FailureOr<DirectConvolution> conv = getConvolution(builder, op, lanes);
  FailureOr<FlatArray> multiplier = builder.flatten(op.getMultiplier());
  if (failed(conv) || failed(multiplier))
    return failure();
  int64_t blocks = op.getFilterLanes() / lanes;
  if (hasSigns(op)) {
    seeWordsAsLanes(*conv);
    SignProductEmitter(builder, machine, *conv, op, *multiplier, *product)
        .emit(blocks);
  } else if (multipliesPairs(op, machine)) {
    cutBlocks(*conv);
    PairProductEmitter(builder, machine, *conv, op, *multiplier, *product)
        .emit(blocks);
  } else if (multipliesTiles(op, machine)) {
    conv->columnUnit = 2;
    MatrixProductEmitter(builder, machine, *conv, op, *multiplier, *product)
        .emit(blocks);
  } else {
    DotProductEmitter(builder, machine, *conv, op, *multiplier, *product)
        .emit(blocks);
  }
  return success();
}
