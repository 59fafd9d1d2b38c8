//===- cnn-report.cpp - Figures of a network ------------------------------===//

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

  --sizes  what the constants of each layer take: dense, as they are; pruned,
           elements that are not zero with the distances between them; shared,
           also numbers of values that a layer shares; coded, all of it as
           Huffman codes, which is what cnn-translate --weights-format=compressed
           stores. Everything that decoding needs is counted. A stage that gains
           nothing is left out.

Examples:
  cnn-report model.onnx --sizes
  cnn-report pruned.mlirbc --sizes --format=csv
)";

cl::OptionCategory category("Options");

/// The command line. LLVM's libraries register options of their own; they are
/// dropped before these are registered.
struct Flags {
  cl::opt<std::string> input{cl::Positional, cl::Required, cl::cat(category),
                             cl::desc("NETWORK")};
  cl::opt<bool> sizes{"sizes", cl::cat(category),
                      cl::desc("Bytes of the constants of each layer")};
  cl::opt<cnn::ReportFormat> format{
      "format", cl::cat(category), cl::init(cnn::ReportFormat::table),
      cl::desc("How to print"),
      cl::values(
          clEnumValN(cnn::ReportFormat::table, "table", "in columns (default)"),
          clEnumValN(cnn::ReportFormat::json, "json", "a line of JSON"),
          clEnumValN(cnn::ReportFormat::csv, "csv",
                     "lines of values with commas"))};
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
  cnn::printSizes(flags.input, cnn::measureSizes(**module), flags.format,
                  llvm::outs());
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
  if (!flags.sizes)
    return fail(llvm::createStringError(
                    "expected what to report: --sizes; --help says more"),
                2);
  cnn::ImportOptions options;
  for (const std::string &shape : flags.inputShapes)
    if (llvm::Error error = cnn::parseInputShape(shape, options))
      return fail(std::move(error), 2);
  return failed(report(flags, options));
}
