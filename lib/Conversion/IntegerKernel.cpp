//===- IntegerKernel.cpp - Sums of small integers by a kernel -------------===//
//
// Zero points leave the sums while the network is compiled:
//
//   sum of (x - x_zero) * w  =  sum of x * w - x_zero * (sum of w)
//
// where the last term becomes part of the bias. Where weights without their
// zero points are no bytes, or there is no instruction for bytes, factors have
// 16 bits, and the zero point leaves the input when it is widened.
//
//===----------------------------------------------------------------------===//

#include "IntegerKernel.h"

#include "CNNToKernel.h"
#include "CNNToKernelConv.h"
#include "DescribeKernel.h"
#include "SlidingWindow.h"
#include "cnnc/Support/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::cnn {

IntegerKernel::IntegerKernel(PatternRewriter &rewriter, const Machine &machine,
                             IntegerSums sums, const Finish &finish)
    : rewriter(rewriter), loc(finish.last->getLoc()), machine(machine),
      lanes(machine.getByteLanes()), sums(std::move(sums)), finish(finish),
      product(machine.wordProduct) {
  chooseProduct();
  isFlipped = product.bits == 8 && this->sums.isUnsigned != product.isMixed;
  // Inverting the highest bit adds 128 to a signed byte, which thereby
  // becomes unsigned, and takes it from an unsigned one.
  if (isFlipped)
    this->sums.zeroPoint += product.isMixed ? 128 : -128;
}

/// Bytes where the machine multiplies them, and if it adds them up in 16 bits,
/// where the weights show that these suffice.
void IntegerKernel::chooseProduct() {
  // A zero point that is computed leaves the input, not the bias.
  if (!sums.hasBytes() || sums.computedZeroPoint)
    return;
  if (machine.pairProduct) {
    product = {"", PairProduct::terms, /*bits=*/8, sums.isUnsigned};
    return;
  }
  int64_t channels = llvm::alignTo(sums.shape.inputsPerGroup, sums.channelUnit);
  if (auto bytes =
          machine.getByteProduct(sums.isUnsigned, channels, sums.pixels)) {
    product = *bytes;
    return;
  }
  if (!machine.narrowProduct)
    return;
  const NarrowProduct &candidate = *machine.narrowProduct;
  // As many terms as those of two sums of 16 bits are the least that is faster
  // than products of 16 bits.
  constexpr int64_t leastTerms = 4, mostSteps = 8;
  int64_t least = leastTerms / candidate.products.terms;
  int64_t most = least;
  while (most <= mostSteps && fitNarrowSums(sums.filter, sums.shape,
                                            {candidate.products.terms, most,
                                             candidate.products.isMixed}))
    most *= 2;
  if (most == least)
    return;
  product = candidate.products;
  narrow = least;
  mostNarrow = most / 2;
}

/// The most steps whose sums fit 16 bits and that are whole blocks of the
/// input, or a whole part of one.
int64_t IntegerKernel::getNarrowSteps(ArrayRef<int64_t> input) const {
  int64_t steps = mostNarrow;
  auto isWhole = [&] {
    int64_t products = steps * product.terms, inputLanes = input.back();
    int64_t channels = input[1] / sums.shape.groups * inputLanes;
    return inputLanes % products == 0 ||
           (products % inputLanes == 0 && channels % products == 0);
  };
  while (steps > narrow && !isWhole())
    steps /= 2;
  return steps;
}

/// Bytes as numbers of 16 bits, without their zero point.
Value IntegerKernel::widen(Value input) {
  Type wide = rewriter.getIntegerType(16);
  int64_t zero = std::exchange(sums.zeroPoint, 0);
  auto type = RankedTensorType::get(getShape(input), wide);
  SmallVector<Value> operands = {input};
  if (sums.computedZeroPoint)
    operands.push_back(sums.computedZeroPoint);
  return createElementwise(
      rewriter, loc, type, operands,
      [&](ImplicitLocOpBuilder &builder, ValueRange x) -> Value {
        auto extend = [&](Value byte) -> Value {
          if (sums.isUnsigned)
            return arith::ExtUIOp::create(builder, wide, byte);
          return arith::ExtSIOp::create(builder, wide, byte);
        };
        Value offset = x.size() > 1
                           ? extend(x[1])
                           : arith::ConstantIntOp::create(builder, wide, zero);
        return builder.createOrFold<arith::SubIOp>(extend(x[0]), offset);
      });
}

/// What sums start from; where the window reaches beyond an input with a zero
/// point, for each number of taps outside.
Value IntegerKernel::createBias(ArrayRef<int64_t> input, ConvIntegerOp window,
                                ArrayRef<int64_t> output) {
  BorderBias border;
  border.zeroPoint = sums.zeroPoint;
  border.taps = sums.taps;
  border.channels = output[1] * output[4];
  SmallVector<int64_t> shape;
  if (window && sums.zeroPoint != 0 && hasPadding(window.getWindow()))
    for (auto [i, dim] : llvm::enumerate(window.getWindow())) {
      auto [before, after] = dim.getMostOutside(input[i + 2], output[i + 2]);
      border.outside[2 * i] = before;
      border.outside[2 * i + 1] = after;
      shape.append({before + 1, after + 1});
    }
  shape.push_back(border.channels);
  std::vector<int32_t> packed =
      packBorderBias(sums.bias, sums.filter, sums.shape, border);
  return createIntegers(rewriter, loc, shape, ArrayRef(packed), "bias");
}

