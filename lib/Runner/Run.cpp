//===- Run.cpp - What cnn-run does ----------------------------------------===//
//
// Loads the model into an engine, then does one of four things with it: compare
// with test data, classify a data set, measure time, or run once. Or compares
// two networks.
//
//===----------------------------------------------------------------------===//

#include "cnnc/Runner/Run.h"
#include "cnnc/Runner/Accuracy.h"
#include "cnnc/Runner/Benchmark.h"
#include "cnnc/Runner/Engine.h"
#include "cnnc/Runner/Inputs.h"
#include "cnnc/Runner/Profile.h"
#include "cnnc/Support/Progress.h"

#include "CompareNetworks.h"
#include "LoadModel.h"
#include "Report.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <nlohmann/json.hpp>

using namespace mlir::cnn;
using llvm::createFileError;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

// The OpenMP function all implementations share; no header, which only some
// compilers have.
extern "C" void omp_set_num_threads(int count);

namespace {

enum ExitCode { Success = 0, Failure = 1, WrongUsage = 2 };

int report(Error error, ExitCode code) {
  llvm::outs().flush();
  llvm::errs() << "cnn-run: error: " << llvm::toString(std::move(error))
               << '\n';
  return code;
}

/// What came out of a run and what should have.
struct Results {
  StringRef origin;
  llvm::ArrayRef<Tensor> actual, expected;
  /// Nobody chose the tolerances for these magnitudes.
  bool haveAnyMagnitude = false;
};

/// Checks that what needs a network does not get compiled code.
Error checkFiles(const RunOptions &options) {
  StringRef extension = llvm::sys::path::extension(options.model);
  if (options.compile.quantization && (extension == ".so" || extension == ".o"))
    return createStringError("--quantize needs a model file, got compiled "
                             "code: '" +
                             options.model + "'");
  if (options.compile.weightsOnly && (extension == ".so" || extension == ".o"))
    return createStringError("--weights-only needs a model file, got compiled "
                             "code: '" +
                             options.model + "'");
  if (options.compile.compressWeights &&
      (extension == ".so" || extension == ".o"))
    return createStringError("--weights-format needs a model file, got "
                             "compiled code: '" +
                             options.model + "'");
  bool interprets = options.useReference || options.compareReference ||
                    !options.compareWith.empty();
  for (StringRef model : {options.model, options.compareWith})
    if (interprets && (model.ends_with(".so") || model.ends_with(".o")))
      return createStringError("the reference interpreter needs a model file, "
                               "got compiled code: '" +
                               model + "'");
  return Error::success();
}

Error checkOptions(const RunOptions &options) {
  if (Error error = checkFiles(options))
    return error;
  int sources = !options.inputs.empty() + !options.testData.empty() +
                !options.dataSet.empty();
  if (sources > 1)
    return createStringError(
        "give only one of --input, --test-data and --dataset");
  int measurements = (options.benchmarkRuns > 0) + (options.profileRuns > 0) +
                     !options.dataSet.empty();
  bool isMeasurement = measurements > 0;
  if (measurements > 1)
    return createStringError(
        "give only one of --benchmark, --profile and --dataset");
  if (!options.traceFile.empty() && !options.profileRuns)
    return createStringError("--trace needs --profile");
  if (options.profileRuns && options.useReference)
    return createStringError("--profile needs --engine=compiled");
  bool comparesNetworks = !options.compareWith.empty();
  if (options.json && !isMeasurement && !comparesNetworks)
    return createStringError("--json needs --benchmark, --profile, --dataset "
                             "or --compare-with");
  if (comparesNetworks &&
      (options.compareReference || options.benchmarkRuns ||
       options.profileRuns || !options.outputDirectory.empty()))
    return createStringError("--compare-with does not go with "
                             "--compare-reference, --benchmark, --profile or "
                             "--output-dir");
  if (options.useReference && options.threads > 1)
    return createStringError("--threads needs --engine=compiled");
  if (options.compareReference &&
      (options.useReference || isMeasurement || !options.testData.empty() ||
       !options.outputDirectory.empty()))
    return createStringError("--compare-reference does not go with "
                             "--engine=reference, --test-data, --dataset, "
                             "--benchmark, --profile or --output-dir");
  if (options.randomInputs &&
      (!options.testData.empty() || !options.dataSet.empty()))
    return createStringError(
        "--random-inputs does not go with --test-data or --dataset");
  if (!options.outputDirectory.empty() &&
      (isMeasurement || !options.testData.empty()))
    return createStringError("--output-dir does not go with --test-data, "
                             "--dataset, --benchmark or --profile");
  return Error::success();
}

/// Compares each output that is expected, which are the first, and prints a
/// line on it; true if all are close enough.
bool compareAll(const Engine &engine, const Results &results,
                const RunOptions &options) {
  bool allClose = true;
  for (auto [expected, info, actual] :
       llvm::zip_first(results.expected, engine.getOutputs(), results.actual)) {
    Tolerance tolerance = results.haveAnyMagnitude
                              ? scaleToLargest(options.tolerance, expected)
                              : options.tolerance;
    Comparison result = compare(actual, expected, tolerance);
    allClose &= result.isClose();
    llvm::outs() << results.origin << ": " << info.name << ": "
                 << (result.isClose() ? "ok" : "FAILED")
                 << llvm::format("  max absolute error %.3g"
                                 "  max relative error %.3g",
                                 result.maxAbsoluteError,
                                 result.maxRelativeError);
    if (!result.isClose())
      llvm::outs() << "\n  " << result.problem;
    llvm::outs() << '\n';
  }
  return allClose;
}

/// True if every output of every test is close enough.
Expected<bool> runTestData(Engine &engine, const RunOptions &options) {
  bool allClose = true;
  for (StringRef directory : options.testData) {
    Expected<TestData> data = readTestData(engine, directory);
    if (!data)
      return data.takeError();
    Expected<std::vector<Tensor>> outputs = engine.run(data->inputs);
    if (!outputs)
      return outputs.takeError();
    allClose &=
        compareAll(engine, {directory, *outputs, data->outputs}, options);
  }
  return allClose;
}

/// True if every output is close to what the interpreter computes.
Expected<bool> compareWithReference(Engine &engine,
                                    llvm::ArrayRef<Tensor> inputs,
                                    const RunOptions &options) {
  Expected<std::unique_ptr<Engine>> reference =
      loadModel(options, /*useReference=*/true);
  if (!reference)
    return reference.takeError();
  Expected<std::vector<Tensor>> actual = engine.run(inputs);
  if (!actual)
    return actual.takeError();
  Expected<std::vector<Tensor>> expected = (*reference)->run(inputs);
  if (!expected)
    return expected.takeError();
  return compareAll(
      engine, {"reference", *actual, *expected, /*haveAnyMagnitude=*/true},
      options);
}

Error runDataSet(Engine &engine, const RunOptions &options) {
  Progress progress;
  auto show = [&](int64_t done, int64_t all) {
    progress.setStep("pictures", done, all);
  };
  Expected<Accuracy> accuracy =
      measureAccuracy(engine, options.dataSet, options.data, show);
  progress.finish();
  if (!accuracy)
    return accuracy.takeError();
  double first = accuracy->getFirstPercent();
  double firstFive = accuracy->getFirstFivePercent();
  if (options.json)
    llvm::outs() << nlohmann::ordered_json{{"model", options.model},
                                           {"images", accuracy->images},
                                           {"top1_percent", first},
                                           {"top5_percent", firstFive}}
                        .dump()
                 << '\n';
  else
    llvm::outs() << accuracy->images << " images: "
                 << llvm::format("top-1 %.2f %%, top-5 %.2f %%\n", first,
                                 firstFive);
  return Error::success();
}

Error runBenchmark(Engine &engine, llvm::ArrayRef<Tensor> inputs,
                   const RunOptions &options) {
  Expected<Timing> timing = measureTime(engine, inputs, options.benchmarkRuns);
  if (!timing)
    return timing.takeError();
  if (options.json)
    llvm::outs() << nlohmann::ordered_json{{"model", options.model},
                                           {"engine", options.useReference
                                                          ? "reference"
                                                          : "compiled"},
                                           {"threads", options.threads},
                                           {"runs", options.benchmarkRuns},
                                           {"min_ms", timing->minimum},
                                           {"median_ms", timing->median}}
                        .dump()
                 << '\n';
  else
    llvm::outs() << options.benchmarkRuns << " runs: "
                 << llvm::format("min %.3f ms, median %.3f ms\n",
                                 timing->minimum, timing->median);
  return Error::success();
}

Error runProfile(Engine &engine, llvm::ArrayRef<Tensor> inputs,
                 const RunOptions &options) {
  Expected<Profile> profile =
      measureProfile(engine, inputs, options.profileRuns, options.threads);
  if (!profile)
    return createFileError(options.model, profile.takeError());
  Expected<double> peak = measurePeakRate(options.threads);
  if (!peak)
    return peak.takeError();
  profile->peakRate = *peak;
  if (!options.traceFile.empty())
    if (Error error = writeTrace(*profile, options.model, options.traceFile))
      return error;
  if (options.json)
    printProfileAsJSON(*profile, options.model, llvm::outs());
  else
    printProfile(*profile, llvm::outs());
  return Error::success();
}

Error runOnce(Engine &engine, llvm::ArrayRef<Tensor> inputs,
              const RunOptions &options) {
  Expected<std::vector<Tensor>> outputs = engine.run(inputs);
  if (!outputs)
    return outputs.takeError();
  if (!options.outputDirectory.empty())
    return writeOutputs(engine.getOutputs(), *outputs, options.outputDirectory,
                        llvm::outs());
  for (auto [info, tensor] : llvm::zip_equal(engine.getOutputs(), *outputs))
    printSummary(info, tensor, llvm::outs());
  return Error::success();
}

Error runComparison(const RunOptions &options) {
  Expected<NetworkComparison> comparison = compareNetworks(options);
  if (!comparison)
    return comparison.takeError();
  if (options.json)
    printComparisonAsJSON(*comparison, llvm::outs());
  else
    printComparison(*comparison, llvm::outs());
  return Error::success();
}

/// Does what the options ask for; false if outputs differ from test data.
Expected<bool> runEngine(Engine &engine, const RunOptions &options) {
  if (!options.dataSet.empty()) {
    if (Error error = runDataSet(engine, options))
      return std::move(error);
    return true;
  }
  bool isTimed = options.benchmarkRuns || options.profileRuns;
  bool allClose = true;
  if (!options.testData.empty()) {
    Expected<bool> result = runTestData(engine, options);
    if (!result || !isTimed)
      return result;
    allClose = *result;
  }
  bool randomIfAbsent =
      options.randomInputs || isTimed || options.compareReference;
  Expected<std::vector<Tensor>> inputs =
      readInputs(engine, options.inputs, options.data.picture, randomIfAbsent);
  if (!inputs)
    return inputs.takeError();
  if (options.compareReference)
    return compareWithReference(engine, *inputs, options);
  Error error = options.benchmarkRuns ? runBenchmark(engine, *inputs, options)
                : options.profileRuns ? runProfile(engine, *inputs, options)
                                      : runOnce(engine, *inputs, options);
  if (error)
    return std::move(error);
  return allClose;
}

} // namespace

int mlir::cnn::runTool(const RunOptions &options) {
  if (Error error = checkOptions(options))
    return report(std::move(error), WrongUsage);
  // Before the model is compiled, which may measure kernels.
  omp_set_num_threads(options.threads);
  if (!options.compareWith.empty()) {
    Error error = runComparison(options);
    return error ? report(std::move(error), Failure) : Success;
  }
  Expected<std::unique_ptr<Engine>> engine =
      loadModel(options, options.useReference);
  if (!engine)
    return report(engine.takeError(), Failure);
  if (options.threads > 1 && !(*engine)->usesThreads())
    return report(createStringError("'" + options.model +
                                    "' was compiled without --threads"),
                  Failure);
  Expected<bool> allClose = runEngine(**engine, options);
  if (!allClose)
    return report(allClose.takeError(), Failure);
  return *allClose ? Success : Failure;
}
