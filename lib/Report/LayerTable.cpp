//===- LayerTable.cpp - The table of a page -------------------------------===//

#include "LayerTable.h"

#include "Escape.h"

#include "cnnc/Analysis/LayerColumns.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir::cnn;
using llvm::formatv;
using llvm::raw_ostream;
using llvm::StringRef;

namespace {

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
  llvm::ArrayRef<LayerFigures> layers = source.figures.layers;
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

/// The table of the layers; of two networks, numbers are in columns side by
/// side.
class LayerTable {
public:
  LayerTable(const PageSource &source, raw_ostream &stream)
      : source(source), stream(stream), columns(getColumns(source)) {}

  void print() {
    stream << "<section id=\"layers\">\n<h2>Layers</h2>\n"
              "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
              "aria-label=\"Layers\">\n<table class=\"layers\">\n<thead>\n";
    printHeader();
    stream << "</thead>\n<tbody>\n";
    size_t layer = 0;
    for (auto [place, pair] : llvm::enumerate(getPairs())) {
      stream << "<tr";
      // Where marks of plots lead to.
      if (pair.before)
        stream << formatv(" id=\"layer-{0}\"", ++layer);
      stream << formatv("><td data-value=\"{0}\">", place + 1);
      if (pair.before)
        stream << layer;
      stream << "</td>";
      printCells(pair);
    }
    stream << "</tbody>\n<tfoot>\n<tr><td></td>";
    isTotal = true;
    printCells({&source.figures.total,
                source.after ? &source.after->figures.total : nullptr});
    stream << "</tfoot>\n</table>\n</div>\n</section>\n";
  }

private:
  std::vector<LayerPair> getPairs() const {
    if (source.after)
      return matchLayers(source.figures, source.after->figures);
    std::vector<LayerPair> pairs;
    for (const LayerFigures &layer : source.figures.layers)
      pairs.push_back({&layer, nullptr});
    return pairs;
  }

  void printHeader() {
    stream << "<tr><th scope=\"col\" data-kind=\"number\">#</th>";
    for (const ShownColumn &shown : columns) {
      StringRef look = shown.column->isWord() ? "words" : "number";
      auto print = [&](StringRef suffix) {
        stream << formatv(
            "<th scope=\"col\" class=\"{0}\" data-kind=\"{1}\">{2}{3}</th>",
            look, shown.isNumber ? "number" : "words",
            escape(shown.column->title), suffix);
      };
      print("");
      if (source.after && !shown.column->isWord())
        print(" after");
    }
    stream << "</tr>\n";
  }

  void printCells(const LayerPair &pair) {
    for (const ShownColumn &shown : columns)
      if (shown.column->isWord()) {
        printWords(shown, pair);
      } else {
        printNumber(shown, pair.before);
        if (source.after)
          printNumber(shown, pair.after);
      }
    stream << "</tr>\n";
  }

  void printWords(const ShownColumn &shown, const LayerPair &pair) {
    std::string words =
        shown.column->words(pair.before ? *pair.before : *pair.after);
    std::string key = words;
    if (shown.isNumber && !words.empty())
      key = formatv("{0:F2}", *getProduct(words));
    if (pair.before && pair.after)
      if (std::string after = shown.column->words(*pair.after); after != words)
        words += " \u2192 " + after;
    stream << formatv("<td class=\"words\" data-value=\"{0}\"", escape(key));
    // The end of long words may be cut off.
    if (words.size() > 40)
      stream << " title=\"" << escape(words) << "\"";
    stream << ">" << escape(words) << "</td>";
  }

  /// With a bar behind it that says how much of the largest it is.
  void printNumber(const ShownColumn &shown, const LayerFigures *row) {
    if (!row) {
      stream << "<td data-value=\"\"></td>";
      return;
    }
    const LayerColumn &column = *shown.column;
    double number = column.number(*row);
    std::string digits = column.describeExact(number);
    stream << formatv("<td class=\"number\" data-value=\"{0}\"", digits);
    if (!isTotal && shown.largest > 0)
      stream << formatv(" style=\"--part:{0:F1}%\"",
                        std::min(100 * number / shown.largest, 100.0));
    stream << ">"
           << (column.isWhole ? group(digits) : column.describeBrief(number))
           << "</td>";
  }

  const PageSource &source;
  raw_ostream &stream;
  std::vector<ShownColumn> columns;
  bool isTotal = false;
};

} // namespace

void mlir::cnn::printLayerTable(const PageSource &source, raw_ostream &stream) {
  LayerTable(source, stream).print();
}
