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

struct Accuracy {
  int64_t images = 0;
  int64_t firstRight = 0;
  int64_t amongFirstFive = 0;
};

/// Classifies the images that `openDataSet` finds in `path`. The network has
/// one input, and the scores are its first output. `progress` is called with
/// the number of images done and the number of all.
llvm::Expected<Accuracy>
measureAccuracy(Engine &engine, llvm::StringRef path,
                const DataOptions &options,
                llvm::function_ref<void(int64_t, int64_t)> progress);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_ACCURACY_H
