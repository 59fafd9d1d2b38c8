//===- cnn-opt.cpp - Run passes on a network ------------------------------===//
//
// mlir-opt for networks: reads .onnx beside .mlir and .mlirbc, knows every pass
// of the project and upstream, and does not print weights unless asked.
//
//===----------------------------------------------------------------------===//

#include "../CompressFlags.h"
#include "../QuantizationFlags.h"
#include "../WeightsOnlyOption.h"

#include "cnnc/Compression/Passes.h"
#include "cnnc/Pipeline/Diagnostics.h"
#include "cnnc/Pipeline/PassProgress.h"
#include "cnnc/Pipeline/Passes.h"
#include "cnnc/Pipeline/Registration.h"
#include "cnnc/Pipeline/Translate.h"
#include "cnnc/Runner/Benchmark.h"
#include "cnnc/Runner/VerifyOnData.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
namespace cl = llvm::cl;

namespace {

cl::opt<bool> printWeights(
    "print-weights",
    cl::desc("Print all constant data; without it, and unless a .mlir file is "
             "written, constants of more than 64 elements have no data"));
cl::list<std::string> inputShapes(
    "input-shape", cl::value_desc("name:1x3x224x224"),
    cl::desc("Shape of an input of a .onnx file, in place of what it says"));
cl::opt<bool> check("check",
                    cl::desc("Only say whether a .onnx file can be imported"));
cl::opt<bool> listOperators("list-operators",
                            cl::desc("Print the ONNX operators that can be "
                                     "imported"));
cl::opt<std::string> pipelineUntil(
    "pipeline-until", cl::value_desc("A|B|C|D|E"),
    cl::desc("After the passes given, run the compiler's up to a boundary of "
             "docs/Architecture.md"));
cl::opt<bool> threads("with-threads",
                      cl::desc("Let --pipeline-until=E split loops among "
                               "threads"));
cl::opt<std::string> tune("tune", cl::value_desc("file"),
                          cl::desc("Let --pipeline-until measure algorithms of "
                                   "convolutions, and keep the choices in this "
                                   "file"));

cl::OptionCategory quantizationCategory("Quantizing networks");
cnn::DataFlags dataFlags(quantizationCategory);
cnn::CalibrationFlags calibrationFlags(quantizationCategory);
cnn::QuantizationFlags quantizationFlags(quantizationCategory);
cnn::WeightsOnlyOption weightsOnly(quantizationCategory);
cnn::CompressFlags compressFlags(quantizationCategory);

/// What --verify-each is given: upstream's two values, and one more.
enum class VerifyEach { off, on, data };
/// Made after upstream's option of that name has gone.
std::optional<cl::opt<VerifyEach>> verifyEach;
std::optional<cnn::DataVerification> verification;

auto compression = std::make_shared<cnn::CompressionContext>();

/// What --compress chose.
struct ChosenPasses {
  cnn::PassFlags flags;
  cnn::CalibrationOptions images;
};
std::optional<ChosenPasses> chosenPasses;

/// Replaces upstream's --verify-each.
void registerVerifyEach() {
  auto &options = cl::getRegisteredOptions();
  if (auto known = options.find("verify-each"); known != options.end())
    known->second->removeArgument();
  verifyEach.emplace(
      "verify-each", cl::ValueOptional, cl::init(VerifyEach::on),
      cl::desc("What to check after each pass"),
      cl::values(
          clEnumValN(VerifyEach::on, "", "the IR"),
          clEnumValN(VerifyEach::on, "true", "the IR (default)"),
          clEnumValN(VerifyEach::on, "1", "the IR"),
          clEnumValN(VerifyEach::off, "false", "nothing"),
          clEnumValN(VerifyEach::off, "0", "nothing"),
          clEnumValN(VerifyEach::data, "data",
                     "also results, of the images of --calibration or else of "
                     "pseudo-random inputs")));
}

/// Gives the images of the command line to what looks at them while the passes
/// of `manager` run.
llvm::Error setImages(PassManager &manager, bool quantizes,
                      std::shared_ptr<cnn::Progress> progress) {
  bool verifies = *verifyEach == VerifyEach::data;
  if (!cnn::readsImages(manager) && !verifies)
    return quantizes || chosenPasses
               ? llvm::Error::success()
               : calibrationFlags.checkUnused("--quantize, --verify-each=data "
                                              "or a pass that reads images",
                                              dataFlags);
  llvm::Expected<cnn::CalibrationOptions> options =
      calibrationFlags.get(dataFlags);
  if (!options)
    return options.takeError();
  compression->calibration = chosenPasses ? chosenPasses->images : *options;
  compression->calibration.progress = std::move(progress);
  if (verifies) {
    verification.emplace(compression->calibration, cnn::isApproximate);
    verification->addTo(manager, llvm::errs());
  }
  return llvm::Error::success();
}

/// Adds what --compress chose, as if it had been on the command line.
llvm::Error addChosenPasses(PassManager &manager,
                            std::shared_ptr<cnn::Progress> progress) {
  if (!chosenPasses)
    return llvm::Error::success();
  cnn::CalibrationOptions images = chosenPasses->images;
  images.progress = std::move(progress);
  return cnn::addPasses(manager, chosenPasses->flags, images);
}

/// The configuration of the command line, with what follows the user's passes.
MlirOptMainConfig
getConfig(StringRef outputName, std::optional<cnn::Boundary> until,
          std::optional<cnn::QuantizationOptions> quantization) {
  MlirOptMainConfig config = MlirOptMainConfig::createFromCLOptions();
  // ONNX is written from it.
  if (outputName.ends_with(".mlirbc") || outputName.ends_with(".onnx"))
    config.emitBytecode(true);
  bool keepWeights = printWeights || outputName.ends_with(".mlir") ||
                     config.shouldEmitBytecode();
  config.verifyPasses(*verifyEach != VerifyEach::off);
  MlirOptMainConfig userConfig = config;
  config.setPassPipelineSetupFn([=](PassManager &manager) {
    if (failed(userConfig.setupPassPipeline(manager)))
      return failure();
    cnn::CompileOptions options;
    options.threads = threads;
    if (!tune.empty())
      options.tuning = {tune, cnn::measureInTurn};
    auto progress = std::make_shared<cnn::Progress>();
    if (llvm::Error error = addChosenPasses(manager, progress))
      return llvm::WithColor::error() << toString(std::move(error)) << "\n",
             failure();
    if (llvm::Error error =
            setImages(manager, quantization.has_value(), progress))
      return llvm::WithColor::error() << toString(std::move(error)) << "\n",
             failure();
    options.progress = progress;
    options.quantization = quantization;
    if (options.quantization)
      options.quantization->calibration.progress = progress;
    options.weightsOnly = weightsOnly.getFormat();
    if (until)
      cnn::buildPipeline(manager, options, *until);
    else if (options.quantization)
      cnn::buildQuantizationPipeline(manager, *options.quantization);
    if (!until && options.weightsOnly)
      cnn::buildWeightsOnlyPipeline(manager, *options.weightsOnly);
    if (!keepWeights)
      manager.addPass(cnn::createElideWeights());
    cnn::showPasses(manager, progress);
    cnn::releaseOriginalsWith(manager, compression);
    // An error at a function would print the whole network.
    if (!cl::getRegisteredOptions()
             .lookup("mlir-print-op-on-diagnostic")
             ->getNumOccurrences())
      manager.getContext()->printOpOnDiagnostic(false);
    if (!userConfig.shouldVerifyDiagnostics())
      manager.getContext()->getDiagEngine().registerHandler(
          [progress](Diagnostic &diagnostic) {
            progress->clear();
            return success(cnn::printAtNode(diagnostic, llvm::errs()));
          });
    return success();
  });
  return config;
}

/// What the command line says about the import, or a printed error.
FailureOr<cnn::ImportOptions> getImportOptions() {
  cnn::ImportOptions options;
  for (const std::string &shape : inputShapes)
    if (llvm::Error error = cnn::parseInputShape(shape, options)) {
      llvm::WithColor::error() << toString(std::move(error)) << "\n";
      return failure();
    }
  return options;
}

/// Prints what --check is to say.
LogicalResult printCheck(StringRef name, DialectRegistry &registry) {
  FailureOr<cnn::ImportOptions> options = getImportOptions();
  if (failed(options))
    return failure();
  MLIRContext context(registry);
  return cnn::checkONNX(name, &context, *options, llvm::outs());
}

/// Memory that bytecode can be read from, with constants in place.
std::unique_ptr<llvm::MemoryBuffer> copyAligned(ArrayRef<char> bytes,
                                                StringRef name) {
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      bytes.size(), name, llvm::Align(cnn::bufferAlignment));
  llvm::copy(bytes, buffer->getBufferStart());
  return buffer;
}

