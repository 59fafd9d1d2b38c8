//===- Picture.cpp - PNG and JPEG pictures as input -----------------------===//
//
// The picture is enlarged until it covers the network's input, or resized to a
// wanted short side; then the centre is cut out, so that shapes are not bent.
//
//===----------------------------------------------------------------------===//

#include "Pixels.h"
#include "cnnc/Data/TensorFile.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#include <stb_image_resize.h>

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

namespace {

/// What the network wants.
struct Target {
  int64_t channels, height, width;
};

Expected<Target> getTarget(ArrayRef<int64_t> shape,
                           const PictureOptions &options) {
  Target target{};
  if (shape.size() == 4)
    target = options.channelsLast ? Target{shape[3], shape[1], shape[2]}
                                  : Target{shape[1], shape[2], shape[3]};
  if (shape.size() != 4 || shape[0] != 1 || target.height < 1 ||
      target.width < 1 || (target.channels != 1 && target.channels != 3))
    return createStringError(Twine("a picture becomes an input of shape ") +
                             (options.channelsLast ? "1xHxWxC" : "1xCxHxW") +
                             " with 1 or 3 channels C, but the network wants " +
                             describe(ElementType::Float32, shape));
  for (const auto *values : {&options.mean, &options.deviation})
    if (values->size() != 1 &&
        static_cast<int64_t>(values->size()) != target.channels)
      return createStringError(
          "expected one mean and deviation, or one for each of the " +
          Twine(target.channels) + " channels, got " + Twine(values->size()));
  return target;
}

/// Resizes the picture to the wanted short side, and up to the target.
Expected<Pixels> resize(Pixels pixels, const Target &target,
                        int64_t shortSide) {
  double height = pixels.height, width = pixels.width;
  double factor = shortSide ? shortSide / std::min(height, width) : 1.0;
  factor = std::max({factor, target.height / height, target.width / width});
  if (factor == 1.0)
    return pixels;
  // At least the target, whatever the rounding.
  Pixels resized{std::max<int64_t>(std::lround(height * factor), target.height),
                 std::max<int64_t>(std::lround(width * factor), target.width),
                 pixels.channels,
                 {}};
  if (resized.height > maxPictureExtent || resized.width > maxPictureExtent)
    return createStringError("the picture would be resized to " +
                             Twine(resized.width) + "x" +
                             Twine(resized.height) + " pixels");
  resized.values.resize(resized.height * resized.width * resized.channels);
  if (!stbir_resize_uint8(pixels.values.data(), pixels.width, pixels.height, 0,
                          resized.values.data(), resized.width, resized.height,
                          0, pixels.channels))
    return createStringError("the picture cannot be resized");
  return resized;
}

} // namespace

Expected<Tensor> mlir::cnn::parsePicture(StringRef bytes,
                                         ArrayRef<int64_t> shape,
                                         const PictureOptions &options) {
  Expected<Target> target = getTarget(shape, options);
  if (!target)
    return target.takeError();
  Expected<Pixels> decoded = decodePicture(bytes, target->channels);
  if (!decoded)
    return decoded.takeError();
  return fitPicture(std::move(*decoded), shape, options);
}

Expected<Tensor> mlir::cnn::fitPicture(Pixels picture, ArrayRef<int64_t> shape,
                                       const PictureOptions &options) {
  Expected<Target> target = getTarget(shape, options);
  if (!target)
    return target.takeError();
  if (picture.channels != target->channels)
    return createStringError("expected a picture of " +
                             Twine(target->channels) + " channels, got " +
                             Twine(picture.channels));
  Expected<Pixels> pixels =
      resize(std::move(picture), *target, options.shortSide);
  if (!pixels)
    return pixels.takeError();

  auto [channels, height, width] = *target;
  int64_t top = (pixels->height - height) / 2;
  int64_t left = (pixels->width - width) / 2;
  Tensor tensor(ElementType::Float32, shape);
  float *values = tensor.get<float>().data();
  for (int64_t c = 0; c < channels; ++c) {
    int64_t source = options.blueFirst ? channels - 1 - c : c;
    float mean = options.mean[options.mean.size() == 1 ? 0 : c];
    float deviation = options.deviation[options.deviation.size() == 1 ? 0 : c];
    for (int64_t h = 0; h < height; ++h)
      for (int64_t w = 0; w < width; ++w) {
        int64_t index = options.channelsLast ? (h * width + w) * channels + c
                                             : (c * height + h) * width + w;
        uint8_t pixel = pixels->at(top + h, left + w, source);
        values[index] = (pixel * options.scale - mean) / deviation;
      }
  }
  return tensor;
}

Tensor mlir::cnn::convertPicture(const Tensor &picture, ElementType type) {
  if (getName(type).contains("float"))
    return picture.convertTo(type);
  // Integers are truncated, and 254.99997 is meant to be 255.
  Tensor rounded = picture;
  for (float &value : rounded.get<float>())
    value = std::nearbyint(value);
  return rounded.convertTo(type);
}
