//===- PictureDecoder.h - PNG and JPEG to pixels ----------------*- C++ -*-===//

#ifndef CNNC_LIB_RUNNER_PICTUREDECODER_H
#define CNNC_LIB_RUNNER_PICTUREDECODER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace mlir::cnn {

/// A picture, row by row, the channels of a pixel side by side.
struct Pixels {
  int64_t height, width, channels;
  std::vector<uint8_t> values;

  uint8_t at(int64_t row, int64_t column, int64_t channel) const {
    return values[(row * width + column) * channels + channel];
  }
};

/// No picture is larger than this in either direction.
constexpr int64_t maxPictureExtent = 32768;

/// Decodes a PNG or JPEG file to 1 (grey) or 3 (red, green, blue) channels.
llvm::Expected<Pixels> decodePicture(llvm::StringRef bytes, int64_t channels);

} // namespace mlir::cnn

#endif // CNNC_LIB_RUNNER_PICTUREDECODER_H
