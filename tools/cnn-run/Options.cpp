//===- Options.cpp - The command line of cnn-run --------------------------===//

#include "Options.h"

#include "../ArithmeticOption.h"
#include "../QuantizationFlags.h"
#include "../SparseOption.h"
#include "../StoredWeightsOption.h"
#include "../WeightsFormatOption.h"
#include "../WeightsOnlyOption.h"
#include "../WinogradOption.h"

#include "cnnc/Runner/Benchmark.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::cnn;
namespace cl = llvm::cl;
using llvm::StringRef;

namespace {

constexpr const char *overview = R"(Runs a neural network.

MODEL is an ONNX file (.onnx), a network as MLIR (.mlir, .mlirbc), which are
compiled in memory first, or a shared library (.so) that cnn-translate made.

Examples:
  cnn-run model.onnx --test-data=test_data_set_0
  cnn-run model.onnx --input image=cat.jpg --mean=0.485,0.456,0.406 \
          --std=0.229,0.224,0.225
  cnn-run libmodel.so --benchmark=50 --threads=2
  cnn-run quantized.mlirbc --compare-with=model.onnx --dataset=validation
)";

enum class EngineKind { Compiled, Reference };

/// What the command line can say. LLVM's libraries register hundreds of options
/// of their own, even one called --threads; they are dropped before these are
/// registered, which is why these are members and not globals.
struct CommandLine {
  cl::OptionCategory category{"Options"};

  cl::opt<std::string> model{cl::Positional, cl::desc("MODEL"), cl::Required,
                             cl::cat(category)};

  cl::list<std::string> inputs{
      "input", cl::value_desc("name=file"), cl::cat(category),
      cl::desc("An input: .npy, .pb (ONNX TensorProto), .bin (raw bytes), "
               ".png or .jpg. 'name=' may be left out if the network has "
               "one input")};
  cl::list<std::string> testData{
      "test-data", cl::value_desc("folder"), cl::cat(category),
      cl::desc("Run on input_0.pb, input_1.pb, ... and compare with "
               "output_0.pb, ...; exit code 1 if they differ. May be "
               "given several times")};
  cl::opt<std::string> dataSet{
      "dataset", cl::value_desc("folder|file.npz"), cl::cat(category),
      cl::desc("Classify the pictures in the folder's labels.tsv (lines of "
               "file, tab, class index), or those in a file of numpy's, and "
               "print how often the network is right")};
  cl::opt<bool> randomInputs{
      "random-inputs", cl::cat(category),
      cl::desc("Fill the inputs that are not given with "
               "pseudo-random numbers, always the same")};

  DataFlags data{category};
  CalibrationFlags calibration{category};
  QuantizationFlags quantization{category};
  WeightsOnlyOption weightsOnly{category};
  WeightsFormatOption weightsFormat{category};
  StoredWeightsOption storedWeights{category};

