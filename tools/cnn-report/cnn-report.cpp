//===- cnn-report.cpp - Figures of a network ------------------------------===//

#include "../ArithmeticOption.h"
#include "../SparseOption.h"
#include "../WinogradOption.h"

#include "cnnc/Analysis/CompareLayers.h"
#include "cnnc/Analysis/EnergyTable.h"
#include "cnnc/Analysis/Layers.h"
#include "cnnc/Analysis/Roofline.h"
#include "cnnc/Analysis/Sizes.h"
#include "cnnc/Pipeline/Diagnostics.h"
#include "cnnc/Pipeline/ExplainLayers.h"
#include "cnnc/Pipeline/Registration.h"
#include "cnnc/Pipeline/Translate.h"
#include "cnnc/Report/Page.h"
#include "cnnc/Runner/Bandwidth.h"
#include "cnnc/Runner/Profile.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

#include <cmath>

using namespace mlir;
namespace cl = llvm::cl;

namespace {

constexpr const char *overview = R"(Prints figures of a neural network.

NETWORK is an ONNX file (.onnx) or MLIR (.mlir, .mlirbc).

Prints for each layer, which is a node of an ONNX file, and in total, the
columns that --columns names:

  summary  what a reader sees first (default)
    layer           its name
    op              what computes it
    output          the shapes of its results
    macs            multiply-adds of convolutions and products of matrices
    parameters      elements of its constants, without the means and variances
                    of batch normalization
    predicted_ms    the longer of computing its FLOPs at the peak of the
                    processor and moving its bytes at the bandwidth of memory
    bound           which of both it is: compute or memory
    energy_uj       energy of operations and memory in microjoules
    algorithm       what the compiler makes of it, as cnn-run --profile says
  counts   also
    flops           all operations: two for a multiply-add, one for a function,
                    a comparison or a quotient
    weight_bytes    of all of its constants
    activations     elements of its results
    moved_bytes     of what it reads, constants too, and writes, each once
    flops_per_byte  operations for each byte that is moved
    field           what one element of its result sees of the first input that
                    is an image: the receptive field, with what lies in padding
    stride          the step of that field to the next element; - if all
                    elements see the same
    live_bytes      of activations while it runs: of what it reads and writes,
                    and of what is read later
  times    also
    compute_ms      FLOPs at the peak of one core
    move_ms         moved bytes at the bandwidth of memory
  energy   also
    arithmetic      what it computes with: float32, float16, int8, int32
    operations_uj   of operations
    weights_uj      of reading constants
    activations_uj  of reading and writing everything else
  why      also
    compiled_ms     what the cost model of the compiler expects of its kernels
    algorithm       the kernels that compute it, with their parameters; fused
                    if another layer's kernel does, view if nothing is moved,
                    none if nothing is left of it
    reason          what the compiler's passes say of that choice
  all      all of these, which is what CSV and JSON have by default

A batch that is open is counted as one image. With --sizes:

  dense         bytes of the constants as they are
  pruned        of elements that are not zero, with the distances between them
  shared        also of numbers of values that a layer shares
  coded         all of it as Huffman codes, which is what cnn-translate
                --weights-format=compressed stores

Everything that decoding needs is counted. A stage that gains nothing is left
out.

Examples:
  cnn-report model.onnx
  cnn-report model.onnx --format=html -o report.html
  cnn-report model.onnx --columns=counts --format=markdown
  cnn-report model.onnx --against=smaller.mlirbc
  cnn-report model.onnx --columns=why --winograd=off
  cnn-report model.onnx --columns=times --cpu=x86-64-v3 --gflops=100
  cnn-report model.onnx --columns=layer,macs,live_bytes --wide
  cnn-report pruned.mlirbc --sizes --format=csv
)";

cl::OptionCategory category("Options");

