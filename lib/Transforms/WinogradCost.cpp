//===- WinogradCost.cpp - When Winograd's algorithm pays ------------------===//
//
// The constants are fitted to layers from 16 to 512 channels and from 7x7 to
// 224x224; bench/ tells whether the choices are right on a machine.
//
//===----------------------------------------------------------------------===//

#include "WinogradCost.h"

#include "cnnc/Support/Winograd.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir::cnn;

/// Multiply-adds that take as long as one multiply-add of a transform, for each
/// lane of a vector: transforms wait for what they load and store, however
/// many lanes compute.
static constexpr double transformFactorPerLane = 0.17;

/// Multiply-adds that take as long as moving an element between an image and
/// its phases.
static constexpr double copyFactor = 80;

/// Part of the peak that direct convolution and the products reach.
static constexpr double directEfficiency = 0.9, productEfficiency = 0.85;

/// Bytes per cycle that one core reads from its last cache and from memory.
static constexpr double cacheBandwidth = 10, memoryBandwidth = 8;

/// Reading and multiplying overlap but for this part of the shorter one.
static constexpr double unhiddenPart = 0.35;

/// Time to read a filter, which other layers have displaced from the nearer
/// caches since the last image.
static double estimateReading(double bytes, const Machine &machine) {
  // A larger cache is shared with other cores and with other layers.
  constexpr int64_t mostBytes = 32 << 20;
  double lastCache = static_cast<double>(
      std::min(mostBytes, std::max(machine.level3Bytes, machine.level2Bytes)));
  double bandwidth = 2 * bytes > lastCache ? memoryBandwidth : cacheBandwidth;
  double multiplyAddsPerCycle = static_cast<double>(
      machine.getLanes() * (machine.hasFusedMultiplyAdd ? 2 : 1));
  return bytes / bandwidth * multiplyAddsPerCycle;
}

double mlir::cnn::estimateDirect(const ConvExtents &conv,
                                 const Machine &machine) {
  // Images of a few channels are read as they are, without padding to lanes.
  int64_t lanes = machine.getLanes();
  double inputs = static_cast<double>(
      conv.inputs < lanes ? conv.inputs : llvm::alignTo(conv.inputs, lanes));
  double outputs = static_cast<double>(llvm::alignTo(conv.outputs, lanes));
  double filter =
      inputs * outputs * static_cast<double>(conv.taps[0] * conv.taps[1]);
  return std::max(filter * conv.getPositions() / directEfficiency,
                  estimateReading(filter * sizeof(float), machine));
}

static double countNonZeros(const RationalMatrix &matrix) {
  return static_cast<double>(llvm::count_if(
      matrix.elements, [](Rational element) { return element != 0; }));
}

/// Multiply-adds of M X M'^T for an X with `columns` columns.
static double countTransform(const RationalMatrix &left,
                             const RationalMatrix &right) {
  // A dimension with one tap is not transformed.
  double first = left.columns == 1
                     ? 0
                     : countNonZeros(left) * static_cast<double>(right.columns);
  double second = right.columns == 1
                      ? 0
                      : countNonZeros(right) * static_cast<double>(left.rows);
  return first + second;
}

double mlir::cnn::estimateWinograd(const ConvExtents &conv,
                                   std::array<int64_t, 2> tile,
                                   const Machine &machine) {
  int64_t lanes = machine.getLanes();
  double inputs = static_cast<double>(llvm::alignTo(conv.inputs, lanes));
  double outputs = static_cast<double>(llvm::alignTo(conv.outputs, lanes));
  double tiles = static_cast<double>(conv.phases), elements = 1;
  for (int i = 0; i < 2; ++i) {
    tiles *=
        static_cast<double>(llvm::divideCeil(conv.outputExtents[i], tile[i]));
    elements *= static_cast<double>(tile[i] + conv.taps[i] - 1);
  }
  WinogradMatrices rows = getWinogradMatrices(tile[0], conv.taps[0]);
  WinogradMatrices columns = getWinogradMatrices(tile[1], conv.taps[1]);
  double inputTransform =
      countTransform(rows.inputTransform, columns.inputTransform) * inputs;
  double outputTransform =
      countTransform(rows.outputTransform, columns.outputTransform) * outputs;
  double filter = elements * inputs * outputs;
  double products = filter * tiles / productEfficiency;
  // Each block of tiles reads the filter; the products of a block for four
  // vectors of outputs take half of the second cache.
  double blockTiles = static_cast<double>(machine.level2Bytes) / 2 /
                      (elements * static_cast<double>(4 * lanes) * 4);
  double blocks = std::ceil(tiles / std::max(blockTiles, 1.0));
  double reading = blocks * estimateReading(filter * sizeof(float), machine);
  products =
      std::max(products, reading) + unhiddenPart * std::min(products, reading);
  double copies = conv.phases == 1
                      ? 0
                      : (inputs + outputs) * conv.getPositions() * copyFactor;
  double transforms = (inputTransform + outputTransform) *
                      transformFactorPerLane * static_cast<double>(lanes);
  return products + copies + tiles * transforms;
}
