//===- Report.h - Results on paper and in files -----------------*- C++ -*-===//

#ifndef CNNC_LIB_RUNNER_REPORT_H
#define CNNC_LIB_RUNNER_REPORT_H

#include "cnnc/Runner/Engine.h"

namespace mlir::cnn {

/// Prints the type, range and mean of an output, and the five largest elements
/// of a vector.
void printSummary(const TensorInfo &info, const Tensor &tensor,
                  llvm::raw_ostream &stream);

/// Writes each output as an .npy file called after it, and prints the files.
/// Characters a file name should not have become underscores.
llvm::Error writeOutputs(llvm::ArrayRef<TensorInfo> infos,
                         llvm::ArrayRef<Tensor> outputs,
                         llvm::StringRef directory, llvm::raw_ostream &stream);

} // namespace mlir::cnn

#endif // CNNC_LIB_RUNNER_REPORT_H