  cl::opt<EngineKind> engine{
      "engine", cl::init(EngineKind::Compiled), cl::cat(category),
      cl::desc("What runs the network"),
      cl::values(clEnumValN(EngineKind::Compiled, "compiled",
                            "machine code, the default"),
                 clEnumValN(EngineKind::Reference, "reference",
                            "the slow and simple interpreter"))};
  cl::opt<bool> compareReference{
      "compare-reference", cl::cat(category),
      cl::desc(
          "Run the compiled network and the interpreter on the same inputs "
          "and compare; exit code 1 if they differ")};
  cl::opt<std::string> compareWith{
      "compare-with", cl::value_desc("network"), cl::cat(category),
      cl::desc("Run another version of the network (.onnx, .mlir or .mlirbc), "
               "for example the one that was quantized, on the same inputs, "
               "and print for each layer of the same name how much of it is "
               "error: the ratio of signal to noise in decibels (SQNR), the "
               "largest error and the cosine similarity. With --dataset "
               "also how often both networks are right, and agree")};
  cl::opt<unsigned> compareCount{
      "compare-count", cl::value_desc("images"),
      cl::init(RunOptions().compareCount), cl::cat(category),
      cl::desc("Compare layers on the first images of --dataset only (default "
               "8); the interpreter computes them, which takes time")};
  cl::opt<unsigned> threads{"threads", cl::value_desc("count"), cl::init(1),
                            cl::cat(category),
                            cl::desc("Run on this many threads (default 1)")};
  cl::list<std::string> inputShapes{
      "input-shape", cl::cat(category), cl::value_desc("name:1x3x224x224"),
      cl::desc("Shape of an input of an ONNX file, in place of what the file "
               "says")};
  cl::opt<std::string> cpu{
      "cpu", cl::cat(category), cl::value_desc("name"),
      cl::desc("Processor to compile a model file for, for example x86-64-v3 "
               "(default: this one)")};
  WinogradOption winograd{category};
  WinogradErrorOption winogradMaxError{category};
  ArithmeticOption arithmetic{category};
  SparseOption sparse{category};
  cl::opt<std::string> tune{
      "tune", cl::value_desc("file"), cl::cat(category),
      cl::desc("Measure on this machine which algorithm computes each "
               "convolution fastest, and keep the choices in this file; what "
               "it knows already is not measured")};
  cl::opt<bool> noOptimize{
      "no-optimize", cl::cat(category),
      cl::desc("Compile the network as it is, without optimising it first")};
  cl::opt<unsigned> benchmark{
      "benchmark", cl::value_desc("runs"), cl::init(0), cl::cat(category),
      cl::desc("Measure this many runs after a warm-up; inputs that are "
               "not given are pseudo-random")};
  cl::opt<std::string> profile{
      "profile", cl::ValueOptional, cl::value_desc("runs"), cl::cat(category),
      cl::desc(
          "Print how long each kernel takes, how fast that is and how far "
          "from the processor's peak and from what the compiler's cost model "
          "predicts: the median of so many runs (default 20)")};
  cl::opt<std::string> trace{
      "trace", cl::value_desc("file.json"), cl::cat(category),
      cl::desc("Write one of the runs of --profile as a trace for Perfetto or "
               "chrome://tracing: when each kernel began and ended, on each "
               "thread")};
  cl::opt<bool> json{
      "json", cl::cat(category),
      cl::desc("Print the result of --benchmark, --profile, --dataset or "
               "--compare-with as one line of JSON")};
  cl::opt<std::string> outputDirectory{
      "output-dir", cl::value_desc("folder"), cl::cat(category),
      cl::desc("Write each output as an .npy file called after "
               "it, instead of printing a summary")};
  cl::opt<double> relativeTolerance{
      "rtol", cl::value_desc("r"), cl::init(Tolerance().relative),
      cl::cat(category),
      cl::desc("Comparisons: |got - expected| may be atol + rtol * |expected| "
               "(default 1e-3; with --arithmetic=float16 1e-2)")};
  cl::opt<double> absoluteTolerance{
      "atol", cl::value_desc("a"), cl::init(Tolerance().absolute),
      cl::cat(category),
      cl::desc("Comparisons: atol in the formula of --rtol (default 1e-4; "
               "with --arithmetic=float16 1e-2); --compare-reference "
               "multiplies it by a tenth of the largest "
               "|expected| if that is above 10")};
};

void printError(llvm::Error error) {
  llvm::errs() << "cnn-run: error: " << llvm::toString(std::move(error))
               << '\n';
}

} // namespace

