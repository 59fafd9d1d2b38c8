//===- Run.h - What cnn-run does --------------------------------*- C++ -*-===//

#ifndef CNNC_RUNNER_RUN_H
#define CNNC_RUNNER_RUN_H

#include "cnnc/Data/DataSet.h"
#include "cnnc/Pipeline/Translate.h"
#include "cnnc/Runner/Compare.h"

namespace mlir::cnn {

/// What a user asks of cnn-run. docs/Running.md says what each means.
struct RunOptions {
  /// The .onnx, .mlir, .mlirbc or .so file.
  std::string model;

  /// What to run it on: at most one of the three is given.
  std::vector<std::string> inputs;
  std::vector<std::string> testData;
  std::string dataSet;
  bool randomInputs = false;
  DataOptions data;

  /// Use the interpreter instead of compiled code.
  bool useReference = false;
  /// Use both, on the same inputs, and compare.
  bool compareReference = false;
  /// Another version of the network, to compare layer by layer with; and, of a
  /// data set, on how many images.
  std::string compareWith;
  int64_t compareCount = 8;
  int64_t threads = 1;
  /// How a model file is read and compiled.
  ImportOptions import;
  CompileOptions compile;

  /// Measure this many runs; 0 measures nothing.
  int64_t benchmarkRuns = 0;
  /// Time the kernels of this many runs; 0 times none.
  int64_t profileRuns = 0;
  /// Where a run of these is written as a trace; empty for nowhere.
  std::string traceFile;
  bool json = false;
  std::string outputDirectory;
  Tolerance tolerance;
};

/// Runs a network and prints what came out. Returns the exit code: 0 for
/// success, 1 for a failure or a difference, 2 for options that contradict each
/// other.
int runTool(const RunOptions &options);

} // namespace mlir::cnn

#endif // CNNC_RUNNER_RUN_H
