//===- ConvRows.h - Convolutions row by row ---------------------*- C++ -*-===//
//
// For kernels that compute the rows of several convolutions in turn: the loop
// nests of the single ones, without the parallel loop around them.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_LIB_CONVERSION_CONVROWS_H
#define CNNC_LIB_CONVERSION_CONVROWS_H

#include "DirectConvTiling.h"

namespace mlir::kernel {

/// One row of one filter block of a pointwise convolution.
struct PointwiseRow {
  /// Which filter block, and how many output blocks it has.
  Value filterBlock;
  int64_t blocks;
  /// Where the row of the first input block and that of the filter block's
  /// first output block start.
  Value input, output;
  cnn::FunctionAttr activation;
};

/// Builds the loops over the row. `conv` has images of one row.
void buildRow(LoopBuilder &builder, const cnn::Machine &machine,
              const DirectConvolution &conv, const PointwiseRow &row);

/// The operands of a depthwise convolution. The filter has a dimension for the
/// channels of a group, which may be 1.
struct DepthwiseConvolution {
  FlatArray input, filter, bias, residual, output;
  cnn::Window window;
  cnn::FunctionAttr activation;
  /// If not 0, the input has this many rows in memory: row h is the row
  /// h mod ringRows.
  int64_t ringRows = 0;

  /// Adds the dimension that filters of groups of one channel do not have.
  void setFilter(const FlatArray &array);
};

/// One row of one channel block of a depthwise convolution.
struct DepthwiseRow {
  Value image, block, row;
  /// Where the row 0 of the block starts in the input.
  Value input;
};

/// Builds the loops over the row.
void buildRow(LoopBuilder &builder, const cnn::Machine &machine,
              const DepthwiseConvolution &conv, const DepthwiseRow &row);

} // namespace mlir::kernel

#endif // CNNC_LIB_CONVERSION_CONVROWS_H
