//===- IntegerWinogradKernel.cpp - Winograd's algorithm on bytes ----------===//
//
// The zero point stays in the input, and pixels outside are zero points: so
// what it adds to all sums of an output channel is the same, and leaves the
// bias.
//
//===----------------------------------------------------------------------===//

#include "IntegerKernel.h"

#include "CNNToKernel.h"
#include "DescribeKernel.h"
#include "WinogradPlan.h"
#include "cnnc/Support/CostModel.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::cnn {

/// Layers change if that promises to be this much faster.
static constexpr double leastGain = 1.1;

/// The zero point of the bytes as they are.
int64_t IntegerKernel::getInputZeroPoint() const {
  if (!isFlipped)
    return sums.zeroPoint;
  return sums.zeroPoint + (product.isMixed ? -128 : 128);
}

/// Cycles for the layer with a tile, or as direct sums.
double
IntegerKernel::estimate(ConvIntegerOp conv, ArrayRef<int64_t> output,
                        const IntegerChoice &choice,
                        std::optional<std::array<int64_t, 2>> tile) const {
  ArrayRef<int64_t> input = getShape(conv.getInput());
  ConvWork work;
  work.batch = output[0];
  work.inputs = llvm::alignTo(sums.shape.inputsPerGroup, tile ? lanes : 4);
  work.outputs = output[1] * lanes;
  work.extents = {output[2], output[3]};
  work.taps = sums.taps;
  double growth = 1;
  for (int i = 0; tile && i < 2; ++i)
    growth *= static_cast<double>((*tile)[i] + sums.taps[i] - 1) /
              static_cast<double>(sums.taps[i]);
  double bytes = tile ? 2 : static_cast<double>(product.bits) / 8;
  auto pixels = static_cast<double>(ShapedType::getNumElements(input));
  KernelTraffic traffic;
  traffic.weightBytes =
      static_cast<double>(sums.filter.size()) * bytes * growth;
  traffic.networkBytes = choice.networkWeights * bytes;
  traffic.outputs = static_cast<double>(ShapedType::getNumElements(output));
  traffic.imageBytes = pixels + traffic.outputs;
  if (tile)
    return predictWinogradConvInteger(work, *tile, traffic, machine);
  double cycles = predictConvInteger(work, product, traffic, machine);
  return product.bits == 16 ? cycles + predictWidening(pixels, machine)
                            : cycles;
}

/// Why the algorithm does not apply to `conv`, if it does not.
std::optional<StringRef>
IntegerKernel::findObstacle(ConvIntegerOp conv,
                            const IntegerChoice &choice) const {
  if (choice.tile == IntegerTile::none)
    return "it is switched off for integers";
  // Transformed filters are larger, and machines without caches have little
  // memory, too.
  if (choice.tile == IntegerTile::automatic && machine.level2Bytes == 0)
    return "the machine has little memory";
  if (machine.pairProduct)
    return "the machine has no vectors to transform";
  if (!getElementType(conv.getInput()).isInteger(8))
    return "its input is not of bytes";
  if (sums.shape.groups != 1)
    return "it has groups";
  if (sums.computedZeroPoint)
    return "its zero point is computed";
  if (sums.shape.taps == 1)
    return "a filter of one tap has no products to save";
  bool hasWindow = llvm::all_of(conv.getWindow(), [](const WindowDim &dim) {
    return dim.stride == 1 && dim.dilation == 1 &&
           (dim.size == 1 || dim.size == 3);
  });
  if (!hasWindow)
    return "its window has strides, dilations or other than 1 and 3 taps";
  return std::nullopt;
}