/// The input as what the MLIR parser reads: a .onnx file becomes bytecode.
std::unique_ptr<llvm::MemoryBuffer> readInput(StringRef name,
                                              DialectRegistry &registry) {
  FailureOr<cnn::ImportOptions> options = getImportOptions();
  if (failed(options))
    return nullptr;
  if (!name.ends_with(".onnx")) {
    std::string reason;
    std::unique_ptr<llvm::MemoryBuffer> buffer =
        openInputFile(name, llvm::Align(cnn::bufferAlignment), &reason);
    if (!buffer)
      llvm::WithColor::error() << reason << "\n";
    return buffer;
  }
  MLIRContext context(registry);
  auto module = cnn::importONNX(name, &context, *options);
  SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  if (failed(module) || failed(writeBytecodeToFile(**module, stream)))
    return nullptr;
  return copyAligned(bytes, name);
}

/// Writes to an ONNX file what passes made of the input.
LogicalResult writeONNX(StringRef path, ArrayRef<char> bytecode,
                        DialectRegistry &registry) {
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  context.getDiagEngine().registerHandler([](Diagnostic &diagnostic) {
    return success(cnn::printAtNode(diagnostic, llvm::errs()));
  });
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(copyAligned(bytecode, path), llvm::SMLoc());
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
  return success(module && succeeded(cnn::exportONNX(*module, path)));
}

