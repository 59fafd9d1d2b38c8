//===- WinogradCost.h - When Winograd's algorithm pays ----------*- C++ -*-===//
//
// Costs are counted in multiply-adds at the peak speed of the machine, so that
// a ratio of two costs is a ratio of times.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_TRANSFORMS_WINOGRADCOST_H
#define CNNC_LIB_TRANSFORMS_WINOGRADCOST_H

#include "cnnc/Support/Machine.h"

#include <array>

namespace mlir::cnn {

/// A dense two-dimensional convolution with stride 1.
struct ConvExtents {
  int64_t inputs, outputs;
  std::array<int64_t, 2> outputExtents, taps;
  /// Images of these extents that dilations make of one.
  int64_t phases = 1;

  double getPositions() const {
    return static_cast<double>(phases * outputExtents[0] * outputExtents[1]);
  }
};

/// Multiplications of direct convolution, or reading its filter if that takes
/// longer.
double estimateDirect(const ConvExtents &conv, const Machine &machine);

/// The same for F(tile, taps): products, both transforms, and its larger
/// filter.
double estimateWinograd(const ConvExtents &conv, std::array<int64_t, 2> tile,
                        const Machine &machine);

} // namespace mlir::cnn

#endif // CNNC_LIB_TRANSFORMS_WINOGRADCOST_H
