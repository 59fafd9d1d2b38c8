//===- RecoverSamples.h - What layers take and should make ------*- C++ -*-===//

#ifndef CNNC_LIB_COMPRESSION_RECOVERSAMPLES_H
#define CNNC_LIB_COMPRESSION_RECOVERSAMPLES_H

#include "cnnc/Compression/Regression.h"

#include "cnnc/Calibration/LayerSamples.h"
#include "cnnc/Calibration/Layers.h"

namespace mlir::cnn {

/// What the outputs of a layer should be: `expected[o] - known[o]` for channel
/// `kept[o]` of the first; the second may be null.
struct LayerTarget {
  const Tensor *expected = nullptr, *known = nullptr;
  ArrayRef<int64_t> kept;
  /// Channels are dimension 1; else they are the last one.
  bool isImage = true;

  /// The output `channel` at `position`, counted over all images and pixels.
  float get(int64_t channel, int64_t position) const;
};

/// The sum that alone takes what `op` makes, perhaps limited on both sides, and
/// the other summand; null if there is none.
std::pair<Operation *, Value> findSum(Operation *op);

/// Adds positions of one run to the moments of each group. Without a target the
/// moments are of the inputs alone.
void addSamples(Operation *op, const Layer &layer, const Tensor &input,
                const LayerTarget &target, SampledRun run,
                MutableArrayRef<RegressionMoments> moments);

/// The limits of the relu or clip that alone takes what `op` makes; none if
/// something else does.
Limits getLimits(Operation *op);

/// The results of all runs for a channel, dimension 1 of images and the last
/// one of others, at up to 1024 evenly spaced positions of each.
std::vector<float> sampleChannel(ArrayRef<Tensor> outputs, int64_t channel,
                                 bool isImage);

} // namespace mlir::cnn

#endif // CNNC_LIB_COMPRESSION_RECOVERSAMPLES_H
