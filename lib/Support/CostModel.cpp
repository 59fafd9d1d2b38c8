//===- CostModel.cpp - How long a kernel should take ----------------------===//

#include "cnnc/Support/CostModel.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir::cnn;

namespace {

/// Cycles for one cycle of multiply-adds: loads of weights and pixels, loop
/// ends, and tiles that do not fill the registers.
constexpr double productFactor = 1.03, windowFactor = 1.07;
/// The same of first layers, whose few channels are read one by one.
constexpr double plainFactor = 1.2;
/// Of Winograd's products, and cycles for each multiply-add of its transforms,
/// however many a vector has: they wait for what they load and store.
constexpr double winogradFactor = 1.03, transformCycles = 0.066;
/// More of a depthwise convolution whose columns lie apart and share few loads.
constexpr double apartFactor = 0.6;

/// Cycles a byte that comes from memory.
constexpr double memoryCycles = 1.0 / 11;
/// Of images, which the kernel before has just written.
constexpr double imageCycles = 1.0 / 68;
/// Of matrices read once, row by row, and of constants for one pixel.
constexpr double vectorLevel3Cycles = 1.0 / 21, vectorMemoryCycles = 1.0 / 9.3,
                 pixelCycles = 1.0 / 10;
/// Of loops that only move, which handle short rows, and of maxima, which wait
/// for their input.
constexpr double loopCycles = 1.0 / 40, packCycles = 1.0 / 24,
                 maximumCycles = 1.0 / 26;

/// What each lane adds to the cycles for one cycle of multiply-adds that come
/// with a load each, from the first cache, from the second, and from a second
/// cache that weights pass through. Then cycles for finding and storing the
/// sums of a channel of a tile, and for transposing a vector.
constexpr double nearLaneFactor = 0.075, farLaneFactor = 0.12,
                 displacedLaneFactor = 0.22;
constexpr double sparseChannelCycles = 8, transposeVectorCycles = 2.5;
/// Cycles for a product whose factor is gathered from the first cache, or from
/// the second.
constexpr double gatherCycles = 0.75, gatherFarCycles = 1.5;

/// Cycles for a vector of outputs: starting and storing its sums, what a
/// function adds, and the latency of a sum that has no neighbours.
constexpr double storeCycles = 1.4, exponentialCycles = 8, latencyCycles = 22;

/// Cycles for a vector of sums of integers that becomes bytes, and those for
/// one of products that an instruction of its own adds: with few registers,
/// tiles are small, and what they load takes time, too.
constexpr double requantizeCycles = 4, separateSumCycles = 1,
                 separateSumCyclesOfFew = 1.25;
/// Cycles for each multiply-add of a Winograd transform of integers, and what
/// is shared by the lanes of a vector.
constexpr double integerTransformCycles = 0.02,
                 integerTransformVectorCycles = 0.18;

/// Cycles for a vector operation in a window and in any other loop. Maxima of
/// columns that lie apart also start anew for each output.
constexpr double averageCycles = 0.38, apartMaximumCycles = 1.3,
                 apartOutputCycles = 8.5, operationCycles = 0.75;

/// Largest tile of columns, as a part of the vector registers.
constexpr int64_t columnsForRegisters(int64_t registers) {
  return std::max<int64_t>(1, (registers - 4) / 2);
}

double countVectors(double elements, const Machine &machine) {
  return elements / static_cast<double>(machine.getLanes());
}

double getReadCycles(double bytes, const KernelTraffic &traffic,
                     const Machine &machine, double level3, double memory) {
  auto lastCache =
      static_cast<double>(std::max(machine.level3Bytes, machine.level2Bytes));
  // Images and other programs need half of it.
  return bytes * (2 * traffic.networkBytes > lastCache ? memory : level3);
}

double getOutputCycles(const KernelTraffic &traffic, const Machine &machine) {
  double cycles = storeCycles;
  if (traffic.hasExponential)
    cycles += exponentialCycles;
  return countVectors(traffic.outputs, machine) * cycles;
}

double getProductCycles(double multiplyAdds, const Machine &machine) {
  return 2 * multiplyAdds / getOperationsPerCycle(machine);
}

double getProductCycles(double multiplyAdds, const DotProduct &product,
                        const Machine &machine) {
  return 2 * multiplyAdds / getOperationsPerCycle(machine, product);
}

double multiply(std::array<int64_t, 2> extents) {
  return static_cast<double>(extents[0]) * static_cast<double>(extents[1]);
}

double countMultiplyAdds(const ConvWork &conv) {
  return static_cast<double>(conv.batch * conv.outputs) *
         multiply(conv.extents) * static_cast<double>(conv.inputs) *
         multiply(conv.taps) * conv.inside;
}

/// Constants that no neighbouring pixel shares: a matrix times a vector.
bool isPixel(const ConvWork &conv) { return multiply(conv.extents) == 1; }

} // namespace

double mlir::cnn::getOperationsPerCycle(const Machine &machine) {
  // Two vector units, each with one multiply-add or one operation a cycle.
  return static_cast<double>(machine.getLanes()) *
         (machine.hasFusedMultiplyAdd ? 4 : 2);
}