/// The command line. LLVM's libraries register options of their own; they are
/// dropped before these are registered.
struct Flags {
  cl::opt<std::string> input{cl::Positional, cl::cat(category),
                             cl::desc("NETWORK")};
  cl::opt<bool> sizes{
      "sizes", cl::cat(category),
      cl::desc("Bytes of the constants of each layer, as they are and "
               "compressed, in place of all other figures")};
  cl::opt<cnn::ReportFormat> format{
      "format", cl::cat(category), cl::init(cnn::ReportFormat::table),
      cl::desc("How to print"),
      cl::values(
          clEnumValN(cnn::ReportFormat::table, "table", "in columns (default)"),
          clEnumValN(cnn::ReportFormat::json, "json", "a line of JSON"),
          clEnumValN(cnn::ReportFormat::csv, "csv",
                     "lines of values with commas"),
          clEnumValN(cnn::ReportFormat::markdown, "markdown",
                     "a table of Markdown"),
          clEnumValN(cnn::ReportFormat::html, "html",
                     "a page for the browser: a table that can be sorted, and "
                     "plots"))};
  cl::opt<std::string> output{
      "o", cl::cat(category), cl::value_desc("file"), cl::init("-"),
      cl::desc("Where to write (default: standard output)")};
  cl::list<std::string> inputShapes{
      "input-shape", cl::cat(category), cl::value_desc("name:1x3x224x224"),
      cl::desc("Shape of an input of an ONNX file, in place of what it says")};
  cl::opt<std::string> columns{
      "columns", cl::cat(category), cl::value_desc("summary|counts|..."),
      cl::desc("Columns, or sets of columns, with commas between them: see "
               "above")};
  cl::opt<bool> wide{
      "wide", cl::cat(category),
      cl::desc("Whole names of layers and exact numbers in the table, however "
               "wide it becomes; the other formats always have them")};
  cl::opt<std::string> against{
      "against", cl::cat(category), cl::value_desc("network"),
      cl::desc("Another network, such as what passes made of this one: print "
               "what both have of layers of the same name, first this one's "
               "and then its, and how many times less it has")};
  cl::opt<std::string> target{
      "target", cl::cat(category), cl::value_desc("triple"),
      cl::desc("Compile and predict times for this target (default: what MLIR "
               "says it is for, or this computer), as cnn-translate does")};
  cl::opt<std::string> cpu{"cpu", cl::cat(category), cl::value_desc("name"),
                           cl::desc("... for this processor of the target")};
  cl::opt<std::string> features{
      "features", cl::cat(category), cl::value_desc("+a,-b"),
      cl::desc("... with features switched on or off")};
  cl::opt<double> gflops{
      "gflops", cl::cat(category), cl::value_desc("number"),
      cl::desc("Float32 operations that one core does at best, in 10^9 a "
               "second; other types are in proportion (default: what its "
               "vectors do in a cycle, at a clock that is usual for it)")};
  cl::opt<double> bandwidth{
      "bandwidth", cl::cat(category), cl::value_desc("number"),
      cl::desc("Bytes that it moves from and to memory, in 10^9 a second "
               "(default: what is usual for it)")};
  cl::opt<bool> measure{
      "measure", cl::cat(category),
      cl::desc("Measure both on this computer, which takes a second")};
  cl::opt<std::string> energy{
      "energy", cl::cat(category), cl::value_desc("table.json"),
      cl::desc("Energies of operations and memories (default: those of 45 nm "
               "at 0.9 V)")};
  cl::opt<bool> noCompile{
      "no-compile", cl::cat(category),
      cl::desc("Do not ask the compiler, which takes seconds for large "
               "networks: no algorithms, reasons and compiled_ms")};
  cnn::WinogradOption winograd{category};
  cnn::WinogradErrorOption winogradMaxError{category};
  cnn::SparseOption sparse{category};
  cnn::ArithmeticOption arithmetic{category};
  cl::opt<bool> printEnergyTable{
      "print-energy-table", cl::cat(category),
      cl::desc("Print the default table of --energy, to be edited, and stop")};

  bool hasMachine() const {
    return !target.empty() || !cpu.empty() || !features.empty();
  }

  /// An error if a flag is given that another one leaves nothing to do for.
  llvm::Error checkUseless() const {
    auto check =
        [](const cl::Option &reason,
           std::initializer_list<const cl::Option *> useless) -> llvm::Error {
      for (const cl::Option *flag : useless)
        if (flag->getNumOccurrences() > 0)
          return llvm::createStringError("--" + reason.ArgStr +
                                         " leaves nothing to do for --" +
                                         flag->ArgStr + "; leave out one");
      return llvm::Error::success();
    };
    if (sizes)
      return check(sizes, {&columns, &wide, &against, &target, &cpu, &features,
                           &gflops, &bandwidth, &measure, &energy, &noCompile,
                           &winograd, &winogradMaxError, &sparse, &arithmetic});
    if (noCompile)
      return check(noCompile,
                   {&winograd, &winogradMaxError, &sparse, &arithmetic});
    return llvm::Error::success();
  }

  /// Words of a flag that says how fast the machine is, or nothing.
  std::optional<StringRef> getRateFlag() const {
    if (gflops.getNumOccurrences())
      return gflops.ArgStr;
    if (bandwidth.getNumOccurrences())
      return bandwidth.ArgStr;
    return std::nullopt;
  }
};