/// An error if the command line says by itself what passes are to do.
llvm::Error checkCompress(bool quantizes) {
  if (!compressFlags.isGiven())
    return compressFlags.checkUnused();
  MLIRContext context;
  PassManager manager(&context);
  if (failed(MlirOptMainConfig::createFromCLOptions().setupPassPipeline(
          manager)) ||
      !manager.empty() || quantizes || weightsOnly.getFormat())
    return llvm::createStringError(
        "--compress chooses the passes: run others before or after, with a "
        "cnn-opt of their own");
  return llvm::Error::success();
}

/// Searches for what --compress asks, and sets `chosenPasses`.
llvm::Error choosePasses(llvm::MemoryBufferRef network) {
  auto options = compressFlags.get(calibrationFlags, dataFlags);
  if (!options)
    return options.takeError();
  options->context = compression;
  options->calibration.progress = std::make_shared<cnn::Progress>();
  llvm::Expected<cnn::SearchResult> result =
      cnn::searchPipelines(network, *options);
  options->calibration.progress->finish();
  if (!result)
    return result.takeError();
  cnn::PassFlags flags;
  if (result->chosen) {
    chosenPasses.emplace();
    chosenPasses->flags = flags = result->trials[*result->chosen].flags;
    chosenPasses->images = options->calibration;
    chosenPasses->images.count = result->fittedImages;
    for (const std::string &shape : inputShapes)
      flags.push_back("--input-shape=" + shape);
    if (cnn::needImages(chosenPasses->flags))
      llvm::append_range(flags, calibrationFlags.getArguments(
                                    dataFlags, result->fittedImages));
  }
  if (llvm::Error error = compressFlags.report(*result, flags))
    return error;
  return result->chosen ? llvm::Error::success()
                        : llvm::createStringError(result->reason);
}

