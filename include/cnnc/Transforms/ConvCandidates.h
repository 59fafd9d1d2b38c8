//===- ConvCandidates.h - Algorithms a convolution may take -----*- C++ -*-===//

#ifndef CNNC_TRANSFORMS_CONVCANDIDATES_H
#define CNNC_TRANSFORMS_CONVCANDIDATES_H

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/Machine.h"
#include "cnnc/Support/Tuning.h"

namespace mlir::cnn {

/// The attribute by which a cnn.conv names the algorithm --winograd is to give
/// it: a string that ConvAlgorithm::parse reads.
constexpr StringLiteral algorithmAttribute = "cnn.algorithm";

struct ConvCandidate {
  ConvAlgorithm algorithm;
  /// Estimated by --winograd; costs of one layer are proportional to times.
  double cost = 0;
};

/// Direct convolution, then Winograd's algorithm with each tile whose rounding
/// errors grow at most to `maxError`, as --winograd has it; the larger the
/// tile, the larger they are. Empty where only direct convolution is possible.
SmallVector<ConvCandidate, 4> listCandidates(ConvOp conv, double maxError,
                                             const Machine &machine);

} // namespace mlir::cnn

#endif // CNNC_TRANSFORMS_CONVCANDIDATES_H