double mlir::cnn::getOperationsPerCycle(const Machine &machine,
                                        const DotProduct &product) {
  double cycles = product.accumulates            ? 1
                  : machine.vectorRegisters < 32 ? separateSumCyclesOfFew
                                                 : separateSumCycles;
  // Two vector units, and two operations for each term of a lane.
  return static_cast<double>(4 * product.terms * machine.getLanes()) / cycles;
}

double mlir::cnn::predictDirectConv(const ConvWork &conv,
                                    const KernelTraffic &traffic,
                                    const Machine &machine) {
  if (isPixel(conv))
    return traffic.weightBytes * pixelCycles +
           countVectors(traffic.outputs, machine) * latencyCycles;
  bool isPlain = conv.inputs < machine.getLanes();
  // A filter is read again for each tile of columns.
  int64_t tiles = llvm::divideCeil(
      conv.extents[1], columnsForRegisters(machine.vectorRegisters));
  double passes = static_cast<double>(conv.batch * conv.extents[0] * tiles);
  return getProductCycles(countMultiplyAdds(conv), machine) *
             (isPlain ? plainFactor : productFactor) +
         passes * traffic.weightBytes * level2Cycles +
         getReadCycles(traffic.weightBytes, traffic, machine, level3Cycles,
                       memoryCycles) +
         traffic.imageBytes * imageCycles + getOutputCycles(traffic, machine);
}

double mlir::cnn::predictConvInteger(const ConvWork &conv,
                                     const DotProduct &product,
                                     const KernelTraffic &traffic,
                                     const Machine &machine) {
  if (isPixel(conv))
    return getReadCycles(traffic.weightBytes, traffic, machine,
                         vectorLevel3Cycles, vectorMemoryCycles) +
           countVectors(traffic.outputs, machine) * latencyCycles;
  return getProductCycles(countMultiplyAdds(conv), product, machine) *
             windowFactor +
         getReadCycles(traffic.weightBytes, traffic, machine, level3Cycles,
                       memoryCycles) +
         traffic.imageBytes * imageCycles +
         countVectors(traffic.outputs, machine) * requantizeCycles;
}

double mlir::cnn::predictDepthwiseConv(const ConvWork &conv,
                                       const KernelTraffic &traffic,
                                       const Machine &machine) {
  // A row has a border at each end.
  double border = 1 / static_cast<double>(conv.extents[1]);
  double apart = conv.stride > 1 ? apartFactor : 0;
  return getProductCycles(countMultiplyAdds(conv), machine) *
             (windowFactor + border + apart) +
         traffic.imageBytes * imageCycles + getOutputCycles(traffic, machine);
}

double mlir::cnn::predictDepthwiseConvInteger(const ConvWork &conv,
                                              const KernelTraffic &traffic,
                                              const Machine &machine) {
  return predictDepthwiseConv(conv, traffic, machine);
}

double mlir::cnn::predictWidening(double elements, const Machine &machine) {
  KernelTraffic traffic;
  traffic.imageBytes = 3 * elements;
  return predictLoops(0, traffic, machine);
}

namespace {

/// What F(tile x tile', taps) computes.
struct WinogradWork {
  double tiles, points;
  /// Multiply-adds of the transforms of one tile.
  double transforms;
};

WinogradWork countWinograd(const ConvWork &conv, std::array<int64_t, 2> tile) {
  auto tiles = static_cast<double>(conv.batch);
  std::array<double, 2> edges;
  for (int i = 0; i != 2; ++i) {
    tiles *= static_cast<double>(llvm::divideCeil(conv.extents[i], tile[i]));
    edges[i] = static_cast<double>(tile[i] + conv.taps[i] - 1);
  }
  double points = edges[0] * edges[1];
  // Both transforms are products with small matrices, row- and column-wise. A
  // dimension of one tap has none.
  double rows = conv.taps[0] > 1 ? edges[0] : 0;
  double columns = conv.taps[1] > 1 ? edges[1] : 0;
  double inputTransform = points * (rows + columns);
  double outputTransform =
      static_cast<double>(tile[0]) * edges[1] * rows + multiply(tile) * columns;
  return {tiles, points,
          static_cast<double>(conv.inputs) * inputTransform +
              static_cast<double>(conv.outputs) * outputTransform};
}

double countProducts(const ConvWork &conv, const WinogradWork &work) {
  return work.tiles * work.points * static_cast<double>(conv.inputs) *
         static_cast<double>(conv.outputs);
}

} // namespace

double mlir::cnn::predictWinogradConv(const ConvWork &conv,
                                      std::array<int64_t, 2> tile,
                                      const KernelTraffic &traffic,
                                      const Machine &machine) {
  WinogradWork work = countWinograd(conv, tile);
  return getProductCycles(countProducts(conv, work), machine) * winogradFactor +
         work.tiles * work.transforms * transformCycles +
         getReadCycles(traffic.weightBytes, traffic, machine, level3Cycles,
                       memoryCycles) +
         getOutputCycles(traffic, machine);
}

