//===- Accuracy.h - How often a classifier is right -------------*- C++ -*-===//

#ifndef CNNC_RUNNER_ACCURACY_H
#define CNNC_RUNNER_ACCURACY_H

#include "cnnc/Data/DataSet.h"
#include "cnnc/Runner/Engine.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::cnn {

/// How many scores come before that of `label` when sorted from high to low;
/// equal scores stay in order. A label whose score is not a number is last.
int64_t getRank(llvm::ArrayRef<double> scores, int64_t label);

/// The position of the highest score, the first of equal ones; -1 if no score
/// is a number.
int64_t getBest(llvm::ArrayRef<double> scores);

struct Accuracy {
  int64_t images = 0;
  int64_t firstRight = 0;
  int64_t amongFirstFive = 0;
  /// The class that each image was given.
  std::vector<int64_t> classes;

  double getFirstPercent() const { return 100.0 * firstRight / images; }
  double getFirstFivePercent() const { return 100.0 * amongFirstFive / images; }
};

/// Images from `first` on for a network with the input `info`: as many as its
/// batch has, 1 if that is dynamic. What is missing in the end is zero.
llvm::Expected<Tensor> readImages(const DataSet &data, const TensorInfo &info,
                                  int64_t first);

/// Classifies the images that `openDataSet` finds in `path`. The network has
/// one input, and the scores are its first output. `progress` is called with
/// the number of images done and the number of all.
llvm::Expected<Accuracy>
measureAccuracy(Engine &engine, llvm::StringRef path,
                const DataOptions &options,
                llvm::function_ref<void(int64_t, int64_t)> progress);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_ACCURACY_H