/// Cycles for the products of one row of `columns` pixels with `blocks` output
/// blocks, for one of them and one step of the sums. A tile takes one for two
/// vectors, or what it takes to read the filter from the second cache.
double IntegerKernel::estimateRow(int64_t columns, int64_t blocks) const {
  constexpr double level2BytesPerCycle = 24;
  int64_t registers = machine.vectorRegisters;
  int64_t largest =
      std::min(registers - blocks - 1, registers * 3 / 4) / blocks;
  double reading = static_cast<double>(blocks * machine.vectorBits / 8) /
                   level2BytesPerCycle;
  double cycles = 0;
  for (int64_t width : kernel::splitColumns(
           columns, std::max<int64_t>(largest, 1), /*smallest=*/4))
    cycles += std::max(static_cast<double>(width * blocks) / 2, reading);
  return cycles / static_cast<double>(blocks);
}

/// Output blocks that are computed together. As many as for floats, unless the
/// filter leaves the first cache: then fewer blocks of wider tiles, where these
/// fit the image better. One where sums are not in vectors.
int64_t IntegerKernel::chooseBlocks(ArrayRef<int64_t> output) const {
  if (machine.pairProduct)
    return 1;
  SmallVector<int64_t> plain = {output[0], sums.shape.outputs, output[2],
                                output[3]};
  int64_t blocks =
      chooseOutputBlocks(machine, {getLanes(machine)}, sums.shape, plain);
  // Sums of 16 bits need as many registers as those of 32.
  if (narrow > 0)
    blocks = std::clamp<int64_t>(machine.vectorRegisters / 8, 1, blocks);
  int64_t bytes = sums.shape.inputsPerGroup * sums.shape.taps * blocks * lanes *
                  product.bits / 8;
  if (bytes <= machine.level1Bytes || blocks % 2 != 0)
    return blocks;
  int64_t columns = sums.shape.taps == 1 ? output[2] * output[3] : output[3];
  constexpr double clearly = 0.95;
  bool isFaster =
      estimateRow(columns, blocks / 2) < clearly * estimateRow(columns, blocks);
  return isFaster ? blocks / 2 : blocks;
}

Value IntegerKernel::createFilter(int64_t inputLanes,
                                  ArrayRef<int64_t> output) {
  Blocking blocking = {lanes, chooseBlocks(output)};
  // Blocks of fewer lanes than terms are merged.
  inputLanes = std::max(inputLanes, product.terms);
  ProductLayout layout = {inputLanes, product.terms};
  std::vector<int16_t> packed =
      packIntegerFilter(sums.filter, sums.shape, blocking, layout);
  SmallVector<int64_t> shape = {
      sums.shape.groups *
          blocking.getFilterBlockCount(sums.shape.getOutputsPerGroup()),
      llvm::divideCeilSigned(sums.shape.inputsPerGroup, inputLanes),
      sums.taps[0],
      sums.taps[1],
      inputLanes / product.terms,
      blocking.getFilterLanes(),
      product.terms};
  if (product.bits == 16)
    return createIntegers(rewriter, loc, shape, ArrayRef(packed), "filter");
  std::vector<int8_t> bytes(packed.begin(), packed.end());
  return createIntegers(rewriter, loc, shape, ArrayRef(bytes), "filter");
}

Value IntegerKernel::createMultiplier(int64_t channels) {
  if (finish.multiplier.empty())
    return {};
  std::vector<float> packed = finish.multiplier;
  packed.resize(channels);
  return createConstant(rewriter, loc,
                        RankedTensorType::get(channels, rewriter.getF32Type()),
                        packed);
}

Type IntegerKernel::getOutputElement() const {
  if (!finish.range.empty())
    return rewriter.getIntegerType(finish.outputBits);
  return finish.multiplier.empty() ? Type(rewriter.getI32Type())
                                   : rewriter.getF32Type();
}

Value IntegerKernel::build(Value input, ConvIntegerOp window,
                           ArrayRef<int64_t> output) {
  if (product.bits > sums.inputBits)
    input = widen(input);
  Value filter = createFilter(getShape(input).back(), output);
  Value bias = createBias(getShape(input), window, output);
  Value multiplier = createMultiplier(output[1] * output[4]);
  Value empty = createEmpty(rewriter, loc, output, getOutputElement());
  auto unit = [&](bool isSet) {
    return isSet ? rewriter.getUnitAttr() : UnitAttr();
  };
  using Attribute = DenseI64ArrayAttr;
  auto kernel = kernel::ConvIntegerOp::create(
      rewriter, loc, TypeRange(empty.getType()), input, filter, bias,
      multiplier, empty, window ? window.getStridesAttr() : Attribute(),
      window ? window.getPadsAttr() : Attribute(),
      window ? window.getDilationsAttr() : Attribute(),
      rewriter.getI64IntegerAttr(sums.shape.groups),
      unit(product.bits == 8 && product.isMixed), unit(isFlipped),
      rewriter.getI64IntegerAttr(getNarrowSteps(getShape(input))),
      rewriter.getI64IntegerAttr(finish.zeroPoint),
      rewriter.getDenseI64ArrayAttr(finish.range));
  recordProducts(kernel, cast<ShapedType>(finish.last->getResult(0).getType()),
                 sums.shape.inputsPerGroup * sums.shape.taps);
  return kernel.getResult(0);
}

} // namespace mlir::cnn