double mlir::cnn::predictWinogradConvInteger(const ConvWork &conv,
                                             std::array<int64_t, 2> tile,
                                             const KernelTraffic &traffic,
                                             const Machine &machine) {
  WinogradWork work = countWinograd(conv, tile);
  double transforms =
      work.tiles * work.transforms *
      (integerTransformCycles +
       integerTransformVectorCycles / static_cast<double>(machine.getLanes()));
  return getProductCycles(countProducts(conv, work), machine.wordProduct,
                          machine) *
             winogradFactor +
         transforms +
         getReadCycles(traffic.weightBytes, traffic, machine, level3Cycles,
                       memoryCycles) +
         countVectors(traffic.outputs, machine) * requantizeCycles;
}

/// Cycles for one cycle of multiply-adds with rows of `tileBytes` bytes, any of
/// which a weight may choose.
static double getSparseFactor(double tileBytes, const KernelTraffic &traffic,
                              const Machine &machine) {
  auto lanes = static_cast<double>(machine.getLanes());
  auto level2 = static_cast<double>(machine.level2Bytes);
  if (4 * (tileBytes + traffic.weightBytes) > 3 * level2)
    return 1 + displacedLaneFactor * lanes;
  bool isNear = tileBytes <= static_cast<double>(machine.level1Bytes);
  return 1 + (isNear ? nearLaneFactor : farLaneFactor) * lanes;
}

double mlir::cnn::predictSparseConv(const ConvWork &conv, double nonZeros,
                                    const KernelTraffic &traffic,
                                    const Machine &machine) {
  // Some four vectors of pixels at once (`kernel.sparse_conv`).
  constexpr double vectorsPerTile = 4, bytesPerElement = 4;
  auto lanes = static_cast<double>(machine.getLanes());
  double vectors = static_cast<double>(conv.batch) *
                   std::ceil(multiply(conv.extents) / lanes);
  auto inputs = static_cast<double>(conv.inputs),
       outputs = static_cast<double>(conv.outputs);
  double tileBytes = inputs * vectorsPerTile * lanes * bytesPerElement;
  return getProductCycles(nonZeros * vectors * lanes, machine) *
             getSparseFactor(tileBytes, traffic, machine) +
         outputs * vectors / vectorsPerTile * sparseChannelCycles +
         (inputs + outputs) * vectors * transposeVectorCycles +
         getReadCycles(traffic.weightBytes, traffic, machine, level3Cycles,
                       memoryCycles) +
         traffic.imageBytes * imageCycles +
         (traffic.hasExponential ? vectors * outputs * exponentialCycles : 0);
}

double mlir::cnn::predictSparseMatmul(std::array<double, 2> rowsTerms,
                                      double nonZeros,
                                      const KernelTraffic &traffic,
                                      const Machine &machine) {
  constexpr double bytesPerElement = 4;
  auto [rows, terms] = rowsTerms;
  bool isNear =
      bytesPerElement * terms < static_cast<double>(machine.level1Bytes);
  return rows * nonZeros * (isNear ? gatherCycles : gatherFarCycles) +
         getReadCycles(traffic.weightBytes + traffic.imageBytes, traffic,
                       machine, vectorLevel3Cycles, vectorMemoryCycles);
}

double mlir::cnn::predictMatmul(std::array<double, 3> rowsTermsColumns,
                                const KernelTraffic &traffic,
                                const Machine &machine) {
  auto [rows, terms, columns] = rowsTermsColumns;
  if (rows == 1)
    return getReadCycles(traffic.weightBytes + traffic.imageBytes, traffic,
                         machine, vectorLevel3Cycles, vectorMemoryCycles);
  return getProductCycles(rows * terms * columns, machine) * productFactor +
         getReadCycles(traffic.weightBytes, traffic, machine, level3Cycles,
                       memoryCycles) +
         traffic.imageBytes * imageCycles + getOutputCycles(traffic, machine);
}

double mlir::cnn::predictPool(double terms, bool isMaximum, int64_t stride,
                              const KernelTraffic &traffic,
                              const Machine &machine) {
  double vectors = countVectors(traffic.outputs, machine);
  if (isMaximum && stride > 1)
    return vectors * (terms * apartMaximumCycles + apartOutputCycles);
  return vectors * terms * (isMaximum ? 0 : averageCycles) +
         traffic.imageBytes * (isMaximum ? maximumCycles : imageCycles) +
         getOutputCycles(traffic, machine);
}

double mlir::cnn::predictPack(const KernelTraffic &traffic,
                              const Machine &machine) {
  return traffic.imageBytes * packCycles;
}

double mlir::cnn::predictLoops(double operations, const KernelTraffic &traffic,
                               const Machine &machine) {
  return countVectors(operations, machine) * operationCycles +
         (traffic.imageBytes + traffic.weightBytes) * loopCycles +
         (traffic.hasExponential
              ? countVectors(traffic.outputs, machine) * exponentialCycles
              : 0);
}
