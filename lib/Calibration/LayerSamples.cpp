//===- LayerSamples.cpp - What layers meet, in samples --------------------===//

#include "cnnc/Calibration/LayerSamples.h"

using namespace mlir;
using namespace mlir::cnn;

LayerSamples::LayerSamples(Operation *op, const WeightLayout &layout,
                           const Tensor &input, SampledRun run)
    : layout(layout), values(input.get<float>()) {
  int64_t count = static_cast<int64_t>(values.size()) / layout.size;
  if (auto conv = dyn_cast<ConvOp>(op))
    count = patches.emplace(conv, input).getCount();
  int64_t samples = std::min(count, run.samples);
  for (int64_t i = 0; i < samples; ++i)
    positions.push_back(((2 * i + 1) * count / (2 * samples) + 37 * run.index) %
                        count);
}

void LayerSamples::get(int64_t position, int64_t group,
                       std::vector<float> &sample) const {
  if (patches)
    return patches->get(position, group * (layout.size / layout.taps), sample);
  ArrayRef<float> row = values.slice(position * layout.size, layout.size);
  llvm::copy(row, sample.begin());
}
