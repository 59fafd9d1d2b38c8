//===- DataSet.h - Images for a network -------------------------*- C++ -*-===//

#ifndef CNNC_DATA_DATASET_H
#define CNNC_DATA_DATASET_H

#include "cnnc/Data/TensorFile.h"

#include <memory>

namespace mlir::cnn {

struct LabelledFile {
  std::string file;
  int64_t label;
};

/// Reads the text of a labels.tsv: on each line a file, a tab and the index of
/// its class.
llvm::Expected<std::vector<LabelledFile>> parseLabels(llvm::StringRef text);

/// Images to give to a network one by one.
class DataSet {
public:
  virtual ~DataSet();

  virtual int64_t getCount() const = 0;
  /// Image `index` in the element type and shape of the network's input, with a
  /// batch of 1.
  virtual llvm::Expected<Tensor> getImage(int64_t index) const = 0;
  /// The class of what the image shows; -1 in a data set without classes.
  virtual int64_t getLabel(int64_t index) const = 0;
  /// What the image is called in messages.
  virtual std::string describe(int64_t index) const = 0;
};

/// What the images are for: it decides which arrays of an .npz file are meant,
/// and only validation needs classes.
enum class DataPurpose { Calibration, Validation };

/// How files become inputs.
struct DataOptions {
  PictureOptions picture;
  /// The names of the arrays in an .npz file; empty where the purpose decides.
  std::string images, labels;
};

/// Opens the images of `path` for the network input `input`:
/// - a folder: the files that its labels.tsv names, or, for calibration without
///   one, all its pictures and tensors in the order of their names;
/// - an .npz file, with arrays of images and of classes. For validation they
/// are
///   called validation_images or test_images and the same with labels, for
///   calibration calibration_images or train_images; or images and labels;
/// - an .npy file of images, for calibration.
/// Arrays of uint8 are pictures, N x H x W x C, N x C x H x W or N x H x W;
/// arrays of floats are what the network takes.
llvm::Expected<std::unique_ptr<DataSet>> openDataSet(llvm::StringRef path,
                                                     const TensorInfo &input,
                                                     const DataOptions &options,
                                                     DataPurpose purpose);

} // namespace mlir::cnn

#endif // CNNC_DATA_DATASET_H
