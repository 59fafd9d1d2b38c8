//===- Pixels.h - Pictures and their pixels --------------------*- C++ -*-===//

#ifndef CNNC_LIB_DATA_PIXELS_H
#define CNNC_LIB_DATA_PIXELS_H

#include "cnnc/Data/TensorFile.h"

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

/// The picture as a float32 tensor of `shape`, as `parsePicture` says.
llvm::Expected<Tensor> fitPicture(Pixels pixels, llvm::ArrayRef<int64_t> shape,
                                  const PictureOptions &options);

/// What `fitPicture` returns in the element type of a network's input.
Tensor convertPicture(const Tensor &picture, ElementType type);

} // namespace mlir::cnn

#endif // CNNC_LIB_DATA_PIXELS_H
