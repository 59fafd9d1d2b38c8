//===- Patches.cpp - What weights are multiplied with ---------------------===//

#include "cnnc/Calibration/Patches.h"

using namespace mlir;
using namespace mlir::cnn;

Patches::Patches(ConvOp conv, const Tensor &input)
    : window(conv.getWindow()), shape(input.getShape()),
      values(input.get<float>()) {
  for (auto [dim, extent] : llvm::zip_equal(window, shape.drop_front(2)))
    outputs.push_back(dim.getOutputExtent(extent));
  plane = values.size() / (shape[0] * shape[1]);
}

int64_t Patches::getCount() const {
  int64_t count = shape[0];
  for (int64_t extent : outputs)
    count *= extent;
  return count;
}

void Patches::get(int64_t position, int64_t channel,
                  std::vector<float> &patch) const {
  // The elements of a plane under the taps, -1 for padding.
  SmallVector<int64_t> offsets = {0};
  int64_t stride = 1;
  for (size_t d = window.size(); d-- > 0;) {
    const WindowDim &dim = window[d];
    int64_t first = position % outputs[d] * dim.stride - dim.padLow;
    position /= outputs[d];
    SmallVector<int64_t> longer;
    for (int64_t tap = 0; tap < dim.size; ++tap)
      for (int64_t offset : offsets) {
        int64_t x = first + tap * dim.dilation;
        bool isInside = offset >= 0 && x >= 0 && x < shape[d + 2];
        longer.push_back(isInside ? x * stride + offset : -1);
      }
    offsets = std::move(longer);
    stride *= shape[d + 2];
  }
  int64_t taps = offsets.size();
  int64_t base = (position * shape[1] + channel) * plane;
  for (auto [i, element] : llvm::enumerate(patch)) {
    int64_t offset = offsets[static_cast<int64_t>(i) % taps];
    int64_t start = base + static_cast<int64_t>(i) / taps * plane;
    element = offset < 0 ? 0 : values[start + offset];
  }
}
