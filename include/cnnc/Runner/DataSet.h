//===- DataSet.h - How often a classifier is right --------------*- C++ -*-===//

#ifndef CNNC_RUNNER_DATASET_H
#define CNNC_RUNNER_DATASET_H

#include "cnnc/Runner/Engine.h"
#include "cnnc/Runner/TensorFile.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::cnn {

struct LabelledFile {
  std::string file;
  int64_t label;
};

/// Reads the text of a labels.tsv: on each line a file, a tab and the index of
/// its class.
llvm::Expected<std::vector<LabelledFile>> parseLabels(llvm::StringRef text);

/// How many scores come before that of `label` when sorted from high to low;
/// equal scores stay in order. A label whose score is not a number is last.
int64_t getRank(llvm::ArrayRef<double> scores, int64_t label);

struct Accuracy {
  int64_t images = 0;
  int64_t firstRight = 0;
  int64_t amongFirstFive = 0;
};

/// Classifies every picture `directory`/labels.tsv names. The network has one
/// input, and the scores are its first output. `progress` is called with the
/// number of pictures done and the number of all.
llvm::Expected<Accuracy>
measureAccuracy(Engine &engine, llvm::StringRef directory,
                const PictureOptions &options,
                llvm::function_ref<void(int64_t, int64_t)> progress);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_DATASET_H
