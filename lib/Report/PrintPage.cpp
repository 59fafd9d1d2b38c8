//===- PrintPage.cpp - A report as a page of HTML -------------------------===//

#include "cnnc/Report/Page.h"

#include "Escape.h"
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

/// A large number with a name, and a line of small text.
void printCard(StringRef name, StringRef number, const llvm::Twine &note,
               raw_ostream &stream) {
  stream << "<div><dt>" << name << "</dt><dd>" << escape(number) << "</dd><dd>"
         << escape(note.str()) << "</dd></div>\n";
}

void printSummary(const NetworkFigures &figures, const CompiledFigures &network,
                  raw_ostream &stream) {
  const LayerFigures &total = figures.total;
  double work = 0;
  for (const KernelInfo &kernel : network.kernels)
    work += static_cast<double>(kernel.work);
  auto count = [](int64_t number) {
    return describeQuantity(static_cast<double>(number));
  };
  auto countBytes = [](int64_t number) {
    return describeQuantity(static_cast<double>(number), "B");
  };
  stream << "<dl class=\"cards\">\n";
  printCard("Layers", std::to_string(figures.layers.size()),
            llvm::Twine(network.kernels.size()) + " kernels when compiled",
            stream);
  printCard("Multiply-adds", describeQuantity(total.multiplyAdds),
            describeQuantity(total.operations) + " operations", stream);
  printCard("Parameters", count(total.parameters),
            countBytes(total.weightBytes) + " of constants", stream);
  printCard("Live activations", countBytes(total.liveBytes),
            "at most, at " + figures.peakLayer, stream);
  printCard("Arena", countBytes(network.arenaBytes),
            "activations of the compiled network", stream);
  double rate = figures.machine.floatRate;
  printCard("Expected time", describeQuantity(work / rate, "s"),
            "on one core, by the compiler's cost model", stream);
  stream << "</dl>\n";
}

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

/// The product of "3x112x112", which shapes are sorted by, or nothing.
std::optional<double> getProduct(StringRef extents) {
  double product = 1, extent = 0;
  for (StringRef part : llvm::split(extents.split(' ').first, 'x')) {
    if (part == "?" || part == "-")
      continue;
    if (part.getAsDouble(extent))
      return std::nullopt;
    product *= extent;
  }
  return product;
}

/// Digits in groups of three, which are apart but copied as one number.
std::string group(StringRef digits) {
  std::string text;
  while (digits.size() > 3) {
    size_t first = (digits.size() - 1) % 3 + 1;
    text += digits.take_front(first).str() + "<i></i>";
    digits = digits.drop_front(first);
  }
  return text + digits.str();
}

/// A column of the table, and how a script is to see it.
struct ShownColumn {
  const LayerColumn *column;
  /// Values are numbers, or products of extents.
  bool isNumber;
  /// Of numbers.
  double largest = 0;
};

/// Columns that say something of some layer, or those that were asked for.
std::vector<ShownColumn> getColumns(const PageSource &source) {
  ArrayRef<LayerFigures> layers = source.figures.layers;
  std::vector<ShownColumn> shown;
  for (const LayerColumn *column : llvm::cantFail(
           findColumns(source.columns.empty() ? "all" : source.columns))) {
    ShownColumn result = {column, true};
    bool saysNothing = true;
    for (const LayerFigures &layer : layers)
      if (column->isWord()) {
        std::string words = column->words(layer);
        saysNothing &= words.empty();
        result.isNumber &= words.empty() || getProduct(words);
      } else {
        result.largest = std::max(result.largest, column->number(layer));
        saysNothing &= column->number(layer) == 0;
      }
    if (!saysNothing || !source.columns.empty())
      shown.push_back(result);
  }
  return shown;
}

/// The table of the layers.
class LayerTable {
public:
  LayerTable(const PageSource &source, raw_ostream &stream)
      : figures(source.figures), stream(stream), columns(getColumns(source)) {}

  void print() {
    stream << "<section id=\"layers\">\n<h2>Layers</h2>\n"
              "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
              "aria-label=\"Layers\">\n<table class=\"layers\">\n<thead>\n";
    printHeader();
    stream << "</thead>\n<tbody>\n";
    for (auto [index, layer] : llvm::enumerate(figures.layers)) {
      stream << formatv("<tr id=\"layer-{0}\"><td data-value=\"{0}\">{0}</td>",
                        index + 1);
      printCells(layer);
    }
    stream << "</tbody>\n<tfoot>\n<tr><td></td>";
    printCells(figures.total);
    stream << "</tfoot>\n</table>\n</div>\n</section>\n";
  }

private:
  void printHeader() {
    stream << "<tr><th scope=\"col\" data-kind=\"number\">#</th>";
    for (const ShownColumn &shown : columns)
      stream << formatv(
          "<th scope=\"col\" class=\"{0}\" data-kind=\"{1}\">{2}</th>",
          shown.column->isWord() ? "words" : "number",
          shown.isNumber ? "number" : "words", escape(shown.column->title));
    stream << "</tr>\n";
  }

  void printCells(const LayerFigures &row) {
    for (const ShownColumn &shown : columns)
      if (shown.column->isWord())
        printWords(shown, shown.column->words(row));
      else
        printNumber(shown, row);
    stream << "</tr>\n";
  }

  void printWords(const ShownColumn &shown, const std::string &words) {
    std::string key = words;
    if (shown.isNumber && !words.empty())
      key = formatv("{0:F2}", *getProduct(words));
    stream << formatv("<td class=\"words\" data-value=\"{0}\"", escape(key));
    // The end of long words may be cut off.
    if (words.size() > 40)
      stream << " title=\"" << escape(words) << "\"";
    stream << ">" << escape(words) << "</td>";
  }

  /// With a bar behind it that says how much of the largest it is.
  void printNumber(const ShownColumn &shown, const LayerFigures &row) {
    const LayerColumn &column = *shown.column;
    double number = column.number(row);
    std::string digits = column.describeExact(number);
    stream << formatv("<td class=\"number\" data-value=\"{0}\"", digits);
    if (&row != &figures.total && shown.largest > 0)
      stream << formatv(" style=\"--part:{0:F1}%\"",
                        100 * number / shown.largest);
    stream << ">"
           << (column.isWhole ? group(digits) : column.describeBrief(number))
           << "</td>";
  }

  const NetworkFigures &figures;
  raw_ostream &stream;
  std::vector<ShownColumn> columns;
};

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
  printSummary(figures, network, stream);
  printDetails(source, stream);
  plotBars(figures, {getColumn("macs"), "MACs", "multiply-adds"}, stream);
  plotBars(figures, {getColumn("parameters"), "Parameters", "elements"},
           stream);
  plotLiveBytes(figures, network.arenaBytes, stream);
  Legend legend(figures, network);
  plotArena(network, legend, stream);
  plotRoofline(figures, network, legend, stream);
  LayerTable(source, stream).print();
  stream << "</main>\n<script>" << pageScript
         << "</script>\n</body>\n</html>\n";
}
