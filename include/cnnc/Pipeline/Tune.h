//===- Tune.h - Choose algorithms by measuring them -------------*- C++ -*-===//

#ifndef CNNC_PIPELINE_TUNE_H
#define CNNC_PIPELINE_TUNE_H

#include "cnnc/Pipeline/Pipeline.h"

namespace mlir::cnn {

/// A pass over modules before --winograd, which obeys the attribute
/// `cnn.algorithm` that this one sets on convolutions with a choice of
/// algorithms. What `options.tuning->file` does not know is measured, and the
/// file written once all is: each distinct layer is compiled by itself, with
/// `options` but random weights, by each algorithm that the cost model expects
/// to take at most twice as long as the best. Of those within 5 % of the
/// fastest the most accurate one is chosen. A remark says what was measured.
///
/// It fails if something is to be measured for another machine than this one,
/// or the file cannot be read or written.
std::unique_ptr<Pass> createTune(const CompileOptions &options);

} // namespace mlir::cnn

#endif // CNNC_PIPELINE_TUNE_H