int fail(llvm::Error error, int code) {
  llvm::WithColor::error() << llvm::toString(std::move(error)) << "\n";
  return code;
}

/// What the command line asks for, checked.
struct Request {
  cnn::ImportOptions import;
  cnn::LayerStyle style;
  /// Nothing for the machine that a network says it is for, or this computer.
  std::optional<cnn::Machine> machine;
  cnn::KnownRates rates;
  cnn::EnergyTable energy;
  /// Nothing if the compiler is not to be asked.
  std::optional<cnn::CompileOptions> compile;
};

llvm::Expected<double> getPositive(const cl::opt<double> &flag) {
  if (flag > 0 && std::isfinite(flag))
    return flag.getValue();
  return llvm::createStringError("expected --" + flag.ArgStr +
                                 " to be a number above 0");
}

llvm::Expected<cnn::KnownRates> measureRates(const Flags &flags) {
  if (std::optional<StringRef> flag = flags.getRateFlag())
    return llvm::createStringError("--measure measures what --" + *flag +
                                   " says; leave out one of them");
  if (flags.hasMachine())
    return llvm::createStringError(
        "--measure measures this computer, and is of no use with --target, "
        "--cpu and --features; give --gflops and --bandwidth");
  llvm::Expected<double> rate = cnn::measurePeakRate(/*threads=*/1);
  if (!rate)
    return rate.takeError();
  return cnn::KnownRates{*rate, cnn::measureBandwidth()};
}

llvm::Expected<cnn::KnownRates> getKnownRates(const Flags &flags) {
  if (flags.measure)
    return measureRates(flags);
  cnn::KnownRates known;
  constexpr double giga = 1e9;
  for (auto [flag, rate] : {std::pair(&flags.gflops, &known.floatRate),
                            std::pair(&flags.bandwidth, &known.bandwidth)}) {
    if (!flag->getNumOccurrences())
      continue;
    llvm::Expected<double> number = getPositive(*flag);
    if (!number)
      return number.takeError();
    *rate = *number * giga;
  }
  return known;
}

llvm::Expected<cnn::EnergyTable> getEnergyTable(const Flags &flags) {
  if (flags.energy.empty())
    return cnn::EnergyTable::getDefault();
  auto buffer = llvm::MemoryBuffer::getFile(flags.energy, /*IsText=*/true);
  if (!buffer)
    return llvm::createFileError(flags.energy, buffer.getError());
  llvm::Expected<cnn::EnergyTable> table =
      cnn::EnergyTable::parse((*buffer)->getBuffer());
  if (!table)
    return llvm::createFileError(flags.energy, table.takeError());
  return table;
}

llvm::Expected<Request> getRequest(const Flags &flags) {
  Request request;
  if (flags.input.empty())
    return llvm::createStringError(
        "expected NETWORK, an ONNX file (.onnx) or MLIR (.mlir, .mlirbc)");
  for (const std::string &shape : flags.inputShapes)
    if (llvm::Error error = cnn::parseInputShape(shape, request.import))
      return std::move(error);
  if (llvm::Error error = flags.checkUseless())
    return std::move(error);
  if (llvm::Error error = cnn::checkColumns(flags.columns))
    return std::move(error);
  if (flags.sizes && flags.format == cnn::ReportFormat::html)
    return llvm::createStringError("--sizes is no page; expected --format="
                                   "table, json, csv or markdown");
  if (flags.noCompile && flags.format == cnn::ReportFormat::html)
    return llvm::createStringError("a page shows the compiled network; leave "
                                   "out --no-compile, or --format=html");
  request.style = {flags.format, flags.columns, flags.wide};
  if (flags.hasMachine()) {
    llvm::Expected<cnn::Machine> machine =
        cnn::Machine::get(flags.target, flags.cpu, flags.features);
    if (!machine)
      return machine.takeError();
    request.machine = *machine;
  }
  if (!flags.noCompile) {
    cnn::CompileOptions &compile = request.compile.emplace();
    compile.winograd = flags.winograd.getTile();
    compile.winogradMaxError = flags.winogradMaxError;
    compile.sparse = flags.sparse;
    compile.float16Arithmetic = flags.arithmetic.isFloat16();
  }
  llvm::Expected<cnn::KnownRates> known = getKnownRates(flags);
  if (!known)
    return known.takeError();
  request.rates = *known;
  llvm::Expected<cnn::EnergyTable> energy = getEnergyTable(flags);
  if (!energy)
    return energy.takeError();
  request.energy = std::move(*energy);
  return request;
}