/// Runs the passes; they fail, too, if they change results that they must not.
LogicalResult runPasses(raw_ostream &stream,
                        std::unique_ptr<llvm::MemoryBuffer> input,
                        DialectRegistry &registry,
                        const MlirOptMainConfig &config) {
  LogicalResult result =
      MlirOptMain(stream, std::move(input), registry, config);
  return success(succeeded(result) &&
                 !(verification && verification->hasFailed()));
}

/// Runs the passes and replaces the output file when all of it is written.
LogicalResult run(StringRef inputName, StringRef outputName,
                  DialectRegistry &registry) {
  if (listOperators) {
    llvm::outs() << llvm::join(cnn::listOperators(), "\n") << "\n";
    return success();
  }
  if (check)
    return printCheck(inputName, registry);
  std::optional<cnn::Boundary> until = cnn::parseBoundary(pipelineUntil);
  if (!until && !pipelineUntil.empty())
    return llvm::WithColor::error() << "unknown boundary '" << pipelineUntil
                                    << "'; expected A, B, C, D or E\n",
           failure();
  if (!tune.empty() && (!until || *until < cnn::Boundary::B))
    return llvm::WithColor::error()
               << "--tune needs --pipeline-until=B or later\n",
           failure();
  auto quantization = quantizationFlags.get(calibrationFlags, dataFlags);
  if (!quantization)
    return llvm::WithColor::error()
               << toString(quantization.takeError()) << "\n",
           failure();
  if (llvm::Error error = checkCompress(quantization->has_value()))
    return llvm::WithColor::error() << toString(std::move(error)) << "\n",
           failure();
  std::unique_ptr<llvm::MemoryBuffer> input = readInput(inputName, registry);
  if (!input)
    return failure();
  if (compressFlags.isGiven())
    if (llvm::Error error = choosePasses(*input))
      return llvm::WithColor::error() << toString(std::move(error)) << "\n",
             failure();
  if (StringRef(outputName).ends_with(".onnx")) {
    SmallVector<char, 0> bytes;
    llvm::raw_svector_ostream stream(bytes);
    if (failed(runPasses(stream, std::move(input), registry,
                         getConfig(outputName, until, *quantization))))
      return failure();
    return writeONNX(outputName, bytes, registry);
  }
  bool processed = false;
  llvm::Error error = llvm::writeToOutput(outputName, [&](raw_ostream &stream) {
    processed =
        succeeded(runPasses(stream, std::move(input), registry,
                            getConfig(outputName, until, *quantization)));
    // The reason has been reported; an error here keeps the output file as is.
    return processed ? llvm::Error::success() : llvm::createStringError("");
  });
  if (!error)
    return success();
  std::string message = llvm::toString(std::move(error));
  if (processed)
    llvm::WithColor::error() << message << "\n";
  return failure();
}

constexpr StringLiteral help =
    R"(Runs passes on a neural network and prints what comes out as MLIR.

USAGE: cnn-opt [passes and options] NETWORK

NETWORK is an ONNX file (.onnx) or MLIR (.mlir, .mlirbc; standard input
without it). Passes run in the order in which they are given.

EXAMPLES:
  cnn-opt model.onnx --fold-bn --winograd
  cnn-opt model.onnx --winograd=tile=4 --remarks-filter=cnn
  cnn-opt model.onnx --winograd=max-error=8
  cnn-opt model.onnx --fold-bn -o folded.mlirbc
  cnn-opt model.onnx --fold-bn -o folded.onnx
  cnn-opt --check model.onnx

