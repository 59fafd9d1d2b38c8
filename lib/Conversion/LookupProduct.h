//===- LookupProduct.h - Products with matrices as kernels ------*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_LOOKUPPRODUCT_H
#define CNNC_LIB_CONVERSION_LOOKUPPRODUCT_H

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/Machine.h"

namespace mlir::cnn {

/// A matrix product with a bias per column.
struct Product {
  Value lhs, rhs, bias;
  bool transposeRhs = false;
  /// Factor of a constant rhs.
  double scale = 1.0;
  FunctionAttr activation;
};

/// lhs M x K times weights K x N, or N x K, that are stored as codes: a kernel
/// that reads the codes. Null if the weights are stored otherwise, have
/// codebooks that differ by more than a factor, or if there are so many rows
/// that widening the matrix first is little.
Value createLookupProduct(OpBuilder &builder, Location loc,
                          const Machine &machine, const Product &product);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_LOOKUPPRODUCT_H
