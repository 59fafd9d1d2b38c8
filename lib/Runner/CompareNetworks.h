//===- CompareNetworks.h - Two versions of one network ----------*- C++ -*-===//

#ifndef CNNC_LIB_RUNNER_COMPARENETWORKS_H
#define CNNC_LIB_RUNNER_COMPARENETWORKS_H

#include "cnnc/Runner/Accuracy.h"
#include "cnnc/Runner/Run.h"
#include "cnnc/Runner/SignalToNoise.h"

namespace mlir::cnn {

/// How far one tensor of two networks is apart.
struct TensorError {
  std::string name;
  /// The ops that compute it: "conv", "requantize", ...
  std::string kind, referenceKind;
  llvm::SmallVector<int64_t> shape;
  SignalToNoise error;
};

/// A layer of one network that has no partner in the other.
struct UnmatchedLayer {
  std::string name, reason;
};

/// What is known of a network and its reference.
struct NetworkComparison {
  std::string model, reference;
  /// How often both were run to compare tensors.
  int64_t runs = 0;
  std::vector<TensorError> layers, outputs;
  std::vector<UnmatchedLayer> unmatched;
  /// Of a data set only.
  std::optional<Accuracy> accuracy, referenceAccuracy;
};

/// Runs `options.model` and `options.compareWith` on the same inputs.
llvm::Expected<NetworkComparison> compareNetworks(const RunOptions &options);

/// Prints a table, or one line of JSON.
void printComparison(const NetworkComparison &comparison,
                     llvm::raw_ostream &stream);
void printComparisonAsJSON(const NetworkComparison &comparison,
                           llvm::raw_ostream &stream);

} // namespace mlir::cnn

#endif // CNNC_LIB_RUNNER_COMPARENETWORKS_H
