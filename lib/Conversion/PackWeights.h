//===- PackWeights.h - Weights in the layouts of the kernels ----*- C++ -*-===//

#ifndef CNNC_LIB_CONVERSION_PACKWEIGHTS_H
#define CNNC_LIB_CONVERSION_PACKWEIGHTS_H

#include "mlir/IR/Builders.h"

#include <vector>

namespace mlir::cnn {

/// Weights as `Support/Packing.h` lays them out.
struct PackedWeights {
  /// What `getStoredNumbers` gives, packed.
  std::vector<float> numbers;
  /// What `getStoredScales` gives for each of the first and of the last
  /// dimension of the numbers, in this order; empty without.
  std::vector<float> scales;
};

/// Packed weights of `shape` in fewer bits, `StoredWeights`, as constants: the
/// numbers, and the scales of integers in one dimension, or null.
struct StoredConstants {
  Value numbers, scales;
};
StoredConstants createStoredConstants(OpBuilder &builder, Value weights,
                                      ArrayRef<int64_t> shape,
                                      const PackedWeights &packed,
                                      StringRef name);

/// A tensor of `shape` with the element type of `weights`: a constant or, of
/// weights that are stored in fewer bits (`StoredWeights`), a map that widens
/// one. `name` is a hint for the constant's.
Value createPackedWeights(OpBuilder &builder, Value weights,
                          ArrayRef<int64_t> shape, PackedWeights &&packed,
                          StringRef name);

} // namespace mlir::cnn

#endif // CNNC_LIB_CONVERSION_PACKWEIGHTS_H
