//===- TensorFile.h - Tensors in files --------------------------*- C++ -*-===//
//
// Readers take the bytes of a file and trust none of them: whatever is wrong
// ends in an error that says what was expected and what came.
//
//===----------------------------------------------------------------------===//

#ifndef CNNC_DATA_TENSORFILE_H
#define CNNC_DATA_TENSORFILE_H

#include "cnnc/Support/ModelInterface.h"
#include "cnnc/Support/Tensor.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace mlir::cnn {

/// "1x3x224x224xfloat32"; an extent of -1 is printed as "?".
std::string describe(ElementType type, llvm::ArrayRef<int64_t> shape);

/// What a network says of one of its inputs or outputs. Only the first extent
/// may be -1: a batch that is known when the network is run.
struct TensorInfo {
  std::string name;
  ElementType type = ElementType::Float32;
  llvm::SmallVector<int64_t> shape;
  /// Set if only a part of an output is valid.
  std::optional<OutputLength> length;

  bool hasDynamicBatch() const { return !shape.empty() && shape[0] < 0; }
  /// The shape for a known batch.
  llvm::SmallVector<int64_t> getShape(int64_t batch) const;
};

/// "data: ?x3x224x224xfloat32".
std::string describe(const TensorInfo &info);

/// A tensor holding a copy of `bytes`, or an error if the shape needs another
/// number of bytes.
llvm::Expected<Tensor> makeTensor(ElementType type,
                                  llvm::ArrayRef<int64_t> shape,
                                  llvm::StringRef bytes);

/// Reads numpy's .npy format, versions 1 to 3, little endian.
llvm::Expected<Tensor> parseNpy(llvm::StringRef bytes);

/// Writes numpy's .npy format. Numpy has no bfloat16, which becomes float32.
void printNpy(const Tensor &tensor, llvm::raw_ostream &stream);

/// Reads a serialized ONNX TensorProto, the format of ONNX test data.
llvm::Expected<Tensor> parseTensorProto(llvm::StringRef bytes);

/// How a picture becomes numbers: value = (pixel * scale - mean) / deviation,
/// with the pixel in 0..255, and mean and deviation one for all channels or one
/// per channel, in the order the model has them.
struct PictureOptions {
  float scale = 1.0f / 255.0f;
  llvm::SmallVector<float> mean = {0.0f};
  llvm::SmallVector<float> deviation = {1.0f};
  /// The model wants blue, green, red instead of red, green, blue.
  bool blueFirst = false;
  /// The model's input is NxHxWxC instead of NxCxHxW.
  bool channelsLast = false;
  /// Resize the picture's short side to this before cropping; 0 leaves the
  /// picture as it is unless it is too small.
  int64_t shortSide = 0;
};

/// Reads a PNG or JPEG picture into a tensor of `shape`, which has four
/// extents, one image, and one (grey) or three (colour) channels. The picture
/// is enlarged until it covers the shape, then cropped at its centre.
llvm::Expected<Tensor> parsePicture(llvm::StringRef bytes,
                                    llvm::ArrayRef<int64_t> shape,
                                    const PictureOptions &options);

/// Reads a file in the format its name ends in (.npy, .pb, .bin, .png, .jpg,
/// .jpeg) for the input or output `info`, which says what raw bytes mean and
/// how large a picture should be.
llvm::Expected<Tensor> readTensorFile(llvm::StringRef path,
                                      const TensorInfo &info,
                                      const PictureOptions &options);

/// A tensor of `info` with a batch of 1: floats in [-1, 1), integers in [0,
/// 128), the same ones every time.
Tensor makeRandomTensor(const TensorInfo &info);

} // namespace mlir::cnn

#endif // CNNC_DATA_TENSORFILE_H
