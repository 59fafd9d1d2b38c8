//===- WeightLayout.h - Where the weights of a layer are --------*- C++ -*-===//

#ifndef CNNC_CALIBRATION_WEIGHTLAYOUT_H
#define CNNC_CALIBRATION_WEIGHTLAYOUT_H

#include <cstdint>

namespace mlir::cnn {

/// Where the weights of a layer are.
struct WeightLayout {
  /// Output channels O, and the weights of each: C/G times the taps.
  int64_t channels, size;
  /// O is the first dimension of the weights, else the last.
  bool channelsFirst = true;
  /// Taps of the filter, and groups.
  int64_t taps = 1, groups = 1;

  /// The position of weight `index` of an output channel.
  int64_t getPosition(int64_t channel, int64_t index) const {
    return channelsFirst ? channel * size + index : index * channels + channel;
  }
  /// The input channel that it is multiplied with.
  int64_t getInputChannel(int64_t channel, int64_t index) const {
    int64_t group = channel / (channels / groups);
    return group * (size / taps) + index / taps;
  }
};

} // namespace mlir::cnn

#endif // CNNC_CALIBRATION_WEIGHTLAYOUT_H
