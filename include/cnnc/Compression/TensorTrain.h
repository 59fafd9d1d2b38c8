//===- TensorTrain.h - Matrices as tensor trains ----------------*- C++ -*-===//
//
// Novikov et al., "Tensorizing Neural Networks" (2015): the inputs and outputs
// of a fully connected layer are numbered by d digits each, and
// ```
// W[(o1 ... od), (i1 ... id)] = G1[o1, i1] G2[o2, i2] ... Gd[od, id]
// ```
// where Gk[o, i] is a matrix of rank(k-1) x rank(k), rank(0) = rank(d) = 1.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_COMPRESSION_TENSORTRAIN_H
#define CNNC_COMPRESSION_TENSORTRAIN_H

#include "cnnc/Compression/Factors.h"

namespace mlir::cnn {

/// The extents of the digits; as many of both.
struct TensorModes {
  llvm::SmallVector<int64_t> inputs, outputs;
};

/// Modes that are as equal as prime factors allow, the smaller ones first.
TensorModes chooseModes(int64_t inputs, int64_t outputs, int64_t cores);

/// The ranks, d + 1 of them, of a train none of whose ranks is above `rank`,
/// which need not be larger for it to be exact.
llvm::SmallVector<int64_t> getTrainRanks(const TensorModes &modes,
                                         int64_t rank);

struct TensorTrain {
  TensorModes modes;
  llvm::SmallVector<int64_t> ranks;
  /// Gk as (input k * rank k) x (output k * rank k-1), by which what stands in
  /// the last digits is multiplied.
  std::vector<Matrix> cores;
};

/// TT-SVD (Oseledets, "Tensor-Train Decomposition" (2011), algorithm 1) of
/// `weights`, outputs x inputs. |D|^2 is at most the sum of what the SVDs
/// discard, and is just that as the cores before are orthonormal.
TensorTrain decomposeTrain(const Matrix &weights, const TensorModes &modes,
                           int64_t rank);

/// The matrix of a train, outputs x inputs.
Matrix compose(const TensorTrain &train);

} // namespace mlir::cnn

#endif // CNNC_COMPRESSION_TENSORTRAIN_H
