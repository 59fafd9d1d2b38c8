//===- Patches.h - What weights are multiplied with -------------*- C++ -*-===//

#ifndef CNNC_CALIBRATION_PATCHES_H
#define CNNC_CALIBRATION_PATCHES_H

#include "cnnc/Dialect/CNN/CNN.h"
#include "cnnc/Support/Tensor.h"

namespace mlir::cnn {

/// What a convolution multiplies its weights with, position by position of its
/// output. The input must live as long.
class Patches {
public:
  Patches(ConvOp conv, const Tensor &input);

  /// Positions of all images.
  int64_t getCount() const;

  /// Sets `patch` to the elements of channels from `channel` on at `position`.
  void get(int64_t position, int64_t channel, std::vector<float> &patch) const;

private:
  Window window;
  ArrayRef<int64_t> shape;
  ArrayRef<float> values;
  SmallVector<int64_t> outputs;
  int64_t plane;
};

} // namespace mlir::cnn

#endif // CNNC_CALIBRATION_PATCHES_H
