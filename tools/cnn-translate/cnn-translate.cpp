//===- cnn-translate.cpp - Compile a network ------------------------------===//

#include "../ArithmeticOption.h"
#include "../QuantizationFlags.h"
#include "../SparseOption.h"
#include "../StoredWeightsOption.h"
#include "../WeightsFormatOption.h"
#include "../WeightsOnlyOption.h"
#include "../WinogradOption.h"

#include "cnnc/Pipeline/Registration.h"
#include "cnnc/Pipeline/Translate.h"
#include "cnnc/Runner/Benchmark.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
namespace cl = llvm::cl;

namespace {

cl::OptionCategory category("Compiling networks");

/// The command line. LLVM's libraries register options of their own; those with
/// our names go first.
struct Flags {
  cl::opt<std::string> input{cl::Positional, cl::Required, cl::cat(category),
                             cl::desc("<network: .onnx, .mlir or .mlirbc>")};
  cl::opt<std::string> outputPath{
      "o", cl::cat(category), cl::value_desc("file"),
      cl::desc(
          "Where to write: a file, or the folder of a package; for several "
          "kinds, its extension is replaced. "
          "Without it text goes to standard output, and binaries are named "
          "after the network's file")};
  cl::list<std::string> emit{
      "emit", cl::cat(category), cl::CommaSeparated, cl::value_desc("kinds"),
      cl::desc(
          "What to write: mlir, onnx, llvm, asm, obj (default), static (or "
          "lib), shared, header; several are separated by commas. package: a "
          "folder with libraries, header, example, and files for CMake and "
          "pkg-config")};
  cl::opt<std::string> until{
      "until", cl::init("B"), cl::cat(category), cl::value_desc("boundary"),
      cl::desc("Boundary at which --emit=mlir stops: A imported, B optimised "
               "(default), C kernels, D buffers, E loops; --emit=onnx, at A "
               "or B")};
  cl::opt<int64_t> opset{
      "opset", cl::init(cnn::ExportOptions().opset), cl::cat(category),
      cl::value_desc("number"),
      cl::desc("Opset of --emit=onnx, 13 to 22 (default 17)")};
  cl::opt<cnn::QuantizedForm> quantized{
      "quantized", cl::init(cnn::QuantizedForm::qdq), cl::cat(category),
      cl::desc("How --emit=onnx writes layers of integers"),
      cl::values(
          clEnumValN(cnn::QuantizedForm::qdq, "qdq",
                     "float layers between DequantizeLinear and "
                     "QuantizeLinear (default)"),
          clEnumValN(cnn::QuantizedForm::qlinear, "qlinear",
                     "QLinearConv and its like, some of com.microsoft"))};
  cl::opt<bool> externalData{
      "external-data", cl::cat(category),
      cl::desc("Let --emit=onnx put weights into FILE.data beside FILE, as it "
               "does of itself with networks near 2 GB")};
  cl::opt<std::string> target{
      "target", cl::cat(category), cl::value_desc("triple"),
      cl::desc("Machine to compile for, for example "
               "aarch64-linux-gnu (default: this one)")};
  cl::list<std::string> cpu{
      "cpu", cl::cat(category), cl::CommaSeparated, cl::value_desc("names"),
      cl::desc("Processor, for example x86-64-v3; of several, "
               "x86-64-v2,x86-64-v3,x86-64-v4, the compiled network takes the "
               "best that the processor is when it runs")};
  cl::opt<std::string> features{
      "features", cl::cat(category), cl::value_desc("+a,-b"),
      cl::desc("Processor features to add or remove")};
  cl::opt<bool> threads{
      "threads", cl::cat(category),
      cl::desc("Use all threads of OpenMP (libgomp or libomp)")};
  cl::opt<bool> profile{
      "profile", cl::cat(category),
      cl::desc("Let the compiled network time its kernels, which cnn-run "
               "--profile prints")};
  cnn::WinogradOption winograd{category};
  cnn::WinogradErrorOption winogradMaxError{category};
  cnn::ArithmeticOption arithmetic{category};
  cnn::SparseOption sparse{category};
  cnn::DataFlags data{category};
  cnn::CalibrationFlags calibration{category};
  cnn::QuantizationFlags quantization{category};
  cnn::WeightsOnlyOption weightsOnly{category};
  cnn::WeightsFormatOption weightsFormat{category};
  cnn::StoredWeightsOption storedWeights{category};
  cl::opt<std::string> tune{
      "tune", cl::cat(category), cl::value_desc("file"),
      cl::desc("Measure on this machine which algorithm computes each "
               "convolution fastest, and keep the choices in this file; what "
               "it knows already is not measured")};
  cl::opt<bool> noOptimize{
      "no-optimize", cl::cat(category),
      cl::desc("Compile the network as imported, without cnn optimisations")};
  cl::list<std::string> inputShapes{
      "input-shape", cl::cat(category), cl::value_desc("name:1x3x224x224"),
      cl::desc("Shape of an input, in place of what the file says")};
  cl::opt<std::string> name{"name", cl::cat(category), cl::value_desc("name"),
                            cl::desc("Name of the network's functions")};
};

/// Forgets LLVM's option of that name.
void unregister(StringRef name) {
  auto &options = cl::getRegisteredOptions();
  if (auto known = options.find(name); known != options.end())
    known->second->removeArgument();
}

/// A kind of output as --flags.emit calls it.
struct KindName {
  StringRef name, extension;
  std::optional<cnn::OutputKind> kind;
  bool isBinary;
  bool isONNX = false;
};
const KindName kindNames[] = {
    {"mlir", ".mlir", std::nullopt, false},
    {"onnx", ".onnx", std::nullopt, true, /*isONNX=*/true},
    {"llvm", ".ll", cnn::OutputKind::LLVMText, false},
    {"asm", ".s", cnn::OutputKind::Assembly, false},
    {"obj", ".o", cnn::OutputKind::Object, true},
    {"static", ".a", cnn::OutputKind::Archive, true},
    {"lib", ".a", cnn::OutputKind::Archive, true},
    {"shared", ".so", cnn::OutputKind::SharedLibrary, true},
    {"header", ".h", cnn::OutputKind::Header, false},
    {"package", "", cnn::OutputKind::Package, true}};

llvm::Expected<cnn::Output> makeOutput(const Flags &flags, StringRef kindName) {
  const KindName *row =
      llvm::find_if(kindNames, [&](auto &it) { return it.name == kindName; });
  if (row == std::end(kindNames))
    return llvm::createStringError(
        "unknown kind of output '" + kindName + "'; expected one of " +
        llvm::join(llvm::map_range(kindNames, [](auto &it) { return it.name; }),
                   ", "));
  // It would be named like the network that is read.
  if (flags.outputPath.empty() && row->isONNX)
    return llvm::createStringError("--emit=onnx needs -o FILE");
  if (flags.outputPath.empty() && !row->isBinary)
    return cnn::Output{row->kind, "-"};
  if (row->kind == cnn::OutputKind::Package &&
      (flags.emit.size() > 1 || flags.outputPath.empty() ||
       flags.outputPath == "-"))
    return llvm::createStringError(
        "--emit=package needs -o FOLDER, and no other kind beside it");
  if (!flags.outputPath.empty() &&
      (flags.emit.size() < 2 || flags.outputPath == "-"))
    return cnn::Output{row->kind, flags.outputPath, row->isONNX};
  SmallString<128> path(flags.outputPath.empty()
                            ? llvm::sys::path::filename(flags.input)
                            : StringRef(flags.outputPath));
  llvm::sys::path::replace_extension(path, row->extension);
  return cnn::Output{row->kind, path.str().str(), row->isONNX};
}

/// What the command line says about ONNX files.
llvm::Error setExport(const Flags &flags, cnn::TranslateOptions &options) {
  options.onnx.opset = flags.opset;
  options.onnx.quantized = flags.quantized;
  options.onnx.externalData = flags.externalData;
  bool writesONNX =
      llvm::any_of(options.outputs, [](auto &output) { return output.isONNX; });
  if (!writesONNX) {
    for (const cl::Option *option : std::initializer_list<const cl::Option *>{
             &flags.opset, &flags.quantized, &flags.externalData})
      if (option->getNumOccurrences() > 0)
        return llvm::createStringError("--" + option->ArgStr +
                                       " needs --emit=onnx");
    return llvm::Error::success();
  }
  if (options.until > cnn::Boundary::B)
    return llvm::createStringError("--emit=onnx expects --until=A or B; got " +
                                   flags.until);
  if (llvm::Error error = cnn::checkExportOptions(options.onnx))
    return llvm::createStringError("--opset " +
                                   llvm::toString(std::move(error)));
  return llvm::Error::success();
}

/// What the command line says about processors.
llvm::Error setMachines(const Flags &flags, cnn::TranslateOptions &options) {
  // A module may carry its own machine; only a flag replaces it.
  if (flags.target.empty() && flags.cpu.empty() && flags.features.empty())
    return llvm::Error::success();
  std::vector<cnn::Machine> machines;
  SmallVector<std::string> names(flags.cpu.begin(), flags.cpu.end());
  if (names.empty())
    names.push_back("");
  for (StringRef cpu : names) {
    llvm::Expected<cnn::Machine> machine =
        cnn::Machine::get(flags.target, cpu, flags.features);
    if (!machine)
      return machine.takeError();
    machines.push_back(*machine);
  }
  options.compile.machine = machines.front();
  if (machines.size() == 1)
    return llvm::Error::success();
  for (const cnn::Output &output : options.outputs)
    if (!output.kind)
      return llvm::createStringError(
          "--emit=mlir and --emit=onnx expect one --cpu; several are for what "
          "is compiled");
  return cnn::orderVersions(machines).moveInto(options.compile.versions);
}

llvm::Expected<cnn::TranslateOptions> getOptions(Flags &flags) {
  cnn::TranslateOptions options;
  options.input = flags.input;
  if (flags.emit.empty())
    flags.emit.push_back("obj");
  for (const std::string &kind : flags.emit) {
    llvm::Expected<cnn::Output> output = makeOutput(flags, kind);
    if (!output)
      return output.takeError();
    options.outputs.push_back(*output);
  }
  std::optional<cnn::Boundary> boundary = cnn::parseBoundary(flags.until);
  if (!boundary)
    return llvm::createStringError("unknown boundary '" + flags.until +
                                   "'; expected A, B, C, D or E");
  options.until = *boundary;
  if (llvm::Error error = setExport(flags, options))
    return std::move(error);
  for (const std::string &shape : flags.inputShapes)
    if (llvm::Error error = cnn::parseInputShape(shape, options.import))
      return std::move(error);
  options.import.name = flags.name;
  if (llvm::Error error = setMachines(flags, options))
    return std::move(error);
  options.compile.threads = flags.threads;
  options.compile.profile = flags.profile;
  options.compile.optimize = !flags.noOptimize;
  if (llvm::Error error = flags.winograd.checkTuning(flags.tune))
    return std::move(error);
  options.compile.winograd = flags.winograd.getTile();
  if (!flags.tune.empty())
    options.compile.tuning = {flags.tune, cnn::measureInTurn};
  options.compile.winogradMaxError = flags.winogradMaxError;
  options.compile.float16Arithmetic = flags.arithmetic.isFloat16();
  options.compile.sparse = flags.sparse;
  flags.weightsFormat.apply(flags.winograd, options.compile);
  flags.storedWeights.apply(options.compile);
  auto quantization = flags.quantization.get(flags.calibration, flags.data);
  if (!quantization)
    return quantization.takeError();
  if (!*quantization)
    if (llvm::Error error =
            flags.calibration.checkUnused("--quantize", flags.data))
      return std::move(error);
  options.compile.quantization = *quantization;
  options.compile.weightsOnly = flags.weightsOnly.getFormat();
  return options;
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM initialization(argc, argv);
  unregister("threads");
  Flags flags;
  cl::HideUnrelatedOptions(category);
  if (!cl::ParseCommandLineOptions(argc, argv, "Network compiler\n",
                                   &llvm::errs()))
    return 2;
  llvm::Expected<cnn::TranslateOptions> options = getOptions(flags);
  if (!options) {
    llvm::WithColor::error() << llvm::toString(options.takeError()) << "\n";
    return 2;
  }
  cnn::registerAllPasses();
  return failed(cnn::translate(*options));
}
