//===- LayerSamples.h - What layers meet, in samples ------------*- C++ -*-===//

#ifndef CNNC_CALIBRATION_LAYERSAMPLES_H
#define CNNC_CALIBRATION_LAYERSAMPLES_H

#include "cnnc/Calibration/Patches.h"
#include "cnnc/Calibration/WeightLayout.h"

#include <optional>

namespace mlir::cnn {

/// Second moments of what more weights per output channel are multiplied with,
/// 85 MB in float32, are not made.
inline constexpr int64_t maxMomentSize = 4608;

/// How many positions of a layer are looked at in which run.
struct SampledRun {
  int64_t samples = 64;
  int64_t index = 0;
};

/// What the weights of a convolution or a product are multiplied with in one
/// run, at evenly spaced positions of its output. The input must live as long.
class LayerSamples {
public:
  LayerSamples(Operation *op, const WeightLayout &layout, const Tensor &input,
               SampledRun run = {});

  /// Of all images: `run.samples`, or as many as there are; others in each run.
  ArrayRef<int64_t> getPositions() const { return positions; }

  /// Sets `sample`, of `layout.size` numbers, to those of a group's weights.
  void get(int64_t position, int64_t group, std::vector<float> &sample) const;

private:
  const WeightLayout &layout;
  ArrayRef<float> values;
  /// Of a convolution.
  std::optional<Patches> patches;
  SmallVector<int64_t> positions;
};

} // namespace mlir::cnn

#endif // CNNC_CALIBRATION_LAYERSAMPLES_H