std::optional<RunOptions> mlir::cnn::parseOptions(int argumentCount,
                                                  char **arguments) {
  cl::ResetCommandLineParser();
  CommandLine line;
  cl::HideUnrelatedOptions(line.category);
  cl::SetVersionPrinter([](llvm::raw_ostream &stream) {
    stream << "cnn-run of cnnc " CNNC_VERSION "\n";
  });
  // With a stream for errors the parser returns instead of exiting with 1.
  if (!cl::ParseCommandLineOptions(argumentCount, arguments, overview,
                                   &llvm::errs()))
    return std::nullopt;
  RunOptions options;
  options.model = line.model;
  options.inputs.assign(line.inputs.begin(), line.inputs.end());
  options.testData.assign(line.testData.begin(), line.testData.end());
  options.dataSet = line.dataSet;
  options.randomInputs = line.randomInputs;
  llvm::Expected<DataOptions> data = line.data.get();
  if (!data) {
    printError(data.takeError());
    return std::nullopt;
  }
  options.data = *data;
  auto quantization = line.quantization.get(line.calibration, line.data);
  if (!quantization) {
    printError(quantization.takeError());
    return std::nullopt;
  }
  if (!*quantization)
    if (llvm::Error error = line.calibration.checkUnused("--quantize")) {
      printError(std::move(error));
      return std::nullopt;
    }
  options.compile.quantization = *quantization;
  options.compile.weightsOnly = line.weightsOnly.getFormat();
  options.useReference = line.engine == EngineKind::Reference;
  if (line.threads == 0) {
    llvm::errs() << "cnn-run: error: --threads needs at least 1\n";
    return std::nullopt;
  }
  for (const std::string &shape : line.inputShapes)
    if (llvm::Error error = parseInputShape(shape, options.import)) {
      printError(std::move(error));
      return std::nullopt;
    }
  if (!line.cpu.empty()) {
    llvm::Expected<Machine> machine = Machine::get("", line.cpu);
    if (!machine) {
      printError(machine.takeError());
      return std::nullopt;
    }
    options.compile.machine = *machine;
  }
  options.compareReference = line.compareReference;
  options.compareWith = line.compareWith;
  options.compareCount = line.compareCount;
  if (line.compareCount.getNumOccurrences() &&
      (line.compareWith.empty() || line.dataSet.empty() ||
       line.compareCount == 0)) {
    llvm::errs() << "cnn-run: error: --compare-count needs --compare-with, "
                    "--dataset and at least 1 image\n";
    return std::nullopt;
  }
  if (!line.compareWith.empty() && line.dataSet.empty() &&
      (line.threads > 1 || !line.cpu.empty())) {
    llvm::errs()
        << "cnn-run: error: --threads and --cpu are for compiled networks, "
           "which --compare-with runs only with --dataset\n";
    return std::nullopt;
  }
  options.threads = line.threads;
  options.compile.threads = line.threads > 1;
  options.compile.optimize = !line.noOptimize;
  if (llvm::Error error = line.winograd.checkTuning(line.tune)) {
    llvm::errs() << "cnn-run: error: " << llvm::toString(std::move(error))
                 << '\n';
    return std::nullopt;
  }
  options.compile.winograd = line.winograd.getTile();
  if (!line.tune.empty())
    options.compile.tuning = {line.tune, measureInTurn};
  options.compile.winogradMaxError = line.winogradMaxError;
  options.compile.float16Arithmetic = line.arithmetic.isFloat16();
  options.compile.sparse = line.sparse;
  line.weightsFormat.apply(line.winograd, options.compile);
  line.storedWeights.apply(options.compile);
  options.benchmarkRuns = line.benchmark;
  options.compile.profile = line.profile.getNumOccurrences() > 0;
  if (options.compile.profile) {
    options.profileRuns = 20;
    if (!line.profile.empty() &&
        (StringRef(line.profile).getAsInteger(10, options.profileRuns) ||
         options.profileRuns < 1)) {
      llvm::errs() << "cnn-run: error: expected a number of runs after "
                      "--profile, got '"
                   << line.profile << "'\n";
      return std::nullopt;
    }
  }
  options.traceFile = line.trace;
  options.json = line.json;
  options.outputDirectory = line.outputDirectory;
  options.tolerance = line.arithmetic.getTolerance();
  if (line.relativeTolerance.getNumOccurrences())
    options.tolerance.relative = line.relativeTolerance;
  if (line.absoluteTolerance.getNumOccurrences())
    options.tolerance.absolute = line.absoluteTolerance;
  return options;
}