std::optional<std::array<int64_t, 2>>
IntegerKernel::chooseTile(ConvIntegerOp conv, ArrayRef<int64_t> output,
                          const IntegerChoice &choice) const {
  auto options = remark::RemarkOpts::name("Winograd").category("cnn");
  if (std::optional<StringRef> obstacle = findObstacle(conv, choice)) {
    remark::missed(conv.getLoc(), options) << *obstacle;
    return std::nullopt;
  }
  bool isAutomatic = choice.tile == IntegerTile::automatic;
  int64_t low = sums.isUnsigned ? 0 : -128;
  std::optional<std::array<int64_t, 2>> best;
  double direct = estimate(conv, output, choice, std::nullopt);
  double least = direct / leastGain;
  for (int64_t size : {4, 2}) {
    if (!isAutomatic && size != static_cast<int64_t>(choice.tile))
      continue;
    std::array<int64_t, 2> tile;
    for (int i : {0, 1})
      tile[i] = sums.taps[i] == 1 ? 1 : size;
    double cycles = estimate(conv, output, choice, tile);
    if (isAutomatic && cycles > least)
      continue;
    auto winograd = getIntegerWinograd(tile, sums.taps);
    if (!winograd || !isExact(*winograd, getWinogradFilter(), low, low + 255))
      continue;
    best = tile;
    least = cycles;
  }
  if (best)
    remark::passed(conv.getLoc(), options)
        << llvm::formatv("F({0}x{1}, {2}x{3}) is estimated at {4:F2} times the "
                         "speed of direct convolution",
                         (*best)[0], (*best)[1], sums.taps[0], sums.taps[1],
                         direct / least)
               .str();
  else
    remark::missed(conv.getLoc(), options)
        << "no tile of its filter is exact and faster than direct convolution";
  return best;
}

Value IntegerKernel::createFilter(const IntegerWinograd &winograd,
                                  Blocking blocking) {
  int64_t terms = machine.wordProduct.terms;
  std::vector<int16_t> packed =
      packWinogradFilter(getWinogradFilter(), winograd, blocking, terms);
  int64_t points = winograd.dims[0].matrices.filterTransform.rows *
                   winograd.dims[1].matrices.filterTransform.rows;
  int64_t channels =
      blocking.getBlockCount(sums.shape.inputsPerGroup) * blocking.lanes;
  return createIntegers(rewriter, loc,
                        {blocking.getFilterBlockCount(sums.shape.outputs),
                         points, channels / terms, blocking.getFilterLanes(),
                         terms},
                        ArrayRef(packed), "filter");
}

Value IntegerKernel::buildWinograd(Value input, ConvIntegerOp window,
                                   ArrayRef<int64_t> output,
                                   WinogradForm form) {
  IntegerWinograd winograd = *getIntegerWinograd(form.tile, sums.taps);
  Blocking blocking = chooseWinogradBlocking(machine, sums.shape.outputs);
  Value filter = createFilter(winograd, blocking);
  ArrayRef<int64_t> filterShape = getShape(filter);
  WinogradExtents extents = {filterShape[1], filterShape[2] * filterShape[4],
                             filterShape[3]};
  WinogradParts parts = {
      filterShape[0], kernel::WinogradConvOp::getTileCount(output, form.tile),
      form.chunks};
  WinogradPlan plan = chooseWinogradPlan(machine, extents, parts,
                                         {/*factor=*/2, /*product=*/4});
  WinogradScratch scratch(extents, plan);

  BorderBias border;
  border.zeroPoint = getInputZeroPoint();
  border.taps = sums.taps;
  border.channels = output[1] * output[4];
  std::vector<int32_t> packedBias =
      packBorderBias(sums.bias, sums.filter, sums.shape, border);
  Value bias = createIntegers(rewriter, loc, border.channels,
                              ArrayRef(packedBias), "bias");
  Value multiplier = createMultiplier(border.channels);
  Value empty = createEmpty(rewriter, loc, output, getOutputElement());
  Value tiles = createEmpty(rewriter, loc, {scratch.productBegin},
                            rewriter.getIntegerType(16));
  Value products =
      createEmpty(rewriter, loc, {scratch.size - scratch.productBegin},
                  rewriter.getI32Type());
  auto kernel = kernel::WinogradConvIntegerOp::create(
      rewriter, loc, input, filter, bias, multiplier, empty, tiles, products,
      ArrayRef<int64_t>(form.tile), ArrayRef<int64_t>(sums.taps),
      window.getPads(), plan.tileBlock, plan.chunks, plan.sharesTiles,
      sums.isUnsigned, border.zeroPoint, finish.zeroPoint, finish.range);
  recordProducts(kernel, cast<ShapedType>(finish.last->getResult(0).getType()),
                 sums.shape.inputsPerGroup * sums.shape.taps);
  return kernel.getResult(0);
}

} // namespace mlir::cnn