/// A network and its figures.
struct Measured {
  OwningOpRef<ModuleOp> module;
  cnn::NetworkFigures figures;
  cnn::Machine machine;
};

FailureOr<Measured> measure(StringRef path, const Request &request,
                            MLIRContext &context) {
  FailureOr<OwningOpRef<ModuleOp>> module =
      cnn::readNetwork(path, &context, request.import);
  if (failed(module))
    return failure();
  if (request.machine)
    request.machine->setOn(**module);
  llvm::Expected<cnn::Machine> machine = cnn::Machine::get(**module);
  if (!machine)
    return (*module)->emitError(llvm::toString(machine.takeError()));
  FailureOr<cnn::NetworkFigures> figures = cnn::measureLayers(**module);
  if (failed(figures))
    return failure();
  cnn::predictTimes(*figures, cnn::getRates(*machine, request.rates));
  cnn::estimateEnergy(*figures, request.energy);
  if (request.compile &&
      failed(cnn::explainLayers(**module, *figures, *request.compile))) {
    llvm::WithColor::note()
        << "--no-compile reports without asking the compiler\n";
    return failure();
  }
  return Measured{std::move(*module), std::move(*figures), *machine};
}

LogicalResult printSizes(const Flags &flags, const Request &request,
                         MLIRContext &context, llvm::raw_ostream &stream) {
  FailureOr<OwningOpRef<ModuleOp>> module =
      cnn::readNetwork(flags.input, &context, request.import);
  if (failed(module))
    return failure();
  cnn::printSizes(flags.input, cnn::measureSizes(**module), flags.format,
                  stream);
  return success();
}

LogicalResult printPage(const Flags &flags, const Request &request,
                        const Measured &network, const Measured *other,
                        llvm::raw_ostream &stream) {
  cnn::CompileOptions options = *request.compile;
  options.machine = network.machine;
  FailureOr<cnn::CompiledFigures> compiled =
      cnn::describeCompiled(*network.module, options);
  if (failed(compiled))
    return failure();
  cnn::PageSource source = {flags.input, network.figures, *compiled,
                            flags.columns};
  if (other)
    source.after.emplace(cnn::NamedNetwork{flags.against, other->figures});
  cnn::printPage(source, stream);
  return success();
}

/// Reads networks and prints the report; diagnostics say what is wrong.
LogicalResult print(const Flags &flags, const Request &request,
                    MLIRContext &context, llvm::raw_ostream &stream) {
  if (flags.sizes)
    return printSizes(flags, request, context, stream);
  FailureOr<Measured> network = measure(flags.input, request, context);
  if (failed(network))
    return failure();
  bool isPage = flags.format == cnn::ReportFormat::html;
  if (flags.against.empty()) {
    if (isPage)
      return printPage(flags, request, *network, /*other=*/nullptr, stream);
    cnn::printLayers(flags.input, network->figures, request.style, stream);
    return success();
  }
  FailureOr<Measured> other = measure(flags.against, request, context);
  if (failed(other))
    return failure();
  if (isPage)
    return printPage(flags, request, *network, &*other, stream);
  cnn::printComparison({flags.input, network->figures},
                       {flags.against, other->figures}, request.style, stream);
  return success();
}

/// Writes the report in full or not at all.
LogicalResult report(const Flags &flags, const Request &request) {
  DialectRegistry registry;
  cnn::registerAllDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  context.getDiagEngine().registerHandler([](Diagnostic &diagnostic) {
    return success(cnn::printAtNode(diagnostic, llvm::errs()));
  });
  std::error_code problem;
  llvm::ToolOutputFile file(flags.output, problem, llvm::sys::fs::OF_None);
  if (problem)
    return emitError(UnknownLoc::get(&context))
           << "cannot write '" << flags.output << "': " << problem.message();
  if (failed(print(flags, request, context, file.os())))
    return failure();
  file.keep();
  return success();
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM initialization(argc, argv);
  cl::ResetCommandLineParser();
  Flags flags;
  cl::HideUnrelatedOptions(category);
  if (!cl::ParseCommandLineOptions(argc, argv, overview, &llvm::errs()))
    return 2;
  if (flags.printEnergyTable) {
    llvm::outs() << cnn::EnergyTable::getDefault().toJSON();
    return 0;
  }
  llvm::Expected<Request> request = getRequest(flags);
  if (!request)
    return fail(request.takeError(), 2);
  return failed(report(flags, *request));
}
