//===- PruningOptions.h - What is pruned, and how much ------------*- C++
//-*-===//

#ifndef CNNC_COMPRESSION_PRUNINGOPTIONS_H
#define CNNC_COMPRESSION_PRUNINGOPTIONS_H

#include "cnnc/Compression/Scores.h"

#include <optional>
#include <string>

namespace mlir::cnn {

/// Weights become zero, or channels go.
enum class PrunedPart { weights, channels };

/// The same share of every layer, or what matters least of all layers.
enum class PruneScope { layer, global };

/// What says how little a channel matters.
enum class ChannelScore { l1, median, activation, reconstruction };

/// What --prune says.
struct PruningOptions {
  PrunedPart what = PrunedPart::weights;
  double sparsity = 0.5;
  PruneScope scope = PruneScope::layer;
  /// At most these shares of multiply-adds, or of parameters, stay.
  std::optional<double> macs, parameters;
  /// N:M sparsity along the inputs instead of a share.
  std::optional<KeptPattern> pattern;
  /// Weights of so many consecutive output channels are removed together.
  int64_t block = 1;
  ChannelScore score = ChannelScore::l1;
  /// The channels that are left of a layer are a multiple of this.
  int64_t multiple = 1;
  /// Layers that stay as they are.
  std::vector<std::string> kept;
  /// Files for measured curves: to write, or to choose by.
  std::string scan, curves;
  /// Channels are multiplied with zeros and stay.
  bool zeroes = false;
};

} // namespace mlir::cnn

#endif // CNNC_COMPRESSION_PRUNINGOPTIONS_H
