//===- PrintPage.cpp - A report as a page of HTML -------------------------===//

#include "cnnc/Report/Page.h"

#include "Escape.h"
#include "LayerTable.h"
#include "PageText.h"
#include "Plots.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

using namespace mlir::cnn;
using llvm::ArrayRef;
using llvm::formatv;
using llvm::raw_ostream;
using llvm::StringRef;

namespace {

void printHead(StringRef title, raw_ostream &stream) {
  StringRef script = pageScript;
  auto hash = llvm::SHA256::hash(
      {reinterpret_cast<const uint8_t *>(script.data()), script.size()});
  stream << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
            "<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" "
            "content=\"default-src 'none'; style-src 'unsafe-inline'; "
            "script-src 'sha256-"
         << llvm::encodeBase64(hash)
         << "'\">\n<meta name=\"viewport\" "
            "content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n<title>"
         << escape(title) << "</title>\n<style>" << pageStyle
         << "</style>\n</head>\n";
}

/// Cards with a large number each, and lines of small text: how the network is
/// like, and the one it is compared with.
class Summary {
public:
  Summary(const PageSource &source, raw_ostream &stream)
      : source(source), stream(stream) {}

  void print() {
    const NetworkFigures &figures = source.figures;
    const LayerFigures &total = figures.total;
    stream << "<dl class=\"cards\">\n";
    printCard("Layers", "",
              std::to_string(source.network.kernels.size()) +
                  " kernels when compiled",
              [](auto &it) { return double(it.layers.size()); });
    printCard("Multiply-adds", "",
              describeQuantity(total.operations) + " operations",
              [](auto &it) { return it.total.multiplyAdds; });
    printCard("Parameters", "",
              describeQuantity(double(total.weightBytes), "B") +
                  " of constants",
              [](auto &it) { return double(it.total.parameters); });
    printCard("Live activations", "B", "at most, at " + figures.peakLayer,
              [](auto &it) { return double(it.total.liveBytes); });
    printCard("Arena", "B", "activations of the compiled network",
              [](auto &it) { return double(it.arenaBytes); });
    printCard("Expected time", "s", "on one core, by the compiler's cost model",
              [](auto &it) { return it.total.compiledSeconds; });
    stream << "</dl>\n";
  }

private:
  void printCard(StringRef name, StringRef unit, const std::string &note,
                 double (*getValue)(const NetworkFigures &)) {
    double before = getValue(source.figures);
    stream << "<div><dt>" << name << "</dt><dd>"
           << escape(describeQuantity(before, unit)) << "</dd><dd>"
           << escape(note) << "</dd>";
    if (source.after) {
      double after = getValue(source.after->figures);
      stream << "<dd class=\"after\">after: " << describeQuantity(after, unit);
      if (before > 0 && after > 0)
        stream << formatv(", {0:F2} times less", before / after);
      stream << "</dd>";
    }
    stream << "</div>\n";
  }

  const PageSource &source;
  raw_ostream &stream;
};

std::string describeTensor(const ModelTensor &tensor) {
  std::string shape =
      llvm::join(llvm::map_range(tensor.shape,
                                 [](int64_t extent) {
                                   return mlir::ShapedType::isDynamic(extent)
                                              ? std::string("?")
                                              : std::to_string(extent);
                                 }),
                 "x");
  return formatv("{0}: {1} {2}", tensor.name, getName(tensor.type), shape);
}

void printDetails(const PageSource &source, raw_ostream &stream) {
  auto print = [&](StringRef name, const std::string &value) {
    stream << "<tr><th scope=\"row\">" << name << "</th><td>" << escape(value)
           << "</td></tr>\n";
  };
  const CompiledFigures &network = source.network;
  const Machine &machine = network.machine;
  const MachineFigures &rates = source.figures.machine;
  stream << "<table class=\"details\">\n";
  print("File", source.model.str());
  if (source.after)
    print("After", source.after->model.str());
  for (const ModelTensor &tensor : network.inputs)
    print("Input", describeTensor(tensor));
  for (const ModelTensor &tensor : network.outputs)
    print("Output", describeTensor(tensor));
  print("Processor",
        formatv("{0} ({1}): {2} registers of {3} bits; one core is taken to "
                "do {4}/s in float32, and to move {5}/s from memory",
                machine.cpu, machine.triple, machine.vectorRegisters,
                machine.vectorBits, describeQuantity(rates.floatRate, "FLOP"),
                describeQuantity(rates.bandwidth, "B")));
  if (!source.figures.technology.empty())
    print("Energy", "of " + source.figures.technology);
  stream << "</table>\n";
}

/// What each layer is compared with, null where there is nothing; empty if
/// there is no comparison.
std::vector<const LayerFigures *> getLayersAfter(const PageSource &source) {
  std::vector<const LayerFigures *> layers;
  if (source.after)
    for (LayerPair pair : matchLayers(source.figures, source.after->figures))
      if (pair.before)
        layers.push_back(pair.after);
  return layers;
}

/// The column that JSON calls `key`.
const LayerColumn &getColumn(StringRef key) {
  return *llvm::find_if(getLayerColumns(), [&](const LayerColumn &column) {
    return column.key == key;
  });
}

} // namespace

void mlir::cnn::printPage(const PageSource &source, raw_ostream &stream) {
  const NetworkFigures &figures = source.figures;
  const CompiledFigures &network = source.network;
  StringRef title = llvm::sys::path::stem(source.model);
  printHead(title, stream);
  stream << "<body>\n<main>\n<h1>" << escape(title)
         << "</h1>\n"
            "<nav><a href=\"#macs\">MACs</a> <a href=\"#parameters\">parameters"
            "</a> <a href=\"#live_bytes\">memory</a> <a href=\"#arena\">arena"
            "</a> <a href=\"#roofline\">roofline</a> <a href=\"#layers\">layers"
            "</a></nav>\n";
  Summary(source, stream).print();
  printDetails(source, stream);
  std::vector<const LayerFigures *> after = getLayersAfter(source);
  plotBars(figures, {getColumn("macs"), "MACs", "multiply-adds", after},
           stream);
  plotBars(figures, {getColumn("parameters"), "Parameters", "elements", after},
           stream);
  plotLiveBytes(figures, network.arenaBytes, stream);
  Legend legend(figures, network);
  plotArena(network, legend, stream);
  plotRoofline(figures, network, legend, stream);
  printLayerTable(source, stream);
  stream << "</main>\n<script>" << pageScript
         << "</script>\n</body>\n</html>\n";
}
