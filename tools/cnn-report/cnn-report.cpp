//===- cnn-report.cpp - Figures of a network ------------------------------===//

#include "cnnc/Analysis/Layers.h"
#include "cnnc/Analysis/Sizes.h"
#include "cnnc/Pipeline/Diagnostics.h"
#include "cnnc/Pipeline/Registration.h"
#include "cnnc/Pipeline/Translate.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
namespace cl = llvm::cl;

namespace {

constexpr const char *overview = R"(Prints figures of a neural network.

NETWORK is an ONNX file (.onnx) or MLIR (.mlir, .mlirbc).

Prints for each layer, which is a node of an ONNX file, and in total:

  output        the shapes of its results
  MACs          multiply-adds of convolutions and products of matrices
  FLOPs         all operations: two for a multiply-add, one for a function, a
                comparison or a quotient
  parameters    elements of its constants, without the means and variances of
                batch normalization
  weight bytes  of all of its constants
  activations   elements of its results
  moved bytes   of what it reads, constants too, and writes, each once
  FLOPs/byte    operations for each byte that is moved
  field         what one element of its result sees of the first input that is
                an image: the receptive field, with what lies in padding
  stride        the step of that field to the next element; - if all elements
                see the same
  live bytes    of activations while it runs: of what it reads and writes, and
                of what is read later

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
  cnn-report model.onnx --format=markdown
  cnn-report pruned.mlirbc --sizes --format=csv
)";

cl::OptionCategory category("Options");

/// The command line. LLVM's libraries register options of their own; they are
/// dropped before these are registered.
struct Flags {
  cl::opt<std::string> input{cl::Positional, cl::Required, cl::cat(category),
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
                     "a table of Markdown"))};
  cl::list<std::string> inputShapes{
      "input-shape", cl::cat(category), cl::value_desc("name:1x3x224x224"),
      cl::desc("Shape of an input of an ONNX file, in place of what it says")};
};

int fail(llvm::Error error, int code) {
  llvm::WithColor::error() << llvm::toString(std::move(error)) << "\n";
  return code;
}

/// Reads the network and prints its report; diagnostics say what is wrong.
LogicalResult report(const Flags &flags, const cnn::ImportOptions &options) {
  DialectRegistry registry;
  cnn::registerAllDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  context.getDiagEngine().registerHandler([](Diagnostic &diagnostic) {
    return success(cnn::printAtNode(diagnostic, llvm::errs()));
  });
  FailureOr<OwningOpRef<ModuleOp>> module =
      cnn::readNetwork(flags.input, &context, options);
  if (failed(module))
    return failure();
  if (flags.sizes) {
    cnn::printSizes(flags.input, cnn::measureSizes(**module), flags.format,
                    llvm::outs());
    return success();
  }
  FailureOr<cnn::NetworkFigures> figures = cnn::measureLayers(**module);
  if (failed(figures))
    return failure();
  cnn::printLayers(flags.input, *figures, flags.format, llvm::outs());
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
  cnn::ImportOptions options;
  for (const std::string &shape : flags.inputShapes)
    if (llvm::Error error = cnn::parseInputShape(shape, options))
      return fail(std::move(error), 2);
  return failed(report(flags, options));
}
