//===- CostModel.h - How long a kernel should take --------------*- C++ -*-===//
//
// A roofline with its slopes: what is computed at a part of the peak, plus what
// is read and written at the rate of the memory it lives in. Sums, not maxima:
// kernels overlap little of both. The rates are fitted to profiles of 18
// networks; `bench/networks --predict` shows how far they are off.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_SUPPORT_COSTMODEL_H
#define CNNC_SUPPORT_COSTMODEL_H

#include "cnnc/Support/Machine.h"

#include <array>

namespace mlir::cnn {

/// Cycles a byte that comes from the second cache, or from the third.
constexpr double level2Cycles = 1.0 / 150, level3Cycles = 1.0 / 40;

/// Sizes that any kernel's time depends on.
struct KernelTraffic {
  /// Bytes of constants, and of everything else that is read or written.
  double weightBytes = 0, imageBytes = 0;
  /// Bytes of constants of the whole network, which is what displaces a
  /// kernel's own from the caches before its next run.
  double networkBytes = 0;
  /// Elements written.
  double outputs = 0;
  /// An exponential or the like is computed of each.
  bool hasExponential = false;
};

/// A convolution whose channels are those of whole blocks. One image per batch
/// element; extents are those of the output.
struct ConvWork {
  int64_t batch = 1, inputs = 0, outputs = 0;
  std::array<int64_t, 2> extents = {1, 1}, taps = {1, 1};
  int64_t stride = 1;
  /// Part of all taps of all positions that fall inside the input; the others
  /// are left out.
  double inside = 1;
};

/// Times in cycles of one core at full speed.
double predictDirectConv(const ConvWork &conv, const KernelTraffic &traffic,
                         const Machine &machine);
/// The same of integers, added up as `product` says.
double predictConvInteger(const ConvWork &conv, const DotProduct &product,
                          const KernelTraffic &traffic, const Machine &machine);
/// Every channel, or group of `conv.inputs` channels, by itself.
double predictDepthwiseConv(const ConvWork &conv, const KernelTraffic &traffic,
                            const Machine &machine);
/// The same of bytes; `conv.inputs` is 1.
double predictDepthwiseConvInteger(const ConvWork &conv,
                                   const KernelTraffic &traffic,
                                   const Machine &machine);
/// Bytes that become numbers of 16 bits.
double predictWidening(double elements, const Machine &machine);
/// F(tile x tile', taps): `traffic.weightBytes` are those of transformed
/// filters.
double predictWinogradConv(const ConvWork &conv, std::array<int64_t, 2> tile,
                           const KernelTraffic &traffic,
                           const Machine &machine);
/// The same of bytes, whose transforms have factors of 16 bits.
double predictWinogradConvInteger(const ConvWork &conv,
                                  std::array<int64_t, 2> tile,
                                  const KernelTraffic &traffic,
                                  const Machine &machine);
/// One tap whose filter has so many weights that are not zero, which are the
/// only ones that `traffic.weightBytes` counts.
double predictSparseConv(const ConvWork &conv, double nonZeros,
                         const KernelTraffic &traffic, const Machine &machine);
/// rows x terms times a matrix of that kind.
double predictSparseMatmul(std::array<double, 2> rowsTerms, double nonZeros,
                           const KernelTraffic &traffic,
                           const Machine &machine);
/// rows x terms times terms x columns.
double predictMatmul(std::array<double, 3> rowsTermsColumns,
                     const KernelTraffic &traffic, const Machine &machine);
/// A window of `terms` elements; maxima wait for comparisons.
double predictPool(double terms, bool isMaximum, int64_t stride,
                   const KernelTraffic &traffic, const Machine &machine);
/// Images between plain and blocked layout.
double predictPack(const KernelTraffic &traffic, const Machine &machine);
/// Anything else: `operations` of one vector each, and bytes that are moved.
double predictLoops(double operations, const KernelTraffic &traffic,
                    const Machine &machine);

/// Floating-point operations in a cycle of fused multiply-adds at their peak: a
/// time in cycles times this, divided by the peak in operations a second, is a
/// time in seconds.
double getOperationsPerCycle(const Machine &machine);
/// The same of small integers that are added up as `product` says.
double getOperationsPerCycle(const Machine &machine, const DotProduct &product);

} // namespace mlir::cnn

#endif // CNNC_SUPPORT_COSTMODEL_H