OPTIONS:
  -o FILE                 write .mlirbc (binary), .mlir (text) or .onnx (opset 17,
                          from boundary A or B), with all weights and the names
                          of ONNX nodes
  --print-weights         print all weights; without it only small constants have
                          data on standard output
  --input-shape=NAME:1x3x224x224
                          shape of an input of an ONNX file, in place of what it
                          says; may be repeated
  --check                 only say whether an ONNX file can be imported: how many
                          nodes of which operators it has, or what is not
                          supported (exit code 1)
  --list-operators        print the ONNX operators that can be imported
  --pipeline-until=A|B|C|D|E
                          then run the compiler up to a boundary: A imported,
                          B optimised, C kernels, D buffers, E loops
  --tune=FILE             let --pipeline-until=B and later measure on this machine
                          which algorithm computes each convolution fastest, and
                          keep the choices in FILE
  --quantize[=OPTION=VALUE,...] --calibration=FOLDER|FILE
                          after the passes given, and before --pipeline-until,
                          make layers of floats layers of integers; the ranges of
                          numbers are those seen in the images of a folder, an
                          .npz or an .npy file. docs/Quantization.md and
                          --help-hidden list the options
  --calibration-count=N   use only the first N images
  --compress=BUDGET --calibration=FOLDER|FILE
                          choose passes that make the network smaller, and how
                          strong they are: "macs:0.75 max-drop:1" leaves at most
                          75 % of the multiply-adds, and changes at most 1 % of
                          the images' classes; size:0.1, latency:0.7, size:least
                          and minutes:10 say more. docs/Compression.md explains
  --compress-report=FILE  write what was tried: .svg, .json, .csv, or a table
  --compress-pipeline=FILE
                          write what was chosen; cnn-opt NETWORK @FILE repeats it
  --mean, --std, --scale, --order, --layout, --resize
                          how pictures become inputs, as with cnn-run
  --npz-images=NAME       the array of an .npz file that holds the images
  --with-threads          let --pipeline-until=E split loops among threads
  --remarks-filter=cnn    say what was optimised, what was not, and why
  --verify-each=data      run the network before the first pass and after each, on
                          16 images of --calibration (or --calibration-count of
                          them) or else on pseudo-random inputs, print how far
                          results are from those before, and fail if a pass that
                          changes them by rounding only is 1e-4 off
  --mlir-print-ir-after-change, --mlir-timing, --verify-diagnostics, ...
                          the options of mlir-opt; --help-hidden lists them, and
                          its passes, which all work here

The exit code is 0, or 1 after an error.

)";

/// Prints the help with the project's own passes, not upstream's thousand.
bool printedHelp(int argc, char **argv) {
  if (llvm::none_of(ArrayRef(argv, argc), [](StringRef argument) {
        return argument == "--help" || argument == "-help" || argument == "-h";
      }))
    return false;
  llvm::outs() << help;
  cnn::registerNetworkPasses();
  cnn::registerCompressionPasses(compression);
  printRegisteredPasses();
  return true;
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM initialization(argc, argv);
  // Passes keep references to their options, longer than LLVM keeps what it
  // reads from @FILE by itself.
  llvm::BumpPtrAllocator allocator;
  llvm::StringSaver saver(allocator);
  SmallVector<const char *> arguments(argv, argv + argc);
  cl::ExpandResponseFiles(saver, cl::TokenizeGNUCommandLine, arguments);
  argc = static_cast<int>(arguments.size());
  argv = const_cast<char **>(arguments.data());
  if (printedHelp(argc, argv))
    return 0;
  DialectRegistry registry;
  cnn::registerAllDialects(registry);
  cnn::registerAllPasses();
  cnn::registerCompressionPasses(compression);
  std::string header = registerCLIOptions("Networks optimizer", registry);
  registerVerifyEach();
  auto [inputName, outputName] = parseCLIOptions(argc, argv, header);
  // A file is for other tools, to which locations say what layers are called.
  cl::Option *locations =
      cl::getRegisteredOptions().lookup("mlir-print-debuginfo");
  if (StringRef(outputName).ends_with(".mlir") &&
      !locations->getNumOccurrences())
    locations->addOccurrence(0, "mlir-print-debuginfo", "true");
  return asMainReturnCode(run(inputName, outputName, registry));
}
