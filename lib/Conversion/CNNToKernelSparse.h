//===- CNNToKernelSparse.h - Layers whose weights are zeros -----*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_CNNTOKERNELSPARSE_H
#define CNNC_LIB_CONVERSION_CNNTOKERNELSPARSE_H

#include "CNNToKernel.h"

#include "cnnc/Conversion/Passes.h"
#include "cnnc/Support/CostModel.h"
#include "cnnc/Support/SparseMatrix.h"

namespace mlir::cnn {

/// What it depends on, apart from a layer, whether its zeros are skipped.
struct SparseSettings {
  SparseChoice choice = SparseChoice::automatic;
  /// Parts of a convolution that may run in parallel.
  int64_t chunks = 1;
  /// Bytes of all constants of the network.
  double networkBytes = 0;
};

/// lhs M x K times a matrix of float32 that has N rows of K columns.
struct SparseProduct {
  Value lhs;
  MatrixView matrix;
  /// A factor of the matrix.
  double scale = 1;
  Value bias;
  FunctionAttr activation;
};

/// Remarks what was decided for a matrix product, and returns M x N, or nothing
/// if the product is to be dense.
Value createSparseProduct(OpBuilder &builder, Location loc,
                          const Machine &machine,
                          const SparseSettings &settings,
                          const SparseProduct &product);

void populateSparseToKernel(RewritePatternSet &patterns, const Machine &machine,
                            const SparseSettings &settings);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_CNNTOKERNELSPARSE_H
